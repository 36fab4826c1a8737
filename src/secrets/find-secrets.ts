import type { TextFile } from '../json/document.ts';
import { decodeEscapes } from './decode-escapes.ts';
import { memoize } from '../shared/memoize.ts';
import { isExample, secretFormats, type SecretFormat } from './secret-formats.ts';

/** A part of a text that is, or looks like, a credential. Offsets count UTF-16 units. */
export interface Secret {
  start: number;
  end: number;
  /** The secret without the escapes that the text may have. */
  value: string;
  /** The length of the prefix that its format defines, which is public. */
  mark: number;
  /**
   * What it is, with its article. Undefined if it does not have a known format: its name is that of a
   * secret, and its value looks random.
   */
  name: string | undefined;
  /** Whether such secrets expire within hours or days. */
  expires: boolean;
  /** Whether a person chose it, so that it may contain words. */
  chosen: boolean;
}

/**
 * Whether a format starts at a word boundary. All such formats are searched with one regular
 * expression that is grouped by first letter, which is fastest.
 */
const isWord = ({ begins, before }: SecretFormat): boolean =>
  before === undefined && /^[A-Za-z]/.test(begins);
const byFirstLetter = Map.groupBy(secretFormats.filter(isWord), ({ begins }) => begins.charAt(0));
const anyWord = [...byFirstLetter]
  .map(([letter, group]) => `${letter}(?:${group.map(({ begins }) => begins.slice(1)).join('|')})`)
  .join('|');
const otherFormats = secretFormats.filter((format) => !isWord(format));

const searches = [
  {
    beginning: new RegExp(`(?:\\b|\\\\[nrt])(?:${anyWord})`, 'g'),
    formats: secretFormats.filter(isWord),
  },
  {
    beginning: new RegExp([...new Set(otherFormats.map(({ begins }) => begins))].join('|'), 'g'),
    formats: otherFormats,
  },
].map(({ beginning, formats }) => ({
  beginning,
  patterns: formats.map(
    ({ name, begins, pattern, before = 0, expires = false, chosen = false, holds }) => ({
      name,
      before,
      expires,
      chosen,
      holds,
      begins: new RegExp(begins, 'y'),
      pattern: new RegExp(pattern, 'y'),
    }),
  ),
}));

/**
 * The name of a secret, a colon or an equals sign, and the value, in code, JSON, a URL or prose; or
 * the name and the value as arguments of a call.
 */
const assignment =
  /(?:passw(?:or)?d|passphrase|secret|(?<=(?:api|access|account|auth|client|encryption|functions?|master|private|sas|shared|signing|subscription)[-_ ]?)key|token|authorization|bearer(?= ))(?:(?<=bearer) |[\w-]{0,20}(?:\\?["'`]?\s{0,5}(?:[:=]|=>)\s{0,5}|\\?["'`],\s{0,5})\\?["'`]?(?:Bearer |Basic |Token |SSWS )?)([A-Za-z0-9+/_-]{20,200}={0,2})(?![A-Za-z0-9+/_=.-])/gi;

/**
 * Words that make a token a position in a list, a version or a marker of a repeated request, and not
 * a credential.
 */
const positionWords =
  'next|prev(?:ious)?|page|pager|paging|pagination|continu(?:e|ation)|skip|sync|delta|cursor|' +
  'resum(?:e|ption)|scroll|offset|start(?:ing)?|end|first|last|bookmark|position|change|watermark|' +
  'etag|list|idempoten(?:cy|t)|dedup(?:lication)?|after|before|marker|mark|forwards?|backwards?|' +
  'more|results?|query|search|iterat(?:or|ion)|snapshot|checkpoint|seek|row|revision|version';
/** Such a word and `token` in one: `nextpagetoken`; or the word before `token`: `page`. */
const positionToken = new RegExp(`^(?:${positionWords})+token$`);
const positionWord = new RegExp(`^(?:${positionWords})+$`);
/** A name that says after `token` what it is for: `tokenForNextPage`. */
const tokenOfPosition =
  /token[-_. ]?(?:for|of)?[-_. ]?(?:the)?[-_. ]?(?:next|prev(?:ious)?|continuation|cursor|page)/i;

/** Whether the name of a token is that of a position: `nextPageToken`, but not `exchangeToken`. */
function isPositionName(name: string): boolean {
  if (tokenOfPosition.test(name)) return true;
  const words = name.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
  const [before = '', last = ''] = words.slice(-2).map((word) => word.toLowerCase());
  const only = words.length === 1 ? before : last;
  if (only !== 'token') return positionToken.test(only);
  const isRequest = before === 'request' && /client[-_. ]?request/i.test(name);
  return isRequest || positionWord.test(before);
}

/** Names of values that contain such a token: the URL of the next page. */
const positionName =
  /(?:next|prev(?:ious)?|first|last|self|page|paging|continuation|delta|cursor|etag|bookmark|watermark)(?:[-_. ]?(?:link|url|uri|href|page|token|cursor))?$/i;

/** Names of values in such a URL that say nothing of what they are for. */
const plainName = /^\$?(?:token|key)$/i;

/**
 * Whether a value is a position in a list, by the text before it in the same string, or, if that says
 * only `token`, by the name of the string.
 */
function isPosition(text: string, nameStart: number, name: string): boolean {
  const before = text.slice(Math.max(0, nameStart - 300), nameStart);
  const start = /(?:[A-Za-z]+ )?[\w.$-]*$/.exec(before)?.[0] ?? '';
  const whole = (start + name).trim();
  if (isPositionName(whole)) return true;
  if (!plainName.test(whole)) return false;
  const key = /"([^"\\]{1,80})\\?"\s*:\s*\\?"[^"]*$/.exec(before)?.[1];
  return key !== undefined && positionName.test(key);
}

/** Whether a value looks random: letters and at least 3 digits, few repeated, no words. */
export function isRandom(value: string): boolean {
  if (!/^[A-Za-z0-9+/_=-]{20,500}$/.test(value) || /^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(value))
    return false; // UUIDs are identifiers
  const digits = value.match(/\d/g)?.length ?? 0;
  return digits >= 3 && /[A-Za-z]/.test(value) && new Set(value).size >= 10 && !isExample(value);
}

/**
 * Finds secrets of a known format. Takes linear time: every prefix is tried once, and the patterns
 * behind it have bounded lengths.
 */
function* findFormattedSecrets(text: string): Iterable<Secret> {
  for (const { beginning, patterns } of searches) {
    let previousEnd = 0;
    for (const { index } of text.matchAll(beginning)) {
      const escape = text.startsWith('\\', index) ? 2 : 0;
      for (const { name, before, expires, chosen, holds, begins, pattern } of patterns) {
        const from = index + escape - before;
        if (from < previousEnd) continue;
        pattern.lastIndex = from;
        const match = pattern.exec(text);
        if (!match) continue;
        const [all, ...groups] = match;
        const part = groups.find((group) => group !== undefined);
        const value = part ?? all;
        if (holds?.(value) === false) continue;
        const start = from + all.lastIndexOf(value);
        previousEnd = from + all.length;
        begins.lastIndex = from;
        const mark = before > 0 || part !== undefined ? 0 : (begins.exec(text)?.[0].length ?? 0);
        if (!isExample(value.slice(mark)))
          yield { start, end: start + value.length, value, mark, name, expires, chosen };
        break;
      }
    }
  }
}

/** Finds random-looking values of names such as password, secret, key and token. */
function* findAssignedSecrets(text: string): Iterable<Secret> {
  for (const match of text.matchAll(assignment)) {
    const [all, value = ''] = match;
    const end = match.index + all.length;
    const start = end - value.length;
    if (!isRandom(value)) continue;
    const name =
      /^[\w -]*?(?=\\?["'`]?\s*(?:[:=,]|$))/.exec(text.slice(match.index, start))?.[0] ?? '';
    if (!isPosition(text, match.index, name))
      yield { start, end, value, mark: 0, name: undefined, expires: false, chosen: false };
  }
}

