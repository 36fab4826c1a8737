import type { Facts } from '../model/facts.ts';
import { cla } from './cla.ts';
import { attestations } from './attestations.ts';
import { compatibility } from './compatibility.ts';
import { deployment } from './deployment.ts';
import { validationGate } from './validation.ts';
import {
  machineGates,
  peopleGates,
  type Gate,
  type GateName,
  type GateStatus,
} from '../model/gate.ts';
import { hold } from './hold.ts';
import { mergeable } from './mergeable.ts';
import { owners } from './owners.ts';
import { identity } from './identity.ts';
import { packageGate } from './package.ts';
import { publisher } from './publisher.ts';
import { review } from './review.ts';
import { signIn } from './sign-in.ts';
import { scope } from './scope.ts';
import { uniqueness } from './uniqueness.ts';

/** A gate that does not apply has no status. */
const judges: { [Name in GateName]: (facts: Facts) => GateStatus | undefined } = {
  scope,
  cla,
  definition: validationGate('definition'),
  properties: validationGate('properties'),
  wording: validationGate('wording'),
  icon: validationGate('icon'),
  package: packageGate,
  'sign-in': signIn,
  compatibility,
  uniqueness,
  attestations,
  owners,
  publisher,
  identity,
  review,
  hold,
  mergeable,
  deployment,
};

/**
 * Every gate that applies, the machine's first. The evaluation is the explanation: check run, comment and `/why`
 * are views of this list.
 */
export const gatesFor = (facts: Facts): Gate[] =>
  [...machineGates, ...peopleGates].flatMap((name) => {
    const status = judges[name](facts);
    return status ? [{ name, ...status }] : [];
  });
