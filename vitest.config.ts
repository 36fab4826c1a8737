import { defineConfig } from 'vitest/config';

/** What takes minutes (kills, bursts, independent judges) is run by `npm run test:slow` alone. */
const slow = 'test/**/*.slow.test.ts';

export default defineConfig(({ mode }) => ({
  test: {
    include: mode === 'slow' ? [slow] : ['test/**/*.test.ts'],
    exclude: mode === 'slow' ? [] : [slow],
    maxWorkers: '100%', // one less is the default, which is one on a machine of two
    globalSetup: ['test/once.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: mode === 'slow' ? 600_000 : 120_000, // a guard against hanging: no test measures time
    hookTimeout: 120_000,
  },
}));
