import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leafCommandsOf, invocationOf } from '../../src/cli/command.ts';
import { gatehouse } from '../../src/cli/gatehouse.ts';
import { examplesOf, helpOf, termOf } from '../../src/cli/help.ts';
import { globalOptions, parseOptions, type Options } from '../../src/cli/options.ts';
import { resolveCommand } from '../../src/cli/resolve-command.ts';
import { folder, run, withoutPackage } from '../support/cli.ts';

const commands = leafCommandsOf(gatehouse);
const named = commands.map((command) => [command.name, command] as const);
const optionNames = [...new Set(commands.flatMap(({ options }) => Object.keys(options)))];

/** Parses a command line as `gatehouse` does, without running the command. */
function parse(line: string) {
  const { command, args, options } = resolveCommand(line.split(' '), gatehouse);
  return { command: command.name, ...parseOptions(args, options, invocationOf(command)) };
}

/** An option with a value that it takes. */
const written = (name: string, options: Options): string => {
  const option = options[name];
  if (option?.type === 'boolean') return `--${name}`;
  return `--${name}=${option?.choices?.[0] ?? 'text'}`;
};

test('an option means the same to the parser in every command', () => {
  for (const name of optionNames) {
    const types = commands.flatMap(({ options }) => options[name]?.type ?? []);
    expect([name, new Set(types).size]).toEqual([name, 1]);
  }
});

describe.each(named)('gatehouse %s', (name, command) => {
  const own = Object.keys(command.options);

  test.each([...own, ...Object.keys(globalOptions)])('has --%s', (option) => {
    const words = written(option, { ...command.options, ...globalOptions });
    expect(parse(`${name} ${words}`)).toMatchObject({
      command: name,
      values: { [option]: expect.anything() },
    });
  });

  test.each(optionNames.filter((option) => !own.includes(option)))('rejects --%s', (option) => {
    for (const words of [`${name} --${option}`, `${name} --${option}=text`])
      expect(() => parse(words)).toThrow(`Unknown option "--${option}". `);
  });

  test('has help that fits into 80 columns and names every option', () => {
    const help = helpOf(command);
    for (const example of examplesOf(command)) expect(help).toContain(`\n  ${example}\n`);
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(help).toContain(`Usage: ${command.usage}`);
    for (const [option, described] of Object.entries({ ...command.options, ...globalOptions }))
      expect(help).toContain(` ${termOf(option, described)}`);
  });

  test('has a section in docs/cli.md that names every option', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
    const section = page.split(/^#+ /m).find((part) => part.startsWith(`gatehouse ${name}\n`));
    expect(section).toContain(command.usage);
    for (const [option, described] of Object.entries(command.options))
      expect(section).toContain(`\`${termOf(option, described)}\``);
  });

  test('has an example that parses', () => {
    for (const example of examplesOf(command)) {
      const words = example
        .replaceAll(/"[^"]*"/g, 'folder')
        .split(' ')
        .slice(1);
      expect(parse(words.join(' '))).toMatchObject({ command: name });
    }
  });
});

