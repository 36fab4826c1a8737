import { fromKysely, PgBoss, type JobWithMetadata } from 'pg-boss';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Database, Tables } from './database.ts';
import { toStorable } from './storable-text.ts';

/** A pull request to review. The fields are stored as JSON in the table of jobs. */
export interface PullJob {
  /** `owner/name`. */
  repository: string;
  number: number;
  installation: number;
  /** The id of the last delivery that requested the review, for the log. */
  delivery: string;
  /** How often it was put off because GitHub's API returned stale data. */
  waited?: number;
  /** How often it was repeated because GitHub rejected an effect. */
  again?: number;
  group?: MergeGroup;
}
/** The commit that a merge queue made of a pull request, and the commit that it is based on. */
export interface MergeGroup {
  sha: string;
  baseSha: string;
}
/** Open pull requests to review: of a repository, of an installation, or of all installations. */
export interface SweepJob {
  installation?: number;
  repository?: string;
  /** Also those that seem not to have changed. */
  all: boolean;
}

/** A repository whose catalog may be behind its base branch. */
export interface IndexJob {
  /** `owner/name`. */
  repository: string;
}

/** A job that a worker processes. */
export interface Work<T> {
  data: T;
  /** Counts from 1. */
  attempt: number;
  /**
   * Whether this worker still holds the job. If the process did not respond for longer than the
   * lease, the queue gives the job to another one.
   */
  isHeld: () => Promise<boolean>;
}

/** Both in seconds. */
export interface QueueProgress {
  /** How long the oldest pull request that could be reviewed has been waiting; 0 if none is. */
  oldestWaiting: number;
  /** The time since a review was started or ended; undefined if none was within a day. */
  sinceActivity: number | undefined;
}

const pulls = 'pulls';
const sweeps = 'sweeps';
const trains = 'trains';
const notices = 'notices';
const indexes = 'indexes';
/** How each queue orders its jobs, and which of them it merges. */
const policies = {
  [pulls]: 'key_strict_fifo',
  [sweeps]: 'short',
  [trains]: 'stately',
  [notices]: 'stately',
  [indexes]: 'stately',
} as const;
/** High, because each time a process is killed counts as an attempt. */
const retryLimit = 1000;

export type JobCounts = Record<
  'waiting' | 'retrying' | 'active' | 'sweeps' | 'trains' | 'notices' | 'indexes',
  number
>;

export interface Queue {
  /** Adds a job, or replaces the one that is waiting for the same pull request. */
  requestReview(job: PullJob, transaction: Transaction<Tables>, notBefore?: Date): Promise<void>;
  requestSweep(job: SweepJob, transaction: Transaction<Tables>): Promise<void>;
  /** Has the trains advanced once more, if that does not wait already. */
  requestTrain(transaction: Transaction<Tables>): Promise<void>;
  /** Has the notices sent that are due, if that does not wait already. */
  requestNotices(transaction: Transaction<Tables>): Promise<void>;
  /**
   * Has the catalog of a repository brought up to date, if that does not wait already.
   * @param when `daily`: once a day, however often it is requested; or after some seconds
   */
  requestIndex(
    job: IndexJob,
    transaction: Transaction<Tables>,
    when?: 'daily' | { seconds: number },
  ): Promise<void>;
  /** Starts to process jobs, and to sweep, advance trains and send notices on a schedule. */
  work(
    handlers: {
      pull: (work: Work<PullJob>) => Promise<void>;
      sweep: (work: Work<SweepJob>) => Promise<void>;
      /** Only one process at a time runs it. Never, if it is left out. */
      train?: (work: Work<object>) => Promise<void>;
      /** Only one process at a time runs it. Never, if it is left out. */
      notices?: (work: Work<object>) => Promise<void>;
      /** Never, if it is left out. */
      index?: (work: Work<IndexJob>) => Promise<void>;
    },
    options: { concurrency: number; sweepCron: string; trainCron?: string; noticesCron?: string },
  ): Promise<void>;
  /**
   * Counts pull requests that wait for a review, wait for another attempt, or are being reviewed;
   * and sweeps, advances of the trains, sendings of notices and indexes of catalogs that wait or are
   * running, without indexes that wait for a time.
   */
  counts(): Promise<JobCounts>;
  /** How the queue moves on. */
  progress(): Promise<QueueProgress>;
  /** Returns the jobs to the queue that are not done within `seconds`. */
  stop(seconds: number): Promise<void>;
}

/**
 * Starts the queue.
 * @param lease seconds after which the jobs of a process that stopped responding go to another one;
 * at least 10
 * @param onError is called with errors of the queue itself, for example if the database does not
 * answer. The queue keeps trying.
 */
