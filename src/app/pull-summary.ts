import { isNewError } from '../shared/finding.ts';
import { isDraft, isPending, type WaitingOn } from '../review/facts/waiting-on.ts';
import type { Actor, Gate, GateName } from '../review/model/gate.ts';
import type { Evaluation } from './evaluate.ts';

/** A pull request in the list of all open ones. Plain data: `--format json` prints it. */
export interface PullSummary {
  number: number;
  url: string;
  /** As its author wrote it. */
  title: string;
  author: string;
  isDraft: boolean;
  /** The folders of the connectors that it changes. */
  connectors: readonly string[];
  waitingOn: WaitingOn;
  /** What keeps it from being merged: the gates that do not pass, and how many steps each takes. */
  steps: readonly { gate: GateName; actor: Actor; count: number }[];
  /** The gates that could not be judged. */
  unjudged: readonly GateName[];
  errors: number;
  warnings: number;
  /** `none`: nobody is asked to sign. */
  cla: 'none' | 'signed' | 'missing' | 'unknown';
}

/** Summarizes the evaluation of an open pull request. */
export function summarizePull({ facts, decision }: Evaluation): PullSummary {
  const { snapshot, scope, connectors } = facts;
  const { pull } = snapshot;
  const { gates, waitingOn } = decision;
  const findings = connectors.flatMap(({ validation }) =>
    validation.ok
      ? [...(validation.value.changes?.findings ?? []), ...validation.value.findings]
      : [],
  );
  return {
    number: pull.number,
    url: pull.url,
    title: pull.title,
    author: pull.author.login,
    isDraft: isDraft(facts),
    connectors: scope.folders.map(({ path }) => path),
    waitingOn,
    steps: gates.filter(isPending).map(({ name, actor, actions, more = 0 }) => ({
      gate: name,
      actor,
      count: actions.length + more,
    })),
    unjudged: gates.flatMap(({ name, status }) => (status === 'unjudged' ? [name] : [])),
    errors: findings.filter(isNewError).length,
    warnings: findings.filter(({ severity, existing }) => severity === 'warning' && !existing)
      .length,
    cla: claOf(facts.displaySettings.cla.required === true, gates),
  };
}

function claOf(isRequired: boolean, gates: readonly Gate[]): PullSummary['cla'] {
  const status = gates.find(({ name }) => name === 'cla')?.status;
  if (status === undefined || status === 'unjudged') return 'unknown';
  if (!isRequired) return 'none';
  return status === 'passed' ? 'signed' : 'missing';
}
