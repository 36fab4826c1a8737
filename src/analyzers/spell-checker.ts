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
 * The speller of the dictionary that scripts/compile-dictionary.ts writes; loaded by the first who
 * asks, which takes a few milliseconds.
 */
export const loadSpeller = (dictionary: URL): Promise<Speller> =>
  (loading ??= readFile(dictionary).then((bytes) => new WordGraph(bytes)));

/** Longer ones are no words. */
const longest = 40;
/** What corrections are looked for; of shorter words too many are near. */
const shortest = 4;
/** Two slips are looked for in words from this length. */
const longEnoughForTwo = 7;
const mostCorrections = 4;
/** What costs more is a guess. */
const mostCost = 2.25;
/** How many words are remembered: some corpora have no end of them. */
const mostRemembered = 100_000;

/**
 * How likely the slips are that make one word of another, and how much less likely a word is the
 * rarer it is.
 */
const costOf = {
  transposed: 1,
  doubled: 0.8,
  left: 1,
  extra: 1.1,
  vowel: 1,
  neighbor: 1.2,
  replaced: 1.4,
  firstLetter: 0.7,
} as const;
const rarity = [Infinity, Infinity, Infinity, 1.3, 1, 0.6, 0.3, 0] as const;

const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
/** The letters that are beside each other on the keyboard. */
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
  readonly #named: () => Map<string, string>;
  readonly #corrections = new Map<string, readonly Correction[]>();

  constructor(file: Buffer) {
    const head: DictionaryHead = JSON.parse(file.subarray(0, file.indexOf('\n')).toString());
    const end = head.start + head.edges * 4;
    // a copy begins where words of 32 bits may
    const edges = Buffer.from(file.subarray(head.start, end));
    if (endianness() === 'BE') edges.swap32();
    this.#edges = new Uint32Array(edges.buffer, edges.byteOffset, head.edges);
    let named: Map<string, string> | undefined;
    this.#named = () =>
      (named ??= new Map(
        file
          .subarray(end)
          .toString()
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
      ));
  }

  knows(word: string): boolean {
    const found = word.length > longest ? 0 : this.#commonness(fold(word));
    return (
      found > commonness.name ||
      (found === commonness.name && word.charAt(0) !== word.charAt(0).toLowerCase())
    );
  }

  corrections(word: string): readonly Correction[] {
    const folded = fold(word);
    const known = this.#corrections.get(folded);
    if (known) return known;
    const found = this.#near(folded);
    if (this.#corrections.size < mostRemembered) this.#corrections.set(folded, found);
    return found;
  }

  /** 0 for what is no word. */
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

  /** The edge of a node that has a letter, 0 where there is none. */
  #edge(node: number, letter: number): number {
    for (let at = node; ; at += 1) {
      const edge = this.#edges[at] ?? 0;
      if ((edge & letterMask) === letter) return edge;
      if (edge === 0 || (edge & lastOfNode) !== 0) return 0;
    }
  }

  #near(word: string): readonly Correction[] {
    if (word.length < shortest || word.length > longest) return [];
    const search: Search = {
      word: Uint8Array.from(word, (letter) => letterOf(letter.charCodeAt(0))),
      length: word.length,
      made: new Uint8Array(longest + 4),
      found: new Map(),
    };
    const named = this.#named().get(word);
    if (named !== undefined) search.found.set(named, costOf.doubled);
    this.#walk(search, 0, 0, 0, 1, 0);
    if (search.found.size === 0 && word.length >= longEnoughForTwo)
      this.#walk(search, 0, 0, 0, 2, 0);
    return Array.from(search.found, ([one, cost]) => ({ word: one, cost }))
      .sort((a, b) => a.cost - b.cost)
      .slice(0, mostCorrections);
  }

  /**
   * Every word that is at most `slips` slips away from what is left of the word at `index`: letters
   * left out, put in, replaced, or two in each other's place. `made` is how many letters lead to
   * `node`.
   */
  #walk(
    search: Search,
    index: number,
    made: number,
    node: number,
    slips: number,
    cost: number,
  ): void {
    if (cost > mostCost) return;
    const { word, length } = search;
    const here = word[index] ?? 0;
    const before = search.made[made - 1];
    const more = index === 0 ? cost + costOf.firstLetter : cost;
    if (slips > 0 && here !== 0) {
      const doubled = here === before || here === word[index + 1];
      const total = more + (doubled ? costOf.doubled : costOf.extra);
      if (index + 1 === length)
        this.#keep(search, made, this.#commonness(spelled(search.made, made)), total);
      this.#walk(search, index + 1, made, node, slips - 1, total);
    }
    if (node === 0 && made > 0) return;
    if (slips === 0) {
      const edge = here === 0 ? 0 : this.#edge(node, here);
      if (edge !== 0) this.#step(search, index + 1, made, edge, 0, cost);
      return;
    }
    for (let at = node; ; at += 1) {
      const edge = this.#edges[at] ?? 0;
      const letter = edge & letterMask;
      if (letter === here) this.#step(search, index + 1, made, edge, slips, cost);
      else if (here !== 0) {
        const replaced = more + replacing(here, letter);
        if (replaced <= mostCost) this.#step(search, index + 1, made, edge, slips - 1, replaced);
        const other =
          word[index + 1] === letter && edge >>> shiftOf.node !== 0
            ? this.#edge(edge >>> shiftOf.node, here)
            : 0;
        if (other !== 0) {
          search.made[made] = letter;
          this.#step(search, index + 2, made + 1, other, slips - 1, more + costOf.transposed);
        }
      }
      const left = more + (letter === before || letter === here ? costOf.doubled : costOf.left);
      if (left <= mostCost) this.#step(search, index, made, edge, slips - 1, left);
      if ((edge & lastOfNode) !== 0) return;
    }
  }

  /** Goes along an edge, behind which `index` letters of the word are dealt with. */
  #step(
    search: Search,
    index: number,
    made: number,
    edge: number,
    slips: number,
    cost: number,
  ): void {
    search.made[made] = edge & letterMask;
    if (index === search.length)
      this.#keep(search, made + 1, (edge >>> shiftOf.ends) & endsMask, cost);
    if (index < search.length || slips > 0)
      this.#walk(search, index, made + 1, edge >>> shiftOf.node, slips, cost);
  }

  #keep({ made, found }: Search, length: number, ends: number, cost: number): void {
    const total = cost + (rarity[ends] ?? Infinity);
    if (total > mostCost) return;
    const word = spelled(made, length);
    const known = found.get(word);
    if (known === undefined || total < known) found.set(word, total);
  }
}

/**
 * What is looked for: a word in numbers of letters, the way that was gone, and what was found on
 * it.
 */
interface Search {
  word: Uint8Array;
  length: number;
  made: Uint8Array;
  found: Map<string, number>;
}

const spelled = (made: Uint8Array, length: number): string => {
  let word = '';
  for (let index = 0; index < length; index += 1) word += letters.charAt(made[index] ?? 0);
  return word;
};

const isVowel = (letter: string): boolean => 'aeiouy'.includes(letter);

/** By two letters: what it costs to replace the one by the other. */
const replacements = Float64Array.from({ length: 32 * 32 }, (_, pair) => {
  const [letter, by] = [letters.charAt(pair >> 5), letters.charAt(pair & letterMask)];
  if (letter === '' || by === '') return costOf.replaced;
  if (isVowel(letter) && isVowel(by)) return costOf.vowel;
  return neighbors.has(letter + by) ? costOf.neighbor : costOf.replaced;
});
const replacing = (letter: number, by: number): number =>
  replacements[(letter << 5) | by] ?? costOf.replaced;
