import { sql, type Kysely, type Transaction } from 'kysely';
import type { CatalogUpdate, IndexedCatalog } from '../catalog/catalog-update.ts';
import { factsVersion } from '../catalog/read-facts.ts';
import { liveVersions } from '../release/live-versions.ts';
import { columnsOf, commitColumns, operationColumns } from './catalog-rows.ts';
import { replaceConnectorFiles } from './connector-files.ts';
import { endRows, replaceRow } from './connector-rows.ts';
import type { Tables } from './database.ts';
import { ridesOf } from './rides.ts';

/** How long a row that a newer one replaced is kept, in milliseconds. */
const retention = 86_400_000;
/** Operations that one statement inserts: each takes six of the 65,535 parameters. */
const maxInserted = 5000;

/** What is stored of the catalog of a repository. */
export async function indexedCatalog(
  kysely: Kysely<Tables>,
  repository: string,
): Promise<IndexedCatalog> {
  const catalog = await kysely
    .selectFrom('catalogs')
    .select(['updates', 'sha'])
    .where('repository', '=', repository)
    .executeTakeFirst();
  if (!catalog) return { updates: 0, commit: undefined, folders: [] };
  const rows = await kysely
    .selectFrom('connectors')
    .select(['folder', 'class', 'type', 'publisher_key', 'digest', 'facts_version', 'sha'])
    .where('repository', '=', repository)
    .where('valid_to', 'is', null)
    .orderBy('folder')
    .execute();
  return {
    updates: catalog.updates,
    commit: catalog.sha ?? undefined,
    folders: rows.map((row) => ({
      folder: row.folder,
      class: row.class,
      type: row.type,
      ...(row.publisher_key !== null && { publisherKey: row.publisher_key }),
      digest: row.digest,
      factsVersion: row.facts_version,
      hasCommit: row.sha !== null,
    })),
  };
}

/**
 * Stores what changed, as one revision. Nothing that readers see changes if nothing did.
 * @returns false if another update was stored since the changes were found: then nothing is stored
 */
export async function updateCatalog(
  transaction: Transaction<Tables>,
  update: CatalogUpdate,
  now: Date,
): Promise<boolean> {
  const repository = update.repository.toLowerCase();
  const catalog = await lockedCatalog(transaction, update, now);
  if (catalog.updates !== update.updates) return false;
  const isPrivate = update.visibility === 'private';
  const { changed, amended, removed } = update;
  const hasNews =
    changed.length + amended.length + removed.length > 0 ||
    catalog.sha !== (update.commit ?? null) ||
    catalog.is_private !== isPrivate ||
    catalog.name !== update.repository;
  if (!hasNews) return true;
  const revision = catalog.revision + 1;
  const replaced = [...changed.map(({ facts }) => facts.folder), ...removed];
  const rings = await ringsOf(transaction, repository, replaced);
  const before = await endRows(transaction, repository, replaced, { revision, now });
  await replaceConnectorFiles(transaction, repository, changed, removed);
  for (const { facts, type, contents: _, ...commit } of changed) {
    const { folder } = facts;
    const { id } = await transaction
      .insertInto('connectors')
      .values({
        ...columnsOf(facts),
        ...commitColumns(commit),
        ...(before.has(folder) && { created_at: before.get(folder) ?? null }),
        repository,
        type,
        rings: rings.get(folder) ?? [],
        valid_from: revision,
        facts_version: factsVersion,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const rows = facts.operations.map((operation, ordinal) => ({
      connector: id,
      ...operationColumns(operation, ordinal),
    }));
    for (let at = 0; at < rows.length; at += maxInserted)
      await transaction
        .insertInto('operations')
        .values(rows.slice(at, at + maxInserted))
        .execute();
  }
  for (const { folder, type, ...commit } of amended)
    await replaceRow(
      transaction,
      repository,
      folder,
      { revision, now },
      { type, ...(commit.commit !== undefined && commitColumns(commit)) },
    );
  await transaction
    .updateTable('catalogs')
    .set({
      name: update.repository,
      is_private: isPrivate,
      revision,
      updates: catalog.updates + 1,
      sha: update.commit ?? null,
      changed_at: now,
    })
    .where('repository', '=', repository)
    .execute();
  await forgetRevisions(transaction, repository, now);
  return true;
}

/** The row of a catalog, which nobody else can change until the commit. Creates it if there is none. */
async function lockedCatalog(
  transaction: Transaction<Tables>,
  { repository, visibility }: CatalogUpdate,
  now: Date,
) {
  await transaction
    .insertInto('catalogs')
    .values({
      repository: repository.toLowerCase(),
      name: repository,
      is_private: visibility === 'private',
      revision: 0,
      oldest_revision: 0,
      updates: 0,
      sha: null,
      changed_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return transaction
    .selectFrom('catalogs')
    .selectAll()
    .where('repository', '=', repository.toLowerCase())
    .forUpdate()
    .executeTakeFirstOrThrow();
}

/** The rings in which folders have a live version. */
async function ringsOf(
  kysely: Kysely<Tables>,
  repository: string,
  folders: readonly string[],
): Promise<ReadonlyMap<string, string[]>> {
  if (folders.length === 0) return new Map();
  const rides = await ridesOf(kysely, repository, { folders });
  return new Map(
    [...Map.groupBy(rides, ({ ride }) => ride.folder)].map(([folder, ofFolder]) => [
      folder,
      [...liveVersions(ofFolder).keys()].sort(),
    ]),
  );
}

/** Deletes rows that were replaced more than a day ago. */
async function forgetRevisions(
  transaction: Transaction<Tables>,
  repository: string,
  now: Date,
): Promise<void> {
  const rows = await transaction
    .deleteFrom('connectors')
    .where('repository', '=', repository)
    .where('valid_to', 'is not', null)
    .where('ended_at', '<', new Date(now.getTime() - retention))
    .returning('valid_to')
    .execute();
  const oldest = rows.reduce((max, { valid_to }) => Math.max(max, valid_to ?? 0), 0);
  if (oldest > 0)
    await transaction
      .updateTable('catalogs')
      .set({ oldest_revision: sql<number>`greatest(oldest_revision, ${oldest})` })
      .where('repository', '=', repository)
      .execute();
}

/** Deletes the catalog of a repository. */
export async function deleteCatalog(
  transaction: Transaction<Tables>,
  repository: string,
): Promise<void> {
  for (const table of ['connectors', 'connector_files', 'catalogs'] as const)
    await transaction.deleteFrom(table).where('repository', '=', repository).execute();
}
