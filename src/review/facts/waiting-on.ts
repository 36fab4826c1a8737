import type { Facts } from '../model/facts.ts';
import { isMergeRejected } from './rejected-effect.ts';
import { gateTasks, machineGates, type Gate, type Actor } from '../model/gate.ts';
import { listed } from '../model/markdown.ts';
import { countErrors } from '../../report/markdown.ts';

/**
 * Who must act next. `gatehouse` if something could not be judged yet; `nobody` if all gates pass
 * and the merge is under way, or the pull request is a draft or closed.
 */
export type WaitingOn = Actor | 'gatehouse' | 'nobody';

export const describeActor: Record<Actor, string> = {
  author: 'the author',
  owner: 'an owner',
  reviewer: 'a reviewer',
  deployer: 'the deployment',
};

/** The start of a headline, without a period. */
export const describeWaitingOn: Record<WaitingOn, string> = {
  author: `Waiting for ${describeActor.author}`,
  owner: `Waiting for ${describeActor.owner}`,
  reviewer: `Waiting for ${describeActor.reviewer}`,
  deployer: `Waiting for ${describeActor.deployer}`,
  gatehouse: 'Waiting for Gatehouse',
  nobody: 'Waiting for nobody',
};

export type PendingGate = Extract<Gate, { status: 'failed' | 'waiting' }>;
export const isPending = (gate: Gate): gate is PendingGate =>
  gate.status === 'failed' || gate.status === 'waiting';
/** The number of actions, including those that did not fit. */
export const countActions = (pending: readonly PendingGate[]): number =>
  pending.reduce((sum, { actions, more = 0 }) => sum + actions.length + more, 0);

/**
 * What gates ask for: "46 errors of 6 kinds, the CLA and 1 checkbox". Plain text, and Markdown too.
 */
export function describeTasks(pending: readonly PendingGate[]): string {
  const errors = new Map<string, number>();
  for (const gate of pending)
    for (const [rule, count] of Object.entries(gate.errors ?? {}))
      errors.set(rule, (errors.get(rule) ?? 0) + count);
  const total = [...errors.values()].reduce((sum, count) => sum + count, 0);
  const tasks = pending.flatMap(({ name, errors: own, task }) =>
    own !== undefined && task === undefined ? [] : [task ?? gateTasks[name]],
  );
  return listed([...(total > 0 ? [countErrors(total, errors.size)] : []), ...new Set(tasks)]);
}

export const isMachineGate = ({ name }: Gate): boolean =>
  machineGates.some((gate) => gate === name);

/** Whether it is a draft, or its author has just withdrawn it. */
export const isDraft = ({ snapshot: { pull }, commands }: Facts): boolean =>
  pull.state.kind === 'open' && (pull.state.draft || commands.withdraw);

/**
 * The author acts before the owner, and the owner before the reviewer, so that nobody reviews what
 * will change again.
 */
export function waitingOn(facts: Facts, gates: readonly Gate[]): WaitingOn {
  const { pull } = facts.snapshot;
  if (pull.state.kind !== 'open' || isDraft(facts)) return 'nobody';
  const waitsFor = (who: Actor): boolean =>
    gates.some((gate) => isPending(gate) && gate.actor === who);
  if (waitsFor('author')) return 'author';
  if (gates.some((gate) => isMachineGate(gate) && gate.status === 'unjudged')) return 'gatehouse';
  if (waitsFor('owner')) return 'owner';
  if (waitsFor('reviewer')) return 'reviewer';
  // GitHub takes a moment to compute `mergeable`. That alone does not justify notifying anyone.
  if (gates.some(({ status, name }) => status === 'unjudged' && name !== 'mergeable'))
    return 'gatehouse';
  if (waitsFor('deployer')) return 'deployer';
  // All gates pass: someone must ask for the merge, or find out why GitHub rejects it.
  const { mergeRequest } = facts.commands;
  if (!mergeRequest.ok) return 'gatehouse';
  return mergeRequest.value && !isMergeRejected(facts.snapshot) ? 'nobody' : 'reviewer';
}
