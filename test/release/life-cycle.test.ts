import { describe, expect, test } from 'vitest';
import { rideStates } from '../../src/release/fold-ride.ts';
import {
  lifeCycle,
  lifeCycleStateOf,
  lifeCycleStates,
  type LifeCycleAction,
  type LifeCycleFacts,
} from '../../src/release/life-cycle.ts';

const merged: LifeCycleFacts = {
  pull: 'merged',
  ride: undefined,
  isDeprecated: false,
  isRetired: false,
};

describe('the life cycle', () => {
  test.each([
    ['editing', { pull: 'draft' }],
    ['in-review', { pull: 'open' }],
    ['rejected', { pull: 'closed-by-maintainer' }],
    ['withdrawn', { pull: 'closed-by-author' }],
    ['published', {}],
    ['pre-release', { ride: 'preview' }],
    ['pre-release', { ride: 'testing' }],
    ['ready', { ride: 'waiting' }],
    ['rolling-out', { ride: 'rolling-out' }],
    ['published', { ride: 'everywhere' }],
    ['rolling-back', { ride: 'rolling-back' }],
    ['withdrawn', { ride: 'rolled-back' }],
    ['withdrawn', { ride: 'superseded' }],
    ['withdrawn', { ride: 'withdrawn' }],
    ['deprecated', { ride: 'everywhere', isDeprecated: true }],
    ['retired', { ride: 'everywhere', isDeprecated: true, isRetired: true }],
    // Before the merge, the preview of an independent publisher is tested on the open pull request.
    ['pre-release', { pull: 'open', ride: 'testing' }],
  ] as const)('is %s with %o', (expected, facts) => {
    expect(lifeCycleStateOf({ ...merged, ...facts })).toBe(expected);
  });

  test('has a way on from every state that is not the last', () => {
    for (const state of lifeCycleStates)
      expect(Object.keys(lifeCycle[state]).length > 0).toBe(state !== 'retired');
  });

  test('lets nothing be deployed, tested or declared ready before its time', () => {
    const statesWith = (action: LifeCycleAction) =>
      lifeCycleStates.filter((state) => lifeCycle[state][action]);
    expect(statesWith('test')).toEqual(['pre-release']);
    expect(statesWith('ready')).toEqual(['pre-release']);
    expect(statesWith('deploy-now')).toEqual(['ready', 'rolling-out']);
    expect(statesWith('retry')).toEqual(['rolling-out', 'rolling-back']);
    for (const state of statesWith('skip'))
      expect(lifeCycle[state].skip?.parties).toEqual(['maintainer']);
  });

  test('has a state for every state of a ride', () => {
    for (const ride of rideStates)
      expect(lifeCycleStates).toContain(lifeCycleStateOf({ ...merged, ride }));
  });
});
