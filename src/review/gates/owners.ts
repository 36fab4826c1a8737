import type { Facts } from '../facts.ts';
import { owns } from '../hear.ts';
import { approvalsOf } from '../reviews.ts';
import { codeSpan, nameOf, someOf } from '../text.ts';
import { passed, unjudged, waiting, type Standing } from './gate.ts';

/** An update by somebody else than the owners has an owner's approval of this head. */
export function owners(facts: Facts): Standing {
  const { connectors, snapshot, brings } = facts;
  const unread = connectors.find(({ examined }) => !examined.known);
  if (unread && !unread.examined.known) return unjudged(unread.examined.because);
  if (brings.folders.length === 0) return passed('No connector is touched.');
  if (connectors.every(({ examined }) => examined.known && examined.value.is === 'new'))
    return passed('A new connector has no owner yet.');
  if (!facts.owners.known) return unjudged(`CODEOWNERS could not be read: ${facts.owners.because}`);
  const { named } = facts.owners.value;
  if (named.length === 0) return passed('Nobody owns this connector.');
  const author = owns(snapshot.pull.author, facts);
  if (author.known && author.value)
    return passed(`${nameOf(snapshot.pull.author)} owns this connector.`);
  const approvals = approvalsOf(facts);
  if (!approvals.known) return unjudged(approvals.because);
  const asked = approvals.value.current.map((review) => ({
    review,
    owner: owns(review.author, facts),
  }));
  const yes = asked.find(({ owner }) => owner.known && owner.value);
  if (yes) return passed(`${nameOf(yes.review.author)} owns this connector and approved.`);
  const unclear = [author, ...asked.map(({ owner }) => owner)].find((owner) => !owner.known);
  if (unclear && !unclear.known) return unjudged(unclear.because);
  const stale = approvals.value.stale.find((review) => {
    const owner = owns(review.author, facts);
    return owner.known && owner.value;
  });
  const again = stale
    ? ` ${nameOf(stale.author)} approved an earlier state; a push came after it.`
    : '';
  return (
    waiting('owner', `An owner has not approved this head yet.`, [
      `**An owner of the connector approves.** ${someOf(named.map(mentionOrCode), 5)} can: ` +
        `${nameOf(snapshot.pull.author)} is not among them.${again}`,
    ]) ?? passed('')
  );
}

/** `CODEOWNERS` is of the base branch: its names may be told. */
const mentionOrCode = (owner: string): string =>
  /^@[\w-]+(?:\/[\w.-]+)?$/.test(owner) ? owner : codeSpan(owner);
