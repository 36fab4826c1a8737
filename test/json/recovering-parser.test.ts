import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildValue, parseWithRecovery } from '../../src/json/recovering-parser.ts';
import { buildNodeTable } from '../../src/json/node-table.ts';

const parsed = (text: string): { value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
};
const kinds = (text: string): string[] => parseWithRecovery(text).issues.map(({ kind }) => kind);
const value = (text: string): unknown => buildValue(text, parseWithRecovery(text).table);

/** JSON texts with parts deleted, duplicated or inserted, like those that people submit. */
const brokenJson = fc
  .tuple(
    fc.json({ maxDepth: 4 }),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(4),
        fc.constantFrom(
          ',',
          '"',
          '{',
          '}',
          '[',
          ']',
          ':',
          '//',
          '/*',
          '\\',
          '\n',
          '\t',
          'x',
          '0',
          '-',
          ' ',
          '\ufeff',
          '\u00a0',
          'null',
        ),
      ),
      { maxLength: 4 },
    ),
  )
  .map(([json, changes]) =>
    changes.reduce(
      (text, [at, cut, put]) =>
        text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + cut),
      json,
    ),
  );

describe('the recovering parser', () => {
  test('reports no issue if and only if JSON.parse accepts the text, and then builds the same value and node table', () => {
    const seen = { valid: 0, invalid: 0 };
    fc.assert(
      fc.property(fc.oneof(brokenJson, fc.json(), fc.string({ unit: 'binary' })), (text) => {
        const strict = parsed(text);
        const { table, issues } = parseWithRecovery(text);
        expect(issues.length === 0 ? { value: value(text) } : undefined).toEqual(strict);
        // `buildNodeTable` is only for texts that `JSON.parse` accepts
        const strictTable = strict && buildNodeTable(text);
        expect(strictTable && Array.from(strictTable.nodes)).toEqual(
          strict && Array.from(table.nodes.subarray(0, table.length)),
        );
        seen[strict ? 'valid' : 'invalid'] += 1;
      }),
      { numRuns: 3000 },
    );
    expect(seen.valid).toBeGreaterThan(0);
    expect(seen.invalid).toBeGreaterThan(0);
  });

  test('ends for every text, with issues within the text and in its order', () => {
    fc.assert(
      fc.property(brokenJson, (text) => {
        const { issues } = parseWithRecovery(text);
        let last = 0;
        for (const { start, end } of issues) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(text.length);
          last = start;
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['{"a": 1,}', 'trailing-comma', { a: 1 }],
    ['[1, 2, ]', 'trailing-comma', [1, 2]],
    ['{"a": 1 "b": 2}', 'missing-comma', { a: 1, b: 2 }],
    ['[{"a": 1} {"a": 2}]', 'missing-comma', [{ a: 1 }, { a: 2 }]],
    ['{"a": 1 /* one */}', 'comment', { a: 1 }],
    ['{"a": 1} // end', 'comment', { a: 1 }],
    ['{"a": "x\ty"}', 'control-character', { a: 'x\ty' }],
    ['{"a": "x\ny", "b": 1}', 'control-character', { a: 'x\ny', b: 1 }],
    ['{"a": 1}\n}', 'text-after-end', { a: 1 }],
    ['\ufeff{"a": 1}', 'byte-order-mark', { a: 1 }],
    ['{"a": [1, 2}', 'syntax', { a: [1, 2] }],
    ['{"a": {"b": 1}', 'syntax', { a: { b: 1 } }],
    ['{"a": "x,\n "b": 1}', 'syntax', { a: 'x,', b: 1 }],
    ['{a: 1}', 'syntax', { a: 1 }],
    ['{"a": "c:\\dir"}', 'syntax', { a: 'c:\\dir' }],
  ])('reports %j as %s, and recovers the value that was meant', (text, kind, expected) => {
    expect(kinds(text)[0]).toBe(kind);
    expect(value(text)).toEqual(expected);
  });

  test.each([['{"a": x\u202ey`@everyone}'], ['{x\u202ey`@everyone: 1}']])(
    'quotes %j in a message that is safe to show',
    (text) => {
      expect(parseWithRecovery(text).issues.map(({ message }) => message)).toEqual([
        expect.stringContaining('`x⟨U+202E⟩yˋ@everyone`'),
      ]);
    },
  );

  test('reads names that objects inherit like any other name', () => {
    const text = '{"__proto__": {"a": 1}, "constructor": 2,}';
    expect(Object.keys(Object(value(text)))).toEqual(['__proto__', 'constructor']);
  });

  test('refuses values that are nested more than 200 deep', () => {
    expect(kinds('['.repeat(200) + ']'.repeat(200))).toEqual([]);
    expect(kinds('['.repeat(201) + ']'.repeat(201))).toEqual(['depth']);
    expect(buildNodeTable('['.repeat(200) + ']'.repeat(200))).toBeDefined();
    expect(buildNodeTable('['.repeat(201) + ']'.repeat(201))).toBeUndefined();
    expect(kinds('[{"a":'.repeat(100000))).toEqual(['depth']);
  });
});

test.each([
  ['\u00a0', 'U+00A0'],
  ['\u2003', 'U+2003'],
  ['\u202f', 'U+202F'],
  ['\u200b', 'U+200B'],
])('an invisible character outside a string is named and replaced: %j', (character, name) => {
  const { issues } = parseWithRecovery(`{${character}"a": 1}`);
  expect(issues.map(({ message }) => message)).toEqual([
    `There is an invisible character here: ${name}. Delete it.`,
  ]);
});
