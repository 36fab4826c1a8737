import { lazyRegExp } from './lazy-regexp.ts';

const notLetterOrDigit = lazyRegExp('[^\\p{L}\\p{N}]', 'gu');
const letterOrDigitAtEnd = lazyRegExp('[\\p{L}\\p{M}\\p{N}]$', 'u');

/**
 * The start of a text, at most `maxLength` UTF-16 units. One less if the cut would go through a
 * surrogate pair.
 */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const cutsPair = /[\ud800-\udbff]/.test(text.charAt(maxLength - 1));
  return text.slice(0, cutsPair ? maxLength - 1 : maxLength);
}

/**
 * Removes the characters at the end of a text that `pattern` matches one by one. Takes linear time,
 * unlike `replace(/[…]+$/, '')`.
 */
export function trimEnd(text: string, pattern: RegExp): string {
  let end = text.length;
  while (end > 0 && pattern.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

const invisibleCharacter = lazyRegExp('[\\s\\p{Cc}\\p{Cf}]', 'u');
const invisibleStart = lazyRegExp('^[\\s\\p{Cc}\\p{Cf}]+', 'u');

/** Whether the character of a code is a visible ASCII character; false for NaN. */
const isVisible = (code: number): boolean => code > 32 && code < 127;

/** Whether a text starts and ends with visible ASCII characters, as most do. */
export const hasPlainEnds = (text: string): boolean =>
  isVisible(text.charCodeAt(0)) && isVisible(text.charCodeAt(text.length - 1));

/** Removes the spaces and other invisible characters around a text. */
export const trimInvisible = (text: string): string =>
  hasPlainEnds(text) ? text : trimEnd(text, invisibleCharacter()).replace(invisibleStart(), '');

/** Most texts are ASCII, and need no regular expression with Unicode properties. */
export const isAscii = (text: string): boolean => !/[\u0080-\uffff]/.test(text);

/** Removes everything that is not a letter or digit, of any script. */
export const lettersAndDigits = (text: string): string =>
  isAscii(text) ? text.replace(/[^A-Za-z0-9]/g, '') : text.replace(notLetterOrDigit(), '');

/** Whether a text ends with a letter or digit, of any script. */
export function endsWithLetterOrDigit(text: string): boolean {
  const end = text.slice(-2); // a letter may be a surrogate pair
  return /[A-Za-z0-9]$/.test(end) || (!isAscii(end) && letterOrDigitAtEnd().test(end));
}

/**
 * The code of an ASCII letter, in lower case, or digit; 0 for any other ASCII character, -1 for a
 * character beyond ASCII.
 */
function foldedCode(code: number): number {
  if (code >= 128) return -1;
  if (code >= 65 && code <= 90) return code + 32;
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) ? code : 0;
}

/**
 * Whether two texts have the same letters and digits, ignoring case, and at least one. Compares
 * character by character, because nearly all pairs differ at the first.
 */
export function hasSameLetters(a: string, b: string): boolean {
  let hasAny = false;
  for (let i = 0, j = 0; ; i += 1, j += 1) {
    let codeA = 0;
    let codeB = 0;
    while (i < a.length && (codeA = foldedCode(a.charCodeAt(i))) === 0) i += 1;
    while (j < b.length && (codeB = foldedCode(b.charCodeAt(j))) === 0) j += 1;
    if (codeA < 0 || codeB < 0)
      return (
        lettersAndDigits(a.toLowerCase()) === lettersAndDigits(b.toLowerCase()) &&
        lettersAndDigits(a) !== ''
      );
    if (i >= a.length || j >= b.length) return hasAny && i >= a.length && j >= b.length;
    if (codeA !== codeB) return false;
    hasAny = true;
  }
}

/** The bytes that a text in base64 stands for. */
export function bytesOfBase64(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}
