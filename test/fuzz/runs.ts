import { runInNewContext } from 'node:vm';

/** So many inputs are tried, or `GATEHOUSE_RUNS` times as many. */
export const runs = (few: number): { numRuns: number } => ({
  numRuns: Math.ceil(few * Number(process.env.GATEHOUSE_RUNS)),
});

/** No machine needs so long for one small input. */
const hangs = 120_000;

/**
 * Works to its end, or throws if that does not come: even an endless loop is a failure with an
 * input and a seed.
 */
export function within<T>(work: () => T): T {
  let result: { value: T } | undefined;
  runInNewContext('work()', { work: () => void (result = { value: work() }) }, { timeout: hangs });
  if (!result) throw new Error('Nothing came of it.');
  return result.value;
}
