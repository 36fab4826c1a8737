/** Where GitHub looks for the file, in its order. */
export const codeownersPaths: readonly string[] = [
  '.github/CODEOWNERS',
  'CODEOWNERS',
  'docs/CODEOWNERS',
];

/** A line of a `CODEOWNERS` file. */
interface Ownership {
  pattern: string;
  owners: string[];
}

/** No path on GitHub is longer, so a longer pattern is a mistake. */
const maxPatternLength = 4_096;
/** GitHub reads files of at most 3 MB, which have fewer lines. */
const maxLines = 20_000;

/**
 * Given the text of a `CODEOWNERS` file and a path, returns the owners in the last line that matches
 * the path, or an empty list. Follows
 * https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners:
 * patterns are those of .gitignore without `!`, `[ ]` and `\#`, case matters, and GitHub skips lines
 * that it does not understand.
 */
export function codeownersOf(text: string, path: string): string[] {
  // The last match wins, so most lines need not be read.
  for (const line of text.split(/\r?\n/, maxLines).reverse()) {
    const ownership = readOwnership(line);
    if (ownership && regExpOf(ownership.pattern).test(path)) return ownership.owners;
  }
  return [];
}

function readOwnership(line: string): Ownership | undefined {
  const [pattern, ...owners] = wordsOf(line);
  if (pattern === undefined || pattern.length > maxPatternLength) return undefined;
  if (pattern.startsWith('!') || /[[\]]/.test(pattern)) return undefined;
  if (
    !owners.every(
      (owner) => /^@[\w.-]+(?:\/[\w.-]+)?$/.test(owner) || /^[^\s@]+@[^\s@]+$/.test(owner),
    )
  )
    return undefined;
  return { pattern, owners };
}

/**
 * The words of a line. A backslash escapes the next character, for example a space; `#` at the start
 * of a word begins a comment.
 */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  let word = '';
  for (let at = 0; at <= line.length; at += 1) {
    const character = line[at] ?? ' ';
    if (character === ' ' || character === '\t') {
      if (word !== '') words.push(word);
      word = '';
    } else if (character === '#' && word === '') break;
    else if (character === '\\' && at + 1 < line.length) {
      at += 1;
      word += line[at] ?? '';
    } else word += character;
  }
  return words;
}

/**
 * Compiles a pattern to a regular expression that takes time linear in the path for each wildcard,
 * whatever the path of a pull request is. What lies between two wildcards is matched where it first
 * occurs and never again elsewhere: an earlier match leaves more to the next wildcard, so nothing is
 * lost. JavaScript has no atomic groups; a lookahead with a back reference does the same.
 */
function regExpOf(pattern: string): RegExp {
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
