import { describe, expect, test } from 'vitest';
import { ValidationQueue, type Clock } from '../../src/lsp/validation-queue.ts';

/** A clock that stands still until a test moves it. */
class TestClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ at: number; callback: () => void }>();

  readonly after = (delay: number, callback: () => void): (() => void) => {
    const timer = { at: this.#now + delay, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  pass(milliseconds: number): void {
    this.#now += milliseconds;
    for (const timer of this.#timers) {
      if (timer.at > this.#now) continue;
      this.#timers.delete(timer);
      timer.callback();
    }
  }
}

/** Lets everything that waits for a settled promise run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const clock = new TestClock();
  const events: string[] = [];
  let running: { folder: string; end: (result: string | undefined) => void } | undefined;
  const queue = new ValidationQueue<string>({
    clock,
    delay: 200,
    validate: (folder) => {
      events.push(`validate ${folder}`);
      return new Promise((resolve) => (running = { folder, end: resolve }));
    },
    cancel: () => events.push('cancel'),
    deliver: (folder, result) => events.push(`deliver ${result} for ${folder}`),
    fail: (folder, error) => events.push(`fail ${folder}: ${String(error)}`),
  });
  const end = async (result: string | undefined): Promise<void> => {
    running?.end(result);
    await settle();
  };
  return { clock, events, queue, end };
}

describe('a folder is validated', () => {
  test('a moment after its last change', async () => {
    const { clock, events, queue, end } = setUp();
    queue.touch('a');
    clock.pass(150);
    queue.touch('a');
    clock.pass(150);
    expect(events).toEqual([]);
    clock.pass(50);
    expect(events).toEqual(['validate a']);
    await end('1');
    expect(events).toEqual(['validate a', 'deliver 1 for a']);
    clock.pass(10_000);
    expect(events.length).toBe(2);
  });

  test('again if it changes meanwhile, and the earlier result is dropped', async () => {
    const { clock, events, queue, end } = setUp();
    queue.touch('a');
    clock.pass(200);
    queue.touch('a');
    await end('1');
    clock.pass(200);
    await end('2');
    expect(events).toEqual(['validate a', 'cancel', 'validate a', 'deliver 2 for a']);
  });

  test('after the others that came before it', async () => {
    const { clock, events, queue, end } = setUp();
    for (const folder of ['a', 'b', 'c']) queue.touch(folder);
    clock.pass(200);
    queue.touch('b');
    await end('1');
    await end('2');
    clock.pass(200);
    await end('3');
    expect(events.filter((event) => event.startsWith('deliver'))).toEqual([
      'deliver 1 for a',
      'deliver 2 for c',
      'deliver 3 for b',
    ]);
    expect(events).not.toContain('cancel');
  });

  test('at once for who needs the result', async () => {
    const { clock, events, queue, end } = setUp();
    await queue.settled('a');
    queue.touch('a');
    const settled = queue.settled('a').then(() => events.push('settled'));
    expect(events).toEqual(['validate a']);
    queue.touch('a');
    await end(undefined);
    expect(events).not.toContain('settled');
    clock.pass(200);
    await end('2');
    await settled;
    expect(events.slice(-2)).toEqual(['deliver 2 for a', 'settled']);
  });

  test('no more once it is closed', async () => {
    const { clock, events, queue, end } = setUp();
    queue.touch('a');
    queue.drop('a');
    clock.pass(200);
    expect(events).toEqual([]);
    queue.touch('b');
    const settled = queue.settled('b');
    queue.drop('b');
    await end(undefined);
    await settled;
    expect(events).toEqual(['validate b', 'cancel']);
  });
});

test('a failure is reported, and the next folder is validated', async () => {
  const events: string[] = [];
  const clock = new TestClock();
  const queue = new ValidationQueue<string>({
    clock,
    delay: 0,
    validate: (folder) =>
      folder === 'a' ? Promise.reject(new Error('broken')) : Promise.resolve('1'),
    cancel: () => undefined,
    deliver: (folder) => events.push(folder),
    fail: (folder, error) => events.push(`${folder}: ${String(error)}`),
  });
  queue.touch('a');
  queue.touch('b');
  clock.pass(0);
  await settle();
  expect(events).toEqual(['a: Error: broken', 'b']);
});
