import { sql } from 'kysely';
import type { RecordEntry } from '../review/model/effects.ts';
import type { Answer, Push, Reaction, Records, Signature } from '../review/model/snapshot.ts';
import { openDatabase, type Database, type DatabaseOptions } from './database.ts';
import {
  startQueue,
  type MergeGroup,
  type PullJob,
  type Queue,
  type SweepJob,
  type Work,
} from './queue.ts';
import {
  addPush,
  addSignatures,
  answersSince,
  assignSignatures,
  pushesOf,
  reactionsOf,
  record,
  recordsOf,
  signaturesOf,
  unassignedSignatures,
  type PullKey,
} from './records.ts';

export type { MergeGroup, PullJob, PullKey, SweepJob, Work };

/** A pull request that a delivery says may have changed. */
export interface ReviewRequest {
  repository: string;
  number: number;
  installation: number;
  /** A comment on it that was made: what is read later must have it. */
  comment?: number;
  /**
   * A head that was pushed, when at the latest, and the number of the account that did, if it is
   * told.
   */
  push?: { sha: string; at: Date; by?: number };
  /**
   * What a merge queue made of it, and the commit that it goes on top of; without: the pull request
   * itself.
   */
  group?: MergeGroup;
}
export interface Delivery {
  /** GitHub's, the same each time it repeats one. */
  id: string;
  event: string;
  action?: string;
}
/** What is known of a pull request from before. */
export interface PullRequestHistory {
  /** The newest comment that a delivery told of. */
  announcedComment: number | null;
  /** The heads that deliveries told of or reviews saw, oldest first. */
  heads: string[];
  head: string | null;
  reviewedAt: Date | null;
  failure: string | null;
}

export interface StoreOptions extends DatabaseOptions {
  lease: number;
  report: (error: Error) => void;
}

/** Everything that outlives the process. Opened once a process; all of it may be called at once. */
export class Store {
  readonly #database: Database;
  readonly #queue: Queue;

  private constructor(database: Database, queue: Queue) {
    this.#database = database;
    this.#queue = queue;
  }

  static async open({ lease, report, ...opening }: StoreOptions): Promise<Store> {
    const database = await openDatabase(opening);
    try {
      return new Store(database, await startQueue(database, lease, report));
    } catch (error) {
      await database.close().catch(() => {});
      throw database.unusable(error);
    }
  }

