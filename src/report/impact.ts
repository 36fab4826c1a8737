import type { ConnectorClass } from '../connector/connector.ts';
import type { Severity } from '../shared/finding.ts';
import wrapAnsi from 'wrap-ansi';
import { colorizer } from './colors.ts';
import type { ImpactFormatName } from './format.ts';
import { alignColumns, percentage } from './columns.ts';
import { escapeForWorkflow } from './json.ts';
import {
  bulletList,
  codeSpan,
  details,
  escapeMarkdown,
  markdownTable,
  messageToMarkdown,
} from './markdown.ts';
import type { RuleInfo } from './report.ts';
import { count, formatNumber, toPlainText, visible } from './text.ts';

/** The impact of a rule on the connectors of a class. */
export interface ClassImpact {
  class: ConnectorClass;
  /** The number of connectors of the class. */
  connectors: number;
  /** The number of them with a finding. */
  wrong: number;
  findings: number;
  /** Findings that the baseline does not have. */
  new: number;
  /** The severity in this repository. */
  now: Severity | 'off';
  /** The severity that is counted: the stricter of the repository's and the rule's own. */
  severity: Severity | 'off';
}

interface Example {
  path: string;
  line: number;
  column: number;
  message: string;
  new: boolean;
}

/** The impact of a rule on a repository. */
export interface RuleImpact {
  rule: RuleInfo;
  classes: ClassImpact[];
  wrong: number;
  findings: number;
  new: number;
  /** The number of connectors whose check fails: they have a new finding of severity error. */
  stopped: number;
  /** The connectors with a finding: those with most new findings first, then most findings. */
  connectors: {
    path: string;
    class: ConnectorClass;
    findings: number;
    new: number;
    example: Example;
  }[];
}

/**
 * The impact of rules on a repository: first the rules that fail most connectors, then those that
 * find something in most.
 */
export interface Impact {
  tool: { name: 'gatehouse'; version: string };
  /** The number of connectors that were checked. */
  connectors: number;
  /** The name of the baseline, if there is one. */
  baseline: string | undefined;
  rules: RuleImpact[];
}

