import { safe } from '../../shared/finding.ts';
import type { Facts } from '../model/facts.ts';
import { canWrite } from '../facts/roles.ts';
import { commitAuthorsOf, countApprovals, pushersOf } from '../facts/approvals.ts';
import { ok, valueOr } from '../model/result.ts';
import type { Account, Review } from '../model/snapshot.ts';
import { listed, loginText, shortSha } from '../model/markdown.ts';
import { failed, passed, unjudged, waiting, type GateStatus } from '../model/gate.ts';
import { count as countOf } from '../../report/text.ts';

/**
 * As many people with write access as the settings require approve this head, none of them wrote a
 * commit, at least one of them did not push it, and nobody with write access requests changes.
 */
export function review(facts: Facts): GateStatus {
  const { displaySettings, settings } = facts;
  if (!settings.ok)
    return unjudged(
      'The settings say how many approvals are required, and they could not be used.',
    );
  const approvals = countApprovals(facts);
  if (!approvals.ok) return unjudged(approvals.reason);
  const { current, stale, against } = approvals.value;
  const isByWriter = ({ author }: Review): boolean => {
    const mayWrite = canWrite(author, facts.snapshot);
    return mayWrite.ok && mayWrite.value;
  };
  const findUnclear = (reviews: readonly Review[]): Review | undefined =>
    reviews.find(({ author }) => !canWrite(author, facts.snapshot).ok);

  const changesRequested = failed(
    'author',
    'A reviewer requested changes.',
    against
      .filter(isByWriter)
      .map(
        ({ author }) =>
          `**Address the review by ${loginText(author)}.** It requests changes: ` +
          'make them, then request another review.',
      ),
    { task: 'the requested changes' },
  );
  if (changesRequested) return changesRequested;
  const unclearAgainst = findUnclear(against);
  if (unclearAgainst)
    return unjudged(
      safe`GitHub did not say whether ${unclearAgainst.author.login}, who requested changes, has ` +
        safe`write access to the repository.`,
    );
  const authors = displaySettings.commitAuthorApproval
    ? ok(noAuthors)
    : commitAuthorsOf(facts.snapshot);
  const approving = current.filter(isByWriter).map(({ author }) => author);
  if (!authors.ok && approving.length > 0) return unjudged(authors.reason);
  const commitAuthors = valueOr(authors, noAuthors);
  const approvers = approving.filter(({ id }) => !commitAuthors.has(id));
  const missing = displaySettings.approvals - approvers.length;
  if (missing <= 0) {
    if (approvers.length === 0) return passed('No approvals are required.');
    const ownApproval = displaySettings.lastPushApproval ? byPushers(facts, approvers) : undefined;
    return ownApproval ?? passed(`Approved by ${listed(approvers.map(loginText))}.`);
  }
  const unclearFor = findUnclear(current);
  if (unclearFor)
    return unjudged(
      safe`GitHub did not say whether ${unclearFor.author.login}, who approved, has write access ` +
        safe`to the repository.`,
    );
  const staleApproval = stale.find(isByWriter);
  const staleNote = staleApproval
    ? ` ${loginText(staleApproval.author)} approved an earlier commit, before the last push.`
    : '';
  const required = countOf(missing, 'more approval');
  return waiting(
    'reviewer',
    `${required} required.`,
    [
      `**Review and approve.** ${required} from people with write access ` +
        `${missing === 1 ? 'is' : 'are'} required.${staleNote}` +
        ownCommitNote(approving, commitAuthors),
    ],
    { task: countOf(missing, 'approval') },
  );
}

const noAuthors: ReadonlyMap<number, string> = new Map();

/** Whose approval does not count because of a commit, or ''. */
function ownCommitNote(
  approving: readonly Account[],
  commitAuthors: ReadonlyMap<number, string>,
): string {
  return approving
    .flatMap((account) => {
      const sha = commitAuthors.get(account.id);
      return sha === undefined
        ? []
        : [
            ` The approval by ${loginText(account)} does not count, because they wrote commit ` +
              `${shortSha(sha)} of this pull request.`,
          ];
    })
    .join('');
}

/** Waits for another reviewer if only people who pushed the head approved it. */
function byPushers(facts: Facts, approvers: readonly Account[]): GateStatus | undefined {
  const pushers = pushersOf(facts.snapshot);
  if (!pushers.ok) return unjudged(pushers.reason);
  if (!approvers.every(({ id }) => pushers.value.has(id))) return undefined;
  const commits = approvers.length === 1 ? 'a commit of their own' : 'commits of their own';
  return waiting(
    'reviewer',
    'Only people who pushed the latest commit approved it.',
    [
      `**Someone else must review and approve.** ${listed(approvers.map(loginText))} approved ` +
        `${commits}, so one more person with write access must approve.`,
    ],
    { task: countOf(1, 'approval') },
  );
}
