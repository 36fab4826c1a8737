import { compareStrings } from '../shared/compare-strings.ts';
import type { RideView, Stop } from './fold-ride.ts';
import { liveVersions, type LiveInRing } from './live-versions.ts';
import { compareVersions } from './next-version.ts';
import { isProblem, isRollingBack } from './ride-log.ts';
import { untracked, type RideHistory, type RolledBackRing } from './ride.ts';

/** What a rollback would do. */
export interface RollbackPlan {
  /** The rings that have the version, or may have it, and what each gets instead. */
  rings: readonly RolledBackRing[];
  /** Rings that have a newer version, or are getting it: they stay as they are. */
  newer: readonly { ring: string; version: string; pull: number }[];
  /** The versions that can be named, newest first, each with the rings where it was live. */
  versions: ReadonlyMap<string, readonly string[]>;
}

/**
 * Plans the rollback of a version. Each ring gets the named version if that was live there, and
 * otherwise the newest that was live there before the named one: a rollback brings no version to a
 * ring that never had it. Whether the named version is one of `versions` is for the caller to check.
 * @param to the number of a version, or `untracked`
 * @param others the other rides of the connector
 * @param histories all rides of the connector, this one included
 */
export function planRollback(
  view: RideView,
  to: string,
  others: readonly RideView[],
  histories: readonly RideHistory[],
): RollbackPlan {
  const { ride, stops } = view;
  const ofConnector = histories.filter((each) => each.ride.folder === ride.folder);
  const live = liveVersions(ofConnector);
  const hasUntracked = oldestOf(ofConnector)?.kind !== 'new';
  const rings: RolledBackRing[] = [];
  const newer: RollbackPlan['newer'][number][] = [];
  const versions = new Map<string, string[]>();
  for (const stop of stops) {
    const ring = stop.ring.name;
    const newerRide = newerIn(ring, view, others, live.get(ring));
    if (newerRide) newer.push({ ring, version: newerRide.version, pull: newerRide.pull });
    if (newerRide || !mayHave(stop, ride.id, live.get(ring))) continue;
    const former = formerVersions(ride.version, live.get(ring));
    for (const version of [...former, ...(hasUntracked ? [untracked] : [])])
      versions.set(version, [...(versions.get(version) ?? []), ring]);
    const target = former.find((version) => to !== untracked && compareVersions(version, to) <= 0);
    rings.push({ ring, to: target ?? untracked });
  }
  const newestFirst = [...versions].toSorted(([a], [b]) => compareVersions(b, a));
  return { rings, newer, versions: new Map(newestFirst) };
}

/** Whether people in the regions of a ring have the version, or may have it. */
const mayHave = ({ state }: Stop, ride: string, live: LiveInRing | undefined): boolean =>
  live?.live.ride?.id === ride ||
  state.kind === 'deploying' ||
  isProblem(state) ||
  isRollingBack(state);

/** The newer version that a ring has, or is getting. */
function newerIn(
  ring: string,
  { ride }: RideView,
  others: readonly RideView[],
  live: LiveInRing | undefined,
): RideView['ride'] | undefined {
  const isNewer = (other: RideView['ride']): boolean =>
    other.folder === ride.folder && compareVersions(other.version, ride.version) > 0;
  if (live?.live.ride && isNewer(live.live.ride)) return live.live.ride;
  return others.find(
    (other) =>
      isNewer(other.ride) &&
      other.stops.some(
        ({ ring: { name }, state }) =>
          name === ring && (state.kind === 'deploying' || isProblem(state) || isRollingBack(state)),
      ),
  )?.ride;
}

/** The earlier versions with a number that were live in a ring, newest first. */
function formerVersions(version: string, inRing: LiveInRing | undefined): string[] {
  const all = inRing ? [inRing.live, ...inRing.former] : [];
  const earlier = all
    .map((each) => each.version)
    .filter((each) => each !== untracked && compareVersions(each, version) < 0);
  return [...new Set(earlier)].toSorted((a, b) => compareVersions(b, a));
}

const oldestOf = (histories: readonly RideHistory[]): RideHistory['ride'] | undefined =>
  histories
    .map(({ ride }) => ride)
    .toSorted((a, b) => compareStrings(a.createdAt, b.createdAt))
    .at(0);
