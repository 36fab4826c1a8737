import { fromMarkdown } from 'mdast-util-from-markdown';
import { quoteMarkAt, plain, type QuoteMark } from './mail-quotes.ts';

/** A line of a paragraph by the author of a comment. */
export interface OwnLine {
  text: string;
  /** Its index in `Reply.all`. */
  at: number;
  /** Why it may be someone else's. */
  doubt?: Doubt;
}

/**
 * The line is below something that usually ends a reply, or the comment ends like an email from
 * GitHub, or dashes below the line turn it into a heading.
 */
type Doubt = { below: string } | { footer: true } | { heading: true };

/** What the author of a comment wrote, without quoted text. */
export interface Reply {
  lines: readonly OwnLine[];
  /** The author's own blocks in order, without quotes; null for one that is neither text nor code. */
  blocks: readonly (Block | null)[];
  /** Every line that was read, including lines by others. */
  all: readonly string[];
  /** The author's lines beyond the limits, which were not parsed. */
  beyond: readonly string[];
}

export interface Block {
  /** `shown` is a line between fences or HTML tags, which may only show something. */
  kind: 'text' | 'code' | 'heading' | 'item' | 'shown';
  lines: readonly string[];
}

/**
 * Limits of what is parsed. The time of the Markdown parser grows with the square of the nesting, of
 * the length of a paragraph and of the number of blocks.
 */
export const maxCharacters = 10_000;
const maxLines = 1_000;
const maxLineLength = 500;
/** Deeper quotes and lists are flattened: they stay in a quote or list. */
const maxNesting = 12;

type Node = ReturnType<typeof fromMarkdown>['children'][number];
/** Without emphasis, which takes quadratic time and matters only in `spansIn`. */
const asMarkdown = (lines: readonly string[]): readonly Node[] =>
  fromMarkdown(lines.join('\n'), { extensions: [{ disable: { null: ['attention'] } }] }).children;

/**
 * Finds what the author of a comment wrote. Text by others is quoted in many ways: with Markdown, in
 * a folded section or another HTML element, by a mail program. Code, math, tables, footnotes and
 * struck-out text only show something. Takes bounded time for any comment.
 */
export function parseReply(body: string): Reply {
  const { lines: all, beyond } = withinLimits(body);
  const seen = all.map(plain);
  let tree = asMarkdown(all);
  const { cut, marks } = marksIn(all, seen, fencedIn(tree, all));
  const text = all.slice(0, cut);
  for (const { start, end } of marks) text.fill('', start, Math.min(end, cut));
  if (cut < all.length || marks.length > 0) tree = asMarkdown(text);

  const isCertain = (mark: QuoteMark | undefined): boolean =>
    mark !== undefined && (mark.sure || (mark.introduces && quoteAt(all, mark.end, cut)));
  // A line of dashes belongs to the quotation that it introduces.
  const doubtful = marks.find(
    (mark, index) =>
      !isCertain(mark) &&
      !(
        isCertain(marks[index + 1]) &&
        all.slice(mark.end, marks[index + 1]?.start).every((line) => line.trim() === '')
      ),
  );
  const endBeforeFooter = marks.some(({ footer }) => footer) ? endOfAnswer(tree, text) : undefined;
  const doubtOf = (at: number): Doubt | undefined => {
    if (doubtful && at >= doubtful.start && !doubtful.footer)
      return { below: (all[doubtful.start] ?? '').trim() };
    return endBeforeFooter !== undefined && at > endBeforeFooter ? { footer: true } : undefined;
  };
  const lines: OwnLine[] = [];
  const blocks: (Block | null)[] = [];
  const open = new OpenElements();
  const maths: Maths = { open: false };
  for (const node of tree) {
    const from = (node.position?.start.line ?? 1) - 1;
    const to = node.position?.end.line ?? 1;
    const isInElement = open.any;
    if (node.type === 'html') open.read(node.value);
    const isUnderlined = node.type === 'heading' && !/^[ \t]{0,3}#/.test(text[from] ?? '');
    if (node.type === 'paragraph' || isUnderlined) {
      const starts = startsOf(node, open);
      // A parser without footnotes reads the first line of a footnote as the definition of a link.
      const start = isNote(text[from - 1]) ? from - 1 : from;
      const shown = shownIn(text.slice(start, to), maths).slice(from - start);
      for (let at = from; at < to; at += 1) {
        if (!starts.has(at) || shown[at - from]) continue;
        const doubt = isUnderlined ? ({ heading: true } as const) : doubtOf(at);
        lines.push({ text: text[at] ?? '', at, ...(doubt && { doubt }) });
      }
    }
    if (!isInElement && doubtOf(from) === undefined) {
      const block = blockOf(node, text.slice(from, to));
      if (block !== undefined) blocks.push(block);
    }
  }
  const last = tree.at(-1);
  const isUnfinished =
    cut === all.length &&
    !open.any &&
    !maths.open &&
    (last === undefined || last.type === 'paragraph');
  return { lines, blocks, all, beyond: isUnfinished ? untilMark(beyond) : [] };
}

