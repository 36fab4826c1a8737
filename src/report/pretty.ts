import wrapAnsi from 'wrap-ansi';
import { groupMessages, itemsOf, type MessageGroup } from '../shared/group-messages.ts';
import { messageParts } from '../shared/message-parts.ts';
import { shownPlace, type Severity } from '../shared/finding.ts';
import { colorizer, type Color, type Colorize } from './colors.ts';
import { codeFrame } from './code-frame.ts';
import { groupFindings, positionsOf } from './group-findings.ts';
import { maxShown, type ConnectorReport, type Report, type ReportedFinding } from './report.ts';
import {
  blocksCertification,
  codeOf,
  count,
  formatTally,
  quoteParts,
  formatNumber,
  toPlainText,
  severities,
  summaryOf,
  tally,
  total,
  visible,
  type Tally,
} from './text.ts';

/** For one rule in one connector, this many findings are shown with their source. */
const maxShownFindings = 3;
/** For the rest, this many lines of positions. */
const maxPositionLines = 3;
/** After "Likewise", this many values are named. */
const maxNamedValues = 10;
/** The overview of many connectors has this many rules. */
const maxTopRules = 15;

const colorOf = { error: 'red', warning: 'yellow', note: 'cyan' } as const satisfies Record<
  Severity,
  Color
>;

interface Style {
  paint: Colorize;
  width: number;
}

/**
 * Renders a report for a terminal that is `width` columns wide. Shows each connector with its
 * findings and their source, errors first; from the fourth finding of a rule on it only lists
 * positions, and says how many did not fit.
 *
 * A report on more than 20 connectors is for a maintainer, who wants to know which ones fail and
 * which rules fail most. It lists only connectors with errors, each error on one line without
 * source, counts warnings and notes, and ends with a table of the rules that are broken most often.
 * `gatehouse check <path>` shows one of them in full.
 */
export function toPretty(
  report: Report,
  { color, width }: { color: boolean; width: number },
): string {
  const style: Style = { paint: colorizer(color), width: Math.max(40, width) };
  const [only] = report.connectors;
  if (only && report.connectors.length === 1 && only.findings.length === 0) {
    const { paint } = style;
    const result = only.verdict === 'none' ? 'no changes that have an effect' : 'no findings';
    return `${paint('green', '✓')} ${paint('bold', visible(only.path))}: ${result}.\n`;
  }
  if (report.connectors.length > maxShown)
    return toText([...overview(report.connectors, style), summary(report, style)]);
  const connectors = report.connectors.map((connector) => inFull(connector, style));
  const also = connectors.reduce((sum, shown) => sum + shown.also, 0);
  return toText([
    ...connectors.flatMap(({ lines }) => lines),
    summary(report, style, also > 0 ? `; ${formatNumber(also)} of them after “Likewise”` : ''),
  ]);
}

const toText = (lines: readonly string[]): string => `${safeInLogs(lines).join('\n')}\n`;

function summary(report: Report, { paint }: Style, more = ''): string {
  const counts = tally(report.connectors.flatMap(({ findings }) => findings));
  return paint('bold', paint(summaryColor(counts), `${summaryOf(report)}${more}`));
}

function summaryColor(counts: Tally): Color {
  if (counts.error > 0) return 'red';
  return total(counts) > 0 ? 'yellow' : 'green';
}

const updates = {
  none: 'no changes for its users',
  minor: 'minor update',
  major: 'major update',
} as const;

const header = (
  { path, class: connectorClass, verdict }: ConnectorReport,
  { paint }: Style,
): string =>
  `${paint('bold', visible(path))} ` +
  paint('gray', `(${verdict ? `${connectorClass}, ${updates[verdict]}` : connectorClass})`);

