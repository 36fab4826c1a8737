import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect, type Generated } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { fromPglite, type ConstructorOptions } from 'pg-boss';
import { UserError, errorMessage } from '../shared/user-error.ts';
import type { RecordEntry } from '../review/model/effects.ts';
import type { Signature } from '../review/model/snapshot.ts';
import { damaged, DatabaseFolder, type CreatePolicy } from './database-folder.ts';
import { migrations } from './migrations.ts';
import { StorableParameters } from './storable-text.ts';

/**
 * What is kept, table by table; `migrations.ts` makes them. Accounts, installations and comments
 * are GitHub's numbers.
 */
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
    /**
     * Whom it was given to, in small letters: '' if that is not known, and for no repository in
     * particular.
     */
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
    source: Signature['source'];
  };
  /**
   * What was recorded of a pull request: one for each comment; of a hold, of a wish to merge and of
   * a rejection the last one (as comment 0).
   */
  records: {
    repository: string;
    number: number;
    kind: RecordEntry['kind'];
    comment: number;
    entry: RecordEntry;
  };
}

export interface Database {
  kysely: Kysely<Tables>;
  /** How the queue reaches the same database. */
  queue: ConstructorOptions;
  /** True where no other process can be at work in it. */
  embedded: boolean;
  /** What to say when it turns out that it cannot be used. */
  unusable(error: unknown): UserError;
  close(): Promise<void>;
}

/** How a database is opened. */
export interface DatabaseOptions {
  /** A PostgreSQL connection string; undefined or empty: an embedded one below `folder`. */
  url: string | undefined;
  folder: string;
  mayMake?: CreatePolicy;
  /** Is told when a new database was made: somebody may miss an old one. */
  tell?: (words: string) => void;
  /**
   * Is called once if the embedded database can no longer be used safely: the process must end at
   * once. Throws, if nothing else is said.
   */
  lost?: (problem: UserError) => void;
}

/** The schema of our own tables; the queue keeps its tables in `pgboss`. */
const schema = 'gatehouse';

/**
 * Opens the database and brings its tables up to date; any number of processes may do that at once
 * with one that is not embedded.
 */
export async function openDatabase(opening: DatabaseOptions): Promise<Database> {
  const { url, mayMake, tell } = opening;
  const { database, folder } =
    url === undefined || url === ''
      ? await openEmbedded(opening)
      : { database: openServer(url), folder: undefined };
  try {
    const migrator = new Migrator({
      db: database.kysely,
      provider: { getMigrations: () => Promise.resolve(migrations) },
      migrationTableSchema: schema,
    });
    const isNew = (await migrator.getMigrations()).every(
      ({ executedAt }) => executedAt === undefined,
    );
    if (isNew && folder?.isNew === false)
      throw damaged(opening.folder, 'it has none of the tables of Gatehouse');
    if (isNew && !folder && mayMake === 'no')
      throw new UserError(
        'The database of DATABASE_URL has no tables of Gatehouse, and none may be made ' +
          '(GATEHOUSE_NEW_DATABASE=no). Is it the right one? Else restore its backup: ' +
          'docs/operate.md#backup.',
      );
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    folder?.ready(opening.lost ?? raise);
    const where = folder ? opening.folder : 'the database of DATABASE_URL';
    if (isNew)
      tell?.(
        `There was nothing of Gatehouse in ${where}: ` +
          'a new database was made, without any signatures. ' +
          'If there should be some, stop now and see docs/operate.md#backup.',
      );
    return {
      ...database,
      kysely: database.kysely.withPlugin(new StorableParameters()).withSchema(schema),
    };
  } catch (error) {
    await database.close().catch(() => {}); // of one that is damaged
    throw error instanceof UserError ? error : database.unusable(error);
  }
}

function openServer(url: string): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    types: {
      getTypeParser: (oid, format) =>
        oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
    },
  });
  // an idle connection that broke is replaced by the pool; whoever uses a broken one is told
  pool.on('error', () => {});
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const unusable = (error: unknown): UserError =>
    new UserError(`The database of DATABASE_URL cannot be used: ${errorMessage(error)}`, {
      cause: error,
    });
  return {
    kysely,
    queue: { connectionString: url, max: 10 },
    embedded: false,
    unusable,
    close: () => kysely.destroy(),
  };
}

async function openEmbedded({
  folder: path,
  mayMake = 'unless marked',
}: DatabaseOptions): Promise<{ database: Database; folder: DatabaseFolder }> {
  const folder = await DatabaseFolder.open(path, mayMake);
  const unusable = (error: unknown): UserError =>
    folder.isNew
      ? new UserError(
          `No database could be made in ${path}: ${errorMessage(error)}. ` +
            'Make sure that its disk is not full, and start again.',
        )
      : damaged(path, errorMessage(error));
  try {
    const pglite = await PGlite.create(folder.database);
    const kysely = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
    const close = async (): Promise<void> => {
      try {
        await kysely.destroy();
      } finally {
        folder.release();
      }
    };
    return {
      database: {
        kysely,
        queue: { db: fromPglite(pglite), backend: 'pglite' },
        embedded: true,
        unusable,
        close,
      },
      folder,
    };
  } catch (error) {
    folder.release();
    throw unusable(error);
  }
}

const raise = (problem: UserError): never => {
  throw problem;
};
