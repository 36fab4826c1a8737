import { codeSpan, linePage, messageToMarkdown } from '../../report/markdown.ts';
import { splitMessage } from '../../shared/message-parts.ts';
import type { Account, Snapshot } from './snapshot.ts';

/** A login as a mention, which notifies the person. Only for accounts that GitHub named. */
export const mention = ({ login }: Pick<Account, 'login'>): string =>
  `@${login.replace(/[^\w-]/g, '')}`;

/** A login as a code span, which notifies nobody. */
export const loginText = ({ login }: Pick<Account, 'login'>): string => codeSpan(login);

export const shortSha = (sha: string): string => sha.slice(0, 7);

/** "a", "a and b", "a, b and c". */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

/** Like `listed`, but names at most `maxItems`: "a, b and 3 more". */
export const someOf = (items: readonly string[], maxItems: number): string =>
  items.length > maxItems
    ? `${items.slice(0, maxItems).join(', ')} and ${items.length - maxItems} more`
    : listed(items);

/**
 * Splits a message into its first sentence, without the period, and the rest. A period in a quoted
 * value ends no sentence.
 */
export function sentences(message: string): [first: string, rest: string] {
  const [first, rest] = splitMessage(message, /[.!?](?:\s|$)/);
  return [first, rest.slice(1).trim()];
}

/** A message with its first sentence in bold, and `between` (Markdown) after that sentence. */
export function boldMessage(message: string, between: string): string {
  const [first, rest] = sentences(message);
  return `**${messageToMarkdown(first)}.**${between}${rest === '' ? '' : ` ${messageToMarkdown(rest)}`}`;
}

/** The commit under review: the head, or the commit that a merge queue made of it. */
export const shaOf = ({ pull, at }: Pick<Snapshot, 'pull' | 'at'>): string =>
  at.kind === 'head' ? pull.head.sha : at.sha;

/** The address of GitHub's pages, such as `https://github.com`. */
const webOf = ({ pull, repository }: Snapshot): string =>
  pull.url.slice(0, pull.url.lastIndexOf(`/${repository.owner}/${repository.repo}/pull/`));

/** The address of the files at the commit under review. */
export function filesPage(snapshot: Snapshot): string {
  const { owner, repo } = snapshot.pull.head.repository ?? snapshot.repository;
  return `${webOf(snapshot)}/${owner}/${repo}/blob/${shaOf(snapshot)}`;
}

/** The address of the files at the commit of the base branch that the settings are from. */
export function baseFilesPage(snapshot: Snapshot): string {
  const { owner, repo } = snapshot.repository;
  return `${webOf(snapshot)}/${owner}/${repo}/blob/${snapshot.pull.base.sha}`;
}

/** A link to a line of a file at the commit under review. `path` starts at the repository root. */
export const lineLink = (snapshot: Snapshot, path: string, line: number, text: string): string =>
  `[${text}](${linePage(filesPage(snapshot), path, line)})`;
