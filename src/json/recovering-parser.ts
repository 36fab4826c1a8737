import { type TextEdit } from '../shared/text-edit.ts';
import { truncate } from '../shared/text.ts';
import { limits } from '../shared/limits.ts';
import { safe } from '../shared/finding.ts';
import {
  atEnd,
  atKey,
  atNext,
  atParent,
  atStart,
  children,
  nodeSize,
  rootKey,
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

/**
 * Where a text departs from strict JSON: a sentence that says what is wrong, and how to mend it
 * where that is certain.
 */
export interface SyntaxIssue {
  kind: SyntaxIssueKind;
  start: number;
  end: number;
  message: string;
  edits?: TextEdit[];
}

export interface RecoveredSyntax {
  table: NodeTable;
  /**
   * In the order of the text. Empty exactly where `JSON.parse` takes the text and it is not too
   * deep.
   */
  issues: SyntaxIssue[];
}

const quote = 34;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;
const openBracket = 91;
const closeBracket = 93;
const comma = 44;
const colon = 58;
const slash = 47;
const star = 42;
const byteOrderMark = 0xfeff;

/**
 * More are not listed; of those that only a person can mend the first few do: a file that is no
 * JSON at all has one at every word.
 */
const most = { lapses: 1000, syntax: 20 };
class TooDeep extends Error {}

const isHex = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const codeName = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;

function controlCharacterName(code: number): string {
  if (code === 9) return 'a tab';
  if (code === 10 || code === 13) return 'a line break';
  return `the control character ${codeName(code)}`;
}

/**
 * Reads a JSON text without building its value: notes where every value stands, and every lapse
 * from strict JSON. It never gives up: what is broken is guessed the way a person would, so that
 * the rest can still be judged. Time is linear in the text.
 */
export function parseWithRecovery(text: string): RecoveredSyntax {
  let nodes = new Int32Array(Math.max(64, text.length >> 2));
  let used = 0;
  let position = 0;
  /** Up to this quotation mark, raw line breaks are known to belong to the string. */
  let closing = -1;
  const issues: SyntaxIssue[] = [];
  const size = text.length;
  let syntax = 0;

  const lapse = (
    kind: SyntaxIssueKind,
    start: number,
    end: number,
    message: string,
    edits?: TextEdit[],
  ): void => {
    if (kind === 'syntax') syntax += 1;
    if (issues.length >= most.lapses || (kind === 'syntax' && syntax > most.syntax)) return;
    issues.push(edits ? { kind, start, end, message, edits } : { kind, start, end, message });
  };

  const open = (parent: number, key: number): number => {
    if (used + nodeSize > nodes.length) {
      const larger = new Int32Array(nodes.length * 2);
      larger.set(nodes);
      nodes = larger;
    }
    const node = used;
    nodes[node] = position;
    nodes[node + atKey] = key;
    nodes[node + atParent] = parent;
    used += nodeSize;
    return node;
  };

  const skip = (): void => {
    for (;;) {
      let at = position;
      let code = text.charCodeAt(at);
      while (code === 32 || code === 10 || code === 13 || code === 9)
        code = text.charCodeAt((at += 1));
      position = at;
      if (code === slash) {
        const second = text.charCodeAt(position + 1);
        if (second !== slash && second !== star) return;
        const start = position;
        if (second === slash) {
          const end = text.indexOf('\n', position);
          position = end < 0 ? size : end;
          if (text.charCodeAt(position - 1) === 13) position -= 1;
        } else {
          const end = text.indexOf('*/', position + 2);
          position = end < 0 ? size : end + 2;
        }
        lapse(
          'comment',
          start,
          position,
          'JSON has no comments. Remove it; what it says may belong into a description.',
          [{ start, end: position, text: '' }],
        );
      } else if (
        code === 0xa0 ||
        code === byteOrderMark ||
        code === 0x200b ||
        code === 0x2028 ||
        code === 0x2029
      ) {
        if (code === byteOrderMark && position === 0) {
          lapse(
            'byte-order-mark',
            0,
            1,
            'The file begins with a byte-order mark, which JSON does not allow. ' +
              'Save it as UTF-8 without one.',
            [{ start: 0, end: 1, text: '' }],
          );
        } else {
          lapse(
            'syntax',
            position,
            position + 1,
            `The invisible character ${codeName(code)} stands outside a string. Remove it.`,
            [{ start: position, end: position + 1, text: ' ' }],
          );
        }
        position += 1;
      } else return;
    }
  };

  /** From an opening quote to behind the closing one. */
  const string = (): void => {
    const start = position;
    position += 1;
    for (;;) {
      let at = position; // a local is a register; the closure's variable is memory
      let code = text.charCodeAt(at);
      while (code >= 32 && code !== quote && code !== backslash) code = text.charCodeAt((at += 1));
      position = at;
      if (code === quote) {
        position += 1;
        return;
      }
      if (code === backslash) escape();
      else if (code < 32) {
        if ((code === 10 || code === 13) && position > closing && !closesLater(position)) {
          lapse(
            'syntax',
            start,
            position,
            'This string is not closed on its line. Put a quotation mark at its end.',
          );
          return;
        }
        const escaped = JSON.stringify(String.fromCharCode(code)).slice(1, -1);
        const name = controlCharacterName(code);
        lapse(
          'control-character',
          position,
          position + 1,
          `A string contains ${name} that is not escaped. Write it as ${escaped}.`,
          [{ start: position, end: position + 1, text: escaped }],
        );
        position += 1;
      } else {
        lapse(
          'syntax',
          start,
          size,
          'This string is never closed. Put a quotation mark at its end.',
        );
        return;
      }
    }
  };

  const escape = (): void => {
    const code = text.charCodeAt(position + 1);
    if (code === 117) {
      let digits = 0;
      while (digits < 4 && isHex(text.charCodeAt(position + 2 + digits))) digits += 1;
      if (digits < 4)
        lapse(
          'syntax',
          position,
          position + 2 + digits,
          'The escape \\u needs four hexadecimal digits. ' +
            'Write them, or \\\\u for a backslash and a u.',
        );
      position += 2 + digits;
    } else if (
      code === quote ||
      code === backslash ||
      code === slash ||
      code === 98 ||
      code === 102 ||
      code === 110 ||
      code === 114 ||
      code === 116
    ) {
      position += 2;
    } else {
      lapse(
        'syntax',
        position,
        Math.min(size, position + 2),
        'The backslash begins no escape that JSON knows. Write \\\\ for a backslash.',
        [{ start: position, end: position + 1, text: '\\\\' }],
      );
      position += 1;
    }
  };

  /**
   * Whether the next quotation mark after a raw line break looks like the end of a string rather
   * than the start of the next.
   */
  const closesLater = (from: number): boolean => {
    const next = text.indexOf('"', from);
    if (next < 0) return false;
    let after = next + 1;
    while (after < size && text.charCodeAt(after) <= 32) after += 1;
    const code = text.charCodeAt(after);
    if (code !== comma && code !== closeBrace && code !== closeBracket) return false;
    closing = next;
    return true;
  };

  /**
   * A run of characters that is no string, object or array: a number, true, false, null, or
   * something that does not belong.
   */
  const word = (): void => {
    const start = position;
    if (number()) return;
    position = start;
    while (position < size) {
      const code = text.charCodeAt(position);
      if (
        code <= 32 ||
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
    lapse(
      'syntax',
      start,
      position,
      safe`${shorten(found)} is no JSON value. Text belongs between double quotation marks; ` +
        safe`the other values are numbers, true, false and null.`,
    );
  };

  const number = (): boolean => {
    if (text.charCodeAt(position) === 45) position += 1;
    if (text.charCodeAt(position) === 48) position += 1;
    else if (!digits()) return false;
    if (text.charCodeAt(position) === 46) {
      position += 1;
      if (!digits()) return false;
    }
    const code = text.charCodeAt(position);
    if (code === 101 || code === 69) {
      position += 1;
      const sign = text.charCodeAt(position);
      if (sign === 43 || sign === 45) position += 1;
      if (!digits()) return false;
    }
    const after = text.charCodeAt(position);
    return (
      !(after > 32) ||
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
    if (depth > limits.depth) throw new TooDeep();
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
      lapse(
        'syntax',
        position,
        Math.min(size, position + 1),
        'A value is missing here. Write it, or remove the name before it.',
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
          lapse(
            'trailing-comma',
            lastComma,
            lastComma + 1,
            `There is a comma before the closing ${String.fromCharCode(close)}, and nothing ` +
              'follows it. Remove the comma.',
            [{ start: lastComma, end: lastComma + 1, text: '' }],
          );
        }
        position += 1;
        return;
      }
      if (position >= size) {
        lapse(
          'syntax',
          opened,
          opened + 1,
          `This ${text.charAt(opened)} is never closed. Put the matching bracket where it ends.`,
        );
        return;
      }
      if (code === otherClose) {
        const mine = String.fromCharCode(close);
        if (opensAbove(node, otherClose)) {
          lapse(
            'syntax',
            position,
            position + 1,
            `The ${text.charAt(opened)} that is open here is not closed yet. ` +
              `Put ${mine} before this.`,
          );
          return;
        }
        lapse(
          'syntax',
          position,
          position + 1,
          `Nothing is open here that ${text.charAt(position)} could close. ` +
            'Remove it, or open it where it begins.',
        );
        position += 1;
        continue;
      }
      if (code === comma) {
        lapse(
          'syntax',
          position,
          position + 1,
          'There is a comma with nothing before it. Remove it.',
          [{ start: position, end: position + 1, text: '' }],
        );
        position += 1;
        continue;
      }
      if (last >= 0 && lastComma < 0) {
        const end = nodes[last + atEnd] ?? position;
        lapse(
          'missing-comma',
          position,
          position + 1,
          'A comma is missing before this. Put it behind the value above.',
          [{ start: end, end, text: ',' }],
        );
      }
      let key = -(index + 1);
      if (close === closeBrace) {
        key = position;
        if (code === quote) string();
        else if (code === openBrace || code === openBracket) {
          lapse(
            'syntax',
            position,
            position + 1,
            'A name is missing before this value. Write it in double quotation marks, and a colon.',
          );
        } else bareKey();
        skip();
        if (text.charCodeAt(position) === colon) {
          position += 1;
          skip();
        } else
          lapse(
            'syntax',
            key,
            Math.max(key + 1, Math.min(position, size)),
            'A colon is missing after this name. Write it, and the value.',
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
        lapse(
          'syntax',
          position,
          position + 1,
          'There is a colon in an array. Use { and } for names and values.',
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
        code <= 32 ||
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
      lapse(
        'syntax',
        start,
        start + 1,
        'This does not belong here. A name in double quotation marks, or a closing bracket, ' +
          'is expected.',
      );
      position += 1;
      return;
    }
    lapse(
      'syntax',
      start,
      position,
      safe`The name ${shorten(text.slice(start, position))} has no quotation marks. ` +
        safe`Put it between double ones.`,
    );
  };

  const opensAbove = (node: number, close: number): boolean => {
    const opener = close === closeBrace ? openBrace : openBracket;
    for (
      let above = nodes[node + atParent] ?? -1;
      above >= 0;
      above = nodes[above + atParent] ?? -1
    ) {
      if (text.charCodeAt(nodes[above] ?? 0) === opener) return true;
    }
    return false;
  };

  try {
    skip();
    if (position >= size)
      lapse('syntax', 0, Math.min(size, 1), 'The file is empty. Write the JSON object into it.');
    else {
      value(-1, rootKey, 1);
      skip();
      if (position < size) {
        const rest = text.slice(position).trimEnd();
        const onlyClosers = /^[\s\]},]*$/.test(rest);
        lapse(
          'text-after-end',
          position,
          position + rest.length,
          'The JSON value has ended before this: what follows is not read. ' +
            'Remove it, or the closing bracket above that is one too many.',
          onlyClosers ? [{ start: position, end: position + rest.length, text: '' }] : undefined,
        );
      }
    }
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    issues.length = 0;
    lapse(
      'depth',
      position,
      position + 1,
      `The values are nested more than ${limits.depth} deep. ` +
        'Nothing of the file was checked: make it flatter.',
    );
    used = 0;
  }
  issues.sort((a, b) => a.start - b.start);
  return { table: { nodes, length: used }, issues };
}

const shorten = (text: string): string => (text.length > 40 ? `${truncate(text, 40)}…` : text);

/**
 * The value that a tape describes, where `JSON.parse` refuses its text. A key that comes twice has
 * its last value.
 */
export function buildValue(text: string, tape: NodeTable): Json | undefined {
  const field = (node: number, index: number): number => tape.nodes[node + index] ?? 0;
  const valueOf = (node: number): Json => {
    const start = field(node, atStart);
    const end = field(node, atEnd);
    switch (text.charCodeAt(start)) {
      case openBrace: {
        const object: JsonObject = {};
        for (const child of children(tape, node)) {
          const key = stringAt(text, field(child, atKey), field(child, atStart));
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
        for (const child of children(tape, node)) array.push(valueOf(child));
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
  return tape.length === 0 ? undefined : valueOf(0);
}
