import { say } from '../../connector/finding.ts';
import type { Facts } from '../facts.ts';
import { mayWrite } from '../hear.ts';
import { approvalsOf, pushersOf } from '../reviews.ts';
import type { Review } from '../snapshot.ts';
import { counted, listed, nameOf } from '../text.ts';
import { failed, passed, unjudged, waiting, type Standing } from './gate.ts';

/**
 * So many people with write access approve this head, not only whoever pushed it, and none of them
 * asks for changes.
 */
export function review(facts: Facts): Standing {
  const { shownWith, settings } = facts;
  if (!settings.known)
    return unjudged(
      'How many approvals are wanted stands in the settings, which could not be used.',
    );
  const approvals = approvalsOf(facts);
  if (!approvals.known) return unjudged(approvals.because);
  const { current, stale, against } = approvals.value;
  const writer = ({ author }: Review): boolean => {
    const may = mayWrite(author, facts.snapshot);
    return may.known && may.value;
  };
  const unclear = (reviews: readonly Review[]): Review | undefined =>
    reviews.find(({ author }) => !mayWrite(author, facts.snapshot).known);

  const asking = against.filter(writer);
  const wrong = failed(
    'author',
    'Changes are asked for.',
    asking.map(
      ({ author }) =>
        `**Answer the review of ${nameOf(author)}.** It asks for changes; ` +
        'when they are made, ask for another look.',
    ),
  );
  if (wrong) return wrong;
  const unclearAgainst = unclear(against);
  if (unclearAgainst)
    return unjudged(
      say`GitHub did not say whether ${unclearAgainst.author.login}, who asks for changes, ` +
        say`may write to the repository.`,
    );
  const yes = current.filter(writer);
  const missing = shownWith.approvals - yes.length;
  if (missing <= 0) {
    if (yes.length === 0) return passed('No approval is asked for.');
    const own = shownWith.lastPushApproval ? byPushers(facts, yes) : undefined;
    return own ?? passed(`Approved by ${listed(yes.map(({ author }) => nameOf(author)))}.`);
  }
  const unclearFor = unclear(current);
  if (unclearFor)
    return unjudged(
      say`GitHub did not say whether ${unclearFor.author.login}, who approved, may write to ` +
        say`the repository.`,
    );
  const before = stale.find(writer);
  const again = before
    ? ` ${nameOf(before.author)} approved an earlier state; a push came after it.`
    : '';
  return (
    waiting('reviewer', `${counted(missing, 'approval')} missing.`, [
      `**Review and approve.** ${counted(missing, 'approval')} from people with write ` +
        `access ${missing === 1 ? 'is' : 'are'} missing.${again}`,
    ]) ?? passed('')
  );
}

/** Not passed if nobody approves but those who pushed what they approve. */
function byPushers(facts: Facts, yes: readonly Review[]): Standing | undefined {
  const pushers = pushersOf(facts.snapshot);
  if (!pushers.known) return unjudged(pushers.because);
  if (!yes.every(({ author }) => pushers.value.has(author.id))) return undefined;
  const names = listed(yes.map(({ author }) => nameOf(author)));
  return waiting('reviewer', 'Nobody but who pushed the last commit approves it.', [
    `**Somebody else reviews and approves.** ${names} approved ` +
      `${yes.length === 1 ? 'a commit of their own' : 'commits of their own'}: ` +
      'one more person with write access is asked for.',
  ]);
}
