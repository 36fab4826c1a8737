import { blocks, type Finding, type Severity } from '../shared/finding.ts';
import { lazyRegExp } from '../shared/lazy-regexp.ts';
import type { ConnectorReport, Report, ReportedFinding } from './report.ts';

/**
 * Untrusted text as one line without hidden effects: control and direction characters become
 * symbols, so the text cannot move the cursor, change colors, reverse or hide anything. `##[` is a
 * command to GitHub's runner anywhere in a line of a log. The length in UTF-16 units, and with it
 * every column, stays the same.
 */
export const visible = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) && !text.includes('##[')
    ? text
    : text.replace(hidden(), symbol).replaceAll('##[', '#♯[');

const hidden = lazyRegExp('[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}]|(?![\\u200c\\u200d])\\p{Cf}', 'gu');

const symbol = (character: string): string => {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : '�'.repeat(character.length);
};

/** A message (see `safe`) for formats without styles: values stay between backticks. */
export const toPlainText = (message: string): string => visible(message);

/**
 * The message of a finding as plain text, for formats that can point at an archive but not at a
 * place in it: the place follows in parentheses.
 */
export function messageWithPlace({
  message,
  location,
}: Pick<Finding, 'message' | 'location'>): string {
  const text = toPlainText(message);
  if (!location.entry) return text;
  const { path, line, column } = location.entry;
  return `${text} (${visible(path)}:${line}:${column})`;
}

/** The path of a finding's file from the repository root, or the folder for a folder's finding. */
export function pathOf(connector: ConnectorReport, { location }: ReportedFinding): string {
  const folder = connector.path.replace(/^(\.\/+)+|\/+$/g, '');
  if (folder === '' || folder === '.') return location.file === '' ? '.' : location.file;
  return location.file === '' ? folder : `${folder}/${location.file}`;
}

/**
 * The path of a file of a connector as a terminal opens it: from the working directory. Without a
 * file, that of the folder.
 */
export function terminalPath({ path, directory = path }: ConnectorReport, file: string): string {
  const folder = directory.replace(/^(?:\.\/+)+|\/+$/g, '');
  const isHere = folder === '' || folder === '.';
  if (file === '') return visible(isHere ? '.' : folder);
  return visible(isHere ? file : `${folder}/${file}`);
}

/**
 * GitHub's runner reads a line that begins with `::` as a command. A value can be at the beginning
 * of a line.
 */
export const withoutCommand = (line: string): string => line.replace(/^(\s*):(?=:)/, '$1∶');

/** The policy code to show beside a finding: the first if there are several. */
export const codeOf = ({ policies = [] }: ReportedFinding): string | undefined => policies[0];

/**
 * What findings block: "2 blocking the pull request, 1 blocking the certification", without a number
 * if it is all of them; "not blocking". '' if their severity says it: if all are new errors.
 */
export function blockingOf(findings: readonly ReportedFinding[]): string {
  const counts = { 'pull-request': 0, certification: 0, nothing: 0 };
  for (const finding of findings) counts[blocks(finding)] += 1;
  if (counts['pull-request'] === findings.length) return '';
  if (counts.nothing === findings.length) return 'not blocking';
  if (counts.certification === findings.length) return 'blocking the certification';
  return [
    ...(counts['pull-request'] > 0
      ? [`${formatNumber(counts['pull-request'])} blocking the pull request`]
      : []),
    ...(counts.certification > 0
      ? [`${formatNumber(counts.certification)} blocking the certification`]
      : []),
  ].join(', ');
}

/** Whether to show that a finding blocks the certification, which its severity does not say. */
export const blocksCertification = (finding: ReportedFinding): boolean =>
  blocks(finding) === 'certification';

export const severities = ['error', 'warning', 'note'] as const satisfies readonly Severity[];

export type Tally = Record<Severity, number>;

export function tally(findings: Iterable<ReportedFinding>): Tally {
  const counts: Tally = { error: 0, warning: 0, note: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

export const total = (counts: Tally): number => counts.error + counts.warning + counts.note;

/** A number with commas between thousands. Not by Intl, which takes long to load. */
export const formatNumber = (value: number): string =>
  String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** "1 error", "1,200 errors", "2 boxes". */
export const count = (number: number, noun: string, plural = `${noun}s`): string =>
  `${formatNumber(number)} ${number === 1 ? noun : plural}`;

/** "2 errors, 5 warnings, 1 note"; '' for none. */
export const formatTally = (counts: Tally): string =>
  severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => count(counts[severity], severity))
    .join(', ');

/**
 * A summary in one line.
 * @param offersFix whether it names the option that fixes findings
 */
export function summaryOf({ connectors }: Report, offersFix = true): string {
  const findings = connectors.flatMap((connector) => connector.findings);
  if (connectors.length === 0) return 'No connectors to check.';
  if (findings.length === 0)
    return `No problems found in ${count(connectors.length, 'connector')}.`;
  const affected = connectors.filter((connector) => connector.findings.length > 0).length;
  const where =
    affected < connectors.length
      ? `${formatNumber(affected)} of ${count(connectors.length, 'connector')}`
      : count(affected, 'connector');
  const existing = findings.filter((finding) => finding.existing).length;
  const fixable = findings.filter((finding) => finding.fixable).length;
  const blocking = blockingOf(findings);
  return [
    `${formatTally(tally(findings))} in ${where}`,
    ...(existing > 0 ? [`${formatNumber(existing)} existing`] : []),
    ...(blocking === '' ? [] : [blocking]),
    ...(fixable > 0 && offersFix ? [`${formatNumber(fixable)} can be fixed with --fix`] : []),
  ].join('; ');
}
