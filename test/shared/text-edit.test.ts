import { expect, test } from 'vitest';
import { applyEdits } from '../../src/shared/text-edit.ts';

test('edits replace, remove and insert, by the offsets before any of them', () => {
  expect(
    applyEdits('one two three', [
      { start: 0, end: 3, text: 'eleven' },
      { start: 3, end: 7, text: '' },
      { start: 8, end: 8, text: '(' },
      { start: 13, end: 13, text: ')' },
    ]),
  ).toBe('eleven (three)');
});

test('without edits a text stays as it is', () => {
  expect(applyEdits('text', [])).toBe('text');
});
