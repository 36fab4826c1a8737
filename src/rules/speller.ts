/** A word that may have been meant. */
export interface Correction {
  /** In small letters. */
  word: string;
  /** How unlikely it is: 1 for the usual slip in a common word, more for another or a rare one. */
  cost: number;
}

/**
 * Knows how words are spelled, in American and in British English. Capitals and accents do not count.
 */
export interface Speller {
  /** Whether there is such a word. Names are words only with a capital. */
  knows(word: string): boolean;
  /**
   * What may have been meant by a word that it does not know, the likeliest first; none where
   * nothing is near.
   */
  corrections(word: string): readonly Correction[];
}
