import { safe } from '../shared/finding.ts';

/** Where GitHub looks for the file, in its order. */
export const codeownersPaths: readonly string[] = [
  '.github/CODEOWNERS',
  'CODEOWNERS',
  'docs/CODEOWNERS',
];

/** A line of a `CODEOWNERS` file that GitHub understands. */
export interface Ownership {
  /** Counts from 1. */
  line: number;
  /** Without the backslashes that escape characters. */
  pattern: string;
  /** As written: `@login`, `@organization/team`, an address. Empty takes owners away. */
  owners: readonly string[];
  /** Where the last word of the line ends, in UTF-16 units from its start. */
  end: number;
}

/** A line that GitHub skips, and why. */
export interface SkippedLine {
  line: number;
  /** Continues "This line …", as a message (see `safe`). */
  problem: string;
}

/** No path on GitHub is longer, so a longer pattern is a mistake. */
const maxPatternLength = 4_096;
/** GitHub reads files of at most 3 MB, which have fewer lines. */
const maxLines = 20_000;

const linesOf = (text: string): string[] => text.split(/\r?\n/, maxLines);

/**
 * Given the text of a `CODEOWNERS` file and a path, returns the owners in the last line that matches
 * the path, or an empty list. Follows
 * https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners:
 * patterns are those of .gitignore without `!`, `[ ]` and `\#`, case matters, and GitHub skips lines
 * that it does not understand.
 */
export const codeownersOf = (text: string, path: string): readonly string[] =>
  ownershipOf(text, path)?.owners ?? [];

/** The last line that matches a path, which decides; undefined if none does. */
export function ownershipOf(text: string, path: string): Ownership | undefined {
  const lines = linesOf(text);
  // The last match wins, so most lines need not be read.
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const read = readLine(lines[index] ?? '', index + 1);
    if (read && 'pattern' in read && matcherOf(read.pattern).test(path)) return read;
  }
  return undefined;
}

/** All lines of a `CODEOWNERS` file except comments and blank ones, in their order. */
export const readCodeowners = (text: string): (Ownership | SkippedLine)[] =>
  linesOf(text).flatMap((line, index) => readLine(line, index + 1) ?? []);

/** Undefined for a comment or a blank line. */
function readLine(text: string, line: number): Ownership | SkippedLine | undefined {
  const words = wordsOf(text);
  const [first, ...others] = words.map((word) => word.text);
  if (first === undefined) return undefined;
  if (first.length > maxPatternLength)
    return { line, problem: `has a pattern of more than ${maxPatternLength} characters.` };
  if (first.startsWith('!'))
    return { line, problem: safe`begins with ${'!'}, which cannot exclude files here.` };
  if (/[[\]]/.test(first))
    return { line, problem: safe`has a range such as ${'[a-z]'}, which does not work here.` };
  const odd = others.find((owner) => !isOwnerName(owner));
  if (odd !== undefined)
    return {
      line,
      problem:
        safe`names ${odd}, which is not an owner: owners are ${'@login'}, ${'@organization/team'} ` +
        'or email addresses.',
    };
  return { line, pattern: first, owners: others, end: words.at(-1)?.end ?? 0 };
}

const isOwnerName = (owner: string): boolean =>
  /^@[\w.-]+(?:\/[\w.-]+)?$/.test(owner) || /^[^\s@]+@[^\s@]+$/.test(owner);

interface Word {
  /** Without the backslashes that escape characters. */
  text: string;
  end: number;
}

/**
 * The words of a line. A backslash escapes the next character, for example a space; `#` at the start
 * of a word begins a comment.
 */
function wordsOf(line: string): Word[] {
  const words: Word[] = [];
  let word = '';
  for (let at = 0; at <= line.length; at += 1) {
    const character = line[at] ?? ' ';
    if (character === ' ' || character === '\t') {
      if (word !== '') words.push({ text: word, end: at });
      word = '';
    } else if (character === '#' && word === '') break;
    else if (character === '\\' && at + 1 < line.length) {
      at += 1;
      word += line[at] ?? '';
    } else word += character;
  }
  return words;
}

/** Whether a pattern is about one folder and what is in it, and nothing else. */
export const isOnlyAbout = (pattern: string, folder: string): boolean =>
  pattern.replace(/^\//, '').replace(/\/\*{0,2}$/, '') === folder;

/**
 * Compiles a pattern to a regular expression that takes time linear in the path for each wildcard,
 * whatever the path of a pull request is. What lies between two wildcards is matched where it first
 * occurs and never again elsewhere: an earlier match leaves more to the next wildcard, so nothing is
 * lost. JavaScript has no atomic groups; a lookahead with a back reference does the same.
 */
export function matcherOf(pattern: string): RegExp {
  if (pattern === '*' || pattern === '**') return /^/;
  let groups = 0;
  const atomic = (source: string): string => {
    groups += 1;
    return `(?=(?<g${groups}>${source}))\\k<g${groups}>`;
  };
  const segmentSource = (segment: string): string => {
    const [start = '', ...pieces] = segment
      .split(/\*+/)
      .map((piece) => piece.replace(/[\\^$.+|(){}]/g, '\\$&').replaceAll('?', '[^/]'));
    const end = pieces.pop();
    if (end === undefined) return start;
    return `${start}${pieces.map((piece) => atomic(`[^/]*?${piece}`)).join('')}[^/]*${end}`;
  };

  const isDirectory = pattern.endsWith('/');
  // A slash at the start or in the middle anchors a pattern at the root of the repository.
  const isAnchored = pattern.replace(/\/+$/, '').includes('/');
  const trimmed = pattern.replace(/^\/+|\/+$/g, '');
  const segments = [...(isAnchored ? [] : ['**']), ...trimmed.split('/')];
  const last = segments.at(-1);
  let below = '(?:/.*)?';
  if (last === '**') below = '.+';
  // A pattern that ends with a slash matches only what is below the folder.
  else if (isDirectory) below = '/.*';
  // `docs/*` matches only the files directly in `docs`.
  else if (last === '*') below = '';

  const [root = [], ...runs] = runsOf(segments).map((run) => run.map(segmentSource));
  const [tail] = runs.splice(-1);
  if (!tail) return new RegExp(`^${root.join('/')}${below}$`, 's');
  const skipped = '(?:[^/]*/)*?';
  const head = root.map((source) => `${source}/`).join('');
  const middle = runs.map((run) => atomic(`${skipped}${run.join('/')}/`)).join('');
  return new RegExp(`^${head}${middle}${skipped}${tail.join('/')}${below}$`, 's');
}

/** Splits the segments of a pattern at `**`, several of which in a row count once. */
function runsOf(segments: readonly string[]): string[][] {
  const runs: string[][] = [[]];
  for (const [index, segment] of segments.entries()) {
    if (segment !== '**') runs.at(-1)?.push(segment);
    else if (segments[index - 1] !== '**') runs.push([]);
  }
  return runs;
}
