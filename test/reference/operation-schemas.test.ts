import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/json/values.ts';
import { operationSchemas, type OperationSchemas } from '../../src/reference/operation-schemas.ts';
import { withDefinition } from './connectors.ts';

const ajv = new Ajv2020({ strict: false, validateFormats: false });

/** Compiles a schema, which fails if it is not valid or refers to what is not there. */
function compile(schema: JsonObject): (value: unknown) => boolean {
  const validate = ajv.compile(schema);
  ajv.removeSchema(schema);
  return (value) => validate(value);
}

function schemasOf(parts: { [key: string]: Json }): OperationSchemas {
  const connector = withDefinition(parts);
  const [operation] = connector.definition?.operations ?? [];
  if (!operation) throw new Error('There is no operation.');
  return operationSchemas(connector, operation);
}

const post = (operation: JsonObject): JsonObject => ({
  '/tickets': { post: { operationId: 'CreateTicket', ...operation } },
});

describe('the schema of inputs', () => {
  test('has the parameters by their names, and what bodies refer to', () => {
    const { inputSchema } = schemasOf({
      paths: post({
        parameters: [
          {
            name: 'priority',
            in: 'query',
            type: 'integer',
            minimum: 1,
            'x-ms-summary': 'Priority',
          },
          {
            name: 'body',
            in: 'body',
            required: true,
            description: 'The ticket.',
            schema: { $ref: '#/definitions/Ticket' },
          },
        ],
      }),
      definitions: {
        Ticket: {
          type: 'object',
          required: ['title'],
          properties: { title: { type: 'string', maxLength: 80, example: 'Printer' } },
        },
      },
    });
    expect(inputSchema).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        priority: { title: 'Priority', type: 'integer', minimum: 1, 'x-in': 'query' },
        body: { $ref: '#/$defs/Ticket', description: 'The ticket.', 'x-in': 'body' },
      },
      required: ['body'],
      $defs: {
        Ticket: {
          type: 'object',
          properties: { title: { type: 'string', maxLength: 80, examples: ['Printer'] } },
          required: ['title'],
        },
      },
    });
    const isValid = compile(inputSchema);
    expect(isValid({ body: { title: 'Printer on fire' }, priority: 1 })).toBe(true);
    expect(isValid({ body: {} })).toBe(false);
    expect(isValid({ body: { title: 'x' }, priority: 0 })).toBe(false);
    expect(isValid({})).toBe(false);
  });

  test('leaves out what people do not see', () => {
    const { inputSchema } = schemasOf({
      paths: post({
        parameters: [
          { name: 'version', in: 'query', type: 'string', 'x-ms-visibility': 'internal' },
          {
            name: 'body',
            in: 'body',
            schema: {
              type: 'object',
              required: ['url', 'name'],
              additionalProperties: false,
              properties: {
                url: { type: 'string', 'x-ms-visibility': 'internal' },
                name: { type: 'string' },
              },
            },
          },
        ],
      }),
    });
    expect(inputSchema.properties).toEqual({
      body: {
        type: 'object',
        properties: { name: { type: 'string' } },
        required: ['name'],
        'x-in': 'body',
      },
    });
  });

  test('keeps parameters of one name in several places apart', () => {
    const { inputSchema } = schemasOf({
      paths: post({
        parameters: [
          { name: 'id', in: 'query', type: 'string', required: true },
          { name: 'id', in: 'header', type: 'integer' },
        ],
      }),
    });
    expect(inputSchema.properties).toEqual({
      id: { type: 'string', 'x-in': 'query' },
      'header.id': { type: 'integer', 'x-in': 'header' },
    });
    expect(inputSchema.required).toEqual(['id']);
  });
});

