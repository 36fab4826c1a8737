import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonFile, applyFixes, type JsonEdit } from '../../src/json/document.ts';
import type { TextEdit } from '../../src/shared/text-edit.ts';
import { isContainer, isObject, type Json, type JsonContainer } from '../../src/json/values.ts';
import { corpus, corpusFolders } from '../support/corpus.ts';
import { formatPointer, valueAt } from '../../src/json/pointer.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const file = (text: string): JsonFile => new JsonFile('a.json', encode(text));
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const offsetOf = (text: string, line: number, column: number): number => {
  let start = 0;
  for (let at = 1; at < line; at += 1) start = text.indexOf('\n', start) + 1;
  return start + column - 1;
};

/** Every object and array in a value. */
function* containers(value: Json | undefined): Iterable<JsonContainer> {
  if (!isContainer(value)) return;
  yield value;
  for (const below of Object.values(value)) yield* containers(below);
}

const at = (value: Json | undefined, path: readonly (string | number)[]): Json | undefined =>
  valueAt(value, path.map(String));

/** The opening bracket of an object or array; any other value as it is. */
function beginningOf(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return '[';
  return isObject(value) ? '{' : value;
}

/** The value by `JSON.parse`; undefined if it refuses the bytes. */
function parsedStrictly(bytes: Uint8Array): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(utf8.decode(bytes)) };
  } catch {
    return undefined;
  }
}

describe('a JSON file locates everything in it', () => {
  test('the location of each key and value is the range of its text', () => {
    const seen = { containers: 0, leaves: 0, keys: 0 };
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.constantFrom('', ' ', '\t', '  '),
        fc.boolean(),
        (value, indent, crlf) => {
          const lf = JSON.stringify(value, null, indent);
          const text = crlf ? lf.replaceAll('\n', '\r\n') : lf;
          const read = file(text);
          for (const container of containers(read.value)) {
            for (const key of Object.keys(container)) {
              const here = Array.isArray(container) ? Number(key) : key;
              const meant = Array.isArray(container) ? container[Number(key)] : container[key];
              const { line, column, endLine, endColumn, pointer } = read.locationOf(
                container,
                here,
              );
              const written = text.slice(
                offsetOf(text, line, column),
                offsetOf(text, endLine, endColumn),
              );
              expect(isContainer(meant) ? written : JSON.parse(written)).toEqual(
                beginningOf(meant),
              );
              seen[isContainer(meant) ? 'containers' : 'leaves'] += 1;
              expect(at(read.value, read.locate(container, here).path)).toBe(meant);
              expect(pointer).toBe(formatPointer(read.locate(container, here).path));
              if (Array.isArray(container)) continue;
              const name = read.locationOf(container, key, 'key');
              seen.keys += 1;
              expect(
                JSON.parse(
                  text.slice(
                    offsetOf(text, name.line, name.column),
                    offsetOf(text, name.endLine, name.endColumn),
                  ),
                ),
              ).toBe(key);
            }
          }
        },
      ),
    );
    expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
  });

  test('a part of a string is located, whatever escapes it has', () => {
    const written = fc.array(
      fc.constantFrom('a', ' ', 'é', '\\n', '\\"', '\\\\', '\\u00e9', '\\ud83d\\ude00'),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(written, written, written, (before, piece, after) => {
        const length = (parts: readonly string[]): number =>
          String(JSON.parse(`"${parts.join('')}"`)).length;
        const read = file(`{"a": "${[...before, ...piece, ...after].join('')}"}`);
        const start = length(before);
        const place = isObject(read.value)
          ? read.locate(read.value, 'a', 'value', { start, end: start + length(piece) }).location
          : undefined;
        expect(read.text.slice((place?.column ?? 0) - 1, (place?.endColumn ?? 0) - 1)).toBe(
          piece.join(''),
        );
      }),
    );
  });

  test('a duplicate key is an issue, and its location is that of the value that counts', () => {
    const read = file('{\n  "a": 1,\n  "b": {"x": 1},\n  "a": 2\n}');
    expect(read.issues.map(({ kind }) => kind)).toEqual(['duplicate-key']);
    expect(isObject(read.value) && read.locationOf(read.value, 'a').line).toBe(4);
  });

  test('a duplicate key with values of different types is one issue', () => {
    const text = '{"a": ["x", "y"], "a": {"b": {"c": 1}}}';
    const read = file(text);
    expect(
      read.issues.map(({ kind, start, end }) => [kind, text.slice(start, end), start]),
    ).toEqual([['duplicate-key', '"a"', 18]]);
    expect(
      isObject(read.value) && isObject(read.value.a) && read.locationOf(read.value.a, 'b').column,
    ).toBe(30);
  });

  test('a byte-order mark does not move the columns of the first line', () => {
    const read = file('\ufeff{"a": 1}');
    expect(isObject(read.value) && read.locationOf(read.value, 'a')).toMatchObject({
      line: 1,
      column: 7,
    });
  });

  test.each([
    ['Latin-1', Buffer.from('{"a": "Brønnøysund"}', 'latin1')],
    ['Windows-1252', Buffer.from([...Buffer.from('{"a": "'), 0x80, 0x93, ...Buffer.from('"}')])],
    ['UTF-16', Buffer.from('\ufeff{"a": "Brønnøysund"}', 'utf16le')],
  ])('%s is read, and is an issue', (_, bytes) => {
    const read = new JsonFile('a.json', bytes);
    expect(read.issues[0]?.kind).toBe('encoding');
    expect(isObject(read.value) && Object.keys(read.value)).toEqual(['a']);
    expect(read.text).not.toContain('\ufffd');
  });

  test('stray bytes do not change the letters that are UTF-8', () => {
    const read = new JsonFile(
      'a.json',
      Buffer.concat([Buffer.from('{"a": "é '), Buffer.from([0xe9]), Buffer.from(' €"}')]),
    );
    expect(read.value).toEqual({ a: 'é é €' });
  });
});

