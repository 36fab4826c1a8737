import { isOwner, mayStill } from '../facts/roles.ts';
import type { Facts } from '../model/facts.ts';
import { passed, unjudged, waiting, type GateStatus } from '../model/gate.ts';
import { loginText, someOf } from '../model/markdown.ts';
import { configurable } from './gate-mode.ts';

/** More accounts than these are counted instead of named. */
const maxNamed = 3;

/**
 * An update comes from an account that published the connector before, or from one of its owners;
 * otherwise a maintainer must consent.
 */
export const publisher = configurable(
  'publisher',
  'A new connector has no publisher yet.',
  ({ kind }, facts) => (kind === 'update' ? ofUpdate(facts) : undefined),
);

function ofUpdate(facts: Facts): GateStatus {
  const { snapshot, commands } = facts;
  const { author } = snapshot.pull;
  const owner = isOwner(author, facts);
  if (owner.ok && owner.value) return passed(`${loginText(author)} owns this connector.`);
  if (!commands.records.ok) return unjudged(commands.records.reason);
  const { transfer } = commands.records.value;
  if (transfer?.to === author.id) {
    const counts = mayStill(transfer.by, ['maintainer'], facts);
    if (!counts.ok) return unjudged(counts.reason);
    if (counts.value)
      return passed(`${loginText(transfer.by)} allowed ${loginText(author)} to publish it.`);
  }
  const { publishers = unknownPublishers } = snapshot;
  if (!publishers.ok) return unjudged(publishers.reason);
  if (publishers.value.some(({ id }) => id === author.id))
    return passed(`${loginText(author)} published this connector before.`);
  const names = someOf(publishers.value.map(loginText), maxNamed);
  const before =
    names === ''
      ? 'It is not known who published this connector before'
      : `${names} published this connector before`;
  return waiting('reviewer', `${before}.`, [
    `**Confirm the publisher.** ${before}, and ${loginText(author)} opened this update. If they ` +
      'may publish it, a maintainer replies `/transfer`.',
  ]);
}

const unknownPublishers = {
  ok: false,
  reason: 'It is not known who published this connector before.',
} as const;
