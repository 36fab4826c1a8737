import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderOf, updates } from '../../fixtures/cases.ts';
import { changelog, nextVersion } from '../../src/changes/changelog.ts';
import { compareConnectors } from '../../src/changes/compare.ts';
import { classify } from '../../src/changes/classify.ts';
import { verdicts } from '../../src/changes/verdicts.ts';
import { versionOperations } from '../../src/changes/version-operations.ts';
import { readConnector, type ConnectorFolder } from '../../src/connector/connector.ts';
import { runRules } from '../../src/validation/run-rules.ts';
import { rules } from '../../src/rules/registry.ts';
import { conformance } from '../support/corpus.ts';

const breaking = (before: ConnectorFolder, after: ConnectorFolder): string[] =>
  compareConnectors(readConnector(before), readConnector(after))
    .filter(
      ({ kind, subject }) =>
        verdicts[kind].severity === 'error' && subject.startsWith('operation/'),
    )
    .map(({ kind, subject }) => `${kind} ${subject}`);
const errors = (folder: ConnectorFolder): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { rule, severity } of runRules(readConnector(folder), rules))
    if (severity === 'error') counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
};
/**
 * The rules that a connector breaks more often than two others together: the old operations bring
 * their old debt along.
 */
const added = (one: ConnectorFolder, other: ConnectorFolder, result: ConnectorFolder): string[] => {
  const [a, b] = [errors(one), errors(other)];
  return [...errors(result)]
    .filter(([rule, count]) => count > (a.get(rule) ?? 0) + (b.get(rule) ?? 0))
    .map(([rule]) => rule);
};
const ids = (folder: ConnectorFolder): (string | undefined)[] =>
  readConnector(folder).definition?.operations.map(({ id }) => id) ?? [];

const broken = updates().filter(
  ([, , { before = {}, after }]) => breaking(folderOf(before), folderOf(after)).length > 0,
);

