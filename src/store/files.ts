import { sql, type Kysely } from 'kysely';
import type { FileFacts } from '../review/model/snapshot.ts';
import type { Tables } from './database.ts';

/** What is known of files of a repository, by the SHA of their blob. */
export async function factsOfFiles(
  kysely: Kysely<Tables>,
  repository: string,
  shas: readonly string[],
): Promise<ReadonlyMap<string, FileFacts>> {
  const rows = await kysely
    .selectFrom('files')
    .select(['sha', 'facts'])
    .where('repository', '=', repository.toLowerCase())
    // The list is a single parameter, because a repository has more files than PostgreSQL allows
    // parameters.
    .where(sql<boolean>`sha = any(${shas}::text[])`)
    .execute();
  return new Map(rows.map(({ sha, facts }) => [sha, facts]));
}

/** Adds what was found out about files. Facts that are there already stay. */
export async function addFileFacts(
  kysely: Kysely<Tables>,
  repository: string,
  files: ReadonlyMap<string, FileFacts>,
): Promise<void> {
  for (const [sha, facts] of files)
    await kysely
      .insertInto('files')
      .values({ repository: repository.toLowerCase(), sha, facts })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}
