import stringWidth from 'string-width';
import type { Location } from '../shared/finding.ts';
import type { Color, Colorize } from './colors.ts';
import type { Snippet } from './report.ts';
import { visible } from './text.ts';

/** Columns. */
const tabWidth = 4;
/** Created on demand: that takes longer than a small check. */
let graphemes: Intl.Segmenter | undefined;

/** A grapheme in a terminal: one character, or several that are drawn as one. */
interface Cell {
  text: string;
  /** Its offset in the line, in UTF-16 units, and its length there. */
  at: number;
  length: number;
  column: number;
  width: number;
}

interface Line {
  number: number;
  cells: Cell[];
  width: number;
}

/**
 * The lines of a snippet with their numbers, and `^^^^` below the location. No line is wider than
 * `width` columns: a longer one is cut around the location. Removes the common indentation.
 */
export function codeFrame(
  snippet: Snippet,
  location: Location,
  width: number,
  color: Color,
  paint: Colorize,
): string[] {
  const text = snippet.lines[location.line - snippet.from] ?? '';
  const start = Math.max(0, Math.min(location.column - 1 - snippet.cut, text.length));
  const end = location.endLine > location.line ? text.length : location.endColumn - 1 - snippet.cut;
  const indent = commonIndent(snippet.lines.filter((line) => line.trim() !== '')).slice(
    0,
    start,
  ).length;

  const lines = snippet.lines.map((line, index) =>
    lineOf(snippet.from + index, line.slice(indent)),
  );
  const marked = lines.find(({ number }) => number === location.line) ?? lineOf(location.line, '');
  const digits = Math.max(4, String(snippet.from + lines.length - 1).length);
  const room = Math.max(10, width - digits - 5);
  const [from, to] = columnsOf(marked.cells, start - indent, end - indent);
  const left = scroll(from, to, marked.width, room);

  const gutter = (label: string): string => paint('gray', `  ${label.padStart(digits)} │`);
  return lines.flatMap((line) => {
    if (line !== marked && line.cells.every((cell) => cell.text.trim() === '')) return [];
    const source = `${gutter(String(line.number))} ${cut(line, left, room)}`.trimEnd();
    if (line !== marked) return [source];
    const carets = '^'.repeat(Math.min(to - left, room) - (from - left));
    return [source, `${gutter('')} ${' '.repeat(from - left)}${paint(color, carets)}`];
  });
}

const commonIndent = (texts: readonly string[]): string => {
  const indents = texts.map((text) => /^[ \t]*/.exec(text)?.[0] ?? '');
  const shortest = indents.reduce((a, b) => (b.length < a.length ? b : a), indents[0] ?? '');
  return indents.every((indent) => indent.startsWith(shortest)) ? shortest : '';
};

function lineOf(number: number, text: string): Line {
  const cells: Cell[] = [];
  let column = 0;
  for (const { segment, index } of (graphemes ??= new Intl.Segmenter()).segment(
    text.split('\t').map(visible).join('\t'),
  )) {
    const width = segment === '\t' ? tabWidth - (column % tabWidth) : stringWidth(segment);
    cells.push({
      text: segment === '\t' ? ' '.repeat(width) : segment,
      at: index,
      length: segment.length,
      column,
      width,
    });
    column += width;
  }
  return { number, cells, width: column };
}

/** The columns of a range of offsets, at least one. The line end counts as one more column. */
function columnsOf(cells: readonly Cell[], start: number, end: number): [from: number, to: number] {
  const last = cells.at(-1);
  const lineEnd = last ? last.column + last.width : 0;
  const within = cells.filter(
    ({ at, length }) => at + length > start && at < Math.max(end, start + 1),
  );
  const from = within[0]?.column ?? lineEnd;
  const final = within.at(-1);
  return [from, Math.max(from + 1, final ? final.column + final.width : 0)];
}

/** The first column to show, so that the range is visible; centered if both sides are cut. */
function scroll(from: number, to: number, width: number, room: number): number {
  const mark = 1;
  if (Math.max(width, to) <= room || to + mark <= room) return 0;
  const spare = room - Math.min(to - from, room - 2 * mark);
  return Math.max(0, Math.min(from - Math.floor(spare / 2), Math.max(width, to) - room));
}

/** `room` columns of a line from the column `left` on, with `…` at each end that is cut. */
function cut({ cells, width }: Line, left: number, room: number): string {
  if (width === 0) return '';
  const before = left > 0;
  const after = width > left + room;
  const from = left + (before ? 1 : 0);
  const to = left + room - (after ? 1 : 0);
  const inside = cells.filter(({ column, width: own }) => column >= from && column + own <= to);
  const first = inside[0];
  const final = inside.at(-1);
  const text = inside.map((cell) => cell.text).join('');
  if (!first || !final) return before ? '…' : '';
  const padding = (columns: number): string => ' '.repeat(Math.max(0, columns));
  return (
    (before ? `…${padding(first.column - from)}` : '') +
    text +
    (after ? `${padding(to - final.column - final.width)}…` : '')
  );
}
