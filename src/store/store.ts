import { sql } from 'kysely';
import type { CatalogSource } from '../catalog/catalog-source.ts';
import type { CatalogUpdate, IndexedCatalog } from '../catalog/catalog-update.ts';
import type { Channel, RideNotices, StoredNotice } from '../notices/notice.ts';
import type { NewRideEvent, RideHistory } from '../release/ride.ts';
import type { RecordEntry } from '../review/model/effects.ts';
import type {
  Answer,
  ConnectorIdentity,
  FileFacts,
  Publication,
  Push,
  Signature,
  Verification,
} from '../review/model/snapshot.ts';
import { compareStrings } from '../shared/compare-strings.ts';
import { deleteCatalog, indexedCatalog, updateCatalog } from './catalog.ts';
import { CatalogQueries } from './catalog-queries.ts';
import { connectorFilesOf } from './connector-files.ts';
import { openDatabase, type Database, type DatabaseOptions } from './database.ts';
import {
  startQueue,
  type IndexJob,
  type MergeGroup,
  type PullJob,
  type Queue,
  type SweepJob,
  type Work,
} from './queue.ts';
import { nameRepository } from './name-repository.ts';
import { pullKeyOf, type PullKey } from './pull-key.ts';
import { addPush, pushesOf } from './pushes.ts';
import { addFileFacts, factsOfFiles } from './files.ts';
import {
  addDigest,
  claimNotices,
  confirmSubscription,
  noticeStatesOf,
  recordOutcome,
  subscribe,
  subscriptionsOf,
  unsubscribe,
  type NewDigest,
  type NewSubscription,
  type NoticeOutcome,
  type NoticeState,
  type StoredSubscription,
  type SubscriptionFilter,
  type SubscriptionKey,
} from './notices.ts';
import {
  addRecords,
  answersSince,
  identitiesOf,
  publicationsOf,
  recordsOf,
  type StoredRecords,
} from './records.ts';
import {
  addSignatures,
  assignSignatures,
  signaturesOf,
  unassignedSignatures,
  type SignatureFilter,
} from './signatures.ts';
import {
  hideRepositories,
  recordRepository,
  repositoriesOf,
  type RepositoryReading,
  type StoredRepository,
} from './repositories.ts';
import {
  appendRideEvents,
  declareFreeze,
  endFreeze,
  endRide,
  freezesOf,
  noteRide,
  repositoriesWithOpenRides,
  ridesOf,
  showRides,
  type DeclaredFreeze,
  type RideFilter,
  type ShownRide,
} from './rides.ts';
import { addVerifications, verificationsOf, type VerificationFilter } from './verifications.ts';

export { RideChangedError } from './rides.ts';
export type {
  IndexJob,
  MergeGroup,
  NoticeOutcome,
  PullJob,
  PullKey,
  StoredSubscription,
  SweepJob,
  Work,
};

/** A pull request that a delivery says may have changed. */
export interface ReviewRequest {
  repository: string;
  number: number;
  installation: number;
  /** The id of a new comment. The review must see it, and is put off until GitHub returns it. */
  comment?: number;
  /** A head that was pushed, at this time or before, and the id of the account that pushed it. */
  push?: { sha: string; at: Date; by?: number };
  /** The commit of a merge queue to review instead of the pull request itself. */
  group?: MergeGroup;
}
export interface Delivery {
  /** GitHub's id, which is the same if GitHub delivers it again. */
  id: string;
  event: string;
  action?: string;
}
/** What earlier deliveries and reviews recorded of a pull request. */
export interface PullRequestHistory {
  /** The newest comment that a delivery announced. */
  announcedComment: number | null;
  /** The heads that deliveries announced or reviews saw, oldest first. */
  heads: string[];
  /** The head that was reviewed last. */
  head: string | null;
  reviewedAt: Date | null;
  /** The error of the last review, if it failed for good. */
  failure: string | null;
}

/** The last completed review of a pull request. */
interface LastReview {
  head: string | null;
  reviewedAt: Date | null;
}

