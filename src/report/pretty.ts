import wrapAnsi from 'wrap-ansi';
import { groupMessages, itemsOf, type MessageGroup } from '../shared/group-messages.ts';
import { messageParts } from '../shared/message-parts.ts';
import { runsAs } from '../shared/project.ts';
import { isNewError, shownPlace, type Severity } from '../shared/finding.ts';
import { colorizer, type Color, type Colorize } from './colors.ts';
import { codeFrame } from './code-frame.ts';
import { fixesOf } from './fixes.ts';
import { groupFindings, positionsOf } from './group-findings.ts';
import { fileLink, noLinks, ruleLink, type TerminalLinks } from './links.ts';
import { maxShown, type ConnectorReport, type Report, type ReportedFinding } from './report.ts';
import {
  blocksCertification,
  codeOf,
  count,
  formatTally,
  formatNumber,
  terminalPath,
  toPlainText,
  severities,
  summaryOf,
  tally,
  total,
  visible,
  withoutCommand,
  type Tally,
} from './text.ts';

/** For one rule in one connector, this many findings are shown with their source. */
const maxShownFindings = 3;
/** For the rest, this many lines of positions. */
const maxPositionLines = 3;
/** After "Also", this many values are named. */
const maxNamedValues = 10;
/** The overview of many connectors has this many rules. */
const maxTopRules = 15;
/** The summary of a severity names this many rules. */
const maxNamedRules = 5;
/** A report with fewer findings fits on a screen, and needs no summary by rule. */
const minForSummary = 4;

/** Lines do not break at it. */
const noBreak = '\u00a0';

const colorOf = { error: 'red', warning: 'yellow', note: 'cyan' } as const satisfies Record<
  Severity,
  Color
>;

/** How much of a report is shown, and what the report says about the next command. */
export interface View {
  /** Whether every finding is shown with its source. */
  all?: boolean;
  /** Whether findings that existed before are shown, and not only counted. */
  existing?: boolean;
  /** The command that made the report, without options that change how it is shown. */
  command?: string;
  /** Whether notes are listed, each on a line without source: changes that break nothing. */
  briefNotes?: boolean;
  /** Whether fixes were requested: then the report does not suggest them. */
  fixed?: boolean;
}

export interface PrettyOptions {
  color: boolean;
  /** Columns of the terminal. */
  width: number;
  links?: TerminalLinks;
  view?: View;
}

interface Style {
  paint: Colorize;
  width: number;
  links: TerminalLinks;
  view: View;
}

/**
 * Renders a report for a terminal. Shows each connector with its findings and their source, errors
 * first; from the fourth finding of a rule on it only lists positions. Findings that existed before
 * are counted. At the end it sums up by rule, because the first findings have left the screen, and
 * names the next command.
 *
 * A report on more than 20 connectors is for a maintainer, who wants to know which ones fail and
 * which rules fail most. It lists only connectors with errors, each error on one line without
 * source, counts warnings and notes, and ends with a table of the rules that are broken most often.
 */
export function toPretty(
  report: Report,
  { color, width, links = noLinks, view = {} }: PrettyOptions,
): string {
  const style: Style = { paint: colorizer(color), width: Math.max(40, width), links, view };
  const shown = view.existing === true ? report.connectors : report.connectors.map(withoutExisting);
  const hidden = total(tallyOf(report.connectors)) - total(tallyOf(shown));
  const body =
    report.connectors.length > maxShown && view.all !== true
      ? overview(shown, style)
      : shown.flatMap((connector) => inFull(connector, style));
  const lines = [...body, ...closing({ ...report, connectors: shown }, hidden, style)];
  return `${lines.map(withoutCommand).join('\n')}\n`;
}

const withoutExisting = (connector: ConnectorReport): ConnectorReport => ({
  ...connector,
  findings: connector.findings.filter(({ existing }) => !existing),
});

const tallyOf = (connectors: readonly ConnectorReport[]): Tally =>
  tally(connectors.flatMap(({ findings }) => findings));

/** The end of the report: what was fixed, what is left by rule, and what to do next. */
function closing(report: Report, hidden: number, style: Style): string[] {
  const { paint, view } = style;
  const findings = report.connectors.flatMap((connector) => connector.findings);
  const fixes = fixesOf(report, 'Fixed');
  const verb = hidden === 1 ? 'is' : 'are';
  const old =
    hidden > 0
      ? [
          `${count(hidden, 'finding')} existed before and ${verb} not shown; ` +
            '--show-existing shows all.',
        ]
      : [];
  return [
    ...(fixes.length > 0 ? [...fixes, paint('gray', 'See the changes: git diff'), ''] : []),
    ...(fixes.length === 0 && view.fixed === true ? ['Nothing was fixed.', ''] : []),
    ...(findings.length >= minForSummary &&
    report.connectors.length <= maxShown &&
    new Set(findings.map(({ rule }) => rule)).size > 1
      ? [...byRule(findings, style), '']
      : []),
    conclusion(report, hidden, style),
    ...[...old, ...nextSteps(findings, view)].map((line) => paint('gray', line)),
  ];
}

