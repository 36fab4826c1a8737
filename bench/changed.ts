import { isObject, type Json, type JsonObject } from '../src/json/values.ts';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

/**
 * A copy of a definition that is changed all over, always in the same way: of its operations every
 * 29th is gone and every 31st moved, of its parameters every 17th is required now, and of the
 * fields of its schemas every 9th gone, every 13th of another type, every 17th described anew. The
 * rest is as it was.
 */
export function changed(definition: JsonObject): JsonObject {
  const copy = structuredClone(definition);
  const seen = { operations: 0, parameters: 0, fields: 0 };
  const inFields = (properties: JsonObject): void => {
    for (const [name, field] of Object.entries(properties)) {
      seen.fields += 1;
      if (seen.fields % 9 === 0) Reflect.deleteProperty(properties, name);
      else if (isObject(field) && field.$ref === undefined) {
        if (seen.fields % 13 === 0) field.type = field.type === 'string' ? 'integer' : 'string';
        if (seen.fields % 17 === 0) field.description = `Changed: ${seen.fields}.`;
      }
    }
  };
  const walk = (value: Json): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (isObject(value)) {
      if (isObject(value.properties)) inFields(value.properties);
      Object.values(value).forEach(walk);
    }
  };
  const paths = isObject(copy.paths) ? copy.paths : {};
  for (const [path, item] of Object.entries(paths)) {
    for (const method of methods) {
      const operation = isObject(item) ? item[method] : undefined;
      if (!isObject(item) || !isObject(operation)) continue;
      seen.operations += 1;
      if (seen.operations % 29 === 0) Reflect.deleteProperty(item, method);
      else if (seen.operations % 31 === 0) {
        Reflect.deleteProperty(item, method);
        paths[`${path}/moved`] = {
          ...(item.parameters !== undefined && { parameters: item.parameters }),
          [method]: operation,
        };
      }
      for (const parameter of Array.isArray(operation.parameters) ? operation.parameters : []) {
        seen.parameters += 1;
        if (isObject(parameter) && seen.parameters % 17 === 0) parameter.required = true;
      }
    }
  }
  walk(copy);
  return copy;
}

/**
 * A definition with so many schemas, each of which refers to the twenty after it, and to itself
 * through them; `step` shifts where each field leads.
 */
export function tangled(schemas: number, leaf: string, step = 0): JsonObject {
  const names = Array.from({ length: schemas }, (_, index) => `S${index}`);
  const fields = (index: number): JsonObject =>
    Object.fromEntries(
      Array.from({ length: 20 }, (_, field) => [
        `f${field}`,
        { $ref: `#/definitions/S${(index + (field + 1) * (step + 1)) % schemas}` },
      ]),
    );
  return {
    swagger: '2.0',
    info: { title: 'Contoso', version: '1.0' },
    paths: {
      '/tangle': {
        get: {
          operationId: 'GetTangle',
          responses: { 200: { description: 'All of it.', schema: { $ref: '#/definitions/S0' } } },
        },
      },
    },
    definitions: Object.fromEntries(
      names.map((name, index) => [
        name,
        { type: 'object', properties: { value: { type: leaf }, ...fields(index) } },
      ]),
    ),
  };
}
