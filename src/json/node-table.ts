// Optimized: 57 MB of definitions in 0.1 s, where `parseWithRecovery` takes 0.4 s; see decision 1.
import {
  backslash,
  closeBrace,
  closeBracket,
  colon,
  comma,
  openBrace,
  openBracket,
  quote,
} from './char-codes.ts';
import { limits } from '../shared/limits.ts';

/**
 * Where each value of a JSON text is. A node is the index of the first of five integers, and nodes
 * are in the order of the text; the accessors below read them. The root is node 0.
 */
export interface NodeTable {
  nodes: Int32Array;
  /** How much of `nodes` is in use. */
  length: number;
}

export const nodeSize = 5;
/** Positions of the integers of a node. Readers outside a hot loop use the accessors. */
export const atStart = 0;
export const atEnd = 1;
export const atKey = 2;
export const atNext = 3;
export const atParent = 4;
export const rootKey = -2147483648;

/** The offset where the value of a node starts. */
export const startOf = ({ nodes }: NodeTable, node: number): number => nodes[node + atStart] ?? 0;

/** The offset behind the value of a node. */
export const endOf = ({ nodes }: NodeTable, node: number): number => nodes[node + atEnd] ?? 0;

/**
 * The offset where the key of a node starts. Negative if the node has no key: `-(index + 1)` for an
 * element of an array, `rootKey` for the root.
 */
export const keyOf = ({ nodes }: NodeTable, node: number): number => nodes[node + atKey] ?? 0;

/** The next node with the same parent; 0 if there is none. */
export const nextOf = ({ nodes }: NodeTable, node: number): number => nodes[node + atNext] ?? 0;

/** The node of the object or array that a node is in; negative for the root. */
export const parentOf = ({ nodes }: NodeTable, node: number): number => nodes[node + atParent] ?? 0;

/** The first node in an object or array; 0 if there is none. */
export function firstChildOf(table: NodeTable, node: number): number {
  const first = node + nodeSize;
  return first < table.length && parentOf(table, first) === node ? first : 0;
}

/** The nodes directly in an object or array, in the order of the text. */
export function* children(table: NodeTable, node: number): Iterable<number> {
  for (let child = firstChildOf(table, node); child !== 0; child = nextOf(table, child))
    yield child;
}

/** Used for every table, and grown to the size of the largest. */
let scratch = new Int32Array(1 << 16);

/**
 * Builds the table of a text that `JSON.parse` accepts. Not checking the syntax again makes it four
 * times as fast as `parseWithRecovery`. Undefined if the values are nested deeper than the limit.
 */
export function buildNodeTable(text: string): NodeTable | undefined {
  // A space is the literal 32 here: as an imported constant it costs 7% of the time.
  let nodes = scratch;
  let used = 0;
  let at = 0;
  let parent = -1;
  let previous = -1;
  let index = 0;
  let inObject = false;
  let key = rootKey;
  let code = 0;
  const above: number[] = [];
  for (;;) {
    code = text.charCodeAt(at);
    while (code <= 32) code = text.charCodeAt((at += 1));
    if (used + nodeSize > nodes.length) {
      const larger = new Int32Array(nodes.length * 2);
      larger.set(nodes);
      nodes = scratch = larger;
    }
    const node = used;
    used += nodeSize;
    nodes[node + atStart] = at;
    nodes[node + atKey] = key;
    nodes[node + atNext] = 0;
    nodes[node + atParent] = parent;
    if (previous >= 0) nodes[previous + atNext] = node;
    let isComplete = true;
    if (code === quote) at = stringEnd(text, at);
    else if (code === openBrace || code === openBracket) {
      inObject = code === openBrace;
      code = text.charCodeAt((at += 1));
      while (code <= 32) code = text.charCodeAt((at += 1));
      if (code === closeBrace || code === closeBracket) at += 1;
      else {
        above.push(parent, index);
        if (above.length > 2 * (limits.depth - 1)) return undefined;
        parent = node;
        previous = -1;
        index = 0;
        isComplete = false;
      }
    } else {
      while (code > 32 && code !== comma && code !== closeBrace && code !== closeBracket)
        code = text.charCodeAt((at += 1));
    }
    let closed = node;
    while (isComplete) {
      nodes[closed + atEnd] = at;
      previous = closed;
      if (parent < 0) return { nodes: nodes.slice(0, used), length: used };
      code = text.charCodeAt(at);
      while (code <= 32) code = text.charCodeAt((at += 1));
      at += 1;
      if (code === comma) {
        index += 1;
        inObject = text.charCodeAt(nodes[parent + atStart] ?? 0) === openBrace;
        isComplete = false;
        continue;
      }
      closed = parent;
      index = above.pop() ?? 0;
      parent = above.pop() ?? -1;
    }
    if (inObject) {
      code = text.charCodeAt(at);
      while (code <= 32) code = text.charCodeAt((at += 1));
      key = at;
      at = stringEnd(text, at);
      while (text.charCodeAt(at) !== colon) at += 1;
      at += 1;
    } else key = -(index + 1);
  }
}

const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * Decodes the string that starts with the quotation mark at `start`, or reads the bare word there.
 * Broken escapes are kept as they are written.
 *
 * @param limit The offset where the string ends at the latest.
 */
export function stringAt(text: string, start: number, limit: number): string {
  if (text.charCodeAt(start) !== quote)
    return /^[^\s:,{}[\]"]*/.exec(text.slice(start, Math.min(limit, start + 1000)))?.[0] ?? '';
  const end = stringEnd(text, start, limit);
  const isClosed = text.charCodeAt(end - 1) === quote && end - 1 > start;
  const inside = isClosed ? text.slice(start + 1, end - 1) : text.slice(start + 1, end).trimEnd();
  if (!inside.includes('\\')) return inside;
  return inside.replace(
    /\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))/g,
    (_, hex: string | undefined, letter: string) =>
      hex === undefined
        ? (escapes[letter] ?? letter)
        : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/**
 * The offset behind the closing quotation mark of the string that starts at `start`; `limit` if the
 * string is not closed before it.
 */
export function stringEnd(text: string, start: number, limit = text.length): number {
  for (
    let end = text.indexOf('"', start + 1);
    end >= 0 && end < limit;
    end = text.indexOf('"', end + 1)
  ) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before -= 1;
    if ((end - before) & 1) return end + 1;
  }
  return limit;
}
