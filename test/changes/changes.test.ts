import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tangled } from '../../bench/changed.ts';
import { folderOf, updates, type Case } from '../../fixtures/cases.ts';
import { changelog } from '../../src/changes/changelog.ts';
import { compareConnectors } from '../../src/changes/compare.ts';
import type { Change, ChangeKind } from '../../src/changes/change-kinds.ts';
import { classify, sizeOf } from '../../src/changes/classify.ts';
import { verdicts } from '../../src/changes/verdicts.ts';
import { readConnector, type Connector } from '../../src/connector/connector.ts';
import type { Finding } from '../../src/shared/finding.ts';
import { isObject, type Json, type JsonObject } from '../../src/json/values.ts';
import { rules } from '../../src/rules/registry.ts';
import { conformance, corpus, corpusFolders } from '../support/corpus.ts';
import { valueAt } from '../../src/json/pointer.ts';

const connector = (one: Case): Connector => readConnector(folderOf(one));
const brief = ({ kind, subject }: Change): string => `${kind} ${subject}`;
const kinds = (changes: readonly Change[]): string[] =>
  Array.from(new Set(changes.map(({ kind }) => kind)));

const fromDefinition = (definition: Json): Connector => {
  const bytes = new TextEncoder().encode(JSON.stringify(definition));
  return readConnector({
    path: 'Contoso',
    class: 'certified',
    files: [{ path: 'apiDefinition.swagger.json', kind: 'file', size: bytes.length, bytes }],
  });
};

const all = updates();

describe('every kind of change', () => {
  /** Thousands of changes, and no connector at all: these have tests of their own. */
  const withoutFixture = new Set(['TooManyChanges', 'ConnectorDeleted']);

  test('has an update that shows it', () => {
    const shown = new Set(all.map(([kind]) => kind));
    expect(
      Object.keys(verdicts).filter((kind) => !shown.has(kind) && !withoutFixture.has(kind)),
    ).toEqual([]);
    expect([...shown].filter((kind) => !Object.hasOwn(verdicts, kind))).toEqual([]);
  });

  test('is called like no rule', () => {
    expect(rules.filter(({ id }) => Object.hasOwn(verdicts, id))).toEqual([]);
  });

  test.each(all)(
    '%s: %s differs in this and in nothing else',
    (kind, _, { before = {}, after, expected }) => {
      const changes = compareConnectors(connector(before), connector(after));
      expect(changes.map(brief)).toEqual(expected);
      expect(kinds(changes)).toContain(kind);
    },
  );

  test.each(all)('%s: %s taken back differs too', (_kind, _, { before = {}, after, backwards }) => {
    expect(kinds(compareConnectors(connector(after), connector(before)))).toEqual(backwards);
    expect(backwards.length).toBeGreaterThan(0);
  });

  test.each(all)('%s: %s against itself changes nothing', (_kind, _, { before = {}, after }) => {
    for (const one of [before, after])
      expect(compareConnectors(connector(one), connector(one))).toEqual([]);
  });

  test.each(all)(
    '%s: %s is told as a finding that has a subject, a place and two sentences',
    (_kind, _, { before = {}, after }) => {
      const now = connector(after);
      for (const { message, subject, location } of classify(
        compareConnectors(connector(before), now),
        now,
        connector(before),
      )) {
        expect(subject).toBeTruthy();
        expect(location.line).toBeGreaterThan(0);
        expect(message).toMatch(/^.+[.:] .+\.$/s);
      }
    },
  );
});

