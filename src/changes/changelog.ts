import { lazyRegExp } from '../shared/lazy-regexp.ts';
import { truncate } from '../shared/text.ts';
import { groupMessages } from '../shared/group-messages.ts';
import type { Connector } from '../connector/connector.ts';
import { safe, type Finding, type Severity } from '../shared/finding.ts';
import { maskFor } from '../secrets/mask.ts';
import { asObject, asText } from '../json/values.ts';
import type { Change } from './change-kinds.ts';
import { ChangelogSentences } from './changelog-sentences.ts';
import { sizeOf } from './classify.ts';
import { verdicts } from './verdicts.ts';
import { versionOf, type UpdateEffect } from './version-step.ts';

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
  const mask = maskFor(before, after);
  const effect = effectOf(changes, findings);
  const { version, note } = versionOf(versionIn(before), versionIn(after), effect);
  const title = mask(titleOf(after));
  const lines = [`## ${title}${version === undefined ? '' : ` ${mask(version)}`}`];
  if (note !== undefined) lines.push('', `_${mask(note)}_`);
  const sentences = new ChangelogSentences(before, after);
  const items = changes.flatMap((change, index) => {
    const severity = findings[index]?.severity;
    return severity !== undefined && verdicts[change.kind].size === 'major'
      ? [{ change, severity }]
      : [];
  });
  const listed = new Set<string>();
  for (const severity of ['error', 'warning', 'note'] as const) {
    const ofSeverity = items.filter((item) => item.severity === severity);
    const list: string[] = [];
    for (const ofKind of Map.groupBy(ofSeverity, ({ change }) => change.kind).values()) {
      const written = sentences.of(ofKind.map(({ change }) => change));
      // One change can be less severe in a second response: readers know of it already.
      list.push(...listOf(written.filter((sentence) => !listed.has(sentence)).map(mask)));
      for (const sentence of written) listed.add(sentence);
    }
    if (list.length > 0) lines.push('', `### ${headings[severity]}`, '', ...list);
  }
  const texts = textsOf(changes);
  if (texts !== undefined)
    lines.push('', items.length > 0 ? `Also changed: ${texts}.` : `Changed: ${texts}.`);
  else if (items.length === 0) lines.push('', 'Nothing changes for users of the connector.');
  return `${lines.join('\n')}\n`;
}

/**
 * A sentence about the version in the definition, if the changelog of the update has another one or
 * the version suggests that the update does less.
 */
export function versionAdvice(
  changes: readonly Change[],
  findings: readonly Finding[],
  before: Connector,
  after: Connector,
): string | undefined {
  const mask = maskFor(before, after);
  const declared = versionIn(after)?.trim();
  const effect = effectOf(changes, findings);
  const { version, note } = versionOf(versionIn(before), declared, effect);
  if (note !== undefined) return mask(note);
  if (version === undefined || version === declared) return undefined;
  return mask(
    declared === undefined
      ? safe`The definition has no version. For this update it should be ${version}.`
      : safe`The version in the definition is ${declared}. For this update it should be ${version}.`,
  );
}

function effectOf(changes: readonly Change[], findings: readonly Finding[]): UpdateEffect {
  if (findings.some(({ severity }) => severity === 'error')) return 'breaks';
  return ({ major: 'features', minor: 'texts', none: 'none' } as const)[sizeOf(changes)];
}

/** The version in a definition, which may be written as a number. */
const versionIn = ({ definition }: Connector): string | undefined => {
  const version = asObject(definition?.raw.info)?.version;
  return typeof version === 'number' ? String(version) : asText(version);
};

const infoOf = ({ definition }: Connector, key: string): string | undefined =>
  asText(asObject(definition?.raw.info)?.[key]);

const files: Readonly<Record<string, string>> = {
  'readme.md': 'the readme',
  'icon.png': 'the icon',
};

/** The changes of texts and details, counted or named; undefined if there are none. */
function textsOf(changes: readonly Change[]): string | undefined {
  let labels = 0;
  const others = new Set<string>();
  for (const { kind, name, subject } of changes) {
    if (verdicts[kind].size !== 'minor' || subject === 'info/version') continue;
    if (kind === 'DocumentationChanged') others.add(files[name] ?? 'the documentation');
    else if (kind === 'BrandChanged' || kind === 'ConnectorMetadataChanged')
      others.add('details about the connector');
    else labels += 1;
  }
  const counted = labels === 1 ? '1 label or description' : `${labels} labels and descriptions`;
  const parts = [...(labels > 0 ? [counted] : []), ...others];
  if (parts.length === 0) return undefined;
  return parts.length === 1
    ? parts[0]
    : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

/** A list of the changes; changes that differ in one name share an item. */
function listOf(messages: readonly string[]): string[] {
  const groups = groupMessages(messages, (message) => message);
  const lines = groups.slice(0, limits.lines).map(({ first, also }) => {
    const values = also.slice(0, limits.names).map(({ value }) => value);
    const rest = also.length > values.length ? ` and ${also.length - values.length} more` : '';
    return `- ${first}${also.length > 0 ? ` Also ${values.join(', ')}${rest}.` : ''}`;
  });
  const omitted = groups.slice(limits.lines).reduce((sum, { also }) => sum + 1 + also.length, 0);
  return omitted > 0 ? [...lines, `- … and ${omitted} more like the last`] : lines;
}

const invisibleCharacters = lazyRegExp('[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]', 'gu');

/**
 * The title without characters that Markdown would interpret and without mentions and links.
 * Ampersands are escaped, because they can start a character reference.
 */
const titleOf = (connector: Connector): string =>
  truncate(
    (infoOf(connector, 'title') ?? 'Connector')
      .replace(/[\\`*_{}[\]<>#|@:/]|\bGH-(?=\d)|(?<=\bwww)\./gi, ' ')
      .replace(invisibleCharacters(), ' '),
    100,
  )
    .trim()
    .replaceAll('&', '\\&');
