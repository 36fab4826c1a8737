import { join } from 'node:path';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import * as instruments from '../../src/analyzers/analyze.ts';
import { UserError } from '../../src/shared/user-error.ts';
import type { ConnectorReport } from '../../src/report/report.ts';
import type { ValidationOptions } from '../../src/workspace/validate-folder.ts';
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
const examination: ValidationOptions = {
  overrides: {},
  words: [],
  fix: false,
  only: [],
  fixes: false,
  excerpts: false,
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
  yield { candidates: many, examination };
}
const examineWith = (threads: URL, prepare = prepared): Promise<ConnectorReport[]> =>
  validateAll(many, prepare, instruments, { jobs: 2, worker: threads }, () => undefined);

test.each([1, 2])(
  'connectors are examined in %d threads, as each share of them is prepared, and reported in their order',
  async (jobs) => {
    const told: number[] = [];
    const examined = Promise.withResolvers<void>();
    async function* prepare(): AsyncIterable<Batch> {
      yield { candidates: many.filter((_, index) => index % 2 === 1), examination };
      if (jobs > 1) await examined.promise;
      yield { candidates: many.filter((_, index) => index % 2 === 0), examination };
    }
    const progress = (done: number): void => {
      told.push(done);
      if (done === many.length / 2) examined.resolve();
    };
    const reports = await validateAll(many, prepare, instruments, { jobs, worker }, progress);
    expect(reports.map(({ path }) => path)).toEqual(many.map(({ path }) => path));
    expect(told).toEqual(many.map((_, index) => index + 1));
  },
);

test('a thread that breaks while the run is prepared fails the run at once', async () => {
  const threads = program(`throw new Error('broken from the start')`);
  async function* prepare(): AsyncIterable<Batch> {
    yield { candidates: [], examination };
    await new Promise(() => undefined); // never done
  }
  await expect(examineWith(threads, prepare)).rejects.toThrow('broken from the start');
});

test('what goes wrong with preparing fails the run', async () => {
  async function* prepare(): AsyncIterable<Batch> {
    yield { candidates: [], examination };
    throw await Promise.resolve(new UserError('cannot be prepared'));
  }
  await expect(examineWith(worker, prepare)).rejects.toThrow(new UserError('cannot be prepared'));
});

test('a thread that ends without a word fails the run', async () => {
  await expect(
    examineWith(program(`parentPort.on('message', () => process.exit(3))`)),
  ).rejects.toThrow('A thread that checks connectors ended with status 3 before all were checked.');
});

test('a thread that runs out of memory fails the run', async () => {
  const hungry = `const all = []; parentPort.on('message', () => { for (;;) all.push(new Array(100_000).fill(all.length)); })`;
  await expect(examineWith(program(hungry))).rejects.toThrow(/memory/);
});

test('what cannot be examined, for a reason that people can do something about, is told as that by a thread too', async () => {
  const problem = examineWith(
    program(
      `parentPort.on('message', (told) => { if ('index' in told) parentPort.postMessage({ problem: 'git has no content' }); })`,
    ),
  );
  await expect(problem).rejects.toThrow(new UserError('git has no content'));
  await expect(problem).rejects.toBeInstanceOf(UserError);
});

test('a thread that is given a connector before it knows how to examine says so', async () => {
  const thread = new Worker(worker);
  try {
    thread.postMessage({ index: 0, candidate });
    const [done]: unknown[] = await once(thread, 'message');
    expect(done).toEqual({
      error: new Error('A connector came before word of how to examine it.'),
    });
  } finally {
    await thread.terminate();
  }
});
