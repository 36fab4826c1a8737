import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { casesOf, folderOf } from '../../fixtures/cases.ts';
import { context } from '../../fixtures/context.ts';
import { readConnector, type ConnectorFolder } from '../../src/connector/connector.ts';
import type { JsonObject } from '../../src/json/values.ts';
import { runRules } from '../../src/validation/run-rules.ts';
import { classify } from '../../src/changes/classify.ts';
import { compareConnectors } from '../../src/changes/compare.ts';
import { fixFolder, fixSafely, maxChecks } from '../../src/validation/fix.ts';
import { rules } from '../../src/rules/registry.ts';

const operation = (summary: string, description: string) => ({
  paths: { '/invoices': { get: { summary, description } } },
});

test('what would show another mistake once it is mended is left for a person to see, and all else is mended', () => {
  const folder = folderOf({
    definition: {
      ...operation('List the invoices', 'List the invoicces'),
      info: {
        description:
          'Create, read and follow the invoices of your compnay in Contoso, and hear of those that are paid.',
      },
    },
  });
  const { definition } = readConnector(fixFolder(folder, { context }));
  expect(definition?.operations.find(({ id }) => id === 'ListInvoices')?.raw.description).toMatch(
    /^List the invoicces/,
  );
  expect(definition?.raw.info).toMatchObject({
    description:
      'Create, read and follow the invoices of your company in Contoso, and hear of those that are paid.',
  });
});

/**
 * The folder fixed, and how often all of it was checked for that: every check asks once for the
 * repository's own words.
 */
function fixed(folder: ConnectorFolder): { result: ConnectorFolder; checks: number } {
  let checks = 0;
  const counting = {
    ...context,
    get words() {
      checks += 1;
      return new Set<string>();
    },
  };
  return { result: fixFolder(folder, { context: counting }), checks };
}

const broken = (folder: ConnectorFolder): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { rule } of runRules(readConnector(folder), rules, { context, fixes: false }))
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
};

/** An operation for each pair of a summary and a description. */
const operations = (texts: readonly (readonly [string, string])[]): JsonObject => {
  const get = (summary: string, description: string, index: number) => ({
    operationId: `GetItem${index}`,
    summary,
    description,
    parameters: [],
    responses: {
      200: {
        description: 'OK',
        schema: {
          type: 'object',
          properties: {
            name: { type: 'string', description: summary, 'x-ms-summary': description },
          },
        },
      },
    },
  });
  return {
    paths: Object.fromEntries(
      texts.map(([summary, description], index) => [
        `/items/${index}`,
        { get: get(summary, description, index) },
      ]),
    ),
  };
};

describe('whatever there is to fix', () => {
  test.each([20, 200])(
    '%i fixes that would each make a new finding cost no more checks than a few, and the other fixes are made',
    (many) => {
      const folder = folderOf({
        definition: {
          ...operations(
            Array.from({ length: many }, (_, index) => [
              `Gets the address of item ${index}`,
              `Gets the adress of item ${index}`,
            ]),
          ),
          info: {
            description:
              'Create, read and follow the invoices of your compnay in Contoso, and hear of those that are paid.',
          },
        },
      });
      const { result, checks } = fixed(folder);
      expect(checks).toBeLessThanOrEqual(maxChecks);
      const { definition } = readConnector(result);
      expect(definition?.raw.info).toMatchObject({
        description: expect.stringContaining('company'),
      });
      expect(definition?.operation('GetItem7')?.raw.description).toMatch(
        /^Gets the adress of item 7\.?$/,
      );
    },
  );

  const word = fc.constantFrom(
    'address',
    'adress',
    'the',
    'recieve',
    'receive',
    'ip',
    'id',
    'Power Automate',
    'Microsoft Flow',
    'items',
    'API',
    'api',
  );
  const text = fc
    .tuple(fc.array(word, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '.', ' ', '..'))
    .map(([words, end]) => words.join(' ') + end);
  const pair = fc.oneof(
    fc.tuple(text, text),
    text.map((one): [string, string] => [one, one]),
    text.map((one): [string, string] => [
      one,
      one.replace('adress', 'address').replace('api', 'API'),
    ]),
  );

  test('no rule has a finding more for it, fixing twice changes nothing, and the number of checks is bounded', () => {
    let changed = 0;
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 30 }), fc.option(text), (texts, readme) => {
        const folder = folderOf({
          definition: operations(texts),
          ...(readme !== null && { files: { 'readme.md': `# ${readme}\n\n${readme}\n` } }),
        });
        const { result, checks } = fixed(folder);
        expect(checks).toBeLessThanOrEqual(maxChecks);
        const before = broken(folder);
        const worse = [...broken(result)].filter(
          ([rule, count]) => count > (before.get(rule) ?? 0),
        );
        expect(worse).toEqual([]);
        changed += Number(result !== folder);
        expect(fixed(result).result).toBe(result);
      }),
      { numRuns: 60 },
    );
    expect(changed).toBeGreaterThan(0);
  });

  test.each(
    rules
      .filter(({ fixable }) => fixable)
      .flatMap(({ id }) =>
        casesOf(id, 'bad').map(([name, one]) => [`${id}, ${name}`, one] as const),
      ),
  )('%s: fixing twice changes nothing', (_, one) => {
    const { result, checks } = fixed(folderOf(one));
    expect(checks).toBeLessThanOrEqual(maxChecks);
    expect(fixFolder(result, { context })).toBe(result);
  });
});

