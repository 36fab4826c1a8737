/** A checkbox in Markdown: `- [ ] I tested it`. */
export interface DescriptionBox {
  /** The index of its line. */
  index: number;
  ticked: boolean;
  /** As it is written. */
  text: string;
  /** Its words, as `plainWords` makes them. */
  words: string;
}

/** The checkboxes of a description, or of the template for descriptions. */
export const boxesIn = (description: string): DescriptionBox[] =>
  description.split('\n').flatMap((line, index) => {
    const match = /^\s*[-*+] \[([ xX])\] (.*)/.exec(line);
    const [, mark, text = ''] = match ?? [];
    return match ? [{ index, ticked: mark !== ' ', text, words: plainWords(text) }] : [];
  });

/** A text for comparison, without capitals and marks. */
export const plainWords = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[’`*_]/g, (mark) => (mark === '’' ? "'" : ''))
    .replace(/\s+/g, ' ')
    .trim();
