import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { folderOf } from '../../fixtures/cases.ts';
import { context } from '../../fixtures/context.ts';
import { compareConnectors } from '../../src/changes/compare.ts';
import { classify } from '../../src/changes/classify.ts';
import { readConnector, type ConnectorFolder } from '../../src/connector/connector.ts';
import { isContainer, type Json, type JsonContainer } from '../../src/json/values.ts';
import { runRules, maxFindingsPerRule } from '../../src/validation/run-rules.ts';
import { rules } from '../../src/rules/registry.ts';
import { fixFolder } from '../../src/validation/fix.ts';
import { corpusFolders } from '../support/corpus.ts';
import { runs } from '../fuzz/runs.ts';
import { childOf } from '../../src/json/pointer.ts';

const small = ({ files }: ConnectorFolder): boolean => files.every(({ size }) => size < 60_000);
const folders = [folderOf({}), ...[...corpusFolders(15)].filter(small)];
const encoder = new TextEncoder();

const withFile = (
  folder: ConnectorFolder,
  rewrite: (bytes: Uint8Array, path: string) => Uint8Array,
): ConnectorFolder => ({
  ...folder,
  files: folder.files.map((file) => {
    if (!file.path.endsWith('.json') || !file.bytes) return file;
    const bytes = rewrite(file.bytes, file.path);
    return { ...file, bytes, size: bytes.length };
  }),
});

/**
 * Holds for every connector, however broken: it is read, checked, mended and compared without a
 * crash, and findings have a place.
 */
function expectLaws(folder: ConnectorFolder): void {
  const connector = readConnector(folder);
  for (const { location, message, fingerprint } of runRules(connector, rules, { context })) {
    expect(location.line).toBeGreaterThan(0);
    expect(location.column).toBeGreaterThan(0);
    expect(message).not.toContain('[object Object]');
    expect(fingerprint).toMatch(/^[0-9a-f]{20}$/);
  }
  const fixed = fixFolder(folder, { context });
  expect(
    fixFolder(fixed, { context }).files.every(
      ({ bytes }, index) => bytes === fixed.files[index]?.bytes,
    ),
  ).toBe(true);
  for (const original of folders.slice(0, 1)) {
    const after = readConnector(fixed);
    classify(compareConnectors(readConnector(original), after), after, readConnector(original));
  }
}

/** By number, so that a counterexample can be read. */
const anyFolder = fc.nat(folders.length - 1);
const folderAt = (index: number): ConnectorFolder => folders[index] ?? folderOf({});

