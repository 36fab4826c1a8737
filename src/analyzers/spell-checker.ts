import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import type { Correction, Speller } from '../rules/speller.ts';
import {
  commonness,
  fold,
  lastOfNode,
  letterMask,
  endsMask,
  letterOf,
  letters,
  shiftOf,
  type DictionaryHead,
} from './dictionary.ts';

let loading: Promise<Speller> | undefined;

/**
 * Loads the dictionary that scripts/compile-dictionary.ts writes, in a few milliseconds. Later calls
 * return the same spell checker.
 */
export const loadSpeller = (dictionary: URL): Promise<Speller> =>
  (loading ??= readFile(dictionary).then((bytes) => new WordGraph(bytes)));

/** A longer text is not a word. */
const maxWordLength = 40;
/** Shorter words get no corrections, because too many words are similar to them. */
const minCorrectedLength = 4;
/** Words of at least this length get corrections with two edits. */
const minLengthForTwoEdits = 7;
const maxCorrections = 4;
/** A correction with a higher cost would be a guess. */
const maxCost = 2.25;
/** Limits the memory of the cache of corrections. */
const maxCachedWords = 100_000;

/** The costs of edits: the less likely a typing error is, the higher its cost. */
const costOf = {
  transposed: 1,
  /** Two letters exchanged around a third: `Deteles`. */
  exchanged: 1.4,
  doubled: 0.8,
  missing: 1,
  extra: 1.1,
  vowel: 1,
  neighbor: 1.2,
  replaced: 1.4,
  firstLetter: 0.7,
} as const;
/** The additional cost of a word, by its commonness: the rarer it is, the less likely. */
const rarityCosts = [Infinity, Infinity, Infinity, 1.3, 1, 0.6, 0.3, 0] as const;

const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
/** Pairs of letters that are next to each other on the keyboard. */
const neighbors = new Set(
  rows.flatMap((row) =>
    Array.from(row.slice(1), (letter, index) => [
      `${row[index]}${letter}`,
      `${letter}${row[index]}`,
    ]).flat(),
  ),
);

class WordGraph implements Speller {
  readonly #edges: Uint32Array;
  /** Common misspellings with their corrections, parsed at the first use. */
  readonly #misspellings: () => Map<string, string>;
  readonly #corrections = new Map<string, readonly Correction[]>();

  constructor(file: Buffer) {
    const head: DictionaryHead = JSON.parse(file.subarray(0, file.indexOf('\n')).toString());
    const end = head.start + head.edges * 4;
    // Copied, because a Uint32Array must start at a multiple of 4 bytes.
    const edges = Buffer.from(file.subarray(head.start, end));
    if (endianness() === 'BE') edges.swap32();
    this.#edges = new Uint32Array(edges.buffer, edges.byteOffset, head.edges);
    let misspellings: Map<string, string> | undefined;
    this.#misspellings = () =>
      (misspellings ??= new Map(
        file
          .subarray(end)
          .toString()
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
      ));
  }

  knows(word: string): boolean {
    const level = word.length > maxWordLength ? 0 : this.#commonness(fold(word));
    return (
      level > commonness.name ||
      (level === commonness.name && word.charAt(0) !== word.charAt(0).toLowerCase())
    );
  }

  isCommon(word: string): boolean {
    return word.length <= maxWordLength && this.#commonness(fold(word)) >= commonness.common;
  }

  corrections(word: string, maxEdits: 1 | 2 = 2): readonly Correction[] {
    const folded = fold(word);
    const key = `${folded} ${maxEdits}`;
    const cached = this.#corrections.get(key);
    if (cached) return cached;
    const corrections = this.#findCorrections(folded, maxEdits);
    if (this.#corrections.size < maxCachedWords) this.#corrections.set(key, corrections);
    return corrections;
  }

  /** The commonness of a word; 0 if it is not in the dictionary. */
  #commonness(word: string): number {
    let node = 0;
    let ends = 0;
    for (let index = 0; index < word.length; index += 1) {
      const edge: number =
        index > 0 && node === 0 ? 0 : this.#edge(node, letterOf(word.charCodeAt(index)));
      if (edge === 0) return 0;
      ends = (edge >>> shiftOf.ends) & endsMask;
      node = edge >>> shiftOf.node;
    }
    return ends;
  }

