import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Calendar } from '../../src/release/calendar.ts';
import { finalStates, foldRide, type RideView } from '../../src/release/fold-ride.ts';
import type { Ride, RideEventDetail } from '../../src/release/ride.ts';
import { earlierVersionAt, positionOf, ringToStart } from '../../src/release/start-ring.ts';
import {
  calendar,
  eventsOf,
  ride,
  started,
  succeeded,
  throughTwo,
  toReady,
  type At,
} from './rides.ts';
import { modelTrain } from './settings.ts';

const view = (now: string, ...list: At[]): RideView =>
  foldRide(ride, eventsOf(...list), calendar, now);

const kindsOf = ({ stops }: RideView): string[] => stops.map(({ state }) => state.kind);
const datesOf = ({ stops }: RideView): (string | undefined)[] =>
  stops.map(({ estimate }) => estimate?.date);

describe('a ride', () => {
  test('waits for its preview, then for its publisher', () => {
    expect(view('2026-11-16T12:30:00.000Z')).toMatchObject({
      state: 'preview',
      turn: { actor: 'deployer' },
    });
    const testing = view('2026-11-16T14:00:00.000Z', ...toReady.slice(0, 1));
    expect(testing).toMatchObject({
      state: 'testing',
      turn: { actor: 'publisher', deadline: '2026-11-18T17:00:00.000Z' },
    });
    expect(testing.stops[0]?.estimate).toMatchObject({ date: '2026-11-20', confidence: 'person' });
  });

  test('waits for its train when it is ready', () => {
    const waiting = view('2026-11-18T12:00:00.000Z', ...toReady);
    expect(waiting).toMatchObject({
      state: 'waiting',
      departure: { departsOn: '2026-11-20' },
      turn: { actor: 'nobody', deadline: '2026-11-20T17:00:00.000Z' },
    });
    expect(ringToStart(waiting, [], calendar, '2026-11-20T16:59:59.999Z')).toBeUndefined();
    expect(ringToStart(waiting, [], calendar, '2026-11-20T17:00:00.000Z')?.ring.name).toBe(
      'testing',
    );
  });

  test('is in the third ring on the third day', () => {
    const third = view(
      '2026-11-24T18:00:00.000Z',
      ...throughTwo,
      started('asia', 3, '2026-11-24T17:00:00.000Z'),
    );
    expect(third.state).toBe('rolling-out');
    expect(kindsOf(third)).toEqual([
      'passed',
      'passed',
      'deploying',
      'planned',
      'planned',
      'planned',
    ]);
    expect(datesOf(third)).toEqual([
      '2026-11-20',
      '2026-11-23',
      '2026-11-24',
      '2026-11-25',
      '2026-11-27',
      '2026-11-30',
    ]);
    expect(third.turn).toMatchObject({ actor: 'deployer', deadline: '2026-11-25T17:00:00.000Z' });
  });

  test('is late without a result, and everything after it moves', () => {
    const late = view(
      '2026-11-27T17:00:00.000Z',
      ...throughTwo,
      started('asia', 3, '2026-11-24T17:00:00.000Z'),
    );
    expect(late.stops[2]?.state).toMatchObject({ kind: 'deploying', isLate: true });
    expect(late.turn?.actor).toBe('maintainer');
    expect(datesOf(late)[3]).toBe('2026-11-30');
  });

  test.each(['failed', 'errored', 'inconclusive'] as const)(
    'that %s goes on only if a person says so',
    (kind) => {
      const asia: At[] = [
        started('asia', 3, '2026-11-24T17:00:00.000Z'),
        ['2026-11-24T18:00:00.000Z', { kind, ring: 'asia', deployment: 3, reason: 'HTTP 500' }],
      ];
      const stopped = view('2026-12-14T18:00:00.000Z', ...throughTwo, ...asia);
      expect(stopped.stops[2]?.state).toMatchObject({ kind, reason: 'HTTP 500' });
      expect(stopped.turn?.actor).toBe(kind === 'errored' ? 'maintainer' : 'publisher');
      expect(ringToStart(stopped, [], calendar, '2026-12-14T18:00:00.000Z')).toBeUndefined();
      const retried = view('2026-12-14T18:00:00.000Z', ...throughTwo, ...asia, [
        '2026-12-14T17:30:00.000Z',
        { kind: 'retry', ring: 'asia' },
        'mona',
      ]);
      expect(ringToStart(retried, [], calendar, '2026-12-14T18:00:00.000Z')?.ring.name).toBe(
        'asia',
      );
    },
  );

  test('that is held misses its train, and boards the next when it resumes', () => {
    const held: At = ['2026-11-18T12:00:00.000Z', { kind: 'hold', reason: 'Wrong icon' }, 'mona'];
    const on = view('2026-11-20T18:00:00.000Z', ...toReady, held);
    expect(on.turn).toMatchObject({ actor: 'maintainer', reason: 'Wrong icon' });
    expect(ringToStart(on, [], calendar, '2026-11-20T18:00:00.000Z')).toBeUndefined();
    const resumed = view('2026-11-21T18:00:00.000Z', ...toReady, held, [
      '2026-11-21T12:00:00.000Z',
      { kind: 'resume' },
      'mona',
    ]);
    expect(datesOf(resumed)[0]).toBe('2026-11-27');
  });

  test('whose departure nobody carried out starts on the next deployment day', () => {
    const waiting = view('2026-11-21T18:00:00.000Z', ...toReady);
    expect(datesOf(waiting)[0]).toBe('2026-11-23');
    expect(ringToStart(waiting, [], calendar, '2026-11-21T18:00:00.000Z')).toBeUndefined();
  });

  test('is everywhere after the last ring, and can still be rolled back', () => {
    const rings = modelTrain.rings.map(({ name }) => name);
    const all: At[] = rings.flatMap((ring, index) => [
      started(ring, index, '2026-11-20T17:00:00.000Z'),
      succeeded(ring, index, '2026-11-20T18:00:00.000Z'),
    ]);
    const everywhere = view('2026-12-01T12:00:00.000Z', ...toReady, ...all);
    expect(everywhere).toMatchObject({ state: 'everywhere', turn: undefined });
    const back = view('2026-12-02T12:00:00.000Z', ...toReady, ...all, [
      '2026-12-02T11:00:00.000Z',
      { kind: 'rolled-back', to: '1.4', reason: 'Sign-in fails' },
      'mona',
    ]);
    expect(back.state).toBe('rolled-back');
    expect(new Set(kindsOf(back))).toEqual(new Set(['rolled-back']));
  });

  test('that is superseded stays where it is', () => {
    const superseded = view('2026-11-24T12:00:00.000Z', ...throughTwo, [
      '2026-11-24T11:00:00.000Z',
      {
        kind: 'superseded',
        version: '2.1',
        ride: 'invoices-2.1',
        reason: 'Version 2.1 was merged',
      },
    ]);
    expect(kindsOf(superseded)).toEqual([
      'passed',
      'passed',
      'superseded',
      'superseded',
      'superseded',
      'superseded',
    ]);
    expect(superseded.turn).toBeUndefined();
  });

  test('follows an earlier version ring by ring', () => {
    const first = view('2026-11-24T12:00:00.000Z', ...throughTwo);
    const next: Ride = { ...ride, id: 'invoices-2.1', createdAt: '2026-11-18T12:00:00.000Z' };
    const second = foldRide(next, eventsOf(...toReady), calendar, '2026-11-24T17:00:00.000Z');
    const [testing, , asia] = second.stops;
    expect(testing && earlierVersionAt(testing, second, [first])).toBeUndefined();
    expect(asia && earlierVersionAt(asia, second, [first])).toBe(first);
    expect(positionOf(second, [first, second])).toEqual({ position: 1, of: 1 });
  });

  test('starts at once if a maintainer says so, also in a freeze', () => {
    const frozen = new Calendar({
      ...modelTrain,
      freezes: [{ from: '2026-11-18', to: '2026-12-31', reason: 'Year end', scope: 'all' }],
    });
    const now = '2026-11-19T17:00:00.000Z';
    const waiting = foldRide(ride, eventsOf(...toReady), frozen, now);
    expect(ringToStart(waiting, [], frozen, now)).toBeUndefined();
    const events = eventsOf(...toReady, [
      now,
      { kind: 'deploy-now', reason: 'Fixes a leak of data' },
      'mona',
    ]);
    expect(ringToStart(foldRide(ride, events, frozen, now), [], frozen, now)?.ring.name).toBe(
      'testing',
    );
  });
});

