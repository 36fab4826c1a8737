import type { Fix, Location } from '../shared/finding.ts';
import { buildValue, parseWithRecovery, type SyntaxIssue } from './recovering-parser.ts';
import { applyEdits, type TextEdit } from '../shared/text-edit.ts';
import {
  atEnd,
  atKey,
  atNext,
  atParent,
  atStart,
  children,
  nodeSize,
  stringAt,
  stringEnd,
  buildNodeTable,
  type NodeTable,
} from './node-table.ts';
import { decode } from './decode.ts';
import { formatPointer } from './pointer.ts';
import { isContainer, type Json, type JsonContainer } from './values.ts';

/** Which part of a property is meant: its value, or its key. */
export type KeyOrValue = 'value' | 'key';

/** A piece of a text: from one UTF-16 unit of it to another, exclusive. */
export interface Range {
  start: number;
  end: number;
}

/**
 * A change to a document in terms of its objects; `edits` turns it into replacements of text that
 * keep the file's format.
 */
export type JsonEdit =
  | { at: JsonContainer; key: string | number; to: Json }
  | { at: JsonContainer; key: string | number; remove: true }
  | { at: JsonContainer; key: string | number; rename: string };

/** Letters that a line is looked at for its indentation: nobody indents by more. */
const mostIndent = 200;

/** A text file of a connector, whose places are lines and columns. */
export class TextFile {
  readonly file: string;
  readonly text: string;
  /** Where the bytes are not what they should be. */
  readonly #decoding: readonly SyntaxIssue[];
  #lines: number[] | undefined;

  constructor(file: string, bytes: Uint8Array) {
    this.file = file;
    const { text, issue } = decode(bytes);
    this.text = text;
    this.#decoding = issue ? [issue] : [];
  }

  /** Where the file is not strictly what it should be: a rule says each. */
  get issues(): readonly SyntaxIssue[] {
    return this.#decoding;
  }

  /** The offsets at which lines begin. A line ends with a line feed, as it does for git. */
  get #starts(): number[] {
    if (!this.#lines) {
      this.#lines = [0];
      for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1))
        this.#lines.push(at + 1);
    }
    return this.#lines;
  }

  /** The place between two offsets of the text. */
  span(start: number, end: number, pointer = ''): Location {
    const [line, column] = this.#position(start);
    const [endLine, endColumn] = this.#position(Math.max(start, end));
    return { file: this.file, pointer, line, column, endLine, endColumn };
  }

  /** The text of a line that counts from 1, without its end. */
  line(number: number): string {
    const start = this.#starts[number - 1];
    if (start === undefined) return '';
    const next = this.#starts[number] ?? this.text.length + 1;
    const line = this.text.slice(start, next - 1);
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  }

  /** What a line begins with before its first letter, where an offset is in it. */
  protected indentAt(offset: number): string {
    const start = this.#starts[this.#lineOf(offset)] ?? 0;
    return /^[ \t]*/.exec(this.text.slice(start, Math.min(offset, start + mostIndent)))?.[0] ?? '';
  }

  /** Counts from 0. */
  #lineOf(offset: number): number {
    const starts = this.#starts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #position(offset: number): [line: number, column: number] {
    const starts = this.#starts;
    const low = this.#lineOf(offset);
    // editors do not show it
    const mark = low === 0 && offset > 0 && this.text.charCodeAt(0) === 0xfeff ? 1 : 0;
    return [low + 1, offset - (starts[low] ?? 0) - mark + 1];
  }
}

/**
 * A JSON file: its value, and for every object in it the place where it was written. The value is
 * that of `JSON.parse` where it takes the text; else the best reading of a broken text, undefined
 * only where there is nothing to read.
 */
export class JsonFile extends TextFile {
  readonly value: Json | undefined;
  /**
   * Whether fixes can be trusted: the text is strict JSON, or becomes so when all its lapses are
   * mended. Where something is broken that cannot be mended, all the rest is read from a guess, and
   * nothing is written on a guess.
   */
  readonly isFixable: boolean = true;
  readonly #tape: NodeTable;
  /** What the scan found of a text that is no strict JSON. */
  readonly #broken: readonly SyntaxIssue[] = [];
  #paired: { nodes: Map<JsonContainer, number>; twice: number[] } | undefined;
  #lapses: readonly SyntaxIssue[] | undefined;
  #written: { eol: string; unit: string } | undefined;
  readonly #keyed = new Map<number, Map<string, number>>();
  #piece: { node: number; unit: number; at: number } | undefined;