export interface StoreOptions extends DatabaseOptions {
  /** Seconds after which the jobs of a process that stopped responding go to another one. */
  lease: number;
  /** Called with errors of the queue, which continues after them. */
  onQueueError: (error: Error) => void;
}

/**
 * Everything that outlives the process. A process opens it once. Its methods may run concurrently.
 */
export class Store {
  readonly #database: Database;
  readonly #queue: Queue;
  /** What readers may ask of the catalogs. */
  readonly catalog: CatalogSource;

  private constructor(database: Database, queue: Queue) {
    this.#database = database;
    this.#queue = queue;
    this.catalog = new CatalogQueries(database.kysely);
  }

  static async open({ lease, onQueueError, ...options }: StoreOptions): Promise<Store> {
    const database = await openDatabase(options);
    try {
      return new Store(database, await startQueue(database, lease, onQueueError));
    } catch (error) {
      await database.close().catch(() => {});
      throw database.unusable(error);
    }
  }

  /**
   * Stores a delivery and requests its reviews and sweeps, in one transaction.
   * @param trains whether to advance the trains, too
   * @param indexes the repositories whose catalogs may be behind
   * @returns false if the delivery was stored before
   */
  async receive(
    { id, event, action }: Delivery,
    requests: readonly ReviewRequest[],
    sweeps: readonly SweepJob[] = [],
    trains = false,
    indexes: readonly IndexJob[] = [],
  ): Promise<boolean> {
    return this.#database.kysely.transaction().execute(async (transaction) => {
      const { numInsertedOrUpdatedRows } = await transaction
        .insertInto('deliveries')
        .values({ id, event, action: action ?? null })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows === 0n) return false;
      for (const request of inLockOrder(requests))
        await this.#requestReview(request, id, transaction);
      for (const sweep of sweeps) await this.#queue.requestSweep(sweep, transaction);
      if (trains) await this.#queue.requestTrain(transaction);
      for (const index of indexes) await this.#queue.requestIndex(index, transaction);
      return true;
    });
  }

  /**
   * Requests reviews that no delivery requested.
   * @param reason is logged in place of the id of a delivery
   */
  async requestReviews(requests: readonly ReviewRequest[], reason: string): Promise<void> {
    await this.#database.kysely.transaction().execute(async (transaction) => {
      for (const request of inLockOrder(requests))
        await this.#requestReview(request, reason, transaction);
    });
  }

  /** Has the catalog of a repository brought up to date: once a day, or after some seconds. */
  async requestIndex(job: IndexJob, when: 'daily' | { seconds: number }): Promise<void> {
    await this.#database.kysely
      .transaction()
      .execute((transaction) => this.#queue.requestIndex(job, transaction, when));
  }

  /** Puts a review off. A review that is requested in the meantime replaces it. */
  async postpone(job: PullJob, until: Date): Promise<void> {
    await this.#database.kysely
      .transaction()
      .execute((transaction) => this.#queue.requestReview(job, transaction, until));
  }

  async #requestReview(
    request: ReviewRequest,
    delivery: string,
    transaction: Parameters<Queue['requestReview']>[1],
  ): Promise<void> {
    const { installation, comment = null, push, group } = request;
    const { repository, number } = pullKeyOf(request);
    await transaction
      .insertInto('pulls')
      .values({ repository, number, installation, told_comment: comment })
      .onConflict((conflict) =>
        conflict.columns(['repository', 'number']).doUpdateSet({
          installation,
          told_comment: sql`greatest(pulls.told_comment, excluded.told_comment)`,
        }),
      )
      // Locks the row until the transaction ends, so that two requests at once create one job.
      .execute();
    if (push) await addPush(transaction, { repository, number }, push);
    await this.#queue.requestReview(
      { repository: request.repository, number, installation, delivery, ...(group && { group }) },
      transaction,
    );
  }

  /** @returns undefined if no delivery or sweep was ever about the pull request */
  async history(pull: PullKey): Promise<PullRequestHistory | undefined> {
    const { repository, number } = pullKeyOf(pull);
    const row = await this.#database.kysely
      .selectFrom('pulls')
      .selectAll()
      .where('repository', '=', repository)
      .where('number', '=', number)
      .executeTakeFirst();
    if (!row) return undefined;
    const pushes = await this.#database.kysely
      .selectFrom('pushes')
      .select('sha')
      .where('repository', '=', repository)
      .where('number', '=', number)
      .orderBy('at')
      .execute();
    return {
      heads: pushes.map(({ sha }) => sha),
      announcedComment: row.told_comment,
      head: row.head,
      reviewedAt: row.reviewed_at,
      failure: row.failure,
    };
  }

  /**
   * The last reviews of pull requests of a repository, by their number. Leaves out those that no
   * delivery or sweep was ever about.
   */
  async lastReviews(
    repository: string,
    numbers: readonly number[],
  ): Promise<ReadonlyMap<number, LastReview>> {
    if (numbers.length === 0) return new Map();
    const rows = await this.#database.kysely
      .selectFrom('pulls')
      .select(['number', 'head', 'reviewed_at'])
      .where('repository', '=', repository.toLowerCase())
      .where('number', 'in', numbers)
      .execute();
    return new Map(
      rows.map(({ number, head, reviewed_at }) => [number, { head, reviewedAt: reviewed_at }]),
    );
  }

  /**
   * The pull requests whose last review was of this commit. Events about checks name the commit, but
   * not the pull requests of a fork.
   */
  async pullsAt(repository: string, head: string): Promise<number[]> {
    const rows = await this.#database.kysely
      .selectFrom('pulls')
      .select('number')
      .where('repository', '=', repository.toLowerCase())
      .where('head', '=', head)
      .execute();
    return rows.map(({ number }) => number);
  }

  /** Stores how a review ended: which head it reviewed, or why it failed for good. */
  async reviewed(
    pull: PullKey,
    at: Date,
    end: { head: string } | { failure: string },
  ): Promise<void> {
    const { repository, number } = pullKeyOf(pull);
    await this.#database.kysely
      .updateTable('pulls')
      .set(
        'head' in end
          ? { head: end.head, reviewed_at: at, failure: null }
          : { reviewed_at: at, failure: end.failure },
      )
      .where('repository', '=', repository)
      .where('number', '=', number)
      .execute();
  }

  /**
   * Adds the records of a review in one transaction, and has the trains advance if they concern
   * them. A record that exists changes nothing.
   * @throws RideChangedError
   */
  async record(pull: PullKey, entries: readonly RecordEntry[]): Promise<void> {
    const isForTrain = entries.some(({ kind }) => kind === 'rides' || kind === 'ride-events');
    await this.#database.kysely.transaction().execute(async (transaction) => {
      await addRecords(transaction, pullKeyOf(pull), entries);
      if (isForTrain) await this.#queue.requestTrain(transaction);
    });
  }

  /** The records of earlier reviews, and their reactions. */
  async records(pull: PullKey): Promise<StoredRecords> {
    return recordsOf(this.#database.kysely, pullKeyOf(pull));
  }

  /** What pull requests add that must be unique, by number; only those that were reviewed. */
  async identities(
    repository: string,
    numbers: readonly number[],
  ): Promise<ReadonlyMap<number, readonly ConnectorIdentity[]>> {
    return identitiesOf(this.#database.kysely, repository.toLowerCase(), numbers);
  }

  /** The newest merged pull requests of a class, or those that changed a folder, newest first. */
  async publications(
    repository: string,
    filter: Pick<Publication, 'class'> | { path: string },
  ): Promise<Publication[]> {
    return publicationsOf(this.#database.kysely, repository.toLowerCase(), filter);
  }

  /** Confirmed identities, oldest first; all of them without a filter. */
  async verifications(filter?: VerificationFilter): Promise<Verification[]> {
    return verificationsOf(this.#database.kysely, filter);
  }

  /** Adds confirmed identities. Of an account only the last one stays. @returns how many were new */
  async addVerifications(verifications: readonly Verification[]): Promise<number> {
    return this.#database.kysely
      .transaction()
      .execute((transaction) => addVerifications(transaction, verifications));
  }

  /**
   * Stores the name that a repository has now. What is stored under a former name moves.
   * @param id GitHub's id
   * @returns whether it had another name
   */
  async nameRepository(id: number, name: string): Promise<boolean> {
    return nameRepository(this.#database.kysely, id, name);
  }

  /** The repositories, in lower case, with rides that have not come to a final state. */
  async repositoriesWithOpenRides(): Promise<string[]> {
    return repositoriesWithOpenRides(this.#database.kysely);
  }

  /** Rides with their events, oldest first. */
  async rides(repository: string, filter: RideFilter): Promise<RideHistory[]> {
    return ridesOf(this.#database.kysely, repository.toLowerCase(), filter);
  }

  /**
   * Appends events in one transaction. The start or a result of a deployment that is there already
   * is left out.
   * @param lastSeq the `seq` of the last event that the caller knows; 0 for none
   * @param notices about these events, and those before them that nobody was told about
   * @returns false if another one was appended since: then nothing is appended
   */
  async appendRideEvents(
    ride: string,
    lastSeq: number,
    events: readonly NewRideEvent[],
    notices?: RideNotices,
  ): Promise<boolean> {
    return this.#database.kysely.transaction().execute(async (transaction) => {
      const done = await appendRideEvents(transaction, ride, lastSeq, events, notices);
      if (done && notices && notices.notices.length > 0)
        await this.#queue.requestNotices(transaction);
      return done;
    });
  }

  /**
   * Stores notices about a ride, unless an event was appended after `lastSeq`. A notice that is there
   * already changes nothing.
   */
  async noteRide(ride: string, lastSeq: number, notices: RideNotices): Promise<void> {
    await this.#database.kysely.transaction().execute(async (transaction) => {
      const added = await noteRide(transaction, ride, lastSeq, notices);
      if (added > 0) await this.#queue.requestNotices(transaction);
    });
  }

  /**
   * Makes a digest of what waits for it.
   * @returns false if nothing waits, or if there was one with its key
   */
  async addDigest(repository: string, login: string, digest: NewDigest): Promise<boolean> {
    return this.#database.kysely.transaction().execute(async (transaction) => {
      const added = await addDigest(transaction, repository.toLowerCase(), login, digest);
      if (added) await this.#queue.requestNotices(transaction);
      return added;
    });
  }

  /** Claims some notices that are due, for 5 minutes. The oldest first. */
  async claimNotices(channels: readonly Channel[], now: Date): Promise<StoredNotice[]> {
    return channels.length === 0 ? [] : claimNotices(this.#database.kysely, channels, now);
  }

  /** Stores what became of a notice that was claimed. */
  async recordOutcome(notice: string, outcome: NoticeOutcome, now: Date): Promise<void> {
    await recordOutcome(this.#database.kysely, notice, outcome, now);
  }

  /** Who wants mail, also if they have not confirmed it; all subscriptions without a filter. */
  async subscriptions({ repository, login }: SubscriptionFilter = {}): Promise<
    StoredSubscription[]
  > {
    return subscriptionsOf(this.#database.kysely, {
      ...(repository !== undefined && { repository: repository.toLowerCase() }),
      ...(login !== undefined && { login: login.toLowerCase() }),
    });
  }

  /**
   * Adds a subscription, or replaces that of the same person for the same repository. Unless its
   * address was confirmed before, the person gets mail that asks for it.
   * @returns whether the address is confirmed
   */
  async subscribe(subscription: NewSubscription, now: Date): Promise<boolean> {
    const repository = subscription.repository.toLowerCase();
    const login = subscription.login.toLowerCase();
    return this.#database.kysely.transaction().execute(async (transaction) => {
      await this.#queue.requestNotices(transaction);
      return subscribe(transaction, { ...subscription, repository, login }, now);
    });
  }

  /** Confirms the address of a subscription. @returns false if it has another one */
  async confirmSubscription(id: string, address: string): Promise<boolean> {
    return confirmSubscription(this.#database.kysely, id, address);
  }

  /** Deletes a subscription, and drops the mail that waits. @returns whether there was one */
  async unsubscribe(key: SubscriptionKey): Promise<boolean> {
    return unsubscribe(
      this.#database.kysely,
      'id' in key
        ? key
        : { repository: key.repository.toLowerCase(), login: key.login.toLowerCase() },
    );
  }

  /** What notices depend on besides events, by the ids of the open rides of a repository. */
  async noticeStates(repository: string): Promise<ReadonlyMap<string, NoticeState>> {
    return noticeStatesOf(this.#database.kysely, repository.toLowerCase());
  }

  /**
   * Requests a review of each pull request whose comment should say something else of a ride than
   * when this was last called, in one transaction.
   * @returns the numbers of these pull requests
   */
  async showRides(
    repository: string,
    installation: number,
    rides: readonly ShownRide[],
  ): Promise<number[]> {
    return this.#database.kysely.transaction().execute(async (transaction) => {
      const pulls = await showRides(transaction, rides);
      const requests = pulls.map((number) => ({ repository, number, installation }));
      for (const request of inLockOrder(requests))
        await this.#requestReview(request, 'train', transaction);
      return pulls;
    });
  }

  /** Stores that a ride is in a final state, unless an event was appended after `lastSeq`. */
  async endRide(ride: string, lastSeq: number, at: Date): Promise<void> {
    await this.#database.kysely
      .transaction()
      .execute((transaction) => endRide(transaction, ride, lastSeq, at));
  }

  /** The freezes that people declared and nobody ended, besides those of the settings. */
  async freezes(repository: string): Promise<DeclaredFreeze[]> {
    return freezesOf(this.#database.kysely, repository.toLowerCase());
  }

  /** Declares a freeze. A freeze with the same id changes nothing. */
  async declareFreeze(repository: string, freeze: DeclaredFreeze): Promise<void> {
    await declareFreeze(this.#database.kysely, repository.toLowerCase(), freeze);
  }

  /** Ends a freeze before its last day. @returns false if there is none, or it ended before */
  async endFreeze(id: string, end: { by: string; at: string; reason: string }): Promise<boolean> {
    return endFreeze(this.#database.kysely, id, end);
  }

  /** What is stored of the catalog of a repository. */
  async indexedCatalog(repository: string): Promise<IndexedCatalog> {
    return indexedCatalog(this.#database.kysely, repository.toLowerCase());
  }

  /**
   * Stores what changed in a catalog, in one transaction.
   * @returns false if another update was stored since the changes were found: then nothing is stored
   */
  async updateCatalog(update: CatalogUpdate, now: Date): Promise<boolean> {
    return this.#database.kysely
      .transaction()
      .execute((transaction) => updateCatalog(transaction, update, now));
  }

  /** Deletes the catalog of a repository that is not to be read anymore. */
  async deleteCatalog(repository: string): Promise<void> {
    await this.#database.kysely
      .transaction()
      .execute((transaction) => deleteCatalog(transaction, repository.toLowerCase()));
  }

  /**
   * The files of a connector by their paths within the folder; none unless they have the digest.
   * @param only the path of the only one to read
   */
  async connectorFiles(
    repository: string,
    connector: { folder: string; digest: string },
    only?: string,
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    return connectorFilesOf(this.#database.kysely, repository.toLowerCase(), connector, only);
  }

  /** Every repository that was ever read, in the order of the names. */
  async repositories(): Promise<StoredRepository[]> {
    return repositoriesOf(this.#database.kysely);
  }

  /** Stores what was read of a repository. */
  async recordRepository(reading: RepositoryReading, at: Date): Promise<void> {
    await this.#database.kysely
      .transaction()
      .execute((transaction) => recordRepository(transaction, reading, at));
  }

  /** Hides repositories until they are recorded as public again. */
  async hideRepositories(names: readonly string[]): Promise<void> {
    await hideRepositories(this.#database.kysely, names);
  }

  /** What is known of files of connectors, by the SHA of their blob. */
  async fileFacts(
    repository: string,
    shas: readonly string[],
  ): Promise<ReadonlyMap<string, FileFacts>> {
    return factsOfFiles(this.#database.kysely, repository, shas);
  }

  /** Adds what was found out about files of connectors. */
  async addFileFacts(repository: string, files: ReadonlyMap<string, FileFacts>): Promise<void> {
    await addFileFacts(this.#database.kysely, repository, files);
  }

  /** Answers since a time on the other pull requests of the repository. */
  async answersElsewhere(pull: PullKey, since: Date): Promise<Answer[]> {
    return answersSince(this.#database.kysely, pullKeyOf(pull), since);
  }

  /**
   * The pushes of a pull request, oldest first, the current head last.
   * @param seenAt when the head was first seen; counts only if no delivery announced it
   */
  async pushes(pull: PullKey, head: string, seenAt: Date): Promise<Push[]> {
    return pushesOf(this.#database.kysely, pullKeyOf(pull), head, seenAt);
  }

  /** Signatures, oldest first; all of them without a filter. */
  async signatures(filter?: SignatureFilter): Promise<Signature[]> {
    return signaturesOf(this.#database.kysely, filter);
  }

  /** Adds signatures that are not stored yet. @returns how many were new */
  async addSignatures(signatures: readonly Signature[]): Promise<number> {
    return this.#database.kysely
      .transaction()
      .execute((transaction) => addSignatures(transaction, signatures));
  }

  /** Counts the signatures without a recipient, which have no effect. */
  async unassignedSignatures(): Promise<number> {
    return unassignedSignatures(this.#database.kysely);
  }

  /**
   * Changes the signatures given to one owner.
   * @param from the login of the owner; '' for the signatures without a recipient
   * @returns how many it changed
   */
  async assignSignatures(
    from: string,
    change: (signature: Signature) => Signature,
  ): Promise<number> {
    return this.#database.kysely
      .transaction()
      .execute((transaction) => assignSignatures(transaction, from, change));
  }

  /** Deletes old deliveries. GitHub can redeliver for 3 days. */
  async forgetDeliveries(before: Date): Promise<void> {
    await this.#database.kysely
      .deleteFrom('deliveries')
      .where('received_at', '<', before)
      .execute();
  }

  /**
   * Does for the embedded database what a server does by itself: makes the space of deleted rows
   * usable again, and counts what the planner of queries has to know. At most once a day, because
   * nothing else can be read or written meanwhile.
   */
  async maintain(): Promise<void> {
    const { kysely, embedded } = this.#database;
    if (!embedded) return;
    const { rows } = await sql<{ isDue: boolean }>`
      select coalesce(max(last_vacuum) < now() - interval '1 day', true) as "isDue"
      from pg_stat_user_tables`.execute(kysely);
    if (rows[0]?.isDue === true) await sql`vacuum (analyze)`.execute(kysely);
  }

  /** @throws if the database does not answer */
  async ping(): Promise<void> {
    await sql`select 1`.execute(this.#database.kysely);
  }

  /** Starts to process jobs. */
  work(...options: Parameters<Queue['work']>): Promise<void> {
    return this.#queue.work(...options);
  }

  jobCounts(): ReturnType<Queue['counts']> {
    return this.#queue.counts();
  }

  queueProgress(): ReturnType<Queue['progress']> {
    return this.#queue.progress();
  }

  /**
   * Takes no new jobs, waits for running ones, returns those to the queue that are not done within
   * `seconds`, and closes the database.
   */
  async close(seconds: number): Promise<void> {
    await this.#queue.stop(seconds);
    await this.#database.close();
  }
}

/**
 * Every transaction locks rows in this order. Otherwise two deliveries about the same two pull
 * requests could wait for each other.
 */
const inLockOrder = (requests: readonly ReviewRequest[]): ReviewRequest[] =>
  requests.toSorted((a, b) => compareStrings(a.repository, b.repository) || a.number - b.number);
