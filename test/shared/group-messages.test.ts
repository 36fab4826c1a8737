import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupByPattern, groupMessages, itemsOf } from '../../src/shared/group-messages.ts';
import { safe } from '../../src/shared/finding.ts';

/** Groups the indices of messages. */
const indexGroups = (messages: readonly string[]) =>
  groupMessages([...messages.keys()], (index) => messages[index] ?? '');

describe('messages that say the same of several things', () => {
  test('are put together by what differs, the largest groups first served', () => {
    const messages = [
      safe`${'a'} of ${'X'} is gone.`,
      safe`${'b'} of ${'X'} is gone.`,
      safe`${'c'} of ${'X'} is gone.`,
      safe`${'a'} of ${'Y'} is gone.`,
      safe`${'a'} of ${'X'} is new.`,
    ];
    expect(indexGroups(messages)).toEqual([
      {
        first: 0,
        also: [
          { item: 1, value: '`b`' },
          { item: 2, value: '`c`' },
        ],
      },
      { first: 3, also: [] },
      { first: 4, also: [] },
    ]);
  });

  test('are not put together by what something was or is now', () => {
    expect(
      indexGroups([
        safe`The type changes from ${'a'} to ${'b'}.`,
        safe`The type changes from ${'a'} to ${'c'}.`,
      ]),
    ).toHaveLength(2);
  });

  test('are each told exactly once, and are the first with another value', () => {
    const value = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value, fc.constantFrom('is gone', 'is new'))),
        (list) => {
          const messages = list.map(([one, other, what]) => `${safe`${one} of ${other}`} ${what}.`);
          const groups = indexGroups(messages);
          expect(groups.flatMap(itemsOf).sort((a, b) => a - b)).toEqual([...messages.keys()]);
          for (const { first, also } of groups) {
            const parts = (messages[first] ?? '').split(/(`[^`]*`)/);
            for (const { item, value: own } of also)
              expect([1, 3].map((at) => parts.with(at, own).join(''))).toContain(messages[item]);
          }
        },
      ),
    );
  });
});

describe('messages that say the same in our own words', () => {
  /** The patterns of messages, and how many messages each stands for. */
  const patterns = (messages: readonly string[]) =>
    groupByPattern(messages, (message) => message).map(({ pattern, items }) => [
      items.length,
      pattern,
    ]);
  const missing = (thing: string, key: string): string =>
    safe`The parameter ${thing} has no ${key}.`;

  test('have one pattern, without the values that differ', () => {
    expect(
      patterns([
        safe`${'GetA'} returns no array at ${'a'}.`,
        safe`${'GetB'} returns no array at ${'b'}.`,
        safe`${'GetC'} is never called.`,
      ]),
    ).toEqual([
      [2, '… returns no array at ….'],
      [1, '`GetC` is never called.'],
    ]);
  });

  test('have a pattern for each of a few values, which name a kind', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    expect(
      patterns([
        safe`The contact has no ${'email'}.`,
        ...names.map((name) => missing(name, 'description')),
        ...names.slice(0, 3).map((name) => missing(name, 'x-ms-summary')),
      ]),
    ).toEqual([
      [1, 'The contact has no `email`.'],
      [7, 'The parameter … has no `description`.'],
      [3, 'The parameter … has no `x-ms-summary`.'],
    ]);
  });

  test('may list different numbers of values', () => {
    expect(
      patterns([safe`No text in ${['a', 'b']} of ${'X'}.`, safe`No text in ${'c'} of ${'X'}.`]),
    ).toEqual([[2, 'No text in … of `X`.']]);
  });

  test('are in one group each, and every pattern is true of all its messages', () => {
    const message = fc
      .tuple(
        fc.constantFrom('is', 'has no'),
        fc.string({ maxLength: 4 }),
        fc.constantFrom('x', 'y', ''),
      )
      .map(([words, first, last]) => `${safe`The field ${first}`} ${words} ${safe`${last}`}.`);
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), (messages) => {
        const groups = groupByPattern([...messages.keys()], (index) => messages[index] ?? '');
        expect(groups.flatMap(({ items }) => items).sort((a, b) => a - b)).toEqual([
          ...messages.keys(),
        ]);
        for (const { pattern, items } of groups) {
          const pieces = pattern.split('…');
          for (const index of items) {
            let at = 0;
            for (const piece of pieces) {
              at = (messages[index] ?? '').indexOf(piece, at);
              expect(at).toBeGreaterThanOrEqual(0);
              at += piece.length;
            }
          }
        }
      }),
    );
  });
});
