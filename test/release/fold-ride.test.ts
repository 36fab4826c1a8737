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
    const order: At = [
      '2026-12-02T11:00:00.000Z',
      {
        kind: 'rolled-back',
        to: '1.4',
        reason: 'Sign-in fails',
        rings: rings.map((ring) => ({ ring, to: '1.4' })),
      },
      'mona',
    ];
    const ordered = view('2026-12-02T12:00:00.000Z', ...toReady, ...all, order);
    expect(ordered).toMatchObject({ state: 'rolling-back', turn: { actor: 'nobody' } });
    const done: At[] = rings.flatMap((ring, index): At[] => [
      [
        '2026-12-02T12:00:00.000Z',
        { kind: 'rollback-started', ring, to: '1.4', deployment: 70 + index },
      ],
      succeeded(ring, 70 + index, '2026-12-02T13:00:00.000Z'),
    ]);
    const back = view('2026-12-02T14:00:00.000Z', ...toReady, ...all, order, ...done);
    expect(back).toMatchObject({ state: 'rolled-back', turn: undefined });
    expect(new Set(kindsOf(back))).toEqual(new Set(['rolled-back']));
  });

  describe('that is rolled back', () => {
    const order: At = [
      '2026-11-24T12:00:00.000Z',
      {
        kind: 'rolled-back',
        to: '1.4',
        reason: 'Sign-in fails',
        rings: [
          { ring: 'testing', to: '1.4' },
          { ring: 'us-preview', to: 'untracked' },
        ],
      },
      'mona',
    ];
    const startedBack = (ring: string, deployment: number): At => [
      '2026-11-24T12:01:00.000Z',
      { kind: 'rollback-started', ring, to: '1.4', deployment },
    ];

    test('waits for each ring, and for a maintainer where that fails', () => {
      const running = view(
        '2026-11-24T12:30:00.000Z',
        ...throughTwo,
        order,
        startedBack('testing', 7),
      );
      expect(running).toMatchObject({
        state: 'rolling-back',
        turn: { actor: 'deployer', deadline: '2026-11-25T17:00:00.000Z' },
      });
      expect(kindsOf(running).slice(0, 3)).toEqual(['rolling-back', 'rolling-back', 'withdrawn']);
      const late = view(
        '2026-11-25T18:00:00.000Z',
        ...throughTwo,
        order,
        startedBack('testing', 7),
      );
      expect(late.turn?.actor).toBe('maintainer');
      const failed: At = [
        '2026-11-24T13:00:00.000Z',
        { kind: 'failed', ring: 'testing', deployment: 7, reason: 'HTTP 500' },
      ];
      const stopped: At = [
        '2026-11-24T13:00:00.000Z',
        { kind: 'rollback-stopped', ring: 'us-preview', reason: 'No record' },
      ];
      const events = [...throughTwo, order, startedBack('testing', 7), failed, stopped];
      expect(view('2026-11-24T14:00:00.000Z', ...events)).toMatchObject({
        state: 'rolling-back',
        turn: { actor: 'maintainer', reason: 'testing: HTTP 500' },
        stops: [
          { state: { kind: 'rollback-failed', problem: 'HTTP 500', reason: 'Sign-in fails' } },
          { state: { kind: 'rollback-failed', problem: 'No record', to: 'untracked' } },
          ...Array.from({ length: 4 }, () => ({ state: { kind: 'withdrawn' } })),
        ],
      });
      const at = '2026-11-24T15:00:00.000Z';
      const end = view(
        '2026-11-24T16:00:00.000Z',
        ...events,
        [at, { kind: 'retry', ring: 'testing' }, 'mona'],
        startedBack('testing', 8),
        // The result of the deployment that was tried again counts for nothing.
        succeeded('testing', 7, at),
        succeeded('testing', 8, at),
        [at, { kind: 'passed-by-person', ring: 'us-preview', reason: 'By hand' }, 'mona'],
      );
      expect(end).toMatchObject({ state: 'rolled-back', turn: undefined });
    });

    test('takes back a ring that was just starting', () => {
      const asia = started('asia', 3, '2026-11-24T12:00:30.000Z');
      const back = view('2026-11-24T12:30:00.000Z', ...throughTwo, order, asia);
      expect(back.stops[2]?.state).toMatchObject({ kind: 'rolling-back', to: '1.4' });
    });

    test('can be rolled back to another version on the way, and to none twice', () => {
      const again: At = [
        '2026-11-24T13:00:00.000Z',
        {
          kind: 'rolled-back',
          to: '1.3',
          reason: 'So is 1.4',
          rings: [{ ring: 'testing', to: '1.3' }],
        },
        'mona',
      ];
      const back = view(
        '2026-11-24T14:00:00.000Z',
        ...throughTwo,
        order,
        startedBack('testing', 7),
        again,
      );
      expect(back.stops[0]?.state).toMatchObject({
        kind: 'rolling-back',
        to: '1.3',
        deployment: undefined,
      });
    });
  });

  test('that is tried again in its first ring waits for no other train', () => {
    const errored: At = [
      '2026-11-20T18:00:00.000Z',
      { kind: 'errored', ring: 'testing', deployment: 1, reason: 'HTTP 500' },
    ];
    const retry = (at: string): At => [at, { kind: 'retry', ring: 'testing' }, 'mona'];
    const first = [...toReady, started('testing', 1, '2026-11-20T17:00:00.000Z'), errored];
    const onFriday = '2026-11-20T19:00:00.000Z';
    const again = view(onFriday, ...first, retry(onFriday));
    expect(again).toMatchObject({ state: 'rolling-out', departure: { departsOn: '2026-11-20' } });
    expect(ringToStart(again, [], calendar, onFriday)?.ring.name).toBe('testing');
    const onSaturday = '2026-11-21T19:00:00.000Z';
    const later = view(onSaturday, ...first, retry(onSaturday));
    expect(datesOf(later).slice(0, 2)).toEqual(['2026-11-23', '2026-11-24']);
    expect(ringToStart(later, [], calendar, onSaturday)).toBeUndefined();
    const frozen = new Calendar({
      ...modelTrain,
      freezes: [{ from: '2026-11-20', to: '2026-11-24', reason: 'Conference', scope: 'all' }],
    });
    const stopped = foldRide(ride, eventsOf(...first, retry(onFriday)), frozen, onFriday);
    expect(datesOf(stopped)[0]).toBe('2026-11-25');
  });

  test('leaves out a ring that is skipped, and the next takes its day', () => {
    const skip = (ring: string, at: string): At => [
      at,
      { kind: 'skipped', ring, reason: 'x' },
      'mona',
    ];
    const before = view(
      '2026-11-18T12:00:00.000Z',
      ...toReady,
      skip('testing', '2026-11-18T11:00:00.000Z'),
    );
    expect(before).toMatchObject({ state: 'waiting', departure: { departsOn: '2026-11-20' } });
    expect(datesOf(before).slice(0, 3)).toEqual([undefined, '2026-11-20', '2026-11-23']);
    const ahead = view(
      '2026-11-23T19:00:00.000Z',
      ...throughTwo,
      skip('asia', '2026-11-20T19:00:00.000Z'),
    );
    expect(datesOf(ahead).slice(2, 5)).toEqual([undefined, '2026-11-24', '2026-11-25']);
  });

  test('that was withdrawn while it started waits for a person', () => {
    const withdrawn: At = [
      '2026-11-19T12:00:00.000Z',
      { kind: 'withdrawn', reason: 'Wrong' },
      'ada',
    ];
    const late = started('testing', 1, '2026-11-19T12:00:30.000Z');
    const held = view('2026-11-19T13:00:00.000Z', ...toReady, withdrawn, late);
    expect(held).toMatchObject({
      state: 'rolling-out',
      turn: { actor: 'maintainer', reason: 'Wrong' },
    });
  });

  test('that its publisher holds waits for the publisher', () => {
    const at = '2026-11-18T12:00:00.000Z';
    const held = view(at, ...toReady, [at, { kind: 'hold', reason: 'x', as: 'publisher' }, 'ada']);
    expect(held.turn).toMatchObject({ actor: 'publisher', reason: 'x' });
  });

  test('names who started a ring without waiting for its day', () => {
    const at = '2026-11-18T12:00:00.000Z';
    const now: At = [at, { kind: 'deploy-now', reason: 'Fixes a leak' }, 'mona'];
    const at2 = view('2026-11-18T13:00:00.000Z', ...toReady, now, started('testing', 1, at));
    expect(at2.stops[0]?.outOfTurn).toEqual({ by: 'mona', reason: 'Fixes a leak' });
    expect(at2).toMatchObject({ startsNow: false });
    // Whoever ends a hold does not mean that.
    const held: At[] = [now, [at, { kind: 'hold', reason: 'x' }], [at, { kind: 'resume' }]];
    expect(view(at, ...toReady, ...held)).toMatchObject({ startsNow: false });
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
  fc.record({
    kind: fc.constant('rolled-back' as const),
    to: fc.constantFrom('1.4', '1.3'),
    reason,
    rings: fc.array(fc.record({ ring: rings, to: fc.constantFrom('1.4', 'untracked') }), {
      maxLength: 3,
    }),
  }),
  fc.record({
    kind: fc.constant('rollback-started' as const),
    ring: rings,
    to: fc.constant('1.4'),
    deployment: deployments,
  }),
  fc.record({ kind: fc.constant('rollback-stopped' as const), ring: rings, reason }),
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
