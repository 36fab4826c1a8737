import { messageInMarkdown } from '../text.ts';

/** Who has to do something for a gate to pass. */
export type Who = 'author' | 'owner' | 'reviewer';

/** The machine's gates make up the required check; the people's hold back the merge alone. */
export const machineGates = [
  'scope',
  'agreement',
  'definition',
  'properties',
  'words',
  'icon',
  'package',
  'compatibility',
  'unique',
  'attestations',
] as const;
export const peopleGates = ['owners', 'review', 'hold', 'mergeable'] as const;
export type GateName = (typeof machineGates)[number] | (typeof peopleGates)[number];

/**
 * How a gate stands. `because` is Markdown for one line; each of `todo` is a thing to do, Markdown,
 * at least one.
 */
export type Standing =
  | { state: 'passed'; because: string }
  /** Something is wrong; `more` things to do are not told. */
  | {
      state: 'failed';
      on: Who;
      because: string;
      todo: readonly [string, ...string[]];
      more?: number;
    }
  /** Nothing is wrong, but somebody has not said yes. */
  | {
      state: 'waiting';
      on: Who;
      because: string;
      todo: readonly [string, ...string[]];
      more?: number;
    }
  /** It could not be judged: neither passed nor failed, and never a reason to let something in. */
  | { state: 'unjudged'; because: string };

export type Gate = { name: GateName } & Standing;

export const passed = (because: string): Standing => ({ state: 'passed', because });
/** `because` is a message: its own words, and values between backticks. */
export const unjudged = (because: string): Standing => ({
  state: 'unjudged',
  because: messageInMarkdown(because),
});
/** Nothing where the list is empty. */
export const failed = (on: Who, because: string, todo: readonly string[]): Standing | undefined =>
  withTodo('failed', on, because, todo);
export const waiting = (on: Who, because: string, todo: readonly string[]): Standing | undefined =>
  withTodo('waiting', on, because, todo);

/** Of one gate, so many things are told in the comment; the check run has all findings. */
const mostTold = 8;

function withTodo(
  state: 'failed' | 'waiting',
  on: Who,
  because: string,
  [first, ...rest]: readonly string[],
): Standing | undefined {
  const more = rest.length + 1 - mostTold;
  return first === undefined
    ? undefined
    : {
        state,
        on,
        because,
        todo: [first, ...rest.slice(0, mostTold - 1)],
        ...(more > 0 && { more }),
      };
}
