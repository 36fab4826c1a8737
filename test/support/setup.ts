import fc from 'fast-check';

/** `vitest.config.ts` chooses them, and `test/once.ts` prints them. */
fc.configureGlobal({
  seed: Number(process.env.GATEHOUSE_SEED),
  numRuns: 100 * Number(process.env.GATEHOUSE_RUNS),
});
