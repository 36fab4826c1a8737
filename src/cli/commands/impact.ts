import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { connectorClasses, type ConnectorClass } from '../../connector/connector.ts';
import { impactFormats } from '../../report/format.ts';
import type { ConnectorReport } from '../../report/report.ts';
import { rules } from '../../rules/registry.ts';
import type { Rule } from '../../rules/rule.ts';
import { severityOf, stricterOf, type SeverityOverrides } from '../../rules/severity.ts';
import { UserError } from '../../shared/user-error.ts';
import {
  addRules,
  countFindings,
  emptyBaseline,
  formatBaseline,
  uncoveredClasses,
  markBaselined,
  prune,
  type Baseline,
} from '../../validation/baseline.ts';
import { calibrate } from '../../validation/calibrate.ts';
import { computeImpact } from '../../validation/impact.ts';
import { arrivalsFromHistory, readArrivals } from '../../workspace/arrivals.ts';
import { writeWhole } from '../../workspace/files.ts';
import { linkOnTheWay } from '../../workspace/find-checkout.ts';
import { findConnectors } from '../../workspace/find-connectors.ts';
import {
  baselineFile,
  loadBaseline,
  loadSettings,
  validateCandidates,
  version,
  type BaselineFile,
} from '../../workspace/validate-checkout.ts';
import { defineCommand } from '../command.ts';
import { requireRule } from '../find-rule.ts';
import { write } from '../output.ts';
import { hasColors, reportWidth } from '../terminal.ts';
import { progressBar } from '../progress.ts';
import { jobCount, sharedOptions } from '../shared-options.ts';

export const impact = defineCommand({
  name: 'impact',
  summary: 'Show how many connectors each rule would fail; write the baseline',
  usage: 'gatehouse impact [paths…]',
  example: 'gatehouse impact --rule OperationIdRequired',
  details: [
    'Without paths, it reads the current folder. Rules that the settings turn off are counted too. ' +
      'It is a report: the exit status is 0 whatever it finds.',
  ],
  options: {
    rule: {
      type: 'string',
      value: 'RuleId',
      description: 'Only this rule; may be repeated',
      multiple: true,
    },
    'write-baseline': {
      type: 'boolean',
      description:
        'Remove fixed errors from the baseline; create it with all current errors if missing. ' +
        'With --rule, add the errors of that rule',
    },
    by: {
      type: 'string',
      value: 'grouping',
      description:
        'Show the share of the connectors of each class that a rule finds something in, by when ' +
        'they arrived: all and each year',
      choices: ['arrival'],
    },
    since: {
      type: 'string',
      value: 'month',
      description:
        'With --by arrival, compare all connectors with those that arrived since this month or date',
    },
    arrivals: {
      type: 'string',
      value: 'file',
      description: 'With --by arrival, the dates: lines of a path, a tab and a date',
      defaultDescription: 'the git history of the checkout',
    },
    class: sharedOptions.class,
    config: sharedOptions.config,
    format: { ...sharedOptions.format, choices: impactFormats },
    output: sharedOptions.output,
    jobs: sharedOptions.jobs,
    baseline: sharedOptions.baseline,
  },

  async run(args, values) {
    checkArrivalOptions(values);
    const assumed = values.class ?? 'certified';
    const jobs = jobCount(values.jobs);
    const paths = args.length === 0 ? ['.'] : args;
    const directory = resolve(paths[0] ?? '.');
    const settings = await loadSettings(values.config, undefined, directory);
    const selected = values.rule?.map(ruleWithId);
    const file = await baselineFile(values.baseline, settings, undefined, directory);
    const baseline = await loadBaseline(file);
    const candidates = findConnectors(paths, settings.folders, assumed);
    const classFolders = Object.keys(settings.folders);
    const arrivals =
      values.by &&
      (values.arrivals === undefined
        ? await arrivalsFromHistory(directory, classFolders, candidates)
        : readArrivals(values.arrivals));
    // A rule that the settings turn off shows what it would do.
    const overrides = stricterOf(rules, settings.rules, {});
    const connectors = await validateCandidates(
      candidates,
      settings,
      {
        overrides,
        fixes: false,
        snippets: false,
        ...(selected && { only: selected.map(({ id }) => id) }),
      },
      { jobs, progress: progressBar() },
    );
    const about = { name: 'gatehouse', version: version() } as const;
    if (arrivals) {
      const { formatCalibration } = await import('../../report/calibration.ts');
      const calibration = calibrate(
        connectors.map((report, index) => {
          const candidate = candidates[index];
          return { report, date: candidate && arrivals.dateOf(candidate) };
        }),
        selected ?? rules,
        (id, connectorClass) => severityOf(ruleWithId(id), connectorClass, overrides),
        values.since,
        {
          tool: about,
          source: arrivals.source,
          measured: new Date().toISOString().slice(0, 10),
        },
      );
      const text = formatCalibration(calibration, values.format, {
        color: hasColors(values.output),
      });
      await write([text], values.output);
      return 0;
    }
    if (values['write-baseline']) {
      const root = dirname(candidates[0] ? dirname(candidates[0].directory) : directory);
      const isWholeRepository =
        candidates.every(({ classKnown }) => classKnown) &&
        findConnectors([root], settings.folders, assumed).length === candidates.length;
      if (!isWholeRepository)
        throw new UserError(
          '--write-baseline needs all connectors of a repository. ' +
            'Give its root, the folder that contains the class folders.',
        );
      const severities = selected ? overrides : settings.rules;
      await writeBaseline(file, baseline, { selected, severities, connectors });
      return 0;
    }
    const marked = connectors.map((connector) => ({
      ...connector,
      findings: markBaselined(baseline ?? emptyBaseline, connector.path, connector.findings),
    }));
    const severitiesOf = (id: string, connectorClass: ConnectorClass) => {
      const rule = ruleWithId(id);
      return {
        now: severityOf(rule, connectorClass, settings.rules),
        severity: severityOf(rule, connectorClass, overrides),
      };
    };
    const { formatImpact } = await import('../../report/impact.ts');
    await write(
      [
        formatImpact(
          computeImpact(marked, selected ?? rules, severitiesOf, {
            tool: about,
            baseline: baseline && file.name,
          }),
          values.format,
          { color: hasColors(values.output), width: reportWidth() },
        ),
      ],
      values.output,
    );
    return 0;
  },
});

