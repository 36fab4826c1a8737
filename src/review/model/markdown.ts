import { codeSpan, messageToMarkdown } from '../../report/markdown.ts';
import type { Account, Snapshot } from './snapshot.ts';

/** A login as a mention that notifies. Only for accounts that GitHub named. */
export const mention = ({ login }: Pick<Account, 'login'>): string =>
  `@${login.replace(/[^\w-]/g, '')}`;

/** A login that notifies nobody. */
export const loginText = ({ login }: Pick<Account, 'login'>): string => codeSpan(login);

export const shortSha = (sha: string): string => sha.slice(0, 7);

/** "a", "a and b", "a, b and c". */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

/** As `listed`, of so many at most. */
export const someOf = (items: readonly string[], most: number): string =>
  items.length > most
    ? `${items.slice(0, most).join(', ')} and ${items.length - most} more`
    : listed(items);

/**
 * A message in two: its first sentence without the stop, and the rest. Stops in code spans end
 * nothing.
 */
export function sentences(message: string): [first: string, rest: string] {
  const parts = message.split(/(`[^`]*`)/);
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const end = index % 2 === 0 ? part.search(/[.!?](?:\s|$)/) : -1;
    if (end >= 0) return [message.slice(0, at + end), message.slice(at + end + 1).trim()];
    at += part.length;
  }
  return [message, ''];
}

/** A message as a bold first sentence, what comes between, and the rest. */
export function boldMessage(message: string, between: string): string {
  const [first, rest] = sentences(message);
  return `**${messageToMarkdown(first)}.**${between}${rest === '' ? '' : ` ${messageToMarkdown(rest)}`}`;
}

/** The commit that is reviewed: the head, or what a merge queue made of it. */
export const shaOf = ({ pull, at }: Pick<Snapshot, 'pull' | 'at'>): string =>
  at.kind === 'head' ? pull.head.sha : at.sha;

/** A link to lines of a file at the commit that is reviewed. */
export function lineLink(snapshot: Snapshot, path: string, line: number): string {
  const { pull, repository } = snapshot;
  const web = pull.url.slice(
    0,
    pull.url.lastIndexOf(`/${repository.owner}/${repository.repo}/pull/`),
  );
  const { owner, repo } = pull.head.repository ?? repository;
  const segments = path
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment.toWellFormed()).replace(
        /[()']/g,
        (one) => `%${one.charCodeAt(0).toString(16)}`,
      ),
    );
  return (
    `[${codeSpan(path.split('/').at(-1) ?? path)} line ` +
    `${line}](${web}/${owner}/${repo}/blob/${shaOf(snapshot)}/${segments.join('/')}#L${line})`
  );
}

/** Markdown as a cell of a table: in one line, and without a `|` that would end it. */
export const tableCell = (markdown: string): string =>
  markdown.replaceAll('\n', ' ').replace(/\\[^]|\|/g, (found) => (found === '|' ? '\\|' : found));

export const details = (summary: string, content: string): string =>
  `<details><summary>${summary}</summary>\n\n${content.trim()}\n\n</details>`;
