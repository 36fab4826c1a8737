/** A checkbox in Markdown: `- [ ] I tested it`. */
export interface DescriptionBox {
  /** The index of its line. */
  index: number;
  ticked: boolean;
  /** Its words, as `plainWords` makes them. */
  words: string;
}

/** The checkboxes of a description, or of the template for descriptions. */
export const boxesIn = (text: string): DescriptionBox[] =>
  text.split('\n').flatMap((line, index) => {
    const match = /^\s*[-*+] \[([ xX])\] (.*)/.exec(line);
    return match ? [{ index, ticked: match[1] !== ' ', words: plainWords(match[2] ?? '') }] : [];
  });

/** A text for comparison, without capitals and marks. */
export const plainWords = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[’`*_]/g, (mark) => (mark === '’' ? "'" : ''))
    .replace(/\s+/g, ' ')
    .trim();
