import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupMessages } from '../../src/shared/group-messages.ts';
import { safe } from '../../src/shared/finding.ts';

describe('messages that say the same of several things', () => {
  test('are put together by what differs, the largest groups first served', () => {
    const messages = [
      safe`${'a'} of ${'X'} is gone.`,
      safe`${'b'} of ${'X'} is gone.`,
      safe`${'c'} of ${'X'} is gone.`,
      safe`${'a'} of ${'Y'} is gone.`,
      safe`${'a'} of ${'X'} is new.`,
    ];
    expect(groupMessages(messages)).toEqual([
      {
        first: 0,
        also: [
          { index: 1, value: '`b`' },
          { index: 2, value: '`c`' },
        ],
      },
      { first: 3, also: [] },
      { first: 4, also: [] },
    ]);
  });

  test('are not put together by what something was or is now', () => {
    expect(
      groupMessages([
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
          const groups = groupMessages(messages);
          expect(
            groups
              .flatMap(({ first, also }) => [first, ...also.map(({ index }) => index)])
              .sort((a, b) => a - b),
          ).toEqual([...messages.keys()]);
          for (const { first, also } of groups) {
            const parts = (messages[first] ?? '').split(/(`[^`]*`)/);
            for (const { index, value: own } of also)
              expect([1, 3].map((at) => parts.with(at, own).join(''))).toContain(messages[index]);
          }
        },
      ),
    );
  });
});
