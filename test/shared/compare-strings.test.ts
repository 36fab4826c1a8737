import { expect, test } from 'vitest';
import { compareBy, compareStrings } from '../../src/shared/compare-strings.ts';

test('strings are ordered by their UTF-16 units, and equal strings are equal', () => {
  expect(['b', 'a', 'B', 'ä', ''].sort(compareStrings)).toEqual(['', 'B', 'a', 'b', 'ä']);
  expect(compareStrings('a', 'a')).toBe(0);
});

test('items of equal keys keep their order', () => {
  const items = [
    { name: 'b', id: 1 },
    { name: 'a', id: 2 },
    { name: 'b', id: 3 },
    { name: 'a', id: 4 },
  ];
  expect(items.sort(compareBy(({ name }) => name)).map(({ id }) => id)).toEqual([2, 4, 1, 3]);
});