/** An impact as text that ends with a line end; for a terminal `width` columns wide. */
export function formatImpact(
  impact: Impact,
  name: ImpactFormatName,
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

/** What fits on a page: the rules of an overview, and the connectors of one rule. */
const maxShown = { rules: 15, connectors: 15 };

/** ":12:5"; empty if the example is about the folder as a whole. */
const placeIn = ({ path, line, column }: Example, folder: string | undefined): string =>
  path === folder ? '' : `:${line}:${column}`;

const severityIn = ({ now, severity }: ClassImpact): string =>
  now === severity ? severity : `${severity} (now ${now})`;

/** "error", "error (now off)"; if classes differ, the strictest: "error, by class". */
function severitiesOf({ classes }: RuleImpact): string {
  const each = [...new Set(classes.map(severityIn))].sort((a, b) => rank(a) - rank(b));
  return each.length > 1 ? `${each[0] ?? ''}, by class` : (each[0] ?? '');
}

const rank = (text: string): number =>
  ['error', 'warning', 'note', 'off'].findIndex((severity) => text.startsWith(severity));

function headlineOf({ rules, connectors, baseline }: Impact): string {
  const wrong = rules.filter((rule) => rule.wrong > 0).length;
  const verb = wrong === 1 ? 'calls' : 'call';
  const which =
    wrong === 0
      ? 'No rule calls a connector wrong'
      : `${count(wrong, 'rule')} of ${formatNumber(rules.length)} ${verb} connectors wrong`;
  const baselineNote =
    baseline === undefined
      ? 'without a baseline, all findings are new'
      : `new is what ${baseline} does not have`;
  return `${which}, of ${count(connectors, 'connector')}; ${baselineNote}.`;
}

function stoppedBy({ stopped, wrong }: RuleImpact, connectors: number): string {
  if (stopped > 0)
    return (
      `Checks of ${count(stopped, 'connector')} fail by it (${percentage(stopped, connectors)} ` +
      `of ${formatNumber(connectors)}).`
    );
  return wrong > 0
    ? 'It fails no check: its findings are not errors, or are in the baseline.'
    : 'It calls no connector wrong.';
}

const classHead = ['class', 'severity', 'called wrong', 'share', 'findings', 'new'];
const classRows = ({ classes }: RuleImpact): string[][] =>
  classes.map((impact) => [
    impact.class,
    severityIn(impact),
    `${formatNumber(impact.wrong)} of ${formatNumber(impact.connectors)}`,
    percentage(impact.wrong, impact.connectors),
    formatNumber(impact.findings),
    formatNumber(impact.new),
  ]);
const rulesHead = ['rule', 'severity', 'called wrong', 'share', 'findings', 'new', 'checks fail'];
const ruleRow = (impact: RuleImpact, connectors: number): string[] => [
  impact.rule.id,
  severitiesOf(impact),
  formatNumber(impact.wrong),
  percentage(impact.wrong, connectors),
  formatNumber(impact.findings),
  formatNumber(impact.new),
  formatNumber(impact.stopped),
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
    const [head = '', ...rows] = alignColumns([classHead, ...classRows(only)], 2);
    lines.push(
      `${paint('bold', only.rule.id)}  ${toPlainText(only.rule.description)}`,
      '',
      `  ${paint('gray', head)}`,
      ...rows.map((row) => `  ${row}`),
      '',
    );
    for (const { path, findings, new: fresh, example } of only.connectors.slice(
      0,
      maxShown.connectors,
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
    const left = only.connectors.length - maxShown.connectors;
    if (left > 0)
      lines.push(
        paint('gray', `  … and ${count(left, 'more connector')}; --format json lists them all.`),
      );
    if (only.connectors.length > 0) lines.push('');
    lines.push(paint('bold', stoppedBy(only, impact.connectors)));
  } else {
    const shown = impact.rules.filter(({ wrong }) => wrong > 0);
    const [head = '', ...rows] = alignColumns(
      [
        rulesHead,
        ...shown
          .slice(0, maxShown.rules)
          .map((ruleImpact) => ruleRow(ruleImpact, impact.connectors)),
      ],
      2,
    );
    lines.push(paint('gray', head));
    for (const [index, { connectors }] of shown.slice(0, maxShown.rules).entries()) {
      lines.push(paint('bold', rows[index] ?? ''));
      const example = connectors[0]?.example;
      if (example)
        lines.push(
          paint('gray', `  ${visible(example.path)}${placeIn(example, connectors[0]?.path)}`),
          inALine(`  ${toPlainText(example.message)}`),
        );
    }
    if (shown.length > maxShown.rules)
      lines.push(
        paint(
          'gray',
          `… and ${count(shown.length - maxShown.rules, 'more rule')}; ` +
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
    const left = only.connectors.length - maxShown.connectors;
    return (
      [
        `**${only.rule.id}: ${stoppedBy(only, impact.connectors)}** ${escapeMarkdown(only.rule.description)}`,
        markdownTable(classHead, classRows(only), 2),
        bulletList([
          ...only.connectors
            .slice(0, maxShown.connectors)
            .map((connector) => example(connector.example)),
          ...(left > 0 ? [`… and ${count(left, 'more connector')}`] : []),
        ]),
      ]
        .join('\n\n')
        .trimEnd() + '\n'
    );
  }
  const shown = impact.rules.filter(({ wrong }) => wrong > 0);
  const examples = shown
    .slice(0, maxShown.rules)
    .flatMap(({ connectors }) =>
      connectors.slice(0, 1).map((connector) => example(connector.example)),
    );
  return [
    `**${headlineOf(impact)}**`,
    markdownTable(
      rulesHead,
      shown.map((ruleImpact) => ruleRow(ruleImpact, impact.connectors)),
      2,
    ),
    `${details(`An example of each of the first ${examples.length}`, bulletList(examples))}\n`,
  ].join('\n\n');
}
