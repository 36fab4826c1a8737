/** Where GitHub looks for owners, in its order. */
export const codeownersPaths: readonly string[] = [
  '.github/CODEOWNERS',
  'CODEOWNERS',
  'docs/CODEOWNERS',
];

/** A line of a `CODEOWNERS` file. */
interface Ownership {
  matches: (path: string) => boolean;
  owners: string[];
}

/** More lines than this are not read: GitHub reads files of 3 MB at most. */
const mostLines = 20_000;

/**
 * The owners of a path: those of the last line that matches it, none where that line names none or
 * no line matches. As GitHub reads
 * https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners:
 * patterns of .gitignore without `!`, `[ ]` and `\#`; letters count as they are written; lines that
 * are no ownership are skipped.
 */
export function codeownersOf(text: string, path: string): string[] {
  // From the last line on: that is mostly near, and no other has to be read.
  for (const line of text.split(/\r?\n/, mostLines).reverse()) {
    const ownership = readOwnership(line);
    if (ownership?.matches(path) === true) return ownership.owners;
  }
  return [];
}

function readOwnership(line: string): Ownership | undefined {
  const [pattern, ...owners] = wordsOf(line);
  if (pattern === undefined || pattern.startsWith('!') || /[[\]]/.test(pattern)) return undefined;
  if (
    !owners.every(
      (owner) => /^@[\w.-]+(?:\/[\w.-]+)?$/.test(owner) || /^[^\s@]+@[^\s@]+$/.test(owner),
    )
  )
    return undefined;
  return { matches: matcherOf(pattern), owners };
}

/**
 * The words of a line; a space behind a backslash belongs to its word, `#` at the start of a word
 * begins a comment.
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

function matcherOf(pattern: string): (path: string) => boolean {
  if (pattern === '*' || pattern === '**') return () => true;
  const directory = pattern.endsWith('/');
  const trimmed = pattern.replace(/^\/+|\/+$/g, '');
  const anchored = pattern.replace(/\/+$/, '').includes('/');
  const wanted = [...(anchored ? [] : ['**']), ...trimmed.split('/')].filter(
    (segment, index, all) => segment !== '**' || all[index - 1] !== '**',
  );
  // `docs/*` means the files directly in it; everything else means what is below it too.
  const below = directory || wanted.at(-1) !== '*';
  return (path) => {
    const segments = path.split('/');
    // reached[w]: the first w parts of the pattern match the segments so far.
    let reached = wanted.map(
      (_, index) => index > 0 && wanted.slice(0, index).every((part) => part === '**'),
    );
    reached[0] = true;
    reached.push(wanted.every((part) => part === '**'));
    for (const [index, segment] of segments.entries()) {
      const next = reached.map(() => false);
      wanted.forEach((part, at) => {
        if (!reached[at]) return;
        if (part === '**') next[at] = true;
        else if (segmentMatches(part, segment)) next[at + 1] = true;
      });
      wanted.forEach((part, at) => {
        if (part === '**' && next[at]) next[at + 1] = true;
      });
      reached = next;
      const last = index === segments.length - 1;
      if (reached[wanted.length] && (last ? !directory || wanted.at(-1) === '**' : below))
        return true;
    }
    return false;
  };
}

/**
 * `*` is any text, `?` any character; both within a segment. Time is linear in both for each star.
 */
function segmentMatches(pattern: string, segment: string): boolean {
  let [p, s, star, resume] = [0, 0, -1, 0];
  while (s < segment.length) {
    if (pattern[p] === '*') {
      star = p;
      p += 1;
      resume = s;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === segment[s])) {
      p += 1;
      s += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += 1;
      s = resume;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(p));
}
