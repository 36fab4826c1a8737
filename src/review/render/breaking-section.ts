import { shortFingerprint } from '../commands/acknowledge.ts';
import { describeBreakingChanges } from '../facts/describe-breaking-changes.ts';
import type { Facts } from '../model/facts.ts';
import { sentences, someOf } from '../model/markdown.ts';
import { pageOf } from '../../shared/project.ts';
import { bulletList, codeSpan, details, messageToMarkdown } from '../../report/markdown.ts';

/** One sentence names at most this many breaking changes; the folded section lists them. */
const maxNamed = 4;
const maxListed = 200;

/** What an update breaks: a sentence, and all of it one by one in a folded section. */
export function breakingSection({ connectors: [connector] }: Facts): string {
  const changes = connector?.validation.ok ? connector.validation.value.changes : undefined;
  if (!changes || changes.breaking.length === 0) return '';
  const { breaking, size } = changes;
  const items = breaking
    .slice(0, maxListed)
    .map(
      ({ message, fingerprint, subject, kind }) =>
        `${codeSpan(shortFingerprint(fingerprint))} ` +
        `${messageToMarkdown(sentences(message)[0])}. <sub>${codeSpan(subject)} · ` +
        `[How to avoid it](${pageOf(kind)})</sub>`,
    );
  const more = breaking.length - maxListed;
  if (more > 0) items.push(`… and ${more} more`);
  const acknowledge = breaking.some(({ acknowledgeable }) => acknowledgeable)
    ? '`/acknowledge` covers all of them. To acknowledge only some, write their fingerprints ' +
      'after the command.\n\n'
    : '';
  return (
    `**This update breaks existing flows** (${size}): ` +
    `${someOf(describeBreakingChanges(breaking), maxNamed)}.\n\n` +
    details(`What breaks, one by one (${breaking.length})`, `${acknowledge}${bulletList(items)}`)
  );
}
