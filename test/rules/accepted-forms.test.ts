import { describe, expect, test } from 'vitest';
import { contextOf, folderOf, type Case } from '../../fixtures/cases.ts';
import { readConnector } from '../../src/connector/connector.ts';
import { rules } from '../../src/rules/registry.ts';
import { runRules } from '../../src/validation/run-rules.ts';

/** The findings in "Contoso Invoices" with differences: severity, rule, pointer and message. */
const findingsIn = (example: Case) =>
  runRules(readConnector(folderOf(example)), rules, { context: contextOf(example) });

const brief = (example: Case): string[] =>
  findingsIn(example).map(
    ({ severity, rule, location }) => `${severity} ${rule} ${location.pointer}`,
  );

const severitiesOf = (rule: string, example: Case): string[] =>
  findingsIn(example)
    .filter((finding) => finding.rule === rule)
    .map(({ severity }) => severity);

const parameter = (keywords: Record<string, unknown>): Case =>
  JSON.parse(
    JSON.stringify({
      definition: {
        paths: {
          '/invoices': {
            get: {
              parameters: [
                {
                  name: 'status',
                  in: 'query',
                  'x-ms-summary': 'Status',
                  description: 'Only invoices with this status.',
                  ...keywords,
                },
              ],
            },
          },
        },
      },
    }),
  );

describe('a form that certification accepted is at most a warning', () => {
  test.each([
    ['a list of numbers written as strings', 'InvalidEnumValue', { type: 'integer', enum: ['1'] }],
    [
      'a list of booleans written as strings',
      'InvalidEnumValue',
      { type: 'boolean', enum: ['true'] },
    ],
    [
      'an empty description of an internal parameter',
      'RequiredValueEmpty',
      { type: 'string', 'x-ms-visibility': 'internal', description: '' },
    ],
  ])('%s', (_, rule, keywords) => {
    expect(severitiesOf(rule, parameter(keywords))).toEqual(['warning']);
  });

  test('an empty description of a field', () => {
    const definition = { definitions: { Invoice: { properties: { id: { description: '' } } } } };
    expect(severitiesOf('RequiredValueEmpty', { definition })).toEqual(['warning']);
  });

  test('a default response with a schema behind a reference', () => {
    const definition = {
      responses: {
        Problem: { description: 'It failed.', schema: { $ref: '#/definitions/Invoice' } },
      },
      paths: { '/invoices': { get: { responses: { default: { $ref: '#/responses/Problem' } } } } },
    };
    expect(severitiesOf('DefaultResponseHasSchema', { definition })).toEqual(['warning']);
  });

  test('a byte order mark, in either file', () => {
    for (const file of ['apiDefinition.swagger.json', 'apiProperties.json'])
      expect(brief({ encoding: { [file]: 'utf-8-bom' } })).toEqual(['warning FileByteOrderMark ']);
  });

  test('a website over http', () => {
    const definition = { info: { contact: { url: 'http://contoso.com' } } };
    expect(severitiesOf('UrlNotValid', { definition })).toEqual(['warning']);
  });
});

describe('what the gate refuses stays an error', () => {
  test.each([
    ['a list of words on a number', 'InvalidEnumValue', { type: 'integer', enum: ['one'] }],
    [
      'an empty description that users see',
      'RequiredValueEmpty',
      { type: 'string', description: '' },
    ],
  ])('%s', (_, rule, keywords) => {
    expect(severitiesOf(rule, parameter(keywords))).toEqual(['error']);
  });

  test('a website that is none', () => {
    const definition = { info: { contact: { url: 'contoso' } } };
    expect(severitiesOf('UrlNotValid', { definition })).toEqual(['error']);
  });
});

describe('a default of null says that there is none', () => {
  const withNull = (keywords: string): Case => ({
    edits: [
      {
        file: 'apiDefinition.swagger.json',
        find: '"in": "query",',
        replace: `"in": "query", "default": null, ${keywords}`,
      },
    ],
  });

  test('so it matches every type and every list of values', () => {
    expect(brief(withNull(''))).toEqual([]);
  });

  test('so it does not fill an internal parameter', () => {
    expect(brief(withNull('"required": true, "x-ms-visibility": "internal",'))).toEqual([
      'error InternalRequiredParameterWithoutDefault /paths/~1invoices/get/parameters/0',
    ]);
    expect(brief(withNull('"x-ms-visibility": "internal",'))).toEqual([]);
  });
});

describe('an id without its special characters', () => {
  const list = { '/invoices': { get: { operationId: 'List-Invoices_V1' } } };
  const dynamic = (operationId: string) => ({
    '/archive': {
      get: {
        operationId: 'ListArchive',
        summary: 'List archived invoices',
        description: 'Returns the invoices of earlier years.',
        parameters: [
          {
            name: 'invoice',
            in: 'query',
            type: 'string',
            'x-ms-summary': 'Invoice',
            description: 'The invoice.',
            'x-ms-dynamic-values': { operationId, 'value-path': 'id', 'value-title': 'id' },
          },
        ],
        responses: {
          '200': { description: 'The invoices.', schema: { $ref: '#/definitions/Invoice' } },
        },
      },
    },
  });

  test('refers to the operation as the platform calls it', () => {
    for (const id of ['List-Invoices_V1', 'ListInvoicesV1'])
      expect(
        severitiesOf('OperationIdNotFound', {
          definition: {
            paths: { ...list, ...dynamic(id) },
            'x-ms-capabilities': { testConnection: { operationId: id } },
          },
        }),
      ).toEqual([]);
  });

  test('in another case is unknown, and the message names the operation', () => {
    const messages = findingsIn({
      definition: { paths: { ...list, ...dynamic('listInvoicesV1') } },
    })
      .filter(({ rule }) => rule === 'OperationIdNotFound')
      .map(({ message }) => message);
    expect(messages).toEqual([
      'The operation `listInvoicesV1` does not exist. Did you mean `List-Invoices_V1`? IDs must match exactly.',
    ]);
  });
});

