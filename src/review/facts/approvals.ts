import { compareStrings } from '../../shared/compare-strings.ts';
import type { Facts } from '../model/facts.ts';
import { webFlow } from '../../cla/signatories.ts';
import { ok, valueOr } from '../model/result.ts';
import { isPerson } from '../model/account.ts';
import type { Result, Review, Snapshot } from '../model/snapshot.ts';

/**
 * The last word of each reviewer but the author: an approval, or a request for changes. A comment
 * takes nothing back.
 */
export interface Approvals {
  /** Of the present head. */
  current: readonly Review[];
  /** Of an earlier one. */
  stale: readonly Review[];
  /** Requests for changes, of whatever head: they stand until they are taken back. */
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
  const words = [...last.values()];
  const approved = words.filter(({ state }) => state === 'approved');
  return ok({
    current: approved.filter(({ sha }) => sha === pull.head.sha),
    stale: approved.filter(({ sha }) => sha !== pull.head.sha),
    against: words.filter(({ state }) => state === 'changes-requested'),
  });
}

/**
 * The numbers of the accounts that pushed the present head: who a delivery said pushed it, and the
 * author and committer that its commit names. GitHub asks for an approval by somebody else with its
 * rule "Require approval of the most recent reviewable push".
 */
export function pushersOf({
  pushes,
  commits,
  pull: { head },
}: Pick<Snapshot, 'pushes' | 'commits' | 'pull'>): Result<ReadonlySet<number>> {
  if (!commits.ok) return commits;
  const commit = commits.value.find(({ sha }) => sha === head.sha);
  const named = commit ? [commit.author, commit.committer] : [];
  const accounts = named.flatMap(({ account }) =>
    account.ok && account.value && account.value.id !== webFlow ? [account.value.id] : [],
  );
  const told = valueOr(pushes, []).flatMap(({ sha, by }) =>
    sha === head.sha && by !== undefined ? [by] : [],
  );
  return ok(new Set([...accounts, ...told]));
}
