import {
  codeownersOf,
  isOnlyAbout,
  ownershipOf,
  readCodeowners,
  type Ownership,
} from './codeowners.ts';

/** `CODEOWNERS` with more owners of a connector. */
export interface AddedOwners {
  text: string;
  /** The number of the line that was changed or added. */
  line: number;
  isNew: boolean;
  /** All owners of the connector afterward. */
  owners: readonly string[];
}

/**
 * Adds owners of a connector to the text of a `CODEOWNERS` file. Extends the line that decides for
 * the connector if that is about nothing else. Otherwise adds a line of its own, which repeats the
 * owners that it had so far: the last match wins. Nothing else in the file changes.
 * @param folder the path of the connector's folder
 * @param path a file of the connector that the owners are asked about
 * @param owners as `CODEOWNERS` writes them
 * @returns undefined if `CODEOWNERS` cannot name the folder
 */
export function addOwners(
  text: string,
  folder: string,
  path: string,
  owners: readonly string[],
): AddedOwners | undefined {
  const deciding = ownershipOf(text, path);
  const known = new Set(deciding?.owners.map((owner) => owner.toLowerCase()));
  const added = owners.filter((owner) => !known.has(owner.toLowerCase()));
  const all = [...(deciding?.owners ?? []), ...added];
  const isOwn = deciding !== undefined && isOnlyAbout(deciding.pattern, folder);
  const pattern = patternOf(folder);
  if (pattern === undefined) return undefined;
  const edited = isOwn
    ? extendLine(text, deciding, added)
    : insertLine(text, lineBefore(text, folder, deciding), [pattern, ...all].join(' '));
  const after = codeownersOf(edited.text, path);
  return after.join(' ') === all.join(' ') ? { ...edited, isNew: !isOwn, owners: all } : undefined;
}

/** Undefined for characters that mean something in a pattern and cannot be escaped. */
const patternOf = (folder: string): string | undefined =>
  /[[\]*?\r\n]/.test(folder) ? undefined : `/${folder.replace(/[\\ \t#]/g, String.raw`\$&`)}/`;

/** The offset at which each line begins. */
function startsOf(text: string): number[] {
  const starts = [0];
  for (const { index } of text.matchAll(/\n/g)) starts.push(index + 1);
  return starts;
}

function extendLine(
  text: string,
  { line, end }: Ownership,
  owners: readonly string[],
): { text: string; line: number } {
  const at = (startsOf(text)[line - 1] ?? 0) + end;
  const added = owners.map((owner) => ` ${owner}`).join('');
  return { text: `${text.slice(0, at)}${added}${text.slice(at)}`, line };
}

/**
 * The number of the line after which a connector gets its line; 0 for the first. It is below the
 * line that decides now, behind the connectors of the same class that follow it. But it is above
 * patterns for files of any connector, which go on deciding for those.
 */
function lineBefore(text: string, folder: string, deciding: Ownership | undefined): number {
  const siblings = folder.slice(0, folder.lastIndexOf('/') + 1);
  const first = deciding?.line ?? 0;
  const below = readCodeowners(text).filter(
    (read): read is Ownership => 'pattern' in read && read.line > first,
  );
  const end = below.findIndex(({ pattern }) => isAboutAnyFolder(pattern));
  const before = end < 0 ? below : below.slice(0, end);
  const sibling = before.findLast(({ pattern }) => pattern.replace(/^\//, '').startsWith(siblings));
  if (sibling) return sibling.line;
  if (deciding) return first;
  return (below[end]?.line ?? countLines(text) + 1) - 1;
}

/** Whether a pattern matches files in several folders. */
const isAboutAnyFolder = (pattern: string): boolean => {
  const folder = pattern.replace(/\/\*{0,2}$/, '');
  return /[*?]/.test(folder) || !folder.includes('/');
};

const countLines = (text: string): number =>
  startsOf(text).length - (text === '' || text.endsWith('\n') ? 1 : 0);

/** Adds a line after another one, which ends as the others do. */
function insertLine(text: string, after: number, added: string): { text: string; line: number } {
  const lineEnd = /\r?\n/.exec(text)?.[0] ?? '\n';
  const at = startsOf(text)[after];
  return {
    // Without such a line, the last one has no end.
    text:
      at === undefined
        ? `${text}${lineEnd}${added}`
        : `${text.slice(0, at)}${added}${lineEnd}${text.slice(at)}`,
    line: after + 1,
  };
}