describe('what has no effect is no change', () => {
  const before = (): JsonObject =>
    JSON.parse(new TextDecoder().decode(folderOf({}).files[0]?.bytes));
  const without = (change: (definition: JsonObject) => void): Change[] => {
    const definition = before();
    change(definition);
    return compareConnectors(fromDefinition(before()), fromDefinition(definition));
  };
  const at = (value: Json | undefined, ...path: string[]): JsonObject => {
    const found = valueAt(value, path);
    if (!isObject(found)) throw new Error(path.join('/'));
    return found;
  };

  test('a reference that is written out', () => {
    expect(
      without(
        (definition) =>
          (at(definition, 'paths', '/invoices/{id}', 'get', 'responses', '200').schema = at(
            definition,
            'definitions',
            'Invoice',
          )),
      ),
    ).toEqual([]);
  });

  test('a schema that becomes a definition', () => {
    expect(
      without((definition) => {
        const parameter = at(definition, 'paths', '/hooks', 'post', 'parameters', '0');
        at(definition, 'definitions').Subscription = parameter.schema ?? null;
        parameter.schema = { $ref: '#/definitions/Subscription' };
      }),
    ).toEqual([]);
  });

  test('a definition that is called differently', () => {
    expect(
      without((definition) => {
        const definitions = at(definition, 'definitions');
        definitions.Bill = definitions.NewInvoice ?? null;
        delete definitions.NewInvoice;
        at(definition, 'paths', '/invoices', 'post', 'parameters', '0', 'schema').$ref =
          '#/definitions/Bill';
      }),
    ).toEqual([]);
  });

  test('properties that come from allOf', () => {
    expect(
      without((definition) => {
        const { properties, ...rest } = at(definition, 'definitions', 'NewInvoice');
        at(definition, 'definitions').NewInvoice = {
          ...rest,
          allOf: [{ properties: properties ?? null }],
        };
      }),
    ).toEqual([]);
  });

  test('a parameter that moves to its path, or becomes a shared one', () => {
    for (const shared of [false, true]) {
      expect(
        without((definition) => {
          const item = at(definition, 'paths', '/invoices/{id}');
          const operation = at(item, 'get');
          if (shared) definition.parameters = { Id: at(operation, 'parameters', '0') };
          item.parameters = shared ? [{ $ref: '#/parameters/Id' }] : (operation.parameters ?? null);
          delete operation.parameters;
        }),
      ).toEqual([]);
    }
  });

  test('media types and security that are said for each operation', () => {
    expect(
      without((definition) =>
        Object.assign(at(definition, 'paths', '/invoices', 'get'), {
          produces: ['application/json'],
          security: [{ api_key: [] }],
        }),
      ),
    ).toEqual([]);
  });

  test('operations that have one id, and a field that is called like what objects inherit', () => {
    const twice = connector({
      definition: { paths: { '/invoices/{id}': { get: { operationId: 'ListInvoices' } } } },
    });
    expect(compareConnectors(twice, twice)).toEqual([]);
    const renamed = compareConnectors(
      connector({}),
      connector({ definition: { info: { constructor: 'Contoso' } } }),
    );
    expect(renamed).toMatchObject([
      { subject: 'info/constructor', before: undefined, after: 'Contoso' },
    ]);
  });

  test('the order of keys, and definitions that nobody uses', () => {
    const reversed = (value: Json): Json => {
      if (Array.isArray(value)) return value.map(reversed);
      if (!isObject(value)) return value;
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, below]) => [key, reversed(below)]),
      );
    };
    expect(
      sizeOf(compareConnectors(fromDefinition(before()), fromDefinition(reversed(before())))),
    ).toBe('none');
    expect(
      without((definition) => (at(definition, 'definitions').Unused = { type: 'object' })),
    ).toEqual([]);
  });
});

