import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect, type Generated } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { fromPglite, type ConstructorOptions } from 'pg-boss';
import { UserError, errorMessage } from '../shared/user-error.ts';
import type { ConnectorType, OperationRecord } from '../catalog/connector-record.ts';
import type { ConnectorClass } from '../connector/connector.ts';
import type {
  ConnectorSearch,
  OperationSearch,
  StoredDetails,
  StoredSummary,
} from './catalog-rows.ts';
import type { Channel, NoticeSubject } from '../notices/notice.ts';
import type { SubscriberRole } from '../notices/subscription.ts';
import type { Ride, RideEventDetail } from '../release/ride.ts';
import type { ReferenceSettings } from '../settings/reference-settings.ts';
import type { FreezeScope, TrainSettings } from '../settings/train-settings.ts';
import type { RecordEntry } from '../review/model/effects.ts';
import type { FileFacts, Signature, Verification } from '../review/model/snapshot.ts';
import { damaged, DatabaseFolder, type CreatePolicy } from './database-folder.ts';
import { migrations } from './migrations.ts';
import { StorableParameters } from './storable-text.ts';

/**
 * The tables, which `migrations.ts` creates. Accounts, installations and comments are GitHub's ids.
 */
export interface Tables {
  deliveries: { id: string; event: string; action: string | null; received_at: Generated<Date> };
  pulls: {
    repository: string;
    number: number;
    installation: number;
    /** The newest comment that a delivery announced: GitHub's API may not list it yet. */
    told_comment: number | null;
    /** The head of the last completed review, and when that review started, by our clock. */
    head: string | null;
    reviewed_at: Date | null;
    /** The error of the last review; null if it did not fail. */
    failure: string | null;
  };
  /** Heads that deliveries announced, and the account that pushed each, if known. */
  pushes: { repository: string; number: number; sha: string; at: Date; by: number | null };
  signatures: {
    /**
     * The recipient, in lower case: `owner` is '' if it is not known, `repository` is '' if the
     * signature counts for all repositories of the owner.
     */
    owner: string;
    repository: string;
    account: number;
    login: string;
    company: string | null;
    /** The name and the address of the text that was signed; '' if they were not recorded. */
    name: string;
    url: string;
    version: string;
    digest: string;
    signed_at: Date;
    source: Signature['source'];
  };
  /** Confirmed identities of publishers: the last one of each account. `owner` is in lower case. */
  verifications: {
    owner: string;
    account: number;
    login: string;
    verified_at: Date;
    /** The last day, as in `2027-03-31`. */
    until: string;
    source: Verification['source'];
  };
  /** What is known of files of connectors, by the SHA of their blob. */
  files: { repository: string; sha: string; facts: FileFacts };
  /** Versions of connectors on their way through the rings (`release/ride.ts`). */
  rides: {
    id: Generated<string>;
    repository: string;
    folder: string;
    class: Ride['class'];
    kind: Ride['kind'];
    version: string;
    pull: number;
    sha: string;
    digest: string;
    created_at: Date;
    /** When the fold of its events came to a final state. Another event makes it null again. */
    ended_at: Date | null;
    /** The `seq` of the last event that notices were written about. */
    noticed_seq: Generated<number>;
    /** A digest of what the comment of its pull request was last asked to say of it. */
    shown: Generated<string | null>;
  };
  /** The names of repositories, in lower case, by GitHub's id, which a new name does not change. */
  repository_ids: { id: number; repository: string };
  /** What happened to rides. The database refuses to change or delete a row. */
  ride_events: { ride: string; seq: number; at: Date; by: string; detail: RideEventDetail };
  /** The catalog of each repository that is indexed. */
  catalogs: {
    /** In lower case. */
    repository: string;
    /** As GitHub spells it. */
    name: string;
    is_private: boolean;
    revision: number;
    /** The oldest revision whose connectors are all kept. */
    oldest_revision: number;
    /** Counts the updates by indexing. */
    updates: number;
    sha: string | null;
    changed_at: Date;
  };
  /**
   * The connectors of the catalogs: a row for each revision in which a connector looked another way.
   * Rows that a newer one replaced are kept for a day, for readers who are between two pages.
   */
  connectors: {
    id: Generated<number>;
    repository: string;
    folder: string;
    /** The revision that it appeared in, and the one that it was replaced or removed in. */
    valid_from: number;
    valid_to: number | null;
    ended_at: Date | null;
    class: ConnectorClass;
    type: ConnectorType;
    publisher_key: string | null;
    publisher: string | null;
    title_key: string;
    /** The words of the title; see `searchWords`. */
    title_words: string;
    categories: string[];
    authentication: string[];
    triggers: string[];
    states: string[];
    rings: string[];
    /** Operations that users see. */
    operations: number;
    created_at: Date | null;
    modified_at: Date | null;
    sha: string | null;
    digest: string;
    facts_version: number;
    /** What lists show, and what they do not. */
    summary: StoredSummary;
    details: StoredDetails;
    search: ConnectorSearch;
    /** Generated from `search`. */
    vector: Generated<string>;
  };
  /** The operations of each row of `connectors`. */
  operations: {
    connector: number;
    ordinal: number;
    kind: OperationRecord['kind'];
    is_shown: boolean;
    operation: OperationRecord;
    search: OperationSearch;
    /** Generated from `search`. */
    vector: Generated<string>;
  };
  /** Freezes that people declared, besides those of the settings. */
  freezes: {
    id: string;
    repository: string;
    first_day: string;
    last_day: string;
    /** An object around the scope, because JSON parameters must be objects. */
    scope: { scope: FreezeScope };
    reason: string;
    by: string;
    at: Date;
    ended_at: Date | null;
    ended_by: string | null;
    ended_reason: string | null;
  };
  /** What may be shown of a repository, and to whom (`repositories.ts`). */
  repositories: {
    /** In lower case. */
    repository: string;
    name: string;
    public_at: Date | null;
    train: TrainSettings | null;
    reference: ReferenceSettings | null;
    revision: Generated<number>;
  };
  /** Notices to send, and those that were sent (`notices/notice.ts`). */
  notices: {
    id: Generated<string>;
    /** The order in which they were written. */
    seq: Generated<number>;
    key: string;
    repository: string;
    /** Null for what is not about a single ride. */
    ride: string | null;
    channel: Channel;
    recipient: string;
    subject: NoticeSubject;
    /** Whether it is only sent as a part of a digest: the one whose id is `digest`. */
    in_digest: boolean;
    digest: string | null;
    created_at: Date;
    due_at: Date;
    /** Until when the process that is sending it has it for itself. */
    claimed_until: Date | null;
    attempts: Generated<number>;
    /** Both are null as long as it has to be sent. */
    sent_at: Date | null;
    dropped_at: Date | null;
    /** Why the last attempt failed, or why it was dropped. */
    error: string | null;
  };
  /** Who wants mail about a repository, and where to. */
  preferences: {
    /** Stays the same if the repository gets another name. */
    id: Generated<string>;
    repository: string;
    /** In lower case. */
    login: string;
    address: string;
    role: SubscriberRole;
    zone: string | null;
    created_at: Date;
    /** When the person confirmed the address. Until then nothing else is sent to it. */
    confirmed_at: Date | null;
  };
  /** What the pages of connectors are made of: the files of the folder with this digest. */
  connector_files: {
    repository: string;
    folder: string;
    path: string;
    digest: string;
    content: Uint8Array;
  };
  /**
   * Records of a pull request, one per kind and comment. For what has no comment, for a hold, a merge request and a rejection
   * there is only the latest, with comment 0.
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
  /** Options with which the queue uses the same database. */
  queue: ConstructorOptions;
  /** Whether it is embedded in this process, so that no other process can use it. */
  embedded: boolean;
  /** The error to throw if the database cannot be used. */
  unusable(error: unknown): UserError;
  close(): Promise<void>;
}

