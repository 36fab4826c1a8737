import type { ConnectorClass } from '../connector/connector.ts';
import type { Severity } from '../shared/finding.ts';
import { colorizer } from './colors.ts';
import { alignColumns, percentage } from './columns.ts';
import type { ImpactFormatName } from './format.ts';
import { escapeForWorkflow } from './json.ts';
import { markdownTable } from './markdown.ts';
import { count, formatNumber, severities } from './text.ts';

/** How many connectors have a finding, by the severity of their worst. */
export type Counts = Record<Severity, number>;

export interface RuleCalibration {
  rule: string;
  /** The severity of the rule for the class. A finding can be less severe. */
  severity: Severity | 'off';
  /** In the order of the periods. */
  counts: readonly Counts[];
}

export interface ClassCalibration {
  class: ConnectorClass;
  /** When connectors arrived, and how many of the class did. */
  periods: readonly { name: string; connectors: number }[];
  /** Connectors with a finding of any rule. */
  any: readonly Counts[];
  rules: readonly RuleCalibration[];
}

/** The share of accepted connectors that rules find something in, by class and time of arrival. */
export interface Calibration {
  tool: { name: 'gatehouse'; version: string };
  /** The date of the measurement, as `2026-06-16`. */
  measured: string;
  /** Where the dates of arrival are from. */
  source: string;
  connectors: number;
  /** The number of connectors whose date of arrival is not known: they count in `all` only. */
  undated: number;
  /** The date of the newest connector; undefined if no date is known. */
  newest: string | undefined;
  classes: readonly ClassCalibration[];
}

/** The terminal shows this many rules of each class. */
const maxShownRules = 15;

/** A calibration as text that ends with a line end. */
export function formatCalibration(
  calibration: Calibration,
  name: ImpactFormatName,
  { color }: { color: boolean },
): string {
  if (name === 'json') return `${escapeForWorkflow(JSON.stringify(calibration, null, 2))}\n`;
  return name === 'markdown' ? markdownOf(calibration) : prettyOf(calibration, color);
}

/** "error 1.6%, warning 20.0%"; '' for none. */
const cellOf = (counts: Counts | undefined, connectors: number): string =>
  severities
    .flatMap((severity) => {
      const number = counts?.[severity] ?? 0;
      return number === 0 ? [] : [`${severity} ${percentage(number, connectors)}`];
    })
    .join(', ');

const cellsOf = ({ periods }: ClassCalibration, counts: readonly Counts[]): string[] =>
  periods.map(({ connectors }, index) => cellOf(counts[index], connectors));

const total = (counts: Counts | undefined): number =>
  counts ? counts.error + counts.warning + counts.note : 0;

/** The rules with findings: first by errors, then by findings, in the last period and in all. */
function byShare({ rules }: ClassCalibration): RuleCalibration[] {
  const keys = ({ counts }: RuleCalibration): number[] => [
    counts.at(-1)?.error ?? 0,
    counts[0]?.error ?? 0,
    total(counts.at(-1)),
    total(counts[0]),
  ];
  const compare = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((result, value, index) => result || (b[index] ?? 0) - value, 0);
  return rules
    .filter(({ counts }) => counts.some((each) => total(each) > 0))
    .sort((a, b) => compare(keys(a), keys(b)));
}

const headOf = ({ periods }: ClassCalibration): string[] => [
  'rule',
  'severity',
  ...periods.map(({ name, connectors }) => `${name} (${formatNumber(connectors)})`),
];

const rowsOf = (ofClass: ClassCalibration, rules: readonly RuleCalibration[]): string[][] => [
  ['any rule', '', ...cellsOf(ofClass, ofClass.any)],
  ...rules.map(({ rule, severity, counts }) => [rule, severity, ...cellsOf(ofClass, counts)]),
];

const headlineOf = ({ connectors, source, newest, undated }: Calibration): string =>
  [
    `${count(connectors, 'connector')}; dates of arrival from ${source}`,
    ...(newest === undefined ? [] : [`the newest ${newest}`]),
    ...(undated === 0 ? [] : [`${count(undated, 'connector')} without a date`]),
  ].join(', ');

function prettyOf(calibration: Calibration, color: boolean): string {
  const paint = colorizer(color);
  const sections = calibration.classes.flatMap((ofClass) => {
    const rules = byShare(ofClass);
    const [head = '', ...rows] = alignColumns(
      [headOf(ofClass), ...rowsOf(ofClass, rules.slice(0, maxShownRules))],
      headOf(ofClass).length,
    );
    const left = rules.length - maxShownRules;
    return [
      paint('bold', ofClass.class),
      paint('gray', head),
      ...rows,
      ...(left > 0
        ? [paint('gray', `… and ${count(left, 'more rule')}; --format json lists all.`)]
        : []),
      '',
    ];
  });
  return `${[...sections, paint('bold', `${headlineOf(calibration)}.`)].join('\n')}\n`;
}

function markdownOf(calibration: Calibration): string {
  const { tool, measured, classes } = calibration;
  const sections = classes.flatMap((ofClass) => {
    const rules = byShare(ofClass);
    const silent = ofClass.rules.length - rules.length;
    return [
      `## ${ofClass.class}`,
      markdownTable(headOf(ofClass), rowsOf(ofClass, rules)),
      `${count(silent, 'other rule')} ${silent === 1 ? 'finds' : 'find'} nothing.`,
    ];
  });
  return `${[
    '# Calibration',
    `Measured on ${measured} with ${tool.name} ${tool.version}, by \`gatehouse impact --by arrival --format markdown\`: ` +
      `${headlineOf(calibration)}.`,
    'The share of accepted connectors that have a finding, by class and by when they arrived; in parentheses, the number of ' +
      'connectors. The severity in a cell is that of the worst finding of a connector. An error in accepted connectors is a ' +
      'false alarm, or a defect that nobody has noticed.',
    ...sections,
  ].join('\n\n')}\n`;
}