describe('two ways to write the same are no change', () => {
  const definition = (patch: JsonObject): Case => ({ definition: patch });
  const list = (operation: JsonObject): Case =>
    definition({ paths: { '/invoices': { get: operation } } });
  const field = (schema: Json, name = 'extra'): Case =>
    definition({ definitions: { NewInvoice: { properties: { [name]: schema } } } });
  const status = (parameter: JsonObject): Case =>
    list({ parameters: [{ name: 'status', in: 'query', type: 'string', ...parameter }] });
  const upload = (schema: JsonObject): Case =>
    list({
      consumes: ['multipart/form-data'],
      parameters: [{ name: 'file', in: 'formData', ...schema }],
    });
  const key = { type: 'apiKey', in: 'header', name: 'key' };
  const setHeader = (title: string, operations: string[]): Case => ({
    properties: {
      properties: {
        policyTemplateInstances: [
          {
            templateId: 'setheader',
            title,
            parameters: { 'x-ms-apimTemplate-operationName': operations },
          },
        ],
      },
    },
  });
  const metadata = (entries: Record<string, string>): Case =>
    definition({
      'x-ms-connector-metadata': Object.entries(entries).map(([propertyName, propertyValue]) => ({
        propertyName,
        propertyValue,
      })),
    });
  const policies = (...names: string[]): Case => ({
    properties: {
      properties: {
        policyTemplateInstances: names.map((name) => ({
          templateId: 'setheader',
          title: 'A',
          parameters: { 'x-ms-apimTemplateParameter.name': name },
        })),
      },
    },
  });
  const oauth = (oAuthSettings: JsonObject): Case => ({
    properties: {
      properties: { connectionParameters: { token: { type: 'oauthSetting', oAuthSettings } } },
    },
  });
  const sources = (extensions: JsonObject): Case => field({ type: 'string', ...extensions });
  const values = { operationId: 'ListInvoices', 'value-path': 'id', 'value-title': 'id' };
  const items = { operationId: 'ListInvoices', itemValuePath: 'id', itemTitlePath: 'id' };

  test.each<[string, Case, Case]>([
    [
      'attributes with the value that they have anyway',
      {},
      list({ deprecated: false, tags: [], security: [{ api_key: [] }], 'x-ms-visibility': 'none' }),
    ],
    [
      'attributes of a parameter with the value that they have anyway',
      status({}),
      status({ required: false, allowEmptyValue: false, minLength: 0, 'x-ms-visibility': '' }),
    ],
    [
      'attributes of a field',
      field({ type: 'string' }),
      field({ type: 'string', readOnly: false }),
    ],
    ['the schemes of the file', {}, list({ schemes: ['https'] })],
    ['values in another order', status({ enum: ['a', 'b'] }), status({ enum: ['b', 'a', 'b'] })],
    ['a number as text', status({ default: 1 }), status({ default: '1' })],
    [
      'further fields that are allowed anyway',
      field({ type: 'object' }),
      field({ type: 'object', additionalProperties: {} }),
    ],
    [
      'a file and binary text',
      upload({ type: 'file' }),
      upload({ type: 'string', format: 'binary' }),
    ],
    [
      'a file and binary text as an output',
      list({ responses: { 200: { schema: { $ref: null, type: 'file' } } } }),
      list({ responses: { 200: { schema: { type: 'string', format: 'binary' } } } }),
    ],
    [
      'a security definition by another name',
      definition({ securityDefinitions: { api_key: key } }),
      definition({
        securityDefinitions: { api_key: null, 'api-key': key },
        security: [{ 'api-key': [] }],
      }),
    ],
    ['a host in capitals, with the port of https', {}, definition({ host: 'API.contoso.com:443' })],
    ['a slash behind the base path', {}, definition({ basePath: '/v1/' })],
    ['media types in capitals', {}, definition({ consumes: ['Application/JSON'] })],
    [
      'media types with the encoding that JSON has anyway',
      {},
      definition({ consumes: ['application/json; charset=utf-8'] }),
    ],
    ['a default that is null', field({ type: 'string' }), field({ type: 'string', default: null })],
    ['a list with a single type', field({ type: 'string' }), field({ type: ['string'] })],
    [
      'null among the types',
      field({ type: 'string', 'x-nullable': true }),
      field({ type: ['string', 'null'] }),
    ],
    [
      'a limit as text',
      field({ type: 'number', minimum: 1 }),
      field({ type: 'number', minimum: '1' }),
    ],
    [
      'the name of a header in other capitals',
      definition({ securityDefinitions: { api_key: key } }),
      definition({ securityDefinitions: { api_key: { ...key, name: 'Key' } } }),
    ],
    [
      'metadata and categories in another order',
      metadata({ Website: 'https://contoso.com', Categories: 'Data;Finance' }),
      metadata({ Categories: 'Finance;Data', Website: 'https://contoso.com' }),
    ],
    ['policies with one title in another order', policies('a', 'b'), policies('b', 'a')],
    [
      'scopes as a text',
      oauth({ scopes: ['a', 'b'] }),
      oauth({ scopes: 'b a', properties: { IsFirstParty: 'False' } }),
    ],
    [
      'a source of values without parameters',
      sources({ 'x-ms-dynamic-values': values }),
      sources({ 'x-ms-dynamic-values': { ...values, parameters: {} } }),
    ],
    ['line ends', { files: { 'readme.md': 'A\nB\n' } }, { files: { 'readme.md': 'A\r\nB\r\n' } }],
    ['a policy with another title', setHeader('A', ['X', 'Y']), setHeader('B', ['X', 'Y'])],
    ['the operations of a policy', setHeader('A', ['X', 'Y']), setHeader('A', ['Y', 'X'])],
    [
      'a source of values in both notations',
      sources({ 'x-ms-dynamic-values': values }),
      sources({ 'x-ms-dynamic-values': values, 'x-ms-dynamic-list': items }),
    ],
  ])('%s', (_name, before, after) => {
    const [from, to] = [connector(before), connector(after)];
    expect(compareConnectors(from, to).map(brief)).toEqual([]);
    expect(compareConnectors(to, from).map(brief)).toEqual([]);
  });
});

