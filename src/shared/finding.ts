import { hash } from 'node:crypto';
import { lazyRegExp } from './lazy-regexp.ts';
import type { TextEdit } from './text-edit.ts';
import { trimEnd, truncate } from './text.ts';

export type Severity = 'error' | 'warning' | 'note';

/** A range in a file of a connector. Lines and columns count from 1, columns in UTF-16 units. */
export interface Location {
  /** The path within the connector's folder. */
  file: string;
  /** The JSON pointer (RFC 6901) of the value meant; `''` for a whole file, or outside JSON. */
  pointer: string;
  line: number;
  column: number;
  /** The end is exclusive. The range of an object or array is its opening bracket. */
  endLine: number;
  endColumn: number;
  /**
   * The place in the file, if the file is an archive: line and column are then those of its
   * beginning, because nobody sees the lines of an archive.
   */
  entry?: EntryLocation;
}

/** A place in a file of an archive. */
export interface EntryLocation {
  /** The way from the archive to the file: `package.zip → PkgAssets/Flow.zip → solution.xml`. */
  path: string;
  pointer: string;
  line: number;
  column: number;
}

/** Where a person looks for a location: the file, or the way to it through archives, and the line. */
export const shownPlace = ({
  file,
  line,
  column,
  entry,
}: Location): Pick<Location, 'file' | 'line' | 'column'> =>
  entry === undefined
    ? { file, line, column }
    : { file: `${file} → ${entry.path}`, line: entry.line, column: entry.column };

/** The location of a whole file; of the connector's folder if `file` is `''`. */
export const wholeFile = (file: string): Location => ({
  file,
  pointer: '',
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 1,
});

/** Fixes a finding by editing its file. */
export interface Fix {
  /**
   * In any order, none overlapping another. Without edits, the file is fixed by writing its decoded
   * text back as UTF-8.
   */
  edits: TextEdit[];
}

export interface Finding {
  /** The published rule id if the field has one, else ours, named the same way. */
  rule: string;
  severity: Severity;
  /**
   * What is wrong and what to do. Values from the connector are code spans that are safe to show
   * (see `safe`).
   */
  message: string;
  location: Location;
  /** The thing in the change validator's notation, such as `operation/GetItems/parameter/id`. */
  subject?: string;
  /** Whether the rule has a fix for it. */
  fixable: boolean;
  /** The fix, if the caller requested fixes. */
  fix?: Fix;
  /** Whether the connector had it before the pull request. */
  existing: boolean;
  /** The policy codes of the certification that it stands for (`docs/policies.md`), if any. */
  policies?: readonly string[];
  /** Whether the certification refuses a connector that has it, before the pull request or not. */
  failsCertification?: true;
  /** Identifies the finding. Stays the same when lines move. 20 hexadecimal digits. */
  fingerprint: string;
}

/** Whether a finding is an error that the connector did not have before: only these fail a check. */
export const isNewError = ({
  severity,
  existing,
}: Pick<Finding, 'severity' | 'existing'>): boolean => severity === 'error' && !existing;

/** What a finding blocks. */
export const blockable = ['pull-request', 'certification', 'nothing'] as const;

/** What a finding blocks first: what blocks the pull request never reaches the certification. */
export function blocks(
  finding: Pick<Finding, 'severity' | 'existing' | 'failsCertification'>,
): (typeof blockable)[number] {
  if (isNewError(finding)) return 'pull-request';
  return finding.failsCertification ? 'certification' : 'nothing';
}

/**
 * A template tag for messages that quote values from a connector. Each value becomes a Markdown code
 * span that nothing in it can break out of: one line, without backticks, control characters and
 * direction marks, about 120 characters. A list becomes one span per item.
 *
 * What readers cannot see is written out: blanks at an end as `␠`, a tab as `␉`, a line break as
 * `␊`, any other invisible character by its code point, such as `⟨U+200B⟩`.
 */
export function safe(
  literals: TemplateStringsArray,
  ...values: (string | number | boolean | readonly (string | number)[])[]
): string {
  let message = literals[0] ?? '';
  values.forEach((value, index) => {
    const items = Array.isArray(value) ? value : [value];
    message +=
      items.map((item) => `\`${sanitize(String(item))}\``).join(', ') + (literals[index + 1] ?? '');
  });
  return message;
}

/** Most values are safe as they are, and one regular expression tells. */
const isSafe = /^[!-_a-~](?:[ -_a-~]{0,118}[!-_a-~])?$/;

const breaks = /[\t\n\r]+/g;
/**
 * Characters without a shape: controls, format characters, blanks other than the space, and a few
 * letters and marks that fonts leave blank.
 */
const invisible = lazyRegExp(
  '[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}\\u034f\\u115f\\u1160\\u2800\\u3164\\uffa0]|(?! )\\p{Zs}',
  'gu',
);
/** Matches what `sanitize` writes for an invisible character. */
export const writtenCodePoint = '⟨U\\+[0-9A-F]{4,6}⟩';

const codePoint = (character: string): string =>
  `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;

const symbols: Readonly<Record<string, string>> = { ' ': '␠', '\t': '␉', '\n': '␊', '\r': '␍' };

/** The blanks at an end of a text as symbols, at most three: readers need not count them. */
const visibleBlanks = (blanks: string): string =>
  Array.from(blanks.slice(0, 3), (blank) => symbols[blank] ?? '').join('');

function sanitize(value: string): string {
  if (isSafe.test(value) && !value.includes('##[')) return value;
  const text = truncate(value, 400);
  const before = /^[ \t\n\r]*/.exec(text)?.[0] ?? '';
  const core = trimEnd(text.slice(before.length), /[ \t\n\r]/);
  if (core === '') return visibleBlanks(before) || ' ';
  const clean = core
    .replace(breaks, ' ')
    .replace(invisible(), codePoint)
    .replaceAll('`', 'ˋ')
    .replaceAll('##[', '#♯['); // GitHub's runner obeys this anywhere in a line of a log
  const characters = Array.from(clean);
  const isWhole = characters.length <= 120 && text === value;
  const shown = characters.length <= 120 ? clean : `${characters.slice(0, 119).join('')}…`;
  const after = isWhole ? text.slice(before.length + core.length) : '';
  return visibleBlanks(before) + shown + visibleBlanks(after);
}

/**
 * Hashes what identifies a finding: the first 80 bits of SHA-256, so that nobody can craft a finding
 * that collides with another.
 */
export const fingerprintOf = (identity: string): string => hash('sha256', identity).slice(0, 20);

/**
 * Returns a function from identities to fingerprints that are unique among its results: the second
 * call with the same identity is numbered 2, and so on.
 */
export function uniqueFingerprints(): (identity: string) => string {
  const counts = new Map<string, number>();
  return (identity) => {
    const count = (counts.get(identity) ?? 0) + 1;
    counts.set(identity, count);
    return fingerprintOf(count === 1 ? identity : `${identity}\n#${count}`);
  };
}