describe('versioning the operations that an update breaks', () => {
  test.each(broken)(
    '%s: nothing breaks any more, and the result passes',
    (_kind, _name, { before = {}, after }) => {
      const [was, now] = [folderOf(before), folderOf(after)];
      const { folder, operations } = versionOperations(was, now);
      expect(operations.length).toBeGreaterThan(0);
      expect(breaking(was, folder)).toEqual([]);
      expect(
        runRules(readConnector(folder), rules).filter(({ severity }) => severity === 'error'),
      ).toEqual([]);
      expect(versionOperations(was, folder).operations).toEqual([]);
    },
  );

  test('keeps the old operation, deprecated, and puts the new one beside it', () => {
    const was = folderOf({});
    const now = folderOf({
      definition: { definitions: { Invoice: { properties: { amount: null } } } },
    });
    const { folder, operations } = versionOperations(was, now);
    expect(operations.map((one) => one.new)).toEqual([
      'ListInvoices_V2',
      'CreateInvoice_V2',
      'GetInvoice_V2',
      'WhenInvoicePaid_V2',
    ]);
    expect(ids(folder)).toEqual(expect.arrayContaining(['ListInvoices', 'ListInvoices_V2']));
    const { definition, properties } = readConnector(folder);
    expect(definition?.operation('GetInvoice')?.raw).toMatchObject({
      deprecated: true,
      summary: 'Get an invoice (deprecated)',
      'x-ms-visibility': 'advanced',
      'x-ms-api-annotation': {
        family: 'GetInvoice',
        revision: 1,
        replacement: { operationId: 'GetInvoice_V2' },
      },
    });
    expect(definition?.operation('GetInvoice_V2')).toMatchObject({
      path: '/v2/invoices/{id}',
      raw: { 'x-ms-api-annotation': { family: 'GetInvoice', revision: 2 } },
    });
    expect(
      properties?.policies.map(
        ({ parameters }) => parameters?.['x-ms-apimTemplateParameter.newPath'],
      ),
    ).toContain('/invoices/{id}');
  });

  test('keeps a definition that several old operations need, and what it refers to, once', () => {
    const line = {
      type: 'object',
      description: 'A line.',
      properties: { price: { type: 'number', description: 'The price.', 'x-ms-summary': 'Price' } },
    };
    const withLines = {
      Invoice: { properties: { line: { $ref: '#/definitions/Line' } } },
      Line: line,
    };
    const was = folderOf({ definition: { definitions: withLines } });
    const now = folderOf({
      definition: {
        definitions: {
          ...withLines,
          Invoice: { properties: { ...withLines.Invoice.properties, amount: null } },
          Line: { ...line, properties: {} },
        },
      },
    });
    const { folder, operations } = versionOperations(was, now);
    expect(operations).toHaveLength(4);
    const definitions = readConnector(folder).definition?.raw.definitions;
    expect(Object.keys(definitions ?? {}).filter((name) => /_V\d/.test(name))).toEqual([
      'Invoice_V1',
      'Line_V1',
    ]);
    expect(definitions).toMatchObject({
      Invoice_V1: { properties: { line: { $ref: '#/definitions/Line_V1' } } },
    });
    expect(breaking(was, folder)).toEqual([]);
  });

  test('of a version makes the next', () => {
    const was = folderOf({
      definition: { paths: { '/invoices': { get: { operationId: 'ListInvoices_V2' } } } },
    });
    const now = folderOf({
      definition: {
        paths: {
          '/invoices': {
            get: {
              operationId: 'ListInvoices_V2',
              parameters: [{ name: 'year', in: 'query', required: true, type: 'string' }],
            },
          },
        },
      },
    });
    expect(versionOperations(was, now).operations).toEqual([
      { old: 'ListInvoices_V2', new: 'ListInvoices_V3', path: '/v3/invoices' },
    ]);
  });

  test('of thousands reads and writes the files once', () => {
    const item = (index: number, type: string) => ({
      get: {
        operationId: `GetItem${index}`,
        summary: `Get item ${index}`,
        description: `Gets item ${index}.`,
        parameters: [
          { name: 'year', in: 'query', type, description: 'The year.', 'x-ms-summary': 'Year' },
        ],
        responses: { 200: { description: 'OK', schema: { $ref: `#/definitions/Item${index}` } } },
      },
    });
    const all = (type: string) => ({
      paths: Object.fromEntries(
        Array.from({ length: 2_400 }, (_, index) => [`/items/${index}`, item(index, type)]),
      ),
      definitions: Object.fromEntries(
        Array.from({ length: 2_400 }, (_, index) => [
          `Item${index}`,
          {
            type: 'object',
            properties: { year: { type, description: 'The year.', 'x-ms-summary': 'Year' } },
          },
        ]),
      ),
    });
    const [was, now] = [
      folderOf({ definition: all('string') }),
      folderOf({ definition: all('integer') }),
    ];
    const { folder, operations } = versionOperations(was, now);
    expect(operations).toHaveLength(2_400);
    const { definition, properties } = readConnector(folder);
    expect(definition?.operation('GetItem2399_V2')).toMatchObject({
      path: '/v2/items/2399',
      raw: { parameters: [{ type: 'integer' }] },
    });
    expect(definition?.operation('GetItem2399')).toMatchObject({
      path: '/items/2399',
      raw: {
        deprecated: true,
        parameters: [{ type: 'string' }],
        responses: { 200: { schema: { $ref: '#/definitions/Item2399_V1' } } },
      },
    });
    expect(definition?.raw.definitions).toMatchObject({
      Item2399_V1: { properties: { year: { type: 'string' } } },
    });
    expect(
      properties?.policies.filter(({ templateId }) => templateId === 'routerequesttoendpoint')
        .length,
    ).toBeGreaterThanOrEqual(2_400);
    expect(breaking(was, folder)).toEqual([]);
  });

  test('brings back what was taken out where nothing is left, and beside a new operation of its path', () => {
    const parameters = [
      {
        name: 'year',
        in: 'query',
        type: 'string',
        required: false,
        description: 'The year.',
        'x-ms-summary': 'Year',
      },
    ];
    const was = folderOf({});
    const gone = folderOf({
      definition: {
        paths: { '/invoices': null, '/invoices/{id}': null, '/hooks': null, '/hooks/{id}': null },
      },
    });
    const { folder } = versionOperations(was, gone);
    expect(ids(folder)).toEqual(
      expect.arrayContaining(['ListInvoices', 'CreateInvoice', 'GetInvoice']),
    );
    expect(breaking(was, folder)).toEqual([]);

    const shared = folderOf({ definition: { paths: { '/invoices': { get: null, parameters } } } });
    const restored = readConnector(versionOperations(was, shared).folder).definition;
    expect(restored?.operation('ListInvoices')?.parameters.map(({ name }) => name)).not.toContain(
      'year',
    );
    expect(restored?.operation('CreateInvoice')?.parameters.map(({ name }) => name)).toContain(
      'year',
    );
  });

  test.skipIf(conformance === undefined)(
    'of real updates leaves nothing broken and adds no error',
    () => {
      for (const name of readdirSync(join(conformance ?? '', 'changes'))) {
        const read = (file: string): ConnectorFolder => {
          const bytes = readFileSync(join(conformance ?? '', 'changes', name, file));
          return {
            path: name,
            class: 'certified',
            files: [
              { path: 'apiDefinition.swagger.json', kind: 'file', size: bytes.length, bytes },
            ],
          };
        };
        const [was, now] = [read('before.swagger.json'), read('after.swagger.json')];
        const { folder } = versionOperations(was, now);
        expect(breaking(was, folder), name).toEqual([]);
        expect(added(was, now, folder), name).toEqual([]);
      }
    },
  );
});

