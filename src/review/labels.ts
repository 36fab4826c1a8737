import type { LabelNames } from '../settings/defaults.ts';
import type { Facts } from './facts.ts';
import { handoverOf } from './ring.ts';
import { isDraft, type Turn } from './turn.ts';

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
export function labelsFor(facts: Facts, turn: Turn): Labels | null {
  const { settings, snapshot, connectors } = facts;
  if (!settings.known || !snapshot.files.known) return null;
  const { labels } = settings.value;
  const groups: { of: readonly Label[]; is: Label | undefined; known?: boolean }[] = [
    { of: ['certified', 'independentPublisher', 'custom'], is: classLabel(facts) },
    {
      of: ['new', 'minorUpdate', 'majorUpdate'],
      is: sizeLabel(facts),
      known: connectors.every(({ examined }) => examined.known),
    },
    {
      of: ['breaking'],
      is: breakingLabel(facts),
      known: connectors.every(({ examined }) => examined.known),
    },
    { of: ['author', 'reviewer', 'validation'], is: turnLabel(facts, turn) },
    {
      of: ['deploying', 'deployed'],
      is: deploymentLabel(facts),
      known: snapshot.deployments.known,
    },
  ];
  const named = (list: readonly (Label | undefined)[]): string[] =>
    [...new Set(list.map((label) => (label === undefined ? '' : labels[label])))].filter(
      (name) => name !== '',
    );
  const decided = groups.filter(({ known = true }) => known);
  // What was closed without a merge keeps those it has, and gets no others: nobody works on it.
  const present = new Set(snapshot.pull.labels.map((name) => name.toLowerCase()));
  const stays = (name: string): boolean =>
    snapshot.pull.state.is !== 'closed' || present.has(name.toLowerCase());
  return {
    wanted: isDraft(facts) ? [] : named(decided.map(({ is }) => is)).filter(stays),
    ours: named(decided.flatMap(({ of }) => of)),
  };
}

function classLabel({ brings: { folders } }: Facts): Label | undefined {
  const classes = new Set(folders.map((folder) => folder.class));
  const [only] = classes;
  if (only === undefined || classes.size > 1) return undefined;
  return only === 'independent-publisher' ? 'independentPublisher' : only;
}

function sizeLabel({ connectors, brings }: Facts): Label | undefined {
  const [one, ...others] = connectors;
  if (!one?.examined.known || others.length > 0) return undefined;
  const { is, changes } = one.examined.value;
  if (is === 'new') return brings.proposal ? undefined : 'new';
  return changes?.size === 'major' ? 'majorUpdate' : 'minorUpdate';
}

const breakingLabel = ({ connectors }: Facts): Label | undefined =>
  connectors.some(
    ({ examined }) => examined.known && (examined.value.changes?.breaking.length ?? 0) > 0,
  )
    ? 'breaking'
    : undefined;

function turnLabel({ brings: { folders } }: Facts, turn: Turn): Label | undefined {
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
  const handover = handoverOf(facts);
  if (!handover) return undefined;
  const state = handover.newest?.state;
  if (state === 'success') return 'deployed';
  return state === 'failure' || state === 'error' || state === 'inactive' ? undefined : 'deploying';
}
