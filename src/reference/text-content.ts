import type { Inline } from './block.ts';
import { webAddress } from './web-address.ts';

/** Characters of one text that are shown. */
const maxLength = 20_000;

const address = /https?:\/\/[^\s<>"'`|\\{}^[\]]{1,2000}/gi;

/**
 * Text of a connector as parts of a line: lines are broken where the text breaks them, and addresses
 * on the web become links to themselves. Nothing else in it is more than text.
 */
export function contentOf(text: string): Inline[] {
  const whole = text.trim();
  const shown = whole.length > maxLength ? `${whole.slice(0, maxLength).toWellFormed()}…` : whole;
  return shown
    .split(/\r\n|[\r\n\u2028\u2029]/)
    .flatMap((line, index) => [
      ...(index === 0 ? [] : [{ kind: 'break' as const }]),
      ...withLinks(line),
    ]);
}

/** A line with its addresses as links. */
function withLinks(line: string): Inline[] {
  const content: Inline[] = [];
  let end = 0;
  for (const match of line.matchAll(address)) {
    const text = withoutPunctuation(match[0]);
    const target = webAddress(text);
    if (target === undefined) continue;
    if (match.index > end) content.push(line.slice(end, match.index));
    content.push({ kind: 'link', text, target });
    end = match.index + text.length;
  }
  if (end < line.length) content.push(line.slice(end));
  return content;
}

/** An address without what ends a sentence, and without a bracket that opens before it. */
function withoutPunctuation(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth < 0) return withoutPunctuation(text.slice(0, at));
  }
  return text.replace(/[.,;:!?*_~]{1,9}$/, '');
}
