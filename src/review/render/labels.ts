import { finalStates, type RideState } from '../../release/fold-ride.ts';
import type { LabelNames } from '../../settings/defaults.ts';
import { breakingChangesOf } from '../commands/acknowledge.ts';
import type { Facts } from '../model/facts.ts';
import { newestDeployment } from '../facts/deployment.ts';
import { shownTrain } from '../facts/shown-train.ts';
import { isDraft, type WaitingOn } from '../facts/waiting-on.ts';

/** Gatehouse changes only its own labels, and never reads a decision back from a label. */
export interface Labels {
  /** Those of `ours` that the pull request should have. */
  desired: readonly string[];
  /** All labels of Gatehouse about which there is a decision. */
  managed: readonly string[];
}

type Label = keyof LabelNames;

/**
 * At most one label of each group. A group that depends on something unknown stays as it is. Null
 * if the settings, which name the labels, or the changed files could not be read.
 */
export function decideLabels(facts: Facts, turn: WaitingOn): Labels | null {
  const { settings, snapshot, connectors } = facts;
  if (!settings.ok || !snapshot.files.ok) return null;
  const { labels } = settings.value;
  const groups: { of: readonly Label[]; label: Label | undefined; isKnown?: boolean }[] = [
    { of: ['certified', 'independentPublisher', 'custom'], label: classLabel(facts) },
    {
      of: ['new', 'minorUpdate', 'majorUpdate'],
      label: sizeLabel(facts),
      isKnown: connectors.every(({ validation }) => validation.ok),
    },
    {
      of: ['breaking'],
      label: breakingLabel(facts),
      isKnown: connectors.every(({ validation }) => validation.ok),
    },
    { of: ['author', 'reviewer', 'validation'], label: turnLabel(facts, turn) },
    {
      of: ['deploying', 'deployed'],
      label: deploymentLabel(facts),
      isKnown: snapshot.deployments.ok,
    },
  ];
  const namesOf = (list: readonly (Label | undefined)[]): string[] =>
    [...new Set(list.map((label) => (label === undefined ? '' : labels[label])))].filter(
      (name) => name !== '',
    );
  const decided = groups.filter(({ isKnown = true }) => isKnown);
  // A pull request that was closed without merging gets no new labels: nobody works on it.
  const present = new Set(snapshot.pull.labels.map((name) => name.toLowerCase()));
  const mayHave = (name: string): boolean =>
    snapshot.pull.state.kind !== 'closed' || present.has(name.toLowerCase());
  return {
    desired: isDraft(facts) ? [] : namesOf(decided.map(({ label }) => label)).filter(mayHave),
    managed: namesOf(decided.flatMap(({ of }) => of)),
  };
}

function classLabel({ scope: { folders } }: Facts): Label | undefined {
  const classes = new Set(folders.map((folder) => folder.class));
  const [only] = classes;
  if (only === undefined || classes.size > 1) return undefined;
  return only === 'independent-publisher' ? 'independentPublisher' : only;
}

function sizeLabel({ connectors, scope }: Facts): Label | undefined {
  const [connector, ...others] = connectors;
  if (!connector?.validation.ok || others.length > 0) return undefined;
  const { kind, changes } = connector.validation.value;
  if (kind === 'new') return scope.proposal ? undefined : 'new';
  return changes?.size === 'major' ? 'majorUpdate' : 'minorUpdate';
}

const breakingLabel = (facts: Facts): Label | undefined =>
  breakingChangesOf(facts).length > 0 ? 'breaking' : undefined;

function turnLabel({ scope: { folders } }: Facts, turn: WaitingOn): Label | undefined {
  if (folders.length === 0) return undefined;
  const byTurn = {
    author: 'author',
    owner: 'reviewer',
    reviewer: 'reviewer',
    deployer: undefined,
    gatehouse: 'validation',
    nobody: undefined,
  } as const;
  return byTurn[turn];
}

/**
 * With a train, `deploying` is from the merge to the last ring, and `deployed` is everywhere.
 * Without one, both are about the deployment that the merge hands over.
 */
function deploymentLabel(facts: Facts): Label | undefined {
  const rides = shownTrain(facts)?.rides ?? [];
  if (rides.length > 0) return rideLabel(rides.map(({ state }) => state));
  const deployment = newestDeployment(facts);
  if (!deployment) return undefined;
  const state = deployment.newest?.state;
  if (state === 'success') return 'deployed';
  return state === 'failure' || state === 'error' || state === 'inactive' ? undefined : 'deploying';
}

/** What ended before it was everywhere counts for nothing. */
function rideLabel(states: readonly RideState[]): Label | undefined {
  const going = states.filter((state) => state === 'everywhere' || !finalStates.has(state));
  if (going.length === 0) return undefined;
  return going.every((state) => state === 'everywhere') ? 'deployed' : 'deploying';
}
