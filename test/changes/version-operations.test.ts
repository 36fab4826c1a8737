import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { definitionName, folderOf, updates } from '../../fixtures/cases.ts';
import { classify } from '../../src/changes/classify.ts';
import { compareConnectors } from '../../src/changes/compare.ts';
import { readConnector, type ConnectorFolder } from '../../src/connector/connector.ts';
import type { Json, JsonObject } from '../../src/json/values.ts';
import { brokenOperations, versionOperations } from '../../src/changes/version-operations.ts';
import { runRules } from '../../src/validation/run-rules.ts';
import { versionSafely } from '../../src/validation/version-safely.ts';
import { rules } from '../../src/rules/registry.ts';
import { conformance } from '../support/corpus.ts';

const breaking = (before: ConnectorFolder, after: ConnectorFolder): string[] => {
  const [was, now] = [readConnector(before), readConnector(after)];
  return classify(compareConnectors(was, now), now, was).flatMap(
    ({ severity, rule, subject = '' }) =>
      severity === 'error' && subject.startsWith('operation/') ? [`${rule} ${subject}`] : [],
  );
};
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
      const { folder, operations } = versionSafely(was, now);
      expect(operations.length).toBeGreaterThan(0);
      expect(breaking(was, folder)).toEqual([]);
      expect(
        runRules(readConnector(folder), rules).filter(({ severity }) => severity === 'error'),
      ).toEqual([]);
      expect(versionSafely(was, folder).operations).toEqual([]);
    },
  );

  test('keeps the old operation, deprecated, and puts the new one beside it', () => {
    const was = folderOf({});
    const now = folderOf({
      definition: { definitions: { Invoice: { properties: { amount: null } } } },
    });
    const { folder, operations } = versionSafely(was, now);
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
    const { folder, operations } = versionSafely(was, now);
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
    expect(versionSafely(was, now).operations).toEqual([
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
    const before = readConnector(was);
    const brokenIds = brokenOperations(before, readConnector(now));
    const { folder, operations } = versionOperations(before, now, brokenIds);
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
    const { folder } = versionSafely(was, gone);
    expect(ids(folder)).toEqual(
      expect.arrayContaining(['ListInvoices', 'CreateInvoice', 'GetInvoice']),
    );
    expect(breaking(was, folder)).toEqual([]);

    const shared = folderOf({ definition: { paths: { '/invoices': { get: null, parameters } } } });
    const restored = readConnector(versionSafely(was, shared).folder).definition;
    expect(restored?.operation('ListInvoices')?.parameters.map(({ name }) => name)).not.toContain(
      'year',
    );
    expect(restored?.operation('CreateInvoice')?.parameters.map(({ name }) => name)).toContain(
      'year',
    );
  });

  /** "Contoso Invoices" with an operation instead of those of `/invoices/{id}`. */
  const withOperation = (
    path: string,
    operation: Json,
    more: JsonObject = {},
  ): Parameters<typeof folderOf>[0] => ({
    definition: { paths: { '/invoices/{id}': null, [path]: { get: operation } }, ...more },
  });
  const getInvoice = (operationId: string, variable: string, type = 'string'): JsonObject => ({
    operationId,
    summary: 'Get an invoice',
    description: 'Returns one invoice by its number.',
    parameters: [
      {
        name: variable,
        in: 'path',
        required: true,
        type,
        description: 'The number of the invoice.',
        'x-ms-summary': 'Invoice',
        'x-ms-url-encoding': 'single',
      },
    ],
    responses: { 200: { description: 'OK', schema: { $ref: '#/definitions/Invoice' } } },
  });
  const errorsIn = (folder: ConnectorFolder): string[] =>
    runRules(readConnector(folder), rules)
      .filter(({ severity }) => severity === 'error')
      .map(({ message }) => message);

  test.each([
    ['GetInvoiceV2', '/v2/invoices/{id}', 'GetInvoiceV3', '/v3/invoices/{id}'],
    ['GetInvoice_v1', '/v1/invoices/{id}', 'GetInvoice_v2', '/v2/invoices/{id}'],
    ['GetInvoice_V9', '/invoices/{id}', 'GetInvoice_V10', '/v10/invoices/{id}'],
    ['GetInvoiceV2', '/invoicesV2/{id}', 'GetInvoiceV3', '/invoicesV3/{id}'],
    ['GetInvoice', '/api/v2/invoices/{id}', 'GetInvoice_V2', '/api/v3/invoices/{id}'],
    ['GetIPv4', '/addresses/{id}', 'GetIPv4_V2', '/v2/addresses/{id}'],
    ['GetIPv4Address', '/addresses/{id}', 'GetIPv4Address_V2', '/v2/addresses/{id}'],
    ['V2_GetInvoice', '/v2/invoices/{id}', 'V3_GetInvoice', '/v3/invoices/{id}'],
    ['GetInvoiceV2Preview', '/invoices/{id}', 'GetInvoiceV3Preview', '/v3/invoices/{id}'],
    ['GetInvoiceVersion2', '/invoices/{id}', 'GetInvoiceVersion3', '/v3/invoices/{id}'],
    ['CSV2Json', '/invoices/{id}', 'CSV2Json_V2', '/v2/invoices/{id}'],
    ['GetInvoice_v1_2', '/invoices/{id}', 'GetInvoice_v1_2_V2', '/v2/invoices/{id}'],
  ])('counts on from %s at %s', (id, path, newId, newPath) => {
    const was = folderOf(withOperation(path, getInvoice(id, 'id')));
    const now = folderOf(withOperation(path, getInvoice(id, 'id', 'integer')));
    const { folder, operations } = versionSafely(was, now);
    expect(operations).toEqual([{ old: id, new: newId, path: newPath }]);
    expect(breaking(was, folder)).toEqual([]);
    expect(errorsIn(folder)).toEqual([]);
  });

  test.each([
    ['Get an invoice (V2)', 'Get an invoice (V3)'],
    ['V2: get an invoice', 'V3: get an invoice'],
    ['Get an invoice (version 2) (preview)', 'Get an invoice (version 3) (preview)'],
    ['Get an invoice of API v2.1', 'Get an invoice of API v2.1'],
    ['Get an invoice V1', 'Get an invoice V1'],
  ])('counts on in the summary "%s"', (summary, expected) => {
    const folder = (type: string) =>
      folderOf(withOperation('/v2/invoices/{id}', { ...getInvoice('GetV2', 'id', type), summary }));
    const result = readConnector(versionSafely(folder('string'), folder('integer')).folder);
    expect(result.definition?.operation('GetV3')?.raw.summary).toBe(expected);
  });

  test('counts on from the newest version in the family, and in the summary', () => {
    const family = (type: string) => {
      const second = { ...getInvoice('GetInvoiceV2', 'id', type), summary: 'Get an invoice (V2)' };
      const third = {
        ...getInvoice('GetInvoiceV3', 'id'),
        summary: 'Get an invoice (V3)',
        'x-ms-api-annotation': { family: 'GetInvoice', revision: 3, status: 'Production' },
      };
      return folderOf({
        definition: {
          paths: {
            '/invoices/{id}': null,
            '/second/{id}': { get: second },
            '/third/{id}': { get: third },
          },
        },
      });
    };
    const { folder, operations } = versionSafely(family('string'), family('integer'));
    expect(operations.map((operation) => operation.new)).toEqual(['GetInvoiceV4']);
    const { definition } = readConnector(folder);
    expect(definition?.operation('GetInvoiceV4')?.raw.summary).toBe('Get an invoice (V4)');
    expect(definition?.operation('GetInvoiceV2')?.raw.summary).toBe(
      'Get an invoice (V2) (deprecated)',
    );
  });

  test.each([
    ['another variable', '/invoices/{number}', 'number'],
    ['the same path', '/invoices/{id}', 'id'],
    ['other capitals', '/Invoices/{id}', 'id'],
  ])(
    'an operation that takes the place of an old one, at %s, keeps its ID and gets its own path',
    (_, path, variable) => {
      const was = folderOf(withOperation('/invoices/{id}', getInvoice('GetInvoice', 'id')));
      const now = folderOf(withOperation(path, getInvoice('ReadInvoice', variable)));
      const { folder, operations } = versionSafely(was, now);
      expect(operations).toEqual([{ old: 'GetInvoice', new: 'ReadInvoice', path: `/v2${path}` }]);
      expect(breaking(was, folder)).toEqual([]);
      expect(errorsIn(folder)).toEqual([]);
      const { definition, properties } = readConnector(folder);
      expect(definition?.operation('GetInvoice')?.path).toBe('/invoices/{id}');
      expect(properties?.policies.map(({ parameters }) => parameters)).toContainEqual(
        expect.objectContaining({
          'x-ms-apimTemplate-operationName': ['ReadInvoice'],
          'x-ms-apimTemplateParameter.newPath': path,
        }),
      );
    },
  );

  test('two operations that change places both keep their old versions', () => {
    const places = (first: string, second: string) =>
      folderOf({
        definition: {
          paths: {
            '/first/{id}': { get: getInvoice(first, 'id') },
            '/second/{id}': { get: { ...getInvoice(second, 'id'), summary: 'Read an invoice' } },
          },
        },
      });
    const was = places('GetFirst', 'GetSecond');
    const { folder, operations } = versionSafely(was, places('GetSecond', 'GetFirst'));
    expect(operations).toHaveLength(2);
    expect(breaking(was, folder)).toEqual([]);
  });

  test('what calls a renamed operation still finds it', () => {
    const listing = (id: string): Parameters<typeof folderOf>[0] => ({
      definition: {
        paths: {
          '/kinds': {
            get: {
              ...getInvoice(id, 'id'),
              summary: 'List kinds',
              parameters: [],
              'x-ms-visibility': 'internal',
              responses: {
                200: {
                  description: 'OK',
                  schema: {
                    type: 'array',
                    items: {
                      type: 'object',
                      properties: { id: { type: 'string', description: 'The kind.' } },
                    },
                  },
                },
              },
            },
          },
          '/invoices': {
            get: {
              parameters: [
                {
                  name: 'kind',
                  in: 'query',
                  type: 'string',
                  description: 'Only invoices of this kind.',
                  'x-ms-summary': 'Kind',
                  'x-ms-dynamic-values': {
                    operationId: id,
                    'value-path': 'id',
                    'value-title': 'id',
                  },
                },
              ],
            },
          },
        },
      },
    });
    const was = folderOf(listing('FetchKinds'));
    const { folder } = versionSafely(was, folderOf(listing('FetchAvailableKinds')));
    expect(ids(folder)).toEqual(expect.arrayContaining(['FetchKinds', 'FetchAvailableKinds']));
    expect(breaking(was, folder)).toEqual([]);
    expect(errorsIn(folder)).toEqual([]);
  });

  test('an old version has its scopes, under the name that its security definition has now', () => {
    const secured = (name: string, scopes: JsonObject, type: string) =>
      folderOf(
        withOperation('/invoices/{id}', getInvoice('GetInvoice', 'id', type), {
          securityDefinitions: {
            api_key: null,
            [name]: {
              type: 'oauth2',
              flow: 'accessCode',
              authorizationUrl: 'https://login.contoso.com/authorize',
              tokenUrl: 'https://login.contoso.com/token',
              scopes,
            },
          },
          security: [{ [name]: Object.keys(scopes) }],
        }),
      );
    const was = secured('oauth', { invoices: 'Invoices' }, 'string');
    const now = secured('contoso', { 'invoices.read': 'Read invoices' }, 'integer');
    const { folder, operations } = versionSafely(was, now);
    expect(operations).toHaveLength(1);
    const { definition } = readConnector(folder);
    expect(definition?.operation('GetInvoice')?.raw.security).toEqual([{ contoso: ['invoices'] }]);
    expect(definition?.raw.securityDefinitions).toMatchObject({
      contoso: { scopes: { 'invoices.read': 'Read invoices', invoices: 'Invoices' } },
    });
    expect(added(was, now, folder)).toEqual([]);
  });

  test('an old version stays on the lists of policies that it was on, and the new one on the others', () => {
    const policy = (title: string, names: string[]): JsonObject => ({
      templateId: 'setheader',
      title,
      parameters: {
        'x-ms-apimTemplate-operationName': names,
        'x-ms-apimTemplateParameter.name': 'x-contoso',
        'x-ms-apimTemplateParameter.value': title,
      },
    });
    const was = folderOf({
      ...withOperation('/invoices/{id}', getInvoice('GetInvoice', 'id')),
      properties: { properties: { policyTemplateInstances: [policy('Old', ['GetInvoice'])] } },
    });
    const now = folderOf({
      ...withOperation('/invoices/{id}', getInvoice('GetInvoice', 'id', 'integer')),
      properties: {
        properties: {
          policyTemplateInstances: [policy('Old', ['ListInvoices']), policy('New', ['GetInvoice'])],
        },
      },
    });
    const { properties } = readConnector(versionSafely(was, now).folder);
    expect(
      properties?.policies
        .slice(0, 2)
        .map(({ parameters }) => parameters?.['x-ms-apimTemplate-operationName']),
    ).toEqual([['ListInvoices', 'GetInvoice'], ['GetInvoice_V2']]);
  });

  test('says which operation stays broken, and why, instead of writing a new error', () => {
    const fields = (type: string) => {
      const field = { type: 'string', description: 'A long text. '.repeat(100), title: 'A field' };
      const properties = Object.fromEntries(
        Array.from({ length: 400 }, (_, index) => [`field${index}`, field]),
      );
      return folderOf({
        definition: {
          definitions: { Invoice: { properties: { ...properties, amount: { type } } } },
        },
      });
    };
    const [was, now] = [fields('string'), fields('integer')];
    const { folder, operations, refused } = versionSafely(was, now);
    expect(folder).toBe(now);
    expect(operations).toEqual([]);
    expect(refused.map(({ id }) => id)).toContain('GetInvoice');
    for (const { reason } of refused) expect(reason).toMatch(/^FileTooLarge: .*1 MB/);
  });

  test('writes nothing based on a file that cannot be read whole', () => {
    const was = folderOf({});
    const now = folderOf({
      definition: { paths: { '/invoices/{id}': null } },
      edits: [{ file: definitionName, find: '"swagger": "2.0",', replace: '"swagger": ["2.0",' }],
    });
    const { folder, obstacle } = versionSafely(was, now);
    expect(folder).toBe(now);
    expect(obstacle).toContain('not valid JSON');
    expect(versionSafely(now, was).obstacle).toContain('before the update');
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
        const { folder } = versionSafely(was, now);
        expect(breaking(was, folder), name).toEqual([]);
        expect(added(was, now, folder), name).toEqual([]);
      }
    },
  );
});