/** The lines about a connector, and how many of its findings are named after "Likewise". */
function inFull(connector: ConnectorReport, style: Style): { lines: string[]; also: number } {
  if (connector.findings.length === 0) return { lines: [], also: 0 };
  let also = 0;
  const groups = groupFindings(connector.findings).flatMap(({ rule, findings }) => {
    const merged = mergeAtLocation(findings);
    const shown = merged.slice(0, maxShownFindings);
    for (const group of shown) also += group.also.length;
    const rest = merged.slice(maxShownFindings).flatMap(itemsOf);
    return [
      ...shown.flatMap((group) => [...withSource(group, style), '']),
      ...positionLines(rule, rest, shown.at(-1)?.first.location.file, '  ', style, ['']),
    ];
  });
  return { lines: [header(connector, style), '', ...groups], also };
}

/** Groups findings at the same location whose messages differ only in one value. */
const mergeAtLocation = (findings: readonly ReportedFinding[]): MessageGroup<ReportedFinding>[] =>
  [
    ...Map.groupBy(findings, ({ location, existing }) => {
      const { file, line, column } = shownPlace(location);
      return `${existing} ${file}:${line}:${column}`;
    }).values(),
  ].flatMap((atLocation) => groupMessages(atLocation, ({ message }) => message));

function withSource(
  { first: finding, also }: MessageGroup<ReportedFinding>,
  style: Style,
): string[] {
  const { location, severity, rule, snippet, fixable, existing } = finding;
  const code = codeOf(finding);
  const { paint, width } = style;
  const color = colorOf[severity];
  const marks = [
    ...(code === undefined ? [] : [code]),
    ...(existing ? ['(existing)'] : []),
    ...(blocksCertification(finding) ? ['(blocks the certification)'] : []),
    ...(fixable ? ['(fixable)'] : []),
  ].map((mark) => `  ${paint('gray', mark)}`);
  return [
    `${paint('bold', positionOf(finding))}  ${paint(color, severity)}  ${rule}${marks.join('')}`,
    ...(snippet ? codeFrame(snippet, location, width, color, paint) : []),
    ...wrap(
      styled(`${finding.message}${likewise(also.map(({ value }) => value))}`, paint),
      '  ',
      width,
    ),
  ];
}

function likewise(values: readonly string[]): string {
  if (values.length === 0) return '';
  const left = values.length - maxNamedValues;
  const more = left > 0 ? ` and ${formatNumber(left)} more` : '';
  return ` Likewise ${values.slice(0, maxNamedValues).join(', ')}${more}.`;
}

function positionOf({ location }: ReportedFinding, inFile?: string): string {
  const { file, line, column } = shownPlace(location);
  if (file === '') return 'the folder';
  return `${file === inFile ? '' : `${visible(file)}:`}${line}:${column}`;
}

const styled = (message: string, paint: Colorize): string =>
  messageParts(visible(message))
    .map(({ text, quoted }) => (quoted ? quoteParts(text, (value) => paint('bold', value)) : text))
    .join('');

const wrap = (text: string, indent: string, width: number): string[] =>
  wrapAnsi(text, width - indent.length, { hard: true })
    .split('\n')
    .map((line) => indent + line);

/** The positions of the findings that are not shown in full, and how many did not fit. */
function positionLines(
  rule: string,
  rest: readonly ReportedFinding[],
  file: string | undefined,
  indent: string,
  { paint, width }: Style,
  after: readonly string[] = [],
): string[] {
  if (rest.length === 0) return [];
  const existing = rest.filter((finding) => finding.existing).length;
  let marks = '';
  if (existing === rest.length) marks = ' (existing)';
  else if (existing > 0) marks = ` (${formatNumber(existing)} existing)`;
  const opening = `and ${formatNumber(rest.length)} more ${rule}${marks}: `;
  const positions = positionsOf(rest, file);
  // Minus 60 columns for the words at the end and for what wrapping loses.
  const maxLength = (width - indent.length) * maxPositionLines - 60;
  let text = opening;
  let unlisted = rest.length;
  for (const position of positions) {
    if (unlisted < rest.length && text.length + position.text.length > maxLength) break;
    text += `${unlisted < rest.length ? ', ' : ''}${position.text}`;
    unlisted -= position.findings;
  }
  if (unlisted > 0) text += `, … and ${formatNumber(unlisted)} that only --format json lists`;
  return [...wrap(text, indent, width).map((line) => paint('gray', line)), ...after];
}

