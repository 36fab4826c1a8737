/**
 * Questions about letters and digits of any language. Most texts are plain ASCII, and a pattern
 * with properties of Unicode takes milliseconds where it is read, used or not: all such patterns
 * together took a third of a short run. They are made when a text needs them.
 */

/** A pattern that is made when it is first asked for. */
export function lazyRegExp(source: string, flags: string): () => RegExp {
  let made: RegExp | undefined;
  return () => (made ??= new RegExp(source, flags));
}

const others = lazyRegExp('[^\\p{L}\\p{N}]', 'gu');
const lastLetter = lazyRegExp('[\\p{L}\\p{M}\\p{N}]$', 'u');

/**
 * The beginning of a text, of so many UTF-16 units at most. A surrogate pair is kept whole or left
 * out: half of one is no text.
 */
export const truncate = (text: string, most: number): string =>
  text.slice(
    0,
    /[\ud800-\udbff]/.test(text.charAt(most - 1)) && text.length > most ? most - 1 : most,
  );

export const isAscii = (text: string): boolean => !/[\u0080-\uffff]/.test(text);

/** A text without all that is no letter or digit. */
export const lettersAndDigits = (text: string): string =>
  isAscii(text) ? text.replace(/[^A-Za-z0-9]/g, '') : text.replace(others(), '');

/** Whether a text ends with a letter or a digit. */
export function endsWithLetterOrDigit(text: string): boolean {
  const end = text.slice(-2);
  return /[A-Za-z0-9]$/.test(end) || (!isAscii(end) && lastLetter().test(end));
}

/**
 * A small letter or a digit of ASCII as its code, a capital as that of the small one; 0 for all
 * else of ASCII, -1 for what is beyond.
 */
function plainLetter(code: number): number {
  if (code >= 128) return -1;
  if (code >= 65 && code <= 90) return code + 32;
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) ? code : 0;
}

/**
 * Whether two texts have the same letters and digits, apart from capitals, and some at all. Nearly
 * all differ at the first.
 */
export function hasSameLetters(a: string, b: string): boolean {
  let some = false;
  for (let i = 0, j = 0; ; i += 1, j += 1) {
    let one = 0;
    let other = 0;
    while (i < a.length && (one = plainLetter(a.charCodeAt(i))) === 0) i += 1;
    while (j < b.length && (other = plainLetter(b.charCodeAt(j))) === 0) j += 1;
    if (one < 0 || other < 0)
      return (
        lettersAndDigits(a.toLowerCase()) === lettersAndDigits(b.toLowerCase()) &&
        lettersAndDigits(a) !== ''
      );
    if (i >= a.length || j >= b.length) return some && i >= a.length && j >= b.length;
    if (one !== other) return false;
    some = true;
  }
}

/**
 * Letters of other scripts, and of other languages, that people take for the one in front of them.
 * Unicode's own list (UTS 39) has thousands: see where this is used.
 */
const resembling =
  'aаαɑᴀΑА bвьВΒƄЬ cсϲСϹᴄ dԁɗđĐðÐ eеєεЕΕҽɛ fϝƒ gɡԍց hһнНΗհħĦҺ iіιıІΙӀɩї jјЈϳ kкκКΚĸ lӏłŁⅼ mмМΜ nпηոռŋŊΝп oоοσОΟօøØɵ pрρРΡ qԛգ rгᴦ sѕЅꜱտ tтτТΤŧŦ uυսʋц vνѵѴ wԝωшщԜɯ xхχХΧ yуγУΥүҮ zᴢΖ';
let originals: Map<string, string> | undefined;

/** The letter that another one looks like, where it is known to look like one of `a` to `z`. */
function plainOf(letter: string): string {
  originals ??= new Map(
    resembling
      .split(' ')
      .flatMap(([plain = '', ...foreign]) => foreign.map((one) => [one, plain] as const)),
  );
  return originals.get(letter) ?? letter;
}

const marks = lazyRegExp('[\\p{M}\\p{Cf}\\p{Default_Ignorable_Code_Point}]', 'gu');
const ligatures: Readonly<Record<string, string>> = { æ: 'ae', œ: 'oe', ß: 'ss', þ: 'th' };

/**
 * A name as people see it at a glance: names that come out alike are taken for one another. Small
 * letters, without accents and without what is not seen; other widths, styles and scripts as the
 * letter that they look like; and as one, what differs in a stroke: `1`, `I` and `l`, `0` and `O`.
 */
export function skeletonOf(name: string): string {
  const plain = isAscii(name)
    ? name.toLowerCase()
    : Array.from(name.normalize('NFKD').replace(marks(), ''), plainOf)
        .join('')
        .toLowerCase()
        .replace(/[æœßþ]/g, (letter) => ligatures[letter] ?? letter);
  return plain.replace(/[i1|]/g, 'l').replace(/0/g, 'o').replace(/rn/g, 'm').replace(/vv/g, 'w');
}
