import { nextVersion } from '../../release/next-version.ts';
import type { RideHistory } from '../../release/ride.ts';
import type { Facts } from '../model/facts.ts';
import type { StoredTrain } from '../model/snapshot.ts';
import { newRides, type NewRidesSource } from './new-rides.ts';
import { trainOf, type Train } from './train.ts';

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

function beginningRides({ rides }: StoredTrain, facts: NewRidesSource): RideHistory[] {
  return newRides(facts)
    .filter(
      ({ folder, sha }) => !rides.some(({ ride }) => ride.folder === folder && ride.sha === sha),
    )
    .map(({ events = [], ...ride }) => {
      delete ride.supersedes;
      const previous = rides.findLast((each) => each.ride.folder === ride.folder)?.ride.version;
      const version = nextVersion(previous, ride.kind);
      return {
        ride: { ...ride, id: `${ride.folder}@${ride.sha}`, version },
        events: events.map(({ at, by, detail }, index) => ({ seq: index + 1, at, by, ...detail })),
      };
    });
}
