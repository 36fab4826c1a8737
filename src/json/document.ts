import { lastAtMost } from './last-at-most.ts';
import { applyEdits, type TextEdit } from '../shared/text-edit.ts';
import type { Fix, Location } from '../shared/finding.ts';
import { byteOrderMark, isDigit, openBrace, openBracket, quote } from './char-codes.ts';
import { decode } from './decode.ts';
import {
  buildNodeTable,
  children,
  endOf,
  firstChildOf,
  keyOf,
  nextOf,
  parentOf,
  startOf,
  stringAt,
  stringEnd,
  type NodeTable,
} from './node-table.ts';
import { formatPointer } from './pointer.ts';
import { buildValue, parseWithRecovery, type SyntaxIssue } from './recovering-parser.ts';
import { isContainer, type Json, type JsonContainer } from './values.ts';

/** Which part of a property a location points at. */
export type KeyOrValue = 'value' | 'key';

/** A part of a text in UTF-16 units; the end is exclusive. */
export interface Range {
  start: number;
  end: number;
}

/** A change to a property or element. `JsonFile.edits` turns it into edits of the text. */
export type JsonEdit =
  | { at: JsonContainer; key: string | number; to: Json }
  | { at: JsonContainer; key: string | number; remove: true }
  | { at: JsonContainer; key: string | number; rename: string };

/** UTF-16 units at the start of a line that are searched for its indentation. */
const maxIndent = 200;

function lineStartsOf(text: string): Int32Array {
  let starts = new Int32Array(1 + (text.length >> 4));
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    if (count === starts.length) {
      const larger = new Int32Array(starts.length * 2);
      larger.set(starts);
      starts = larger;
    }
    starts[count] = at + 1;
    count += 1;
  }
  return starts.slice(0, count);
}

/** A text file of a connector, with locations in lines and columns. */
export class TextFile {
  readonly file: string;
  readonly text: string;
  readonly #encodingIssues: readonly SyntaxIssue[];
  #lineStartsCache: Int32Array | undefined;

  constructor(file: string, bytes: Uint8Array) {
    this.file = file;
    const { text, issue } = decode(bytes);
    this.text = text;
    this.#encodingIssues = issue ? [issue] : [];
  }

  /** Where the file is not UTF-8, or not strict JSON. A rule reports each kind. */
  get issues(): readonly SyntaxIssue[] {
    return this.#encodingIssues;
  }

  /** The offsets where lines start. A line ends with a line feed, as in git. */
  get #lineStarts(): Int32Array {
    this.#lineStartsCache ??= lineStartsOf(this.text);
    return this.#lineStartsCache;
  }

  /** The location of the text between two offsets. */
  span(start: number, end: number, pointer = ''): Location {
    const [line, column] = this.#position(start);
    const [endLine, endColumn] = this.#position(Math.max(start, end));
    return { file: this.file, pointer, line, column, endLine, endColumn };
  }

  /** The text of a line without its line break. Lines count from 1. */
  line(number: number): string {
    const start = this.#lineStarts[number - 1];
    if (start === undefined) return '';
    const next = this.#lineStarts[number] ?? this.text.length + 1;
    const line = this.text.slice(start, next - 1);
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  }

  /** The indentation of the line that an offset is in. */
  protected indentAt(offset: number): string {
    const start = this.#lineStarts[this.#lineOf(offset)] ?? 0;
    return /^[ \t]*/.exec(this.text.slice(start, Math.min(offset, start + maxIndent)))?.[0] ?? '';
  }

  /** The line of an offset. Counts from 0. */
  #lineOf(offset: number): number {
    return lastAtMost(this.#lineStarts, offset);
  }

  #position(offset: number): [line: number, column: number] {
    const starts = this.#lineStarts;
    const line = this.#lineOf(offset);
    // editors do not count a byte-order mark as a column
    const mark = line === 0 && offset > 0 && this.text.charCodeAt(0) === byteOrderMark ? 1 : 0;
    return [line + 1, offset - (starts[line] ?? 0) - mark + 1];
  }
}

/**
 * A JSON file: its value, and the location of every object, array, key and value in it. The value is
 * that of `JSON.parse`; if that refuses the text, the value is recovered from the broken text, and
 * undefined if the file is empty or nested too deep.
 */
export class JsonFile extends TextFile {
  readonly value: Json | undefined;
  /**
   * Whether the file can be fixed: it is strict JSON, or becomes so when all its issues are fixed.
   * Otherwise some values are guesses, and nothing is written based on a guess.
   */
  readonly isFixable: boolean = true;
  readonly #table: NodeTable;
  readonly #syntaxIssues: readonly SyntaxIssue[] = [];
  #nodesCache: ContainerNodes | undefined;
  #issuesCache: readonly SyntaxIssue[] | undefined;
  #formatCache: { eol: string; indent: string } | undefined;
  readonly #childrenByKey = new Map<number, Map<string, number>>();
  /** Where the last range within a string started; see `#locationInString`. */
  #lastRange: { node: number; unit: number; at: number } | undefined;