/**
 * The lines of a comment within the limits of length and nesting. A line that is cut ends in `…`, so
 * that no command can end there.
 */
function withinLimits(body: string): { lines: string[]; beyond: string[] } {
  const lines: string[] = [];
  const every = body.split(/\r\n|\n|\r/);
  let size = 0;
  for (const line of every) {
    const cut =
      line.length > maxLineLength ? `${line.slice(0, maxLineLength).toWellFormed()}…` : line;
    size += cut.length + 1;
    if (size > maxCharacters || lines.length >= maxLines) break;
    lines.push(flattened(cut));
  }
  return { lines, beyond: every.slice(lines.length) };
}

/** Removes quotes and lists that are nested too deep from a line. */
function flattened(line: string): string {
  const container = /[ \t]{0,4}(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))/y;
  let depth = 0;
  let keep = 0;
  while (container.test(line)) {
    depth += 1;
    if (depth === maxNesting) keep = container.lastIndex;
    if (depth > maxNesting) break;
  }
  if (depth <= maxNesting) return line;
  return `${line.slice(0, keep)} …`;
}

/** The indexes of the lines in fenced code, also in quotes and lists. */
function fencedIn(tree: readonly Node[], lines: readonly string[]): ReadonlySet<number> {
  const fenced = new Set<number>();
  const visit = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      if ('children' in node) visit(node.children);
      if (node.type !== 'code' || !node.position) continue;
      const { start, end } = node.position;
      if (!/^[`~]/.test((lines[start.line - 1] ?? '').slice(start.column - 1))) continue;
      for (let at = start.line - 1; at < end.line; at += 1) fenced.add(at);
    }
  };
  visit(tree);
  return fenced;
}

/** The marks of mail programs in a text, and the index from which the rest is another message. */
function marksIn(
  lines: readonly string[],
  seen: readonly string[],
  fenced: ReadonlySet<number>,
): { cut: number; marks: QuoteMark[] } {
  const marks: QuoteMark[] = [];
  const own = seen.map((line, at) => (fenced.has(at) || isQuoted(lines[at]) ? '' : line));
  for (let at = 0; at < own.length; at += 1) {
    const mark = quoteMarkAt(own, at);
    if (!mark) continue;
    if (mark.sure && !introducesQuote(lines, own, mark)) return { cut: mark.start, marks };
    marks.push(mark);
    at = mark.end - 1;
  }
  return { cut: lines.length, marks };
}

/** Whether a quotation follows a mark, directly or below another mark. */
function introducesQuote(
  lines: readonly string[],
  own: readonly string[],
  { introduces, end }: QuoteMark,
): boolean {
  if (!introduces) return false;
  if (quoteAt(lines, end, lines.length)) return true;
  let at = end;
  while (at < own.length && own[at] === '') at += 1;
  const next = [at, at + 1, at + 2]
    .map((last) => quoteMarkAt(own, last))
    .find((mark) => mark !== undefined);
  return (
    next !== undefined &&
    next.introduces &&
    next.start === at &&
    quoteAt(lines, next.end, lines.length)
  );
}

const isQuoted = (line: string | undefined): boolean => /^[ \t]{0,3}>/.test(line ?? '');

/** Whether the next line that is not blank is quoted. */
function quoteAt(lines: readonly string[], from: number, to: number): boolean {
  let at = from;
  while (at < to && (lines[at] ?? '').trim() === '') at += 1;
  return at < to && isQuoted(lines[at]);
}

/** The lines before the first mark of another message, in what was not parsed. */
function untilMark(beyond: readonly string[]): readonly string[] {
  const seen = beyond.map((line) =>
    line.length > maxLineLength || isQuoted(line) ? '' : plain(line),
  );
  const end = seen.findIndex((_, at) => quoteMarkAt(seen, at) !== undefined);
  return end < 0 ? beyond : beyond.slice(0, end);
}

/**
 * The last line of a reply above an email that no mark introduces: the end of the first paragraph
 * that is more than a greeting.
 */
function endOfAnswer(tree: readonly Node[], lines: readonly string[]): number {
  const first = tree.find(
    (node) =>
      node.type === 'paragraph' &&
      !lines.slice((node.position?.start.line ?? 1) - 1, node.position?.end.line).every(isGreeting),
  );
  return (first?.position?.end.line ?? 0) - 1;
}

/** Elements that quote, fold, strike out or tabulate everything between their tags. */
const containers = new Set([
  'details',
  'summary',
  'blockquote',
  'table',
  'thead',
  'tbody',
  'tfoot',
  'tr',
  'td',
  'th',
  'ul',
  'ol',
  'li',
  'dl',
  'dt',
  'dd',
  'div',
  'section',
  'pre',
  'code',
  'samp',
  'kbd',
  'tt',
  'q',
  'cite',
  'del',
  's',
  'strike',
  'template',
]);

/** The HTML elements that are open at the present position of a comment. */
class OpenElements {
  #open: string[] = [];

  get any(): boolean {
    return this.#open.length > 0;
  }

  read(html: string): void {
    for (const { name, closes } of tagsIn(html)) {
      if (!containers.has(name)) continue;
      if (!closes) this.#open.push(name);
      else if (this.#open.includes(name)) this.#open.length = this.#open.lastIndexOf(name);
    }
  }
}

/** The tags in HTML. Skips HTML comments; `>` in a quoted attribute does not end a tag. */
function tagsIn(html: string): { name: string; closes: boolean }[] {
  const tags: { name: string; closes: boolean }[] = [];
  let at = html.indexOf('<');
  while (at >= 0) {
    if (html.startsWith('<!--', at)) {
      const end = html.indexOf('-->', at + 4);
      if (end < 0) return tags;
      at = html.indexOf('<', end + 3);
      continue;
    }
    const named = /<(\/?)([a-z][a-z0-9-]{0,20})/iy;
    named.lastIndex = at;
    const match = named.exec(html);
    if (!match) {
      at = html.indexOf('<', at + 1);
      continue;
    }
    let end = named.lastIndex;
    for (let quote = ''; end < html.length; end += 1) {
      const character = html[end] ?? '';
      if (quote !== '') quote = character === quote ? '' : quote;
      else if (character === '"' || character === "'") quote = character;
      else if (character === '>') break;
    }
    if (end >= html.length) end = named.lastIndex;
    tags.push({ name: (match[2] ?? '').toLowerCase(), closes: match[1] === '/' });
    at = html.indexOf('<', end);
  }
  return tags;
}

/** The lines of a paragraph that begin as plain text or with code, not inside of something else. */
function startsOf(
  paragraph: Node & { type: 'paragraph' | 'heading' },
  open: OpenElements,
): ReadonlySet<number> {
  const starts = new Set<number>();
  let atStart = true;
  for (const inline of paragraph.children) {
    if (inline.type === 'html') open.read(inline.value);
    if (inline.type === 'break') atStart = true;
    if (inline.position && !open.any) {
      const { start, end } = inline.position;
      if (inline.type === 'inlineCode' && atStart) starts.add(start.line - 1);
      if (inline.type === 'text')
        for (let line = start.line; line <= end.line; line += 1)
          if (line > start.line || atStart) starts.add(line - 1);
    }
    if (inline.type !== 'break') atStart = false;
  }
  return starts;
}

/** Whether a block of math is open, which a line that begins with `$$` opens. */
interface Maths {
  open: boolean;
}

/**
 * For each line of a paragraph, whether it only shows something: it is in math, a table or a
 * footnote, or formatted together with the lines around it.
 */
function shownIn(lines: readonly string[], maths: Maths): boolean[] {
  const shown = lines.map(() => false);
  const table = lines.findIndex(
    (line, index) =>
      index > 0 && /^[ \t]{0,3}[|: \t-]*$/.test(line) && /[|:]/.test(line) && line.includes('-'),
  );
  const note = lines.findIndex(isNote);
  if (table > 0) shown.fill(true, table - 1);
  if (note >= 0) shown.fill(true, note);
  for (const [from, to] of spansIn(lines, maths)) shown.fill(true, from, to + 1);
  return shown;
}

const isNote = (line: string | undefined): boolean => /^[ \t]{0,3}\[\^[^\]\s]+\]:/.test(line ?? '');

const pairs = new Set(['$$', '**', '__', '~~', '~']);

/** The lines after the first that a pair of marks spans. Math can span several paragraphs. */
function spansIn(lines: readonly string[], maths: Maths): [from: number, to: number][] {
  const spans: [number, number][] = [];
  const opened = new Map<string, number>();
  if (maths.open) opened.set('$$', -1);
  for (const [at, line] of lines.entries()) {
    const words = line.replace(/(`+)[^`]*\1/g, (code) => 'x'.repeat(code.length));
    for (const { 0: mark, index } of words.matchAll(/\$+|\*+|_+|~+/g)) {
      if (!pairs.has(mark)) continue;
      const [before, after] = [words[index - 1] ?? ' ', words[index + mark.length] ?? ' '];
      const from = opened.get(mark);
      if (from === undefined) {
        if (mark === '$$' || /\S/.test(after)) opened.set(mark, at);
      } else if (mark === '$$' || /\S/.test(before)) {
        if (at > from) spans.push([from + 1, at]);
        opened.delete(mark);
      }
    }
  }
  const from = opened.get('$$');
  maths.open = from !== undefined && (from < 0 || (lines[from] ?? '').trimStart().startsWith('$$'));
  if (maths.open && from !== undefined) spans.push([from + 1, lines.length - 1]);
  return spans;
}

/** The author's block in a node: undefined for a quote or nothing, null if it is too complex. */
function blockOf(node: Node, lines: readonly string[]): Block | null | undefined {
  if (node.type === 'blockquote' || node.type === 'thematicBreak' || node.type === 'definition')
    return undefined;
  if (node.type === 'html') {
    const html = node.value.trim();
    if (/^<!--[^]*-->$/.test(html)) return undefined;
    const line = /^<([a-z]{1,10})>([^<>\n]*)<\/\1>$/i.exec(html)?.[2];
    return line === undefined ? null : { kind: 'shown', lines: [line] };
  }
  if (node.type === 'paragraph') return { kind: 'text', lines };
  if (node.type === 'heading')
    return {
      kind: 'heading',
      lines: lines.slice(0, Math.max(1, lines.length - (/^\s{0,3}#/.test(lines[0] ?? '') ? 0 : 1))),
    };
  // Fences are intended; an indentation of four spaces may be an accident.
  if (node.type === 'code') {
    if (node.value.trim().includes('\n')) return null;
    return { kind: /^[ \t]*[`~]/.test(lines[0] ?? '') ? 'shown' : 'code', lines: [node.value] };
  }
  if (node.type !== 'list' || node.children.length !== 1) return null;
  const [only, ...more] = node.children[0]?.children ?? [];
  return only?.type === 'paragraph' && more.length === 0 ? { kind: 'item', lines } : null;
}

