import type { Facts } from '../model/facts.ts';
import { isOwner } from '../facts/roles.ts';
import { countApprovals } from '../facts/approvals.ts';
import { loginText, someOf } from '../model/markdown.ts';
import { passed, unjudged, waiting, type GateStatus } from '../model/gate.ts';
import { codeSpan } from '../../report/markdown.ts';

/** An update by someone who does not own the connector needs an owner's approval of this head. */
export function owners(facts: Facts): GateStatus {
  const { connectors, snapshot, scope } = facts;
  const unread = connectors.find(({ validation }) => !validation.ok);
  if (unread && !unread.validation.ok) return unjudged(unread.validation.reason);
  if (scope.folders.length === 0) return passed('No connector changed.');
  if (connectors.every(({ validation }) => validation.ok && validation.value.kind === 'new'))
    return passed('A new connector has no owner yet.');
  if (!facts.owners.ok) return unjudged(`CODEOWNERS could not be read: ${facts.owners.reason}`);
  const { named } = facts.owners.value;
  if (named.length === 0) return passed('CODEOWNERS names no owner for this connector.');
  const author = isOwner(snapshot.pull.author, facts);
  if (author.ok && author.value)
    return passed(`${loginText(snapshot.pull.author)} owns this connector.`);
  const approvals = countApprovals(facts);
  if (!approvals.ok) return unjudged(approvals.reason);
  const current = approvals.value.current.map((review) => ({
    review,
    owner: isOwner(review.author, facts),
  }));
  const approval = current.find(({ owner }) => owner.ok && owner.value);
  if (approval)
    return passed(`${loginText(approval.review.author)} owns this connector and approved.`);
  const unclear = [author, ...current.map(({ owner }) => owner)].find((owner) => !owner.ok);
  if (unclear && !unclear.ok) return unjudged(unclear.reason);
  const stale = approvals.value.stale.find((review) => {
    const owner = isOwner(review.author, facts);
    return owner.ok && owner.value;
  });
  const staleNote = stale
    ? ` ${loginText(stale.author)} approved an earlier commit, before the last push.`
    : '';
  return waiting('owner', 'No owner has approved the latest commit yet.', [
    `**An owner of the connector must approve.** ${someOf(named.map(mentionOrCode), 5)} can; ` +
      `${loginText(snapshot.pull.author)} is not an owner.${staleNote}`,
  ]);
}

/** Mentions an owner. That is safe: `CODEOWNERS` comes from the base branch. */
const mentionOrCode = (owner: string): string =>
  /^@[\w-]+(?:\/[\w.-]+)?$/.test(owner) ? owner : codeSpan(owner);