describe('what flows do not touch does not break them', () => {
  const severities = (before: Case, after: Case): string[] => {
    const [from, to] = [connector(before), connector(after)];
    return classify(compareConnectors(from, to), to, from).map(
      ({ rule, severity }) => `${severity} ${rule}`,
    );
  };
  const fields = (properties: JsonObject, required: string[] = ['customer', 'amount']): Case => ({
    definition: { definitions: { NewInvoice: { properties, required } } },
  });
  const responses = (codes: JsonObject): Case => ({
    definition: { paths: { '/invoices/{id}': { get: { responses: codes } } } },
  });
  const invoice = { description: 'The invoice.', schema: { $ref: '#/definitions/Invoice' } };

  test.each<[string, Case, Case, string[]]>([
    [
      'an internal field with a default',
      {},
      fields({ kind: { type: 'string', default: 'a', 'x-ms-visibility': 'internal' } }, [
        'customer',
        'amount',
        'kind',
      ]),
      ['warning RequiredInputFieldAdded'],
    ],
    [
      'an internal object whose fields have defaults',
      {},
      fields(
        {
          meta: {
            type: 'object',
            'x-ms-visibility': 'internal',
            required: ['kind'],
            properties: { kind: { type: 'string', default: 'a' } },
          },
        },
        ['customer', 'amount', 'meta'],
      ),
      ['warning RequiredInputFieldAdded'],
    ],
    [
      'an internal field without a default: flows fail',
      {},
      fields({ kind: { type: 'string', 'x-ms-visibility': 'internal' } }, [
        'customer',
        'amount',
        'kind',
      ]),
      ['error RequiredInputFieldAdded'],
    ],
    [
      'the values of an internal field',
      fields({ kind: { type: 'string', default: 'a', 'x-ms-visibility': 'internal' } }),
      fields({
        kind: { type: 'string', default: 'a', 'x-ms-visibility': 'internal', enum: ['a'] },
      }),
      ['warning InputFieldEnumAdded'],
    ],
    [
      'a readOnly field that becomes required',
      fields({ number: { type: 'string', readOnly: true } }),
      fields({ number: { type: 'string', readOnly: true } }, ['customer', 'amount', 'number']),
      ['warning InputFieldOptionalToRequired'],
    ],
    [
      'a response beside the offered one, with the same schema',
      responses({ 200: invoice, 202: invoice }),
      responses({ 200: invoice }),
      ['note SuccessResponseDeleted'],
    ],
    [
      'the schema of a response beside the offered one',
      responses({ 200: invoice, 202: invoice }),
      responses({ 200: invoice, 202: { description: 'Later.' } }),
      ['note FieldTextChanged', 'note ResponseSchemaDeleted'],
    ],
    [
      'the schema of a response without content',
      responses({ 200: invoice, 204: { description: 'No content.', schema: { type: 'string' } } }),
      responses({ 200: invoice, 204: { description: 'No content.' } }),
      ['note ResponseSchemaDeleted'],
    ],
    [
      'another schema beside the offered one',
      responses({ 200: invoice, 207: { description: 'Some.', schema: { type: 'string' } } }),
      responses({ 200: invoice, 207: { description: 'Some.', schema: { type: 'integer' } } }),
      ['warning OutputFieldTypeChanged'],
    ],
    [
      'an empty schema of the default response',
      responses({ 200: null, default: { description: 'The invoice.', schema: {} } }),
      responses({ 200: null, default: { description: 'The invoice.' } }),
      ['note ResponseSchemaDeleted'],
    ],
    [
      'a readOnly field that is removed',
      fields({ number: { type: 'string', readOnly: true } }),
      {},
      ['note InputFieldDeleted'],
    ],
    [
      'an internal field whose default is null: flows fail',
      {},
      fields({ kind: { type: 'string', default: null, 'x-ms-visibility': 'internal' } }, [
        'customer',
        'amount',
        'kind',
      ]),
      ['error RequiredInputFieldAdded'],
    ],
    [
      'a limit that means nothing for the type',
      fields({ count: { type: 'integer' } }),
      fields({ count: { type: 'integer', maxLength: 5 } }),
      ['note FieldAttributeChanged'],
    ],
    [
      'a divisor of the old divisor',
      fields({ count: { type: 'integer', multipleOf: 10 } }),
      fields({ count: { type: 'integer', multipleOf: 5 } }),
      ['note InputFieldConstraintLoosened'],
    ],
    [
      'a response that is readOnly: steps use it',
      responses({ 200: { schema: { $ref: null, type: 'string', readOnly: true } } }),
      responses({ 200: { schema: { $ref: null, type: 'integer', readOnly: true } } }),
      ['error OutputFieldTypeChanged'],
    ],
    [
      'the schema of the only response, under another status',
      responses({ 200: invoice }),
      responses({ 200: null, 202: { description: 'The invoice.' } }),
      ['note SuccessCodeChanged', 'error ResponseSchemaDeleted'],
    ],
    [
      'the type of an object, written out',
      fields({ extra: { properties: { a: { type: 'string' } } } }),
      fields({ extra: { type: 'object', properties: { a: { type: 'string' } } } }),
      ['warning InputFieldTypeChanged'],
    ],
  ])('%s', (_name, before, after, expected) => {
    expect(severities(before, after)).toEqual(expected);
  });

  test('an internal body by another name', () => {
    const named = (name: string): Case => ({
      definition: {
        paths: {
          '/invoices': {
            post: {
              parameters: [
                {
                  name,
                  in: 'body',
                  'x-ms-visibility': 'internal',
                  schema: { type: 'string', default: 'a' },
                },
              ],
            },
          },
        },
      },
    });
    expect(severities(named('a'), named('b'))).toEqual(['warning BodyParameterRenamed']);
  });
});

