import { lazyRegExp } from '../shared/lazy-regexp.ts';
import { truncate } from '../shared/text.ts';
import { groupMessages } from '../shared/group-messages.ts';
import { splitMessage } from '../shared/message-parts.ts';
import type { Connector } from '../connector/connector.ts';
import type { Finding, Severity } from '../shared/finding.ts';
import { maskFor } from '../secrets/mask.ts';
import { asObject, asText } from '../json/values.ts';
import type { Change } from './change-kinds.ts';
import { sizeOf } from './classify.ts';
import { verdicts } from './verdicts.ts';

const headings: Record<Severity, string> = {
  error: 'Breaks flows',
  warning: 'May affect flows',
  note: 'Other changes',
};
/** Limits for each kind of change: lines, and names per line. */
const limits = { lines: 20, names: 12 };

/**
 * The changes of an update for the people who use the connector, as Markdown: breaking changes
 * first; changes of texts are only counted. `findings` are those that `classify` returns for all
 * changes.
 */
export function changelog(
  changes: readonly Change[],
  findings: readonly Finding[],
  before: Connector,
  after: Connector,
): string {
  const version = nextVersion(before, changes);
  const size = sizeOf(changes);
  const lines = [
    `## ${maskFor(before, after)(titleOf(after))}${version === undefined ? '' : ` ${version}`}`,
  ];
  if (size === 'none') return `${lines[0]}\n\nNothing changes for users of the connector.\n`;
  const items = findings.flatMap(({ rule, severity, message }, index) => {
    const change = changes[index];
    return change && verdicts[change.kind].size === 'major'
      ? [{ rule, severity, message: headline(message) }]
      : [];
  });
  for (const severity of ['error', 'warning', 'note'] as const) {
    const ofSeverity = items.filter((item) => item.severity === severity);
    if (ofSeverity.length === 0) continue;
    lines.push('', `### ${headings[severity]}`, '');
    for (const ofKind of Map.groupBy(ofSeverity, ({ rule }) => rule).values())
      lines.push(...listOf(ofKind.map(({ message }) => message)));
  }
  const texts = changes.filter(({ kind }) => verdicts[kind].size === 'minor').length;
  if (texts > 0)
    lines.push(
      '',
      `${texts} ${texts === 1 ? 'text or detail has' : 'texts and details have'} been reworded.`,
    );
  return `${lines.join('\n')}\n`;
}

/** A list of the changes; changes that differ in one name share an item. */
function listOf(messages: readonly string[]): string[] {
  const groups = groupMessages(messages, (message) => message);
  const lines = groups.slice(0, limits.lines).map(({ first, also }) => {
    const values = also.slice(0, limits.names).map(({ value }) => value);
    const rest = also.length > values.length ? ` and ${also.length - values.length} more` : '';
    return `- ${first}${also.length > 0 ? ` Likewise ${values.join(', ')}${rest}.` : ''}`;
  });
  const omitted = groups.slice(limits.lines).reduce((sum, { also }) => sum + 1 + also.length, 0);
  return omitted > 0 ? [...lines, `- … and ${omitted} more like the last`] : lines;
}

const invisibleCharacters = lazyRegExp('[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]', 'gu');

/**
 * The title without characters that Markdown would interpret and without mentions and links.
 * Ampersands are escaped, because they can start a character reference.
 */
const titleOf = ({ definition }: Connector): string =>
  truncate(
    (asText(asObject(definition?.raw.info)?.title) ?? 'Connector')
      .replace(/[\\`*_{}[\]<>#|@:/]|\bGH-(?=\d)|(?<=\bwww)\./gi, ' ')
      .replace(invisibleCharacters(), ' '),
    100,
  )
    .trim()
    .replaceAll('&', '\\&');

/**
 * The first clause of a message, which says what changed, without what to do. Ignores colons and
 * periods in code spans.
 */
function headline(message: string): string {
  const [clause, rest] = splitMessage(message, /[.:]\s/);
  return rest === '' ? clause : `${clause}.`;
}

/**
 * The next version: breaking changes increment the first number, other changes the second, and
 * changes of texts the third. Undefined if the old version does not consist of numbers separated
 * by periods.
 */
export function nextVersion(before: Connector, changes: readonly Change[]): string | undefined {
  const version = asText(asObject(before.definition?.raw.info)?.version);
  const match =
    version === undefined ? null : /^v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?$/.exec(version);
  if (!match || version === undefined) return undefined;
  const [first, second, third] = [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
  const withThird = match[3] !== undefined;
  if (sizeOf(changes) === 'none') return version;
  const prefix = version.startsWith('v') ? 'v' : '';
  if (changes.some(({ kind }) => verdicts[kind].severity === 'error'))
    return `${prefix}${first + 1}.0${withThird ? '.0' : ''}`;
  if (sizeOf(changes) === 'major') return `${prefix}${first}.${second + 1}${withThird ? '.0' : ''}`;
  return `${prefix}${first}.${second}.${third + 1}`;
}
