import { folderDigest } from '../../release/folder-digest.ts';
import type { NewRide } from '../../release/ride.ts';
import type { ReleaseKind } from '../../settings/train-settings.ts';
import type { BaseFacts, ValidatedConnector } from '../model/facts.ts';

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

/**
 * The rides that begin with a merge: one for each connector that it added or changed. None yet if
 * one of the connectors could not be read.
 */
export function newRides(
  facts: Pick<BaseFacts, 'snapshot' | 'settings' | 'scope' | 'connectors' | 'allowed'>,
): NewRide[] {
  const { snapshot, connectors } = facts;
  const { pull } = snapshot;
  if (pull.state.kind !== 'merged' || !mayBeginRides(facts)) return [];
  const { at, sha } = pull.state;
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
      pull: pull.number,
      sha,
      digest: folderDigest(after.value.files),
      createdAt: new Date(at).toISOString(),
    });
  }
  return rides;
}

/** What a version does to its connector; undefined if it deletes it. */
export function releaseKindOf({
  kind,
  changes,
}: Pick<ValidatedConnector, 'kind' | 'changes'>): ReleaseKind | undefined {
  if (kind === 'deletion') return undefined;
  if (kind === 'new') return 'new';
  return changes?.size === 'major' ? 'major' : 'minor';
}
