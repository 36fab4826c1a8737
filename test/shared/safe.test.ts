import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safe } from '../../src/shared/finding.ts';

test.each([
  ['api.contoso.com ', '`api.contoso.com␠`'],
  [' Contoso', '`␠Contoso`'],
  ['Contoso\r\n', '`Contoso␍␊`'],
  ['     ', '`␠␠␠`'],
  ['Con\u200btoso', '`Con⟨U+200B⟩toso`'],
  ['Contoso\u00a0Invoices', '`Contoso⟨U+00A0⟩Invoices`'],
  ['Contoso\u202e', '`Contoso⟨U+202E⟩`'],
  ['Contoso\u3164', '`Contoso⟨U+3164⟩`'],
  ['Contoso\u{e0041}', '`Contoso⟨U+E0041⟩`'],
  ['two\nlines', '`two lines`'],
  ['Größe ❤️', '`Größe ❤️`'],
  ['', '` `'],
])('a quotation of %j shows what is invisible', (value, expected) => {
  expect(safe`${value}`).toBe(expected);
});

test('two values that differ are quoted differently if nothing is cut', () => {
  const text = fc
    .array(fc.constantFrom('a', ' ', '\u200b', '\u00a0'), { minLength: 1, maxLength: 12 })
    .map((characters) => characters.join(''))
    .filter((value) => !/^ {4}| {4}$/.test(value));
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(safe`${a}` === safe`${b}`).toBe(a === b);
    }),
  );
});

test('a value of which only the start is quoted has no blanks at its end', () => {
  expect(safe`${`${'a'.repeat(130)} `}`).toBe(`\`${'a'.repeat(119)}…\``);
});
