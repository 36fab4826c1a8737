import { messageToMarkdown } from '../../report/markdown.ts';

/** Who has to do something for a gate to pass. */
export type Actor = 'author' | 'owner' | 'reviewer';

/** The machine's gates make up the required check; the people's hold back the merge alone. */
export const machineGates = [
  'scope',
  'cla',
  'definition',
  'properties',
  'wording',
  'icon',
  'package',
  'compatibility',
  'uniqueness',
  'attestations',
] as const;
export const peopleGates = ['owners', 'review', 'hold', 'mergeable'] as const;
export type GateName = (typeof machineGates)[number] | (typeof peopleGates)[number];

/**
 * How a gate stands. `because` is Markdown for one line; each of `todo` is a thing to do, Markdown,
 * at least one.
 */
export type GateStatus =
  | { status: 'passed'; reason: string }
  /** Something is wrong; `more` things to do are not told. */
  | {
      status: 'failed';
      actor: Actor;
      reason: string;
      actions: readonly [string, ...string[]];
      more?: number;
    }
  /** Nothing is wrong, but somebody has not said yes. */
  | {
      status: 'waiting';
      actor: Actor;
      reason: string;
      actions: readonly [string, ...string[]];
      more?: number;
    }
  /** It could not be judged: neither passed nor failed, and never a reason to let something in. */
  | { status: 'unjudged'; reason: string };

export type Gate = { name: GateName } & GateStatus;

export const passed = (reason: string): GateStatus => ({ status: 'passed', reason });
/** `because` is a message: its own words, and values between backticks. */
export const unjudged = (because: string): GateStatus => ({
  status: 'unjudged',
  reason: messageToMarkdown(because),
});
/** Nothing where the list is empty. */
export const failed = (
  on: Actor,
  because: string,
  todo: readonly string[],
): GateStatus | undefined => withTodo('failed', on, because, todo);
export const waiting = (
  on: Actor,
  because: string,
  todo: readonly string[],
): GateStatus | undefined => withTodo('waiting', on, because, todo);

/** Of one gate, so many things are told in the comment; the check run has all findings. */
const maxActions = 8;

function withTodo(
  status: 'failed' | 'waiting',
  actor: Actor,
  reason: string,
  [first, ...rest]: readonly string[],
): GateStatus | undefined {
  const more = rest.length + 1 - maxActions;
  return first === undefined
    ? undefined
    : {
        status,
        actor,
        reason,
        actions: [first, ...rest.slice(0, maxActions - 1)],
        ...(more > 0 && { more }),
      };
}