/** Whether a line is only a greeting. */
function isGreeting(line: string): boolean {
  const words = plain(line).replace(/[,!.:]+$/, '');
  return (
    words.length <= 40 &&
    words.split(' ').length <= 4 &&
    /^(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening|day)|greetings|hallo|guten (?:morgen|tag|abend)|servus|moin|bonjour|bonsoir|salut|hola|buenos días|buenas tardes|ciao|buongiorno|salve|olá|oi|bom dia|boa tarde|beste|hoi|goedemorgen|goedendag|cześć|dzień dobry|ahoj|dobrý den|hej|hei|terve|привет|здравствуйте|добрый день|вітаю|merhaba|こんにちは|你好|您好|안녕하세요)(?![\p{L}\p{N}])/u.test(
      words,
    )
  );
}

/** The words that close a reply, above the name. */
const closing =
  /^(?:(?:many |best |kind |warm )?(?:thanks|thank you|thx|regards|wishes|greetings)(?: (?:a lot|so much|in advance|again|and .{1,20}))?|(?:best|cheers|sincerely|yours|yours (?:sincerely|truly|faithfully)|respectfully)|(?:mit )?(?:freundlichen|besten|vielen|herzlichen|lieben) grüßen|(?:viele|beste|liebe|schöne|herzliche|freundliche) grüße|gruß|grüße|danke|vielen dank|mfg|lg|vg|merci|(?:bien )?cordialement|bien à vous|salutations|gracias|(?:un )?saludos?(?: cordiales)?|atentamente|grazie|(?:cordiali|distinti) saluti|saluti|obrigad[oa]|atenciosamente|(?:cumprimentos|abraços)|(?:met )?(?:vriendelijke|hartelijke) groeten?|groeten?|bedankt|pozdrawiam|dziękuję|(?:s )?pozdravem|díky|(?:med )?vänlig(?:a)? hälsning(?:ar)?|mvh|tack|(?:med )?venlig hilsen|hilsen|takk|tak|(?:ystävällisin )?terveisin|kiitos|спасибо|с уважением|дякую|з повагою|teşekkürler|saygılarımla|よろしくお願いします|ありがとうございます|谢谢|謝謝|此致|감사합니다)[,.! -]*$/u;

/** Lines below the closing words: a name, a role, a company, an address. */
const maxClosingLines = 8;

/** A line of a block. */
export interface BlockLine {
  kind: Block['kind'];
  text: string;
}

/** The reply without its greeting; undefined if it is long or has a block that is too complex. */
export function shortAnswer({ blocks }: Reply): BlockLine[] | undefined {
  if (blocks.length > maxClosingLines || blocks.includes(null)) return undefined;
  const lines = blocks
    .flatMap((block) => block?.lines.map((text) => ({ kind: block.kind, text })) ?? [])
    .filter(({ text }) => text.trim() !== '');
  while (lines[0] && (isGreeting(lines[0].text) || closing.test(plain(lines[0].text))))
    lines.shift();
  return lines.length <= maxClosingLines + 1 ? lines : undefined;
}

/** The only line of a reply, apart from the closing words and what is below them. */
export function onlyLine([only, ...rest]: readonly BlockLine[]): BlockLine | undefined {
  return rest.length === 0 || closing.test(plain(rest[0]?.text ?? '')) ? only : undefined;
}
