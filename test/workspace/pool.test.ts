import { join } from 'node:path';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import * as instruments from '../../src/measure.ts';
import { Problem } from '../../src/problem.ts';
import type { ConnectorReport } from '../../src/report/report.ts';
import type { Examination } from '../../src/workspace/examine.ts';
import type { Candidate } from '../../src/workspace/folders.ts';
import { examineAll } from '../../src/workspace/pool.ts';

const directory = join(import.meta.dirname, '../../fixtures/connectors/certified-connectors/Contoso Invoices');
const candidate: Candidate = { directory, path: 'certified-connectors/Contoso Invoices', class: 'certified', classKnown: true };
const examination: Examination = { overrides: {}, words: [], fix: false, only: [], fixes: false, excerpts: false };
const worker = new URL('../../src/worker.ts', import.meta.url);

/** Enough of them for threads. */
const many = Array.from({ length: 40 }, (): Candidate => candidate);
const program = (text: string): URL => new URL(`data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads';\n${text}`)}`);
const examineWith = (threads: URL, prepare = (): Promise<Examination> => Promise.resolve(examination)): Promise<ConnectorReport[]> =>
  examineAll(many, prepare, instruments, { jobs: 2, worker: threads }, () => undefined);

test('connectors are examined in threads and in this one, and reported in their order', async () => {
  const named = many.map((one, index) => ({ ...one, path: `certified-connectors/Contoso ${index}` }));
  const reports = await examineAll(named, () => Promise.resolve(examination), instruments, { jobs: 2, worker }, () => undefined);
  expect(reports.map(({ path }) => path)).toEqual(named.map(({ path }) => path));
});

test('a thread that breaks while the run is prepared fails the run', async () => {
  const threads = program(`throw new Error('broken from the start')`);
  const prepare = async (): Promise<Examination> => {
    for (const other of ['second', 'third']) await once(new Worker(threads, { name: other }), 'error'); // by then the run's own has broken too
    return examination;
  };
  await expect(examineWith(threads, prepare)).rejects.toThrow('broken from the start');
});

test('a thread that ends without a word fails the run', async () => {
  await expect(examineWith(program(`parentPort.on('message', () => process.exit(3))`))).rejects.toThrow('A thread that checks connectors ended with status 3 before all were checked.');
});

test('a thread that runs out of memory fails the run', async () => {
  const hungry = `const all = []; parentPort.on('message', () => { for (;;) all.push(new Array(100_000).fill(all.length)); })`;
  await expect(examineWith(program(hungry))).rejects.toThrow(/memory/);
});

test('what cannot be examined, for a reason that people can do something about, is told as that by a thread too', async () => {
  const problem = examineWith(program(`parentPort.on('message', (told) => { if ('index' in told) parentPort.postMessage({ problem: 'git has no content' }); })`));
  await expect(problem).rejects.toThrow(new Problem('git has no content'));
  await expect(problem).rejects.toBeInstanceOf(Problem);
});

test('a thread that is given a connector before it knows how to examine says so', async () => {
  const thread = new Worker(worker);
  try {
    thread.postMessage({ index: 0, candidate });
    const [done]: unknown[] = await once(thread, 'message');
    expect(done).toEqual({ error: new Error('A connector came before word of how to examine it.') });
  } finally {
    await thread.terminate();
  }
});
