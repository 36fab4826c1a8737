import { compareStrings } from '../shared/compare-strings.ts';
import type { Instant } from './civil-date.ts';
import { compareVersions } from './next-version.ts';
import { readRideLog } from './ride-log.ts';
import type { Ride, RideHistory } from './ride.ts';

/** A version that people in the regions of a ring have. */
export interface LiveVersion {
  /** Its number, or `untracked`. */
  version: string;
  /** Undefined for a version from before there were rides. */
  ride: Ride | undefined;
  since: Instant;
}

/** What a ring has, and what it had before. */
export interface LiveInRing {
  live: LiveVersion;
  /** The newest first. */
  former: readonly LiveVersion[];
}

/**
 * What is live where: by ring, the version that reached it last, or that it was rolled back to. A
 * ring without an entry never got a version. A version whose result was taken back by a failure
 * does not count, and one that is being rolled back is live until the rollback has succeeded.
 * @param rides those of one connector
 */
export function liveVersions(rides: readonly RideHistory[]): ReadonlyMap<string, LiveInRing> {
  const byRing = new Map<string, LiveVersion[]>();
  const add = (ring: string, version: LiveVersion): void => {
    byRing.set(ring, [...(byRing.get(ring) ?? []), version]);
  };
  // Of two at the same instant, a rollback is the later one, and then the newer version.
  const newestFirst = rides
    .map(({ ride, events }) => ({ ride, log: readRideLog(ride, events) }))
    .toSorted((a, b) => compareVersions(b.ride.version, a.ride.version));
  for (const { log } of newestFirst)
    for (const [ring, state] of log.states) {
      if (state.kind !== 'rolled-back') continue;
      const earlier = rides.find((other) => other.ride.version === state.to);
      add(ring, { version: state.to, ride: earlier?.ride, since: state.since });
    }
  for (const { ride, log } of newestFirst)
    for (const [ring, since] of log.liveSince) add(ring, { version: ride.version, ride, since });
  return new Map(
    [...byRing].flatMap(([ring, versions]) => {
      const [live, ...former] = versions.toSorted((a, b) => compareStrings(b.since, a.since));
      return live ? [[ring, { live, former }]] : [];
    }),
  );
}
