import { lazyRegExp } from '../shared/lazy-regexp.ts';
import { isAscii } from '../shared/text.ts';

/**
 * How the compiled dictionary is written: each word is a path through a graph without cycles. A
 * node is a run of edges; an edge is 32 bits: 5 for its letter, 3 for how common the word is that
 * ends with it (0: none), 1 that says it is the last of its node, and 23 for the index where the
 * node's edges begin that it leads to (0: none, for nothing leads back to the root).
 */
export const bitsOf = { letter: 5, ends: 3 } as const;
export const letterMask = 0x1f;
export const endsMask = 7;
export const lastOfNode = 1 << (bitsOf.letter + bitsOf.ends);
export const shiftOf = { ends: bitsOf.letter, node: bitsOf.letter + bitsOf.ends + 1 } as const;

/**
 * How common a word is: `name` for one that is known with a capital only, from `rare` up to 7 for
 * the most common four thousand.
 */
export const commonness = { name: 1, rare: 2 } as const;

export interface DictionaryHead {
  /** Of what the file was made of: it is made anew when that changes. */
  stamp: string;
  words: number;
  edges: number;
  /** The byte at which the edges begin. */
  start: number;
}

/** 1 to 26 for `a` to `z`, 27 for the apostrophe; 0 for what is in no word. */
export function letterOf(code: number): number {
  if (code >= 97 && code <= 122) return code - 96;
  return code === 39 ? 27 : 0;
}
export const letters = " abcdefghijklmnopqrstuvwxyz'";

const accents = lazyRegExp('\\p{M}', 'gu');

/**
 * A word in small letters, without accents, with a plain apostrophe: capitals and accents are not
 * what misspellings are about.
 */
export function fold(word: string): string {
  if (/^[a-z]+$/.test(word)) return word;
  return (
    isAscii(word)
      ? word
      : word
          .normalize('NFD')
          .replace(accents(), '')
          .replace(/[\u2018\u2019\u02bc]/g, "'")
  ).toLowerCase();
}
