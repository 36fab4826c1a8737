import { join } from 'node:path';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import * as analyzers from '../../src/analyzers/analyze.ts';
import { UserError } from '../../src/shared/user-error.ts';
import type { ConnectorReport } from '../../src/report/report.ts';
import type { FolderOptions } from '../../src/workspace/validate-folder.ts';
import type { Candidate } from '../../src/workspace/find-connectors.ts';
import { validateAll, type Batch } from '../../src/workspace/thread-pool.ts';

const directory = join(
  import.meta.dirname,
  '../../fixtures/connectors/certified-connectors/Contoso Invoices',
);
const candidate: Candidate = {
  directory,
  path: 'certified-connectors/Contoso Invoices',
  class: 'certified',
  classKnown: true,
};
const options: FolderOptions = {
  overrides: {},
  words: [],
  only: [],
  fixes: false,
  snippets: false,
};
const worker = new URL('../../src/workspace/validate-thread.ts', import.meta.url);

/** Enough of them for threads. */
const many = Array.from({ length: 80 }, (_, index): Candidate => ({
  ...candidate,
  path: `certified-connectors/Contoso ${index}`,
}));
const program = (text: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads';\n${text}`)}`,
  );
async function* prepared(): AsyncIterable<Batch> {
  yield { candidates: many, options };
}
const validateWith = (threads: URL, prepare = prepared): Promise<ConnectorReport[]> =>
  validateAll(many, prepare, analyzers, { jobs: 2, worker: threads }, () => undefined);

test.each([1, 2])(
  'connectors are validated in %d threads as each batch is prepared, and reported in their order',
  async (jobs) => {
    const progressed: number[] = [];
    const firstBatchDone = Promise.withResolvers<void>();
    async function* prepare(): AsyncIterable<Batch> {
      yield { candidates: many.filter((_, index) => index % 2 === 1), options };
      if (jobs > 1) await firstBatchDone.promise;
      yield { candidates: many.filter((_, index) => index % 2 === 0), options };
    }
    const progress = (done: number): void => {
      progressed.push(done);
      if (done === many.length / 2) firstBatchDone.resolve();
    };
    const reports = await validateAll(many, prepare, analyzers, { jobs, worker }, progress);
    expect(reports.map(({ path }) => path)).toEqual(many.map(({ path }) => path));
    expect(progressed).toEqual(many.map((_, index) => index + 1));
  },
);

test('a thread that breaks while the run is prepared fails the run at once', async () => {
  const threads = program(`throw new Error('broken from the start')`);
  async function* prepare(): AsyncIterable<Batch> {
    yield { candidates: [], options };
    await new Promise(() => undefined); // never done
  }
  await expect(validateWith(threads, prepare)).rejects.toThrow('broken from the start');
});

test('what goes wrong with preparing fails the run', async () => {
  async function* prepare(): AsyncIterable<Batch> {
    yield { candidates: [], options };
    throw await Promise.resolve(new UserError('cannot be prepared'));
  }
  await expect(validateWith(worker, prepare)).rejects.toThrow(new UserError('cannot be prepared'));
});

test('a thread that ends without a word fails the run', async () => {
  await expect(
    validateWith(program(`parentPort.on('message', () => process.exit(3))`)),
  ).rejects.toThrow('A thread that checks connectors ended with status 3 before all were checked.');
});

test('a thread that runs out of memory fails the run', async () => {
  const hungry =
    `const all = []; parentPort.on('message', () => { for (;;) all.push(new ` +
    'Array(100_000).fill(all.length)); })';
  await expect(validateWith(program(hungry))).rejects.toThrow(/memory/);
});

test('a UserError in a thread is a UserError of the run', async () => {
  const problem = validateWith(
    program(
      `parentPort.on('message', (request) => { if ('index' in request) ` +
        `parentPort.postMessage({ problem: 'git has no content' }); })`,
    ),
  );
  await expect(problem).rejects.toThrow(new UserError('git has no content'));
  await expect(problem).rejects.toBeInstanceOf(UserError);
});

test('a thread that gets a connector before its options reports an error', async () => {
  const thread = new Worker(worker);
  try {
    thread.postMessage({ index: 0, candidate });
    const [response]: unknown[] = await once(thread, 'message');
    expect(response).toEqual({
      error: new Error('A thread got a connector before the options to validate it.'),
    });
  } finally {
    await thread.terminate();
  }
});
