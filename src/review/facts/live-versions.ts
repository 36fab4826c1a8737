import { folderDigest } from '../../release/folder-digest.ts';
import { liveVersions } from '../../release/live-versions.ts';
import { compareRides, type Ride, type RideHistory } from '../../release/ride.ts';
import type { ConnectorAt, FolderAt, Result } from '../model/snapshot.ts';

/** A version of a connector, and the rings that have it. */
export interface LiveVersionAt {
  ride: Ride;
  rings: readonly string[];
}

/**
 * The versions of a connector that rings have and that the comparison with the base branch does not
 * cover, the newest first. What was live before Gatehouse recorded versions is not among them.
 */
export function liveVersionsBeside(
  { path, before, after }: ConnectorAt,
  rides: readonly RideHistory[],
): LiveVersionAt[] {
  const covered = new Set([before, after].flatMap(digestOf));
  const found = new Map<string, { ride: Ride; rings: string[] }>();
  for (const [ring, { live }] of liveVersions(rides.filter(({ ride }) => ride.folder === path))) {
    const { ride } = live;
    if (!ride || covered.has(ride.digest)) continue;
    const version = found.get(ride.digest) ?? { ride, rings: [] };
    version.rings.push(ring);
    found.set(ride.digest, version);
  }
  return [...found.values()].toSorted((a, b) => compareRides(b.ride, a.ride));
}

const digestOf = (side: Result<FolderAt | null>): string[] =>
  side.ok && side.value ? [folderDigest(side.value.files)] : [];
