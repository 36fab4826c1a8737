import type { ConnectorClass } from '../connector/connector.ts';
import type { Severity } from '../shared/finding.ts';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { colorizer } from './colors.ts';
import { escapeForWorkflow } from './json.ts';
import {
  bulletList,
  codeSpan,
  details,
  escapeMarkdown,
  markdownTable,
  messageToMarkdown,
} from './markdown.ts';
import { withPath, type ConnectorReport, type RuleInfo } from './report.ts';
import { count, formatNumber, pathOf, toPlainText, visible } from './text.ts';

/** What one rule does to the connectors of a class. */
interface ClassImpact {
  class: ConnectorClass;
  /** How many connectors there are. */
  connectors: number;
  /** How many of them it calls wrong. */
  wrong: number;
  findings: number;
  /** Findings that the baseline does not have. */
  new: number;
  /** How bad a breach is in this repository now. */
  now: Severity | 'off';
  /**
   * How bad it is counted as: the stricter of what the repository has set and what the rule has
   * itself.
   */
  severity: Severity | 'off';
}

interface Example {
  path: string;
  line: number;
  column: number;
  message: string;
  new: boolean;
}

/** What one rule does to a repository. */
interface RuleImpact {
  rule: RuleInfo;
  classes: ClassImpact[];
  wrong: number;
  findings: number;
  new: number;
  /** Connectors with a new finding of severity error: a check of them fails. */
  stopped: number;
  /** Those called wrong, new findings first, then by how many findings they have. */
  connectors: {
    path: string;
    class: ConnectorClass;
    findings: number;
    new: number;
    example: Example;
  }[];
}

/**
 * What rules do to a repository, the one first that stops most connectors, then the one that calls
 * most of them wrong.
 */
interface Impact {
  tool: { name: 'gatehouse'; version: string };
  /** Connectors that were checked. */
  connectors: number;
  /** The baseline that findings are new to, where there is one. */
  baseline: string | undefined;
  rules: RuleImpact[];
}

/**
 * Sums up what rules found; a finding that the baseline has is marked as existing. `severityOf`
 * tells a rule's severities for a class.
 */
export function computeImpact(
  checked: readonly ConnectorReport[],
  rules: readonly RuleInfo[],
  severityOf: (
    rule: string,
    connectorClass: ConnectorClass,
  ) => Pick<ClassImpact, 'now' | 'severity'>,
  about: Pick<Impact, 'tool' | 'baseline'>,
): Impact {
  const reports = checked.map((report) => withPath(report, report.path));
  const totals = new Map(
    [...Map.groupBy(reports, (report) => report.class)].map(([ofClass, some]) => [
      ofClass,
      some.length,
    ]),
  );
  const byRule = new Map<string, RuleImpact>();
  for (const rule of rules) {
    const classes = [...totals].map(([ofClass, connectors]) => ({
      class: ofClass,
      connectors,
      wrong: 0,
      findings: 0,
      new: 0,
      ...severityOf(rule.id, ofClass),
    }));
    byRule.set(rule.id, {
      rule,
      classes,
      wrong: 0,
      findings: 0,
      new: 0,
      stopped: 0,
      connectors: [],
    });
  }
  for (const report of reports) {
    for (const [id, findings] of Map.groupBy(report.findings, ({ rule }) => rule)) {
      const impact = byRule.get(id);
      const [first] = findings;
      if (!impact || !first) continue;
      const fresh = findings.filter(({ existing }) => !existing);
      const shown = fresh[0] ?? first;
      const { line, column } = shown.location;
      const example = {
        path: pathOf(report, shown),
        line,
        column,
        message: shown.message,
        new: !shown.existing,
      };
      for (const sum of [impact, ...impact.classes.filter((one) => one.class === report.class)]) {
        sum.wrong += 1;
        sum.findings += findings.length;
        sum.new += fresh.length;
      }
      if (fresh.some(({ severity }) => severity === 'error')) impact.stopped += 1;
      impact.connectors.push({
        path: report.path,
        class: report.class,
        findings: findings.length,
        new: fresh.length,
        example,
      });
    }
  }
  for (const { connectors } of byRule.values())
    connectors.sort(
      (a, b) => b.new - a.new || b.findings - a.findings || (a.path < b.path ? -1 : 1),
    );
  const order = (a: RuleImpact, b: RuleImpact): number =>
    b.stopped - a.stopped ||
    b.wrong - a.wrong ||
    b.findings - a.findings ||
    (a.rule.id < b.rule.id ? -1 : 1);
  return { ...about, connectors: reports.length, rules: [...byRule.values()].sort(order) };
}

