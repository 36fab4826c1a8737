import { resolve } from 'node:path';
import { showsSource } from '../../report/format.ts';
import { isNewError } from '../../shared/finding.ts';
import { findBase } from '../../workspace/git.ts';
import {
  baselineFile,
  loadBaseline,
  loadSettings,
  usualFolders,
  validateCheckout,
} from '../../workspace/validate-checkout.ts';
import { defineCommand } from '../command.ts';
import { writeReport } from '../output.ts';
import { progressBar } from '../progress.ts';
import { jobCount, sharedOptions } from '../shared-options.ts';

export const check = defineCommand({
  name: 'check',
  summary: 'Check connector folders, or all connectors of a repository',
  usage: 'gatehouse check [paths…]',
  example: 'gatehouse check --base origin/dev',
  details: ['Without paths, it checks the current folder.'],
  options: {
    base: {
      type: 'string',
      value: 'git ref',
      description:
        'Check only connectors that changed since this commit, and what the change breaks; ' +
        'findings that existed before are marked and do not fail the check',
    },
    class: sharedOptions.class,
    fix: {
      type: 'boolean',
      description: 'Fix in the files what can be fixed without doubt',
    },
    config: {
      ...sharedOptions.config,
      defaultDescription: '.github/gatehouse.yml of the checkout; with --base, as it is there',
    },
    format: sharedOptions.format,
    output: sharedOptions.output,
    jobs: sharedOptions.jobs,
    baseline: sharedOptions.baseline,
  },

  async run(paths, values) {
    const jobs = jobCount(values.jobs);
    const directory = resolve(paths[0] ?? '.');
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
        fix: values.fix,
        fixes: values.format === 'sarif',
        snippets: showsSource(values.format, connectors),
      }),
      progress: progressBar(),
    });
    const { connectors } = report;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    await writeReport(report, values);
    if (base && connectors.length === 0)
      console.error(`No connector has changed since ${values.base}: nothing was checked.`);
    else if (process.stderr.isTTY && candidates.length > 1)
      console.error(`${candidates.length} connectors in ${seconds} s`);
    if (
      !candidates.every(({ classKnown }) => classKnown) &&
      values.class === undefined &&
      values.format === 'pretty'
    )
      console.error(
        'Checked as certified, because the folder does not show the class. For another class, ' +
          'add --class independent-publisher or --class custom.',
      );
    const failed = connectors.some(({ findings }) => findings.some(isNewError));
    return failed ? 1 : 0;
  },
});