  constructor(file: string, bytes: Uint8Array) {
    super(file, bytes);
    const strict = parseStrictly(this.text);
    const strictTable = strict && buildNodeTable(this.text);
    if (strict && strictTable) {
      this.value = strict.value;
      this.#table = strictTable;
    } else {
      const { table, issues } = parseWithRecovery(this.text);
      this.value = buildValue(this.text, table);
      this.#table = table;
      this.isFixable = issues.every(({ edits }) => edits) && isStrictWhenFixed(this.text, issues);
      this.#syntaxIssues = issues;
    }
  }

  override get issues(): readonly SyntaxIssue[] {
    if (!this.#issuesCache) {
      const all = [...this.#syntaxIssues, ...this.#duplicateKeys()];
      const issues = this.isFixable
        ? all
        : all.map(({ kind, start, end, message }) => ({ kind, start, end, message }));
      this.#issuesCache = issues.length === 0 ? super.issues : [...super.issues, ...issues];
    }
    return this.#issuesCache;
  }

  /** Whether an object or array is part of this file's value. */
  has(at: JsonContainer): boolean {
    return this.#containerNodes.nodes.has(at);
  }

  /**
   * The location of a property's value or key. Without a key, or if the object does not have the key,
   * the location of the object: the key it is under, else its opening bracket.
   *
   * @throws Error if the object or array is not part of this file's value.
   */
  locationOf(at: JsonContainer, key?: string | number, part: KeyOrValue = 'value'): Location {
    return this.locate(at, key, part).location;
  }

  /**
   * The location of a property (see `locationOf`), and its path of keys and indices.
   *
   * @param range The part of a string value to locate, in UTF-16 units of the value.
   */
  locate(
    at: JsonContainer,
    key?: string | number,
    part: KeyOrValue = 'value',
    range?: Range,
  ): { location: Location; path: (string | number)[] } {
    const node = this.#nodeOf(at);
    const child = key === undefined ? undefined : this.#child(node, key);
    const path = this.#pathOf(child ?? node);
    if (range && child !== undefined && this.#firstCodeOf(child) === quote)
      return { location: this.#locationInString(child, range, path), path };
    const location =
      child === undefined
        ? this.#locationOfNode(node, keyOf(this.#table, node) >= 0 ? 'key' : 'value', path)
        : this.#locationOfNode(child, part, path);
    return { location, path };
  }

  /**
   * The edits of the text that make a change, in the file's own indentation and line breaks. None if
   * the change is to rename or remove a property that does not exist.
   */
  edits(change: JsonEdit): TextEdit[] {
    const parent = this.#nodeOf(change.at);
    const child = this.#child(parent, change.key);
    if ('remove' in change) return child === undefined ? [] : [this.#removal(parent, child)];
    if ('rename' in change) {
      if (child === undefined) return [];
      const start = keyOf(this.#table, child);
      return [{ start, end: this.#keyEnd(child), text: JSON.stringify(change.rename) }];
    }
    if (child === undefined) return [this.#insertion(parent, String(change.key), change.to)];
    const start = startOf(this.#table, child);
    const end = endOf(this.#table, child);
    return [{ start, end, text: this.#stringify(change.to, this.indentAt(start)) }];
  }

  /** Computed when a finding first needs a location: most files have no findings. */
  get #containerNodes(): ContainerNodes {
    if (!this.#nodesCache) {
      this.#nodesCache = { nodes: new Map(), withDuplicates: [] };
      if (isContainer(this.value)) this.#collectNodes(this.#nodesCache, 0, this.value);
    }
    return this.#nodesCache;
  }

  #collectNodes(result: ContainerNodes, node: number, value: JsonContainer): void {
    result.nodes.set(value, node);
    const table = this.#table;
    const first = firstChildOf(table, node);
    if (first === 0) return;
    const keys = Array.isArray(value) ? undefined : Object.keys(value);
    let isInOrder = true;
    let hasDuplicates = false;
    if (keys) {
      let count = 0;
      for (let child = first; child !== 0; child = nextOf(table, child)) count += 1;
      hasDuplicates = count !== keys.length;
      if (hasDuplicates) result.withDuplicates.push(node);
      // JavaScript lists keys that are numbers first, wherever they were written
      isInOrder = !hasDuplicates && !isDigit(keys[0]?.charCodeAt(0) ?? 0);
    }
    let index = 0;
    for (let child = first; child !== 0; child = nextOf(table, child), index += 1) {
      const code = this.#firstCodeOf(child);
      if (code !== openBrace && code !== openBracket) continue;
      // the last of duplicate keys has the value
      if (hasDuplicates && this.#child(node, this.#key(child)) !== child) continue;
      const below = Array.isArray(value)
        ? value[index]
        : value[isInOrder ? (keys?.[index] ?? '') : this.#key(child)];
      if (isContainer(below)) this.#collectNodes(result, child, below);
    }
  }

  #nodeOf(at: JsonContainer): number {
    const node = this.#containerNodes.nodes.get(at);
    if (node === undefined) throw new Error(`The object is not part of ${this.file}.`);
    return node;
  }

  /** The code of the first character of a value. */
  #firstCodeOf(node: number): number {
    return this.text.charCodeAt(startOf(this.#table, node));
  }

  #key(child: number): string {
    return stringAt(this.text, keyOf(this.#table, child), startOf(this.#table, child));
  }

  #keyEnd(child: number): number {
    const start = keyOf(this.#table, child);
    if (this.text.charCodeAt(start) === quote)
      return stringEnd(this.text, start, startOf(this.#table, child));
    return start + this.#key(child).length;
  }

  /** The property or element under a key; the last of duplicate keys. */
  #child(node: number, key: string | number): number | undefined {
    let byKey = this.#childrenByKey.get(node);
    if (!byKey) {
      byKey = new Map();
      for (const child of children(this.#table, node)) {
        const offset = keyOf(this.#table, child);
        byKey.set(offset < 0 ? String(-offset - 1) : this.#key(child), child);
      }
      this.#childrenByKey.set(node, byKey);
    }
    return byKey.get(String(key));
  }

  #locationOfNode(node: number, part: KeyOrValue, path: readonly (string | number)[]): Location {
    const pointer = formatPointer(path);
    const key = keyOf(this.#table, node);
    if (part === 'key' && key >= 0) return this.span(key, this.#keyEnd(node), pointer);
    const start = startOf(this.#table, node);
    const code = this.#firstCodeOf(node);
    const isBracket = code === openBrace || code === openBracket;
    return this.span(start, isBracket ? start + 1 : endOf(this.#table, node), pointer);
  }

  /**
   * The location of a part of a string. Steps through the escapes: one UTF-16 unit of the value may
   * be two or six characters of the text. Continues from the previous range in the same string, so
   * that many ranges in one long string take linear time.
   */
  #locationInString(
    node: number,
    { start, end }: Range,
    path: readonly (string | number)[],
  ): Location {
    const limit = endOf(this.#table, node);
    const last = this.#lastRange;
    const previous = last?.node === node && last.unit <= start ? last : undefined;
    let at = previous?.at ?? startOf(this.#table, node) + 1;
    let unit = previous?.unit ?? 0;
    const advance = (to: number): number => {
      for (; unit < to && at < limit; unit += 1) {
        if (this.text.charAt(at) !== '\\') at += 1;
        else at += this.text.charAt(at + 1) === 'u' ? 6 : 2;
      }
      return at;
    };
    const from = advance(start);
    this.#lastRange = { node, unit, at };
    return this.span(from, advance(end), formatPointer(path));
  }

  #pathOf(node: number): (string | number)[] {
    const path: (string | number)[] = [];
    for (let at = node; parentOf(this.#table, at) >= 0; at = parentOf(this.#table, at)) {
      const key = keyOf(this.#table, at);
      path.push(key >= 0 ? this.#key(at) : -key - 1);
    }
    return path.reverse();
  }

  #duplicateKeys(): SyntaxIssue[] {
    const table = this.#table;
    const issues: SyntaxIssue[] = [];
    const source = (node: number): string =>
      this.text.slice(startOf(table, node), endOf(table, node));
    for (const node of this.#containerNodes.withDuplicates) {
      const latest = new Map<string, number>();
      for (const child of children(table, node)) {
        const key = this.#key(child);
        const earlier = latest.get(key);
        latest.set(key, child);
        if (earlier === undefined) continue;
        const start = keyOf(table, child);
        const { line } = this.span(keyOf(table, earlier), 0);
        issues.push({
          kind: 'duplicate-key',
          start,
          end: this.#keyEnd(child),
          message:
            `This key duplicates the one in line ${line}, and parsers keep only the last value. ` +
            'Remove one of the two.',
          ...(source(earlier) === source(child) && { edits: [this.#removal(node, child)] }),
        });
      }
    }
    return issues;
  }

  #removal(parent: number, child: number): TextEdit {
    const table = this.#table;
    const fullStart = (node: number): number =>
      keyOf(table, node) >= 0 ? keyOf(table, node) : startOf(table, node);
    const next = nextOf(table, child);
    if (next !== 0) return { start: fullStart(child), end: fullStart(next), text: '' };
    let previous: number | undefined;
    for (const sibling of children(table, parent)) if (sibling !== child) previous = sibling;
    return previous === undefined
      ? { start: startOf(table, parent) + 1, end: endOf(table, parent) - 1, text: '' }
      : { start: endOf(table, previous), end: endOf(table, child), text: '' };
  }

  #insertion(parent: number, key: string, value: Json): TextEdit {
    const table = this.#table;
    const property = (indent: string): string =>
      `${JSON.stringify(key)}: ${this.#stringify(value, indent)}`;
    const { eol, indent: unit } = this.#format;
    let last: number | undefined;
    for (const child of children(table, parent)) last = child;
    if (last === undefined) {
      const start = startOf(table, parent);
      const indent = this.indentAt(start);
      const inner = indent + unit;
      return {
        start,
        end: endOf(table, parent),
        text: `{${eol}${inner}${property(inner)}${eol}${indent}}`,
      };
    }
    const end = endOf(table, last);
    const indent = this.indentAt(keyOf(table, last));
    const afterBrace = startOf(table, parent) + 1;
    const beforeFirst = this.text.slice(
      afterBrace,
      Math.min(keyOf(table, firstChildOf(table, parent)), afterBrace + maxIndent),
    );
    const separator = beforeFirst.includes('\n') ? `,${eol}${indent}` : ', ';
    return { start: end, end, text: separator + property(indent) };
  }

  #stringify(value: Json, indent: string): string {
    const { eol, indent: unit } = this.#format;
    return JSON.stringify(value, null, unit).replaceAll('\n', eol + indent);
  }

  /** The line break and the indentation of the first lines, for what is inserted. */
  get #format(): { eol: string; indent: string } {
    this.#formatCache ??= {
      eol: this.text.charAt(this.text.indexOf('\n') - 1) === '\r' ? '\r\n' : '\n',
      indent: /\n([ \t]+)\S/.exec(this.text)?.[1] ?? '  ',
    };
    return this.#formatCache;
  }
}

interface ContainerNodes {
  /** The node of every object and array of the value. */
  nodes: Map<JsonContainer, number>;
  /** The nodes of objects with duplicate keys. */
  withDuplicates: number[];
}

function parseStrictly(text: string): { value: Json } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined; // `parseWithRecovery` finds out what is wrong, and where
  }
}

const isStrictWhenFixed = (text: string, issues: readonly SyntaxIssue[]): boolean => {
  const fixes = issues.map(({ edits = [] }) => ({ edits }));
  return parseStrictly(applyFixes(text, fixes).text) !== undefined;
};

/**
 * Applies fixes to a text. A fix that touches what an earlier fix changes is skipped as a whole.
 *
 * @returns The text; the fixes that were made, with those that an earlier fix made too; and `left`:
 *   how many fixes were skipped, for another round.
 */
export function applyFixes(
  text: string,
  fixes: readonly Fix[],
): { text: string; made: readonly Fix[]; left: number } {
  const { edits, made, left } = combineFixes(fixes);
  return { text: applyEdits(text, edits), made, left };
}

/**
 * The edits of several fixes of a text, in order. A fix that touches what an earlier fix changes is
 * skipped as a whole.
 *
 * @returns The edits; the fixes that they make; and `left`: how many fixes were skipped.
 */
export function combineFixes(fixes: readonly Fix[]): {
  edits: readonly TextEdit[];
  made: readonly Fix[];
  left: number;
} {
  // In the order of the text. No two overlap, so their ends are in order too.
  const applied: TextEdit[] = [];
  const made: Fix[] = [];
  const replaced = new Map<string, string>();
  let left = 0;
  for (const fix of fixes) {
    const { edits } = fix;
    if (edits.some((edit) => positionFor(edit, applied) === undefined)) {
      left += 1;
      if (edits.every((edit) => replaced.get(rangeOf(edit)) === edit.text)) made.push(fix);
      continue;
    }
    made.push(fix);
    for (const edit of edits) {
      const position = positionFor(edit, applied);
      // edits of one fix do not overlap
      if (position === undefined) continue;
      applied.splice(position, 0, edit);
      if (edit.end > edit.start) replaced.set(rangeOf(edit), edit.text);
    }
  }
  return { edits: applied, made, left };
}

const rangeOf = ({ start, end }: TextEdit): string => `${start}-${end}`;

/**
 * The index where an edit belongs in a sorted list, behind edits of the same range. Undefined if it
 * overlaps another edit.
 */
function positionFor({ start, end }: TextEdit, edits: readonly TextEdit[]): number | undefined {
  let low = 0;
  let high = edits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const edit = edits[middle];
    if (edit && (edit.start < start || (edit.start === start && edit.end <= end))) low = middle + 1;
    else high = middle;
  }
  const previous = edits[low - 1];
  const next = edits[low];
  const overlaps =
    (previous !== undefined && previous.end > start) || (next !== undefined && next.start < end);
  return overlaps ? undefined : low;
}