export const impactFormats = ['pretty', 'json', 'markdown'] as const;

/** An impact as text that ends with a line end; for a terminal `width` columns wide. */
export function formatImpact(
  impact: Impact,
  name: (typeof impactFormats)[number],
  { color, width }: { color: boolean; width: number },
): string {
  if (name === 'json') return `${escapeForWorkflow(JSON.stringify(toJson(impact), null, 2))}\n`;
  if (name === 'markdown') return markdownOf(impact);
  return prettyOf(impact, color, width);
}

const toJson = ({ tool, connectors, baseline, rules }: Impact): object => ({
  tool,
  connectors,
  baseline: baseline ?? null,
  rules: rules.map(
    ({ rule, classes, wrong, findings, new: fresh, stopped, connectors: which }) => ({
      rule: rule.id,
      says: rule.description,
      wrong,
      findings,
      new: fresh,
      stopped,
      classes,
      connectors: which,
    }),
  ),
});

/** What fits on a page: rules of many, and connectors of one rule. */
const most = { rules: 15, connectors: 15 };

const share = (part: number, whole: number): string =>
  `${((100 * part) / Math.max(1, whole)).toFixed(1)}%`;
/** ":12:5"; nothing where the example is of a folder as a whole. */
const placeIn = ({ path, line, column }: Example, folder: string | undefined): string =>
  path === folder ? '' : `:${line}:${column}`;

const severityIn = ({ now, severity }: ClassImpact): string =>
  now === severity ? severity : `${severity} (now ${now})`;

/**
 * "error", "error (now off)"; of classes that differ the strictest, and that it is not the same for
 * all.
 */
function severitiesOf({ classes }: RuleImpact): string {
  const each = [...new Set(classes.map(severityIn))].sort((a, b) => rank(a) - rank(b));
  return each.length > 1 ? `${each[0] ?? ''}, by class` : (each[0] ?? '');
}

const rank = (text: string): number =>
  ['error', 'warning', 'note', 'off'].findIndex((severity) => text.startsWith(severity));

const headlineOf = ({ rules, connectors, baseline }: Impact): string => {
  const wrong = rules.filter((rule) => rule.wrong > 0).length;
  const known =
    baseline === undefined
      ? 'there is no baseline, so that all findings are new'
      : `new is what ${baseline} does not have`;
  return (
    `${wrong === 0 ? 'No rule calls a connector wrong' : `${count(wrong, 'rule')} of ${formatNumber(rules.length)} ${wrong === 1 ? 'calls' : 'call'} connectors wrong`}, ` +
    `of ${count(connectors, 'connector')}; ${known}.`
  );
};

function stoppedBy({ stopped, wrong }: RuleImpact, connectors: number): string {
  if (stopped > 0)
    return (
      `Checks of ${count(stopped, 'connector')} fail by it (${share(stopped, connectors)} ` +
      `of ${formatNumber(connectors)}).`
    );
  return wrong > 0
    ? 'It fails no check: what it finds is no error, or in the baseline.'
    : 'It calls no connector wrong.';
}

type Row = readonly string[];

/** Rows as columns: the first left, numbers right. */
function columns(rows: readonly Row[], left: number): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))),
  );
  const pad = (text: string, column: number): string => {
    const space = ' '.repeat((widths[column] ?? 0) - stringWidth(text));
    return column < left ? text + space : space + text;
  };
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}

const classHead = ['class', 'severity', 'called wrong', 'share', 'findings', 'new'];
const classRows = ({ classes }: RuleImpact): Row[] =>
  classes.map((one) => [
    one.class,
    severityIn(one),
    `${formatNumber(one.wrong)} of ${formatNumber(one.connectors)}`,
    share(one.wrong, one.connectors),
    formatNumber(one.findings),
    formatNumber(one.new),
  ]);
