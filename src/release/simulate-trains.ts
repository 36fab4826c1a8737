import type { ConnectorClass } from '../connector/connector.ts';
import type { ReleaseKind } from '../settings/train-settings.ts';
import type { Calendar } from './calendar.ts';
import { addDays, addHours, type CivilDate, type Instant } from './civil-date.ts';
import { finalStates, foldRide, type RideState, type RideView } from './fold-ride.ts';
import type { Ride, RideEvent, RideEventDetail } from './ride.ts';
import { isProblem, isRollingBack } from './ride-log.ts';
import { isStopped, ringToStart } from './start-ring.ts';

/** Random numbers from 0 to less than 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

export interface Simulation {
  /** A random number from 0 to less than 1; the same sequence gives the same simulation. */
  random: () => number;
  calendar: Calendar;
  /** The day of the first departure that can be boarded, and how many weeks there are trains. */
  from: CivilDate;
  trains: number;
  /** How many versions become ready in these weeks; each connector has one. */
  releases: number;
  /** Called with every state that a ride is seen in. */
  onView?: (view: RideView, now: Instant) => void;
}

/** What became of the releases. */
export interface SimulationResult {
  states: Readonly<Record<RideState, number>>;
  /** Days from ready to everywhere, in ascending order. */
  days: readonly number[];
  /** The same for releases that nothing failed for and nobody held. */
  undisturbedDays: readonly number[];
  deployments: number;
  /** Rides that are neither final nor wait for a person: there are none, or something is wrong. */
  stuck: number;
}

interface SimulatedRide {
  ride: Ride;
  events: RideEvent[];
  readyAt: Instant;
  view: RideView | undefined;
}

/** Weeks after the last train in which rides come to their end. */
const weeksToEnd = 12;

/**
 * Plays a year of trains: versions become ready at random times; deployments fail, are undecided or
 * never answer; people hold, retry, skip, withdraw and roll back. Views are folded from the events
 * each time, as after a restart.
 */
export function simulateTrains(simulation: Simulation): SimulationResult {
  const { calendar, from, trains } = simulation;
  const rides = makeRides(simulation).toSorted((a, b) => (a.readyAt < b.readyAt ? -1 : 1));
  const result = { deployments: 0 };
  let active: SimulatedRide[] = [];
  let next = 0;
  const days = 7 * (trains + weeksToEnd);
  for (let day = 0; day < days; day += 1) {
    const now = calendar.startOf(addDays(from, day));
    for (; rides[next] && (rides[next]?.readyAt ?? now) < now; next += 1) {
      const ride = rides[next];
      if (ride) active.push(ride);
    }
    for (const each of active) playDay(each, now, simulation, result);
    active = active.filter(({ view }) => !view || !finalStates.has(view.state));
  }
  return summarize(rides, result.deployments);
}

function makeRides({ random, from, trains, releases, calendar }: Simulation): SimulatedRide[] {
  const start = Date.parse(calendar.startOf(from));
  const pick = <T>(values: readonly [T, ...T[]]): T =>
    values[Math.floor(random() * values.length)] ?? values[0];
  return Array.from({ length: releases }, (_, index) => {
    const readyAt = new Date(start + random() * trains * 7 * 86_400_000).toISOString();
    const createdAt = addHours(readyAt, -24 - random() * 240);
    const ride: Ride = {
      id: `ride-${index}`,
      folder: `certified-connectors/Connector ${index}`,
      class: pick<ConnectorClass>(['certified', 'independent-publisher', 'custom']),
      kind: pick<ReleaseKind>(['new', 'major', 'minor', 'minor']),
      version: '1.0',
      pull: index + 1,
      sha: index.toString(16).padStart(40, '0'),
      digest: index.toString(16).padStart(64, '0'),
      createdAt,
    };
    const previewAt = addHours(createdAt, 1);
    const by = 'gatehouse';
    const events: RideEvent[] = [
      { seq: 1, at: previewAt, by, kind: 'preview-deployed' },
      { seq: 2, at: readyAt, by: 'publisher', kind: 'ready', note: '' },
    ];
    return { ride, events, readyAt, view: undefined };
  });
}

