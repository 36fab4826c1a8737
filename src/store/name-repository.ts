import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import type { Tables } from './database.ts';

/**
 * Stores the name of a repository. If it had another one, everything that is stored under that name
 * moves to the new name, in one transaction.
 * @param id GitHub's id, which a new name or owner does not change
 * @param name `owner/name`
 * @returns whether it had another name
 */
export async function nameRepository(
  kysely: Kysely<Tables>,
  id: number,
  name: string,
): Promise<boolean> {
  const repository = name.toLowerCase();
  if ((await nameOf(kysely, id)) === repository) return false;
  return kysely.transaction().execute(async (transaction) => {
    await sql`lock table gatehouse.repository_ids in exclusive mode`.execute(transaction);
    const former = await nameOf(transaction, id);
    if (former === repository) return false;
    const holder = await transaction
      .selectFrom('repository_ids')
      .select('id')
      .where('repository', '=', repository)
      .executeTakeFirst();
    // The name belonged to a repository that has another one now, which is not known yet. What is
    // stored of it waits under its id.
    if (holder) await moveTo(transaction, holder.id, repository, `#${holder.id}`);
    if (former === undefined) {
      await transaction.insertInto('repository_ids').values({ id, repository }).execute();
      return false;
    }
    await moveTo(transaction, id, former, repository);
    return true;
  });
}

async function nameOf(kysely: Kysely<Tables>, id: number): Promise<string | undefined> {
  const row = await kysely
    .selectFrom('repository_ids')
    .select('repository')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.repository;
}

async function moveTo(
  transaction: Transaction<Tables>,
  id: number,
  from: string,
  to: string,
): Promise<void> {
  await transaction
    .updateTable('repository_ids')
    .set({ repository: to })
    .where('id', '=', id)
    .execute();
  for (const table of await tablesByRepository(transaction))
    await moveRows(transaction, table, from, to);
  await moveSignatures(transaction, from, to);
}

interface RepositoryTable {
  name: string;
  /** The columns of its unique indexes, without the name of the repository. */
  keys: readonly (readonly string[])[];
}

/** The tables whose rows belong to a repository. */
async function tablesByRepository(transaction: Transaction<Tables>): Promise<RepositoryTable[]> {
  const { rows } = await sql<RepositoryTable>`
    select tables.relname::text as name, coalesce(
      (select json_agg(keys.columns) from (
        select array_remove(array_agg(columns.attname::text), 'repository') as columns
        from pg_index
        cross join unnest(pg_index.indkey) as key
        join pg_attribute as columns on columns.attrelid = tables.oid and columns.attnum = key
        where pg_index.indrelid = tables.oid and pg_index.indisunique and pg_index.indexprs is null
        group by pg_index.indexrelid
        having 'repository' = any(array_agg(columns.attname::text))
      ) as keys), '[]') as keys
    from pg_class as tables
    join pg_namespace on pg_namespace.oid = tables.relnamespace
    join pg_attribute on pg_attribute.attrelid = tables.oid and pg_attribute.attname = 'repository'
    where pg_namespace.nspname = 'gatehouse' and tables.relkind = 'r'
      and tables.relname not in ('repository_ids', 'signatures')
    order by tables.relname`.execute(transaction);
  return rows;
}

/**
 * Moves the rows of a table. A delivery or a review may have been stored under the new name before
 * it was known to be a new name: then the newer row stays.
 */
async function moveRows(
  transaction: Transaction<Tables>,
  { name, keys }: RepositoryTable,
  from: string,
  to: string,
): Promise<void> {
  const table = sql.table(`gatehouse.${name}`);
  const same = keys.map(
    (columns): RawBuilder<unknown> =>
      sql`(${sql.join(
        [
          sql`true`,
          ...columns.map((column) => sql`newer.${sql.ref(column)} = older.${sql.ref(column)}`),
        ],
        sql` and `,
      )})`,
  );
  const isSame = sql.join([sql`false`, ...same], sql` or `);
  const isTaken = sql`exists (
    select 1 from ${table} as newer where newer.repository = ${to} and (${isSame})
  )`;
  // Events are never deleted, and with them no ride. Of two rides of one commit, one is deployed.
  if (name === 'rides')
    await sql`
      update ${table} as older set ended_at = now()
      where repository = ${from} and ended_at is null and ${isTaken}`.execute(transaction);
  else
    await sql`delete from ${table} as older where repository = ${from} and ${isTaken}`.execute(
      transaction,
    );
  await sql`
    update ${table} as older set repository = ${to}
    where repository = ${from} and not ${isTaken}`.execute(transaction);
}

/**
 * Moves signatures that are for one repository. Another owner is another party to the agreement:
 * what was signed for the former one stays where it is.
 */
async function moveSignatures(
  transaction: Transaction<Tables>,
  from: string,
  to: string,
): Promise<void> {
  const [fromOwner, fromRepository = ''] = from.split('/');
  const [toOwner, toRepository = ''] = to.split('/');
  if (fromOwner !== toOwner || fromRepository === '') return;
  await sql`
    update gatehouse.signatures as older set repository = ${toRepository}
    where owner = ${fromOwner} and repository = ${fromRepository} and not exists (
      select 1 from gatehouse.signatures as newer
      where newer.owner = ${toOwner} and newer.repository = ${toRepository}
        and newer.account = older.account and newer.name = older.name and newer.url = older.url
        and newer.version = older.version and newer.digest = older.digest)`.execute(transaction);
}