const rulesHead = ['rule', 'severity', 'called wrong', 'share', 'findings', 'new', 'checks fail'];
const ruleRow = (one: RuleImpact, connectors: number): Row => [
  one.rule.id,
  severitiesOf(one),
  formatNumber(one.wrong),
  share(one.wrong, connectors),
  formatNumber(one.findings),
  formatNumber(one.new),
  formatNumber(one.stopped),
];

function prettyOf(impact: Impact, color: boolean, width: number): string {
  const paint = colorizer(color);
  const inALine = (text: string): string => {
    const [first = '', more] = wrapAnsi(text, width - 1, {
      hard: true,
      wordWrap: false,
      trim: false,
    }).split('\n');
    return more === undefined ? text : `${first.trimEnd()}…`;
  };
  const [only] = impact.rules;
  const lines: string[] = [];
  if (only && impact.rules.length === 1) {
    const [head = '', ...rows] = columns([classHead, ...classRows(only)], 2);
    lines.push(
      `${paint('bold', only.rule.id)}  ${toPlainText(only.rule.description)}`,
      '',
      `  ${paint('gray', head)}`,
      ...rows.map((row) => `  ${row}`),
      '',
    );
    for (const { path, findings, new: fresh, example } of only.connectors.slice(
      0,
      most.connectors,
    )) {
      lines.push(
        `  ${paint('bold', visible(path))}: ` +
          `${count(findings, 'finding')}${fresh === findings ? '' : `, ${formatNumber(fresh)} new`}`,
      );
      lines.push(
        paint(
          'gray',
          '    ' +
            `${visible(example.path.slice(path.length + 1) || 'the folder')}${placeIn(example, path)}`,
        ),
        inALine(`    ${toPlainText(example.message)}`),
      );
    }
    const left = only.connectors.length - most.connectors;
    if (left > 0)
      lines.push(
        paint('gray', `  … and ${count(left, 'more connector')}; --format json lists them all.`),
      );
    if (only.connectors.length > 0) lines.push('');
    lines.push(paint('bold', stoppedBy(only, impact.connectors)));
  } else {
    const shown = impact.rules.filter(({ wrong }) => wrong > 0);
    const [head = '', ...rows] = columns(
      [rulesHead, ...shown.slice(0, most.rules).map((one) => ruleRow(one, impact.connectors))],
      2,
    );
    lines.push(paint('gray', head));
    for (const [index, one] of shown.slice(0, most.rules).entries()) {
      lines.push(paint('bold', rows[index] ?? ''));
      const example = one.connectors[0]?.example;
      if (example)
        lines.push(
          paint('gray', `  ${visible(example.path)}${placeIn(example, one.connectors[0]?.path)}`),
          inALine(`  ${toPlainText(example.message)}`),
        );
    }
    if (shown.length > most.rules)
      lines.push(
        paint(
          'gray',
          `… and ${count(shown.length - most.rules, 'more rule')}; ` +
            '--rule <RuleId> shows one, --format json lists all.',
        ),
      );
    lines.push('', paint('bold', headlineOf(impact)));
  }
  return `${lines.join('\n')}\n`;
}

function markdownOf(impact: Impact): string {
  const example = ({ path, line, column, message }: Example): string =>
    `${messageToMarkdown(message)}<br><sub>${codeSpan(path)} line ${line}, column ${column}</sub>`;
  const [only] = impact.rules;
  if (only && impact.rules.length === 1) {
    const left = only.connectors.length - most.connectors;
    return (
      [
        `**${only.rule.id}: ${stoppedBy(only, impact.connectors)}** ${escapeMarkdown(only.rule.description)}`,
        markdownTable(classHead, classRows(only), 2),
        bulletList([
          ...only.connectors.slice(0, most.connectors).map((one) => example(one.example)),
          ...(left > 0 ? [`… and ${count(left, 'more connector')}`] : []),
        ]),
      ]
        .join('\n\n')
        .trimEnd() + '\n'
    );
  }
  const shown = impact.rules.filter(({ wrong }) => wrong > 0);
  const examples = shown
    .slice(0, most.rules)
    .flatMap((one) => one.connectors.slice(0, 1).map((connector) => example(connector.example)));
  return [
    `**${headlineOf(impact)}**`,
    markdownTable(
      rulesHead,
      shown.map((one) => ruleRow(one, impact.connectors)),
      2,
    ),
    `${details(`An example of each of the first ${examples.length}`, bulletList(examples))}\n`,
  ].join('\n\n');
}