/** How a database is opened. */
export interface DatabaseOptions {
  /** A PostgreSQL connection string; undefined or empty: an embedded one below `folder`. */
  url: string | undefined;
  folder: string;
  createPolicy?: CreatePolicy;
  /** Called with a warning if a new database was created, in case an old one is missing. */
  warn?: (message: string) => void;
  /**
   * Called once if the embedded database can no longer be used safely: the process must end
   * immediately. Throws by default.
   */
  onLost?: (error: UserError) => void;
}

/** The schema of our tables. The queue has its tables in the schema `pgboss`. */
const schema = 'gatehouse';

/**
 * Opens the database and migrates its tables. Several processes may open the same PostgreSQL at the
 * same time.
 * @throws UserError if it cannot be used, or the policy does not allow to create it
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, createPolicy, warn } = options;
  const { database, folder } =
    url === undefined || url === ''
      ? await openEmbedded(options)
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
      throw damaged(options.folder, 'it has none of the tables of Gatehouse');
    if (isNew && !folder && createPolicy === 'no')
      throw new UserError(
        'The database of DATABASE_URL has no tables of Gatehouse, and ' +
          'GATEHOUSE_NEW_DATABASE=no does not allow to create them. ' +
          'Check that it is the right database, or restore its backup: ' +
          'docs/operate.md#backup.',
      );
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    folder?.ready(options.onLost ?? raise);
    const where = folder ? options.folder : 'the database of DATABASE_URL';
    if (isNew)
      warn?.(
        `There was no data of Gatehouse in ${where}: ` +
          'created a new database, without any signatures. ' +
          'If there should be signatures, stop now and see docs/operate.md#backup.',
      );
    return {
      ...database,
      kysely: database.kysely.withPlugin(new StorableParameters()).withSchema(schema),
    };
  } catch (error) {
    await database.close().catch(() => {}); // fails if the database is damaged
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
  // The pool replaces a connection that broke, and a query on it fails by itself. Without these
  // functions, the error of a connection would also end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
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
  createPolicy = 'unless marked',
}: DatabaseOptions): Promise<{ database: Database; folder: DatabaseFolder }> {
  const folder = await DatabaseFolder.open(path, createPolicy);
  const unusable = (error: unknown): UserError =>
    folder.isNew
      ? new UserError(
          `No database could be created in ${path}: ${errorMessage(error)}. ` +
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

const raise = (error: UserError): never => {
  throw error;
};