test('a long text with many mistakes is written anew once, not for each of them, and each is found where it stands', () => {
  const text = 'Gets\tthe "whole" adress of it, in Microsoft Flow.\n'.repeat(1_500);
  const folder = folderOf({
    definition: { paths: { '/invoices': { get: { description: text } } } },
  });
  const connector = readConnector(folder);
  const findings = runRules(connector, rules, { context });
  const written = findings
    .flatMap(({ fix }) => fix?.edits ?? [])
    .reduce((sum, edit) => sum + edit.text.length, 0);
  expect(written).toBeLessThan(20 * text.length);
  const misspelled = findings.filter(
    ({ rule, message }) => rule === 'TextMisspelled' && message.includes('adress'),
  );
  expect(misspelled).toHaveLength(1_500);
  const shown = misspelled.map(({ location }) =>
    connector.definitionFile
      ?.line(location.line)
      .slice(location.column - 1, location.endColumn - 1),
  );
  expect(new Set(shown)).toEqual(new Set(['adress']));
  const { definition } = readConnector(fixFolder(folder, { context }));
  expect(definition?.operation('ListInvoices')?.raw.description).toBe(
    text.replaceAll('adress', 'address').replaceAll('Microsoft Flow', 'Power Automate'),
  );
});

describe('a fix that would break flows', () => {
  // The platform does not know this spelling: with the right one, steps get another format.
  const folder = folderOf({
    definition: {
      definitions: {
        Invoice: { properties: { amount: { type: 'string', format: 'date-Time' } } },
      },
      info: { description: 'Create, read and follow the invoices of your compnay in Contoso.' },
    },
  });
  const breaks = (before: ConnectorFolder, after: ConnectorFolder): string[] => {
    const [was, now] = [readConnector(before), readConnector(after)];
    return classify(compareConnectors(was, now), now, was)
      .filter(({ severity }) => severity === 'error')
      .map(({ rule }) => rule);
  };

  test('is left to a person, with the reason, and the other fixes are made', () => {
    const { folder: result, withheld } = fixSafely(folder, { context });
    expect(breaks(folder, result)).toEqual([]);
    expect(readConnector(result).definition?.raw.info).toMatchObject({
      description: expect.stringContaining('company'),
    });
    const unsafe = fixFolder(folder, { context, published: null });
    for (const { reason } of withheld) expect(reason).toMatch(/^the fix would cause [A-Z]\w+$/);
    expect(withheld.length > 0).toBe(breaks(folder, unsafe).length > 0);
  });

  test('is made if the connector is new', () => {
    expect(fixSafely(folder, { context, published: null }).withheld).toEqual([]);
  });
});

