import { expect, test } from 'vitest';
import { measurePromise } from '../../src/release/promise.ts';
import { calendar } from './rides.ts';

// Thursday 26 November 2026 is Thanksgiving.
test.each([
  ['2026-11-23', '2026-11-27', 3, { by: '2026-11-27', late: 0 }],
  ['2026-11-23', '2026-11-20', 3, { by: '2026-11-27', late: 0 }],
  ['2026-11-23', '2026-11-30', 3, { by: '2026-11-27', late: 1 }],
  ['2026-11-21', '2026-11-30', 1, { by: '2026-11-23', late: 4 }],
] as const)('from %s to %s, a promise of %d business days', (since, until, days, expected) => {
  expect(measurePromise(days, `${since}T18:00:00.000Z`, until, calendar)).toEqual({
    days,
    ...expected,
  });
});
