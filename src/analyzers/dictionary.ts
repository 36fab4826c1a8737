import { lazyRegExp } from '../shared/lazy-regexp.ts';
import { isAscii } from '../shared/text.ts';

/**
 * The format of the compiled dictionary: an acyclic graph in which each word is a path. A node is a
 * sequence of edges. An edge has 32 bits: 5 for its letter; 3 for the commonness of the word that
 * ends with it, 0 if none does; 1 that marks the last edge of a node; and 23 for the index of the
 * first edge of the next node, 0 if there is none (no edge leads back to the root).
 */
export const bitsOf = { letter: 5, ends: 3 } as const;
export const letterMask = 0x1f;
export const endsMask = 7;
export const lastOfNode = 1 << (bitsOf.letter + bitsOf.ends);
export const shiftOf = { ends: bitsOf.letter, node: bitsOf.letter + bitsOf.ends + 1 } as const;

/**
 * How common a word is: `name` for a word that is only correct with a capital letter, then from
 * `rare` up to 7 for the 4,000 most common words. From `common` on, a word is also used apart from
 * its field.
 */
export const commonness = { name: 1, rare: 2, common: 6 } as const;

export interface DictionaryHead {
  /** The hash of the sources. If it changes, the build compiles the dictionary again. */
  stamp: string;
  words: number;
  edges: number;
  /** The offset of the edges in the file, in bytes. */
  start: number;
}

/** 1 to 26 for `a` to `z`, 27 for the apostrophe, 0 for any other character. */
export function letterOf(code: number): number {
  if (code >= 97 && code <= 122) return code - 96;
  return code === 39 ? 27 : 0;
}
export const letters = " abcdefghijklmnopqrstuvwxyz'";

const accents = lazyRegExp('\\p{M}', 'gu');

/**
 * Normalizes a word: lower case, without accents, with a plain apostrophe. Differences in case and
 * accents do not count as misspellings.
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
