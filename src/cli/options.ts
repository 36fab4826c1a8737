import { parseArgs } from 'node:util';
import { closestMatch } from '../shared/did-you-mean.ts';
import { UserError } from '../shared/user-error.ts';

interface BooleanOption {
  readonly type: 'boolean';
  /** For help and docs/cli.md, without a period at the end. */
  readonly description: string;
  /** One letter: `h` for `-h`. */
  readonly short?: string;
  /** Values that the option may have: `all` for `--fix=all`. Without them it has none. */
  readonly choices?: readonly string[];
}

interface StringOption {
  readonly type: 'string';
  readonly description: string;
  /** Name of the value in help: `file` for `--output <file>`. */
  readonly value: string;
  /** All values that the option takes. Without it, the option takes any text. */
  readonly choices?: readonly string[];
  /** Value if the option is missing. */
  readonly default?: string;
  /** What help says of the default if only the command can determine it. */
  readonly defaultDescription?: string;
  /** Whether the option may be repeated. */
  readonly multiple?: true;
}

export type Option = BooleanOption | StringOption;

/** Options by name, without dashes. */
export type Options = Readonly<Record<string, Option>>;

type TextOf<O> = O extends { choices: readonly (infer Choice)[] } ? Choice : string;

type ValueOf<O extends Option> = O extends { type: 'boolean' }
  ? boolean | (O extends { choices: readonly (infer Choice)[] } ? Choice : never)
  : O extends { multiple: true }
    ? readonly TextOf<O>[] | undefined
    : O extends { default: string }
      ? TextOf<O>
      : TextOf<O> | undefined;

/** What the user passed, or the default, for each option of a table. */
export type Values<O extends Options> = { readonly [Name in keyof O]: ValueOf<O[Name]> };

/** The same for a table that is not known at compile time. */
export type ParsedValues = Readonly<
  Record<string, boolean | string | readonly string[] | undefined>
>;

/** Options that `gatehouse` and every command have. */
export const globalOptions = {
  help: { type: 'boolean', short: 'h', description: 'Show help' },
  version: { type: 'boolean', short: 'v', description: 'Show the version of Gatehouse' },
  'no-color': {
    type: 'boolean',
    description: 'No colors and links, as with NO_COLOR; FORCE_COLOR=1 turns them on in pipes',
  },
} as const satisfies Options;

type OptionToken = Extract<ReturnType<typeof tokensOf>[number], { kind: 'option' }>;

/**
 * The arguments, unchecked. A strict `parseArgs` would report an unknown option without the name of
 * a similar one.
 */
const tokensOf = (args: readonly string[], options: Options) =>
  parseArgs({
    // Most programs have `-V`, and `parseArgs` allows one letter for an option.
    args: args.map((arg) => (arg === '-V' ? '-v' : arg)),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;

/** Index of the first argument that is neither an option nor its value. */
export const firstPositional = (args: readonly string[], options: Options): number | undefined =>
  tokensOf(args, options).find(({ kind }) => kind === 'positional')?.index;

/**
 * Parses arguments with a table of options.
 * @param command how messages name the command, for example `gatehouse check`
 * @throws UserError if an option is not in the table, has no value, or has a value that it does not
 * take
 */
export function parseOptions(
  args: readonly string[],
  options: Options,
  command: string,
): { values: ParsedValues; positionals: string[] } {
  checkOptionNames(args, options, command);
  const positionals: string[] = [];
  const values = new Map<string, boolean | string>();
  const lists = new Map<string, string[]>();
  for (const [name, option] of Object.entries(options)) {
    const initial = option.type === 'boolean' ? false : option.default;
    if (initial !== undefined) values.set(name, initial);
  }
  for (const token of tokensOf(args, options)) {
    if (token.kind === 'positional') positionals.push(token.value);
    const option = token.kind === 'option' && options[token.name];
    if (!option) continue;
    const { name } = token;
    if (option.type === 'boolean') {
      values.set(name, token.value === undefined || checkedChoice(token, option));
      continue;
    }
    const value = checkedValue(token, option);
    if (option.multiple) lists.set(name, [...(lists.get(name) ?? []), value]);
    else values.set(name, value);
  }
  return { values: Object.fromEntries([...values, ...lists]), positionals };
}

/** @throws UserError if an option is not in the table */
export function checkOptionNames(args: readonly string[], options: Options, command: string): void {
  const unknown = tokensOf(args, options)
    .filter((token) => token.kind === 'option')
    .find(({ name }) => !Object.hasOwn(options, name));
  if (!unknown) return;
  const suggestion = closestMatch(unknown.name, Object.keys(options));
  throw new UserError(
    `Unknown option "${unknown.rawName}". ${
      suggestion === undefined
        ? `Run "${command} --help" to see the options of ${command}.`
        : `Did you mean "--${suggestion}"?`
    }`,
  );
}

/** @throws UserError if the option does not take the value that it has */
function checkedChoice({ rawName, value = '' }: OptionToken, { choices }: BooleanOption): string {
  if (!choices) throw new UserError(`${rawName} takes no value.`);
  if (choices.includes(value)) return value;
  const allowed = choices.map((choice) => `${rawName}=${choice}`).join(', ');
  throw new UserError(`${rawName}=${value} is not known. Write ${rawName} or ${allowed}.`);
}

function checkedValue({ rawName, value, inlineValue }: OptionToken, option: StringOption): string {
  if (value === undefined)
    throw new UserError(`${rawName} needs a value: ${rawName} <${option.value}>.`);
  // A forgotten value must not swallow the option after it.
  if (!inlineValue && value.length > 1 && value.startsWith('-'))
    throw new UserError(
      `${rawName} needs a value, and ${value} looks like an option. ` +
        `If it is the value, write ${rawName}=${value}`,
    );
  if (option.choices && !option.choices.includes(value))
    throw new UserError(
      `${rawName} ${value} is not known. Choose one of ${option.choices.join(', ')}.`,
    );
  return value;
}
