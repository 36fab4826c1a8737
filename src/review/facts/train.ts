import { Calendar } from '../../release/calendar.ts';
import { foldRides, type RideView } from '../../release/fold-ride.ts';
import type { PendingEvents, RideHistory } from '../../release/ride.ts';
import type { BaseFacts } from '../model/facts.ts';

/** The release train as a pull request meets it. */
export interface Train {
  calendar: Calendar;
  /** The rides of the pull request, oldest first. */
  rides: readonly RideView[];
  /** The rides of other pull requests with the same connectors, oldest first. */
  others: readonly RideView[];
  /** All of them, with their events. */
  histories: readonly RideHistory[];
  now: string;
}

/** A merge that is first seen later than this is old: a newer version may be live by now. */
const maxRideDelay = 7 * 86_400_000;

/** Whether rides begin with the merge of the pull request, if they have not yet. */
export function mayBeginRides({
  snapshot: { pull, now },
  settings,
  scope,
  allowed,
}: Pick<BaseFacts, 'snapshot' | 'settings' | 'scope' | 'allowed'>): boolean {
  if (pull.state.kind !== 'merged' || scope.proposal || !allowed.changes || !settings.ok)
    return false;
  const { base, train } = settings.value;
  const isOld = Date.parse(now) - Date.parse(pull.state.at) > maxRideDelay;
  return pull.base.ref === base && train.rings.length > 0 && !isOld && scope.folders.length > 0;
}

/** Adds events that are not stored yet to the rides that they are for. */
const withPending =
  (pending: readonly PendingEvents[]) =>
  ({ ride, events }: RideHistory): RideHistory => ({
    ride,
    events: [
      ...events,
      ...pending
        .filter((each) => each.ride === ride.id)
        .flatMap(({ lastSeq, events: added }) =>
          added.map(({ at, by, detail }, index) => ({
            seq: lastSeq + index + 1,
            at,
            by,
            ...detail,
          })),
        ),
    ],
  });

/**
 * The release train; undefined if the repository has none, if nothing is known of it, or if
 * Gatehouse does not deploy.
 * @param pending events that this review appends
 */
export function trainOf(
  {
    snapshot: { train, pull, now: read },
    settings,
    allowed,
  }: Pick<BaseFacts, 'snapshot' | 'settings' | 'allowed'>,
  pending: readonly PendingEvents[] = [],
): Train | undefined {
  if (!train || !settings.ok || !allowed.changes) return undefined;
  if (settings.value.train.rings.length === 0) return undefined;
  const calendar = new Calendar(settings.value.train, train.freezes);
  const now = new Date(read).toISOString();
  const histories = train.rides.map(withPending(pending));
  const views = foldRides(histories, calendar, now);
  return {
    calendar,
    rides: views.filter(({ ride }) => ride.pull === pull.number),
    others: views.filter(({ ride }) => ride.pull !== pull.number),
    histories,
    now,
  };
}
