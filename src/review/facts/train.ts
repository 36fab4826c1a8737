import { Calendar } from '../../release/calendar.ts';
import { foldRides, type RideView } from '../../release/fold-ride.ts';
import type { RideHistory } from '../../release/ride.ts';
import type { BaseFacts } from '../model/facts.ts';

/** The release train as a pull request meets it. */
export interface Train {
  calendar: Calendar;
  /** The rides of the pull request, oldest first. */
  rides: readonly RideView[];
  /** The rides of other pull requests with the same connectors, oldest first. */
  others: readonly RideView[];
}

/**
 * The release train; undefined if the repository has none, if nothing is known of it, or if
 * Gatehouse does not deploy.
 * @param extra events that this review appends
 */
export function trainOf(
  {
    snapshot: { train, pull, now },
    settings,
    allowed,
  }: Pick<BaseFacts, 'snapshot' | 'settings' | 'allowed'>,
  extra: (ride: RideHistory) => RideHistory['events'] = () => [],
): Train | undefined {
  if (!train || !settings.ok || !allowed.changes) return undefined;
  if (settings.value.train.rings.length === 0) return undefined;
  const calendar = new Calendar(settings.value.train, train.freezes);
  const histories = train.rides.map((each) => ({
    ride: each.ride,
    events: [...each.events, ...extra(each)],
  }));
  const views = foldRides(histories, calendar, now);
  return {
    calendar,
    rides: views.filter(({ ride }) => ride.pull === pull.number),
    others: views.filter(({ ride }) => ride.pull !== pull.number),
  };
}
