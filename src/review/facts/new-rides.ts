import { finalStates } from '../../release/fold-ride.ts';
import { folderDigest } from '../../release/folder-digest.ts';
import { lastSeqOf, type NewRide, type NewRideEvent } from '../../release/ride.ts';
import type { SecondVersionDecision } from '../../release/second-version.ts';
import type { BaseFacts } from '../model/facts.ts';
import { rideBeforeMerge } from './before-merge.ts';
import { releaseKindOf } from './release-kind.ts';
import { secondVersions, type SecondVersionSource } from './second-version.ts';
import { trainOf } from './train.ts';

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

/** What decides which rides begin. */
export type NewRidesSource = SecondVersionSource & Pick<BaseFacts, 'scope'>;

/**
 * The rides that begin with a merge: one for each connector that it added or changed, unless that
 * was deployed before the merge. None yet if one of the connectors could not be read.
 */
export function newRides(facts: NewRidesSource): NewRide[] {
  const { pull, train } = facts.snapshot;
  const { state } = pull;
  if (state.kind !== 'merged' || !mayBeginRides(facts)) return [];
  const rides = ridesAt(state.sha, new Date(state.at).toISOString(), facts);
  const left: NewRide[] = [];
  for (const ride of rides) {
    const before = rideBeforeMerge(ride, facts);
    if (before) {
      const merged = train?.merged?.[ride.folder];
      if (!merged?.ok) return [];
      if (merged.value === before.ride.digest) continue;
    }
    left.push(ride);
  }
  return left;
}

/**
 * A ride for each connector, at a commit.
 * @param createdAt when it begins
 */
export function ridesAt(sha: string, createdAt: string, facts: SecondVersionSource): NewRide[] {
  const { snapshot, connectors } = facts;
  const decisions = new Map(
    secondVersions(facts).map(({ folder, decision }) => [folder, decision]),
  );
  const rides: NewRide[] = [];
  for (const { folder, validation } of connectors) {
    const after = snapshot.connectors.find(({ path }) => path === folder.path)?.after;
    if (!validation.ok || !after?.ok) return [];
    const kind = releaseKindOf(validation.value);
    if (kind === undefined || !after.value) continue;
    rides.push({
      folder: folder.path,
      class: folder.class,
      kind,
      pull: snapshot.pull.number,
      sha,
      digest: folderDigest(after.value.files),
      createdAt,
      ...beginningOf(folder.path, sha, decisions.get(folder.path), facts),
    });
  }
  return rides;
}

/** How a ride begins if other versions of its connector are in flight. */
function beginningOf(
  folder: string,
  sha: string,
  decision: SecondVersionDecision | undefined,
  facts: SecondVersionSource,
): Pick<NewRide, 'events' | 'supersedes'> {
  const { snapshot, commands } = facts;
  const at = snapshot.now;
  const train = trainOf(facts, commands?.rideEvents);
  const by = decision?.choice?.by ?? 'gatehouse';
  const own = (train?.rides ?? []).filter(
    ({ ride, state }) => ride.folder === folder && ride.sha !== sha && !finalStates.has(state),
  );
  const replaced = [...own, ...(decision?.what === 'supersede' ? decision.inFlight : [])];
  const reason =
    decision?.what === 'supersede' && decision.choice && decision.choice.reason !== ''
      ? decision.choice.reason
      : 'A newer version takes its place.';
  const hold: NewRideEvent[] =
    decision?.what === 'hold'
      ? [{ at, by, detail: { kind: 'hold', reason: holdReason(decision) } }]
      : [];
  return {
    ...(hold.length > 0 && { events: hold }),
    ...(replaced.length > 0 && {
      supersedes: {
        rides: replaced.flatMap(({ ride }) => {
          const history = train?.histories.find((each) => each.ride.id === ride.id);
          return history ? [{ ride: ride.id, lastSeq: lastSeqOf(history) }] : [];
        }),
        at,
        by,
        reason,
      },
    }),
  };
}

function holdReason({ inFlight, choice, obstacles }: SecondVersionDecision): string {
  if (choice?.what === 'supersede') return obstacles.join(' ');
  if (choice && choice.reason !== '') return choice.reason;
  const names = inFlight.map(({ ride }) => `${ride.version} of #${ride.pull}`).join(', ');
  return `In flight before it: ${names}. A maintainer decides when this version goes on.`;
}