/** Searches a text as it is, and its parts with escapes. Offsets are those in the text. */
function* search(
  text: string,
  ...finders: readonly ((text: string) => Iterable<Secret>)[]
): Iterable<Secret> {
  for (const find of finders) yield* find(text);
  for (const piece of decodeEscapes(text)) {
    for (const find of finders)
      for (const secret of find(piece.text))
        yield { ...secret, start: piece.offsetOf(secret.start), end: piece.offsetOf(secret.end) };
  }
}

/** Sorts secrets, and of overlapping ones keeps that of a known format, else the longer. */
function withoutOverlaps(secrets: Secret[]): Secret[] {
  const result: Secret[] = [];
  for (const secret of secrets.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (!last || last.end <= secret.start) result.push(secret);
    else if (rank(secret) > rank(last)) result[result.length - 1] = secret;
  }
  return result;
}
const rank = ({ name, start, end }: Secret): number =>
  (name === undefined ? 0 : 1_000_000_000) + end - start;

/** Finds the secrets in a file of a connector. */
export const findSecrets = memoize(({ text }: TextFile): readonly Secret[] =>
  withoutOverlaps([...search(text, findFormattedSecrets, findAssignedSecrets)]),
);

/** Finds the secrets of a known format in any text, where names say nothing. */
export const findKnownSecrets = (text: string): readonly Secret[] =>
  withoutOverlaps([...search(text, findFormattedSecrets)]);

const visibleLength = (length: number): number => Math.min(4, Math.floor(length / 4));

/** The start of a secret and `…`: enough to find the secret in the file, too little to use it. */
export const maskSecret = (secret: string): string =>
  `${secret.slice(0, visibleLength(secret.length))}…`;

/** A line of a file with its secrets as stars, so that columns stay the same. Lines count from 1. */
export function maskedLine(file: TextFile, number: number): string {
  let line = file.line(number);
  if (number === 1 && line.startsWith('\ufeff')) line = line.slice(1); // columns do not count it
  const secrets = findSecrets(file);
  let first = 0;
  let beyond = secrets.length;
  while (first < beyond) {
    const middle = (first + beyond) >> 1;
    const { start = 0, end = 0 } = secrets[middle] ?? {};
    if (file.span(start, end).endLine < number) first = middle + 1;
    else beyond = middle;
  }
  for (let index = first; index < secrets.length; index += 1) {
    const { start = 0, end = 0 } = secrets[index] ?? {};
    const location = file.span(start, end);
    if (location.line > number) break;
    const from = location.line === number ? location.column - 1 + visibleLength(end - start) : 0;
    const to = location.endLine === number ? location.endColumn - 1 : line.length;
    line =
      line.slice(0, from) + '*'.repeat(Math.max(0, to - from)) + line.slice(Math.max(from, to));
  }
  return line;
}
