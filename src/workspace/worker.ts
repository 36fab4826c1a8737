import { parentPort, workerData } from 'node:worker_threads';
import { examine, type Examination } from './examine.ts';
import type { Done, Job } from './pool.ts';

const port = parentPort;
const examination: Examination = workerData; // pool.ts alone starts this
let queue = Promise.resolve();

port?.on('message', ({ index, candidate }: Job) => {
  queue = queue.then(async () => {
    let done: Done;
    try {
      done = { index, report: await examine(candidate, examination) };
    } catch (error) {
      done = { index, error };
    }
    port.postMessage(done);
  });
});