const results: RideEventDetail[] = [
  { kind: 'succeeded', ring: 'asia', deployment: 3 },
  { kind: 'failed', ring: 'asia', deployment: 3, reason: 'HTTP 500' },
  { kind: 'succeeded', ring: 'asia', deployment: 9 },
  { kind: 'failed', ring: 'asia', deployment: 9, reason: 'of another deployment' },
  { kind: 'succeeded', ring: 'moon', deployment: 3 },
];

test('results in any order and number have the same outcome, and those of others have none', () => {
  const prefix = [...throughTwo, started('asia', 3, '2026-11-24T17:00:00.000Z')];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...results), { maxLength: 8 }), (list) => {
      const now = '2026-11-24T19:00:00.000Z';
      const at = '2026-11-24T18:00:00.000Z';
      const { state } =
        view(now, ...prefix, ...list.map((detail): At => [at, detail])).stops[2] ?? {};
      const mine = list.filter(
        (detail) => 'deployment' in detail && detail.deployment === 3 && detail.ring === 'asia',
      );
      const answered = mine.some(({ kind }) => kind === 'failed') ? 'failed' : 'passed';
      const expected = mine.length === 0 ? 'deploying' : answered;
      expect(state?.kind).toBe(expected);
    }),
  );
});

const rings = fc.constantFrom(...modelTrain.rings.map(({ name }) => name));
const deployments = fc.integer({ min: 1, max: 4 });
const reason = fc.constant('reason');
const details: fc.Arbitrary<RideEventDetail> = fc.oneof(
  fc.record({ kind: fc.constant('preview-deployed' as const) }),
  fc.record({ kind: fc.constant('preview-failed' as const), reason }),
  fc.record({ kind: fc.constant('ready' as const), note: fc.constant('') }),
  fc.record({ kind: fc.constantFrom('hold' as const, 'changed' as const), reason }),
  fc.record({ kind: fc.constant('resume' as const) }),
  fc.record({ kind: fc.constant('deploy-now' as const), reason }),
  fc.record({
    kind: fc.constantFrom('deploy-started' as const, 'succeeded' as const),
    ring: rings,
    deployment: deployments,
  }),
  fc.record({
    kind: fc.constantFrom('failed' as const, 'errored' as const, 'inconclusive' as const),
    ring: rings,
    deployment: deployments,
    reason,
  }),
  fc.record({ kind: fc.constant('retry' as const), ring: rings }),
  fc.record({
    kind: fc.constantFrom('skipped' as const, 'passed-by-person' as const),
    ring: rings,
    reason,
  }),
  fc.record({ kind: fc.constant('withdrawn' as const), reason }),
);

test('every ride is final, or has a turn with a reason, and dates in the order of rings', () => {
  fc.assert(
    fc.property(fc.array(details, { maxLength: 14 }), (list) => {
      const at = (hours: number): string =>
        new Date(Date.UTC(2026, 10, 16, 12) + hours * 7_200_000).toISOString();
      const now = at(list.length);
      const folded = view(now, ...list.map((detail, index): At => [at(index), detail]));
      const { turn } = folded;
      expect(turn === undefined).toBe(finalStates.has(folded.state));
      expect(turn?.reason).not.toBe('');
      const planned = folded.stops
        .filter(({ estimate }) => estimate && estimate.confidence !== 'happened')
        .map(({ estimate }) => estimate?.date ?? '');
      expect(planned).toEqual(planned.toSorted());
      expect(new Set(planned).size).toBe(planned.length);
      const today = calendar.dateAt(now);
      expect(planned.every((date) => date >= today)).toBe(true);
      const start = ringToStart(folded, [], calendar, now);
      expect(start === undefined || start.state.kind === 'planned').toBe(true);
    }),
  );
});