function overview(connectors: readonly ConnectorReport[], style: Style): string[] {
  const { paint } = style;
  const failing = connectors.filter(({ findings }) =>
    findings.some(({ severity }) => severity === 'error'),
  );
  const others = connectors.filter(
    (connector) => connector.findings.length > 0 && !failing.includes(connector),
  ).length;
  return [
    ...failing.flatMap((connector) => [
      `${header(connector, style)}: ${formatTally(tally(connector.findings))}`,
      ...inBrief(connector, style),
      '',
    ]),
    ...table(connectors, style),
    ...(others > 0
      ? [
          paint(
            'gray',
            `${count(others, 'connector')} without errors ${others === 1 ? 'has' : 'have'} ` +
              'warnings or notes.',
          ),
        ]
      : []),
    ...(failing.length + others > 0
      ? [
          paint(
            'gray',
            'gatehouse check <path> shows one with its source, --format json lists all.',
          ),
          '',
        ]
      : []),
  ];
}

const inBrief = ({ findings }: ConnectorReport, style: Style): string[] =>
  groupFindings(findings.filter(({ severity }) => severity === 'error')).flatMap((group) => {
    const [first] = group.findings;
    if (!first) return [];
    const { file } = first.location;
    return [
      `  ${style.paint('red', group.rule)} in ${visible(file)}`,
      ...group.findings.slice(0, maxShownFindings).map((finding) => inALine(finding, file, style)),
      ...positionLines(
        group.rule,
        group.findings.slice(maxShownFindings),
        group.findings[maxShownFindings - 1]?.location.file,
        '    ',
        style,
      ),
    ];
  });

function inALine(finding: ReportedFinding, file: string, { width }: Style): string {
  const line =
    `    ${positionOf(finding, file)}  ` +
    `${finding.existing ? '(existing) ' : ''}${toPlainText(finding.message)}`;
  const [fits = '', more] = wrapAnsi(line, width - 1, {
    hard: true,
    wordWrap: false,
    trim: false,
  }).split('\n');
  return more === undefined ? line : `${fits.trimEnd()}…`;
}

function table(connectors: readonly ConnectorReport[], { paint }: Style): string[] {
  const rows = new Map<string, { rule: string; counts: Tally; connectors: number }>();
  for (const { findings } of connectors) {
    for (const [rule, broken] of Map.groupBy(findings, (finding) => finding.rule)) {
      const row = rows.get(rule) ?? {
        rule,
        counts: { error: 0, warning: 0, note: 0 },
        connectors: 0,
      };
      const counts = tally(broken);
      for (const severity of severities) row.counts[severity] += counts[severity];
      row.connectors += 1;
      rows.set(rule, row);
    }
  }
  if (rows.size === 0) return [];
  const sorted = [...rows.values()].sort(
    (a, b) => b.counts.error - a.counts.error || total(b.counts) - total(a.counts),
  );
  const top = sorted.slice(0, maxTopRules);
  const cell = (value: number, size: number, color: Color): string =>
    value === 0
      ? paint('gray', '·'.padStart(size))
      : paint(color, formatNumber(value).padStart(size));
  return [
    paint('bold', 'Broken most often'),
    paint('gray', 'errors  warnings   notes  connectors  rule'),
    ...top.map(
      ({ rule, counts, connectors: affected }) =>
        cell(counts.error, 6, 'red') +
        cell(counts.warning, 10, 'yellow') +
        cell(counts.note, 8, 'cyan') +
        `${formatNumber(affected).padStart(12)}  ${rule}`,
    ),
    ...(sorted.length > top.length
      ? [paint('gray', `and ${count(sorted.length - top.length, 'other rule')}`)]
      : []),
    '',
  ];
}

/**
 * GitHub's runner reads a line that begins with `::` as a command. Wrapping can put a value at the
 * beginning of a line.
 */
const safeInLogs = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replace(/^(\s*):(?=:)/, '$1∶'));
