import { ok, unavailable } from '../review/model/result.ts';
import type {
  Account,
  Result,
  StandingSuggestion,
  RepositoryName,
} from '../review/model/snapshot.ts';
import { commentLimit, type Client } from './client.ts';
import { integerAt, isObject, stringAt, stringAtOr, toObject } from './parse-response.ts';
import type { ReviewList } from './read-reviews.ts';

/** Our comments on the diff. Sends no request if no review is ours. */
export async function readSuggestions(
  client: Client,
  repository: RepositoryName,
  pull: number,
  bot: Account,
  reviews: Result<ReviewList>,
): Promise<Result<readonly StandingSuggestion[]>> {
  if (!reviews.ok) return reviews;
  const mayHaveOurs =
    reviews.value.isVerdictsOnly ||
    reviews.value.reviews.some(({ author }) => author.id === bot.id);
  if (!mayHaveOurs) return ok([]);
  const list = await client.listFirst(
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments',
    { ...repository, pull_number: pull },
    commentLimit,
  );
  if (!list.ok) return list;
  // Some of ours may be among the rest. Unavailable, so that nothing is suggested twice.
  if (list.value.exceeded !== undefined)
    return unavailable('it has more comments on the diff than Gatehouse reads');
  return ok(
    list.value.items
      .map((item) => toObject(item, 'a comment of a review'))
      .filter(({ user }) => isObject(user) && user.id === bot.id)
      .map((from) => ({
        id: integerAt(from, 'id'),
        path: stringAt(from, 'path'),
        body: stringAtOr(from, 'body', ''),
      })),
  );
}
