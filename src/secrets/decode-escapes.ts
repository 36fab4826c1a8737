import { lazyRegExp } from '../shared/lazy-regexp.ts';

/**
 * A piece of a text as its readers see it: escapes decoded, characters that nobody sees left out.
 */
export interface DecodedText {
  text: string;
  /** The offset in the source of a UTF-16 unit of `text`, or of what follows the last. */
  offsetOf: (at: number) => number;
}

/**
 * How a character can be written as something else: JSON and C# (`\u0067`, `\x67`, `\/`), Markdown
 * (`\_`), HTML (`&#103;`), a URL (`%67`), and characters without a shape among the others. Line
 * breaks and tabs stay escapes: what looks for secrets knows those.
 */
const written = lazyRegExp(
  [
    '\\\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{1,4})|([bfave0])|([^A-Za-z0-9\\s]))',
    '&(?:#(\\d{1,7});?|#[xX]([0-9a-fA-F]{1,6});?|(amp|lowbar|sol|plus|equals|period|colon|commat);)',
    '%(2[DEde]|3\\d|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])',
    '[\\p{Cf}\\p{Cs}\\p{Co}]',
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
 * The same, but for a quotation mark or backslash behind a backslash, which are everywhere and hide
 * nothing on their own.
 */
const anyWritten =
  /\\[^nrt"\\]|&(?:#|amp;|lowbar;|sol;|plus;|equals;|period;|colon;|commat;)|%(?:2[DEde]|3\d|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])|[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff]|[\udb40\udb80-\udbff][\udc00-\udfff]/g;

/** What was decoded may be an escape once more, as in JSON within JSON. */
const mostRounds = 3;
/** Between the end of a string and the beginning of the value that it names. */
const mostBetween = 20;
/** A longer neighbor of a string is not its name. */
const mostNeighbor = 400;
/** Strings with escapes that stand no farther apart are one piece: each has its cost. */
const near = 500;

/**
 * The pieces of a text that are written with escapes, decoded: each a string between quotation
 * marks with its neighbors, which may be its name or its value. Nothing for most texts. Time is
 * linear in the text.
 */
export function* decodeEscapes(text: string): Iterable<DecodedText> {
  let behind = 0;
  anyWritten.lastIndex = 0;
  let match = anyWritten.exec(text);
  while (match) {
    const from = beginningAround(text, match.index, behind);
    let to: number;
    do {
      to = endAround(text, match.index);
      anyWritten.lastIndex = to;
      match = anyWritten.exec(text);
    } while (match && match.index - to < near);
    const piece = decode(text, from, to);
    if (piece) yield piece;
    behind = to;
  }
}

function beginningAround(text: string, at: number, behind: number): number {
  const opening = text.lastIndexOf('"', at);
  if (opening < behind) return behind;
  const before = text.slice(Math.max(0, opening - mostNeighbor), opening);
  const name = /"[^"]*"[^"]*$/.exec(before);
  return name ? opening - before.length + name.index : opening;
}

function endAround(text: string, at: number): number {
  const closing = text.indexOf('"', at);
  if (closing < 0) return text.length;
  const after = text.slice(closing + 1, closing + 1 + mostBetween + mostNeighbor);
  const value = /^[^"]*"[^"]*"/.exec(after);
  return closing + 1 + (value && after.indexOf('"') <= mostBetween ? value[0].length : 0);
}

/** Undefined if there is nothing to decode. */
function decode(source: string, from: number, to: number): DecodedText | undefined {
  let text = source.slice(from, to);
  let offsetOf = (at: number): number => from + at;
  let rounds = 0;
  for (; rounds < mostRounds; rounds += 1) {
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
  /**
   * Where runs of units begin that stand one behind the other in both texts: in the decoded text,
   * and in the source.
   */
  const [decoded, source] = [[0], [0]];
  let length = 0;
  let last = 0;
  for (const match of text.matchAll(written())) {
    const character = characterOf(match);
    parts.push(text.slice(last, match.index), character);
    length += match.index - last;
    last = match.index + match[0].length;
    decoded.push(length, length + character.length);
    source.push(match.index, last);
    length += character.length;
  }
  if (last === 0) return undefined;
  parts.push(text.slice(last));
  const offsetOf = (at: number): number => {
    let [low, high] = [0, decoded.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((decoded[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return (source[low] ?? 0) + at - (decoded[low] ?? 0);
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