test('says how many places were fixed, by file and rule', () => {
  const folder = folderOf({
    definition: operation('Lists the invoicces.', 'Lists the invoicces of the adress'),
  });
  const { made } = fixSafely(folder, { context });
  expect(made.toSorted((a, b) => a.rule.localeCompare(b.rule))).toEqual([
    { file: 'apiDefinition.swagger.json', rule: 'DescriptionMustEndWithPunctuation', places: 1 },
    { file: 'apiDefinition.swagger.json', rule: 'LabelMisspelled', places: 1 },
    { file: 'apiDefinition.swagger.json', rule: 'SummaryMustNotEndWithPunctuation', places: 1 },
    { file: 'apiDefinition.swagger.json', rule: 'TextMisspelled', places: 2 },
  ]);
});

describe('a fix of what is new', () => {
  const before = folderOf({
    definition: { paths: { '/invoices': { get: { description: 'Lists the old invoicces' } } } },
  });
  const after = folderOf({
    definition: {
      paths: {
        '/invoices': { get: { description: 'Lists the old invoicces' } },
        '/invoices/{id}': { get: { description: 'Gets a new invoicce' } },
      },
    },
  });
  const descriptionsIn = (folder: ConnectorFolder) =>
    ['ListInvoices', 'GetInvoice'].map(
      (id) => readConnector(folder).definition?.operation(id)?.raw.description,
    );

  test('leaves the findings that were there before', () => {
    const { folder, made } = fixSafely(after, {
      context,
      published: readConnector(before),
      onlyNew: true,
    });
    expect(descriptionsIn(folder)).toEqual(['Lists the old invoicces', 'Gets a new invoice.']);
    expect(made).toHaveLength(2);
  });

  test('leaves the old texts of a finding about many', () => {
    const abbreviated = (texts: readonly string[]) =>
      folderOf({
        definition: {
          paths: Object.fromEntries(
            texts.map((description, index) => [
              `/items/${index}`,
              { get: { operationId: `GetItem${index}`, description, responses: {} } },
            ]),
          ),
        },
      });
    const { folder } = fixSafely(abbreviated(['Reads a new url.', 'Reads an old url.']), {
      context,
      published: readConnector(abbreviated(['Reads it.', 'Reads an old url.'])),
      onlyNew: true,
    });
    const { definition } = readConnector(folder);
    expect(
      ['GetItem0', 'GetItem1'].map((id) => definition?.operation(id)?.raw.description),
    ).toEqual(['Reads a new URL.', 'Reads an old url.']);
  });

  test('of some rules leaves the others', () => {
    const { folder } = fixSafely(after, { context, only: ['TextMisspelled'] });
    expect(descriptionsIn(folder)).toEqual(['Lists the old invoices', 'Gets a new invoice']);
  });
});

describe('a comment in JSON', () => {
  const withComment = (find: string, replace: string) =>
    folderOf({ edits: [{ file: 'apiDefinition.swagger.json', find, replace }] });
  const textOf = (folder: ConnectorFolder): string =>
    readConnector(folder).definitionFile?.text ?? '';

  test('survives the fixes around it', () => {
    const folder = withComment(
      '"summary": "List invoices"',
      '// What the app calls it\n        "summary": "List invoices."',
    );
    expect(textOf(fixFolder(folder, { context }))).toMatch(
      /\/\/ What the app calls it\n +"summary": "List invoices",/,
    );
  });

  test('keeps away a fix that would delete it', () => {
    const folder = withComment(
      '"basePath": "/v1",',
      '"basePath": "/v1",\n  "schemes": [ /* as before */ "http" ],',
    );
    const comments = (at: ConnectorFolder) => textOf(at).match(/\/\*.*?\*\//g);
    expect(comments(fixFolder(folder, { context }))).toEqual(['/* as before */']);
  });
});

test('a description that has to be written anew is not polished', () => {
  const folder = folderOf({ definition: operation('List the invoices', 'list the invoices') });
  const rulesOfFixes = runRules(readConnector(folder), rules, { context })
    .filter(({ fixable, location }) => fixable && location.pointer.endsWith('/get/description'))
    .map(({ rule }) => rule);
  expect(rulesOfFixes).toEqual([]);
});
