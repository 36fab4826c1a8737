import { type TextEdit } from '../shared/text-edit.ts';
import { truncate } from '../shared/text.ts';
import { limits } from '../shared/limits.ts';
import { safe } from '../shared/finding.ts';
import {
  backslash,
  byteOrderMark,
  carriageReturn,
  closeBrace,
  closeBracket,
  colon,
  comma,
  dot,
  isDigit,
  lineFeed,
  minus,
  openBrace,
  openBracket,
  plus,
  quote,
  slash,
  space,
  star,
  tab,
  zero,
} from './char-codes.ts';
import {
  atEnd,
  atKey,
  atNext,
  atParent,
  atStart,
  children,
  endOf,
  keyOf,
  nodeSize,
  rootKey,
  startOf,
  stringAt,
  type NodeTable,
} from './node-table.ts';
import type { Json, JsonArray, JsonObject } from './values.ts';

export type SyntaxIssueKind =
  | 'byte-order-mark'
  | 'encoding'
  | 'comment'
  | 'trailing-comma'
  | 'missing-comma'
  | 'control-character'
  | 'text-after-end'
  | 'duplicate-key'
  | 'syntax'
  | 'depth';

/** A place where a file is not strict JSON in UTF-8. Offsets count UTF-16 units. */
export interface SyntaxIssue {
  kind: SyntaxIssueKind;
  start: number;
  end: number;
  /** What is wrong and what to do. */
  message: string;
  /** The fix, if it is certain. */
  edits?: TextEdit[];
}

export interface RecoveredSyntax {
  table: NodeTable;
  /**
   * In the order of the text. Empty if and only if `JSON.parse` accepts the text and it is not
   * nested too deep.
   */
  issues: SyntaxIssue[];
}

/**
 * Issues of one file that are listed, and those of the kind `syntax` among them: a file that is not
 * JSON at all has one at every word.
 */
const maxIssues = 1000;
const maxSyntaxIssues = 20;

class NestedTooDeep extends Error {}

const isHex = (code: number): boolean =>
  isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
const isExponent = (code: number): boolean => code === 69 || code === 101; // E, e
const letterEscapes = new Set(['b', 'f', 'n', 'r', 't']);
/** A space, a line separator or a character without a width that is not white space in JSON. */
const isInvisible = (code: number): boolean =>
  code === 0xa0 ||
  (code >= 0x2000 && code <= 0x200d) ||
  code === 0x2028 ||
  code === 0x2029 ||
  code === 0x202f ||
  code === 0x2060 ||
  code === 0x3000;
const codeName = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;

function controlCharacterName(code: number): string {
  if (code === tab) return 'tab';
  if (code === lineFeed || code === carriageReturn) return 'line break';
  return `control character ${codeName(code)}`;
}

/**
 * Parses a JSON text into a node table and reports every departure from strict JSON. Recovers from
 * errors by guessing what the author meant, so that the rest of the file can be validated. Never
 * throws. Takes linear time.
 */
