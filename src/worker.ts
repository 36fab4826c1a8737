import { parentPort, workerData } from 'node:worker_threads';
import { parseScript } from './instruments/csharp.ts';
import { measureIcon } from './instruments/icon.ts';
import { loadSpeller } from './instruments/speller.ts';
import { examine, type Examination } from './workspace/examine.ts';
import type { Done, Job } from './workspace/pool.ts';

const instruments = { parseScript, measureIcon, loadSpeller: () => loadSpeller(new URL('./generated/dictionary.bin', import.meta.url)) };
const port = parentPort;
const examination: Examination = workerData; // pool.ts alone starts this
let queue = Promise.resolve();

port?.on('message', ({ index, candidate }: Job) => {
  queue = queue.then(async () => {
    let done: Done;
    try {
      done = { index, report: await examine(candidate, examination, instruments) };
    } catch (error) {
      done = { index, error };
    }
    port.postMessage(done);
  });
});
