import type { Facts } from '../facts.ts';
import { agreement } from './agreement.ts';
import { attestations } from './attestations.ts';
import { compatibility } from './compatibility.ts';
import { findings } from './findings.ts';
import { machineGates, peopleGates, type Gate, type GateName, type Standing } from './gate.ts';
import { hold } from './hold.ts';
import { mergeable } from './mergeable.ts';
import { owners } from './owners.ts';
import { review } from './review.ts';
import { scope } from './scope.ts';
import { unique } from './unique.ts';

const judges: { [Name in GateName]: (facts: Facts) => Standing } = {
  scope,
  agreement,
  definition: findings('definition'),
  properties: findings('properties'),
  words: findings('words'),
  icon: findings('icon'),
  package: findings('package'),
  compatibility,
  unique,
  attestations,
  owners,
  review,
  hold,
  mergeable,
};

/**
 * Every gate, the machine's first. The evaluation is the explanation: check run, comment and `/why`
 * are views of this list.
 */
export const gatesFor = (facts: Facts): Gate[] =>
  [...machineGates, ...peopleGates].map((name) => ({ name, ...judges[name](facts) }));
