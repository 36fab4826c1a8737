import { lastAtMost } from '../json/last-at-most.ts';
import { writtenCodePoint } from '../shared/finding.ts';
import { lazyRegExp } from '../shared/lazy-regexp.ts';

/** A part of a text as a reader sees it: escapes decoded, invisible characters removed. */
export interface DecodedText {
  text: string;
  /** Maps an offset in `text`, or its length, to the offset in the source. */
  offsetOf: (at: number) => number;
}

/**
 * Escapes of JSON and C# (`\u0067`, `\x67`, `\/`), Markdown (`\_`), HTML (`&#103;`) and URLs
 * (`%67`), and invisible characters, also as messages write them. Not `\n`, `\r` and `\t`: the patterns of secrets match those.
 */
const escapes = lazyRegExp(
  [
    '\\\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{1,4})|([bfave0])|([^A-Za-z0-9\\s]))',
    '&(?:#(\\d{1,7});?|#[xX]([0-9a-fA-F]{1,6});?|(amp|lowbar|sol|plus|equals|period|colon|commat);)',
    '%(2[DEde]|3\\d|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])',
    '[\\p{Cf}\\p{Cs}\\p{Co}]',
    writtenCodePoint,
  ].join('|'),
  'gu',
);
const named: Readonly<Record<string, string>> = {
  amp: '&',
  lowbar: '_',
  sol: '/',
  plus: '+',
  equals: '=',
  period: '.',
  colon: ':',
  commat: '@',
};

/**
 * Matches the same without Unicode properties, except `\"` and `\\`, which are common and cannot hide
 * a secret alone. Most texts have no match and are not decoded.
 */
const anyEscape =
  /\\[^nrt"\\]|&(?:#|amp;|lowbar;|sol;|plus;|equals;|period;|colon;|commat;)|%(?:2[DEde]|3\d|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])|[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff]|[\udb40\udb80-\udbff][\udc00-\udfff]|⟨U\+/g;

/** The decoded text may have escapes again, as in JSON within JSON. */
const maxRounds = 3;
/** UTF-16 units between the end of a string and the start of the value that it names. */
const maxBetween = 20;
/** UTF-16 units of a neighboring string that may be a name. */
const maxNeighbor = 400;
/** Strings with escapes at most this far apart are decoded together, because each part has a cost. */
const maxGap = 500;

/**
 * Decodes the parts of a text that have escapes: strings in quotation marks, each with the strings
 * next to it, which may be its name or its value. Yields nothing for most texts. Takes linear time.
 */
export function* decodeEscapes(text: string): Iterable<DecodedText> {
  let previousEnd = 0;
  anyEscape.lastIndex = 0;
  let match = anyEscape.exec(text);
  while (match) {
    const from = partStart(text, match.index, previousEnd);
    let to: number;
    do {
      to = partEnd(text, match.index);
      anyEscape.lastIndex = to;
      match = anyEscape.exec(text);
    } while (match && match.index - to < maxGap);
    const piece = decode(text, from, to);
    if (piece) yield piece;
    previousEnd = to;
  }
}

function partStart(text: string, at: number, previousEnd: number): number {
  const opening = text.lastIndexOf('"', at);
  if (opening < previousEnd) return previousEnd;
  const before = text.slice(Math.max(0, opening - maxNeighbor), opening);
  const name = /"[^"]*"[^"]*$/.exec(before);
  return name ? opening - before.length + name.index : opening;
}

function partEnd(text: string, at: number): number {
  const closing = text.indexOf('"', at);
  if (closing < 0) return text.length;
  const after = text.slice(closing + 1, closing + 1 + maxBetween + maxNeighbor);
  const value = /^[^"]*"[^"]*"/.exec(after);
  return closing + 1 + (value && after.indexOf('"') <= maxBetween ? value[0].length : 0);
}

/** Undefined if there is nothing to decode. */
function decode(source: string, from: number, to: number): DecodedText | undefined {
  let text = source.slice(from, to);
  let offsetOf = (at: number): number => from + at;
  let rounds = 0;
  for (; rounds < maxRounds; rounds += 1) {
    const next = decodeOnce(text);
    if (!next) break;
    const before = offsetOf;
    text = next.text;
    offsetOf = (at) => before(next.offsetOf(at));
  }
  return rounds > 0 ? { text, offsetOf } : undefined;
}

function decodeOnce(text: string): DecodedText | undefined {
  const parts: string[] = [];
  // where runs that are the same in both texts start: in the decoded text, and in the source
  const decodedStarts = [0];
  const sourceStarts = [0];
  let length = 0;
  let last = 0;
  for (const match of text.matchAll(escapes())) {
    const character = characterOf(match);
    parts.push(text.slice(last, match.index), character);
    length += match.index - last;
    last = match.index + match[0].length;
    decodedStarts.push(length, length + character.length);
    sourceStarts.push(match.index, last);
    length += character.length;
  }
  if (last === 0) return undefined;
  parts.push(text.slice(last));
  const offsetOf = (at: number): number => {
    const index = lastAtMost(decodedStarts, at);
    return (sourceStarts[index] ?? 0) + at - (decodedStarts[index] ?? 0);
  };
  return { text: parts.join(''), offsetOf };
}

function characterOf([
  ,
  u,
  long,
  x,
  control,
  punctuation,
  decimal,
  hex,
  name,
  percent,
]: RegExpExecArray): string {
  if (control !== undefined) return ' ';
  if (punctuation !== undefined) return punctuation;
  if (name !== undefined) return named[name] ?? '';
  const code =
    decimal === undefined
      ? Number.parseInt(u ?? long ?? x ?? hex ?? percent ?? '', 16)
      : Number(decimal);
  return Number.isNaN(code) || code > 0x10ffff ? '' : String.fromCodePoint(code);
}
