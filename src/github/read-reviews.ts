import { ok, unavailable } from '../review/model/result.ts';
import type { Result, Review, RepositoryName } from '../review/model/snapshot.ts';
import { commentLimit, type Client } from './client.ts';
import {
  enumAt,
  integerAt,
  stringAt,
  stringAtOr,
  timeAt,
  toAccount,
  toAuthor,
  toList,
  toObject,
} from './parse-response.ts';
import { insidersAmong, limitAuthors } from './prioritize-authors.ts';

export interface ReviewList {
  reviews: readonly Review[];
  /** Whether `reviews` has only the last approval or request for changes of each writer. */
  isVerdictsOnly: boolean;
  /** The ids of authors who belong to the repository. */
  insiders: ReadonlySet<number>;
}

const states = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
} as const;

export async function readReviews(
  client: Client,
  repository: RepositoryName,
  pull: number,
): Promise<Result<ReviewList>> {
  const list = await client.listNewest(
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    { ...repository, pull_number: pull },
    commentLimit,
  );
  if (!list.ok) return list;
  const { items, isIncomplete } = list.value;
  // Anyone can add any number of reviews. A request for changes must not get lost among them.
  if (isIncomplete) return readVerdicts(client, repository, pull);
  const responses = items.map((item) => toObject(item, 'a review'));
  const reviews = responses.flatMap((from): Review[] => {
    const state = enumAt(from, 'state', [
      'APPROVED',
      'CHANGES_REQUESTED',
      'COMMENTED',
      'DISMISSED',
      'PENDING',
    ]);
    // A draft that GitHub shows only to its author.
    if (state === 'PENDING') return [];
    return [
      {
        id: integerAt(from, 'id'),
        author: toAuthor(from.user),
        state: states[state],
        at: timeAt(from, 'submitted_at'),
        sha: stringAtOr(from, 'commit_id', ''),
      },
    ];
  });
  return ok({ reviews, isVerdictsOnly: false, insiders: insidersAmong(responses) });
}

const verdictsQuery = `query($owner: String!, $repo: String!, $pull: Int!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $pull) {
      latestOpinionatedReviews(first: 100, writersOnly: true) {
        totalCount
        nodes {
          databaseId state submittedAt
          commit { oid }
          author { __typename login ... on User { databaseId } ... on Bot { databaseId } }
        }
      }
    }
  }
}`;

/** The last approval or request for changes of everyone with write permission. */
async function readVerdicts(
  client: Client,
  { owner, repo }: RepositoryName,
  pull: number,
): Promise<Result<ReviewList>> {
  const response = await client.query(verdictsQuery, { owner, repo, pull });
  if (!response.ok) return response;
  const pullRequest = toObject(response.value.repository, 'repository').pullRequest;
  const { totalCount, nodes } = toObject(
    toObject(pullRequest, 'pullRequest').latestOpinionatedReviews,
    'latestOpinionatedReviews',
  );
  const reviews = toList(nodes, 'nodes').map((node): Review => {
    const from = toObject(node, 'a review');
    const { __typename: type, databaseId: id, login } = toObject(from.author, 'author');
    return {
      id: integerAt(from, 'databaseId'),
      author: toAccount({ id, login, type }, 'author'),
      state: states[enumAt(from, 'state', ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'])],
      at: timeAt(from, 'submittedAt'),
      sha: stringAt(toObject(from.commit, 'commit'), 'oid'),
    };
  });
  if (reviews.length !== totalCount)
    return unavailable('it has reviews by more people than GitHub lists at once');
  return ok({
    reviews,
    isVerdictsOnly: true,
    insiders: new Set(reviews.map(({ author }) => author.id)),
  });
}

/** Each author's permission costs a request, and anyone can review. */
const maxReviewers = 100;

/** The approvals and requests for changes, of at most `maxReviewers` authors. */
export const verdictsAmong = (reviews: Result<ReviewList>): Result<readonly Review[]> =>
  reviews.ok
    ? ok(
        limitAuthors(
          reviews.value.reviews.filter(({ state }) => state !== 'commented').toReversed(),
          reviews.value.insiders,
          maxReviewers,
        ),
      )
    : reviews;
