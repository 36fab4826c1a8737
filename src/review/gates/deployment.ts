import { aheadOf, type RideView } from '../../release/fold-ride.ts';
import { placeText } from '../../release/second-version.ts';
import { codeSpan, messageToMarkdown } from '../../report/markdown.ts';
import { safe } from '../../shared/finding.ts';
import { deploysBeforeMerge, digestAtHead, rideBeforeMerge } from '../facts/before-merge.ts';
import { releaseKindOf } from '../facts/release-kind.ts';
import type { Facts } from '../model/facts.ts';
import { failed, passed, unjudged, waiting, type GateStatus } from '../model/gate.ts';
import { shortSha } from '../model/markdown.ts';

/**
 * The head is live in all rings, where connectors are deployed before the merge. A request to merge
 * begins the deployment, as soon as everything else passes.
 * @returns undefined where the deployment follows the merge
 */
export function deployment(facts: Facts): GateStatus | undefined {
  const { snapshot, connectors, commands } = facts;
  const { pull, train } = snapshot;
  if (pull.state.kind !== 'open' || !deploysBeforeMerge(facts)) return undefined;
  if (!train) return unjudged('What is deployed is not known without the database.');
  for (const { folder, validation } of connectors) {
    if (!validation.ok) return unjudged(validation.reason);
    if (releaseKindOf(validation.value) === undefined) continue;
    const at = snapshot.connectors.find(({ path }) => path === folder.path);
    if (at?.isBehind) return behindBase(pull.base.ref);
    const digest = digestAtHead(folder.path, snapshot);
    if (digest === undefined) return unjudged('The connector could not be read.');
    const view = rideBeforeMerge({ folder: folder.path, digest }, facts);
    if (view && view.state === 'everywhere') continue;
    if (view) return underWay(view);
    if (!commands.mergeRequest.ok) return unjudged(commands.mergeRequest.reason);
    return commands.mergeRequest.value ? about() : notAsked();
  }
  return passed('Live in all rings.');
}

const behindBase = (base: string): GateStatus =>
  waiting('author', `${codeSpan(base)} has a newer version of this connector.`, [
    `**Merge ${codeSpan(base)} into your branch.** It has a newer version of this connector, so ` +
      'what would be merged is not what would be deployed.',
  ]);

const notAsked = (): GateStatus =>
  waiting('reviewer', 'The connector is deployed before the merge, and nobody has asked for it.', [
    '**Reply `/merge`.** As soon as everything else passes, Gatehouse deploys the connector. It ' +
      'merges the pull request when the connector is live in all rings.',
  ]);

const about = (): GateStatus =>
  waiting('deployer', 'The deployment begins as soon as everything else passes.', [
    'The deployment begins as soon as everything else passes.',
  ]);

/** A ride that is not everywhere. */
function underWay(view: RideView): GateStatus {
  const { ride, state, turn, end } = view;
  const version = `Version ${ride.version}`;
  if (end)
    return failed('reviewer', `${version} did not arrive in all rings.`, [
      `**Decide what becomes of this.** ${version} (${shortSha(ride.sha)}) was ` +
        `${endings[end.kind]}: ${messageToMarkdown(safe`${end.reason}`)} Only another commit can ` +
        'be deployed.',
    ]);
  const place = `${version} ${placeText(aheadOf(view))}.`;
  const stopped = `**See to the deployment.** ${place} The table above says what it waits for.`;
  switch (turn?.actor) {
    case 'publisher':
      return waiting('author', place, [
        state === 'testing'
          ? `**Test the preview of version ${ride.version}.** Then reply \`/ready\` and say what you tested.`
          : stopped,
      ]);
    case 'maintainer':
      return waiting('reviewer', place, [stopped]);
    case 'deployer':
    case 'nobody':
    case undefined:
      return waiting('deployer', place, [
        `${place} The pull request is merged when it is live in all rings.`,
      ]);
  }
}

const endings = {
  withdrawn: 'withdrawn',
  superseded: 'superseded',
  'rolled-back': 'rolled back',
} as const;