describe('a message shows what differs', () => {
  const messages = (before: Case, after: Case): string[] => {
    const [from, to] = [connector(before), connector(after)];
    return classify(compareConnectors(from, to), to, from).map(({ message }) => message);
  };
  const described = (description: string): Case => ({
    definition: { paths: { '/invoices': { get: { description } } } },
  });
  const long = 'Returns the invoices of your company with everything that was paid, '.repeat(3);

  test('of long texts, the part around the first difference', () => {
    const [message = ''] = messages(described(`${long}until today.`), described(`${long}so far.`));
    expect(message).toContain('until today');
    expect(message).toContain('so far');
  });

  test('of texts that look the same, the characters that show nothing', () => {
    expect(messages(described('All invoices.'), described('All\u00a0invoices.'))).toEqual([
      expect.stringContaining('All[U+00A0]invoices.'),
    ]);
  });

  test('of OAuth settings, the scopes, also if they are one text', () => {
    const scopes = (list: string[], clientId: string): Case => ({
      properties: {
        properties: {
          connectionParameters: {
            token: {
              type: 'oauthSetting',
              oAuthSettings: { identityProvider: 'oauth2', clientId, scopes: list },
            },
          },
        },
      },
    });
    expect(messages(scopes(['read write'], 'a'), scopes(['write', 'read'], 'b'))).toEqual([]);
    const [message = ''] = messages(scopes(['read'], 'a'), scopes(['read parcels'], 'a'));
    expect(message).toContain('`scopes` gains `parcels`');
    expect(message).toContain('consent');
  });

  test('of a list of operations, that it stands for all operations if it is empty', () => {
    const policy = (operations: string[]): Case => ({
      properties: {
        properties: {
          policyTemplateInstances: [
            {
              templateId: 'setheader',
              title: 'A',
              parameters: { 'x-ms-apimTemplate-operationName': operations },
            },
          ],
        },
      },
    });
    const [message = ''] = messages(policy(['ListInvoices']), policy([]));
    expect(message).toContain('changes from `ListInvoices` to all operations');
  });

  test('of the frame of the properties, what stands in its place', () => {
    const framed = (frame: (properties: JsonObject) => JsonObject): Connector => {
      const parameters = { key: { type: 'securestring' } };
      const text = JSON.stringify(
        frame({ connectionParameters: parameters, iconBrandColor: '#da3b01' }),
      );
      const bytes = new TextEncoder().encode(text);
      return readConnector({
        path: 'Contoso',
        class: 'certified',
        files: [{ path: 'apiProperties.json', kind: 'file', size: bytes.length, bytes }],
      });
    };
    const messagesOf = (from: Connector, to: Connector): string[] =>
      classify(compareConnectors(from, to), to, from).map(({ message }) => message);
    const before = framed((properties) => ({ properties }));
    expect(
      messagesOf(
        before,
        framed((properties) => ({ Properties: properties })),
      ),
    ).toEqual([expect.stringContaining('is in `Properties`, no longer in `properties`')]);
    expect(
      messagesOf(
        before,
        framed((properties) => ({ properties: { properties } })),
      ),
    ).toEqual([expect.stringContaining('has `properties` twice')]);
    expect(
      messagesOf(
        before,
        framed(({ connectionParameters, ...rest }) => ({
          properties: { ...rest, ...(isObject(connectionParameters) && connectionParameters) },
        })),
      ),
    ).toEqual([expect.stringContaining('no longer in `connectionParameters`')]);
  });

  test('of a response that loses its schema under another status, both statuses', () => {
    const responses = (codes: JsonObject): Case => ({
      definition: { paths: { '/invoices/{id}': { get: { responses: codes } } } },
    });
    const found = messages({}, responses({ 200: null, 202: { description: 'The invoice.' } }));
    expect(found.at(-1)).toContain(
      'now returns status 202, without a schema: the outputs of status 200 are gone',
    );
  });

  test('media types of the whole definition once, with the number of operations', () => {
    expect(messages({}, { definition: { produces: ['application/xml'] } })).toEqual([
      expect.stringMatching(/^\d operations no longer return `application\/json`/),
    ]);
  });

  test('a file that is gone', () => {
    expect(messages({}, { files: { 'apiProperties.json': null } })).toEqual([
      expect.stringContaining('removes `apiProperties.json`'),
    ]);
  });

  test('what has no name is called by its place', () => {
    const tags = (values: string[]): Case => ({
      definition: {
        paths: {
          '/invoices': {
            get: {
              parameters: [
                {
                  name: 'tags',
                  in: 'query',
                  type: 'array',
                  items: { type: 'string', enum: values },
                },
              ],
              responses: { 200: { schema: { type: 'string', items: null, enum: values } } },
            },
            post: {
              parameters: [{ name: 'body', in: 'body', schema: { type: 'string', enum: values } }],
            },
          },
        },
      },
    });
    const found = messages(tags(['a', 'b']), tags(['a']));
    expect(found).toEqual([
      expect.stringContaining(
        '`b` is no longer allowed for each entry of `tags` of `List invoices`',
      ),
      expect.stringContaining('What `List invoices` returns can have fewer values'),
      expect.stringContaining('`b` is no longer allowed for the body of `Create an invoice`'),
    ]);
  });

  test('of a path parameter in two operations of several names, each pair', () => {
    const path = (customer: string, id: string): Case => ({
      definition: {
        paths: {
          [`/customers/{${customer}}/invoices/{${id}}`]: {
            get: {
              operationId: 'GetInvoiceOfCustomer',
              parameters: [customer, id].map((name) => ({
                name,
                in: 'path',
                required: true,
                type: 'string',
              })),
              responses: { 200: { description: 'The invoice.' } },
            },
          },
        },
      },
    });
    expect(messages(path('customer', 'id'), path('customerId', 'invoiceId'))).toEqual([
      expect.stringContaining(
        '`customer` was renamed to `customerId`, and `id` was renamed to `invoiceId`',
      ),
    ]);
  });
});

