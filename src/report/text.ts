import type { Severity } from '../shared/finding.ts';
import { lazyRegExp } from '../shared/lazy-regexp.ts';
import type { ConnectorReport, Report, ReportedFinding } from './report.ts';

/**
 * Hostile text as one line that only shows what is there: control and direction characters become
 * symbols, so nothing moves the cursor, colors, reverses or hides. `##[` is a command to GitHub's
 * runner anywhere in a line of a log. The length in UTF-16 units stays, and with it every column.
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

interface MessagePart {
  text: string;
  /** Whether it stood between backticks: a value from the connector. */
  quoted: boolean;
}

/** A message in its parts: our words, and what it quotes. */
export function messageParts(message: string): MessagePart[] {
  const pieces = visible(message).split('`');
  return pieces
    .map((text, index) => {
      // a backtick without its partner quotes nothing
      const alone = index % 2 === 1 && index === pieces.length - 1;
      return { text: alone ? `\`${text}` : text, quoted: index % 2 === 1 && !alone };
    })
    .filter(({ text }) => text !== '');
}

/**
 * A value between double quotes; one that has such quotes itself, between those of a book, unless
 * they are all around it.
 */
export function quoteParts(text: string, write: (text: string) => string = (same) => same): string {
  if (/^"[^"]+"$/.test(text)) return `"${write(text.slice(1, -1))}"`;
  return text.includes('"') ? `“${write(text)}”` : `"${write(text)}"`;
}

/** A message for formats without styles. */
export const toPlainText = (message: string): string =>
  messageParts(message)
    .map(({ text, quoted }) => (quoted ? quoteParts(text) : text))
    .join('');

/**
 * A finding's file, from the repository's root; the folder where it is of the folder as a whole.
 */
export function pathOf(connector: ConnectorReport, { location }: ReportedFinding): string {
  const folder = connector.path.replace(/^(\.\/+)+|\/+$/g, '');
  if (folder === '' || folder === '.') return location.file === '' ? '.' : location.file;
  return location.file === '' ? folder : `${folder}/${location.file}`;
}

export const severities = ['error', 'warning', 'note'] as const satisfies readonly Severity[];

export type Tally = Record<Severity, number>;

export function tally(findings: Iterable<ReportedFinding>): Tally {
  const counts: Tally = { error: 0, warning: 0, note: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

export const total = (counts: Tally): number => counts.error + counts.warning + counts.note;

/** A count with a comma between thousands; Intl takes longer to load than to count. */
export const formatNumber = (countOf: number): string =>
  String(countOf).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** "1 error", "1,200 errors", "2 boxes". */
export const count = (many: number, noun: string, nouns = `${noun}s`): string =>
  `${formatNumber(many)} ${many === 1 ? noun : nouns}`;

/** "2 errors, 5 warnings, 1 note"; '' for none. */
export const formatTally = (counts: Tally): string =>
  severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => count(counts[severity], severity))
    .join(', ');

/** One line that says how it stands. */
export function summaryOf({ connectors }: Report): string {
  const findings = connectors.flatMap((connector) => connector.findings);
  if (connectors.length === 0) return 'There was no connector to check.';
  if (findings.length === 0) return `Nothing to mend in ${count(connectors.length, 'connector')}.`;
  const broken = connectors.filter((connector) => connector.findings.length > 0).length;
  const where =
    broken < connectors.length
      ? `${formatNumber(broken)} of ${count(connectors.length, 'connector')}`
      : count(broken, 'connector');
  const before = findings.filter(({ existing }) => existing).length;
  const fixable = findings.filter((finding) => finding.fixable).length;
  return [
    `${formatTally(tally(findings))} in ${where}`,
    ...(before > 0
      ? [`${formatNumber(before)} ${before === 1 ? 'was' : 'were'} there before`]
      : []),
    ...(fixable > 0 ? [`${formatNumber(fixable)} can be fixed with --fix`] : []),
  ].join('; ');
}
