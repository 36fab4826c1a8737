import { compareBy } from '../shared/compare-strings.ts';
import type { Departure } from './calendar.ts';
import type { CivilDate } from './civil-date.ts';
import type { RideView } from './fold-ride.ts';

/** A departure, and the rides aboard in the order in which they became ready. */
export interface Train {
  departure: Departure;
  rides: readonly RideView[];
}

/** The trains that have rides aboard, by their scheduled day. The first to be scheduled is first. */
export function trainsOf(views: readonly RideView[]): ReadonlyMap<CivilDate, Train> {
  const aboard = views
    .filter(isAboard)
    .toSorted(compareBy(({ readyAt, ride }) => `${readyAt} ${ride.id}`));
  const trains = new Map<CivilDate, { departure: Departure; rides: RideView[] }>();
  for (const view of aboard.toSorted(compareBy(({ departure }) => departure.scheduledOn))) {
    const train = trains.get(view.departure.scheduledOn) ?? {
      departure: view.departure,
      rides: [],
    };
    train.rides.push(view);
    trains.set(view.departure.scheduledOn, train);
  }
  return trains;
}

/** Whether a ride waits for its train or left with it. What ended before it left is not aboard. */
const isAboard = (view: RideView): view is RideView & { departure: Departure } =>
  view.departure !== undefined &&
  view.readyAt !== undefined &&
  ((view.state !== 'withdrawn' && view.state !== 'superseded') ||
    view.stops.some(({ state }) => state.kind === 'passed' || state.kind === 'soaking'));
