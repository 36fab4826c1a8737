import { compareStrings } from '../connector/order.ts';
import type { Facts } from './facts.ts';
import { webFlow } from './agreement.ts';
import { known, knownOr } from './known.ts';
import { isPerson } from './people.ts';
import type { Known, Review, Snapshot } from './snapshot.ts';

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

export function approvalsOf({
  snapshot: { reviews, pull },
}: Pick<Facts, 'snapshot'>): Known<Approvals> {
  if (!reviews.known) return reviews;
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
  return known({
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
}: Pick<Snapshot, 'pushes' | 'commits' | 'pull'>): Known<ReadonlySet<number>> {
  if (!commits.known) return commits;
  const commit = commits.value.find(({ sha }) => sha === head.sha);
  const named = commit ? [commit.author, commit.committer] : [];
  const accounts = named.flatMap(({ account }) =>
    account.known && account.value && account.value.id !== webFlow ? [account.value.id] : [],
  );
  const told = knownOr(pushes, []).flatMap(({ sha, by }) =>
    sha === head.sha && by !== undefined ? [by] : [],
  );
  return known(new Set([...accounts, ...told]));
}
