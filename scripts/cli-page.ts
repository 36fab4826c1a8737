import { isGroup, type Command, type CommandGroup } from '../src/cli/command.ts';
import { gatehouse } from '../src/cli/gatehouse.ts';
import { exitStatus, termOf } from '../src/cli/help.ts';
import { globalOptions, type Option, type Options } from '../src/cli/options.ts';

/** `docs/cli.md`, the reference of the command line, from the tables that `--help` reads. */
export function cliPage(): string {
  const commands = gatehouse.commands.map(
    ({ name, summary }) => `| [\`gatehouse ${name}\`](#gatehouse-${name}) | ${summary} |`,
  );
  return `${[
    '# Command line',
    'Written by `npm run docs` from `src/cli/commands/`; `gatehouse <command> --help` shows the same. ' +
      'In a checkout, write `npx ` before each command.',
    ['| command | does |', '| --- | --- |', ...commands].join('\n'),
    `${exitStatus} If a command could not run, one line on stderr says why and what to do.`,
    'Every command also has these options:',
    optionTable(globalOptions),
    ...gatehouse.commands.flatMap((command) => sectionsOf(command, 2)),
  ].join('\n\n')}\n`;
}

function sectionsOf(command: Command | CommandGroup, level: number): string[] {
  const opening = [`${'#'.repeat(level)} gatehouse ${command.name}`, `${command.summary}.`];
  if (isGroup(command))
    return [...opening, ...command.commands.flatMap((each) => sectionsOf(each, level + 1))];
  const { usage, details = [], options, example } = command;
  const hasOptions = Object.keys(options).length > 0;
  return [
    ...opening,
    `\`\`\`text\n${usage}${hasOptions ? ' [options]' : ''}\n\`\`\``,
    ...details.map(markCode),
    ...(hasOptions ? [optionTable(options)] : []),
    `Example: \`${example}\``,
  ];
}

const optionTable = (options: Options): string =>
  [
    '| option | does | default |',
    '| --- | --- | --- |',
    ...Object.entries(options).map(
      ([name, option]) =>
        `| ${[termsOf(name, option), descriptionOf(option), defaultOf(option)].join(' | ')} |`,
    ),
  ].join('\n');

function termsOf(name: string, option: Option): string {
  const term = `\`${termOf(name, option)}\``;
  return option.type === 'boolean' && option.short ? `\`-${option.short}\`, ${term}` : term;
}

function descriptionOf(option: Option): string {
  const description = markCode(option.description);
  if (option.type === 'boolean' || !option.choices) return description;
  return `${description}: ${option.choices.map((choice) => `\`${choice}\``).join(', ')}`;
}

function defaultOf(option: Option): string {
  if (option.type === 'boolean') return '';
  return option.default === undefined
    ? markCode(option.defaultDescription ?? '')
    : `\`${option.default}\``;
}

/** Help is plain text; on a page, options, arguments, files and variables are code. */
const markCode = (text: string): string =>
  text.replaceAll(/--[a-z][a-z-]*|<[a-z]+>|(?:docs|\.github)\/[\w./-]*\w|GITHUB_TOKEN/g, '`$&`');
