import type { LabelNames } from '../../settings/defaults.ts';
import type { Facts } from '../model/facts.ts';
import { newestDeployment } from '../facts/deployment.ts';
import { isDraft, type WaitingOn } from '../facts/waiting-on.ts';

/**
 * The labels that a pull request should have of ours, and all that are ours. Others are left alone;
 * nothing is ever read back from one.
 */
export interface Labels {
  wanted: readonly string[];
  ours: readonly string[];
}

type Label = keyof LabelNames;

/**
 * At most one of each group. What hangs on something that is not known is left as it is; null where
 * the names are not known, or the files.
 */
export function decideLabels(facts: Facts, turn: WaitingOn): Labels | null {
  const { settings, snapshot, connectors } = facts;
  if (!settings.ok || !snapshot.files.ok) return null;
  const { labels } = settings.value;
  const groups: { of: readonly Label[]; kind: Label | undefined; ok?: boolean }[] = [
    { of: ['certified', 'independentPublisher', 'custom'], kind: classLabel(facts) },
    {
      of: ['new', 'minorUpdate', 'majorUpdate'],
      kind: sizeLabel(facts),
      ok: connectors.every(({ examined }) => examined.ok),
    },
    {
      of: ['breaking'],
      kind: breakingLabel(facts),
      ok: connectors.every(({ examined }) => examined.ok),
    },
    { of: ['author', 'reviewer', 'validation'], kind: turnLabel(facts, turn) },
    {
      of: ['deploying', 'deployed'],
      kind: deploymentLabel(facts),
      ok: snapshot.deployments.ok,
    },
  ];
  const named = (list: readonly (Label | undefined)[]): string[] =>
    [...new Set(list.map((label) => (label === undefined ? '' : labels[label])))].filter(
      (name) => name !== '',
    );
  const decided = groups.filter(({ ok = true }) => ok);
  // What was closed without a merge keeps those it has, and gets no others: nobody works on it.
  const present = new Set(snapshot.pull.labels.map((name) => name.toLowerCase()));
  const stays = (name: string): boolean =>
    snapshot.pull.state.kind !== 'closed' || present.has(name.toLowerCase());
  return {
    wanted: isDraft(facts) ? [] : named(decided.map(({ kind }) => kind)).filter(stays),
    ours: named(decided.flatMap(({ of }) => of)),
  };
}

function classLabel({ scope: { folders } }: Facts): Label | undefined {
  const classes = new Set(folders.map((folder) => folder.class));
  const [only] = classes;
  if (only === undefined || classes.size > 1) return undefined;
  return only === 'independent-publisher' ? 'independentPublisher' : only;
}

function sizeLabel({ connectors, scope }: Facts): Label | undefined {
  const [one, ...others] = connectors;
  if (!one?.examined.ok || others.length > 0) return undefined;
  const { kind, changes } = one.examined.value;
  if (kind === 'new') return scope.proposal ? undefined : 'new';
  return changes?.size === 'major' ? 'majorUpdate' : 'minorUpdate';
}

const breakingLabel = ({ connectors }: Facts): Label | undefined =>
  connectors.some(
    ({ examined }) => examined.ok && (examined.value.changes?.breaking.length ?? 0) > 0,
  )
    ? 'breaking'
    : undefined;

function turnLabel({ scope: { folders } }: Facts, turn: WaitingOn): Label | undefined {
  if (folders.length === 0) return undefined;
  const byTurn = {
    author: 'author',
    owner: 'reviewer',
    reviewer: 'reviewer',
    gatehouse: 'validation',
    nobody: undefined,
  } as const;
  return byTurn[turn];
}

function deploymentLabel(facts: Facts): Label | undefined {
  const handover = newestDeployment(facts);
  if (!handover) return undefined;
  const state = handover.newest?.state;
  if (state === 'success') return 'deployed';
  return state === 'failure' || state === 'error' || state === 'inactive' ? undefined : 'deploying';
}
