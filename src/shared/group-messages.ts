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

/** Items about which one sentence is true. */
export interface PatternGroup<T> {
  /** The message of all items. A value that is not the same in all of them is replaced by `…`. */
  pattern: string;
  items: [T, ...T[]];
}

/** A value that has few different values in many messages names a kind, such as a missing key. */
const maxKinds = 4;
const minPerKind = 3;

/**
 * Groups items whose messages say the same in our own words (see `safe`). Messages that differ in a
 * value are one group, unless the value has few different values: then each value has a group, so
 * that the pattern names it. Groups are in the order of their first items.
 */
export function groupByPattern<T>(
  items: readonly T[],
  messageOf: (item: T) => string,
): PatternGroup<T>[] {
  const read = items.map((item) => ({ item, slots: slotsOf(messageOf(item)) }));
  const shapes = Map.groupBy(read, ({ slots }) => slots.words.join('\0'));
  const keyOf = new Map<(typeof read)[number], string>();
  for (const [shape, members] of shapes) {
    const kinds = (members[0]?.slots.values ?? []).map((_, at) => {
      const different = new Set(members.map(({ slots }) => slots.values[at])).size;
      return different <= maxKinds && different * minPerKind <= members.length;
    });
    for (const member of members) {
      const named = member.slots.values.map((value, at) => (kinds[at] ? value : ''));
      keyOf.set(member, [shape, ...named].join('\0\0'));
    }
  }
  return [...Map.groupBy(read, (member) => keyOf.get(member)).values()].flatMap((group) => {
    const [first, ...rest] = group;
    if (!first) return [];
    const { words, values } = first.slots;
    const pattern = words
      .map((word, at) => {
        if (at === words.length - 1) return word;
        const isSame = group.every(({ slots }) => slots.values[at] === values[at]);
        return word + (isSame ? (values[at] ?? '') : '…');
      })
      .join('');
    return [{ pattern, items: [first.item, ...rest.map(({ item }) => item)] }];
  });
}

/**
 * The words of a message, and the values between them, as the message writes them. A list of values
 * counts as one value.
 */
function slotsOf(message: string): { words: string[]; values: string[] } {
  const words = [''];
  const values: string[] = [];
  const parts = messageParts(message);
  for (const [at, part] of parts.entries()) {
    const isBetween = part.text === ', ' && parts[at - 1]?.quoted && parts[at + 1]?.quoted;
    if (isBetween && !part.quoted) {
      values[values.length - 1] += part.text;
    } else if (part.quoted && at > 1 && words.at(-1) === '' && values.length > 0) {
      values[values.length - 1] += writePart(part);
    } else if (part.quoted) {
      values.push(writePart(part));
      words.push('');
    } else words[words.length - 1] += part.text;
  }
  return { words, values };
}
