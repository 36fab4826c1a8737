import fc from 'fast-check';
import { expect, test } from 'vitest';
import { truncate } from '../../src/shared/letters.ts';

test('the beginning of a text is as long as it may be, and never ends with half of a character', () => {
  const seen = { cut: 0, whole: 0 };
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, most) => {
      const begins = truncate(text, most);
      expect(text.startsWith(begins)).toBe(true);
      expect(begins.isWellFormed()).toBe(true);
      expect(begins.length).toBeLessThanOrEqual(most);
      // A text that has room is kept as a whole; the last place may be too small for a character.
      const isCut = text.length > most;
      expect(begins.length).toBeGreaterThanOrEqual(isCut ? most - 1 : text.length);
      seen[isCut ? 'cut' : 'whole'] += 1;
    }),
  );
  expect(seen.cut).toBeGreaterThan(0);
  expect(seen.whole).toBeGreaterThan(0);
});
