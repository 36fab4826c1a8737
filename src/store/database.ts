import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect, type ColumnType, type Generated } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { fromPglite, type ConstructorOptions } from 'pg-boss';
import { Problem, said } from '../problem.ts';
import type { Entry } from '../review/effects.ts';
import type { Signature } from '../review/snapshot.ts';
import { migrations } from './migrations.ts';

/** What is kept, table by table; `migrations.ts` makes them. Accounts, installations and comments are GitHub's numbers. */
export interface Tables {
  deliveries: { id: string; event: string; action: string | null; received_at: Generated<Date> };
  pulls: {
    repository: string;
    number: number;
    installation: number;
    /** The newest comment that a delivery told of: GitHub's API may not list it yet. */
    told_comment: number | null;
    /** The head of the last review that came to an end, and when it did by our clock. */
    head: string | null;
    reviewed_at: Date | null;
    /** Why the last attempts failed; null where the last one did not. */
    failure: string | null;
  };
  /** Heads as deliveries told of them, and the account that pushed each if one did. */
  pushes: { repository: string; number: number; sha: string; at: Date; by: number | null };
  signatures: {
    /** Whom it was given to, in small letters: '' if that is not known, and for no repository in particular. */
    owner: string;
    repository: string;
    account: number;
    login: string;
    company: string | null;
    /** Of the text; '' if it was not recorded. */
    name: string;
    url: string;
    version: string;
    digest: string;
    signed_at: Date;
    source: ColumnType<Signature['source'], string, string>;
  };
  /** What was recorded of a pull request: one for each comment; of a hold, of a wish to merge and of a refusal the last one (as comment 0). */
  records: { repository: string; number: number; is: Entry['is']; comment: number; entry: ColumnType<Entry, string, string> };
}

export interface Database {
  kysely: Kysely<Tables>;
  /** How the queue reaches the same database. */
  queue: ConstructorOptions;
  /** True where no other process can be at work in it. */
  embedded: boolean;
  close(): Promise<void>;
}

/** The schema of our own tables; the queue keeps its tables in `pgboss`. */
const schema = 'gatehouse';

/**
 * Opens the database and brings its tables up to date; any number of processes may do that at once.
 * @param url a PostgreSQL connection string; undefined: an embedded one below `folder`
 */
export async function openDatabase(url: string | undefined, folder: string): Promise<Database> {
  const database = url === undefined || url === '' ? await openEmbedded(folder) : openServer(url);
  try {
    const migrator = new Migrator({ db: database.kysely, provider: { getMigrations: () => Promise.resolve(migrations) }, migrationTableSchema: schema });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    return { ...database, kysely: database.kysely.withSchema(schema) };
  } catch (error) {
    await database.close();
    throw url ? new Problem(`The database of DATABASE_URL cannot be used: ${said(error)}`, { cause: error }) : error;
  }
}

function openServer(url: string): Database {
  const pool = new pg.Pool({ connectionString: url, max: 10, types: { getTypeParser: (oid, format) => (oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)) } });
  pool.on('error', () => {}); // an idle connection that broke is replaced by the pool; whoever uses a broken one is told
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return { kysely, queue: { connectionString: url, max: 10 }, embedded: false, close: () => kysely.destroy() };
}

async function openEmbedded(folder: string): Promise<Database> {
  mkdirSync(folder, { recursive: true });
  const unlock = lock(join(folder, 'lock'), folder);
  try {
    const pglite = await PGlite.create(join(folder, 'database'));
    const kysely = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
    const close = async (): Promise<void> => {
      await kysely.destroy();
      unlock();
    };
    return { kysely, queue: { db: fromPglite(pglite), backend: 'pglite' }, embedded: true, close };
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * Two processes in one embedded database would ruin it. A lock that the system itself takes back when the process dies: SQLite has
 * one on every platform, and Node.js has SQLite.
 */
function lock(path: string, folder: string): () => void {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec('BEGIN EXCLUSIVE');
  } catch {
    file.close();
    throw new Problem(`Another process is using the embedded database in ${folder}. Stop that one, or let both share a PostgreSQL: set DATABASE_URL.`);
  }
  return () => file.close();
}
