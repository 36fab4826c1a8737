import type { TestProject } from 'vitest/node';
import { corpus } from './corpus.ts';

/** Runs once, before all tests. */
export function setup({ config: { env } }: TestProject): void {
  if (corpus === undefined)
    console.warn(
      'No corpus of real connectors: tests that need one are skipped. Set GATEHOUSE_CORPUS.',
    );
  console.log(
    `The random tests of this run are repeated by GATEHOUSE_SEED=${env.GATEHOUSE_SEED} ` +
      `GATEHOUSE_RUNS=${env.GATEHOUSE_RUNS}`,
  );
}
