import type { TextFile } from '../json/document.ts';
import { decodeEscapes } from './decode-escapes.ts';
import { memoize } from '../shared/memoize.ts';
import { isExample, secretFormats, type SecretFormat } from './secret-formats.ts';

/** A part of a text that gives access to something, or looks very much like it. */
export interface Secret {
  /** Offsets in the text. */
  start: number;
  end: number;
  /** What its readers see, which in the text may be written with escapes. */
  value: string;
  /** So many characters at its beginning are its format's and secret to nobody. */
  mark: number;
  /**
   * What it is, with its article; undefined where only what it is called and its random look speak
   * for it.
   */
  name: string | undefined;
  /** Whether it may be out of date by the time somebody reads it. */
  expires: boolean;
  /** Whether a person chose it: words may be in it. */
  chosen: boolean;
}

/**
 * The formats that begin where a word begins, behind an escaped line break too, in one expression
 * by their first letters: so it costs least.
 */
const isWord = ({ begins, before }: SecretFormat): boolean =>
  before === undefined && /^[A-Za-z]/.test(begins);
const byLetter = Map.groupBy(secretFormats.filter(isWord), ({ begins }) => begins.charAt(0));
const anyWord = [...byLetter]
  .map(([letter, group]) => `${letter}(?:${group.map(({ begins }) => begins.slice(1)).join('|')})`)
  .join('|');
const others = secretFormats.filter((format) => !isWord(format));

const searches = [
  {
    beginning: new RegExp(`(?:\\b|\\\\[nrt])(?:${anyWord})`, 'g'),
    formats: secretFormats.filter(isWord),
  },
  {
    beginning: new RegExp([...new Set(others.map(({ begins }) => begins))].join('|'), 'g'),
    formats: others,
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
 * A name of a secret, then a colon or an equals sign, then the value, in code, JSON, a URL or
 * prose; or both as arguments of a call.
 */
const assignment =
  /(?:passw(?:or)?d|passphrase|secret|(?<=(?:api|access|account|auth|client|encryption|functions?|master|private|sas|shared|signing|subscription)[-_ ]?)key|token|authorization|bearer(?= ))(?:(?<=bearer) |[\w-]{0,20}(?:\\?["'`]?\s{0,5}(?:[:=]|=>)\s{0,5}|\\?["'`],\s{0,5})\\?["'`]?(?:Bearer |Basic |Token |SSWS )?)([A-Za-z0-9+/_-]{20,200}={0,2})(?![A-Za-z0-9+/_=.-])/gi;

/**
 * A name that ends so, or goes on so, is not of a credential: a place in a list, a version of a
 * thing, a mark against repetition.
 */
const notSecret =
  /(?:next|prev(?:ious)?|page|paging|pagination|continu(?:e|ation)|skip|sync|delta|cursor|resum(?:e|ption)|scroll|offset|start(?:ing)?|last|bookmark|position|change|watermark|etag|list|client[-_. ]?request|idempoten(?:cy|t)|dedup(?:lication)?)[-_. ]?token$/i;
/** In a value under such a name too: the address of the next page has a token in it. */
const placeName =
  /(?:next|prev(?:ious)?|first|last|self|page|paging|continuation|delta|cursor|etag|bookmark|watermark)(?:[-_. ]?(?:link|url|uri|href|page|token|cursor))?$/i;

/**
 * Whether what stands before a value, in its string or as the string's name, says that it is a
 * place in a list.
 */
function isPlace(text: string, nameStart: number, name: string): boolean {
  const before = text.slice(Math.max(0, nameStart - 300), nameStart);
  if (notSecret.test((/[\w.$-]*$/.exec(before)?.[0] ?? '') + name)) return true;
  const key = /"([^"\\]{1,80})\\?"\s*:\s*\\?"[^"]*$/.exec(before)?.[1];
  return key !== undefined && placeName.test(key);
}

/**
 * Whether a value is made of characters that nobody would choose: digits among letters, hardly any
 * repeated, no words.
 */
export function isRandom(value: string): boolean {
  if (!/^[A-Za-z0-9+/_=-]{20,500}$/.test(value) || /^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(value))
    return false; // an id in hyphens is no secret
  const digits = value.match(/\d/g)?.length ?? 0;
  return digits >= 3 && /[A-Za-z]/.test(value) && new Set(value).size >= 10 && !isExample(value);
}

/**
 * The secrets of a known format in a text. Each beginning is tried once, and what follows it is
 * bounded: linear in the text.
 */
function* findFormattedSecrets(text: string): Iterable<Secret> {
  for (const { beginning, patterns } of searches) {
    let behind = 0;
    for (const { index } of text.matchAll(beginning)) {
      const escape = text.startsWith('\\', index) ? 2 : 0;
      for (const { name, before, expires, chosen, holds, begins, pattern } of patterns) {
        const from = index + escape - before;
        if (from < behind) continue;
        pattern.lastIndex = from;
        const match = pattern.exec(text);
        if (!match) continue;
        const [all, ...groups] = match;
        const part = groups.find((group) => group !== undefined);
        const value = part ?? all;
        if (holds?.(value) === false) continue;
        const start = from + all.lastIndexOf(value);
        behind = from + all.length;
        begins.lastIndex = from;
        const mark = before > 0 || part !== undefined ? 0 : (begins.exec(text)?.[0].length ?? 0);
        if (!isExample(value.slice(mark)))
          yield { start, end: start + value.length, value, mark, name, expires, chosen };
        break;
      }
    }
  }
}

/** What is called a password, a secret, a key or a token and has a random-looking value. */
function* assigned(text: string): Iterable<Secret> {
  for (const match of text.matchAll(assignment)) {
    const [all, value = ''] = match;
    const end = match.index + all.length;
    const start = end - value.length;
    if (!isRandom(value)) continue;
    const name =
      /^[\w -]*?(?=\\?["'`]?\s*(?:[:=,]|$))/.exec(text.slice(match.index, start))?.[0] ?? '';
    if (!isPlace(text, match.index, name))
      yield { start, end, value, mark: 0, name: undefined, expires: false, chosen: false };
  }
}

/** Also what is written with escapes, at its place in the text. */
function* everywhere(
  text: string,
  ...kinds: readonly ((text: string) => Iterable<Secret>)[]
): Iterable<Secret> {
  for (const search of kinds) yield* search(text);
  for (const piece of decodeEscapes(text)) {
    for (const search of kinds)
      for (const secret of search(piece.text))
        yield { ...secret, start: piece.offsetOf(secret.start), end: piece.offsetOf(secret.end) };
  }
}

/** Secrets in their order; of those that overlap the one whose format is known, else the longer. */
function apart(secrets: Secret[]): Secret[] {
  const kept: Secret[] = [];
  for (const secret of secrets.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1);
    if (!last || last.end <= secret.start) kept.push(secret);
    else if (rank(secret) > rank(last)) kept[kept.length - 1] = secret;
  }
  return kept;
}
const rank = ({ name, start, end }: Secret): number =>
  (name === undefined ? 0 : 1_000_000_000) + end - start;