export function parseWithRecovery(text: string): RecoveredSyntax {
  let nodes = new Int32Array(Math.max(64, text.length >> 2));
  let used = 0;
  let position = 0;
  /** Up to the quotation mark at this offset, raw line breaks are part of the string. */
  let closingQuote = -1;
  const issues: SyntaxIssue[] = [];
  const size = text.length;
  let syntaxIssues = 0;

  const report = (
    kind: SyntaxIssueKind,
    start: number,
    end: number,
    message: string,
    edits?: TextEdit[],
  ): void => {
    if (kind === 'syntax') syntaxIssues += 1;
    if (issues.length >= maxIssues || (kind === 'syntax' && syntaxIssues > maxSyntaxIssues)) return;
    issues.push(edits ? { kind, start, end, message, edits } : { kind, start, end, message });
  };

  const open = (parent: number, key: number): number => {
    if (used + nodeSize > nodes.length) {
      const larger = new Int32Array(nodes.length * 2);
      larger.set(nodes);
      nodes = larger;
    }
    const node = used;
    nodes[node + atStart] = position;
    nodes[node + atKey] = key;
    nodes[node + atParent] = parent;
    used += nodeSize;
    return node;
  };

  const skip = (): void => {
    for (;;) {
      let at = position;
      let code = text.charCodeAt(at);
      while (code === space || code === lineFeed || code === carriageReturn || code === tab)
        code = text.charCodeAt((at += 1));
      position = at;
      if (code === slash) {
        const second = text.charCodeAt(position + 1);
        if (second !== slash && second !== star) return;
        const start = position;
        if (second === slash) {
          const end = text.indexOf('\n', position);
          position = end < 0 ? size : end;
          if (text.charCodeAt(position - 1) === carriageReturn) position -= 1;
        } else {
          const end = text.indexOf('*/', position + 2);
          position = end < 0 ? size : end + 2;
        }
        report(
          'comment',
          start,
          position,
          'JSON does not allow comments. Remove the comment, or move it to a description.',
          [{ start, end: position, text: '' }],
        );
      } else if (code === byteOrderMark || isInvisible(code)) {
        if (code === byteOrderMark && position === 0) {
          report(
            'byte-order-mark',
            0,
            1,
            'The file starts with a byte order mark, which JSON does not allow. ' +
              'Save it as UTF-8 without BOM.',
            [{ start: 0, end: 1, text: '' }],
          );
        } else {
          report(
            'syntax',
            position,
            position + 1,
            `There is an invisible character here: ${codeName(code)}. Delete it.`,
            [{ start: position, end: position + 1, text: ' ' }],
          );
        }
        position += 1;
      } else return;
    }
  };

  /** Moves from an opening quotation mark to behind the closing one. */
  const string = (): void => {
    const start = position;
    position += 1;
    for (;;) {
      let at = position; // faster than the variable of the closure
      let code = text.charCodeAt(at);
      while (code >= space && code !== quote && code !== backslash)
        code = text.charCodeAt((at += 1));
      position = at;
      if (code === quote) {
        position += 1;
        return;
      }
      if (code === backslash) escape();
      else if (code < space) {
        if (
          (code === lineFeed || code === carriageReturn) &&
          position > closingQuote &&
          !closesLater(position)
        ) {
          report(
            'syntax',
            start,
            position,
            'This string has no closing quotation mark on its line. Add it.',
          );
          return;
        }
        const escaped = JSON.stringify(String.fromCharCode(code)).slice(1, -1);
        const name = controlCharacterName(code);
        report(
          'control-character',
          position,
          position + 1,
          `A string contains an unescaped ${name}. Write it as ${escaped}.`,
          [{ start: position, end: position + 1, text: escaped }],
        );
        position += 1;
      } else {
        report('syntax', start, size, 'This string has no closing quotation mark. Add it.');
        return;
      }
    }
  };

  const escape = (): void => {
    const code = text.charCodeAt(position + 1);
    if (text.charAt(position + 1) === 'u') {
      let digits = 0;
      while (digits < 4 && isHex(text.charCodeAt(position + 2 + digits))) digits += 1;
      if (digits < 4)
        report(
          'syntax',
          position,
          position + 2 + digits,
          '\\u needs four hexadecimal digits. Add them, or write \\\\u for a literal \\u.',
        );
      position += 2 + digits;
    } else if (
      code === quote ||
      code === backslash ||
      code === slash ||
      letterEscapes.has(text.charAt(position + 1))
    ) {
      position += 2;
    } else {
      report(
        'syntax',
        position,
        Math.min(size, position + 2),
        'This is not a valid escape sequence. Write \\\\ for a literal backslash.',
        [{ start: position, end: position + 1, text: '\\\\' }],
      );
      position += 1;
    }
  };

  /**
   * Whether the next quotation mark after a raw line break ends the string, rather than starts the
   * next one: a comma or a closing bracket follows it.
   */
  const closesLater = (from: number): boolean => {
    const next = text.indexOf('"', from);
    if (next < 0) return false;
    let after = next + 1;
    while (after < size && text.charCodeAt(after) <= space) after += 1;
    const code = text.charCodeAt(after);
    if (code !== comma && code !== closeBrace && code !== closeBracket) return false;
    closingQuote = next;
    return true;
  };

  /** Moves behind a number, true, false, null, or a word that is not JSON. */
  const word = (): void => {
    const start = position;
    if (number()) return;
    position = start;
    while (position < size) {
      const code = text.charCodeAt(position);
      if (
        code <= space ||
        code === comma ||
        code === colon ||
        code === closeBrace ||
        code === closeBracket ||
        code === quote ||
        code === openBrace ||
        code === openBracket
      )
        break;
      position += 1;
    }
    if (position === start) position += 1;
    const found = text.slice(start, position);
    if (found === 'true' || found === 'false' || found === 'null') return;
    report(
      'syntax',
      start,
      position,
      safe`${shorten(found)} is not a JSON value. Put strings in double quotation marks; the ` +
        'only other values are numbers, true, false, null, objects and arrays.',
    );
  };

  const number = (): boolean => {
    if (text.charCodeAt(position) === minus) position += 1;
    if (text.charCodeAt(position) === zero) position += 1;
    else if (!digits()) return false;
    if (text.charCodeAt(position) === dot) {
      position += 1;
      if (!digits()) return false;
    }
    const code = text.charCodeAt(position);
    if (isExponent(code)) {
      position += 1;
      const sign = text.charCodeAt(position);
      if (sign === plus || sign === minus) position += 1;
      if (!digits()) return false;
    }
    const after = text.charCodeAt(position);
    return (
      !(after > space) ||
      after === comma ||
      after === closeBrace ||
      after === closeBracket ||
      after === slash
    );
  };

  const digits = (): boolean => {
    const start = position;
    while (isDigit(text.charCodeAt(position))) position += 1;
    return position > start;
  };

  const value = (parent: number, key: number, depth: number): number => {
    if (depth > limits.depth) throw new NestedTooDeep();
    const node = open(parent, key);
    const code = text.charCodeAt(position);
    if (code === quote) string();
    else if (code === openBrace) object(node, depth);
    else if (code === openBracket) array(node, depth);
    else if (
      position >= size ||
      code === comma ||
      code === closeBrace ||
      code === closeBracket ||
      code === colon
    ) {
      report(
        'syntax',
        position,
        Math.min(size, position + 1),
        'A value is missing here. Add it, or remove the key before it.',
      );
    } else word();
    nodes[node + atEnd] = position;
    return node;
  };

  const object = (node: number, depth: number): void => members(node, depth, closeBrace);
  const array = (node: number, depth: number): void => members(node, depth, closeBracket);

  const members = (
    node: number,
    depth: number,
    close: typeof closeBrace | typeof closeBracket,
  ): void => {
    const opened = position;
    const otherClose = close === closeBrace ? closeBracket : closeBrace;
    let last = -1;
    let lastComma = -1;
    let index = 0;
    position += 1;
    for (;;) {
      skip();
      const code = text.charCodeAt(position);
      if (code === close) {
        if (lastComma >= 0) {
          report(
            'trailing-comma',
            lastComma,
            lastComma + 1,
            `There is a trailing comma before the closing ${String.fromCharCode(close)}. ` +
              'Remove it.',
            [{ start: lastComma, end: lastComma + 1, text: '' }],
          );
        }
        position += 1;
        return;
      }
      if (position >= size) {
        report(
          'syntax',
          opened,
          opened + 1,
          `This ${text.charAt(opened)} is never closed. Add the matching ` +
            `${String.fromCharCode(close)}.`,
        );
        return;
      }
      if (code === otherClose) {
        const mine = String.fromCharCode(close);
        if (opensAbove(node, otherClose)) {
          report(
            'syntax',
            position,
            position + 1,
            `The enclosing ${text.charAt(opened)} is not closed yet. Add ${mine} before this.`,
          );
          return;
        }
        report(
          'syntax',
          position,
          position + 1,
          `This ${text.charAt(position)} has no opening bracket. ` +
            'Remove it, or add the opening bracket.',
        );
        position += 1;
        continue;
      }
      if (code === comma) {
        report(
          'syntax',
          position,
          position + 1,
          'There is no value before this comma. Remove the comma.',
          [{ start: position, end: position + 1, text: '' }],
        );
        position += 1;
        continue;
      }
      if (last >= 0 && lastComma < 0) {
        const end = nodes[last + atEnd] ?? position;
        report(
          'missing-comma',
          position,
          position + 1,
          'A comma is missing before this. Add it after the previous value.',
          [{ start: end, end, text: ',' }],
        );
      }
      let key = -(index + 1);
      if (close === closeBrace) {
        key = position;
        if (code === quote) string();
        else if (code === openBrace || code === openBracket) {
          report(
            'syntax',
            position,
            position + 1,
            'A key is missing before this value. Add it in double quotation marks, and a colon.',
          );
        } else bareKey();
        skip();
        if (text.charCodeAt(position) === colon) {
          position += 1;
          skip();
        } else
          report(
            'syntax',
            key,
            Math.max(key + 1, Math.min(position, size)),
            'A colon is missing after this key. Add it, and the value.',
          );
      }
      const child = value(node, key, depth + 1);
      if (last >= 0) nodes[last + atNext] = child;
      last = child;
      index += 1;
      skip();
      lastComma = -1;
      if (text.charCodeAt(position) === comma) {
        lastComma = position;
        position += 1;
      } else if (close === closeBracket && text.charCodeAt(position) === colon) {
        report(
          'syntax',
          position,
          position + 1,
          'There is a colon in an array. Use { and } for keys and values.',
        );
        position += 1;
      }
    }
  };

  const bareKey = (): void => {
    const start = position;
    while (position < size) {
      const code = text.charCodeAt(position);
      if (
        code <= space ||
        code === colon ||
        code === comma ||
        code === closeBrace ||
        code === closeBracket ||
        code === quote ||
        code === openBrace
      )
        break;
      position += 1;
    }
    if (position === start) {
      report(
        'syntax',
        start,
        start + 1,
        'Expected a key in double quotation marks or a closing bracket here.',
      );
      position += 1;
      return;
    }
    report(
      'syntax',
      start,
      position,
      safe`The key ${shorten(text.slice(start, position))} has no quotation marks. ` +
        'Put it in double quotation marks.',
    );
  };

  const opensAbove = (node: number, close: number): boolean => {
    const opener = close === closeBrace ? openBrace : openBracket;
    for (
      let above = nodes[node + atParent] ?? -1;
      above >= 0;
      above = nodes[above + atParent] ?? -1
    ) {
      if (text.charCodeAt(nodes[above + atStart] ?? 0) === opener) return true;
    }
    return false;
  };

  try {
    skip();
    if (position >= size)
      report('syntax', 0, Math.min(size, 1), 'The file is empty. Add the JSON object.');
    else {
      value(-1, rootKey, 1);
      skip();
      if (position < size) {
        const rest = text.slice(position).trimEnd();
        const onlyClosers = /^[\s\]},]*$/.test(rest);
        report(
          'text-after-end',
          position,
          position + rest.length,
          'The JSON ends before this, and what follows is not read. ' +
            'Remove it, or remove the extra closing bracket above.',
          onlyClosers ? [{ start: position, end: position + rest.length, text: '' }] : undefined,
        );
      }
    }
  } catch (error) {
    if (!(error instanceof NestedTooDeep)) throw error;
    issues.length = 0;
    report(
      'depth',
      position,
      position + 1,
      `Values are nested more than ${limits.depth} levels deep, so the file was not ` +
        'checked. Reduce the nesting.',
    );
    used = 0;
  }
  issues.sort((a, b) => a.start - b.start);
  return { table: { nodes, length: used }, issues };
}

