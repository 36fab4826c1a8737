/** Knows how words are spelt. */
export interface Speller {
  /** Whether a word is written so, in American or British English; a capital at its start is always allowed. */
  knows(word: string): boolean;
  /** What was probably meant by a word that it does not know, the likeliest first; at most a few, none where nothing is near. */
  corrections(word: string): readonly string[];
}