  /**
   * Keeps a delivery and asks for the reviews and sweeps that it hints at, all or nothing.
   * @returns false for one that was kept before
   */
  async receive(
    { id, event, action }: Delivery,
    hints: readonly ReviewRequest[],
    sweeps: readonly SweepJob[] = [],
  ): Promise<boolean> {
    return this.#database.kysely.transaction().execute(async (transaction) => {
      const { numInsertedOrUpdatedRows } = await transaction
        .insertInto('deliveries')
        .values({ id, event, action: action ?? null })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows === 0n) return false;
      for (const hint of inOrder(hints)) await this.#ask(hint, id, transaction);
      for (const sweep of sweeps) await this.#queue.sweep(sweep, transaction);
      return true;
    });
  }

  /** Asks for reviews that no delivery asked for. */
  async requestReviews(hints: readonly ReviewRequest[], reason: string): Promise<void> {
    await this.#database.kysely.transaction().execute(async (transaction) => {
      for (const hint of inOrder(hints)) await this.#ask(hint, reason, transaction);
    });
  }

  /** Puts a review off; what is asked for meanwhile takes it in. */
  async postpone(job: PullJob, until: Date): Promise<void> {
    await this.#database.kysely
      .transaction()
      .execute((transaction) => this.#queue.ask(job, transaction, until));
  }

  async #ask(
    hint: ReviewRequest,
    delivery: string,
    transaction: Parameters<Queue['ask']>[1],
  ): Promise<void> {
    const { installation, comment = null, push, group } = hint;
    const { repository, number } = keyOf(hint);
    await transaction
      .insertInto('pulls')
      .values({ repository, number, installation, told_comment: comment })
      .onConflict((conflict) =>
        conflict.columns(['repository', 'number']).doUpdateSet({
          installation,
          told_comment: sql`greatest(pulls.told_comment, excluded.told_comment)`,
        }),
      )
      // and holds the row until the end, so that two at once for one pull request queue one job
      .execute();
    if (push) await addPush(transaction, { repository, number }, push);
    await this.#queue.ask(
      { repository: hint.repository, number, installation, delivery, ...(group && { group }) },
      transaction,
    );
  }

  /** @returns undefined where nothing was ever heard of it */
  async history(pull: PullKey): Promise<PullRequestHistory | undefined> {
    const { repository, number } = keyOf(pull);
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
   * The pull requests whose last review was of this commit: GitHub does not name those of a fork.
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

  /** Notes how a review ended: at which head, or why it failed for good. */
  async reviewed(
    pull: PullKey,
    at: Date,
    end: { head: string } | { failure: string },
  ): Promise<void> {
    const { repository, number } = keyOf(pull);
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

  /** Keeps what a review recorded, all or nothing; the same again changes nothing. */
  async record(pull: PullKey, entries: readonly RecordEntry[]): Promise<void> {
    await record(this.#database.kysely, keyOf(pull), entries);
  }

  /** What earlier reviews recorded. */
  async records(pull: PullKey): Promise<Records> {
    return recordsOf(this.#database.kysely, keyOf(pull));
  }

  /** What was answered since a time on the other pull requests of its repository. */
  async answersElsewhere(pull: PullKey, since: Date): Promise<Answer[]> {
    return answersSince(this.#database.kysely, keyOf(pull), since);
  }

  /** What commands have been reacted to with, by the comment. */
  async reactions(pull: PullKey): Promise<ReadonlyMap<number, readonly Reaction[]>> {
    return reactionsOf(this.#database.kysely, keyOf(pull));
  }

  /**
   * The heads of a pull request in the order in which they were heard of; the present one is last.
   */
  async pushes(pull: PullKey, head: string, seen: Date): Promise<Push[]> {
    return pushesOf(this.#database.kysely, keyOf(pull), head, seen);
  }

  /** The signatures that these accounts gave to an owner, or all there are; oldest first. */
  async signatures(given?: { to: string; by: readonly number[] }): Promise<Signature[]> {
    return signaturesOf(this.#database.kysely, given);
  }

  /** Keeps signatures that are not kept yet. @returns how many were new */
  async addSignatures(signatures: readonly Signature[]): Promise<number> {
    return this.#database.kysely
      .transaction()
      .execute((transaction) => addSignatures(transaction, signatures));
  }

  /** How many signatures count for nobody, because it is not known whom they were given to. */
  async unassignedSignatures(): Promise<number> {
    return unassignedSignatures(this.#database.kysely);
  }

  /**
   * Says of the signatures of one owner (`''`: of those that count for nobody) whom they were given
   * to.
   * @returns how many it changed
   */
  async assignSignatures(from: string, change: (one: Signature) => Signature): Promise<number> {
    return this.#database.kysely
      .transaction()
      .execute((transaction) => assignSignatures(transaction, from, change));
  }

  /** Forgets deliveries that GitHub can no longer repeat (it keeps them for 3 days). */
  async forgetDeliveries(before: Date): Promise<void> {
    await this.#database.kysely
      .deleteFrom('deliveries')
      .where('received_at', '<', before)
      .execute();
  }

  /** Throws where the database does not answer. */
  async ping(): Promise<void> {
    await sql`select 1`.execute(this.#database.kysely);
  }

  work(...given: Parameters<Queue['work']>): Promise<void> {
    return this.#queue.work(...given);
  }

  jobs(): ReturnType<Queue['counts']> {
    return this.#queue.counts();
  }

  /**
   * Takes no new work, waits for what is under way, hands back what is not done within `seconds`,
   * and closes the database.
   */
  async close(seconds: number): Promise<void> {
    await this.#queue.stop(seconds);
    await this.#database.close();
  }
}

const keyOf = ({ repository, number }: PullKey): PullKey => ({
  repository: repository.toLowerCase(),
  number,
});

/**
 * Everybody takes the rows in one order: two deliveries for the same two pull requests cannot wait
 * for each other.
 */
const inOrder = (hints: readonly ReviewRequest[]): ReviewRequest[] =>
  hints.toSorted((a, b) => {
    if (a.repository !== b.repository) return a.repository < b.repository ? -1 : 1;
    return a.number - b.number;
  });
