import { sql, type Kysely } from 'kysely';
import type { Push } from '../review/model/snapshot.ts';
import type { Tables } from './database.ts';
import type { PullKey } from './pull-key.ts';

/** Adds a push; the same push a second time changes nothing. */
export async function addPush(
  kysely: Kysely<Tables>,
  { repository, number }: PullKey,
  { sha, at, by }: { sha: string; at: Date; by?: number },
): Promise<void> {
  await kysely
    .insertInto('pushes')
    .values({ repository, number, sha, at, by: by ?? null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/**
 * The pushes of a pull request, oldest first, the current head last.
 * @param head the current head; added if no delivery announced it
 * @param seenAt when that head was first seen
 */
export async function pushesOf(
  kysely: Kysely<Tables>,
  pull: PullKey,
  head: string,
  seenAt: Date,
): Promise<Push[]> {
  const { repository, number } = pull;
  const pushes = await kysely
    .selectFrom('pushes')
    .select(['sha', 'at', 'by'])
    .where('repository', '=', repository)
    .where('number', '=', number)
    .orderBy('at')
    .orderBy(sql`sha = ${head}`)
    .execute();
  if (pushes.at(-1)?.sha !== head) {
    await addPush(kysely, pull, { sha: head, at: seenAt });
    pushes.push({ sha: head, at: seenAt, by: null });
  }
  return pushes.map(({ sha, at, by }) => ({
    sha,
    at: at.toISOString(),
    ...(by !== null && { by }),
  }));
}
