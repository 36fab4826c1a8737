import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Problem } from '../problem.ts';
import type { ConnectorReport } from '../report/report.ts';
import { examine, type Examination, type Instruments } from './examine.ts';
import type { Candidate } from './folders.ts';

/** What this thread and another tell each other. */
export type Told = { examination: Examination } | Job;
type Job = { index: number; candidate: Candidate };
/** A Problem would arrive as a mistake of ours: a thread gets errors without their class. */
export type Done = { index: number; report: ConnectorReport } | { problem: string } | { error: unknown };

/** A thread takes about 100 ms to start, in which one that runs already checks some thirty connectors. */
const worthThreads = 16;
/** How many connectors a thread is given ahead, so that it never waits. */
const ahead = 3;
/** Megabytes of a thread's heap: room for the worst that the limits let in. Measured: a larger young generation is no faster. */
const heap = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 24 };

export interface Threads {
  /** How many examine, this one included. */
  jobs: number;
  /** The program of the others. */
  worker: URL;
}

/**
 * Examines connectors, spread over threads where there are enough of them. `prepare` says how, while the threads start. Reports come in the
 * order of the candidates; `progress` is told after each one how many are done. Throws what an examination throws, and where a thread ends before its time.
 */
export async function examineAll(
  candidates: readonly Candidate[],
  prepare: () => Promise<Examination>,
  instruments: Instruments,
  threads: Threads,
  progress: (done: number) => void,
): Promise<ConnectorReport[]> {
  const reports: ConnectorReport[] = [];
  let next = 0;
  let done = 0;
  const take = (): Job | undefined => {
    const candidate = candidates[next];
    return candidate && { index: next++, candidate };
  };
  const finish = (index: number, report: ConnectorReport): void => {
    reports[index] = report;
    done += 1;
    progress(done);
  };

  const all = Promise.withResolvers<void>();
  all.promise.catch(() => undefined); // heard below, perhaps only after this thread's own work
  const helpers = candidates.length < worthThreads ? 0 : threads.jobs - 1;
  const workers = Array.from({ length: helpers }, () => start(threads.worker, all.reject));
  try {
    const examination = await prepare();
    for (const worker of workers) {
      const tell = (told: Told): void => worker.postMessage(told);
      const give = (): void => {
        const job = take();
        if (job) tell(job);
      };
      worker.on('message', (message: Done) => {
        if (!('report' in message)) {
          all.reject('problem' in message ? new Problem(message.problem) : message.error);
          return;
        }
        give();
        finish(message.index, message.report);
        if (done === candidates.length) all.resolve();
      });
      tell({ examination });
      for (let given = 0; given < ahead; given += 1) give();
    }
    for (let job = take(); job; job = take()) {
      finish(job.index, await examine(job.candidate, examination, instruments));
      if (workers.length > 0) await setImmediate(); // hear the others
    }
    if (done < candidates.length) await all.promise;
  } finally {
    for (const worker of workers) void worker.terminate();
  }
  return reports;
}

/** A thread. `fail` is told where it breaks, runs out of memory or ends of itself, from the beginning on: it would never answer. */
function start(program: URL, fail: (error: unknown) => void): Worker {
  const worker = new Worker(program, { resourceLimits: heap });
  worker.on('error', fail);
  worker.on('exit', (status) => fail(new Error(`A thread that checks connectors ended with status ${status} before all were checked.`)));
  return worker;
}
