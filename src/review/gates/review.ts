import { safe } from '../../shared/finding.ts';
import type { Facts } from '../model/facts.ts';
import { canWrite } from '../facts/roles.ts';
import { countApprovals, pushersOf } from '../facts/approvals.ts';
import type { Review } from '../model/snapshot.ts';
import { listed, loginText } from '../model/markdown.ts';
import { failed, passed, unjudged, waiting, type GateStatus } from '../model/gate.ts';
import { count as countOf } from '../../report/text.ts';

/**
 * So many people with write access approve this head, not only whoever pushed it, and none of them
 * asks for changes.
 */
export function review(facts: Facts): GateStatus {
  const { displaySettings, settings } = facts;
  if (!settings.ok)
    return unjudged(
      'How many approvals are wanted stands in the settings, which could not be used.',
    );
  const approvals = countApprovals(facts);
  if (!approvals.ok) return unjudged(approvals.reason);
  const { current, stale, against } = approvals.value;
  const writer = ({ author }: Review): boolean => {
    const may = canWrite(author, facts.snapshot);
    return may.ok && may.value;
  };
  const unclear = (reviews: readonly Review[]): Review | undefined =>
    reviews.find(({ author }) => !canWrite(author, facts.snapshot).ok);

  const asking = against.filter(writer);
  const wrong = failed(
    'author',
    'Changes are asked for.',
    asking.map(
      ({ author }) =>
        `**Answer the review of ${loginText(author)}.** It asks for changes; ` +
        'when they are made, ask for another look.',
    ),
  );
  if (wrong) return wrong;
  const unclearAgainst = unclear(against);
  if (unclearAgainst)
    return unjudged(
      safe`GitHub did not say whether ${unclearAgainst.author.login}, who asks for changes, ` +
        safe`may write to the repository.`,
    );
  const yes = current.filter(writer);
  const missing = displaySettings.approvals - yes.length;
  if (missing <= 0) {
    if (yes.length === 0) return passed('No approval is asked for.');
    const own = displaySettings.lastPushApproval ? byPushers(facts, yes) : undefined;
    return own ?? passed(`Approved by ${listed(yes.map(({ author }) => loginText(author)))}.`);
  }
  const unclearFor = unclear(current);
  if (unclearFor)
    return unjudged(
      safe`GitHub did not say whether ${unclearFor.author.login}, who approved, may write to ` +
        safe`the repository.`,
    );
  const before = stale.find(writer);
  const again = before
    ? ` ${loginText(before.author)} approved an earlier state; a push came after it.`
    : '';
  return (
    waiting('reviewer', `${countOf(missing, 'approval')} missing.`, [
      `**Review and approve.** ${countOf(missing, 'approval')} from people with write ` +
        `access ${missing === 1 ? 'is' : 'are'} missing.${again}`,
    ]) ?? passed('')
  );
}

/** Not passed if nobody approves but those who pushed what they approve. */
function byPushers(facts: Facts, yes: readonly Review[]): GateStatus | undefined {
  const pushers = pushersOf(facts.snapshot);
  if (!pushers.ok) return unjudged(pushers.reason);
  if (!yes.every(({ author }) => pushers.value.has(author.id))) return undefined;
  const names = listed(yes.map(({ author }) => loginText(author)));
  return waiting('reviewer', 'Nobody but who pushed the last commit approves it.', [
    `**Somebody else reviews and approves.** ${names} approved ` +
      `${yes.length === 1 ? 'a commit of their own' : 'commits of their own'}: ` +
      'one more person with write access is asked for.',
  ]);
}
