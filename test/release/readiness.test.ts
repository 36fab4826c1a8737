import { describe, expect, test } from 'vitest';
import { rideStates } from '../../src/release/fold-ride.ts';
import { readinessOf } from '../../src/release/readiness.ts';
import { ride } from './rides.ts';

const preview = (evidence: 'required' | 'optional' | 'none') => ({ answerWithin: 2, evidence });
const tested = { note: 'Created and read an invoice.' };

describe('a version may be called ready', () => {
  test('only while its publisher tests it', () => {
    const may = rideStates.filter(
      (state) => readinessOf({ ride, state }, tested, preview('required')).mayBeReady,
    );
    expect(may).toEqual(['testing']);
  });

  test.each([
    ['required', '', false],
    ['required', '👍', false],
    ['required', tested.note, true],
    ['optional', '', true],
    ['none', '', true],
  ] as const)('with evidence %s and the note %j: %s', (evidence, note, expected) => {
    const readiness = readinessOf({ ride, state: 'testing' }, { note }, preview(evidence));
    expect(readiness.mayBeReady).toBe(expected);
  });

  test.each([
    ['preview', 'The preview of version 2.0 is not deployed yet'],
    ['waiting', 'Version 2.0 is ready already.'],
    ['withdrawn', 'Version 2.0 goes nowhere any more'],
  ] as const)('or says why not: %s', (state, reason) => {
    expect(readinessOf({ ride, state }, tested, preview('optional'))).toEqual({
      mayBeReady: false,
      reason: expect.stringContaining(reason) as unknown,
    });
  });
});
