import { messageToMarkdown } from '../../report/markdown.ts';

/** Who must act before a gate can pass. */
export type Actor = 'author' | 'owner' | 'reviewer';

/** These gates make up the required check. */
export const machineGates = [
  'scope',
  'cla',
  'definition',
  'properties',
  'wording',
  'icon',
  'package',
  'sign-in',
  'compatibility',
  'uniqueness',
  'attestations',
] as const;
/** People open these gates; they hold back the merge, not the check. */
export const peopleGates = [
  'owners',
  'publisher',
  'identity',
  'review',
  'hold',
  'mergeable',
] as const;
export type GateName = (typeof machineGates)[number] | (typeof peopleGates)[number];

/** Actions in Markdown, at least one. */
type Actions = readonly [string, ...string[]];

/** The state of a gate. `reason` is one line of Markdown. */
export type GateStatus =
  /** `advice` is what someone could do about a gate that only advises, in Markdown. */
  | { status: 'passed'; reason: string; advice?: readonly string[] }
  /** Something is wrong. `more` counts actions beyond those in `actions`. */
  | { status: 'failed'; actor: Actor; reason: string; actions: Actions; more?: number }
  /** Nothing is wrong, but someone has not agreed yet. */
  | { status: 'waiting'; actor: Actor; reason: string; actions: Actions; more?: number }
  /** The gate could not be judged. That is neither a pass nor a failure, and blocks the merge. */
  | { status: 'unjudged'; reason: string };

export type Gate = { name: GateName } & GateStatus;

export const passed = (reason: string, advice: readonly string[] = []): GateStatus => ({
  status: 'passed',
  reason,
  ...(advice.length > 0 && { advice }),
});

/** @param reason a message (see `safe`), not Markdown */
export const unjudged = (reason: string): GateStatus => ({
  status: 'unjudged',
  reason: messageToMarkdown(reason),
});

/** A failed gate, or undefined if the list of actions is empty. */
export function failed(actor: Actor, reason: string, actions: Actions): GateStatus;
export function failed(
  actor: Actor,
  reason: string,
  actions: readonly string[],
): GateStatus | undefined;
export function failed(
  actor: Actor,
  reason: string,
  actions: readonly string[],
): GateStatus | undefined {
  return withActions('failed', actor, reason, actions);
}

/** A waiting gate, or undefined if the list of actions is empty. */
export function waiting(actor: Actor, reason: string, actions: Actions): GateStatus;
export function waiting(
  actor: Actor,
  reason: string,
  actions: readonly string[],
): GateStatus | undefined;
export function waiting(
  actor: Actor,
  reason: string,
  actions: readonly string[],
): GateStatus | undefined {
  return withActions('waiting', actor, reason, actions);
}

/** More actions of one gate would bury those of the others; the check run has all findings. */
const maxActions = 8;

function withActions(
  status: 'failed' | 'waiting',
  actor: Actor,
  reason: string,
  [first, ...rest]: readonly string[],
): GateStatus | undefined {
  if (first === undefined) return undefined;
  const actions: Actions = [first, ...rest.slice(0, maxActions - 1)];
  const more = rest.length + 1 - maxActions;
  return { status, actor, reason, actions, ...(more > 0 && { more }) };
}
