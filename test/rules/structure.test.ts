import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { folderOf } from '../../fixtures/cases.ts';
import { definitionName, propertiesName, readConnector } from '../../src/connector/connector.ts';
import type { Finding } from '../../src/shared/finding.ts';
import {
  asText,
  isContainer,
  isObject,
  objectEntries,
  own,
  type Json,
  type JsonObject,
} from '../../src/json/values.ts';
import * as definitionSchema from '../../src/generated/definition.ts';
import * as propertiesSchema from '../../src/generated/properties.ts';
import * as settingsSchema from '../../src/generated/settings.ts';
import { runRules } from '../../src/validation/run-rules.ts';
import { structure } from '../../src/rules/definition/structure-rules.ts';
import { corpus, corpusFolders } from '../support/corpus.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): JsonObject => JSON.parse(readFileSync(join(root, path), 'utf8'));
const schemas = [
  'src/rules/definition/definition.schema.json',
  'src/rules/properties/properties.schema.json',
];

/** The schemas within a schema, each with the path to it. */
function* within(schema: JsonObject, path: string): Iterable<{ schema: JsonObject; path: string }> {
  yield { schema, path };
  for (const key of ['properties', 'definitions'])
    for (const [name, below] of objectEntries(schema[key]))
      yield* within(below, `${path}/${key}/${name}`);
  for (const key of ['items', 'additionalProperties', 'then', 'else']) {
    const below = schema[key];
    if (isObject(below)) yield* within(below, `${path}/${key}`);
  }
}

/**
 * What the schemas find in a definition that differs from one without findings in the entries of
 * `definitions`.
 */
const findingsWith = (definitions: Json): Finding[] =>
  runRules(readConnector(folderOf({ definition: { definitions } })), structure);

describe.each(schemas)('%s', (file) => {
  const schema = read(file);

  test('says of every property what it is for', () => {
    const silent: string[] = [];
    for (const { schema: one, path } of within(schema, '#')) {
      for (const [name, property] of objectEntries(one.properties)) {
        const target =
          typeof property.$ref === 'string'
            ? [...within(schema, '#')].find(({ path: at }) => at === property.$ref)?.schema
            : undefined;
        if (typeof (property.description ?? target?.description) !== 'string')
          silent.push(`${path}/properties/${name}`);
      }
    }
    expect(silent).toEqual([]);
  });

  test('is published with the package', () => {
    const { exports } = read('package.json');
    const name = basename(asText(schema.$id) ?? '');
    expect(isObject(exports) && exports[`./gatehouse-${name}`]).toBe(
      `./${file.replace('src/', 'dist/')}`,
    );
  });
});

describe('the two validators of a schema', () => {
  const text = (name: string): Json =>
    JSON.parse(
      new TextDecoder().decode(folderOf({}).files.find(({ path }) => path === name)?.bytes),
    );
  /** A value with another in the place of one of its parts, or with one more name. */
  const otherwise = (value: Json, path: readonly number[], put: Json, name: string): Json => {
    const [step, ...rest] = path;
    if (!isContainer(value) || step === undefined || (Array.isArray(value) && value.length === 0))
      return put;
    const keys = Object.keys(value);
    const key = step % 5 === 0 ? name : (keys[step % Math.max(keys.length, 1)] ?? name);
    if (Array.isArray(value))
      return value.with(
        step % value.length,
        otherwise(value[step % value.length] ?? null, rest, put, name),
      );
    return { ...value, [key]: otherwise(own(value, key) ?? null, rest, put, name) };
  };
  const cases: [string, Pick<typeof definitionSchema, 'fits' | 'tell'>, Json][] = [
    ['definition', definitionSchema, text(definitionName)],
    ['properties', propertiesSchema, text(propertiesName)],
    [
      'settings',
      settingsSchema,
      {
        folders: { here: 'custom' },
        rules: { ContactEmailMissing: 'off', SecretFound: { custom: 'note' } },
      },
    ],
  ];

  test.each(cases)('of the %s agree on whether a value fits', (_name, { fits, tell }, good) => {
    expect(fits(good)).toBe(true);
    const name = fc.constantFrom(
      'type',
      'x-ms-summary',
      'x-ms-visibility',
      'x-other',
      'required',
      '$ref',
      'properties',
      'nonsense',
      'in',
    );
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(
        fc.array(fc.nat(60), { maxLength: 9 }),
        fc.jsonValue({ maxDepth: 2 }),
        name,
        (path, put, more) => {
          const value = otherwise(good, path, JSON.parse(JSON.stringify(put)), more);
          const answer = fits(value);
          seen.add(answer);
          expect(tell(value)).toBe(answer);
        },
      ),
      { numRuns: 2000 },
    );
    expect(seen).toEqual(new Set([true, false]));
  });
});

describe('a file made of mistakes', () => {
  const mistakes = (count: number): Json =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`Fabrikam${index}`, { type: 'text' }]),
    );

  test('has two thousand findings, and one that counts the rest', () => {
    const findings = findingsWith(mistakes(5000));
    expect(findings).toHaveLength(2001);
    expect(findings.find(({ location }) => location.pointer === '')?.message).toBe(
      `\`${definitionName}\` violates its schema in 3000 more places. Fix the listed ones and check again.`,
    );
  });

  test('may use any name', () => {
    const text =
      '"definitions": { "constructor": { "__proto__": 1, "toString": 2 }, "__proto__": { "type": 5 },';
    const folder = folderOf({
      edits: [{ file: definitionName, find: '"definitions": {', replace: text }],
    });
    const findings = runRules(readConnector(folder), structure);
    expect(findings.map(({ rule }) => rule).sort()).toEqual([
      'ExtensionNameNotValid',
      'ExtensionNameNotValid',
      'JsonTypeIncorrect',
    ]);
  });
});

describe.skipIf(corpus === undefined)('the corpus of accepted connectors', () => {
  test('is accepted of independent publishers, but for misspelled names and a few values of another type', () => {
    let refused = 0;
    let total = 0;
    for (const folder of corpusFolders()) {
      if (folder.class !== 'independent-publisher') continue;
      total += 1;
      if (runRules(readConnector(folder), structure).some(({ severity }) => severity === 'error'))
        refused += 1;
    }
    expect(refused / total).toBeLessThan(0.025);
  });
});
