import wrapAnsi from 'wrap-ansi';
import { groupMessages } from '../shared/group-messages.ts';
import type { Severity } from '../shared/finding.ts';
import { colorizer, type Color, type Colorize } from './colors.ts';
import { codeFrame } from './code-frame.ts';
import { groupFindings, positionsOf } from './group-findings.ts';
import { maxShown, type ConnectorReport, type Report, type ReportedFinding } from './report.ts';
import {
  count,
  formatTally,
  quoteParts,
  formatNumber,
  messageParts,
  toPlainText,
  severities,
  summaryOf,
  tally,
  total,
  visible,
  type Tally,
} from './text.ts';

/**
 * Of one rule in one connector, so many findings are shown, and then so many lines of positions.
 */
const shown = 3;
/** Of what is true of many things at one place, so many are named. */
const named = 10;
const positionLines = 3;
const topRules = 15;

const inkOf = { error: 'red', warning: 'yellow', note: 'cyan' } as const satisfies Record<
  Severity,
  Color
>;

interface Style {
  paint: Colorize;
  width: number;
}

/**
 * For people at a terminal, `width` columns wide. Connector by connector, errors first, every
 * finding with its source; from the fourth finding of one rule on, only the positions, and how many
 * of those did not fit. Of more than 20 connectors it is a maintainer who asks, and wants to know
 * which ones fail and what fails most: only connectors with errors are listed, each error in a line
 * without its source, warnings and notes as counts, and at the end a table of the rules that are
 * broken most often. `gatehouse check <path>` shows one of them in full.
 */
export function toPretty(
  report: Report,
  { color, width }: { color: boolean; width: number },
): string {
  const style: Style = { paint: colorizer(color), width: Math.max(40, width) };
  const [only] = report.connectors;
  if (only && report.connectors.length === 1 && only.findings.length === 0) {
    const clean =
      only.verdict === 'none'
        ? 'nothing differs that has an effect.'
        : 'is in order: nothing to mend.';
    return (
      `${style.paint('green', '✓')} ` +
      `${style.paint('bold', visible(only.path))}${only.verdict === 'none' ? ':' : ''} ` +
      `${clean}\n`
    );
  }
  if (report.connectors.length > maxShown)
    return written([...overview(report.connectors, style), summary(report, style)]);
  const connectors = report.connectors.map((one) => inFull(one, style));
  const also = connectors.reduce((sum, one) => sum + one.also, 0);
  return written([
    ...connectors.flatMap(({ lines }) => lines),
    summary(report, style, also > 0 ? `; ${formatNumber(also)} of them after “Likewise”` : ''),
  ]);
}

const written = (lines: readonly string[]): string => `${safeInLogs(lines).join('\n')}\n`;

function summary(report: Report, { paint }: Style, more = ''): string {
  const counts = tally(report.connectors.flatMap(({ findings }) => findings));
  return paint('bold', paint(summaryInk(counts), `${summaryOf(report)}${more}`));
}

function summaryInk(counts: Tally): Color {
  if (counts.error > 0) return 'red';
  return total(counts) > 0 ? 'yellow' : 'green';
}

const updates = {
  none: 'nothing changes for those who use it',
  minor: 'minor update',
  major: 'major update',
} as const;

const header = ({ path, class: ofClass, verdict }: ConnectorReport, { paint }: Style): string =>
  `${paint('bold', visible(path))} ` +
  paint('gray', `(${verdict ? `${ofClass}, ${updates[verdict]}` : ofClass})`);

/** The lines on a connector, and how many of its findings are said along with another one. */
function inFull(connector: ConnectorReport, style: Style): { lines: string[]; also: number } {
  if (connector.findings.length === 0) return { lines: [], also: 0 };
  let also = 0;
  const groups = groupFindings(connector.findings).flatMap(({ rule, findings }) => {
    const said = atOnePlace(findings);
    for (const one of said.slice(0, shown)) also += one.length - 1;
    const rest = said
      .slice(shown)
      .flatMap(([first, ...others]) => [first.finding, ...others.map(({ finding }) => finding)]);
    return [
      ...said.slice(0, shown).flatMap((one) => [...withSource(one, style), '']),
      ...folded(rule, rest, said[shown - 1]?.[0].finding.location.file, '  ', style, ['']),
    ];
  });
  return { lines: [header(connector, style), '', ...groups], also };
}

/**
 * A finding, and those that say the same of other things at the same place, each with what it says
 * it of.
 */
type Said = [{ finding: ReportedFinding }, ...{ finding: ReportedFinding; value: string }[]];

