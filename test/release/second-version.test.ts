import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReleaseKind, SecondVersion } from '../../src/settings/train-settings.ts';
import { addDays } from '../../src/release/civil-date.ts';
import { finalStates, foldRides } from '../../src/release/fold-ride.ts';
import { liveVersions } from '../../src/release/live-versions.ts';
import { nextVersion } from '../../src/release/next-version.ts';
import {
  compareRides,
  type Ride,
  type RideEvent,
  type RideEventDetail,
} from '../../src/release/ride.ts';
import { isProblem } from '../../src/release/ride-log.ts';
import {
  aheadText,
  decideSecondVersion,
  type SecondVersionFacts,
} from '../../src/release/second-version.ts';
import { ringToStart } from '../../src/release/start-ring.ts';
import { defaultSettings } from '../../src/settings/defaults.ts';
import { calendar, eventsOf, ride, throughTwo, toReady, type At } from './rides.ts';

const now = '2026-11-24T12:00:00.000Z';
const second: Ride = {
  ...ride,
  id: 'invoices-2.1',
  version: '2.1',
  pull: 15,
  createdAt: '2026-11-18T12:00:00.000Z',
};
const ready: At[] = toReady.map(([at, ...rest]) => [at.replace('-17T', '-18T'), ...rest]);
const history = (of: Ride, events: At[]) => ({ ride: of, events: eventsOf(...events) });
const days = (rides: Parameters<typeof foldRides>[0], at = now) =>
  foldRides(rides, calendar, at).map(({ stops }) => stops.map(({ estimate }) => estimate?.date));

describe('a version behind another one', () => {
  test('boards the train after, and says why', () => {
    const [, view] = foldRides(
      [history(ride, toReady), history(second, ready)],
      calendar,
      '2026-11-18T18:00:00.000Z',
    );
    expect(view?.departure?.departsOn).toBe('2026-11-27');
    expect(view?.stops[0]?.estimate).toEqual({
      date: '2026-11-27',
      confidence: 'calendar',
      reasons: [{ kind: 'earlier-version', version: '2.0', pull: 12 }],
    });
    expect(view?.behind && aheadText(view.behind)).toBe('2.0 of #12, which waits for its train');
  });

  test('says in which ring the other one is', () => {
    const [, view] = foldRides([history(ride, throughTwo), history(second, ready)], calendar, now);
    expect(view?.behind && aheadText(view.behind)).toBe('2.0 of #12, which is in ring 2 of 6');
  });

  test('gets to no ring before the other one has left it', () => {
    const failed: At[] = [
      ...throughTwo,
      ['2026-11-24T17:00:00.000Z', { kind: 'deploy-started', ring: 'asia', deployment: 3 }],
      [
        '2026-11-24T18:00:00.000Z',
        { kind: 'failed', ring: 'asia', deployment: 3, reason: 'HTTP 500' },
      ],
    ];
    const at = '2026-12-03T12:00:00.000Z';
    const [first = [], next = []] = days([history(ride, failed), history(second, ready)], at);
    const isLater = next.map((day, index) => (day ?? '') > (first[index] ?? ''));
    expect(isLater.slice(2)).toEqual([true, true, true, true]);
    const [, view] = foldRides([history(ride, failed), history(second, ready)], calendar, at);
    expect(view?.stops.map(({ estimate }) => estimate?.confidence)).toEqual([
      'calendar',
      'calendar',
      'person',
      'person',
      'person',
      'person',
    ]);
  });

  test('does not depend on the order in which the rides are given', () => {
    const rides = [history(ride, throughTwo), history(second, ready)];
    expect(days(rides.toReversed())).toEqual(days(rides).toReversed());
  });

  test('does not wait for another connector, nor for one that stopped', () => {
    const alone = days([history(second, ready)]);
    const other = { ...ride, folder: 'certified-connectors/Fabrikam' };
    expect(days([history(other, toReady), history(second, ready)])[1]).toEqual(alone[0]);
    const withdrawn: At = ['2026-11-18T09:00:00.000Z', { kind: 'withdrawn', reason: 'x' }, 'ada'];
    expect(days([history(ride, [...toReady, withdrawn]), history(second, ready)])[1]).toEqual(
      alone[0],
    );
  });
});

