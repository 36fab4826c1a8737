/** A correction of a misspelled word. */
export interface Correction {
  /** In lower case. */
  word: string;
  /**
   * How unlikely the correction is: 1 for a typical typo in a common word, higher for an unusual
   * typo or a rare word.
   */
  cost: number;
}

/**
 * Checks the spelling of words in American and British English. Ignores capitals and accents,
 * except that names need a capital.
 */
export interface Speller {
  /** Whether the dictionary has the word. Names count as words only if they are capitalized. */
  knows(word: string): boolean;
  /** Whether the word is among the 40,000 most common ones or the common terms of APIs. */
  isCommon(word: string): boolean;
  /**
   * Corrections for a word that is not in the dictionary, most likely first; empty if no word is
   * similar.
   *
   * @param maxEdits With 2, the default, longer words may differ by two letters, if no word differs
   *   by one. This takes twenty times as long.
   */
  corrections(word: string, maxEdits?: 1 | 2): readonly Correction[];
}