describe('the schema of outputs', () => {
  const outputOf = (schema: JsonObject, definitions: JsonObject = {}): JsonObject =>
    schemasOf({ paths: post({ responses: { 200: { schema } } }), definitions }).outputSchema;

  test('is that of null if nothing is returned', () => {
    const { outputSchema } = schemasOf({ paths: post({ responses: { 204: {} } }) });
    expect(outputSchema).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'null',
    });
  });

  test('follows references in a circle', () => {
    const output = outputOf(
      { $ref: '#/definitions/Node' },
      {
        Node: {
          type: 'object',
          required: ['name'],
          properties: {
            name: { type: 'string' },
            children: { type: 'array', items: { $ref: '#/definitions/Node' } },
            loop: { $ref: '#/definitions/Loop' },
          },
        },
        Loop: { $ref: '#/definitions/Loop' },
      },
    );
    const isValid = compile(output);
    expect(isValid({ name: 'a', children: [{ name: 'b', children: [] }] })).toBe(true);
    expect(isValid({ name: 'a', children: [{ children: [] }] })).toBe(false);
    expect(Object.keys(output.$defs ?? {})).toEqual(['Node']);
  });

  test('finds definitions whose names need escapes, or are not in `definitions`', () => {
    const output = outputOf(
      {
        type: 'object',
        properties: {
          a: { $ref: '#/definitions/Page%20of~1tickets%25' },
          b: { $ref: '#/parameters/tickets/schema' },
          c: { $ref: '#/definitions/__proto__' },
        },
      },
      JSON.parse('{"Page of/tickets%":{"type":"string"},"__proto__":{"type":"integer"}}'),
    );
    expect(compile(output)({ a: 'x', c: 1 })).toBe(true);
    expect(compile(output)({ a: 1 })).toBe(false);
    expect(compile(output)({ c: 'x' })).toBe(false);
  });

  test.each<[string, JsonObject, JsonObject]>([
    ['a file', { type: 'file' }, { type: 'string', format: 'binary' }],
    [
      'a limit that is excluded',
      { type: 'number', minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
      { type: 'number', minimum: 1, maximum: 9, exclusiveMinimum: 1 },
    ],
    [
      'a value that may be null',
      { type: 'string', enum: ['a', 'b'], 'x-nullable': true },
      { type: ['string', 'null'], enum: ['a', 'b', null] },
    ],
    ['values that are repeated', { enum: ['a', 'a', 1, '1'] }, { enum: ['a', 1, '1'] }],
    ['no values', { type: 'string', enum: [] }, { type: 'string' }],
    ['a type that does not exist', { type: 'text' }, {}],
    ['a pattern that is none', { type: 'string', pattern: '(' }, { type: 'string' }],
    ['a length below zero', { type: 'string', maxLength: -1 }, { type: 'string' }],
    ['null as a default', { type: 'string', default: null }, { type: 'string' }],
    [
      'keywords of Swagger',
      { type: 'string', xml: {}, 'x-ms-visibility': 'advanced' },
      { type: 'string' },
    ],
    [
      'a list without a type of its items',
      { type: 'array', items: [], minItems: 1 },
      { type: 'array', minItems: 1 },
    ],
  ])('translates %s', (_what, swagger, expected) => {
    const { $schema: _, ...output } = outputOf(swagger);
    expect(output).toEqual(expected);
    compile(outputOf(swagger));
  });

  test('masks secrets', () => {
    const secret = `ghp_${'A1b2C3d4E5f6G7h8I9j0'.repeat(2).slice(0, 36)}`;
    const output = outputOf({ type: 'string', default: secret, description: `Like ${secret}.` });
    expect(JSON.stringify(output)).not.toContain(secret.slice(8));
  });
});

test('schemas are valid, whatever a definition says', () => {
  const keywords = [
    'type',
    'format',
    'enum',
    'default',
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'multipleOf',
    'minLength',
    'maxLength',
    'pattern',
    'items',
    'minItems',
    'uniqueItems',
    'properties',
    'required',
    'additionalProperties',
    'allOf',
    '$ref',
    'x-nullable',
    'title',
    'description',
    'readOnly',
    'example',
    'discriminator',
    'x-ms-summary',
    'x-ms-visibility',
    '$schema',
    '$id',
    '$defs',
    '$anchor',
    '$dynamicRef',
    'not',
    'oneOf',
    'const',
    'if',
  ];
  const words = [
    'object',
    'array',
    'string',
    'file',
    'internal',
    '#/definitions/A',
    '#/definitions/B',
    '#/nowhere',
    '(',
    '[a-z]+',
    'date-time',
    'toString',
    '__proto__',
  ];
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<Json>(...words),
      fc.constantFrom<Json>(true, false, null, 0, -1, 2, 0.5),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keywords, ...words), tie('value'), { maxKeys: 6 }),
    ),
  }));
  fc.assert(
    fc.property(value, value, value, (schema, a, b) => {
      const { inputSchema, outputSchema } = schemasOf({
        paths: post({
          parameters: [
            { name: 'body', in: 'body', schema },
            { name: 'q', in: 'query', ...(typeof a === 'object' && !Array.isArray(a) ? a : {}) },
          ],
          responses: { 200: { schema } },
        }),
        definitions: { A: a, B: b },
      });
      compile(inputSchema);
      compile(outputSchema);
    }),
    { numRuns: 300 },
  );
});
