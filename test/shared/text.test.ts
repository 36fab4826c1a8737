import fc from 'fast-check';
import { expect, test } from 'vitest';
import { truncate } from '../../src/shared/text.ts';

test('a truncated text is as long as the limit allows and does not end with half a character', () => {
  const seen = { cut: 0, whole: 0 };
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, maxLength) => {
      const start = truncate(text, maxLength);
      expect(text.startsWith(start)).toBe(true);
      expect(start.isWellFormed()).toBe(true);
      expect(start.length).toBeLessThanOrEqual(maxLength);
      // a text that fits is not cut; the last unit may be too little for a whole character
      const isCut = text.length > maxLength;
      expect(start.length).toBeGreaterThanOrEqual(isCut ? maxLength - 1 : text.length);
      seen[isCut ? 'cut' : 'whole'] += 1;
    }),
  );
  expect(seen.cut).toBeGreaterThan(0);
  expect(seen.whole).toBeGreaterThan(0);
});
