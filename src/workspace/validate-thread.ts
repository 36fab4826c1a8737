import { parentPort } from 'node:worker_threads';
import * as instruments from '../analyzers/analyze.ts';
import { UserError } from '../shared/user-error.ts';
import { validateFolder, type ValidationOptions } from './validate-folder.ts';
import type { ThreadResponse, ThreadRequest } from './thread-pool.ts';

const port = parentPort;
let examination: ValidationOptions | undefined;
let queue = Promise.resolve();

port?.on('message', (told: ThreadRequest) => {
  if ('examination' in told) {
    ({ examination } = told);
    return;
  }
  const { index, candidate } = told;
  const how = examination;
  queue = queue.then(async () => {
    let done: ThreadResponse;
    try {
      if (!how) throw new Error('A connector came before word of how to examine it.');
      done = { index, report: await validateFolder(candidate, how, instruments) };
    } catch (error) {
      done = error instanceof UserError ? { problem: error.message } : { error };
    }
    port.postMessage(done);
  });
});
