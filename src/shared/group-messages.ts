import { messageParts, writePart } from './message-parts.ts';

/** Items whose messages differ in one quoted value only. */
export interface MessageGroup<T> {
  first: T;
  /** The other items, each with the value that differs, as a code span. */
  also: { item: T; value: string }[];
}

/** All items of a group, in their order. */
export const itemsOf = <T>({ first, also }: MessageGroup<T>): T[] => [
  first,
  ...also.map(({ item }) => item),
];

/** Whether a value, by the text before it, is an old or new state, and not what the message is about. */
const isState = (before: string): boolean => /(?:from|to) $/.test(before);

/**
 * Groups items whose messages differ in one quoted value (see `safe`). Every item is in one group;
 * of overlapping groups the largest wins. Groups are in the order of their first items.
 */
export function groupMessages<T>(
  items: readonly T[],
  messageOf: (item: T) => string,
): MessageGroup<T>[] {
  const candidates = new Map<string, { index: number; item: T; value: string }[]>();
  items.forEach((item, index) => {
    const parts = messageParts(messageOf(item));
    const written = parts.map(writePart);
    for (const [at, { quoted }] of parts.entries()) {
      if (!quoted || isState(written[at - 1] ?? '')) continue;
      const value = written[at] ?? '';
      const shape = written.with(at, '\0').join('');
      const list = candidates.get(shape);
      if (list) list.push({ index, item, value });
      else candidates.set(shape, [{ index, item, value }]);
    }
  });
  const grouped = new Set<number>();
  const groups = new Map<number, MessageGroup<T>>();
  for (const candidate of [...candidates.values()]
    .filter(({ length }) => length > 1)
    .sort((a, b) => b.length - a.length)) {
    const [first, ...others] = candidate.filter(({ index }) => !grouped.has(index));
    if (!first || others.length === 0) continue;
    for (const { index } of [first, ...others]) grouped.add(index);
    const also = others.map(({ item, value }) => ({ item, value }));
    groups.set(first.index, { first: first.item, also });
  }
  return items.flatMap((first, index) => {
    const group = groups.get(index);
    if (group) return group;
    return grouped.has(index) ? [] : { first, also: [] };
  });
}