const shorten = (text: string): string => (text.length > 40 ? `${truncate(text, 40)}…` : text);

/**
 * Builds the value of a text that `JSON.parse` refuses. Like `JSON.parse`, it takes the last value of
 * a duplicate key. Undefined for a text without a value.
 */
export function buildValue(text: string, table: NodeTable): Json | undefined {
  const valueOf = (node: number): Json => {
    const start = startOf(table, node);
    const end = endOf(table, node);
    switch (text.charCodeAt(start)) {
      case openBrace: {
        const object: JsonObject = {};
        for (const child of children(table, node)) {
          const key = stringAt(text, keyOf(table, child), startOf(table, child));
          // an assignment to `__proto__` would not make a property
          Object.defineProperty(object, key, {
            value: valueOf(child),
            enumerable: true,
            configurable: true,
            writable: true,
          });
        }
        return object;
      }
      case openBracket: {
        const array: JsonArray = [];
        for (const child of children(table, node)) array.push(valueOf(child));
        return array;
      }
      case quote:
        return stringAt(text, start, end);
      default: {
        const word = text.slice(start, end);
        try {
          const value: Json = JSON.parse(word);
          return value;
        } catch {
          return word === '' ? null : word;
        }
      }
    }
  };
  return table.length === 0 ? undefined : valueOf(0);
}