  /** The edge of a node with a letter; 0 if there is none. */
  #edge(node: number, letter: number): number {
    for (let at = node; ; at += 1) {
      const edge = this.#edges[at] ?? 0;
      if ((edge & letterMask) === letter) return edge;
      if (edge === 0 || (edge & lastOfNode) !== 0) return 0;
    }
  }

  #findCorrections(word: string, maxEdits: 1 | 2): readonly Correction[] {
    if (word.length < minCorrectedLength || word.length > maxWordLength) return [];
    const search: Search = {
      word: Uint8Array.from(word, (letter) => letterOf(letter.charCodeAt(0))),
      length: word.length,
      spelling: new Uint8Array(maxWordLength + 4),
      found: new Map(),
    };
    const listed = this.#misspellings().get(word);
    if (listed !== undefined) search.found.set(listed, costOf.doubled);
    this.#walk(search, 0, 0, 0, 1, 0);
    if (maxEdits === 2 && search.found.size === 0 && word.length >= minLengthForTwoEdits)
      this.#walk(search, 0, 0, 0, 2, 0);
    return Array.from(search.found, ([correction, cost]) => ({ word: correction, cost }))
      .sort((a, b) => a.cost - b.cost)
      .slice(0, maxCorrections);
  }

  /**
   * Finds every word that the rest of the misspelled word, from `index` on, becomes with at most
   * `edits` edits: a letter missing, extra or replaced, or two letters transposed.
   * @param depth the number of letters on the path to `node`
   * @param cost the cost of the edits so far
   */
  #walk(
    search: Search,
    index: number,
    depth: number,
    node: number,
    edits: number,
    cost: number,
  ): void {
    if (cost > maxCost) return;
    const { word, length } = search;
    const here = word[index] ?? 0;
    const before = search.spelling[depth - 1];
    const more = index === 0 ? cost + costOf.firstLetter : cost;
    if (edits > 0 && here !== 0) {
      const doubled = here === before || here === word[index + 1];
      const total = more + (doubled ? costOf.doubled : costOf.extra);
      if (index + 1 === length)
        this.#keep(search, depth, this.#commonness(spelled(search.spelling, depth)), total);
      this.#walk(search, index + 1, depth, node, edits - 1, total);
    }
    if (node === 0 && depth > 0) return;
    if (edits === 0) {
      const edge = here === 0 ? 0 : this.#edge(node, here);
      if (edge !== 0) this.#step(search, index + 1, depth, edge, 0, cost);
      return;
    }
    for (let at = node; ; at += 1) {
      const edge = this.#edges[at] ?? 0;
      const letter = edge & letterMask;
      if (letter === here) this.#step(search, index + 1, depth, edge, edits, cost);
      else if (here !== 0) {
        const replaced = more + replacementCost(here, letter);
        if (replaced <= maxCost) this.#step(search, index + 1, depth, edge, edits - 1, replaced);
        const next =
          word[index + 1] === letter && edge >>> shiftOf.node !== 0
            ? this.#edge(edge >>> shiftOf.node, here)
            : 0;
        if (next !== 0) {
          search.spelling[depth] = letter;
          this.#step(search, index + 2, depth + 1, next, edits - 1, more + costOf.transposed);
        }
        if (length >= minLengthForTwoEdits && word[index + 2] === letter)
          this.#exchange(search, index, depth, edge, edits - 1, more);
      }
      const missing =
        more + (letter === before || letter === here ? costOf.doubled : costOf.missing);
      if (missing <= maxCost) this.#step(search, index, depth, edge, edits - 1, missing);
      if ((edge & lastOfNode) !== 0) return;
    }
  }

  /** Follows the edge of a letter that was exchanged with the next but one. */
  #exchange(
    search: Search,
    index: number,
    depth: number,
    edge: number,
    edits: number,
    cost: number,
  ): void {
    const [first = 0, middle = 0, last = 0] = search.word.subarray(index, index + 3);
    const between = edge >>> shiftOf.node === 0 ? 0 : this.#edge(edge >>> shiftOf.node, middle);
    const after = between >>> shiftOf.node === 0 ? 0 : this.#edge(between >>> shiftOf.node, first);
    if (after === 0) return;
    search.spelling[depth] = last;
    search.spelling[depth + 1] = middle;
    this.#step(search, index + 3, depth + 2, after, edits, cost + costOf.exchanged);
  }

  /** Follows an edge, after which the first `index` letters of the word are done. */
  #step(
    search: Search,
    index: number,
    depth: number,
    edge: number,
    edits: number,
    cost: number,
  ): void {
    search.spelling[depth] = edge & letterMask;
    if (index === search.length)
      this.#keep(search, depth + 1, (edge >>> shiftOf.ends) & endsMask, cost);
    if (index < search.length || edits > 0)
      this.#walk(search, index, depth + 1, edge >>> shiftOf.node, edits, cost);
  }

  #keep({ spelling, found }: Search, length: number, ends: number, cost: number): void {
    const total = cost + (rarityCosts[ends] ?? Infinity);
    if (total > maxCost) return;
    const word = spelled(spelling, length);
    const lowest = found.get(word);
    if (lowest === undefined || total < lowest) found.set(word, total);
  }
}

/** The state of a search: the misspelled word and the current path as numbers of letters. */
interface Search {
  word: Uint8Array;
  length: number;
  spelling: Uint8Array;
  /** The corrections found so far, and the lowest cost of each. */
  found: Map<string, number>;
}

const spelled = (spelling: Uint8Array, length: number): string => {
  let word = '';
  for (let index = 0; index < length; index += 1) word += letters.charAt(spelling[index] ?? 0);
  return word;
};

const isVowel = (letter: string): boolean => 'aeiouy'.includes(letter);

/** The cost to replace a letter by another one, by the numbers of both letters. */
const replacementCosts = Float64Array.from({ length: 32 * 32 }, (_, pair) => {
  const letter = letters.charAt(pair >> 5);
  const replacement = letters.charAt(pair & letterMask);
  if (letter === '' || replacement === '') return costOf.replaced;
  if (isVowel(letter) && isVowel(replacement)) return costOf.vowel;
  return neighbors.has(letter + replacement) ? costOf.neighbor : costOf.replaced;
});
const replacementCost = (letter: number, replacement: number): number =>
  replacementCosts[(letter << 5) | replacement] ?? costOf.replaced;