  constructor(file: string, bytes: Uint8Array) {
    super(file, bytes);
    const strict = parsed(this.text);
    const quick = strict && buildNodeTable(this.text);
    if (strict && quick) {
      this.value = strict.value;
      this.#tape = quick;
    } else {
      const { table, issues } = parseWithRecovery(this.text);
      this.value = buildValue(this.text, table);
      this.#tape = table;
      this.isFixable =
        issues.every(({ edits }) => edits) &&
        parsed(
          applyFixes(
            this.text,
            issues.map(({ edits = [] }) => ({ edits })),
          ).text,
        ) !== undefined;
      this.#broken = issues;
    }
  }

  override get issues(): readonly SyntaxIssue[] {
    if (!this.#lapses) {
      const found = [...this.#broken, ...this.#duplicates()];
      const lapses = this.isFixable
        ? found
        : found.map(({ kind, start, end, message }) => ({ kind, start, end, message }));
      this.#lapses = lapses.length === 0 ? super.issues : [...super.issues, ...lapses];
    }
    return this.#lapses;
  }

  /** Whether an object or array was written in this file. */
  has(at: JsonContainer): boolean {
    return this.#pairs.nodes.has(at);
  }

  /**
   * Where a property's value or key stands. Without a key, or where the object has no such key, the
   * object itself: the key it stands under, else its opening bracket. Throws for an object that is
   * not of this file, which is our mistake.
   */
  locationOf(at: JsonContainer, key?: string | number, part: KeyOrValue = 'value'): Location {
    return this.locate(at, key, part).location;
  }

  /** The place, and the keys and indices that lead there. */
  locate(
    at: JsonContainer,
    key?: string | number,
    part: KeyOrValue = 'value',
    piece?: Range,
  ): { location: Location; path: (string | number)[] } {
    const node = this.#nodeOf(at);
    const child = key === undefined ? undefined : this.#child(node, key);
    const path = this.#pathOf(child ?? node);
    if (piece && child !== undefined && this.text.charCodeAt(this.#field(child, atStart)) === 34)
      return { location: this.#placeOfPiece(child, piece, path), path };
    const location =
      child === undefined
        ? this.#spanOf(node, this.#field(node, atKey) >= 0 ? 'key' : 'value', path)
        : this.#spanOf(child, part, path);
    return { location, path };
  }

  /** The replacements of text that carry out a mend in the file's own indentation and line ends. */
  edits(mend: JsonEdit): TextEdit[] {
    const parent = this.#nodeOf(mend.at);
    const child = this.#child(parent, mend.key);
    if ('remove' in mend) return child === undefined ? [] : [this.#removal(parent, child)];
    if ('rename' in mend) {
      if (child === undefined) return [];
      const start = this.#field(child, atKey);
      return [{ start, end: this.#keyEnd(child), text: JSON.stringify(mend.rename) }];
    }
    if (child === undefined) return [this.#insertion(parent, String(mend.key), mend.to)];
    const start = this.#field(child, atStart);
    return [
      { start, end: this.#field(child, atEnd), text: this.#write(mend.to, this.indentAt(start)) },
    ];
  }

  /**
   * Every object and array of the value with the node where it was written, and the nodes of the
   * objects that have a key twice.
   */
  get #pairs(): { nodes: Map<JsonContainer, number>; twice: number[] } {
    if (!this.#paired) {
      this.#paired = { nodes: new Map(), twice: [] };
      if (isContainer(this.value)) this.#pair(this.#paired, 0, this.value);
    }
    return this.#paired;
  }

  #pair(
    pairs: { nodes: Map<JsonContainer, number>; twice: number[] },
    node: number,
    value: JsonContainer,
  ): void {
    pairs.nodes.set(value, node);
    const { nodes, length } = this.#tape;
    const first = node + nodeSize;
    if (first >= length || nodes[first + atParent] !== node) return;
    const keys = Array.isArray(value) ? undefined : Object.keys(value);
    let inOrder = true;
    let twice = false;
    if (keys) {
      let count = 0;
      for (let child = first; child !== 0; child = nodes[child + atNext] ?? 0) count += 1;
      twice = count !== keys.length;
      if (twice) pairs.twice.push(node);
      // keys that are numbers come first in an object, wherever they were written
      inOrder = !twice && !isDigit(keys[0]?.charCodeAt(0) ?? 0);
    }
    let index = 0;
    for (let child = first; child !== 0; child = nodes[child + atNext] ?? 0, index += 1) {
      const opening = this.text.charCodeAt(nodes[child + atStart] ?? 0);
      if (opening !== 123 && opening !== 91) continue;
      // the last of a name is the value
      if (twice && this.#child(node, this.#key(child)) !== child) continue;
      const below = Array.isArray(value)
        ? value[index]
        : value[inOrder ? (keys?.[index] ?? '') : this.#key(child)];
      if (isContainer(below)) this.#pair(pairs, child, below);
    }
  }

  #nodeOf(at: JsonContainer): number {
    const node = this.#pairs.nodes.get(at);
    if (node === undefined) throw new Error(`an object that is not of ${this.file}`);
    return node;
  }

  #field(node: number, index: number): number {
    return this.#tape.nodes[node + index] ?? 0;
  }

  #key(child: number): string {
    return stringAt(this.text, this.#field(child, atKey), this.#field(child, atStart));
  }

  #keyEnd(child: number): number {
    const start = this.#field(child, atKey);
    if (this.text.charCodeAt(start) === 34)
      return stringEnd(this.text, start, this.#field(child, atStart));
    return start + this.#key(child).length;
  }

  /** The property of that name whose value counts: the last. */
  #child(node: number, key: string | number): number | undefined {
    let keyed = this.#keyed.get(node);
    if (!keyed) {
      keyed = new Map();
      for (const child of children(this.#tape, node)) {
        const field = this.#field(child, atKey);
        keyed.set(field < 0 ? String(-field - 1) : this.#key(child), child);
      }
      this.#keyed.set(node, keyed);
    }
    return keyed.get(String(key));
  }

  #spanOf(node: number, part: KeyOrValue, path: readonly (string | number)[]): Location {
    const pointer = formatPointer(path);
    const key = this.#field(node, atKey);
    if (part === 'key' && key >= 0) return this.span(key, this.#keyEnd(node), pointer);
    const start = this.#field(node, atStart);
    const first = this.text.charCodeAt(start);
    const end = first === 123 || first === 91 ? start + 1 : this.#field(node, atEnd);
    return this.span(start, end, pointer);
  }

  /** A piece of a string, of which a unit may be written as an escape: two characters, or six. */
  #placeOfPiece(node: number, { start, end }: Range, path: readonly (string | number)[]): Location {
    const last = this.#field(node, atEnd);
    // Of many pieces of one string each is looked for from where the one before it begins.
    const before =
      this.#piece?.node === node && this.#piece.unit <= start ? this.#piece : undefined;
    let at = before?.at ?? this.#field(node, atStart) + 1;
    let unit = before?.unit ?? 0;
    const written = (to: number): number => {
      for (; unit < to && at < last; unit += 1) {
        if (this.text.charAt(at) !== '\\') at += 1;
        else at += this.text.charAt(at + 1) === 'u' ? 6 : 2;
      }
      return at;
    };
    const from = written(start);
    this.#piece = { node, unit, at };
    return this.span(from, written(end), formatPointer(path));
  }

  #pathOf(node: number): (string | number)[] {
    const path: (string | number)[] = [];
    for (let at = node; this.#field(at, atParent) >= 0; at = this.#field(at, atParent)) {
      const key = this.#field(at, atKey);
      path.push(key >= 0 ? this.#key(at) : -key - 1);
    }
    return path.reverse();
  }

  #duplicates(): SyntaxIssue[] {
    const lapses: SyntaxIssue[] = [];
    const { text } = this;
    for (const node of this.#pairs.twice) {
      const first = new Map<string, number>();
      for (const child of children(this.#tape, node)) {
        const key = this.#key(child);
        const earlier = first.get(key);
        first.set(key, child);
        if (earlier === undefined) continue;
        const written = (of: number): string =>
          text.slice(this.#field(of, atStart), this.#field(of, atEnd));
        const same = written(earlier) === written(child);
        const start = this.#field(child, atKey);
        const line = this.span(this.#field(earlier, atKey), 0).line;
        lapses.push({
          kind: 'duplicate-key',
          start,
          end: this.#keyEnd(child),
          message:
            `This name stands in the same object already, at line ${line}, and only the last ` +
            'of them counts. Remove the one that is wrong.',
          ...(same && { edits: [this.#removal(node, child)] }),
        });
      }
    }
    return lapses;
  }

  #removal(parent: number, child: number): TextEdit {
    const start =
      this.#field(child, atKey) >= 0 ? this.#field(child, atKey) : this.#field(child, atStart);
    const next = this.#field(child, atNext);
    if (next !== 0) {
      const nextKey = this.#field(next, atKey);
      return { start, end: nextKey >= 0 ? nextKey : this.#field(next, atStart), text: '' };
    }
    let previous: number | undefined;
    for (const sibling of children(this.#tape, parent)) if (sibling !== child) previous = sibling;
    if (previous !== undefined)
      return { start: this.#field(previous, atEnd), end: this.#field(child, atEnd), text: '' };
    return {
      start: this.#field(parent, atStart) + 1,
      end: this.#field(parent, atEnd) - 1,
      text: '',
    };
  }

  #insertion(parent: number, key: string, value: Json): TextEdit {
    const property = (indent: string): string =>
      `${JSON.stringify(key)}: ${this.#write(value, indent)}`;
    let last: number | undefined;
    for (const child of children(this.#tape, parent)) last = child;
    if (last === undefined) {
      const start = this.#field(parent, atStart);
      const indent = this.indentAt(start);
      const inner = indent + this.#style.unit;
      return {
        start,
        end: this.#field(parent, atEnd),
        text: `{${this.#style.eol}${inner}${property(inner)}${this.#style.eol}${indent}}`,
      };
    }
    const end = this.#field(last, atEnd);
    const lastStart = this.#field(last, atKey);
    const first = this.#field(parent, atStart) + 1;
    const between = this.text.slice(
      first,
      Math.min(this.#field(parent + nodeSize, atKey), first + mostIndent),
    );
    if (!between.includes('\n'))
      return { start: end, end, text: `, ${property(this.indentAt(lastStart))}` };
    const indent = this.indentAt(lastStart);
    return { start: end, end, text: `,${this.#style.eol}${indent}${property(indent)}` };
  }

  #write(value: Json, indent: string): string {
    return JSON.stringify(value, null, this.#style.unit).replaceAll('\n', this.#style.eol + indent);
  }

  /** How the file ends its lines and indents, as far as its first lines tell. */
  get #style(): { eol: string; unit: string } {
    this.#written ??= {
      eol: this.text.charAt(this.text.indexOf('\n') - 1) === '\r' ? '\r\n' : '\n',
      unit: /\n([ \t]+)\S/.exec(this.text)?.[1] ?? '  ',
    };
    return this.#written;
  }
}

function parsed(text: string): { value: Json } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined; // the scan says what is wrong, in better words and with a place
  }
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/**
 * The text after fixes. One that touches what an earlier one has changed is left out as a whole,
 * for a next round; `left` counts those.
 */
export function applyFixes(text: string, fixes: readonly Fix[]): { text: string; left: number } {
  // In the order of the text, and of those that begin and end at one place in the order given: no
  // two overlap, so their ends are in order too.
  const taken: TextEdit[] = [];
  let left = 0;
  for (const { edits } of fixes) {
    if (edits.some((edit) => placeFor(edit, taken) === undefined)) {
      left += 1;
      continue;
    }
    for (const edit of edits) {
      const place = placeFor(edit, taken);
      // those of one fix do not overlap either
      if (place !== undefined) taken.splice(place, 0, edit);
    }
  }
  return { text: applyEdits(text, taken), left };
}

/**
 * Where an edit belongs among others, behind those at the same place; undefined where it touches
 * what one of them changes.
 */
function placeFor({ start, end }: TextEdit, taken: readonly TextEdit[]): number | undefined {
  let low = 0;
  let high = taken.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = taken[middle];
    if (other && (other.start < start || (other.start === start && other.end <= end)))
      low = middle + 1;
    else high = middle;
  }
  const [before, after] = [taken[low - 1], taken[low]];
  const apart =
    (before === undefined || before.end <= start) && (after === undefined || after.start >= end);
  return apart ? low : undefined;
}