function conclusion(report: Report, hidden: number, { paint }: Style): string {
  const [only] = report.connectors;
  const counts = tallyOf(report.connectors);
  const name = only && report.connectors.length === 1 ? visible(only.path) : undefined;
  if (name !== undefined && total(counts) === 0) {
    const nothing = hidden > 0 ? 'no new problems' : 'no problems found';
    const result =
      only?.verdict === 'none' && hidden === 0 ? 'no changes that have an effect' : nothing;
    return `${paint('green', '✓')} ${paint('bold', name)}: ${result}.`;
  }
  const isBlocking = report.connectors.some(({ findings }) => findings.some(isNewError));
  const mark = isBlocking ? '✗' : '✓';
  const summary = summaryOf(report, false);
  if (report.connectors.length === 0) return paint('bold', summary);
  return paint('bold', paint(summaryColor(counts), `${mark} ${summary}`));
}

function summaryColor(counts: Tally): Color {
  if (counts.error > 0) return 'red';
  return total(counts) > 0 ? 'yellow' : 'green';
}

/** For each severity, how many findings which rules have, with the most frequent first. */
function byRule(findings: readonly ReportedFinding[], style: Style): string[] {
  const { paint, links, width } = style;
  const rows = severities.flatMap((severity) => {
    const ofSeverity = findings.filter((finding) => finding.severity === severity);
    if (ofSeverity.length === 0) return [];
    const rules = [...Map.groupBy(ofSeverity, ({ rule }) => rule)].sort(
      ([, a], [, b]) => b.length - a.length,
    );
    const named = rules.slice(0, maxNamedRules).map(([rule, ofRule]) => {
      const fixable = ofRule.filter((finding) => finding.fixable).length;
      const some = fixable < ofRule.length ? `${formatNumber(fixable)} ` : '';
      const mark = fixable > 0 ? ` (${some}fixable)` : '';
      const item = `${formatNumber(ofRule.length)} ${ruleLink(rule, rule, links)}${mark}`;
      return item.replaceAll(' ', noBreak);
    });
    const others = rules.slice(maxNamedRules).reduce((sum, [, { length }]) => sum + length, 0);
    const rest = others > 0 ? [`${formatNumber(others)} of other rules`] : [];
    return [{ severity, head: count(ofSeverity.length, severity), rest: [...named, ...rest] }];
  });
  const headWidth = Math.max(...rows.map(({ head }) => head.length));
  return rows.flatMap(({ severity, head, rest }) => {
    const indent = ' '.repeat(headWidth + 4);
    const [first = '', ...others] = wrap(rest.join(', '), indent, width).map((line) =>
      line.replaceAll(noBreak, ' '),
    );
    const opening = `  ${paint(colorOf[severity], head)}${' '.repeat(headWidth - head.length + 2)}`;
    return [opening + first.slice(indent.length), ...others];
  });
}

