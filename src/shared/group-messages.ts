import { messageParts, writePart } from './message-parts.ts';

/** Messages that differ in one quoted value only. */
export interface MessageGroup {
  /** The index of the first message. */
  first: number;
  /** The other messages, each with the value that differs, as a code span. */
  also: { index: number; value: string }[];
}

/** Whether a value, by the text before it, is an old or new state, and not what the message is about. */
const isState = (before: string): boolean => /(?:from|to) $/.test(before);

/**
 * Groups messages that differ in one quoted value (see `safe`). Every message is in one group; of
 * overlapping groups the largest wins. Groups are in the order of their first messages.
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
  const grouped = new Set<number>();
  const groups: MessageGroup[] = [];
  for (const candidate of [...candidates.values()]
    .filter(({ length }) => length > 1)
    .sort((a, b) => b.length - a.length)) {
    const [first, ...also] = candidate.filter(({ index }) => !grouped.has(index));
    if (!first || also.length === 0) continue;
    for (const { index } of [first, ...also]) grouped.add(index);
    groups.push({ first: first.index, also });
  }
  messages.forEach((_, first) => {
    if (!grouped.has(first)) groups.push({ first, also: [] });
  });
  return groups.sort((a, b) => a.first - b.first);
}
