import type { Facts } from './facts.ts';
import { refusesMerge } from './refusal.ts';
import { machineGates, type Gate, type Who } from './gates/gate.ts';

/**
 * Whose turn it is: somebody's, Gatehouse's own (something could not be judged yet), or nobody's.
 */
export type Turn = Who | 'gatehouse' | 'nobody';

export type Stalled = Extract<Gate, { state: 'failed' | 'waiting' }>;
export const isStalled = (gate: Gate): gate is Stalled =>
  gate.state === 'failed' || gate.state === 'waiting';
/** How many things are to be done, those included that had no room. */
export const countOf = (stalled: readonly Stalled[]): number =>
  stalled.reduce((sum, { todo, more = 0 }) => sum + todo.length + more, 0);

export const isMachine = ({ name }: Gate): boolean => machineGates.some((one) => one === name);

/** A draft, or one that its author has just withdrawn. */
export const isDraft = ({ snapshot: { pull }, heard }: Facts): boolean =>
  pull.state.is === 'open' && (pull.state.draft || heard.withdraw);

/**
 * The author comes before the owner, the owner before the reviewer: nobody is asked to look at what
 * will change again.
 */
export function turnOf(facts: Facts, gates: readonly Gate[]): Turn {
  const { pull } = facts.snapshot;
  if (pull.state.is !== 'open' || isDraft(facts)) return 'nobody';
  const waits = (who: Who): boolean => gates.some((gate) => isStalled(gate) && gate.on === who);
  if (waits('author')) return 'author';
  if (gates.some((gate) => isMachine(gate) && gate.state === 'unjudged')) return 'gatehouse';
  if (waits('owner')) return 'owner';
  if (waits('reviewer')) return 'reviewer';
  // GitHub takes a moment to find out whether it merges: that alone is no reason to write to
  // anybody.
  if (gates.some(({ state, name }) => state === 'unjudged' && name !== 'mergeable'))
    return 'gatehouse';
  // All gates pass: somebody has to say that it shall be merged, or to see why GitHub does not.
  const { wish } = facts.heard;
  if (!wish.known) return 'gatehouse';
  return wish.value && !refusesMerge(facts.snapshot) ? 'nobody' : 'reviewer';
}
