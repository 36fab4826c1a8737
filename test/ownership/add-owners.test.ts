import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addOwners } from '../../src/ownership/add-owners.ts';
import { codeownersOf } from '../../src/ownership/codeowners.ts';

const folder = 'certified-connectors/Contoso Invoices';
const asked = `${folder}/apiDefinition.swagger.json`;
const own = '/certified-connectors/Contoso\\ Invoices/';
const add = (text: string, ...owners: string[]) => addOwners(text, folder, asked, owners);

describe('owners are added', () => {
  test.each([
    ['to the line of the connector', `* @all\n${own} @ada\n`, `* @all\n${own} @ada @eve\n`],
    ['before a comment', `${own} @ada # since 2024`, `${own} @ada @eve # since 2024`],
    [
      'in a file of Windows',
      `${own} @ada\r\n* @b\r\n${own} @x\r\n`,
      `${own} @ada\r\n* @b\r\n${own} @x @eve\r\n`,
    ],
    ['to a line that took owners away', `* @all\n${own}\n`, `* @all\n${own} @eve\n`],
    [
      'in a line of its own below the one for everything, with its owners',
      '* @org/all\n\n# Docs\n/docs/ @d\n',
      `* @org/all\n${own} @org/all @eve\n\n# Docs\n/docs/ @d\n`,
    ],
    [
      'behind the connectors of the same class',
      '* @all\n\n/certified-connectors/B/ @b\n/certified-connectors/A/ @a\n\n/custom-connectors/C/ @c\n',
      `* @all\n\n/certified-connectors/B/ @b\n/certified-connectors/A/ @a\n${own} @all @eve\n\n/custom-connectors/C/ @c\n`,
    ],
    [
      'above patterns for files of any connector',
      '* @all\n/certified-connectors/B/ @b\n*.png @design\n/certified-connectors/A/ @a\n',
      `* @all\n/certified-connectors/B/ @b\n${own} @all @eve\n*.png @design\n/certified-connectors/A/ @a\n`,
    ],
    ['below a comment', '# Owners\n*.png @design\n', `# Owners\n${own} @eve\n*.png @design\n`],
    ['at the end', '# Owners\n/docs/ @d', `# Owners\n/docs/ @d\n${own} @eve`],
    ['in an empty file', '', `${own} @eve\n`],
  ])('%s', (_, text, expected) => {
    expect(add(text, '@eve')?.text).toBe(expected);
  });

  test('says which line it is, and who owns the connector then', () => {
    expect(add(`* @all\n${own} @ada\n`, '@eve', '@ADA')).toMatchObject({
      line: 2,
      isNew: false,
      owners: ['@ada', '@eve'],
    });
    expect(add('* @all\n', '@eve')).toMatchObject({
      line: 2,
      isNew: true,
      owners: ['@all', '@eve'],
    });
  });

  test('not to a folder that a pattern cannot name', () => {
    for (const name of ['A [beta]', 'A*', 'A?', 'A\nB'])
      expect(addOwners('* @all\n', `custom-connectors/${name}`, 'x', ['@eve'])).toBeUndefined();
  });
});

const names = fc.constantFrom('A', 'B', 'Contoso Invoices', 'C #1', String.raw`D\E`);
const owners = fc.array(fc.constantFrom('@a', '@b', '@org/t', 'x@y.z', 'nobody'), { maxLength: 3 });
const pattern = fc.oneof(
  fc.constantFrom(
    '*',
    '*.png',
    '**/icon.png',
    '/docs/',
    'docs',
    '/certified-connectors/',
    '!x',
    '[a]',
  ),
  names.map((name) => `/certified-connectors/${name.replace(/[\\ #]/g, String.raw`\$&`)}/`),
  names.map((name) => `certified-connectors/${name.replace(/[\\ #]/g, String.raw`\$&`)}/*`),
);
const line = fc.oneof(
  fc.constantFrom('', '# A comment', '   '),
  fc
    .tuple(pattern, owners, fc.constantFrom('', ' # why', '\t'))
    .map(([path, list, rest]) => [path, ...list].join(' ') + rest),
);
const files = fc
  .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, end, hasEnd]) => lines.join(end) + (hasEnd ? end : ''));

test('the connector gets the owners, every other file keeps its own, and the rest is the same bytes', () => {
  fc.assert(
    fc.property(files, names, (text, name) => {
      const at = `certified-connectors/${name}`;
      const definition = `${at}/apiDefinition.swagger.json`;
      const before = codeownersOf(text, definition);
      const result = addOwners(text, at, definition, ['@new', '@a']);
      expect(result).toBeDefined();
      const after = result?.text ?? '';
      expect(new Set(codeownersOf(after, definition))).toEqual(new Set([...before, '@new', '@a']));
      const others = ['A', 'B', 'X', 'Contoso Invoices', 'C #1', String.raw`D\E`]
        .flatMap((other) => [`certified-connectors/${other}/icon.png`, `docs/${other}`, other])
        .filter((kept) => !kept.startsWith(`${at}/`));
      const ownersIn = (file: string) => others.map((kept) => codeownersOf(file, kept));
      expect(ownersIn(after)).toEqual(ownersIn(text));
      // One insertion: what is before and after it is the old text.
      let start = 0;
      while (start < text.length && text[start] === after[start]) start += 1;
      const rest = text.slice(start);
      expect(after.endsWith(rest)).toBe(true);
    }),
  );
});
