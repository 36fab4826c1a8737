import type { Facts } from '../model/facts.ts';
import { isMergeRejected } from './rejected-effect.ts';
import { machineGates, type Gate, type Actor } from '../model/gate.ts';

/**
 * Whose turn it is: somebody's, Gatehouse's own (something could not be judged yet), or nobody's.
 */
export type WaitingOn = Actor | 'gatehouse' | 'nobody';

export type PendingGate = Extract<Gate, { status: 'failed' | 'waiting' }>;
export const isPending = (gate: Gate): gate is PendingGate =>
  gate.status === 'failed' || gate.status === 'waiting';
/** How many things are to be done, those included that had no room. */
export const countActions = (stalled: readonly PendingGate[]): number =>
  stalled.reduce((sum, { actions, more = 0 }) => sum + actions.length + more, 0);

export const isMachineGate = ({ name }: Gate): boolean => machineGates.some((one) => one === name);

/** A draft, or one that its author has just withdrawn. */
export const isDraft = ({ snapshot: { pull }, commands }: Facts): boolean =>
  pull.state.kind === 'open' && (pull.state.draft || commands.withdraw);

/**
 * The author comes before the owner, the owner before the reviewer: nobody is asked to look at what
 * will change again.
 */
export function waitingOn(facts: Facts, gates: readonly Gate[]): WaitingOn {
  const { pull } = facts.snapshot;
  if (pull.state.kind !== 'open' || isDraft(facts)) return 'nobody';
  const waits = (who: Actor): boolean =>
    gates.some((gate) => isPending(gate) && gate.actor === who);
  if (waits('author')) return 'author';
  if (gates.some((gate) => isMachineGate(gate) && gate.status === 'unjudged')) return 'gatehouse';
  if (waits('owner')) return 'owner';
  if (waits('reviewer')) return 'reviewer';
  // GitHub takes a moment to find out whether it merges: that alone is no reason to write to
  // anybody.
  if (gates.some(({ status, name }) => status === 'unjudged' && name !== 'mergeable'))
    return 'gatehouse';
  // All gates pass: somebody has to say that it shall be merged, or to see why GitHub does not.
  const { mergeRequest } = facts.commands;
  if (!mergeRequest.ok) return 'gatehouse';
  return mergeRequest.value && !isMergeRejected(facts.snapshot) ? 'nobody' : 'reviewer';
}
