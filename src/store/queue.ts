import { fromKysely, PgBoss, type JobWithMetadata } from 'pg-boss';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Database, Tables } from './database.ts';
import { toStorable } from './storable-text.ts';

/** A pull request to look at, and which delivery said so last. */
export interface PullJob {
  repository: string;
  number: number;
  installation: number;
  delivery: string;
  /** How often it was put off because GitHub's API was behind its own deliveries. */
  waited?: number;
  /** How often it was asked for again to say what GitHub refuses. */
  again?: number;
  group?: MergeGroup;
}
export interface MergeGroup {
  sha: string;
  baseSha: string;
}
/** Open pull requests to look for: of one repository, or of all that the App is installed on. */
export interface SweepJob {
  installation?: number;
  repository?: string;
  /** Also those where nothing seems to have happened. */
  all: boolean;
}

export interface Work<T> {
  data: T;
  /** From 1. */
  attempt: number;
  /**
   * False once the job has been given to somebody else, which happens to a process that was held up
   * for longer than the lease.
   */
  held: () => Promise<boolean>;
}

const pulls = 'pulls';
const sweeps = 'sweeps';
/**
 * As often as a job may be tried in all; a process that was killed does not count as its mistake,
 * hence so many.
 */
const retryLimit = 1000;

export interface Queue {
  /**
   * Asks for a review, in the transaction given. One that waits for the same pull request already
   * takes this one in.
   */
  ask(job: PullJob, transaction: Transaction<Tables>, notBefore?: Date): Promise<void>;
  sweep(job: SweepJob, transaction: Transaction<Tables>): Promise<void>;
  work(
    handlers: {
      pull: (work: Work<PullJob>) => Promise<void>;
      sweep: (work: Work<SweepJob>) => Promise<void>;
    },
    options: { concurrency: number; sweepCron: string },
  ): Promise<void>;
  /**
   * Pull requests that wait for a review, wait for another attempt, or are being reviewed; and
   * sweeps that wait or are under way.
   */
  counts(): Promise<{ waiting: number; retrying: number; active: number; sweeps: number }>;
  stop(seconds: number): Promise<void>;
}

/**
 * Starts the queue.
 * @param lease after how many seconds of silence the job of a process is given to another; at least
 * 10
 * @param report is told of errors of the queue itself, such as a database that does not answer: it
 * goes on trying
 *
 */
export async function startQueue(
  database: Database,
  lease: number,
  report: (error: Error) => void,
): Promise<Queue> {
  const interval = Math.max(1, Math.floor(lease / 3));
  const boss = new PgBoss({
    ...database.queue,
    useListenNotify: true,
    superviseIntervalSeconds: interval,
    monitorIntervalSeconds: interval,
  });
  boss.on('error', report);
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
  await createQueue(boss, pulls, { ...options, policy: 'key_strict_fifo' });
  await createQueue(boss, sweeps, { ...options, policy: 'short' });
  if (database.embedded) await handBack(boss, database.kysely);

  const held = async (id: string, retryCount: number): Promise<boolean> => {
    const { rows } =
      await sql`select 1 from pgboss.job where id = ${id} and state = 'active' and retry_count = ${retryCount}`.execute(
        database.kysely,
      );
    return rows.length > 0;
  };

  return {
    async ask(given, transaction, notBefore) {
      const job = toStorable(given);
      await boss.upsert(pulls, job, {
        singletonKey: keyOf(job),
        match: 'all',
        startAfter: notBefore ?? 0,
        db: fromKysely(transaction),
      });
    },
    async sweep(job, transaction) {
      const singletonKey = `${job.repository ?? job.installation ?? 'everything'}${job.all ? ' whole' : ''}`;
      await boss.send(sweeps, toStorable(job), { singletonKey, db: fromKysely(transaction) });
    },
    async work(handlers, { concurrency, sweepCron }) {
      const take = <T extends object>(name: string, handler: (work: Work<T>) => Promise<void>) => {
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
            // looks for the next one at once when this one is done, instead of after its interval
            boss.notifyWorker(worker);
            await handler({
              data: job.data,
              attempt: job.retryCount + 1,
              held: () => held(job.id, job.retryCount),
            });
          },
        );
        return started.then((id) => (worker = id));
      };
      for (let index = 0; index < concurrency; index++) await take(pulls, handlers.pull);
      await take(sweeps, handlers.sweep);
      await boss.schedule(sweeps, sweepCron, { all: false });
      await boss.send(sweeps, { all: false }, { singletonKey: 'everything' });
    },
    async counts() {
      const { rows } = await sql<{
        name: string;
        state: string;
        count: number;
      }>`select name, state::text as state, count(*)::int as count from pgboss.job where name in (${pulls}, ${sweeps}) and state < 'completed' group by 1, 2`.execute(
        database.kysely,
      );
      const of = (name: string, ...states: string[]): number =>
        rows
          .filter((row) => row.name === name && states.includes(row.state))
          .reduce((sum, { count }) => sum + count, 0);
      return {
        waiting: of(pulls, 'created'),
        retrying: of(pulls, 'retry'),
        active: of(pulls, 'active'),
        sweeps: of(sweeps, 'created', 'retry', 'active'),
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
  const { policy: _, ...changeable } = options; // of a queue that an earlier version made
  await boss.updateQueue(name, changeable);
  // the queue looks itself up once, which it could not do inside a transaction of the only
  // connection
  await boss.findJobs(name, { key: '' });
}

/**
 * Nobody but this process works in an embedded database: what is marked as being worked on was left
 * by one that was killed.
 */
async function handBack(boss: PgBoss, kysely: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{
    id: string;
    name: string;
  }>`select id::text as id, name from pgboss.job where state = 'active' and name in (${pulls}, ${sweeps})`.execute(
    kysely,
  );
  for (const { id, name } of rows) {
    await boss.fail(name, id, { message: 'the process ended' });
    await boss.update(name, undefined, { id, startAfter: 0 });
  }
}