describe('renames are recognized', () => {
  const update = (after: Case): Change[] => compareConnectors(connector({}), connector(after));

  test('of an operation, with its method and path: one change', () => {
    expect(
      update({ definition: { paths: { '/invoices': { get: { operationId: 'FindInvoices' } } } } }),
    ).toMatchObject([
      { kind: 'OperationDeleted', subject: 'operation/ListInvoices', renamedTo: 'FindInvoices' },
    ]);
  });

  test('of an operation that had no id: it is given one, and that is a change', () => {
    const before = connector({
      definition: { paths: { '/invoices': { get: { operationId: null } } } },
    });
    expect(compareConnectors(before, connector({})).map(brief)).toEqual([
      'OperationAttributeChanged operation/ListInvoices/operationId',
    ]);
  });

  test('of a field, in capitals only: one change each way', () => {
    const changes = update({
      definition: {
        definitions: {
          NewInvoice: {
            required: ['Customer', 'amount'],
            properties: { customer: null, Customer: { type: 'string' } },
          },
          Invoice: { properties: { amount: null, Amount: { type: 'number' } } },
        },
      },
    });
    expect(
      changes.filter(({ subject }) => subject.startsWith('operation/CreateInvoice')),
    ).toMatchObject([
      { kind: 'RequiredInputFieldAdded', name: 'Customer', renamedFrom: 'customer' },
      { kind: 'OutputFieldDeleted', name: 'amount', renamedTo: 'Amount' },
    ]);
  });
});

