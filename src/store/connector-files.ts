import type { Kysely, Transaction } from 'kysely';
import type { ChangedConnector } from '../catalog/catalog-update.ts';
import type { Tables } from './database.ts';

/** Stores the files that the pages of connectors are made of, in place of those of before. */
export async function replaceConnectorFiles(
  transaction: Transaction<Tables>,
  repository: string,
  changed: readonly ChangedConnector[],
  removed: readonly string[],
): Promise<void> {
  const folders = [...changed.map(({ facts }) => facts.folder), ...removed];
  if (folders.length > 0)
    await transaction
      .deleteFrom('connector_files')
      .where('repository', '=', repository)
      .where('folder', 'in', folders)
      .execute();
  for (const { facts, contents = new Map() } of changed)
    for (const [path, content] of contents)
      await transaction
        .insertInto('connector_files')
        .values({ repository, folder: facts.folder, path, digest: facts.digest, content })
        .execute();
}

/**
 * The files of a connector by their paths within the folder; none unless they have the digest.
 * @param only the path of the only one to read
 */
export async function connectorFilesOf(
  kysely: Kysely<Tables>,
  repository: string,
  { folder, digest }: { folder: string; digest: string },
  only?: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const rows = await kysely
    .selectFrom('connector_files')
    .select(['path', 'content'])
    .where('repository', '=', repository)
    .where('folder', '=', folder)
    .where('digest', '=', digest)
    .$if(only !== undefined, (query) => query.where('path', '=', only ?? ''))
    .execute();
  return new Map(rows.map(({ path, content }) => [path, content]));
}
