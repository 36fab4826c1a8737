import { parentPort } from 'node:worker_threads';
import * as instruments from './measure.ts';
import { Problem } from './problem.ts';
import { examine, type Examination } from './workspace/examine.ts';
import type { Done, Told } from './workspace/pool.ts';

const port = parentPort;
let examination: Examination | undefined;
let queue = Promise.resolve();

port?.on('message', (told: Told) => {
  if ('examination' in told) {
    ({ examination } = told);
    return;
  }
  const { index, candidate } = told;
  const how = examination;
  queue = queue.then(async () => {
    let done: Done;
    try {
      if (!how) throw new Error('A connector came before word of how to examine it.');
      done = { index, report: await examine(candidate, how, instruments) };
    } catch (error) {
      done = error instanceof Problem ? { problem: error.message } : { error };
    }
    port.postMessage(done);
  });
});
