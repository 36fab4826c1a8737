import { Calendar } from '../../release/calendar.ts';
import { foldRides, type RideView } from '../../release/fold-ride.ts';
import { nextVersion } from '../../release/next-version.ts';
import type { PendingEvents, RideHistory } from '../../release/ride.ts';
import type { BaseFacts, Facts } from '../model/facts.ts';
import type { StoredTrain } from '../model/snapshot.ts';
import { newRides } from './new-rides.ts';

/** The release train as a pull request meets it. */
export interface Train {
  calendar: Calendar;
  /** The rides of the pull request, oldest first. */
  rides: readonly RideView[];
  /** The rides of other pull requests with the same connectors, oldest first. */
  others: readonly RideView[];
  /** All rides of the repository that wait for a train. Empty unless the pull request is merged. */
  waiting: readonly RideView[];
  /** The rides of the pull request and the others, with their events. */
  histories: readonly RideHistory[];
  now: string;
}

type TrainFacts = Pick<BaseFacts, 'snapshot' | 'settings' | 'allowed'>;

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
  { snapshot: { train, pull, now: read }, settings, allowed }: TrainFacts,
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
    waiting: foldRides(train.waiting ?? [], calendar, now),
    histories,
    now,
  };
}

/**
 * The release train as people see it after this review: with the rides that begin with it, and the
 * events of its commands, which are not stored yet.
 */
export function shownTrain(facts: Facts): Train | undefined {
  const { train } = facts.snapshot;
  if (!train) return undefined;
  const rides = [...train.rides, ...beginningRides(train, facts)];
  const snapshot = { ...facts.snapshot, train: { ...train, rides } };
  return trainOf({ ...facts, snapshot }, facts.commands.rideEvents);
}

function beginningRides(
  { rides }: StoredTrain,
  facts: Parameters<typeof newRides>[0],
): RideHistory[] {
  return newRides(facts)
    .filter(
      ({ folder, sha }) => !rides.some(({ ride }) => ride.folder === folder && ride.sha === sha),
    )
    .map((begun) => {
      const { events = [], supersedes: _, ...ride } = begun;
      const previous = rides.findLast((each) => each.ride.folder === ride.folder)?.ride.version;
      const version = nextVersion(previous, ride.kind);
      return {
        ride: { ...ride, id: `${ride.folder}@${ride.sha}`, version },
        events: events.map(({ at, by, detail }, index) => ({ seq: index + 1, at, by, ...detail })),
      };
    });
}
