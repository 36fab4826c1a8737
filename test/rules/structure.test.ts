import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderOf } from '../../fixtures/cases.ts';
import { definitionName, readConnector } from '../../src/connector/connector.ts';
import type { Finding } from '../../src/connector/finding.ts';
import { asText, isObject, objectEntries, type Json, type JsonObject } from '../../src/connector/values.ts';
import { check } from '../../src/rules/check.ts';
import { structure } from '../../src/rules/structure.ts';
import { corpus, corpusFolders } from '../corpus.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): JsonObject => JSON.parse(readFileSync(join(root, path), 'utf8'));
const schemas = ['src/rules/definition/definition.schema.json', 'src/rules/properties/properties.schema.json'];

/** The schemas within a schema, each with the path to it. */
function* within(schema: JsonObject, path: string): Iterable<{ schema: JsonObject; path: string }> {
  yield { schema, path };
  for (const key of ['properties', 'definitions']) for (const [name, below] of objectEntries(schema[key])) yield* within(below, `${path}/${key}/${name}`);
  for (const key of ['items', 'additionalProperties', 'then', 'else']) {
    const below = schema[key];
    if (isObject(below)) yield* within(below, `${path}/${key}`);
  }
}

/** What the schemas find in a definition that differs from one without findings in the entries of `definitions`. */
const findingsWith = (definitions: Json): Finding[] => check(readConnector(folderOf({ definition: { definitions } })), structure);

describe.each(schemas)('%s', (file) => {
  const schema = read(file);

  test('says of every property what it is for', () => {
    const silent: string[] = [];
    for (const { schema: one, path } of within(schema, '#')) {
      for (const [name, property] of objectEntries(one.properties)) {
        const target = typeof property.$ref === 'string' ? [...within(schema, '#')].find(({ path: at }) => at === property.$ref)?.schema : undefined;
        if (typeof (property.description ?? target?.description) !== 'string') silent.push(`${path}/properties/${name}`);
      }
    }
    expect(silent).toEqual([]);
  });

  test('is published with the package', () => {
    const { exports } = read('package.json');
    expect(isObject(exports) && exports[`./${asText(schema.$id)}`]).toBe(`./${file.replace('src/', 'dist/')}`);
  });
});

describe('a file made of mistakes', () => {
  const mistakes = (count: number): Json => Object.fromEntries(Array.from({ length: count }, (_, index) => [`Fabrikam${index}`, { type: 'text' }]));

  test('has two thousand findings, and one that counts the rest', () => {
    const findings = findingsWith(mistakes(5000));
    expect(findings).toHaveLength(2001);
    expect(findings.find(({ place }) => place.pointer === '')?.message).toBe(`\`${definitionName}\` departs from its schema in 3000 more places. Mend those that are listed, and check again.`);
  });

  test('is read in a time that grows with its length', () => {
    const time = (count: number): number => {
      const folder = folderOf({ definition: { definitions: mistakes(count) } });
      const times = [1, 2, 3].map(() => {
        const start = performance.now();
        check(readConnector(folder), structure);
        return performance.now() - start;
      });
      return Math.min(...times);
    };
    expect(time(40_000) / time(10_000)).toBeLessThan(12);
  });

  test('may use any name', () => {
    const text = '"definitions": { "constructor": { "__proto__": 1, "toString": 2 }, "__proto__": { "type": 5 },';
    const folder = folderOf({ edits: [{ file: definitionName, find: '"definitions": {', replace: text }] });
    const findings = check(readConnector(folder), structure);
    expect(findings.map(({ rule }) => rule).sort()).toEqual(['ExtensionNameNotValid', 'ExtensionNameNotValid', 'JsonTypeIncorrect']);
  });
});

describe.skipIf(corpus === undefined)('the corpus of accepted connectors', () => {
  test('is accepted, but for misspelt names and a few values of another type', () => {
    let refused = 0;
    let total = 0;
    for (const folder of corpusFolders()) {
      total += 1;
      if (check(readConnector(folder), structure).some(({ severity }) => severity === 'error')) refused += 1;
    }
    expect(refused / total).toBeLessThan(0.025);
  });
});
