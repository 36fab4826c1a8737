import { messageToMarkdown } from '../../report/markdown.ts';

/** Who must act before a gate can pass. */
export type Actor = 'author' | 'owner' | 'reviewer' | 'deployer';

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
  'deployment',
] as const;
export type GateName = (typeof machineGates)[number] | (typeof peopleGates)[number];

/** What people read in place of a gate's name. */
export const gateTitles: Record<GateName, string> = {
  scope: 'One connector',
  cla: 'CLA',
  definition: 'Definition',
  properties: 'Properties',
  wording: 'Spelling and texts',
  icon: 'Icon',
  package: 'Files',
  'sign-in': 'Sign-in method',
  compatibility: 'No breaking changes',
  uniqueness: 'Not a duplicate',
  attestations: 'Checklist',
  owners: "Owner's approval",
  publisher: 'Known publisher',
  identity: 'Identity of the publisher',
  review: 'Review',
  hold: 'Not on hold',
  mergeable: 'No conflicts',
  deployment: 'Deployed',
};

/** What a gate asks for, as the first line of a comment counts it, unless its status says it. */
export const gateTasks: Record<GateName, string> = {
  scope: 'the scope of the pull request',
  cla: 'the CLA',
  definition: 'the definition',
  properties: 'the properties',
  wording: 'the texts',
  icon: 'the icon',
  package: 'the certification package',
  'sign-in': 'the sign-in method',
  compatibility: 'the breaking changes',
  uniqueness: 'a duplicate',
  attestations: 'the checklist',
  owners: 'the approval of the latest commit',
  publisher: 'the publisher',
  identity: 'the identity of the publisher',
  review: 'the review',
  hold: 'the hold',
  mergeable: 'the merge conflict',
  deployment: 'the deployment',
};

/** Actions in Markdown, at least one. */
type Actions = readonly [string, ...string[]];

/** The state of a gate. `reason` is one line of Markdown. */
export type GateStatus =
  /** `advice` is what someone could do about a gate that only advises, in Markdown. */
  | { status: 'passed'; reason: string; advice?: readonly string[] }
  /** Something is wrong. */
  | ({ status: 'failed' } & Pending)
  /** Nothing is wrong, but someone has not agreed yet. */
  | ({ status: 'waiting' } & Pending)
  /** The gate could not be judged. That is neither a pass nor a failure, and blocks the merge. */
  | { status: 'unjudged'; reason: string };

/** A gate that someone must act on. */
interface Pending extends PendingDetails {
  actor: Actor;
  reason: string;
  actions: Actions;
  /** How many actions there are beyond those in `actions`. */
  more?: number;
}

export interface PendingDetails {
  /** The new errors, by rule: their number is how often the rule found something. */
  errors?: Readonly<Record<string, number>>;
  /** What else the gate asks for, in a few plain words: "2 checkboxes". */
  task?: string;
  /** The people who must act, in Markdown, if the author is not one of them. */
  who?: string;
}

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
export function failed(
  actor: Actor,
  reason: string,
  actions: Actions,
  more?: PendingDetails,
): GateStatus;
export function failed(
  actor: Actor,
  reason: string,
  actions: readonly string[],
  more?: PendingDetails,
): GateStatus | undefined;
export function failed(
  actor: Actor,
  reason: string,
  actions: readonly string[],
  more: PendingDetails = {},
): GateStatus | undefined {
  return withActions('failed', { actor, reason, ...more }, actions);
}

/** A waiting gate, or undefined if the list of actions is empty. */
export function waiting(
  actor: Actor,
  reason: string,
  actions: Actions,
  more?: PendingDetails,
): GateStatus;
export function waiting(
  actor: Actor,
  reason: string,
  actions: readonly string[],
  more?: PendingDetails,
): GateStatus | undefined;
export function waiting(
  actor: Actor,
  reason: string,
  actions: readonly string[],
  more: PendingDetails = {},
): GateStatus | undefined {
  return withActions('waiting', { actor, reason, ...more }, actions);
}

/** More actions of one gate would bury those of the others; the check run has all findings. */
const maxActions = 8;

function withActions(
  status: 'failed' | 'waiting',
  pending: Omit<Pending, 'actions'>,
  [first, ...rest]: readonly string[],
): GateStatus | undefined {
  if (first === undefined) return undefined;
  const actions: Actions = [first, ...rest.slice(0, maxActions - 1)];
  const more = rest.length + 1 - maxActions;
  return { status, ...pending, actions, ...(more > 0 && { more }) };
}
