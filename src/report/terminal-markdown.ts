import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { colorizer, type Colorize } from './colors.ts';
import { noLinks, webLink, type TerminalLinks } from './links.ts';
import { visible } from './text.ts';

interface Style {
  color: boolean;
  paint: Colorize;
  width: number;
  links: TerminalLinks;
}

/** Between the columns of a table. */
const gap = '  ';
/** A column is at least this wide, so that its words stay whole. */
const minColumnWidth = 8;

/**
 * Renders one of our own Markdown pages for a terminal: headings, paragraphs, lists, tables,
 * quotations and code blocks, wrapped at `width` columns. Without colors it is plain text.
 */
export function renderMarkdown(
  markdown: string,
  { color, width, links = noLinks }: { color: boolean; width: number; links?: TerminalLinks },
): string {
  const style: Style = { color, paint: colorizer(color), width, links };
  const lines = markdown.replaceAll(/<!--[^]*?-->/g, '').split('\n');
  const blocks: string[][] = [];
  for (let at = 0; at < lines.length;) {
    const { end, block } = blockAt(lines, at, style);
    if (block.length > 0) blocks.push(block);
    at = end;
  }
  return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`;
}

interface Block {
  /** The index of the line after it. */
  end: number;
  /** Its lines as the terminal shows them; none for blank lines. */
  block: string[];
}

function blockAt(lines: readonly string[], start: number, style: Style): Block {
  const { paint, width } = style;
  const line = lines[start] ?? '';
  if (line.trim() === '') return { end: start + 1, block: [] };
  const fence = /^(`{3,}|~{3,})(\w*)/.exec(line);
  if (fence) {
    const close = lines.indexOf(fence[1] ?? '', start + 1);
    const end = close < 0 ? lines.length : close;
    const code = lines.slice(start + 1, end);
    return {
      end: end + 1,
      block: fence[2] === 'text' ? reportLines(code, style) : codeLines(code, fence[2], style),
    };
  }
  const heading = /^(#+) (.*)/.exec(line);
  if (heading) return { end: start + 1, block: [paint('bold', inline(heading[2] ?? '', style))] };
  if (line.startsWith('|')) {
    const end = endOf(lines, start, (text) => text.startsWith('|'));
    return { end, block: table(lines.slice(start, end), style) };
  }
  if (line.startsWith('>')) {
    const end = endOf(lines, start, (text) => text.startsWith('>'));
    const quoted = lines.slice(start, end).map((text) => text.replace(/^> ?/, ''));
    const inner = renderMarkdown(quoted.join('\n'), { ...style, width: width - 2 });
    return {
      end,
      block: inner
        .trimEnd()
        .split('\n')
        .map((text) => `${paint('gray', '│')} ${text}`),
    };
  }
  const item = /^(\s*)([-*]|\d+\.) (.*)/;
  if (item.test(line)) {
    const end = endOf(lines, start, (text) => item.test(text) || /^\s+\S/.test(text));
    return { end, block: list(lines.slice(start, end), item, style) };
  }
  const end = endOf(
    lines,
    start,
    (text) => text.trim() !== '' && !/^(?:[#|>]|`{3}|~{3}|[-*] )/.test(text),
  );
  return { end, block: wrap(lines.slice(start, Math.max(end, start + 1)).join(' '), '', style) };
}

function endOf(
  lines: readonly string[],
  start: number,
  belongs: (line: string) => boolean,
): number {
  let end = start;
  while (end < lines.length && belongs(lines[end] ?? '')) end += 1;
  return end;
}

/** The lines of a code block; those of a diff have the color of what they do. */
const codeLines = (
  lines: readonly string[],
  language: string | undefined,
  { paint }: Style,
): string[] =>
  lines.map((line) => {
    const shown = `  ${visible(line)}`;
    if (language === 'diff' && line.startsWith('+')) return paint('green', shown);
    if (language === 'diff' && line.startsWith('-')) return paint('red', shown);
    return paint('cyan', shown);
  });

/** The lines of a report (see `toPretty`), with messages as wide as the terminal. */
function reportLines(lines: readonly string[], style: Style): string[] {
  const { paint } = style;
  const shown: string[] = [];
  let message: string[] = [];
  const endMessage = (): void => {
    if (message.length > 0) shown.push(...wrap(message.join(' '), '    ', style));
    message = [];
  };
  for (const line of lines) {
    if (/^ {2}\S/.test(line) && !line.includes('│')) {
      message.push(line.trim());
      continue;
    }
    endMessage();
    const [, place, severity = '', rest = ''] =
      /^(\S.*? {2})(error|warning|note)(?= {2})(.*)$/.exec(line) ?? [];
    const color = ({ error: 'red', warning: 'yellow' } as const)[severity] ?? 'cyan';
    shown.push(
      place === undefined
        ? `  ${visible(line)}`
        : `  ${paint('bold', visible(place))}${paint(color, severity)}${visible(rest)}`,
    );
  }
  endMessage();
  return shown;
}

function list(lines: readonly string[], item: RegExp, style: Style): string[] {
  const items: { indent: string; mark: string; text: string }[] = [];
  for (const line of lines) {
    const match = item.exec(line);
    const last = items.at(-1);
    if (match) {
      const [, indent = '', mark = '', text = ''] = match;
      items.push({ indent, mark: /^\d/.test(mark) ? mark : '•', text });
    } else if (last) last.text += ` ${line.trim()}`;
  }
  return items.flatMap(({ indent, mark, text }) => {
    const hang = `${indent}  ${' '.repeat(mark.length + 1)}`;
    const [first = '', ...rest] = wrap(text, hang, style);
    return [`${indent}  ${mark} ${first.slice(hang.length)}`, ...rest];
  });
}

/** The rows of a table in columns; the text of a cell wraps within its column. */
function table(lines: readonly string[], style: Style): string[] {
  const rows = lines
    .filter((line) => !/^\|[\s:|-]+\|$/.test(line))
    .map((line) =>
      line
        .replaceAll(/^\||\|\s*$/g, '')
        .split(/(?<!\\)\|/)
        .map((cell) => inline(cell.trim().replaceAll('\\|', '|'), style)),
    );
  const columns = Math.max(...rows.map(({ length }) => length));
  const natural = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))),
  );
  const widths = fitted(natural, style.width - gap.length * (columns - 1));
  return rows.flatMap((row, index) => {
    const cells = widths.map((width, column) =>
      wrapAnsi(row[column] ?? '', width, { hard: true }).split('\n'),
    );
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) => {
      const text = cells
        .map((cell, column) => {
          const part = cell[line] ?? '';
          return part + ' '.repeat(Math.max(0, (widths[column] ?? 0) - stringWidth(part)));
        })
        .join(gap)
        .trimEnd();
      return index === 0 ? style.paint('bold', text) : text;
    });
  });
}

