import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { UserError } from '../shared/user-error.ts';
import type { ConnectorReport } from '../report/report.ts';
import { validateFolder, type ValidationOptions, type Analyzers } from './validate-folder.ts';
import type { Candidate } from './find-connectors.ts';

/** Some of the connectors that are examined, and how to do it. */
export interface Batch {
  candidates: readonly Candidate[];
  examination: ValidationOptions;
}

/** What a thread is told, and what it answers to each connector. */
export type ThreadRequest = { examination: ValidationOptions } | Job;
type Job = { index: number; candidate: Candidate };
/** A Problem would arrive as a mistake of ours: a thread gets errors without their class. */
export type ThreadResponse =
  | { index: number; report: ConnectorReport }
  | { problem: string }
  | { error: unknown };

/**
 * A thread takes as long to start and to get to know the code as one that runs already takes for so
 * many connectors.
 */
const worthThread = 32;
/** How many connectors a thread is given ahead, so that it never waits. */
const ahead = 3;
/**
 * Megabytes of a thread's heap: room for the worst that the limits let in. The young generation is
 * three times its semi-space.
 */
const heap = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 48 };
/**
 * It begins at what most need: to grow into it costs a tenth of the time
 * (docs/decisions/0017-faster.md). No option of a thread says so.
 */
const initialHeapFlags = ['--min-semi-space-size=16', '--initial-old-space-size=60'];

export interface ThreadOptions {
  /** How many examine, at most. */
  jobs: number;
  /** Their program. */
  worker: URL;
}

/**
 * Examines connectors, in threads where there are enough of them: this one is left free to prepare
 * and to hear them. `prepare` gives all candidates, in shares: the first are examined while the
 * next are prepared. Reports come in the order of the candidates; `progress` is told after each one
 * how many are done. Throws what preparing and examining throw, and where a thread ends before its
 * time.
 */
export async function validateAll(
  candidates: readonly Candidate[],
  prepare: () => AsyncIterable<Batch>,
  instruments: Analyzers,
  { jobs, worker }: ThreadOptions,
  progress: (done: number) => void,
): Promise<ConnectorReport[]> {
  const places = new Map(candidates.map((candidate, index) => [candidate, index]));
  const reports: ConnectorReport[] = [];
  let done = 0;
  const finish = (index: number, report: ConnectorReport): void => {
    reports[index] = report;
    done += 1;
    progress(done);
  };
  const jobsOf = (share: Batch): Job[] =>
    share.candidates.map((candidate) => {
      const index = places.get(candidate);
      if (index === undefined)
        throw new Error(`${candidate.path} was prepared, and is none of the candidates.`);
      return { index, candidate };
    });

  const many = Math.min(jobs, Math.floor(candidates.length / worthThread));
  if (many < 2) {
    for await (const share of prepare())
      for (const { index, candidate } of jobsOf(share))
        finish(index, await validateFolder(candidate, share.examination, instruments));
    return reports;
  }

  const all = Promise.withResolvers<void>();
  const waiting: Job[] = [];
  for (const flag of initialHeapFlags) setFlagsFromString(flag);
  const threads = Array.from({ length: many }, () => ({
    worker: start(worker, all.reject),
    given: 0,
  }));
  const give = (thread: (typeof threads)[number]): void => {
    for (let job; thread.given < ahead && (job = waiting.shift()); thread.given += 1)
      thread.worker.postMessage(job satisfies ThreadRequest);
  };
  for (const thread of threads) {
    thread.worker.on('message', (message: ThreadResponse) => {
      if (!('report' in message)) {
        all.reject('problem' in message ? new UserError(message.problem) : message.error);
        return;
      }
      thread.given -= 1;
      give(thread);
      finish(message.index, message.report);
      if (done === candidates.length) all.resolve();
    });
  }
  const tellAll = async (): Promise<void> => {
    for await (const share of prepare()) {
      waiting.push(...jobsOf(share));
      for (const thread of threads) {
        thread.worker.postMessage({ examination: share.examination } satisfies ThreadRequest);
        give(thread);
      }
    }
  };
  try {
    await Promise.all([tellAll(), all.promise]);
  } finally {
    for (const thread of threads) void thread.worker.terminate();
  }
  return reports;
}

/**
 * A thread. `fail` is told where it breaks, runs out of memory or ends of itself, from the
 * beginning on: it would never answer.
 */
function start(program: URL, fail: (error: unknown) => void): Worker {
  const worker = new Worker(program, { resourceLimits: heap });
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