describe('the changelog of an update', () => {
  const of = (after: Parameters<typeof folderOf>[0]) => {
    const [was, now] = [readConnector(folderOf({})), readConnector(folderOf(after))];
    const changes = compareConnectors(was, now);
    return {
      text: changelog(changes, classify(changes, now, was), was, now),
      version: nextVersion(was, changes),
    };
  };

  test('tells what breaks first, then the rest, and counts texts', () => {
    expect(
      of({
        definition: {
          paths: {
            '/invoices': { get: { description: 'Returns all invoices.' } },
            '/invoices/{id}': null,
          },
          definitions: { NewInvoice: { properties: { note: { type: 'string' } } } },
        },
      }).text,
    ).toBe(`## Contoso Invoices 2.0

### Breaks flows

- The operation \`GetInvoice\` was removed.

### Other changes

- The field \`note\` of \`Create an invoice\` is new and optional.

1 text or detail has been reworded.
`);
  });

  test('says once what happens to many', () => {
    const fields = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`note${index}`, { type: 'string' }]),
    );
    expect(
      of({ definition: { definitions: { NewInvoice: { properties: fields } } } }).text,
    ).toContain(
      '\n- The field `note0` of `Create an invoice` is new and optional. ' +
        'Likewise `note1`, `note2`, `note3`, `note4`, `note5`, `note6`, `note7`, `note8`, ' +
        '`note9`, `note10`, `note11`, `note12` and 7 more.\n',
    );
  });

  test('gives the version that follows', () => {
    expect(of({}).version).toBe('1.0');
    expect(
      of({ definition: { info: { description: 'Create and read the invoices of your company.' } } })
        .version,
    ).toBe('1.0.1');
    expect(
      of({
        definition: { definitions: { NewInvoice: { properties: { note: { type: 'string' } } } } },
      }).version,
    ).toBe('1.1');
    expect(of({ definition: { paths: { '/invoices/{id}': null } } }).version).toBe('2.0');
  });
});