/** Shrinks the widest columns until all fit. */
function fitted(natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  for (;;) {
    const excess = widths.reduce((sum, width) => sum + width, 0) - room;
    const widest = Math.max(...widths);
    if (excess <= 0 || widest <= minColumnWidth) return widths;
    const second = Math.max(minColumnWidth, ...widths.filter((width) => width < widest));
    const index = widths.indexOf(widest);
    widths[index] = Math.max(second, minColumnWidth, widest - excess);
    if (widths[index] === widest) widths[index] = widest - 1;
  }
}

/** Code, bold, emphasis and links of a text, without their marks. */
const inline = (text: string, { paint, links }: Style): string =>
  text
    .split(/(`[^`]+`)/)
    .map((part, index) =>
      index % 2 === 1
        ? paint('cyan', visible(part.slice(1, -1)))
        : visible(part)
            .replaceAll(/\[([^\]]*)\]\(([^)\s]+)\)/g, (_, label: string, address: string) =>
              webLink(label, address, links),
            )
            .replaceAll(/\*\*([^*]+)\*\*/g, (_, bold: string) => paint('bold', bold))
            .replaceAll(/(?<![\w*])\*([^*\s][^*]*)\*/g, '$1')
            .replaceAll(/\\([\\`*_{}[\]()#+.!|<>-])/g, '$1'),
    )
    .join('');

const wrap = (text: string, indent: string, style: Style): string[] =>
  // A terminal opens an address only if it is on one line.
  wrapAnsi(inline(text, style), style.width - indent.length)
    .split('\n')
    .map((line) => indent + line);
