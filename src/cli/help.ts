import { invocationOf, isGroup, shortNameOf, type Command, type CommandGroup } from './command.ts';
import { globalOptions, type Option, type Options } from './options.ts';

/** Columns of help, which is read in terminals of any width. */
const width = 80;
/** Longer terms have their description on the next line. */
const maxTermWidth = 30;

/** The help of a command, or the list of commands of a group. */
export function helpOf(command: Command | CommandGroup): string {
  const sections = isGroup(command) ? groupSections(command) : commandSections(command);
  return `${sections.join('\n\n')}\n`;
}

function groupSections(group: CommandGroup): string[] {
  const invocation = invocationOf(group);
  const commands = group.commands.map((each) => [shortNameOf(each), each.summary] as const);
  const [[example] = ['help']] = commands;
  return [
    `${group.summary}.`,
    `Usage: ${invocation} <command> [options]`,
    `Commands:\n${definitions(commands)}`,
    `Options:\n${optionList(globalOptions)}`,
    wrap(
      `Run "${invocation} <command> --help" for the options of a command, for example ` +
        `"${invocation} ${example} --help".`,
    ),
    ...(group.name === '' ? [exitStatus] : []),
  ];
}

const commandSections = (command: Command): string[] => [
  `${command.summary}.`,
  `Usage: ${command.usage}${Object.keys(command.options).length > 0 ? ' [options]' : ''}`,
  `Examples:\n${examplesOf(command)
    .map((example) => `  ${example}`)
    .join('\n')}`,
  `Options:\n${optionList({ ...command.options, ...globalOptions })}`,
  ...(command.details ?? []).map((paragraph) => wrap(paragraph)),
];

/** The example of a command, and further ones. */
export const examplesOf = ({ example, furtherExamples = [] }: Command): string[] => [
  example,
  ...furtherExamples,
];

/** For help and docs/cli.md. */
export const exitStatus = 'Exit status: 0 no errors found, 1 errors found, 2 could not run.';

const optionList = (options: Options): string =>
  definitions(
    Object.entries(options).map(([name, option]) => [
      `${shortOf(option)}${termOf(name, option)}`,
      describeOption(option),
    ]),
  );

const shortOf = (option: Option): string =>
  option.type === 'boolean' && option.short !== undefined ? `-${option.short}, ` : '    ';

/** `--fix`, `--output <file>`. */
export const termOf = (name: string, option: Option): string =>
  option.type === 'boolean'
    ? `--${name}${option.choices ? `[=${option.choices.join('|')}]` : ''}`
    : `--${name} <${option.value}>`;

/** The description, the choices and the default. */
function describeOption(option: Option): string {
  if (option.type === 'boolean') return option.description;
  const { description, choices } = option;
  const fallback = option.default ?? option.defaultDescription;
  return [
    description,
    ...(choices ? [`: ${choices.join(', ')}`] : []),
    ...(fallback === undefined ? [] : [` (default: ${fallback})`]),
  ].join('');
}

/** Terms on the left, and their descriptions in a column on the right. */
function definitions(entries: readonly (readonly [term: string, description: string])[]): string {
  const lengths = entries.map(([term]) => term.length);
  const termWidth = Math.min(maxTermWidth, Math.max(...lengths));
  const indent = ' '.repeat(termWidth + 4);
  return entries
    .map(([term, description]) => {
      const column = wrap(description, width - indent.length).replaceAll('\n', `\n${indent}`);
      const separator = term.length > termWidth ? `\n${indent}` : '  ';
      return `  ${term.padEnd(termWidth)}${separator}${column}`;
    })
    .join('\n');
}

/**
 * Breaks a text at spaces. Help is plain text of characters one column wide. It does not need
 * wrap-ansi, whose tables of character widths would add 20 ms to `gatehouse --help`.
 */
export function wrap(text: string, columns = width): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || longer.length <= columns) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].join('\n');
}
