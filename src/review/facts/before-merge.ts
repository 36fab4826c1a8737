import { finalStates, type RideView } from '../../release/fold-ride.ts';
import { folderDigest } from '../../release/folder-digest.ts';
import {
  lastSeqOf,
  type NewRide,
  type PendingEvents,
  type RideEventDetail,
} from '../../release/ride.ts';
import { gateTitles, type Gate } from '../model/gate.ts';
import type { BaseFacts, Facts } from '../model/facts.ts';
import { shortSha } from '../model/markdown.ts';
import { trainOf, type TrainFacts } from './train.ts';
import { isDraft, isPending } from './waiting-on.ts';

/** Whether the connectors of a pull request are deployed before it is merged. */
export function deploysBeforeMerge({
  settings,
  scope: { folders, proposal },
  allowed,
  snapshot: { pull },
}: Pick<BaseFacts, 'settings' | 'scope' | 'allowed' | 'snapshot'>): boolean {
  const [folder] = folders;
  if (!settings.ok || !folder || proposal || !allowed.changes) return false;
  const { deploy, train, base } = settings.value;
  return (
    deploy[folder.class] === 'before-merge' && train.rings.length > 0 && pull.base.ref === base
  );
}

/**
 * The ride of the pull request that deploys a folder before the merge: the newest with this digest.
 */
export const rideBeforeMerge = (
  { folder, digest }: Pick<NewRide, 'folder' | 'digest'>,
  facts: TrainFacts,
): RideView | undefined =>
  trainOf(facts)?.rides.findLast(
    ({ ride, beganBeforeMerge }) =>
      beganBeforeMerge && ride.folder === folder && ride.digest === digest,
  );

/** The digest of a folder at the head; undefined if it could not be read or is deleted. */
export function digestAtHead(
  folder: string,
  { connectors }: Pick<BaseFacts['snapshot'], 'connectors'>,
): string | undefined {
  const after = connectors.find(({ path }) => path === folder)?.after;
  return after?.ok && after.value ? folderDigest(after.value.files) : undefined;
}

/**
 * Whether the deployment of the head begins now: someone asks for the merge, and everything but the
 * deployment has passed.
 */
export function beginsBeforeMerge(facts: Facts, gates: readonly Gate[]): boolean {
  const { mergeRequest, fix } = facts.commands;
  return (
    facts.snapshot.pull.state.kind === 'open' &&
    deploysBeforeMerge(facts) &&
    !isDraft(facts) &&
    !fix &&
    mergeRequest.ok &&
    mergeRequest.value !== null &&
    gates.every(({ name, status }) => name === 'deployment' || status === 'passed') &&
    gates.some((gate) => gate.name === 'deployment' && isPending(gate) && gate.actor === 'deployer')
  );
}

/**
 * Events of the rides that deploy the head of a pull request before the merge, which follow from
 * what became of the pull request:
 *
 * - it was merged with what was deployed, or closed, which withdraws them;
 * - a push changed the connector, so that they deploy what nobody will merge;
 * - a gate passes no longer, or nobody asks for the merge any more: then they are held, until a
 *   person resumes them.
 */
export function beforeMergeEvents(facts: Facts, gates: readonly Gate[]): PendingEvents[] {
  const { snapshot } = facts;
  return (trainOf(facts, facts.commands.rideEvents)?.rides ?? []).flatMap((view) => {
    const detail = view.isMerged ? undefined : nextEvent(view, facts, gates);
    const history = snapshot.train?.rides.find(({ ride }) => ride.id === view.ride.id);
    if (!detail || !history) return [];
    const event = { at: snapshot.now, by: 'gatehouse', detail };
    return [{ ride: view.ride.id, lastSeq: lastSeqOf(history), events: [event] }];
  });
}

function nextEvent(
  { ride, state, hold }: RideView,
  facts: Facts,
  gates: readonly Gate[],
): RideEventDetail | undefined {
  const { pull, train } = facts.snapshot;
  if (pull.state.kind === 'merged') {
    const merged = train?.merged?.[ride.folder];
    return merged?.ok && merged.value === ride.digest
      ? { kind: 'merged', sha: pull.state.sha }
      : undefined;
  }
  if (finalStates.has(state)) return undefined;
  if (pull.state.kind === 'closed')
    return { kind: 'withdrawn', reason: 'The pull request was closed without a merge.' };
  if (facts.connectors.some(({ validation }) => !validation.ok)) return undefined;
  if (digestAtHead(ride.folder, facts.snapshot) !== ride.digest)
    return hold?.kind === 'changed'
      ? undefined
      : {
          kind: 'changed',
          reason: `${shortSha(pull.head.sha)} changed the connector after its deployment began.`,
        };
  const reason = hold ? undefined : holdReason(facts, gates);
  return reason === undefined ? undefined : { kind: 'hold', reason };
}

/** Why what is being deployed could not be merged now; undefined if it could. */
function holdReason(facts: Facts, gates: readonly Gate[]): string | undefined {
  if (isDraft(facts)) return 'The pull request is a draft.';
  const { mergeRequest } = facts.commands;
  if (mergeRequest.ok && !mergeRequest.value) return 'Nobody asks for the merge any more.';
  const titles = gates
    .filter((gate) => gate.name !== 'deployment' && isPending(gate))
    .map(({ name }) => gateTitles[name]);
  return titles.length === 0 ? undefined : `No longer passed: ${titles.join(', ')}.`;
}
