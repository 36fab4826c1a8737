import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupMessages, itemsOf } from '../../src/shared/group-messages.ts';
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
