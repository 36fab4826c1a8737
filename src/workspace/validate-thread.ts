import { parentPort } from 'node:worker_threads';
import * as analyzers from '../analyzers/analyze.ts';
import { UserError } from '../shared/user-error.ts';
import { validateFolder, type FolderOptions } from './validate-folder.ts';
import type { ThreadResponse, ThreadRequest } from './thread-pool.ts';

const port = parentPort;
let latestOptions: FolderOptions | undefined;
let queue = Promise.resolve();

port?.on('message', (request: ThreadRequest) => {
  if ('options' in request) {
    latestOptions = request.options;
    return;
  }
  const { index, candidate } = request;
  const options = latestOptions;
  queue = queue.then(async () => {
    let response: ThreadResponse;
    try {
      if (!options) throw new Error('A thread got a connector before the options to validate it.');
      response = { index, report: await validateFolder(candidate, options, analyzers) };
    } catch (error) {
      response = error instanceof UserError ? { problem: error.message } : { error };
    }
    port.postMessage(response);
  });
});