test('a blank at the end of a value is visible in the message, and the fix removes it', () => {
  const messages = findingsIn({
    definition: { host: 'api.contoso.com ', produces: ['application/json\t'] },
  }).map(({ message, fixable }) => `${message} ${fixable}`);
  expect(messages).toEqual([
    'The host `api.contoso.com␠` is not a host name. Write `api.contoso.com`, without spaces. true',
    '`application/json␉` in `produces` is not a media type. Write `application/json`. true',
  ]);
});

test('texts for language models are checked for spelling like those for people', () => {
  const text = 'Returns all invoices that are seperated by customer.';
  const findings = findingsIn({
    definition: {
      paths: {
        '/invoices': {
          get: { 'x-ms-name-for-model': 'list_invoices', 'x-ms-description-for-model': text },
        },
      },
      definitions: { Invoice: { properties: { id: { 'x-ms-description-for-model': text } } } },
    },
  });
  expect(findings.map(({ rule, location }) => `${rule} ${location.pointer}`)).toEqual([
    'TextMisspelled /paths/~1invoices/get/x-ms-description-for-model',
    'TextMisspelled /definitions/Invoice/properties/id/x-ms-description-for-model',
  ]);
});

describe('a key that belongs at the top of the file is one finding, and what refers to it is right', () => {
  const securityDefinitions = { api_key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' } };
  const securityDefinition = { securityDefinitions };
  const without = { securityDefinitions: null };
  const metadata = {
    'x-ms-connector-metadata': [
      { propertyName: 'Website', propertyValue: 'https://contoso.com' },
      { propertyName: 'Privacy policy', propertyValue: 'https://contoso.com/privacy' },
      { propertyName: 'Categories', propertyValue: 'Finance;Productivity' },
    ],
  };
  test.each([
    ['among the paths', '/paths/securityDefinitions', { ...without, paths: securityDefinition }],
    [
      'in a path',
      '/paths/~1hooks/securityDefinitions',
      { ...without, paths: { '/hooks': securityDefinition } },
    ],
    [
      'in an operation',
      '/paths/~1hooks/post/securityDefinitions',
      { ...without, paths: { '/hooks': { post: securityDefinition } } },
    ],
    [
      'among the definitions',
      '/definitions/securityDefinitions',
      { ...without, definitions: securityDefinition },
    ],
    ['in the info', '/info/securityDefinitions', { ...without, info: securityDefinition }],
    ['a list', '/paths/security', { security: null, paths: { security: [{ api_key: [] }] } }],
    ['a text', '/paths/host', { host: null, paths: { host: 'api.contoso.com' } }],
    [
      'an extension',
      '/info/x-ms-connector-metadata',
      { 'x-ms-connector-metadata': null, info: metadata },
    ],
  ])('%s', (_, pointer, definition) => {
    const findings = findingsIn({ definition });
    expect(findings.map(({ location }) => location.pointer)).toEqual([pointer]);
    expect(findings[0]?.message).toContain(
      'belongs at the top of the file. Move it there: a closing bracket may be missing above it.',
    );
  });

  test('but a schema may have the name of a section', () => {
    const definition = {
      security: null,
      host: 'api.contoso.com',
      definitions: {
        security: { type: 'string' },
        Invoice: { properties: { tags: { type: 'string' } } },
      },
    };
    expect(brief({ definition })).toEqual([]);
  });
});

test('a reference in another case gets the name that is meant', () => {
  const definition = {
    paths: {
      '/invoices': {
        get: { responses: { '200': { schema: { items: { $ref: '#/definitions/INVOICE' } } } } },
      },
    },
  };
  expect(findingsIn({ definition }).map(({ message }) => message)).toEqual([
    'The target of the reference `#/definitions/INVOICE` does not exist. Write `#/definitions/Invoice`: names must match exactly.',
  ]);
});

test('a reference to a definition that was deleted names the operations that break', () => {
  const messages = findingsIn({
    definition: { definitions: { Invoice: null } },
  })
    .filter(({ rule }) => rule === 'SchemaReferenceNotFound')
    .map(({ message }) => message);
  expect(messages.length).toBeGreaterThan(0);
  expect(messages[0]).toMatch(
    /^The target of the reference `#\/definitions\/Invoice` does not exist\. (`\w+`(, )?)+ needs? it\. Add it under `definitions`, or correct the name/,
  );
});

test('a definition that only another definition refers to breaks the operations of that one', () => {
  const reference = { schema: { $ref: '#/definitions/Outer' } };
  const path = (id: string) => ({
    get: { operationId: id, responses: { '200': { description: 'The value.', ...reference } } },
  });
  const [message] = findingsIn({
    definition: {
      definitions: {
        Outer: { type: 'object', properties: { inner: { $ref: '#/definitions/Gone' } } },
      },
      paths: Object.fromEntries(
        Array.from({ length: 7 }, (_, index) => [`/a${index}`, path(`Get${index}`)]),
      ),
    },
  })
    .filter(({ rule }) => rule === 'SchemaReferenceNotFound')
    .map((finding) => finding.message);
  expect(message).toContain('`Get0`, `Get1`, `Get2`, `Get3`, `Get4` and others need it.');
});
