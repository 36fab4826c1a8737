/**
 * A text without the characters at its end that a pattern of one character matches. Linear, as
 * `/[…]+$/` is not.
 */
export function trimEnd(text: string, pattern: RegExp): string {
  let end = text.length;
  while (end > 0 && pattern.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