describe('what a second version does', () => {
  const facts = (change: Partial<SecondVersionFacts> = {}): SecondVersionFacts => ({
    kind: 'minor',
    rides: foldRides([history(ride, throughTwo)], calendar, now),
    live: liveVersions([history(ride, throughTwo)]),
    breaking: { ok: true, value: [] },
    choice: undefined,
    settings: defaultSettings.train.secondVersion,
    ...change,
  });
  const chosen = (what: SecondVersion) => ({ what, by: 'mona', reason: 'A security fix' });

  test('is nothing special if none is in flight', () => {
    expect(decideSecondVersion(facts({ rides: [] }))).toBeUndefined();
    const rides = foldRides(
      [history(ride, [...toReady, [now, { kind: 'withdrawn', reason: 'x' }, 'ada']])],
      calendar,
      now,
    );
    expect(decideSecondVersion(facts({ rides }))).toBeUndefined();
  });

  test.each([
    ['minor', 'stack'],
    ['major', 'hold'],
    ['new', 'hold'],
  ] as const)('if nobody says otherwise: %s, %s', (kind, what) => {
    expect(decideSecondVersion(facts({ kind }))?.what).toBe(what);
  });

  test('is what a person says', () => {
    for (const what of ['stack', 'supersede', 'hold'] as const)
      expect(decideSecondVersion(facts({ kind: 'major', choice: chosen(what) }))).toMatchObject({
        what,
        choice: { by: 'mona' },
        obstacles: [],
      });
  });

  test.each([
    ['it breaks what people have in a ring', { breaking: { ok: true, value: ['1.0'] } }],
    ['nobody knows what it breaks', { breaking: { ok: false, reason: 'GitHub did not answer.' } }],
    [
      'a ring has what is not merged',
      {
        rides: foldRides(
          [history(ride, [[now, { kind: 'begun-before-merge' }], ...throughTwo])],
          calendar,
          now,
        ),
      },
    ],
  ] as [string, Partial<SecondVersionFacts>][])('never supersedes if %s', (_, change) => {
    const byPerson = decideSecondVersion(facts({ ...change, choice: chosen('supersede') }));
    expect(byPerson).toMatchObject({ what: 'hold', obstacles: [expect.any(String) as unknown] });
    const settings = { ...defaultSettings.train.secondVersion, minor: 'supersede' as const };
    expect(decideSecondVersion(facts({ ...change, settings }))?.what).toBe('stack');
  });
});

/** Everything that can happen to the versions of a connector, in any order. */
type Step =
  | { kind: 'merge'; release: ReleaseKind; choice: SecondVersion | undefined; breaks: boolean }
  | { kind: 'person'; of: number; detail: RideEventDetail['kind'] }
  /** Days that pass, and how the deployments end that run on each of them. */
  | { kind: 'days'; count: number; result: 'succeeded' | 'failed' | 'inconclusive' | undefined };

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('days' as const),
        count: fc.integer({ min: 1, max: 7 }),
        result: fc.constantFrom(
          'succeeded' as const,
          'succeeded' as const,
          'succeeded' as const,
          'failed' as const,
          'inconclusive' as const,
          undefined,
        ),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('merge' as const),
        release: fc.constantFrom<ReleaseKind>('minor', 'major'),
        choice: fc.constantFrom<(SecondVersion | undefined)[]>(
          undefined,
          'stack',
          'supersede',
          'hold',
        ),
        breaks: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('person' as const),
        of: fc.nat(4),
        detail: fc.constantFrom<RideEventDetail['kind'][]>(
          'hold',
          'resume',
          'retry',
          'skipped',
          'deploy-now',
          'passed-by-person',
          'withdrawn',
        ),
      }),
    },
  ),
  { minLength: 10, maxLength: 60, size: 'max' },
);