describe('hostile schemas', () => {
  const withSchema = (definitions: JsonObject): Connector =>
    fromDefinition({
      swagger: '2.0',
      paths: {
        '/a': {
          get: {
            operationId: 'A',
            responses: { 200: { description: '', schema: { $ref: '#/definitions/S0' } } },
          },
        },
      },
      definitions,
    });
  const ref = (name: string): Json => ({ $ref: `#/definitions/${name}` });

  test('recursive ones are compared once on every way', () => {
    const tree = (type: string): JsonObject => ({
      S0: {
        type: 'object',
        properties: { value: { type }, children: { type: 'array', items: ref('S0') } },
      },
    });
    expect(compareConnectors(withSchema(tree('string')), withSchema(tree('string')))).toEqual([]);
    expect(
      compareConnectors(withSchema(tree('string')), withSchema(tree('integer'))).map(brief),
    ).toEqual(['OutputFieldTypeChanged operation/A/responses/200/schema/value/type']);
  });

  test('a lattice with a million ways ends, and says what it left out', () => {
    const lattice = (type: string): JsonObject =>
      Object.fromEntries(
        Array.from({ length: 21 }, (_, level) => [
          `S${level}`,
          {
            properties:
              level === 20
                ? { value: { type } }
                : { a: ref(`S${level + 1}`), b: ref(`S${level + 1}`) },
          },
        ]),
      );
    expect(compareConnectors(withSchema(lattice('string')), withSchema(lattice('string')))).toEqual(
      [],
    );
    const changes = compareConnectors(
      withSchema(lattice('string')),
      withSchema(lattice('integer')),
    );
    expect(changes.length).toBeLessThanOrEqual(5001);
    expect(changes.at(-1)).toMatchObject({ kind: 'TooManyChanges', listed: 5000 });
  });

  test('where every schema is recursive through twenty others, each two are compared once, and not more is listed than anybody reads', () => {
    const tangle = (leaf: string, step?: number): Connector =>
      fromDefinition(tangled(400, leaf, step));
    expect(compareConnectors(tangle('string'), tangle('string'))).toEqual([]);
    // every field leads elsewhere, to the same
    expect(compareConnectors(tangle('string'), tangle('string', 1))).toEqual([]);
    const changes = compareConnectors(tangle('string'), tangle('integer', 2));
    expect(changes.length).toBeLessThanOrEqual(5001);
    expect(changes.at(-1)).toMatchObject({ kind: 'TooManyChanges' });
    expect(Math.max(...changes.map(({ subject }) => subject.split('/').length))).toBeLessThan(110);
  });

  test('a name that objects inherit is a field like any other', () => {
    const named = (names: string[]): JsonObject =>
      JSON.parse(
        `{"S0": {"properties": {${names.map((name) => `"${name}": {"type": "string"}`).join()}}}}`,
      );
    expect(
      compareConnectors(withSchema(named(['constructor'])), withSchema(named(['__proto__']))).map(
        brief,
      ),
    ).toEqual([
      'OutputFieldDeleted operation/A/responses/200/schema/constructor',
      'OutputFieldAdded operation/A/responses/200/schema/__proto__',
    ]);
  });
});

describe.skipIf(corpus === undefined)('the corpus', () => {
  test('every connector against itself changes nothing', () => {
    for (const folder of corpusFolders(2))
      expect(compareConnectors(readConnector(folder), readConnector(folder)), folder.path).toEqual(
        [],
      );
  });

  /**
   * What is told of an update is told of its taking back, in the other direction. Where several
   * kinds stand, the values decide which it is. A kind that is its own opposite is not listed.
   */
  const opposites: Partial<Record<ChangeKind, ChangeKind[]>> = {
    // a renamed one is a deleted one both ways
    OperationDeleted: ['OperationAdded', 'OperationDeleted'],
    OperationHidden: ['OperationVisibilityChanged', 'OperationHidden'],
    OperationVisibilityChanged: ['OperationHidden', 'OperationVisibilityChanged'],
    ParameterDeleted: ['OptionalParameterAdded', 'RequiredParameterAdded'],
    InputFieldDeleted: ['OptionalInputFieldAdded', 'RequiredInputFieldAdded'],
    OutputFieldDeleted: ['OutputFieldAdded'],
    OutputFieldAdded: ['OutputFieldDeleted'],
    InputFieldOptionalToRequired: ['InputFieldRequiredToOptional'],
    InputFieldTypeChanged: ['InputFieldTypeChanged', 'InputFieldTypeWidened'],
    InputFieldTypeFormatChanged: ['InputFieldTypeFormatChanged', 'InputFieldTypeFormatWidened'],
    OutputFieldNullable: ['FieldAttributeChanged'],
    ResponseSchemaDeleted: ['ResponseSchemaAdded'],
    SuccessResponseDeleted: ['ResponseAdded'],
  };

  test('whatever is taken out of a definition or retyped is told both ways, and nothing crashes', () => {
    const folders = [...corpusFolders(9)];
    let compared = 0;
    fc.assert(
      fc.property(fc.nat(folders.length - 1), fc.infiniteStream(fc.nat()), (index, choices) => {
        const folder = folders[index];
        const before = folder && readConnector(folder);
        if (!folder || !before?.definition) return;
        const mutated: Json = structuredClone(before.definition.raw);
        mutate(mutated, choices);
        const [was, now] = [fromDefinition(before.definition.raw), fromDefinition(mutated)];
        if (!was.definition || !now.definition) return;
        const forwards = compareConnectors(was, now);
        const backwards = compareConnectors(now, was);
        expect(forwards.length > 0).toBe(backwards.length > 0);
        const takenBack = new Set(backwards.map(brief));
        const reversible =
          forwards.length < 5000
            ? forwards.filter((change) => opposites[change.kind] && !('renamedTo' in change))
            : [];
        const oneWay = reversible.filter(
          ({ kind, subject }) =>
            !opposites[kind]?.some((opposite) => takenBack.has(`${opposite} ${subject}`)),
        );
        expect(oneWay.map(brief), folder.path).toEqual([]);
        compared += reversible.length;
        classify(forwards, now, was);
      }),
      { numRuns: 300 },
    );
    expect(compared).toBeGreaterThan(0);
  });
});

