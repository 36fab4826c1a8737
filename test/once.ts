import { corpus } from './corpus.ts';

/** Runs once, before all tests. */
export function setup(): void {
  if (corpus === undefined) console.warn('No corpus of real connectors: tests that need one are skipped. Set GATEHOUSE_CORPUS.');
}
