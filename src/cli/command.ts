import type { Options, ParsedValues, Values } from './options.ts';

export interface Command {
  /** What follows `gatehouse`: `check`, `signatures import`. */
  readonly name: string;
  /** One line for lists of commands, without a period at the end. */
  readonly summary: string;
  /**
   * The command with its arguments: `gatehouse diff <before> <after>`. `<name>` is required, and
   * `[names…]` stands for any number of arguments.
   */
  readonly usage: string;
  /** A complete invocation. Help and the message about missing arguments show it. */
  readonly example: string;
  /** Other frequent ways to call it, for help. */
  readonly furtherExamples?: readonly string[];
  /** Paragraphs for help and docs/cli.md. */
  readonly details?: readonly string[];
  readonly options: Options;
  /** Whether the command runs until it is stopped. */
  readonly isServer?: true;
  /**
   * @param args as many as `usage` asks for
   * @param values of all options, as `parseOptions` returns them
   * @returns the exit status
   */
  run(args: readonly string[], values: ParsedValues): Promise<number>;
}

/** A command that knows the types of its options. */
interface TypedCommand<O extends Options> extends Command {
  readonly options: O;
  run(args: readonly string[], values: Values<O>): Promise<number>;
}

/** A command that only has subcommands, or `gatehouse` itself. */
export interface CommandGroup {
  /** What follows `gatehouse`; empty for `gatehouse` itself. */
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly (Command | CommandGroup)[];
}

/** Infers the types of the values from the table of options. */
export const defineCommand = <const O extends Options>(command: TypedCommand<O>): TypedCommand<O> =>
  command;

export const isGroup = (command: Command | CommandGroup): command is CommandGroup =>
  'commands' in command;

/** How the user calls a command: `gatehouse check`. */
export const invocationOf = ({ name }: Pick<Command, 'name'>): string =>
  name === '' ? 'gatehouse' : `gatehouse ${name}`;

/** How a command is called within its group: `import` for `signatures import`. */
export const shortNameOf = ({ name }: Pick<Command, 'name'>): string =>
  name.split(' ').at(-1) ?? '';

/** All commands of a group, those of its groups included. */
export const leafCommandsOf = (group: CommandGroup): Command[] =>
  group.commands.flatMap((command) => (isGroup(command) ? leafCommandsOf(command) : [command]));