/** Takes something out of a JSON value, or gives it another type, somewhere. */
function mutate(value: Json, choices: Iterator<number>): void {
  const pick = (): number => Number(choices.next().value);
  let at: Json = value;
  for (let depth = 0; depth < 40; depth += 1) {
    if (typeof at !== 'object' || at === null) return;
    const keys = Object.keys(at);
    const key = keys[pick() % Math.max(1, keys.length)];
    if (key === undefined) return;
    const below: Json | undefined = Array.isArray(at) ? at[Number(key)] : at[key];
    const leaf = typeof below !== 'object' || below === null;
    if (leaf || (depth > 2 && pick() % 12 === 0)) {
      if (Array.isArray(at)) at.splice(Number(key), 1);
      else if (pick() % 3 === 0) at[key] = 'integer';
      else delete at[key];
      return;
    }
    at = below;
  }
}

/** What the real validator reported of a pull request: all of it, or only what is known. */
interface Expected {
  complete: boolean;
  expected: { rule: string; subject?: string; subjectStartsWith?: string }[];
}

describe.skipIf(conformance === undefined)('what the real change validator said', () => {
  const cases = conformance ? readdirSync(join(conformance, 'changes')) : [];
  const read = (name: string, file: string): string =>
    readFileSync(join(conformance ?? '', 'changes', name, file), 'utf8').replace(/^\ufeff/, '');
  const findingsFor = (name: string): Finding[] => {
    const before = fromDefinition(JSON.parse(read(name, 'before.swagger.json')));
    const after = fromDefinition(JSON.parse(read(name, 'after.swagger.json')));
    return classify(compareConnectors(before, after), after, before);
  };
  const expectedOf = (name: string): Expected => JSON.parse(read(name, 'expected.json'));

  test.each(cases)('of pull request %s is found, in its order', (name) => {
    const findings = findingsFor(name);
    const { expected } = expectedOf(name);
    let from = 0;
    for (const { rule, subject, subjectStartsWith = '' } of expected) {
      const found = findings.findIndex(
        (finding, index) =>
          index >= from &&
          finding.rule === rule &&
          (subject === undefined || finding.subject === subject) &&
          (finding.subject ?? '').startsWith(subjectStartsWith),
      );
      expect(found, `${rule} ${subject ?? subjectStartsWith}`).toBeGreaterThanOrEqual(0);
      from = found + 1;
    }
  });

  test.each(cases.filter((name) => expectedOf(name).complete))(
    'of pull request %s is all that is an error',
    (name) => {
      expect(findingsFor(name).filter(({ severity }) => severity === 'error')).toHaveLength(
        expectedOf(name).expected.length,
      );
    },
  );
});

test("nothing in a changelog is a command to GitHub's runner", () => {
  const [before, after] = [
    connector({}),
    connector({
      definition: {
        paths: { '/invoices': { get: { operationId: 'Read', summary: '##[error]x' } } },
      },
    }),
  ];
  const changes = compareConnectors(before, after);
  const findings = classify(changes, after, before);
  expect(changelog(changes, findings, before, after)).toContain('`#♯[error]x`');
});
