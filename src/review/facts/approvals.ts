import { compareStrings } from '../../shared/compare-strings.ts';
import type { Facts } from '../model/facts.ts';
import { webFlow } from '../../cla/signatories.ts';
import { ok, valueOr } from '../model/result.ts';
import { isPerson } from '../model/account.ts';
import type { Commit, Result, Review, Snapshot } from '../model/snapshot.ts';

/**
 * The latest approval or request for changes of each reviewer, without the author. A review that
 * only comments replaces neither.
 */
export interface Approvals {
  /** Approvals of the present head. */
  current: readonly Review[];
  /** Approvals of an earlier head. */
  stale: readonly Review[];
  /** Requests for changes at any head: they count until their reviewer withdraws them. */
  against: readonly Review[];
}

export function countApprovals({
  snapshot: { reviews, pull },
}: Pick<Facts, 'snapshot'>): Result<Approvals> {
  if (!reviews.ok) return reviews;
  const last = new Map<number, Review>();
  for (const review of reviews.value.toSorted(
    (a, b) => compareStrings(a.at, b.at) || a.id - b.id,
  )) {
    if (
      review.state === 'commented' ||
      review.author.id === pull.author.id ||
      !isPerson(review.author)
    )
      continue;
    last.set(review.author.id, review);
  }
  const latest = [...last.values()];
  const approved = latest.filter(({ state }) => state === 'approved');
  return ok({
    current: approved.filter(({ sha }) => sha === pull.head.sha),
    stale: approved.filter(({ sha }) => sha !== pull.head.sha),
    against: latest.filter(({ state }) => state === 'changes-requested'),
  });
}

/**
 * The ids of the accounts that wrote or committed a commit of the pull request, each with the SHA of
 * the first one. Like palantir/policy-bot, this leaves out co-authors: GitHub makes a reviewer whose
 * suggestion is applied a co-author of that commit.
 */
export function commitAuthorsOf({
  commits,
}: Pick<Snapshot, 'commits'>): Result<ReadonlyMap<number, string>> {
  if (!commits.ok) return commits;
  const found = new Map<number, string>();
  for (const commit of commits.value)
    for (const id of accountsOf(commit)) if (!found.has(id)) found.set(id, commit.sha);
  return ok(found);
}

const accountsOf = ({ author, committer }: Commit): number[] =>
  [author, committer].flatMap(({ account }) =>
    account.ok && account.value && account.value.id !== webFlow ? [account.value.id] : [],
  );

/**
 * The ids of the accounts that pushed the present head: the one that the webhook named, and the
 * author and committer of the commit. GitHub's rule "Require approval of the most recent reviewable
 * push" requires an approval by someone else.
 */
export function pushersOf({
  pushes,
  commits,
  pull: { head },
}: Pick<Snapshot, 'pushes' | 'commits' | 'pull'>): Result<ReadonlySet<number>> {
  if (!commits.ok) return commits;
  const commit = commits.value.find(({ sha }) => sha === head.sha);
  const fromWebhooks = valueOr(pushes, []).flatMap(({ sha, by }) =>
    sha === head.sha && by !== undefined ? [by] : [],
  );
  return ok(new Set([...(commit ? accountsOf(commit) : []), ...fromWebhooks]));
}