export async function startQueue(
  database: Database,
  lease: number,
  onError: (error: Error) => void,
): Promise<Queue> {
  const interval = Math.max(1, Math.floor(lease / 3));
  const boss = new PgBoss({
    ...database.queue,
    useListenNotify: true,
    superviseIntervalSeconds: interval,
    monitorIntervalSeconds: interval,
  });
  boss.on('error', onError);
  await boss.start();
  const options = {
    retryLimit,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 900,
    heartbeatSeconds: lease,
    expireInSeconds: 900,
    notify: true,
    deleteAfterSeconds: 86_400,
  };
  for (const [name, policy] of Object.entries(policies))
    await createQueue(boss, name, { ...options, policy });
  if (database.embedded) await returnOrphans(boss, database.kysely);

  const isHeld = async (id: string, retryCount: number): Promise<boolean> => {
    const { rows } =
      await sql`select 1 from pgboss.job where id = ${id} and state = 'active' and retry_count = ${retryCount}`.execute(
        database.kysely,
      );
    return rows.length > 0;
  };

  return {
    async requestReview(request, transaction, notBefore) {
      const job = toStorable(request);
      await boss.upsert(pulls, job, {
        singletonKey: keyOf(job),
        match: 'all',
        startAfter: notBefore ?? 0,
        db: fromKysely(transaction),
      });
    },
    async requestSweep(job, transaction) {
      const singletonKey = `${job.repository ?? job.installation ?? 'everything'}${job.all ? ' whole' : ''}`;
      await boss.send(sweeps, toStorable(job), { singletonKey, db: fromKysely(transaction) });
    },
    async requestTrain(transaction) {
      await boss.send(trains, {}, { db: fromKysely(transaction) });
    },
    async requestNotices(transaction) {
      await boss.send(notices, {}, { db: fromKysely(transaction) });
    },
    async requestIndex(job, transaction, when) {
      await boss.send(indexes, toStorable(job), {
        singletonKey: job.repository.toLowerCase(),
        ...(when === 'daily' && { singletonSeconds: 86_400 }),
        ...(typeof when === 'object' && { startAfter: when.seconds }),
        db: fromKysely(transaction),
      });
    },
    async work(handlers, { concurrency, sweepCron, trainCron, noticesCron }) {
      const startWorker = <T extends object>(
        name: string,
        handler: (work: Work<T>) => Promise<void>,
      ) => {
        let worker = '';
        const started = boss.work<
          T,
          void,
          {
            includeMetadata: true;
            batchSize: 1;
            pollingIntervalSeconds: number;
            notifyPollingIntervalSeconds: number;
          }
        >(
          name,
          {
            includeMetadata: true,
            batchSize: 1,
            pollingIntervalSeconds: 1,
            notifyPollingIntervalSeconds: 2,
          },
          async ([job]: JobWithMetadata<T>[]) => {
            if (job === undefined) return;
            // Without this, the worker would look for its next job only after the interval.
            boss.notifyWorker(worker);
            await handler({
              data: job.data,
              attempt: job.retryCount + 1,
              isHeld: () => isHeld(job.id, job.retryCount),
            });
          },
        );
        return started.then((id) => (worker = id));
      };
      for (let index = 0; index < concurrency; index++) await startWorker(pulls, handlers.pull);
      await startWorker(sweeps, handlers.sweep);
      if (handlers.index) await startWorker(indexes, handlers.index);
      await boss.schedule(sweeps, sweepCron, { all: false });
      await boss.send(sweeps, { all: false }, { singletonKey: 'everything' });
      const startScheduled = async (
        name: string,
        handler: ((work: Work<object>) => Promise<void>) | undefined,
        cron: string | undefined,
      ) => {
        if (!handler || cron === undefined) return;
        await startWorker(name, handler);
        await boss.schedule(name, cron, {});
        await boss.send(name, {});
      };
      await startScheduled(trains, handlers.train, trainCron);
      await startScheduled(notices, handlers.notices, noticesCron);
    },
    async counts() {
      const { rows } = await sql<{
        name: string;
        state: string;
        count: number;
      }>`
        select name, state::text as state, count(*)::int as count from pgboss.job
        where name = any(${Object.keys(policies)}::text[]) and state < 'completed'
          and (name <> ${indexes} or start_after <= now())
        group by 1, 2`.execute(database.kysely);
      const of = (name: string, ...states: string[]): number =>
        rows
          .filter((row) => row.name === name && states.includes(row.state))
          .reduce((sum, { count }) => sum + count, 0);
      return {
        waiting: of(pulls, 'created'),
        retrying: of(pulls, 'retry'),
        active: of(pulls, 'active'),
        sweeps: of(sweeps, 'created', 'retry', 'active'),
        trains: of(trains, 'created', 'retry', 'active'),
        notices: of(notices, 'created', 'retry', 'active'),
        indexes: of(indexes, 'created', 'retry', 'active'),
      };
    },
    async progress() {
      const { rows } = await sql<{
        waiting: number | null;
        idle: number | null;
      }>`select extract(epoch from now() - min(greatest(created_on, start_after)) filter (where state = 'created' and start_after <= now()))::float8 as waiting, extract(epoch from now() - max(greatest(started_on, completed_on)))::float8 as idle from pgboss.job where name = ${pulls}`.execute(
        database.kysely,
      );
      return {
        oldestWaiting: Math.max(0, rows[0]?.waiting ?? 0),
        sinceActivity: rows[0]?.idle ?? undefined,
      };
    },
    async stop(seconds) {
      await boss.stop({ graceful: true, timeout: seconds * 1000 });
    },
  };
}

const keyOf = ({ repository, number, group }: PullJob): string =>
  `${repository.toLowerCase()}#${number}${group ? `@${group.sha}` : ''}`;

async function createQueue(
  boss: PgBoss,
  name: string,
  options: Parameters<PgBoss['createQueue']>[1] & object,
): Promise<void> {
  await boss.createQueue(name, options);
  // If an earlier version created the queue, its options are out of date.
  const { policy: _, ...updatable } = options;
  await boss.updateQueue(name, updatable);
  // pg-boss reads the queue's options at the first use. Inside a transaction of the embedded
  // database, which has a single connection, that would block forever.
  await boss.findJobs(name, { key: '' });
}

/**
 * Returns jobs to the queue that a killed process was working on. Only for the embedded database:
 * no other process uses it, so all active jobs are orphans.
 */
async function returnOrphans(boss: PgBoss, kysely: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{
    id: string;
    name: string;
  }>`
    select id::text as id, name from pgboss.job
    where state = 'active' and name = any(${Object.keys(policies)}::text[])`.execute(kysely);
  for (const { id, name } of rows) {
    await boss.fail(name, id, { message: 'the process ended' });
    await boss.update(name, undefined, { id, startAfter: 0 });
  }
}