/** What happens to a ride on a day, at and after the time at which rings start. */
function playDay(
  each: SimulatedRide,
  now: Instant,
  { random, calendar, onView }: Simulation,
  result: { deployments: number },
): void {
  const append = (hours: number, by: string, detail: RideEventDetail): void => {
    each.events.push({ seq: each.events.length + 1, at: addHours(now, hours), by, ...detail });
  };
  const look = (hours: number): RideView => {
    const at = addHours(now, hours);
    each.view = foldRide(each.ride, each.events, calendar, at);
    onView?.(each.view, at);
    return each.view;
  };
  const view = look(0);
  const detail = isStopped(view) || isLate(view) ? decision(view, random) : whim(view, random);
  if (detail) append(0, 'maintainer', detail);
  const decided = detail ? look(0) : view;
  for (const { ring, state } of decided.stops) {
    if (state.kind !== 'rolling-back' || state.deployment !== undefined) continue;
    const deployment = (result.deployments += 1);
    append(0, 'gatehouse', {
      kind: 'rollback-started',
      ring: ring.name,
      to: state.to,
      deployment,
    });
    const answer = outcome(ring.name, deployment, random);
    if (answer) append(1, 'gatehouse', answer);
    look(2);
  }
  const started = ringToStart(decided, [], calendar, now);
  if (!started) return;
  const ring = started.ring.name;
  const deployment = (result.deployments += 1);
  append(0, 'gatehouse', { kind: 'deploy-started', ring, deployment });
  const answer = outcome(ring, deployment, random);
  if (answer) append(1, 'gatehouse', answer);
  // Deliveries are doubled from time to time.
  if (answer && random() < 0.1) append(2, 'gatehouse', answer);
  look(3);
}

const isLate = ({ stops }: RideView): boolean =>
  stops.some(
    ({ state }) => (state.kind === 'deploying' || state.kind === 'rolling-back') && state.isLate,
  );

/** The result of a deployment; undefined if none ever comes. */
function outcome(
  ring: string,
  deployment: number,
  random: () => number,
): RideEventDetail | undefined {
  const at = random();
  const reason = 'simulated';
  if (at < 0.94) return { kind: 'succeeded', ring, deployment };
  if (at < 0.96) return { kind: 'failed', ring, deployment, reason };
  if (at < 0.975) return { kind: 'errored', ring, deployment, reason };
  return at < 0.99 ? { kind: 'inconclusive', ring, deployment, reason } : undefined;
}

/** What a person does about a ride that cannot go on by itself; nothing on most days. */
function decision({ stops, hold }: RideView, random: () => number): RideEventDetail | undefined {
  const at = random();
  const reason = 'simulated';
  if (at < 0.6) return undefined;
  if (hold) return at < 0.95 ? { kind: 'resume' } : { kind: 'withdrawn', reason };
  const stop = stops.find(
    ({ state }) => isProblem(state) || isRollingBack(state) || state.kind === 'deploying',
  );
  if (!stop) return undefined;
  const ring = stop.ring.name;
  if (at < 0.85) return { kind: 'retry', ring };
  if (at < 0.92) return { kind: 'passed-by-person', ring, reason };
  if (at < 0.96) return { kind: 'skipped', ring, reason };
  if (at < 0.98 && !isRollingBack(stop.state)) return { kind: 'withdrawn', reason };
  const rings = stops
    .filter(({ state }) => state.kind !== 'planned' && state.kind !== 'skipped')
    .map((each) => ({ ring: each.ring.name, to: '0.9' }));
  return { kind: 'rolled-back', to: '0.9', reason, rings };
}

/** What people do although nothing is wrong. */
function whim({ state }: RideView, random: () => number): RideEventDetail | undefined {
  if (finalStates.has(state)) return undefined;
  const at = random();
  const reason = 'simulated';
  if (at < 0.004) return { kind: 'hold', reason };
  if (at < 0.005) return { kind: 'deploy-now', reason };
  return at < 0.006 ? { kind: 'withdrawn', reason } : undefined;
}

function summarize(rides: readonly SimulatedRide[], deployments: number): SimulationResult {
  const states: Record<RideState, number> = {
    preview: 0,
    testing: 0,
    waiting: 0,
    'rolling-out': 0,
    everywhere: 0,
    'rolling-back': 0,
    'rolled-back': 0,
    superseded: 0,
    withdrawn: 0,
  };
  const days: number[] = [];
  const undisturbedDays: number[] = [];
  let stuck = 0;
  for (const { view, events, readyAt } of rides) {
    if (!view) continue;
    states[view.state] += 1;
    if (!view.turn && !finalStates.has(view.state)) stuck += 1;
    if (view.state !== 'everywhere') continue;
    const last = events.at(-1)?.at ?? readyAt;
    const elapsed = Math.round((Date.parse(last) - Date.parse(readyAt)) / 86_400_000);
    days.push(elapsed);
    if (events.every(({ by, kind }) => by !== 'maintainer' && kind !== 'failed'))
      undisturbedDays.push(elapsed);
  }
  const ascending = (a: number, b: number): number => a - b;
  return {
    states,
    days: days.toSorted(ascending),
    undisturbedDays: undisturbedDays.toSorted(ascending),
    deployments,
    stuck,
  };
}
