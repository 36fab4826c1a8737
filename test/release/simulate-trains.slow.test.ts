import { expect, test } from 'vitest';
import { Calendar } from '../../src/release/calendar.ts';
import { finalStates, type RideView } from '../../src/release/fold-ride.ts';
import { isDone } from '../../src/release/ride-log.ts';
import { randomFrom, simulateTrains } from '../../src/release/simulate-trains.ts';
import { modelTrain } from './settings.ts';

const calendar = new Calendar({
  ...modelTrain,
  freezes: [
    { from: '2026-03-09', to: '2026-03-13', reason: 'Conference', scope: 'all' },
    { from: '2026-06-01', to: '2026-06-30', reason: 'Audit', scope: { class: 'certified' } },
    { from: '2026-09-14', to: '2026-09-18', reason: 'Move', scope: { ring: 'europe' } },
    { from: '2026-11-18', to: '2027-01-06', reason: 'Year end', scope: 'all' },
  ],
});

/** What must hold in every state; undefined if it does. */
function faultIn({ state, stops, turn, ride }: RideView, now: string): string | undefined {
  if ((turn === undefined) !== finalStates.has(state)) return `${ride.id} ${state} without a turn`;
  if (turn && turn.deadline === '') return `${ride.id} without a deadline`;
  const first = stops.findIndex((stop) => !isDone(stop.state));
  const later = first < 0 ? [] : stops.slice(first + 1);
  const isForward = !finalStates.has(state) && state !== 'rolling-back';
  if (isForward && later.some((stop) => stop.state.kind !== 'planned'))
    return `${ride.id} skipped a ring`;
  const dates = stops.flatMap((stop) => stop.estimate?.date ?? []);
  if (dates.join() !== dates.toSorted().join()) return `${ride.id} goes back in time`;
  const planned = stops.filter((stop) => stop.state.kind === 'planned' && stop.estimate);
  const today = calendar.dateAt(now);
  return planned.some(({ estimate }) => (estimate?.date ?? '') < today)
    ? `${ride.id} plans the past`
    : undefined;
}

test('10,000 releases in 52 trains end, or wait for a person with a deadline', () => {
  const faults = new Set<string>();
  const { states, stuck, days } = simulateTrains({
    random: randomFrom(20_261_120),
    calendar,
    from: '2026-01-02',
    trains: 52,
    releases: 10_000,
    onView: (view, now) => {
      const fault = faultIn(view, now);
      if (fault !== undefined) faults.add(fault);
    },
  });
  expect([...faults]).toEqual([]);
  expect(stuck).toBe(0);
  expect(Object.values(states).reduce((sum, count) => sum + count, 0)).toBe(10_000);
  expect(states.everywhere).toBeGreaterThan(8_000);
  expect(days[0]).toBeGreaterThanOrEqual(7);
});

test('the same random numbers give the same simulation', () => {
  const simulate = () =>
    simulateTrains({
      random: randomFrom(7),
      calendar,
      from: '2026-01-02',
      trains: 4,
      releases: 50,
    });
  expect(simulate()).toEqual(simulate());
});
