import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Calendar } from '../../src/release/calendar.ts';
import { planRelease } from '../../src/release/plan-release.ts';
import { foldRide } from '../../src/release/fold-ride.ts';
import { trainsOf } from '../../src/release/trains.ts';
import { eventsOf, ride, started, succeeded, toReady, type At } from './rides.ts';
import { modelTrain } from './settings.ts';

const logs: At[][] = [
  [],
  toReady.slice(0, 1),
  toReady,
  [...toReady, started('testing', 1, '2026-11-20T17:00:00.000Z')],
  [
    ...toReady,
    started('testing', 1, '2026-11-20T17:00:00.000Z'),
    succeeded('testing', 1, '2026-11-20T18:00:00.000Z'),
  ],
];

test('nothing that is shown changes within a period because time passes', () => {
  const calendars = (['departure', 'next-day'] as const).map(
    (first) =>
      new Calendar({
        ...modelTrain,
        first,
        soak: 1,
        freezes: [{ from: '2026-11-23', to: '2026-11-24', reason: 'Change freeze' }],
      }),
  );
  const from = Date.parse('2026-11-16T12:00:00.000Z');
  const minutes = 21 * 24 * 60;
  // Half of the pairs are near each other, and some times are at the minute at which things change.
  const time = fc.integer({ min: 0, max: minutes });
  const pair = fc.tuple(time, fc.oneof(time, fc.constantFrom(0, 1, 5, 59, 60, 180, 719)));
  let same = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...calendars),
      fc.constantFrom(...logs),
      pair,
      (calendar, log, [start, offset]) => {
        const [a = '', b = ''] = [start, start + offset].map((minute) =>
          new Date(from + minute * 60_000).toISOString(),
        );
        if (calendar.periodAt(a) !== calendar.periodAt(b)) return;
        same += 1;
        const shown = (now: string) => {
          const view = foldRide(ride, eventsOf(...log), calendar, now);
          return { view, trains: [...trainsOf([view])], plan: planRelease(now, ride, calendar) };
        };
        expect(shown(a)).toEqual(shown(b));
      },
    ),
    { numRuns: 2_000 },
  );
  expect(same).toBeGreaterThan(200);
});

test('a period ends at midnight, when rings start, and at a cutoff', () => {
  const calendar = new Calendar(modelTrain);
  const changes = (before: string, after: string): boolean =>
    calendar.periodAt(before) !== calendar.periodAt(after);
  // Los Angeles is eight hours behind UTC.
  expect(changes('2026-11-18T07:59:59.999Z', '2026-11-18T08:00:00.000Z')).toBe(true);
  expect(changes('2026-11-18T16:59:59.999Z', '2026-11-18T17:00:00.000Z')).toBe(true);
  expect(changes('2026-11-19T17:00:00.000Z', '2026-11-19T17:00:00.001Z')).toBe(true);
  expect(changes('2026-11-18T18:00:00.000Z', '2026-11-19T07:59:59.999Z')).toBe(false);
});
