import { lazyRegExp } from '../shared/lazy-regexp.ts';
import { isAscii } from '../shared/text.ts';

/**
 * Letters that people mistake for the ASCII letter in front of them. Unicode's list of confusables
 * (UTS 39) has thousands; these are the ones that occur in words.
 */
const confusables =
  'aаαɑᴀΑА bвьВΒƄЬ cсϲСϹᴄ dԁɗđĐðÐ eеєεЕΕҽɛ fϝƒ gɡԍց hһнНΗհħĦҺ iіιıІΙӀɩї jјЈϳ kкκКΚĸ ' +
  'lӏłŁⅼ mмМΜ nпηոռŋŊΝп oоοσОΟօøØɵ pрρРΡ qԛգ rгᴦ sѕЅꜱտ tтτТΤŧŦ uυսʋц vνѵѴ wԝωшщԜɯ ' +
  'xхχХΧ yуγУΥүҮ zᴢΖ';
let asciiOf: Map<string, string> | undefined;

function toAscii(letter: string): string {
  asciiOf ??= new Map(
    confusables
      .split(' ')
      .flatMap(([ascii = '', ...letters]) => letters.map((each) => [each, ascii] as const)),
  );
  return asciiOf.get(letter) ?? letter;
}

const invisible = lazyRegExp('[\\p{M}\\p{Cf}\\p{Default_Ignorable_Code_Point}]', 'gu');
const ligatures: Readonly<Record<string, string>> = { æ: 'ae', œ: 'oe', ß: 'ss', þ: 'th' };

/**
 * The skeleton of a name (the term of UTS 39): two names with the same skeleton look alike. In lower
 * case, without accents and invisible characters; letters of other widths, styles and scripts become
 * the ASCII letters that they look like; and `i`, `1` and `|` become `l`, `0` becomes `o`, `rn`
 * becomes `m`, `vv` becomes `w`.
 */
export function skeletonOf(name: string): string {
  const plain = isAscii(name)
    ? name.toLowerCase()
    : Array.from(name.normalize('NFKD').replace(invisible(), ''), toAscii)
        .join('')
        .toLowerCase()
        .replace(/[æœßþ]/g, (letter) => ligatures[letter] ?? letter);
  return plain.replace(/[i1|]/g, 'l').replace(/0/g, 'o').replace(/rn/g, 'm').replace(/vv/g, 'w');
}