/** The secrets in a text of a connector. */
export const findSecrets = memoize(({ text }: TextFile): readonly Secret[] =>
  apart([...everywhere(text, findFormattedSecrets, assigned)]),
);

/** The secrets of a known format in any text: what something is called counts for nothing there. */
export const findKnownSecrets = (text: string): readonly Secret[] =>
  apart([...everywhere(text, findFormattedSecrets)]);

const shown = (length: number): number => Math.min(4, Math.floor(length / 4));

/** How much of a secret may be shown: enough to find it again, nothing to use it. */
export const maskSecret = (secret: string): string => `${secret.slice(0, shown(secret.length))}…`;

/**
 * A line of a file with stars in place of what no report may show; every column stays. Lines count
 * from 1.
 */
export function maskedLine(file: TextFile, number: number): string {
  let line = file.line(number);
  if (number === 1 && line.startsWith('\ufeff')) line = line.slice(1); // columns do not count it
  const secrets = findSecrets(file);
  let [first, beyond] = [0, secrets.length];
  while (first < beyond) {
    const middle = (first + beyond) >> 1;
    const { start = 0, end = 0 } = secrets[middle] ?? {};
    if (file.span(start, end).endLine < number) first = middle + 1;
    else beyond = middle;
  }
  for (let index = first; index < secrets.length; index += 1) {
    const { start = 0, end = 0 } = secrets[index] ?? {};
    const place = file.span(start, end);
    if (place.line > number) break;
    const from = place.line === number ? place.column - 1 + shown(end - start) : 0;
    const to = place.endLine === number ? place.endColumn - 1 : line.length;
    line =
      line.slice(0, from) + '*'.repeat(Math.max(0, to - from)) + line.slice(Math.max(from, to));
  }
  return line;
}
