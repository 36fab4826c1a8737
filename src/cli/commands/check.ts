import { dirname, resolve } from 'node:path';
import { fixesOf } from '../../report/fixes.ts';
import { showsSource, type FormatName } from '../../report/format.ts';
import { reportOf, type Report } from '../../report/report.ts';
import { visible } from '../../report/text.ts';
import { isNewError, type Finding } from '../../shared/finding.ts';
import { runsAs } from '../../shared/project.ts';
import { UserError } from '../../shared/user-error.ts';
import { findBase } from '../../workspace/git.ts';
import {
  baselineFile,
  explainableRules,
  loadBaseline,
  loadSettings,
  usualFolders,
  validateCheckout,
  version,
} from '../../workspace/validate-checkout.ts';
import { isFile } from '../../workspace/read-folder.ts';
import { watchFolders } from '../../workspace/watch-folders.ts';
import { defineCommand } from '../command.ts';
import { requireRule } from '../find-rule.ts';
import type { Options, Values } from '../options.ts';
import { write, writeReport } from '../output.ts';
import { progressBar } from '../progress.ts';
import { jobCount, sharedOptions } from '../shared-options.ts';

const options = {
  base: {
    type: 'string',
    value: 'git ref',
    description:
      'Check only connectors that changed since this commit, and what the change breaks; ' +
      'findings that existed before do not fail the check',
  },
  fix: {
    type: 'boolean',
    choices: ['all'],
    description:
      'Fix in the files what can be fixed without doubt; with --base, only what is new, unless ' +
      'it is --fix=all',
  },
  diff: { type: 'boolean', description: 'Print the fixes as a patch, and write nothing' },
  rule: {
    type: 'string',
    value: 'id',
    multiple: true,
    description: 'Only this rule or kind of change; may be repeated',
  },
  quiet: { type: 'boolean', description: 'Show only errors' },
  all: { type: 'boolean', description: 'Show every finding with its source' },
  'show-existing': {
    type: 'boolean',
    description: 'Show the findings that existed before, not only their number',
  },
  watch: { type: 'boolean', description: 'Check again when a file changes' },
  class: sharedOptions.class,
  config: {
    ...sharedOptions.config,
    defaultDescription: '.github/gatehouse.yml of the checkout; with --base, as it is there',
  },
  baseline: sharedOptions.baseline,
  format: sharedOptions.format,
  output: sharedOptions.output,
  jobs: sharedOptions.jobs,
} as const satisfies Options;

type CheckValues = Values<typeof options>;

export const check = defineCommand({
  name: 'check',
  summary: 'Check connector folders, or all connectors of a repository',
  usage: 'gatehouse check [paths…]',
  example: 'gatehouse check "certified-connectors/Contoso Invoices" --fix',
  furtherExamples: ['gatehouse check --base origin/dev', 'gatehouse check . --quiet'],
  details: [
    'Without paths, it checks the current folder. The path of a file stands for its connector.',
  ],
  options,

  async run(paths, values) {
    if (values.watch && values.diff) throw new UserError('--watch cannot be used with --diff.');
    if (!values.watch) return checkOnce(paths, values);
    const folders = paths.length === 0 ? ['.'] : [...new Set(paths.map(folderOf))];
    return watchFolders(folders, async () => {
      if (process.stdout.isTTY && values.output === undefined)
        process.stdout.write('\u001b[2J\u001b[3J\u001b[H');
      // Problem matchers wait for these lines (docs/editors.md).
      console.error('Checking …');
      await checkOnce(paths, values).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        console.error(visible(`gatehouse: ${error.message}`));
      });
      console.error('Watching for changes. Press Ctrl-C to stop.');
    });
  },
});

