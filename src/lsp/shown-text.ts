import { TextDocument, type Range } from 'vscode-languageserver-textdocument';
import { lastAtMost } from '../json/last-at-most.ts';
import { decode } from '../json/decode.ts';
import type { Location } from '../shared/finding.ts';
import { memoize } from '../shared/memoize.ts';
import type { TextEdit } from '../shared/text-edit.ts';

const byteOrderMark = '\ufeff';

const withoutMark = (text: string): string =>
  text.startsWith(byteOrderMark) ? text.slice(1) : text;

const withLineFeeds = (text: string): string =>
  text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;

const encoder = new TextEncoder();

/**
 * The bytes that an open document stands for. An editor drops the byte-order mark, may change line
 * breaks, and shows bytes that are not UTF-8 as replacement characters. A document that differs from
 * the file only by these is unchanged, and the bytes are those of the file: the findings about its
 * encoding hold until it is saved as UTF-8.
 * @param onDisk the bytes of the file, if it exists and was read
 */
export function bytesOfDocument(shown: string, onDisk: Uint8Array | undefined): Uint8Array {
  if (!onDisk) return encoder.encode(shown);
  const { texts, hasMark } = readingsOf(onDisk);
  const plain = withoutMark(shown);
  if (texts.includes(plain) || texts.some((text) => withLineFeeds(text) === withLineFeeds(plain)))
    return onDisk;
  return encoder.encode(hasMark ? byteOrderMark + plain : shown);
}

/** What editors may show of a file: it decoded as Gatehouse does, and as UTF-8. */
const readingsOf = memoize((bytes: Uint8Array) => {
  const { text, issue } = decode(bytes);
  const texts = [withoutMark(text), ...(issue ? [new TextDecoder().decode(bytes)] : [])];
  return { texts, hasMark: text.startsWith(byteOrderMark) };
});

/**
 * Translates places in the text of a file, as the rules read it, to places in the text that an
 * editor shows of it. Lines and characters of an editor count from 0; a lone carriage return ends a
 * line there, but not in git.
 */
export class ShownText {
  /** The text that the editor shows. */
  readonly text: string;
  readonly #read: string;
  readonly #document: TextDocument;
  readonly #offsetOf: (offset: number) => number;
  readonly #lineStarts: readonly number[];

  /**
   * @param read the text as the rules read it
   * @param shown the text of the open document; missing if the file is not open
   */
  constructor(read: string, shown = withoutMark(read)) {
    this.text = shown;
    this.#read = read;
    this.#document = TextDocument.create('', '', 0, shown);
    this.#offsetOf = offsetTranslator(read, shown);
    this.#lineStarts = lineStartsOf(read);
  }

  /** The range of a location in this file. */
  rangeOf({ line, column, endLine, endColumn }: Location): Range {
    return {
      start: this.#document.positionAt(this.#offsetOf(this.#offsetAt(line, column))),
      end: this.#document.positionAt(this.#offsetOf(this.#offsetAt(endLine, endColumn))),
    };
  }

  /**
   * The edits of the shown text that do what a fix does to the file; without edits, a fix writes the
   * decoded text back as UTF-8 (see `Fix`). Undefined if the editor cannot do it, because it does not
   * show what the fix changes.
   */
  editsOf(fix: readonly TextEdit[]): TextEdit[] | undefined {
    if (fix.length === 0)
      return withLineFeeds(withoutMark(this.#read)) === withLineFeeds(this.text)
        ? undefined
        : [{ start: 0, end: this.text.length, text: this.adapt(withoutMark(this.#read)) }];
    const hidesMark = this.#read.startsWith(byteOrderMark) && !this.text.startsWith(byteOrderMark);
    if (hidesMark && fix.some(({ start }) => start === 0)) return undefined;
    return fix.map(({ start, end, text }) => ({
      start: this.#offsetOf(start),
      end: this.#offsetOf(end),
      text: this.adapt(text),
    }));
  }

  /** A text with the line breaks that the editor shows. */
  adapt(text: string): string {
    return text.includes('\r\n') && !this.text.includes('\r') ? withLineFeeds(text) : text;
  }

  /** The offset in the file of a line and column as locations count them. */
  #offsetAt(line: number, column: number): number {
    const start = this.#lineStarts[line - 1] ?? this.#read.length;
    const mark = line === 1 && this.#read.startsWith(byteOrderMark) ? 1 : 0;
    return Math.min(start + mark + column - 1, this.#read.length);
  }
}

/** Where lines start. A line ends with a line feed, as in git. */
function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Translates offsets between two texts that have the same lines. */
function offsetTranslator(read: string, shown: string): (offset: number) => number {
  if (read === shown) return (offset) => offset;
  if (read === byteOrderMark + shown) return (offset) => Math.max(0, offset - 1);
  const from = lineStartsOf(read);
  const to = lineStartsOf(shown);
  return (offset) => {
    const line = lastAtMost(from, offset);
    const source = lineAt(read, from, line);
    const target = lineAt(shown, to, line);
    const column = Math.min(offset - (from[line] ?? 0), source.length);
    return (to[line] ?? shown.length) + translateColumn(column, source, target);
  };
}

/** Columns count from the start of a line up to where the lines differ, and from its end after. */
function translateColumn(column: number, source: string, target: string): number {
  const max = Math.min(source.length, target.length);
  let before = 0;
  while (before < max && source.charCodeAt(before) === target.charCodeAt(before)) before += 1;
  if (column <= before) return column;
  let after = 0;
  while (after < max - before && source.at(-1 - after) === target.at(-1 - after)) after += 1;
  const fromEnd = source.length - column;
  return fromEnd <= after ? target.length - fromEnd : Math.min(column, target.length - after);
}

/** A line without its line break. */
function lineAt(text: string, starts: readonly number[], line: number): string {
  const start = starts[line];
  if (start === undefined) return '';
  const content = text.slice(start, (starts[line + 1] ?? text.length + 1) - 1);
  return content.endsWith('\r') ? content.slice(0, -1) : content;
}