describe('help', () => {
  test.each([
    ['--help', 'Usage: gatehouse <command> [options]'],
    ['-h', 'Usage: gatehouse <command> [options]'],
    ['help', 'Usage: gatehouse <command> [options]'],
    ['check --help', 'Usage: gatehouse check [paths…] [options]'],
    ['check -h', 'Usage: gatehouse check [paths…] [options]'],
    ['help check', 'Usage: gatehouse check [paths…] [options]'],
    ['--help check', 'Usage: gatehouse check [paths…] [options]'],
    ['diff --help', 'Usage: gatehouse diff <before> <after> [options]'],
    ['signatures --help', 'Usage: gatehouse signatures <command> [options]'],
    ['help signatures import', 'Usage: gatehouse signatures import <file> [options]'],
    ['signatures help export', 'Usage: gatehouse signatures export [options]'],
  ])('gatehouse %s', (line, usage) => {
    const { status, out, err } = run(line.split(' '));
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain(usage);
  });

  test('lists every command', () => {
    const help = helpOf(gatehouse);
    for (const { name, summary } of gatehouse.commands)
      expect(help).toContain(`  ${name.padEnd('signatures'.length)}  ${summary}\n`);
  });

  test.each(['--version', '-v', '-V', 'version', 'check --version', 'check -V'])(
    'gatehouse %s',
    (line) => {
      expect(run(line.split(' ')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    },
  );
});

test('options may come before the command', () => {
  const { command, positionals, values } = parse('--format json --fix check folder');
  expect({ command, positionals }).toEqual({ command: 'check', positionals: ['folder'] });
  expect(values).toMatchObject({ format: 'json', fix: true });
  expect(parse('signatures --owner contoso export')).toMatchObject({
    command: 'signatures export',
    values: { owner: 'contoso' },
  });
});

test('defaults are filled in, and an option that may be repeated is a list', () => {
  expect(parse('serve').values).toMatchObject({ role: 'all' });
  expect(parse('check').values).toMatchObject({ format: 'pretty', fix: false });
  expect(parse('impact --rule A --rule=B').values).toMatchObject({ rule: ['A', 'B'] });
});

describe('a wrong command line is one line on stderr that says what to do, and status 2', () => {
  test.each([
    ['chek', 'Unknown command "chek". Did you mean "check"?'],
    ['halp', 'Unknown command "halp". Did you mean "help"?'],
    ['deploy', 'Unknown command "deploy". Run "gatehouse --help" to see the commands.'],
    ['constructor', 'Unknown command "constructor". Run "gatehouse --help" to see the commands.'],
    ['help chek', 'Unknown command "chek". Did you mean "check"?'],
    ['signatures exprot', 'Unknown command "signatures exprot". Did you mean "export"?'],
    ['signatures', 'No command given. Run "gatehouse signatures --help" to see the commands.'],
    ['--format json', 'No command given. Run "gatehouse --help" to see the commands.'],
    ['--fromat json check', 'Unknown option "--fromat". Did you mean "--format"?'],
    ['diff a b --changlog', 'Unknown option "--changlog". Did you mean "--changelog"?'],
    [
      'explain IconSize --show facts',
      'Unknown option "--show". Run "gatehouse explain --help" to see the options of gatehouse explain.',
    ],
    [
      'check --constructor',
      'Unknown option "--constructor". Run "gatehouse check --help" to see the options of gatehouse check.',
    ],
    ['check --help --fromat', 'Unknown option "--fromat". Did you mean "--format"?'],
    ['check --fix=yes', '--fix=yes is not known. Write --fix or --fix=all.'],
    ['check --quiet=yes', '--quiet takes no value.'],
    ['check --watch --diff', '--watch cannot be used with --diff.'],
    [
      'check --rule OperationIdRequird',
      'There is no rule OperationIdRequird. Did you mean OperationIdRequired? ' +
        'All rules: docs/rules/README.md',
    ],
    ['check --output', '--output needs a value: --output <file>.'],
    [
      'check --base --fix',
      '--base needs a value, and --fix looks like an option. If it is the value, write --base=--fix',
    ],
    ['impact --format sarif', '--format sarif is not known. Choose one of pretty, json, markdown.'],
    ['impact --by size', '--by size is not known. Choose one of arrival.'],
    ['impact --since 2024-11', '--since needs --by arrival.'],
    ['impact --arrivals dates.tsv', '--arrivals needs --by arrival.'],
    ['serve --role king', '--role king is not known. Choose one of all, web, worker.'],
    [
      'review a/b#1 --show cards',
      '--show cards is not known. Choose one of comment, check, decision, snapshot, facts, effects.',
    ],
    [
      'init',
      'Usage: gatehouse init <folder>, for example: gatehouse init "certified-connectors/Contoso Orders"',
    ],
    ['explain A B', 'Unexpected argument "B". Usage: gatehouse explain <RuleId or policy code>'],
    [
      'explain 5000.2.2.9',
      'There is no policy code 5000.2.2.9. Did you mean 5000.2.2.1, 5000.2.2.2, 5000.2.2.3, ' +
        '5000.2.2.5? All codes: docs/policies.md',
    ],
    [
      'explain 5000.2.6',
      '5000.2.6 is the beginning of several policy codes: 5000.2.6.2, 5000.2.6.3, 5000.2.6.4, ' +
        '5000.2.6.9, 5000.2.6.10. All codes: docs/policies.md',
    ],
    [
      'explain connector-validate-titel',
      'There is no policy code connector-validate-titel. Did you mean connector-validate-title? ' +
        'All codes: docs/policies.md',
    ],
    ['explain 7', 'There is no policy code 7. All codes: docs/policies.md'],
    ['serve now', 'Unexpected argument "now". Usage: gatehouse serve'],
    [
      'review contoso',
      'review needs a pull request such as contoso/connectors#12, not contoso. For all open pull ' +
        'requests of a repository: gatehouse review contoso/connectors --all',
    ],
    [
      'explain OperationIdRequird',
      'There is no rule OperationIdRequird. Did you mean OperationIdRequired? All rules: ' +
        'docs/rules/README.md; all changes: docs/changes/README.md',
    ],
  ])('gatehouse %s', (line, message) => {
    expect(run(line.split(' '))).toEqual({ status: 2, out: '', err: `gatehouse: ${message}\n` });
  });
});

test('only commands of the App load the App', () => {
  const env = { NODE_OPTIONS: withoutPackage('probot') };
  const status = (line: string): number | null => run(line.split(' '), folder, env).status;
  for (const line of ['--help', 'explain IconSize', 'serve --help', 'check --help'])
    expect([line, status(line)]).toEqual([line, 0]);
  expect(run(['review', 'contoso/connectors#1'], folder, env).err).toContain('probot was loaded');
});