const atOnePlace = (findings: readonly ReportedFinding[]): Said[] =>
  [
    ...Map.groupBy(
      findings,
      ({ location, existing }) =>
        `${existing} ${location.file}:${location.line}:${location.column}`,
    ).values(),
  ].flatMap((there) =>
    groupMessages(there.map(({ message }) => message)).flatMap(({ first, also }): Said[] => {
      const finding = there[first];
      return finding
        ? [
            [
              { finding },
              ...also.flatMap(({ index, value }) =>
                there[index] ? [{ finding: there[index], value }] : [],
              ),
            ],
          ]
        : [];
    }),
  );

function withSource([{ finding }, ...also]: Said, style: Style): string[] {
  const { location, severity, rule, snippet, fixable, existing } = finding;
  const { paint, width } = style;
  const ink = inkOf[severity];
  const marks = [
    ...(existing ? ['(was there before)'] : []),
    ...(fixable ? ['(fixable)'] : []),
  ].map((mark) => `  ${paint('gray', mark)}`);
  return [
    `${paint('bold', positionOf(finding))}  ${paint(ink, severity)}  ${rule}${marks.join('')}`,
    ...(snippet ? codeFrame(snippet, location, width, ink, paint) : []),
    ...wrap(
      styled(`${finding.message}${likewise(also.map(({ value }) => value))}`, paint),
      '  ',
      width,
    ),
  ];
}

const likewise = (values: readonly string[]): string =>
  values.length === 0
    ? ''
    : ' Likewise ' +
      `${values.slice(0, named).join(', ')}${values.length > named ? ` and ${formatNumber(values.length - named)} more` : ''}.`;

const positionOf = ({ location }: ReportedFinding, file?: string): string =>
  location.file === ''
    ? 'the folder'
    : `${location.file === file ? '' : `${visible(location.file)}:`}${location.line}:${location.column}`;

const styled = (message: string, paint: Colorize): string =>
  messageParts(message)
    .map(({ text, quoted }) => (quoted ? quoteParts(text, (value) => paint('bold', value)) : text))
    .join('');

const wrap = (text: string, indent: string, width: number): string[] =>
  wrapAnsi(text, width - indent.length, { hard: true })
    .split('\n')
    .map((line) => indent + line);

/**
 * The findings of a rule beyond those that are shown: their positions as far as they fit, and how
 * many did not.
 */
function folded(
  rule: string,
  rest: readonly ReportedFinding[],
  file: string | undefined,
  indent: string,
  { paint, width }: Style,
  after: readonly string[] = [],
): string[] {
  if (rest.length === 0) return [];
  const before = rest.filter(({ existing }) => existing).length;
  let marks = '';
  if (before === rest.length) marks = ' (were there before)';
  else if (before > 0) marks = ` (${formatNumber(before)} were there before)`;
  const opening = `and ${formatNumber(rest.length)} more ${rule}${marks}: `;
  const positions = positionsOf(rest, file);
  // for the words at the end, and what is lost at line ends
  const room = (width - indent.length) * positionLines - 60;
  let text = opening;
  let unlisted = rest.length;
  for (const position of positions) {
    if (unlisted < rest.length && text.length + position.text.length > room) break;
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
      ...group.findings.slice(0, shown).map((finding) => inALine(finding, file, style)),
      ...folded(
        group.rule,
        group.findings.slice(shown),
        group.findings[shown - 1]?.location.file,
        '    ',
        style,
      ),
    ];
  });

function inALine(finding: ReportedFinding, file: string, { width }: Style): string {
  const line =
    `    ${positionOf(finding, file)}  ` +
    `${finding.existing ? '(was there before) ' : ''}${toPlainText(finding.message)}`;
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
  const often = [...rows.values()].sort(
    (a, b) => b.counts.error - a.counts.error || total(b.counts) - total(a.counts),
  );
  const top = often.slice(0, topRules);
  const cell = (value: number, size: number, ink: Color): string =>
    value === 0
      ? paint('gray', '·'.padStart(size))
      : paint(ink, formatNumber(value).padStart(size));
  return [
    paint('bold', 'Broken most often'),
    paint('gray', 'errors  warnings   notes  connectors  rule'),
    ...top.map(
      ({ rule, counts, connectors: many }) =>
        `${cell(counts.error, 6, 'red')}${cell(counts.warning, 10, 'yellow')}${cell(counts.note, 8, 'cyan')}${formatNumber(many).padStart(12)} ` +
        ` ${rule}`,
    ),
    ...(often.length > top.length
      ? [paint('gray', `and ${count(often.length - top.length, 'other rule')}`)]
      : []),
    '',
  ];
}

/**
 * GitHub's runner takes a line that begins with `::` for a command. A value that is wrapped may
 * begin one.
 */
const safeInLogs = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replace(/^(\s*):(?=:)/, '$1∶'));
