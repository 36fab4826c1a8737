import { methods, type Definition, type Operation } from '../../src/connector/definition.ts';
import {
  asList,
  asObject,
  isObject,
  objectEntries,
  type Json,
  type JsonObject,
} from '../../src/json/values.ts';

/** Changes the raw definition of the model that it was made from. */
export type Edit = () => void;
/** All the places of a definition where one kind of update can be made, in document order. */
type Update = (definition: Definition) => Edit[];

const each = <T>(list: Iterable<T>, edit: (one: T) => void): Edit[] =>
  Array.from(list, (one) => () => edit(one));
const drop = (object: JsonObject, key: string): void => void Reflect.deleteProperty(object, key);
const setTo =
  (key: string, value: Json) =>
  (object: JsonObject): void =>
    void (object[key] = value);

const pathsOf = ({ raw }: Definition) => {
  const paths = asObject(raw.paths) ?? {};
  return Array.from(objectEntries(paths), ([path, item]) => ({ paths, path, item })).filter(
    ({ item }) => methods.some((method) => isObject(item[method])),
  );
};
const otherMethod = ({ method }: Operation): string =>
  method === 'get' || method === 'head' ? 'delete' : 'patch';
const bodiesOf = ({ operations }: Definition): JsonObject[] =>
  operations.flatMap(({ body }) =>
    body?.level === 'operation' && isObject(body.raw.schema) ? [body.raw] : [],
  );
const responsesOf = ({ operations }: Definition) =>
  operations.flatMap(({ responses }) => responses);
const withSchema = (definition: Definition): JsonObject[] =>
  responsesOf(definition)
    .map(({ raw }) => raw)
    .filter(({ schema }) => isObject(schema));

export const updates: Record<string, Update> = {
  'a path is deleted': (definition) =>
    each(pathsOf(definition), ({ paths, path }) => drop(paths, path)),
  'a path is another': (definition) =>
    each(pathsOf(definition), ({ paths, path, item }) => {
      drop(paths, path);
      paths[`/elsewhere${path}`] = item;
    }),
  'an operation is deleted': ({ operations }) =>
    each(operations, ({ pathItem, method }) => drop(pathItem, method)),
  'an operation has another method': ({ operations }) =>
    each(
      operations.filter((operation) => operation.pathItem[otherMethod(operation)] === undefined),
      (operation) => {
        drop(operation.pathItem, operation.method);
        operation.pathItem[otherMethod(operation)] = operation.raw;
      },
    ),
  'an operation moves to a path of its own': ({ operations, raw }) =>
    each(operations, ({ pathItem, path, method, raw: operation }) => {
      drop(pathItem, method);
      setTo(`${path}/moved`, {
        ...(pathItem.parameters !== undefined && { parameters: pathItem.parameters }),
        [method]: operation,
      })(asObject(raw.paths) ?? {});
    }),
  'a body comes': ({ operations }) =>
    each(
      operations.filter(
        ({ method, parameters }) =>
          ['post', 'put', 'patch'].includes(method) &&
          parameters.every((one) => one.in !== 'body' && one.in !== 'formData'),
      ),
      ({ raw }) => {
        raw.parameters = [
          ...asList(raw.parameters),
          {
            name: 'body',
            in: 'body',
            required: true,
            schema: { type: 'object', properties: { amount: { type: 'number' } } },
          },
        ];
      },
    ),
  'a body is another': (definition) =>
    each(bodiesOf(definition), setTo('schema', { type: 'array', items: { type: 'string' } })),
  'a response is deleted': (definition) =>
    each(
      responsesOf(definition).filter(({ at }) => Object.keys(at).length > 1),
      ({ at, code }) => drop(at, code),
    ),
  'a response has another code': (definition) =>
    each(responsesOf(definition), ({ at, code, raw }) => {
      drop(at, code);
      at['299'] = raw;
    }),
  'a response has no schema any more': (definition) =>
    each(withSchema(definition), (response) => drop(response, 'schema')),
  'a response has another schema': (definition) =>
    each(withSchema(definition), setTo('schema', { type: 'array', items: { type: 'string' } })),
  'a header is deleted': (definition) =>
    responsesOf(definition).flatMap(({ raw: { headers } }) =>
      isObject(headers) ? each(Object.keys(headers), (name) => drop(headers, name)) : [],
    ),
};

interface Fields {
  raw: JsonObject;
  properties: JsonObject;
  required: Json[];
}

/** The schemas of objects, and of texts, numbers and so on, each where it is written. */
class Schemas {
  readonly all: JsonObject[];

  constructor({ schemas }: Definition, direction: 'input' | 'output') {
    // parameters outside of the body, and what is in a header, openapi-diff does not look at
    this.all = schemas
      .filter(
        ({ raw, role, root }) =>
          root.use[direction] &&
          root.role !== 'parameter' &&
          root.role !== 'header' &&
          role !== 'allOf' &&
          raw.$ref === undefined,
      )
      .map(({ raw }) => raw);
  }

  of(...types: string[]): JsonObject[] {
    return this.all.filter(
      ({ type, enum: allowed, default: preset }) =>
        typeof type === 'string' &&
        types.includes(type) &&
        allowed === undefined &&
        preset === undefined,
    );
  }

  without(key: string, ...types: string[]): JsonObject[] {
    return this.of(...types).filter((raw) => raw[key] === undefined);
  }

  get objects(): Fields[] {
    return this.all.flatMap((raw) =>
      isObject(raw.properties)
        ? [{ raw, properties: raw.properties, required: asList(raw.required) }]
        : [],
    );
  }

