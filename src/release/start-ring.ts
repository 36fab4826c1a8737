import type { Calendar } from './calendar.ts';
import type { Instant } from './civil-date.ts';
import { finalStates, type RideView, type Stop } from './fold-ride.ts';
import { compareRides } from './ride.ts';
import { isDone, isProblem, isRollingBack } from './ride-log.ts';

/**
 * The ring that has to start now.
 * @param others the other rides of the repository
 * @returns undefined if the ride waits for a day, a person, a result or an earlier version
 */
export function ringToStart(
  view: RideView,
  others: readonly RideView[],
  calendar: Calendar,
  now: Instant,
): Stop | undefined {
  if (
    finalStates.has(view.state) ||
    view.state === 'rolling-back' ||
    view.readyAt === undefined ||
    view.hold
  )
    return undefined;
  const next = view.stops.find(({ state }) => !isDone(state));
  if (next?.state.kind !== 'planned') return undefined;
  if (earlierVersionAt(next, view, others)) return undefined;
  if (view.startsNow) return next;
  const today = calendar.dateAt(now);
  const isDue =
    next.estimate?.confidence === 'calendar' &&
    next.estimate.date <= today &&
    !calendar.closureOn(today) &&
    now >= calendar.startOf(today);
  return isDue ? next : undefined;
}

/**
 * The ride of an earlier version of the same connector that has to leave a ring first: a ring never
 * gets an older version after a newer one, and has one deployment of a connector at a time.
 */
export function earlierVersionAt(
  { ring }: Stop,
  { ride }: RideView,
  others: readonly RideView[],
): RideView | undefined {
  return others.find((other) => {
    if (other.ride.folder !== ride.folder || other.ride.id === ride.id) return false;
    if (compareRides(other.ride, ride) > 0) return false;
    const state = other.stops.find((each) => each.ring.name === ring.name)?.state;
    // What was superseded while it was being deployed arrives all the same.
    if (finalStates.has(other.state)) return state?.kind === 'deploying' && !state.isLate;
    if (!state) return false;
    return isRollingBack(state) || (other.state !== 'rolling-back' && !isDone(state));
  });
}

/** Whether a ride is stopped until a person decides. */
export const isStopped = ({ stops, hold }: RideView): boolean =>
  hold !== undefined ||
  stops.some(({ state }) => isProblem(state) || state.kind === 'rollback-failed');

/** The position of a ride among those that board the same train, from 1. */
export function positionOf(
  { ride, departure }: RideView,
  waiting: readonly RideView[],
): { position: number; of: number } | undefined {
  const aboard = waiting
    .filter(
      (other) => other.state === 'waiting' && other.departure?.departsOn === departure?.departsOn,
    )
    .toSorted((a, b) => compareReady(a, b));
  const index = aboard.findIndex((other) => other.ride.id === ride.id);
  return index < 0 ? undefined : { position: index + 1, of: aboard.length };
}

const compareReady = (a: RideView, b: RideView): number => {
  const [first, second] = [`${a.readyAt ?? ''} ${a.ride.id}`, `${b.readyAt ?? ''} ${b.ride.id}`];
  return first < second ? -1 : Number(first > second);
};