/** The commands that lead on from here. */
function nextSteps(findings: readonly ReportedFinding[], view: View): string[] {
  const { command = `${runsAs} check` } = view;
  const fixable = findings.filter((finding) => finding.fixable).length;
  const [worst] = groupFindings(findings);
  return [
    ...(fixable > 0 && view.fixed !== true
      ? [`  Fix ${formatNumber(fixable)} of them: ${command} --fix`]
      : []),
    ...(worst ? [`  Learn why: ${runsAs} explain ${worst.rule}`] : []),
  ];
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

/** The lines about a connector; none if it has no findings. */
function inFull(connector: ConnectorReport, style: Style): string[] {
  const { versionAdvice } = connector;
  const advice =
    versionAdvice === undefined
      ? []
      : [...wrap(styled(versionAdvice, style.paint), '', style.width), ''];
  if (connector.findings.length === 0) return advice;
  const isBrief = ({ severity }: ReportedFinding): boolean =>
    style.view.briefNotes === true && severity === 'note';
  const brief = connector.findings.filter(isBrief);
  const max = style.view.all === true ? Infinity : maxShownFindings;
  const groups = groupFindings(connector.findings.filter((finding) => !isBrief(finding))).flatMap(
    ({ rule, findings }) => {
      const merged = mergeAtLocation(findings);
      const shown = merged.slice(0, max);
      const rest = merged.slice(max).flatMap(itemsOf);
      return [
        ...shown.flatMap((group) => [...withSource(group, connector, style), '']),
        ...positionLines(rule, rest, shown.at(-1)?.first.location.file, '  ', style, ['']),
      ];
    },
  );
  return [header(connector, style), '', ...advice, ...groups, ...listOf(brief, style)];
}

/** Findings without consequences: what they say, and where. */
function listOf(findings: readonly ReportedFinding[], { paint, width }: Style): string[] {
  if (findings.length === 0) return [];
  const items = groupMessages(findings, ({ message }) => message).flatMap(({ first, also }) => {
    const text = first.message.replace(/ No action needed\.$/, '');
    const { line, column } = first.location;
    return wrap(
      `- ${styled(`${text}${alsoOf(also.map(({ value }) => value))}`, paint)} ` +
        paint('gray', `(line${noBreak}${line}:${column})`),
      '    ',
      width,
    ).map((row, index) => (index === 0 ? row.slice(2) : row).replaceAll(noBreak, ' '));
  });
  return [paint('bold', 'Other changes:'), ...items, ''];
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
  connector: ConnectorReport,
  style: Style,
): string[] {
  const { location, severity, rule, snippet, fixable, existing } = finding;
  const code = codeOf(finding);
  const { paint, width, links } = style;
  const color = colorOf[severity];
  const marks = [
    ...(code === undefined ? [] : [code]),
    ...(existing ? ['(existing)'] : []),
    ...(blocksCertification(finding) ? ['(blocks the certification)'] : []),
    ...(fixable ? ['(fixable)'] : []),
  ].map((mark) => `  ${paint('gray', mark)}`);
  return [
    `${placeOf(finding, connector, style)}  ${paint(color, severity)}  ` +
      `${ruleLink(rule, rule, links)}${marks.join('')}`,
    ...(snippet ? codeFrame(snippet, location, width, color, paint) : []),
    ...wrap(
      styled(`${finding.message}${alsoOf(also.map(({ value }) => value))}`, paint),
      '  ',
      width,
    ),
  ];
}

function alsoOf(values: readonly string[]): string {
  if (values.length === 0) return '';
  const left = values.length - maxNamedValues;
  const more = left > 0 ? ` and ${formatNumber(left)} more` : '';
  return ` Also ${values.slice(0, maxNamedValues).join(', ')}${more}.`;
}

/** The place of a finding as terminals and editors open it, with the folder in the background. */
function placeOf(
  { location }: ReportedFinding,
  connector: ConnectorReport,
  { paint, links }: Style,
): string {
  const { line, column, entry } = location;
  const path = terminalPath(connector, location.file);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const position = entry
    ? `${name} → ${visible(entry.path)}:${entry.line}:${entry.column}`
    : `${name}${location.file === '' ? '' : `:${line}:${column}`}`;
  const folder = path.slice(0, path.length - name.length);
  return fileLink(
    path,
    `${folder === '' ? '' : paint('dim', folder)}${paint('bold', position)}`,
    links,
  );
}

const styled = (message: string, paint: Colorize): string =>
  messageParts(visible(message))
    .map(({ text, quoted }) => (quoted ? `\`${paint('bold', text)}\`` : text))
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
  if (unlisted > 0) text += `, … and ${formatNumber(unlisted)} more; --all shows all`;
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
      ? [paint('gray', `${runsAs} check <path> shows one with its source, --all shows all.`), '']
      : []),
  ];
}

const inBrief = (connector: ConnectorReport, style: Style): string[] =>
  groupFindings(connector.findings.filter(({ severity }) => severity === 'error')).flatMap(
    (group) => {
      const [first] = group.findings;
      if (!first) return [];
      const { file } = first.location;
      return [
        `  ${style.paint('red', ruleLink(group.rule, group.rule, style.links))} in ` +
          terminalPath(connector, file),
        ...group.findings
          .slice(0, maxShownFindings)
          .map((finding) => inALine(finding, file, style)),
        ...positionLines(
          group.rule,
          group.findings.slice(maxShownFindings),
          group.findings[maxShownFindings - 1]?.location.file,
          '    ',
          style,
        ),
      ];
    },
  );

function inALine(finding: ReportedFinding, inFile: string, { width }: Style): string {
  const { file, line, column } = shownPlace(finding.location);
  const position = `${file === inFile ? '' : `${visible(file)}:`}${line}:${column}`;
  const text =
    `    ${file === '' ? 'the folder' : position}  ` +
    `${finding.existing ? '(existing) ' : ''}${toPlainText(finding.message)}`;
  const [fits = '', more] = wrapAnsi(text, width - 1, {
    hard: true,
    wordWrap: false,
    trim: false,
  }).split('\n');
  return more === undefined ? text : `${fits.trimEnd()}…`;
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
