import { isGroup, type Command, type CommandGroup } from '../src/cli/command.ts';
import { gatehouse } from '../src/cli/gatehouse.ts';
import { examplesOf, exitStatus, termOf } from '../src/cli/help.ts';
import { globalOptions, type Option, type Options } from '../src/cli/options.ts';
import { markdownTable } from '../src/report/markdown.ts';
import { runsAs } from '../src/shared/project.ts';

/** `docs/cli.md`, the reference of the command line, from the tables that `--help` reads. */
export function cliPage(): string {
  const commands = gatehouse.commands.map(({ name, summary }) => [
    `[\`gatehouse ${name}\`](#gatehouse-${name})`,
    summary,
  ]);
  return `${[
    '# Command line',
    'Written by `npm run docs` from `src/cli/commands/`; `gatehouse <command> --help` shows the same. ' +
      `\`${runsAs}\` in place of \`gatehouse\` runs the same, also where nothing is installed ` +
      '([until it is published, in a clone](../README.md#try-it)).',
    markdownTable(['command', 'does'], commands),
    `${exitStatus} If a command could not run, one line on stderr says why and what to do.`,
    'Every command also has these options:',
    optionTable(globalOptions),
    ...gatehouse.commands.flatMap((command) => sectionsOf(command, 2)),
    jsonSection,
  ].join('\n\n')}\n`;
}

/** The contract of `--format json`. Fields are only ever added. */
const jsonFields = [
  ['`rule`', 'the id of the rule, or of the kind of change'],
  ['`severity`', '`error`, `warning` or `note`'],
  ['`message`', 'what is wrong and what to do; values are in backticks'],
  [
    '`file`, `line`, `column`, `endLine`, `endColumn`',
    'where: the file within the folder; lines and columns count from 1',
  ],
  ['`pointer`', 'the place in JSON (RFC 6901)'],
  [
    '`entry`',
    'in a certification package: `path` (the way from the zip to the file), `pointer`, `line` ' +
      'and `column` in that file; the line of the finding itself is the first of the zip',
  ],
  [
    '`subject`',
    "the thing in the change validator's notation, such as `operation/GetItems/parameter/id`; " +
      'may be missing',
  ],
  ['`existing`', 'whether the connector had it before'],
  ['`fixable`', 'whether `--fix` fixes it'],
  ['`fingerprint`', 'identifies the finding; stays the same if lines move'],
  [
    '`policies`',
    'the [policy codes](policies.md) that the certification answers with; empty if none is known',
  ],
  ['`blocks`', 'what it blocks: `pull-request`, `certification` or `nothing`'],
];
const blocking = [
  ['a new error', 'the pull request: the check fails'],
  ['an error that existed before, with policy codes', 'the certification'],
  ['a warning with a policy code whose text is known and about nothing else', 'the certification'],
  ['any other warning or existing error, and every note', 'nothing'],
];
const jsonSection = `## Report as JSON

\`check\` and \`diff\` with \`--format json\` write
\`{ tool, connectors: [{ path, class, verdict, findings }], summary }\`. Later versions only add
fields. A finding has:

${markdownTable(['field', 'is'], jsonFields)}

### What a finding blocks

${markdownTable(['finding', 'blocks'], blocking)}

The certification reads the whole connector, so what existed before counts there. A warning is
something that accepted connectors have; so a code that is known only from accounts of others, or
that stands for the definition as a whole (\`5000.2.6.2\`, \`connector-validate-swagger\`), is not
enough to say that the certification refuses it. Custom connectors are never certified. A reviewer
may still ask for more.`;

function sectionsOf(command: Command | CommandGroup, level: number): string[] {
  const opening = [`${'#'.repeat(level)} gatehouse ${command.name}`, `${command.summary}.`];
  if (isGroup(command))
    return [...opening, ...command.commands.flatMap((each) => sectionsOf(each, level + 1))];
  const { usage, details = [], options } = command;
  const hasOptions = Object.keys(options).length > 0;
  return [
    ...opening,
    `\`\`\`text\n${usage}${hasOptions ? ' [options]' : ''}\n\`\`\``,
    ...details.map(markCode),
    ...(hasOptions ? [optionTable(options)] : []),
    `\`\`\`bash\n${examplesOf(command).join('\n')}\n\`\`\``,
  ];
}

const optionTable = (options: Options): string =>
  markdownTable(
    ['option', 'does', 'default'],
    Object.entries(options).map(([name, option]) => [
      termsOf(name, option),
      descriptionOf(option),
      defaultOf(option),
    ]),
  );

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
  text.replaceAll(
    /--[a-z][a-z-]*(?:=[a-z\d]+)?|<[a-z]+>|(?:docs|\.github)\/[\w./-]*\w|GITHUB_TOKEN/g,
    '`$&`',
  );
