import type { Connector } from '../connector/connector.ts';
import type { Severity } from '../connector/finding.ts';
import { asObject, asText } from '../connector/values.ts';
import type { Change } from './facts.ts';
import { judge, sizeOf } from './judge.ts';
import { verdicts } from './verdicts.ts';

const headings: Record<Severity, string> = { error: 'Breaks flows', warning: 'May affect flows', note: 'Other changes' };
/** Of one kind in one operation, so many are told one by one. */
const mostAlike = 5;

/** What an update changes, for the people who use the connector: Markdown, breaking changes first, texts counted only. */
export function changelog(changes: readonly Change[], before: Connector, after: Connector): string {
  const version = nextVersion(before, changes);
  const size = sizeOf(changes);
  const lines = [`## ${titleOf(after)}${version === undefined ? '' : ` ${version}`}`];
  if (size === 'none') return `${lines[0]}\n\nNothing changes for those who use the connector.\n`;
  const findings = judge(changes, after);
  for (const severity of ['error', 'warning', 'note'] as const) {
    const groups = new Map<string, string[]>();
    changes.forEach((change, index) => {
      const finding = findings[index];
      if (!finding || finding.severity !== severity || verdicts[change.kind].size === 'minor') return;
      const key = `${change.kind}\n${change.operation ?? ''}`;
      groups.set(key, [...(groups.get(key) ?? []), headline(finding.message)]);
    });
    if (groups.size === 0) continue;
    lines.push('', `### ${headings[severity]}`, '');
    for (const told of groups.values()) {
      lines.push(...told.slice(0, mostAlike).map((line) => `- ${line}`));
      if (told.length > mostAlike) lines.push(`- … and ${told.length - mostAlike} more like the last`);
    }
  }
  const texts = changes.filter(({ kind }) => verdicts[kind].size === 'minor').length;
  if (texts > 0) lines.push('', `${texts} ${texts === 1 ? 'text or detail has' : 'texts and details have'} been reworded.`);
  return `${lines.join('\n')}\n`;
}

const titleOf = ({ definition }: Connector): string => (asText(asObject(definition?.raw.info)?.title) ?? 'Connector').replace(/[\\`*_{}[\]<>#|@\p{Cc}]/gu, ' ').slice(0, 100).trim();

/** The first clause of a message: what happened, without what to do. Colons and stops in code spans do not end it. */
function headline(message: string): string {
  const parts = message.split(/(`[^`]*`)/);
  let told = '';
  for (const [index, part] of parts.entries()) {
    const end = index % 2 === 0 ? part.search(/[.:]\s/) : -1;
    if (end >= 0) return `${told}${part.slice(0, end)}.`;
    told += part;
  }
  return told;
}

/**
 * The version that follows from an update: the first number counts what breaks, the second everything else but texts, the third
 * texts. Undefined where the version before is not made of numbers with dots between them.
 */
export function nextVersion(before: Connector, changes: readonly Change[]): string | undefined {
  const version = asText(asObject(before.definition?.raw.info)?.version);
  const match = version === undefined ? null : /^v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?$/.exec(version);
  if (!match || version === undefined) return undefined;
  const [first, second, third] = [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
  const withThird = match[3] !== undefined;
  if (sizeOf(changes) === 'none') return version;
  const prefix = version.startsWith('v') ? 'v' : '';
  if (changes.some(({ kind }) => verdicts[kind].severity === 'error')) return `${prefix}${first + 1}.0${withThird ? '.0' : ''}`;
  if (sizeOf(changes) === 'major') return `${prefix}${first}.${second + 1}${withThird ? '.0' : ''}`;
  return `${prefix}${first}.${second}.${third + 1}`;
}
