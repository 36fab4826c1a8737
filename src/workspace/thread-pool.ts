import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { UserError } from '../shared/user-error.ts';
import type { ConnectorReport } from '../report/report.ts';
import { validateFolder, type Analyzers, type FolderOptions } from './validate-folder.ts';
import type { Candidate } from './find-connectors.ts';

/** Some of the connectors, with the options to validate them. */
export interface Batch {
  candidates: readonly Candidate[];
  options: FolderOptions;
}

/** A message to a thread: the options for all jobs that follow, or a job. */
export type ThreadRequest = { options: FolderOptions } | Job;
type Job = { index: number; candidate: Candidate };
/**
 * The answer to a job. `problem` is the message of a UserError, because errors lose their class on
 * the way between threads.
 */
export type ThreadResponse =
  | { index: number; report: ConnectorReport }
  | { problem: string }
  | { error: unknown };

/** To start a thread takes as long as this many connectors take in the main thread. */
const connectorsPerThread = 32;
/** A thread has this many jobs in its queue, so that it never waits for the next. */
const maxQueuedJobs = 3;
/**
 * The heap of a thread, in megabytes: enough for the largest connector that the limits allow. The
 * young generation is three times its semi-space.
 */
const heapLimits = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 48 };
/**
 * The heap starts at the size that most threads need. Growing to it takes a tenth of the time
 * (docs/decisions/0017-faster.md). The options of a thread have no setting for it.
 */
const initialHeapFlags = ['--min-semi-space-size=16', '--initial-old-space-size=60'];

export interface ThreadOptions {
  /** The number of threads, at most. */
  jobs: number;
  /** The program of a thread. */
  worker: URL;
}

/**
 * Validates connectors, in threads if there are enough connectors. The main thread then only
 * prepares batches and collects reports.
 * @param prepare yields all candidates in batches; the first batch is validated while the next is
 *   prepared
 * @param progress gets the number of connectors done, after each
 * @returns the reports in the order of the candidates
 * @throws what `prepare` and the validation throw, and an error if a thread ends early
 */
export async function validateAll(
  candidates: readonly Candidate[],
  prepare: () => AsyncIterable<Batch>,
  analyzers: Analyzers,
  { jobs, worker }: ThreadOptions,
  progress: (done: number) => void,
): Promise<ConnectorReport[]> {
  const indices = new Map(candidates.map((candidate, index) => [candidate, index]));
  const reports: ConnectorReport[] = [];
  let done = 0;
  const finish = (index: number, report: ConnectorReport): void => {
    reports[index] = report;
    done += 1;
    progress(done);
  };
  const jobsOf = (batch: Batch): Job[] =>
    batch.candidates.map((candidate) => {
      const index = indices.get(candidate);
      if (index === undefined)
        throw new Error(`${candidate.path} was prepared, but is not one of the candidates.`);
      return { index, candidate };
    });

  const threadCount = Math.min(jobs, Math.floor(candidates.length / connectorsPerThread));
  if (threadCount < 2) {
    for await (const batch of prepare())
      for (const { index, candidate } of jobsOf(batch))
        finish(index, await validateFolder(candidate, batch.options, analyzers));
    return reports;
  }

  const allDone = Promise.withResolvers<void>();
  const waiting: Job[] = [];
  for (const flag of initialHeapFlags) setFlagsFromString(flag);
  const threads = Array.from({ length: threadCount }, () => ({
    worker: startThread(worker, allDone.reject),
    queued: 0,
  }));
  const fillQueue = (thread: (typeof threads)[number]): void => {
    for (let job; thread.queued < maxQueuedJobs && (job = waiting.shift()); thread.queued += 1)
      thread.worker.postMessage(job satisfies ThreadRequest);
  };
  for (const thread of threads) {
    thread.worker.on('message', (message: ThreadResponse) => {
      if (!('report' in message)) {
        allDone.reject('problem' in message ? new UserError(message.problem) : message.error);
        return;
      }
      thread.queued -= 1;
      fillQueue(thread);
      finish(message.index, message.report);
      if (done === candidates.length) allDone.resolve();
    });
  }
  const sendAll = async (): Promise<void> => {
    for await (const batch of prepare()) {
      waiting.push(...jobsOf(batch));
      for (const thread of threads) {
        thread.worker.postMessage({ options: batch.options } satisfies ThreadRequest);
        fillQueue(thread);
      }
    }
  };
  try {
    await Promise.all([sendAll(), allDone.promise]);
  } finally {
    for (const thread of threads) void thread.worker.terminate();
  }
  return reports;
}

/** @param fail is called if the thread throws, runs out of memory or exits: it would never answer */
function startThread(program: URL, fail: (error: unknown) => void): Worker {
  const worker = new Worker(program, { resourceLimits: heapLimits });
  worker.on('error', fail);
  worker.on('exit', (status) =>
    fail(
      new Error(
        `A thread that checks connectors ended with status ${status} before all were checked.`,
      ),
    ),
  );
  return worker;
}