interface ArrivalOptions {
  by: 'arrival' | undefined;
  since: string | undefined;
  arrivals: string | undefined;
  'write-baseline': boolean;
}

/** @throws UserError if the options do not fit together */
function checkArrivalOptions(options: ArrivalOptions): void {
  const { by, since, arrivals, 'write-baseline': writes } = options;
  if (by === undefined) {
    if (since !== undefined) throw new UserError('--since needs --by arrival.');
    if (arrivals !== undefined) throw new UserError('--arrivals needs --by arrival.');
    return;
  }
  if (writes)
    throw new UserError('--by arrival is a report; it does not go with --write-baseline.');
  if (since !== undefined && !/^\d{4}-\d{2}(?:-\d{2})?$/.test(since))
    throw new UserError(`--since needs a month or a date such as 2024-11, not ${since}.`);
}

interface BaselineUpdate {
  /** The rules whose errors to add; undefined to remove fixed errors only. */
  selected: readonly Rule[] | undefined;
  severities: SeverityOverrides;
  connectors: readonly ConnectorReport[];
}

/**
 * Writes the baseline, and says on stderr what has changed in it.
 * @throws UserError if a selected rule cannot be added, or the file cannot be written
 */
async function writeBaseline(
  file: BaselineFile,
  before: Baseline | undefined,
  { selected, severities, connectors }: BaselineUpdate,
): Promise<void> {
  for (const rule of selected ?? []) {
    if (connectorClasses.every((each) => severityOf(rule, each, severities) !== 'error'))
      throw new UserError(
        `${rule.id} is not an error. A baseline contains errors only: nothing else fails a check.`,
      );
    if (uncoveredClasses(before ?? emptyBaseline, rule, severities).length === 0)
      throw new UserError(
        `${file.name} has ${rule.id} already. It only ever shrinks: ` +
          'fix what the rule has found since.',
      );
  }
  const after =
    selected || !before
      ? addRules(before ?? emptyBaseline, selected ?? rules, severities, connectors)
      : prune(before, connectors);
  const link = linkOnTheWay(file.path);
  if (link !== undefined)
    throw new UserError(
      `${file.name} could not be written: ` +
        `${link} is a symbolic link, and links of a checkout are not followed.`,
    );
  await mkdir(dirname(file.path), { recursive: true });
  writeWhole(file.path, new TextEncoder().encode(formatBaseline(after)));
  console.error(describeChange(file.name, before, after));
  if (selected || !before) return;
  const uncovered = rules
    .filter((rule) => uncoveredClasses(after, rule, severities).length > 0)
    .map(({ id }) => id);
  if (uncovered.length > 0)
    console.error(
      `New to it: ${uncovered.join(', ')}. What they find stays new until you add it: ` +
        `gatehouse impact --rule ${uncovered[0]} --write-baseline`,
    );
}

function describeChange(name: string, before: Baseline | undefined, after: Baseline): string {
  const count = countFindings(after);
  if (!before) return `${name} was made, of ${count} errors.`;
  const added = count - countFindings(before);
  const change =
    added === 0 ? 'as before' : `${Math.abs(added)} ${added < 0 ? 'fewer' : 'more'} than before`;
  return `${name} has ${count} errors, ${change}.`;
}

const ruleWithId = (id: string): Rule => requireRule(id, rules, 'All rules: docs/rules/README.md');
