import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * What takes minutes (kills, bursts, attacks through whole processes, independent judges, fuzzers)
 * is run by `npm run test:slow` alone.
 */
const slow = 'test/**/*.slow.test.ts';
const fuzzers = 'test/fuzz/*.slow.test.ts';

export default defineConfig(({ mode }) => ({
  test: {
    include: filesOf(mode),
    exclude: mode === 'fuzz' || mode === 'slow' ? [] : [slow],
    env: trials(mode),
    // Many tests wait for processes and servers of their own; slow ones keep both cores busy.
    maxWorkers:
      mode === 'fuzz' || mode === 'slow' ? '100%' : Math.ceil(availableParallelism() * 1.5),
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/setup.ts'],
    testTimeout: timeoutOf(mode),
    hookTimeout: 120_000,
    expect: { poll: { timeout: 110_000, interval: 20 } },
  },
}));

function filesOf(mode: string): string[] {
  if (mode === 'fuzz') return [fuzzers];
  return mode === 'slow' ? [slow] : ['test/**/*.test.ts'];
}

/** A guard against hanging: no test measures time. */
function timeoutOf(mode: string): number {
  if (mode === 'fuzz') return 0;
  return mode === 'slow' ? 600_000 : 120_000;
}

/**
 * The seed of all random tests and how many times their usual number of inputs they try. Everybody
 * tries the same, so that a failure is the change's own; `npm run fuzz` tries something new.
 */
function trials(mode: string): { GATEHOUSE_SEED: string; GATEHOUSE_RUNS: string } {
  const { GATEHOUSE_SEED: seed, GATEHOUSE_RUNS: runs } = process.env;
  const isFuzz = mode === 'fuzz';
  return {
    GATEHOUSE_SEED: seed ?? String(isFuzz ? Date.now() % 2 ** 31 : 20261122),
    GATEHOUSE_RUNS: runs ?? (isFuzz ? '10' : '1'),
  };
}
