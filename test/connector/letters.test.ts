import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clip } from '../../src/connector/letters.ts';

test('the beginning of a text is as long as it may be, and never ends with half of a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, most) => {
      const begins = clip(text, most);
      expect(text.startsWith(begins)).toBe(true);
      expect(begins.isWellFormed()).toBe(true);
      expect(begins.length).toBeLessThanOrEqual(most);
      if (text.length > most) expect(begins.length).toBeGreaterThanOrEqual(most - 1);
      else expect(begins).toBe(text);
    }),
  );
});
