import { sql, type Transaction } from 'kysely';
import type { Tables } from './database.ts';

/** When a row is replaced. */
interface Change {
  revision: number;
  now: Date;
}

/** Ends the current rows of folders. @returns when each connector was created, by folder */
export async function endRows(
  transaction: Transaction<Tables>,
  repository: string,
  folders: readonly string[],
  { revision, now }: Change,
): Promise<ReadonlyMap<string, Date | null>> {
  if (folders.length === 0) return new Map();
  const rows = await transaction
    .updateTable('connectors')
    .set({ valid_to: revision, ended_at: now })
    .where('repository', '=', repository)
    .where('valid_to', 'is', null)
    .where(sql<boolean>`folder = any(${folders}::text[])`)
    .returning(['folder', 'created_at'])
    .execute();
  return new Map(rows.map(({ folder, created_at }) => [folder, created_at]));
}

/** Columns that do not come from the files of a connector. */
interface Amendment {
  type?: Tables['connectors']['type'];
  rings?: string[];
  sha?: string | null;
  created_at?: Date | null;
  modified_at?: Date | null;
}

/** Replaces the current row of a folder by one that differs in some columns. */
export async function replaceRow(
  transaction: Transaction<Tables>,
  repository: string,
  folder: string,
  change: Change,
  amendment: Amendment,
): Promise<void> {
  const row = await transaction
    .selectFrom('connectors')
    .selectAll()
    .where('repository', '=', repository)
    .where('folder', '=', folder)
    .where('valid_to', 'is', null)
    .executeTakeFirst();
  if (!row) return;
  const { id: replaced, vector: _, ...columns } = row;
  await endRows(transaction, repository, [folder], change);
  const { id } = await transaction
    .insertInto('connectors')
    .values({ ...columns, ...amendment, valid_from: change.revision })
    .returning('id')
    .executeTakeFirstOrThrow();
  await transaction
    .insertInto('operations')
    .columns(['connector', 'ordinal', 'kind', 'is_shown', 'operation', 'search'])
    .expression((builder) =>
      builder
        .selectFrom('operations')
        .select(sql<number>`${id}::bigint`.as('connector'))
        .select(['ordinal', 'kind', 'is_shown', 'operation', 'search'])
        .where('connector', '=', replaced),
    )
    .execute();
}

/**
 * Stores where a connector is live, after something happened to one of its rides. Readers see that
 * as a new revision, like any other change.
 */
export async function storeRings(
  transaction: Transaction<Tables>,
  repository: string,
  folder: string,
  rings: string[],
  now: Date,
): Promise<void> {
  const catalog = await transaction
    .selectFrom('catalogs')
    .select('revision')
    .where('repository', '=', repository)
    .forUpdate()
    .executeTakeFirst();
  if (!catalog) return;
  const revision = catalog.revision + 1;
  const isStored = await transaction
    .selectFrom('connectors')
    .select('id')
    .where('repository', '=', repository)
    .where('folder', '=', folder)
    .where('valid_to', 'is', null)
    .where(sql<boolean>`rings = ${rings}::text[]`)
    .executeTakeFirst();
  if (!isStored) await replaceRow(transaction, repository, folder, { revision, now }, { rings });
  await transaction
    .updateTable('catalogs')
    .set({ revision, changed_at: now })
    .where('repository', '=', repository)
    .execute();
}
