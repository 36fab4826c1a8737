import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Store } from '../../src/store/store.ts';
import { temporaryFolders } from './temporary-folders.ts';

const { newDatabase } = temporaryFolders();
const openStore = (at: string): Promise<Store> =>
  Store.open({
    url: undefined,
    folder: at,
    lease: 10,
    onQueueError: (error) => expect.fail(error.message),
  });

let folder: string;
let database: string;
beforeEach(() => {
  folder = newDatabase();
  database = join(folder, 'database');
});
const processes: ChildProcess[] = [];
afterEach(async () => {
  for (const child of processes.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

/** A process of its own that works in the folder. */
function working(at: string) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'write-until-stopped.ts'), at], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  processes.push(child);
  const lines: string[] = [];
  const waiting: { what: RegExp; resolve: () => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const { what, resolve } of waiting) if (what.test(line)) resolve();
  });
  const exited = once(child, 'exit');
  return {
    child,
    lines,
    says: (what: RegExp): Promise<unknown> =>
      Promise.race([
        new Promise<void>((resolve) =>
          lines.some((line) => what.test(line)) ? resolve() : waiting.push({ what, resolve }),
        ),
        exited,
      ]),
    ended: async (): Promise<number | null> => {
      await exited;
      return child.exitCode;
    },
  };
}
const wrote = (lines: readonly string[]): number =>
  lines.filter((line) => line.startsWith('wrote ')).length;
/** The pull requests that are asked for, by a process that opens the folder afterwards. */
async function kept(at: string): Promise<number> {
  const store = await openStore(at);
  try {
    return (await store.jobCounts()).waiting;
  } finally {
    await store.close(1);
  }
}

test('if several processes start at once, one uses the database and the others print why they do not', async () => {
  const all = [1, 2, 3, 4].map(() => working(folder));
  await Promise.all(all.map(({ says }) => says(/^wrote 3$|^stopped/)));
  expect(
    all.filter(({ lines }) =>
      lines.some((line) => line.startsWith('stopped: Another process is using')),
    ),
  ).toHaveLength(3);
  const one = all.find(({ child }) => child.exitCode === null);
  one?.child.kill('SIGKILL');
  await one?.ended();
  expect(await kept(folder)).toBeGreaterThanOrEqual(wrote(one?.lines ?? []));
});

describe('a process whose lock is removed stops, prints why, and damages nothing:', () => {
  test.each<[string, () => void]>([
    ['the lock alone', () => rmSync(join(folder, 'lock'))],
    [
      'another file in its place',
      () => {
        rmSync(join(folder, 'lock'));
        writeFileSync(join(folder, 'lock'), '');
      },
    ],
    [
      'every lock',
      () => {
        rmSync(join(folder, 'lock'));
        rmSync(join(database, 'gatehouse.lock'));
      },
    ],
  ])('%s', async (_, remove) => {
    const first = working(folder);
    await first.says(/^wrote 3$/);
    remove();
    const second = working(folder);
    expect(await first.ended()).toBe(2);
    expect(first.lines.at(-1)).toMatch(
      /^stopped: \S+lock was removed or replaced while this process was using the database/,
    );
    await second.says(/^wrote 3$|^stopped: Another process/);
    second.child.kill('SIGKILL');
    await second.ended();
    expect(await kept(folder)).toBeGreaterThanOrEqual(
      Math.max(wrote(first.lines), wrote(second.lines)),
    );
  });

  test('the whole folder', async () => {
    const first = working(folder);
    await first.says(/^wrote 3$/);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    expect(await first.ended()).toBe(2);
    expect(first.lines.at(-1)).toMatch(/^stopped: /);
    expect(await text(working(folder).child.stdout ?? [])).toMatch(
      /^stopped: The database that was in/,
    );
  });
});