describe('however a connector is broken, nothing crashes', () => {
  test('bytes taken out, doubled, put in or changed', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.constantFrom(
        ...[
          '{',
          '}',
          '[',
          ']',
          '"',
          ',',
          ':',
          '\\',
          '//',
          '/*',
          '\n',
          '\0',
          '\ufeff',
          '"$ref":',
          '"__proto__":',
        ].map((text) => encoder.encode(text)),
      ),
    );
    const cuts = fc.array(fc.tuple(fc.nat(), fc.nat(40), piece, fc.boolean()), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(anyFolder, cuts, (folder, changes) => {
        expectLaws(
          withFile(folderAt(folder), (bytes) =>
            changes.reduce<Uint8Array>((now, [where, length, put, twice]) => {
              const at = where % (now.length + 1);
              const cut = now.subarray(at, at + length);
              return new Uint8Array(
                Buffer.concat([
                  now.subarray(0, at),
                  twice ? cut : new Uint8Array(),
                  put,
                  twice ? cut : new Uint8Array(),
                  now.subarray(at + length),
                ]),
              );
            }, bytes),
          ),
        );
      }),
      runs(40),
    );
  });

  test('values retyped, taken out, nested or given strange names', () => {
    const strange: fc.Arbitrary<Json> = fc.oneof(
      fc.constantFrom<Json[]>(
        null,
        true,
        0,
        -1,
        1e308,
        '',
        ' ',
        '#/definitions/',
        '#/',
        '%',
        '{',
        'a'.repeat(5000),
        [],
        {},
        [null],
        [[]],
        { $ref: 1 },
        { $ref: '#' },
        { $ref: '#/definitions/constructor' },
        { type: [] },
        { properties: [] },
      ),
      fc.json({ maxDepth: 3 }).map((text): Json => JSON.parse(text)),
      fc
        .integer({ min: 1, max: 190 })
        .map((depth): Json =>
          JSON.parse(
            '{"properties":{"a":'.repeat(Math.floor(depth / 2)) +
              '1' +
              '}}'.repeat(Math.floor(depth / 2)),
          ),
        ),
    );
    const changes = fc.array(
      fc.tuple(
        fc.array(fc.nat(), { minLength: 3, maxLength: 12 }),
        strange,
        fc.constantFrom('set', 'remove', 'name'),
      ),
      { minLength: 1, maxLength: 6 },
    );
    const names = [
      '__proto__',
      'constructor',
      'toString',
      '$ref',
      'x-ms-dynamic-values',
      'properties',
      'items',
      'allOf',
      'default',
      '',
    ];
    fc.assert(
      fc.property(anyFolder, changes, (folder, list) => {
        expectLaws(
          withFile(folderAt(folder), (bytes, path) => {
            let value: Json;
            try {
              value = JSON.parse(new TextDecoder().decode(bytes));
            } catch {
              return bytes;
            }
            for (const [way, put, how] of list)
              if (isContainer(value))
                change(
                  value,
                  way,
                  structuredClone(put),
                  how,
                  names[(way[0] ?? 0) % names.length] ?? path,
                );
            return encoder.encode(JSON.stringify(value, null, 2));
          }),
        );
      }),
      runs(60),
    );
  });

  test('other encodings, cut off anywhere', () => {
    fc.assert(
      fc.property(
        anyFolder,
        fc.constantFrom<BufferEncoding[]>('latin1', 'utf16le', 'ascii', 'utf8'),
        fc.boolean(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (folder, encoding, mark, share) => {
          expectLaws(
            withFile(folderAt(folder), (bytes) => {
              const text = (mark ? '\ufeff' : '') + new TextDecoder().decode(bytes);
              const other = Buffer.from(text, encoding);
              return new Uint8Array(other.subarray(0, Math.ceil(other.length * share)));
            }),
          );
        },
      ),
      runs(25),
    );
  });
});

test('a rule that finds thousands is cut short, and that is a finding', () => {
  const { files, ...folder } = folderOf({
    definition: {
      definitions: {
        Invoice: { properties: { status: { enum: Array.from({ length: 9000 }, () => 'open') } } },
      },
    },
  });
  const findings = runRules(readConnector({ ...folder, files }), rules).filter(
    ({ rule }) => rule === 'ArrayDuplicateValue',
  );
  expect(findings).toHaveLength(maxFindingsPerRule + 1);
  expect(findings.at(-1)?.message).toContain('only the first ones are listed');
});

/** Walks down a value along choices, and changes what it meets at the end. */
function change(
  value: JsonContainer,
  way: readonly number[],
  put: Json,
  how: string,
  name: string,
): void {
  let at = value;
  for (const choice of way) {
    const keys = Object.keys(at);
    const key = keys[choice % Math.max(1, keys.length)];
    const below = key === undefined ? undefined : childOf(at, key);
    if (!isContainer(below)) break;
    at = below;
  }
  const keys = Object.keys(at);
  const key = keys[(way.at(-1) ?? 0) % Math.max(1, keys.length)] ?? name;
  if (Array.isArray(at)) {
    if (how === 'remove') at.splice(Number(key), 1);
    else at[how === 'set' ? Number(key) || 0 : at.length] = put;
  } else if (how === 'remove') delete at[key];
  else
    Object.defineProperty(at, how === 'set' ? key : name, {
      value: put,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}
