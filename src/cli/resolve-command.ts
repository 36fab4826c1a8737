import { closestMatch } from '../shared/did-you-mean.ts';
import { UserError } from '../shared/user-error.ts';
import {
  invocationOf,
  isGroup,
  leafCommandsOf,
  shortNameOf,
  type Command,
  type CommandGroup,
} from './command.ts';
import { checkOptionNames, firstPositional, globalOptions, type Options } from './options.ts';

interface ResolvedCommand {
  /** A group if the arguments do not name one of its commands. */
  command: Command | CommandGroup;
  /** The arguments without the names of commands. */
  args: readonly string[];
  /** All options that the arguments may have. */
  options: Options;
}

/**
 * Finds the command that the arguments name. `help check` is the same as `check --help`, and
 * `version` the same as `--version`.
 * @throws UserError if there is no such command, or an option before it that no command has
 */
export function resolveCommand(args: readonly string[], group: CommandGroup): ResolvedCommand {
  // In `--format json check`, only the options of all commands show that `json` is a value and
  // `check` is the command.
  const options: Options = Object.assign(
    {},
    ...leafCommandsOf(group).map((command) => command.options),
    globalOptions,
  );
  const position = firstPositional(args, options);
  const leading = args.slice(0, position);
  checkOptionNames(leading, options, invocationOf(group));
  const name = position === undefined ? undefined : args[position];
  if (position === undefined || name === undefined) return { command: group, args, options };
  const rest = [...leading, ...args.slice(position + 1)];
  if (name === 'help') return resolveCommand([...rest, '--help'], group);
  if (name === 'version' && group.name === '')
    return { command: group, args: [...rest, '--version'], options: globalOptions };
  const command = group.commands.find((each) => shortNameOf(each) === name);
  if (!command) throw unknownCommand(name, group);
  return isGroup(command)
    ? resolveCommand(rest, command)
    : { command, args: rest, options: { ...command.options, ...globalOptions } };
}

function unknownCommand(name: string, group: CommandGroup): UserError {
  const suggestion = closestMatch(name, [...group.commands.map(shortNameOf), 'help', 'version']);
  const fullName = group.name === '' ? name : `${group.name} ${name}`;
  return new UserError(
    `Unknown command "${fullName}". ${
      suggestion === undefined
        ? `Run "${invocationOf(group)} --help" to see the commands.`
        : `Did you mean "${suggestion}"?`
    }`,
  );
}

/**
 * Checks the number of arguments against the usage of a command.
 * @throws UserError if an argument is missing, or if there are too many
 */
export function checkArgumentCount(args: readonly string[], { usage, example }: Command): void {
  const required = usage.match(/<[^>]+>/g)?.length ?? 0;
  if (args.length < required) throw new UserError(`Usage: ${usage}, for example: ${example}`);
  if (args.length > required && !usage.includes('…]'))
    throw new UserError(`Unexpected argument "${args[required] ?? ''}". Usage: ${usage}`);
}
