import fc from 'fast-check';

/** `vitest.config.ts` chooses the seed and the number of runs, and `global-setup.ts` prints them. */
fc.configureGlobal({
  seed: Number(process.env.GATEHOUSE_SEED),
  numRuns: 100 * Number(process.env.GATEHOUSE_RUNS),
});
