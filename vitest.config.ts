import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 120_000, // a guard against hanging: no test measures time
    hookTimeout: 120_000,
  },
});
