/**
 * A part of a line of a page. A string is text: no renderer reads marks, tags or addresses in it.
 */
export type Inline =
  | string
  | { kind: 'code'; text: string }
  /** `target` is an address that `webAddress` allows. */
  | { kind: 'link'; text: string; target: string }
  /** A link to the heading that has this key. */
  | { kind: 'reference'; text: string; to: string }
  | { kind: 'strong' | 'emphasis' | 'deleted'; content: readonly Inline[] }
  | { kind: 'break' };

export interface Heading {
  kind: 'heading';
  level: 1 | 2 | 3 | 4 | 5 | 6;
  text: string;
  /**
   * What the heading is about, unique on the page: `operation/GetItems`,
   * `operation/GetItems/parameters`, `definition/Item`, `section/triggers`.
   */
  key: string;
  /** The fragment of its address, unique on the page. */
  anchor: string;
}

/** A table. Every row has as many cells as the head. */
export interface Table {
  kind: 'table';
  /** Empty strings if the columns have no titles. */
  head: readonly string[];
  rows: readonly (readonly (readonly Inline[])[])[];
}

/** A part of a reference page: the same tree becomes Markdown, HTML, JSON and plain lines. */
export type Block =
  | Heading
  | { kind: 'paragraph'; content: readonly Inline[] }
  /** The icon of the connector. `address` is one that we made, or an address of its own. */
  | { kind: 'icon'; address: string }
  | Table
  | { kind: 'list'; ordered: boolean; items: readonly (readonly Block[])[] }
  | { kind: 'quote'; content: readonly Block[] }
  | { kind: 'code'; text: string };

/** The text of a part of a line, without its marks. */
export const textOf = (content: readonly Inline[]): string =>
  content
    .map((part) => {
      if (typeof part === 'string') return part;
      if (part.kind === 'break') return ' ';
      return 'text' in part ? part.text : textOf(part.content);
    })
    .join('');