/** Plays the steps as Gatehouse would, and returns the rides that were deployed, by ring. */
function play(list: readonly Step[]): Map<string, Ride[]> {
  const rides: { ride: Ride; events: RideEvent[] }[] = [];
  const deployed = new Map<string, Ride[]>();
  let day = '2026-11-16';
  let deployment = 0;
  let minutes = 0;
  const instant = (): string =>
    new Date(Date.parse(calendar.startOf(day)) + (minutes += 1) * 1_000).toISOString();
  const views = () => foldRides(rides, calendar, instant());
  const append = (at: number, by: string, detail: RideEventDetail): void => {
    const events = rides[at]?.events;
    events?.push({ seq: events.length + 1, at: instant(), by, ...detail });
  };
  /** Starts the rings of a day, which end before the next. */
  const passDay = (result: 'succeeded' | 'failed' | 'inconclusive' | undefined): void => {
    day = addDays(day, 1);
    minutes = 0;
    for (const index of rides.keys()) {
      const all = views();
      const view = all[index];
      const next = view && ringToStart(view, all, calendar, instant());
      if (!next) continue;
      const ring = next.ring.name;
      deployed.set(ring, [...(deployed.get(ring) ?? []), view.ride]);
      deployment += 1;
      append(index, 'gatehouse', { kind: 'deploy-started', ring, deployment });
      if (result === 'succeeded') append(index, 'gatehouse', { kind: result, ring, deployment });
      else if (result) append(index, 'gatehouse', { kind: result, ring, deployment, reason: 'x' });
    }
  };
  for (const step of list) {
    const all = views();
    if (step.kind === 'days') {
      for (let count = 0; count < step.count; count += 1) passDay(step.result);
    } else if (step.kind === 'merge') {
      const number = rides.length + 1;
      const version = nextVersion(rides.at(-1)?.ride.version, step.release);
      const decision = decideSecondVersion({
        kind: step.release,
        rides: all,
        live: liveVersions(rides),
        breaking: { ok: true, value: step.breaks ? ['1.0'] : [] },
        choice: step.choice && { what: step.choice, by: 'mona', reason: 'x' },
        settings: defaultSettings.train.secondVersion,
      });
      const id = `ride-${number}`;
      const merged = { ...ride, id, version, kind: step.release, createdAt: instant() };
      for (const each of decision?.what === 'supersede' ? decision.inFlight : [])
        append(
          rides.findIndex((other) => other.ride.id === each.ride.id),
          'gatehouse',
          { kind: 'superseded', ride: id, version, reason: 'x' },
        );
      rides.push({ ride: merged, events: [] });
      append(number - 1, 'gatehouse', { kind: 'ready', note: '' });
      if (decision?.what === 'hold') append(number - 1, 'mona', { kind: 'hold', reason: 'x' });
    } else {
      const view = all[step.of];
      const stop = view?.stops.find(({ state }) => state.kind === 'deploying' || isProblem(state));
      if (!view) continue;
      const ring = stop?.ring.name ?? '';
      if (!finalStates.has(view.state)) {
        const reason = 'x';
        const details: Partial<Record<RideEventDetail['kind'], RideEventDetail>> = {
          hold: { kind: 'hold', reason },
          resume: { kind: 'resume' },
          'deploy-now': { kind: 'deploy-now', reason },
          withdrawn: { kind: 'withdrawn', reason },
          ...(stop && {
            retry: { kind: 'retry', ring },
            skipped: { kind: 'skipped', ring, reason },
            'passed-by-person': { kind: 'passed-by-person', ring, reason },
          }),
        };
        const detail = details[step.detail];
        if (detail) append(step.of, 'mona', detail);
      }
    }
  }
  return deployed;
}

test('a ring never gets an older version, whatever people do and deployments report', () => {
  let seen = 0;
  fc.assert(
    fc.property(steps, (list) => {
      for (const rides of play(list).values())
        for (const [index, next] of rides.entries()) {
          const previous = rides[index - 1];
          if (!previous) continue;
          if (previous.id !== next.id) seen += 1;
          expect(compareRides(previous, next)).toBeLessThanOrEqual(0);
        }
    }),
    { numRuns: 60 },
  );
  expect(seen).toBeGreaterThan(20);
});
