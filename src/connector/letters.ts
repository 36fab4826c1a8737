/**
 * Questions about letters and digits of any language. Most texts are plain ASCII, and a pattern with properties of Unicode takes milliseconds
 * where it is read, used or not: all such patterns together took a third of a short run. They are made when a text needs them.
 */

/** A pattern that is made when it is first asked for. */
export function pattern(source: string, flags: string): () => RegExp {
  let made: RegExp | undefined;
  return () => (made ??= new RegExp(source, flags));
}

const others = pattern('[^\\p{L}\\p{N}]', 'gu');
const lastLetter = pattern('[\\p{L}\\p{M}\\p{N}]$', 'u');

export const isAscii = (text: string): boolean => !/[\u0080-\uffff]/.test(text);

/** A text without all that is no letter or digit. */
export const onlyLetters = (text: string): string => (isAscii(text) ? text.replace(/[^A-Za-z0-9]/g, '') : text.replace(others(), ''));

/** Whether a text ends with a letter or a digit. */
export const endsWithLetter = (text: string): boolean => /[A-Za-z0-9]$/.test(text) || (!isAscii(text.slice(-2)) && lastLetter().test(text));
