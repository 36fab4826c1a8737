import { messageParts, writePart } from './message-parts.ts';

/** Messages that say the same of several things: all but one of the values they quote are equal. */
export interface MessageGroup {
  /** Which message says it first. */
  first: number;
  /** The others, each with the value of its own, as a code span. */
  also: { index: number; value: string }[];
}

/** A value that tells what something was or is now; a message is about the others. */
const isState = (before: string): boolean => /(?:from|to) $/.test(before);

/**
 * Messages (see `say`) put together where they are alike, the largest groups first served; in the
 * order of their firsts.
 */
export function groupMessages(messages: readonly string[]): MessageGroup[] {
  const candidates = new Map<string, MessageGroup['also']>();
  messages.forEach((message, index) => {
    const parts = messageParts(message);
    const written = parts.map(writePart);
    for (const [at, { quoted }] of parts.entries()) {
      if (!quoted || isState(written[at - 1] ?? '')) continue;
      const value = written[at] ?? '';
      const shape = written.with(at, '\0').join('');
      const list = candidates.get(shape);
      if (list) list.push({ index, value });
      else candidates.set(shape, [{ index, value }]);
    }
  });
  const taken = new Set<number>();
  const groups: MessageGroup[] = [];
  for (const candidate of [...candidates.values()]
    .filter(({ length }) => length > 1)
    .sort((a, b) => b.length - a.length)) {
    const [first, ...also] = candidate.filter(({ index }) => !taken.has(index));
    if (!first || also.length === 0) continue;
    for (const { index } of [first, ...also]) taken.add(index);
    groups.push({ first: first.index, also });
  }
  messages.forEach((_, first) => {
    if (!taken.has(first)) groups.push({ first, also: [] });
  });
  return groups.sort((a, b) => a.first - b.first);
}