  /** Each field with the object that it is in. */
  get fields(): (Fields & { name: string })[] {
    return this.objects.flatMap((one) =>
      Object.keys(one.properties).map((name) => ({ ...one, name })),
    );
  }
}

const requireOnly = (raw: JsonObject, names: Json[]): void => {
  if (names.length === 0) drop(raw, 'required');
  else raw.required = names;
};

const respelled = ({ fields }: Schemas): Edit[] =>
  each(
    fields.filter(({ name, properties }) => properties[name.toUpperCase()] === undefined),
    ({ raw, properties, required, name }) => {
      const capitals = name.toUpperCase();
      const field = properties[name];
      drop(properties, name);
      if (field !== undefined) properties[capitals] = field;
      if (required.includes(name))
        raw.required = required.map((one) => (one === name ? capitals : one));
    },
  );

const emptied = (schema: JsonObject): void =>
  Object.keys(schema).forEach((key) => drop(schema, key));
const becomesText = (schema: JsonObject): void => {
  emptied(schema);
  schema.type = 'string';
};
const hasItems = ({ items }: JsonObject): boolean => isObject(items);

/** Updates of what flows send. */
const sent: Record<string, (schemas: Schemas) => Edit[]> = {
  'an optional field comes': ({ objects }) =>
    each(objects, ({ properties }) => setTo('contosoNote', { type: 'string' })(properties)),
  'a required field comes': ({ objects }) =>
    each(objects, ({ raw, properties, required }) => {
      properties.contosoNumber = { type: 'integer' };
      raw.required = [...required, 'contosoNumber'];
    }),
  'a field becomes required': ({ fields }) =>
    each(
      fields.filter(({ name, required }) => !required.includes(name)),
      ({ raw, name, required }) => setTo('required', [...required, name])(raw),
    ),
  'a field is spelled with other capitals': respelled,
  'a text becomes a number': (schemas) => each(schemas.of('string'), setTo('type', 'number')),
  'a number becomes whole': (schemas) => each(schemas.of('number'), setTo('type', 'integer')),
  'an object becomes a text': (schemas) => each(schemas.of('object'), becomesText),
  'a type is said where there was none': ({ all }) =>
    each(
      all.filter((raw) =>
        ['type', 'allOf', 'enum', 'items', 'properties'].every((key) => raw[key] === undefined),
      ),
      setTo('type', 'boolean'),
    ),
  'a text is limited': (schemas) =>
    each(schemas.without('maxLength', 'string'), setTo('maxLength', 3)),
  'a number is limited': (schemas) =>
    each(schemas.without('minimum', 'integer', 'number'), setTo('minimum', 10)),
  'a list must not be empty': (schemas) =>
    each(schemas.without('minItems', 'array'), setTo('minItems', 1)),
  'items are of another type': (schemas) =>
    each(schemas.of('array').filter(hasItems), setTo('items', { type: 'boolean' })),
  'no other fields are allowed': ({ objects }) =>
    each(
      objects.filter(({ raw }) => raw.additionalProperties === undefined),
      ({ raw }) => setTo('additionalProperties', false)(raw),
    ),
  'other fields must be texts': ({ objects }) =>
    each(
      objects.filter(({ raw }) => raw.additionalProperties === undefined),
      ({ raw }) => setTo('additionalProperties', { type: 'string' })(raw),
    ),
  'an object gets a further part': ({ objects }) =>
    each(
      objects.filter(({ raw }) => raw.allOf === undefined),
      ({ raw }) =>
        setTo('allOf', [
          { required: ['contosoKey'], properties: { contosoKey: { type: 'string' } } },
        ])(raw),
    ),
};

/** Updates of what flows get. */
const got: Record<string, (schemas: Schemas) => Edit[]> = {
  'a field is deleted': ({ fields }) =>
    each(fields, ({ raw, properties, required, name }) => {
      drop(properties, name);
      requireOnly(
        raw,
        required.filter((one) => one !== name),
      );
    }),
  'a field is no longer certain': ({ objects }) =>
    each(
      objects.filter(({ required }) => required.length > 0),
      ({ raw, required }) => requireOnly(raw, required.slice(1)),
    ),
  'a field is spelled with other capitals': respelled,
  'a text becomes a number': (schemas) => each(schemas.of('string'), setTo('type', 'number')),
  'a whole number becomes any number': (schemas) =>
    each(schemas.of('integer'), setTo('type', 'number')),
  'an object becomes a text': (schemas) => each(schemas.of('object'), becomesText),
  'a type is no longer said': (schemas) =>
    each(schemas.of('string', 'integer', 'number', 'boolean'), (raw) => drop(raw, 'type')),
  'a schema says nothing any more': (schemas) => each(schemas.of('array', 'object'), emptied),
  'a text is no longer limited': (schemas) =>
    each(
      schemas.of('string').filter(({ maxLength }) => maxLength !== undefined),
      (raw) => drop(raw, 'maxLength'),
    ),
  'items are of another type': (schemas) =>
    each(schemas.of('array').filter(hasItems), setTo('items', { type: 'boolean' })),
  'items may be anything': (schemas) =>
    each(schemas.of('array').filter(hasItems), setTo('items', {})),
  'other fields are allowed': ({ objects }) =>
    each(
      objects.filter(({ raw }) => raw.additionalProperties === false),
      ({ raw }) => drop(raw, 'additionalProperties'),
    ),
};

for (const [says, edits] of Object.entries(sent))
  updates[`${says}, in a request`] = (definition) => edits(new Schemas(definition, 'input'));
for (const [says, edits] of Object.entries(got))
  updates[`${says}, in a response`] = (definition) => edits(new Schemas(definition, 'output'));
