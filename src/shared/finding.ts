import { hash } from 'node:crypto';
import { truncate, lazyRegExp } from './letters.ts';
import type { TextEdit } from './text-edit.ts';

export type Severity = 'error' | 'warning' | 'note';

/**
 * Where something stands. Lines and columns count from 1, columns in UTF-16 units; `pointer` is RFC
 * 6901, '' for a whole file.
 */
export interface Location {
  /** The path within the connector's folder. */
  file: string;
  pointer: string;
  line: number;
  column: number;
  /** The end, exclusive. For an object or array, behind its opening bracket. */
  endLine: number;
  endColumn: number;
}

/** A file as a whole; the folder where its name is ''. */
export const wholeFile = (file: string): Location => ({
  file,
  pointer: '',
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 1,
});

/**
 * What mends a finding: replacements in the text of the finding's file that do not overlap. None at
 * all means: write it anew as UTF-8.
 */
export interface Fix {
  edits: TextEdit[];
}

export interface Finding {
  /** The published id where the field has one, else ours in the same manner. */
  rule: string;
  severity: Severity;
  /**
   * What is wrong and what to do. Values from the connector stand between backticks and are safe to
   * show (see `say`).
   */
  message: string;
  location: Location;
  /**
   * The thing in the notation of the change validator, for example
   * `operation/GetItems/parameter/id`.
   */
  subject?: string;
  /** Whether there is a fix. */
  fixable: boolean;
  /** The fix, where it was asked for. */
  fix?: Fix;
  /** Whether it stood already before the pull request. */
  existing: boolean;
  /** Stays the same when lines move: made of the rule, the subject and what is wrong. */
  fingerprint: string;
}

/**
 * A message with values from a connector, each between backticks: one line, no backtick of its own,
 * no control or direction characters, 120 characters at most. In Markdown they are code spans that
 * nothing can break out of.
 */
export function safe(
  literals: TemplateStringsArray,
  ...values: (string | number | boolean | readonly (string | number)[])[]
): string {
  let message = literals[0] ?? '';
  values.forEach((value, index) => {
    const list = Array.isArray(value) ? value : [value];
    message +=
      list.map((one) => `\`${plain(String(one))}\``).join(', ') + (literals[index + 1] ?? '');
  });
  return message;
}

/** Most values are plain already. */
const isPlain = /^[!-_a-~](?:[ -_a-~]{0,118}[!-_a-~])?$/;

const breaks = lazyRegExp('[\\p{Cc}\\p{Zl}\\p{Zp}]+', 'gu');
const unseen = lazyRegExp('[\\p{Cf}\\p{Cs}\\p{Co}]', 'gu');

const plain = (value: string): string => {
  if (isPlain.test(value) && !value.includes('##[')) return value;
  const clean = truncate(value, 400)
    .replace(breaks(), ' ')
    .replace(unseen(), '')
    .replaceAll('`', 'ˋ')
    .replaceAll('##[', '#♯[') // a command to GitHub's runner, anywhere in a line
    .trim();
  if (clean === '') return ' ';
  const characters = Array.from(clean);
  return characters.length > 120 ? `${characters.slice(0, 119).join('')}…` : clean;
};

/**
 * The fingerprint of what makes a finding the one it is: 80 bits of SHA-256, so that nobody can
 * make two alike.
 */
export const fingerprintOf = (identity: string): string => hash('sha256', identity).slice(0, 20);