describe('edits keep the format of the file', () => {
  const edited = (text: string, changesOf: (value: Json) => JsonEdit[]): string => {
    const read = file(text);
    return applyFixes(text, [
      { edits: changesOf(read.value ?? null).flatMap((change) => read.edits(change)) },
    ]).text;
  };
  const onRoot = (value: Json): JsonContainer => (isContainer(value) ? value : []);

  test.each<[string, string, (value: Json) => JsonEdit[], string]>([
    [
      'sets a value',
      '{\n  "a": 1\n}',
      (v) => [{ at: onRoot(v), key: 'a', to: 2 }],
      '{\n  "a": 2\n}',
    ],
    [
      'adds a property with the indentation and line ends of its neighbors',
      '{\r\n\t"a": 1\r\n}',
      (v) => [{ at: onRoot(v), key: 'b', to: true }],
      '{\r\n\t"a": 1,\r\n\t"b": true\r\n}',
    ],
    [
      'adds to an object on one line',
      '{ "a": 1 }',
      (v) => [{ at: onRoot(v), key: 'b', to: [] }],
      '{ "a": 1, "b": [] }',
    ],
    [
      'adds to an empty object',
      '{}',
      (v) => [{ at: onRoot(v), key: 'b', to: 1 }],
      '{\n  "b": 1\n}',
    ],
    [
      'removes the first',
      '{\n  "a": 1,\n  "b": 2\n}',
      (v) => [{ at: onRoot(v), key: 'a', remove: true }],
      '{\n  "b": 2\n}',
    ],
    [
      'removes the last',
      '{\n  "a": 1,\n  "b": 2\n}',
      (v) => [{ at: onRoot(v), key: 'b', remove: true }],
      '{\n  "a": 1\n}',
    ],
    [
      'removes the only property',
      '{\n  "a": 1\n}',
      (v) => [{ at: onRoot(v), key: 'a', remove: true }],
      '{}',
    ],
    [
      'removes from an array',
      '[1, 2, 3]',
      (v) => [{ at: onRoot(v), key: 1, remove: true }],
      '[1, 3]',
    ],
    ['renames', '{"a": 1}', (v) => [{ at: onRoot(v), key: 'a', rename: 'b' }], '{"b": 1}'],
  ])('%s', (_, before, changesOf, after) => {
    expect(edited(before, changesOf)).toBe(after);
  });

  test('of two fixes that touch the same text the second is left', () => {
    const text = '{"a": 1, "b": 2}';
    const read = file(text);
    const root = onRoot(read.value ?? null);
    const fixes = [
      { at: root, key: 'a', to: 3 } as const,
      { at: root, key: 'a', remove: true } as const,
    ].map((change) => ({ edits: read.edits(change) }));
    expect(applyFixes(text, fixes)).toMatchObject({ text: '{"a": 3, "b": 2}', left: 1 });
  });

  test('fixes are applied unless they touch what an earlier fix changes, as in a comparison with all before', () => {
    const text = 'abcdefghij';
    const edit = fc
      .tuple(fc.nat(10), fc.nat(3), fc.constantFrom('', 'X', 'YZ'))
      .map(([start, length, to]) => ({ start, end: Math.min(10, start + length), text: to }));
    const oneByOne = (edits: readonly TextEdit[]): { text: string; left: number } => {
      const applied: TextEdit[] = [];
      for (const candidate of edits)
        if (applied.every(({ start, end }) => candidate.start >= end || candidate.end <= start))
          applied.push(candidate);
      let result = text;
      for (const { start, end, text: to } of applied
        .toSorted((a, b) => a.start - b.start || a.end - b.end)
        .reverse())
        result = result.slice(0, start) + to + result.slice(end);
      return { text: result, left: edits.length - applied.length };
    };
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
        expect(
          applyFixes(
            text,
            edits.map((single) => ({ edits: [single] })),
          ),
        ).toMatchObject(oneByOne(edits));
      }),
      { numRuns: 1000 },
    );
  });
});

describe.skipIf(corpus === undefined)('the corpus', () => {
  test('every file is read, with the value of JSON.parse if that succeeds', () => {
    const count = { valid: 0, invalid: 0 };
    const wrong: string[] = [];
    for (const { path, files } of corpusFolders()) {
      for (const { path: name, bytes } of files) {
        if (!name.endsWith('.json') || !bytes) continue;
        const read = new JsonFile(name, bytes);
        const strict = parsedStrictly(bytes);
        count[strict ? 'valid' : 'invalid'] += 1;
        const isRight = strict
          ? JSON.stringify(read.value) === JSON.stringify(strict.value)
          : read.issues.length > 0 && read.value !== undefined;
        if (!isRight) wrong.push(`${path}/${name}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(count.valid + count.invalid).toBeGreaterThan(1400);
    expect(count.invalid).toBeGreaterThan(0);
  });

  test('the values built from node tables are those of JSON.parse', async () => {
    const { buildValue, parseWithRecovery } = await import('../../src/json/recovering-parser.ts');
    for (const { files } of corpusFolders(10)) {
      for (const { path, bytes } of files) {
        if (!path.endsWith('.json') || !bytes) continue;
        const read = new JsonFile(path, bytes);
        expect(
          JSON.stringify(buildValue(read.text, parseWithRecovery(read.text).table)) ===
            JSON.stringify(read.value),
          path,
        ).toBe(true);
      }
    }
  });
});