/** @returns the exit status */
async function checkOnce(paths: readonly string[], values: CheckValues): Promise<number> {
  const jobs = jobCount(values.jobs);
  const only = values.rule?.map(
    (id) => requireRule(id, explainableRules, 'All rules: docs/rules/README.md').id,
  );
  const directory = folderOf(paths[0] ?? '.');
  const base =
    values.base === undefined
      ? undefined
      : await findBase(directory, values.base, { classFolders: usualFolders });
  const settings = await loadSettings(values.config, base, directory);
  const baseline = await loadBaseline(
    await baselineFile(values.baseline, settings, base, directory),
  );
  const started = performance.now();
  const { report, candidates } = await validateCheckout({
    paths,
    base,
    settings,
    baseline,
    assumed: values.class ?? 'certified',
    jobs,
    outputOptions: (connectors) => ({
      ...((values.fix !== false || values.diff) && {
        fix: {
          scope: values.fix === 'all' ? 'all' : 'new',
          output: values.diff ? 'patch' : 'files',
        },
      }),
      ...(only && { only }),
      fixes: values.format === 'sarif',
      snippets: showsSource(values.format, connectors, values.all),
    }),
    progress: progressBar(),
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const shown = values.quiet ? errorsOf(report) : report;
  if (values.diff) await writePatch(report, values.output);
  else await writeReport(shown, values, viewOf(paths, values));
  if (values.fix !== false && !values.diff) sayFixes(report, values.format);
  if (base && report.connectors.length === 0)
    console.error(`No connector has changed since ${values.base}: nothing was checked.`);
  else if (process.stderr.isTTY && candidates.length > 1)
    console.error(`${candidates.length} connectors in ${seconds} s`);
  if (
    !candidates.every(({ classKnown }) => classKnown) &&
    values.class === undefined &&
    values.format === 'pretty' &&
    !values.diff
  )
    console.error(
      'Checked as certified, because the folder does not show the class. For another class, ' +
        'add --class independent-publisher or --class custom.',
    );
  return report.connectors.some(({ findings }) => findings.some(isNewError)) ? 1 : 0;
}

/** The values of the options if none is given. */
export const checkDefaults = {
  base: undefined,
  fix: false,
  diff: false,
  rule: undefined,
  quiet: false,
  all: false,
  'show-existing': false,
  watch: false,
  class: undefined,
  config: undefined,
  baseline: undefined,
  format: 'pretty',
  output: undefined,
  jobs: undefined,
} as const satisfies CheckValues;

/** The folder at a path, or the folder of the file at it. */
function folderOf(path: string): string {
  const full = resolve(path);
  return isFile(full) ? dirname(full) : full;
}

const errorsOf = ({ connectors }: Report): Report =>
  reportOf(
    connectors.map((connector) => ({
      ...connector,
      findings: connector.findings.filter(({ severity }: Finding) => severity === 'error'),
    })),
    version(),
  );

/** What the report shows, and the command that made it. */
const viewOf = (paths: readonly string[], values: CheckValues) => ({
  all: values.all,
  existing: values['show-existing'],
  fixed: values.fix !== false,
  command: [
    `${runsAs} check`,
    ...paths,
    ...(values.base === undefined ? [] : ['--base', values.base]),
    ...(values.class === undefined ? [] : ['--class', values.class]),
    ...(values.config === undefined ? [] : ['--config', values.config]),
    ...(values.rule ?? []).flatMap((id) => ['--rule', id]),
  ]
    .map((word, index) => (index === 0 ? word : quoted(word)))
    .join(' '),
});

/** An argument as it is written in a shell. */
export const quoted = (word: string): string => {
  if (/^[\w./:@=,+~^-]+$/.test(word)) return word;
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : `"${word}"`;
};

/** Writes the fixes as a patch, and says on stderr what they would do. */
async function writePatch(report: Report, output: string | undefined): Promise<void> {
  const patches = report.connectors.map(({ fixes }) => fixes?.patch ?? '');
  await write(patches, output);
  const lines = fixesOf(report, 'Would fix');
  for (const line of lines.length === 0 ? ['Nothing to fix.'] : lines) console.error(line);
}

/** Says on stderr what was fixed, if the format of the report does not. */
function sayFixes(report: Report, format: FormatName): void {
  if (format === 'pretty') return;
  const lines = fixesOf(report, 'Fixed');
  for (const line of lines.length === 0 ? ['Nothing was fixed.'] : lines) console.error(line);
}
