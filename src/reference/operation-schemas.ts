import { isInternal, returnSchemaOf } from './schema-shape.ts';
import type { Connector } from '../connector/connector.ts';
import { hasDefault, type Definition, type Operation } from '../connector/definition.ts';
import { escapeToken, parseFragment } from '../json/pointer.ts';
import {
  asList,
  asObject,
  asText,
  isObject,
  objectEntries,
  objectsIn,
  own,
  stringsIn,
  type Json,
  type JsonObject,
} from '../json/values.ts';
import { maskFor, type Mask } from '../secrets/mask.ts';

/** JSON Schemas (draft 2020-12) of what an operation takes and returns. */
export interface OperationSchemas {
  /**
   * An object with a property for each parameter that people see, by its name; `x-in` says where the
   * parameter is sent. A name that a parameter in another place has too gets that place before it:
   * `header.id`.
   */
  inputSchema: JsonObject;
  /** `{"type": "null"}` besides the dialect if the operation returns nothing. */
  outputSchema: JsonObject;
}

const dialect = 'https://json-schema.org/draft/2020-12/schema';

/**
 * The JSON Schemas of an operation: valid, whatever the definition says, and complete in themselves,
 * with what they refer to under `$defs`. What JSON Schema does not know is left out, as are internal
 * parameters and fields. Secrets of the connector are masked.
 * @param operation one of the operations of the connector
 */
export function operationSchemas(connector: Connector, operation: Operation): OperationSchemas {
  const { definition } = connector;
  if (!definition) throw new Error('The connector has no operations.');
  const mask = maskFor(connector);
  const output = returnSchemaOf(operation);
  return {
    inputSchema: maskedJson(inputSchemaOf(definition, operation, mask), mask),
    outputSchema: maskedJson(
      output
        ? new Conversion(definition, mask).whole((conversion) => conversion.convert(output))
        : { $schema: dialect, type: 'null' },
      mask,
    ),
  };
}

const inputSchemaOf = (definition: Definition, operation: Operation, mask: Mask): JsonObject =>
  new Conversion(definition, mask).whole((conversion) => {
    const properties = new Map<string, JsonObject>();
    const required: string[] = [];
    for (const parameter of operation.parameters) {
      const { name, in: location = '', raw, schema } = parameter;
      if (name === undefined || isInternal(raw) || raw['x-ms-notification-url'] === true) continue;
      const key = properties.has(name) ? `${location}.${name}` : name;
      const type = schema && location === 'body' ? conversion.convert(schema.raw) : {};
      properties.set(key, { ...type, ...conversion.convert(withoutSchema(raw)), 'x-in': location });
      if (parameter.required) required.push(key);
    }
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length > 0 && { required: [...new Set(required)] }),
    };
  });

/** What a parameter says itself: `required` is a list in a schema. */
const withoutSchema = (raw: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(raw).filter(([key]) => !['schema', 'required', 'in', 'name'].includes(key)),
  );

const typeNames = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);

const isCount = (value: Json): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isNumber = (value: Json): boolean => typeof value === 'number';
const isString = (value: Json): boolean => typeof value === 'string';
const isBoolean = (value: Json): boolean => typeof value === 'boolean';

/** Keywords that mean the same in JSON Schema, and the values that they may have. */
const sameKeywords: readonly (readonly [string, (value: Json) => boolean])[] = [
  ['title', isString],
  ['description', isString],
  ['format', isString],
  ['readOnly', isBoolean],
  ['minimum', isNumber],
  ['maximum', isNumber],
  ['multipleOf', (value) => typeof value === 'number' && value > 0],
  ['minLength', isCount],
  ['maxLength', isCount],
  ['pattern', (value) => typeof value === 'string' && isPattern(value)],
  ['minItems', isCount],
  ['maxItems', isCount],
  ['uniqueItems', isBoolean],
  ['minProperties', isCount],
  ['maxProperties', isCount],
];

/** Patterns that are longer are left out. */
const maxPatternLength = 1_000;

/** Whether a text is a regular expression of JSON Schema. It is never run. */
function isPattern(text: string): boolean {
  if (text.length > maxPatternLength) return false;
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

/** Converts schemas of Swagger 2.0, and collects what they refer to. */
class Conversion {
  readonly #definition: Definition;
  readonly #mask: Mask;
  readonly #names = new Map<JsonObject, string>();
  readonly #used = new Set<string>();
  /** Referred to, but not converted yet. */
  readonly #open: JsonObject[] = [];

  constructor(definition: Definition, mask: Mask) {
    this.#definition = definition;
    this.#mask = mask;
  }

  /** A schema that is complete in itself. */
  whole(make: (conversion: Conversion) => JsonObject): JsonObject {
    const schema = make(this);
    const definitions = new Map<string, JsonObject>();
    for (let target = this.#open.shift(); target; target = this.#open.shift())
      definitions.set(this.#names.get(target) ?? '', this.convert(target));
    return {
      $schema: dialect,
      ...schema,
      ...(definitions.size > 0 && { $defs: Object.fromEntries(definitions) }),
    };
  }

  convert(raw: JsonObject): JsonObject {
    if (raw.$ref !== undefined) return this.#reference(raw);
    return {
      ...(asText(raw['x-ms-summary']) !== undefined && { title: raw['x-ms-summary'] ?? '' }),
      ...this.#types(raw),
      ...Object.fromEntries(
        sameKeywords.flatMap(([keyword, isValid]) => {
          const value = own(raw, keyword);
          return value !== undefined && isValid(value) ? [[keyword, value]] : [];
        }),
      ),
      ...limitsOf(raw),
      ...this.#parts(raw),
      ...(hasDefault(raw) && { default: raw.default ?? null }),
      ...(raw.example !== undefined && { examples: [raw.example] }),
    };
  }

  /** What is beside a `$ref` counts only for people. */
  #reference(raw: JsonObject): JsonObject {
    const title = asText(raw['x-ms-summary']) ?? asText(raw.title);
    const description = asText(raw.description);
    const target = this.#definition.follow(raw);
    return {
      ...(target && {
        $ref: `#/$defs/${encodeURIComponent(escapeToken(this.#nameOf(raw, target)))}`,
      }),
      ...(title !== undefined && { title }),
      ...(description !== undefined && { description }),
    };
  }

  /** The name of a definition; of others with one name, a number follows. */
  #nameOf(raw: JsonObject, target: JsonObject): string {
    const existing = this.#names.get(target);
    if (existing !== undefined) return existing;
    const last = parseFragment(asText(raw.$ref) ?? '')?.at(-1) ?? 'schema';
    const base = this.#mask(last).toWellFormed();
    let name = base;
    for (let count = 2; this.#used.has(name); count += 1) name = `${base}_${count}`;
    this.#used.add(name);
    this.#names.set(target, name);
    this.#open.push(target);
    return name;
  }

  /** `type` and `enum`, with null where it is allowed. */
  #types(raw: JsonObject): JsonObject {
    if (raw.type === 'file') return { type: 'string', format: 'binary' };
    const isNullable = raw['x-nullable'] === true;
    const types = (Array.isArray(raw.type) ? stringsIn(raw.type) : stringsIn([raw.type ?? null]))
      .filter((type) => typeNames.has(type))
      .concat(isNullable ? ['null'] : []);
    const names = [...new Set(types)].filter((_, __, all) => all.length > 1 || all[0] !== 'null');
    const values = new Map(
      asList(raw.enum)
        .concat(isNullable ? [null] : [])
        .map((value) => [JSON.stringify(value), value]),
    );
    return {
      ...(names.length > 0 && { type: names.length === 1 ? (names[0] ?? '') : names }),
      ...(asList(raw.enum).length > 0 && { enum: [...values.values()] }),
    };
  }

  /** The schemas within a schema. */
  #parts(raw: JsonObject): JsonObject {
    const properties = objectEntries(raw.properties).filter(
      ([, property]) =>
        !isInternal(property) && !isInternal(this.#definition.follow(property) ?? {}),
    );
    const names = new Set(properties.map(([name]) => name));
    const hidden = new Set(Object.keys(asObject(raw.properties) ?? {})).difference(names);
    const required = new Set(stringsIn(raw.required)).difference(hidden);
    const { items, additionalProperties } = raw;
    const all = objectsIn(raw.allOf);
    return {
      ...(isObject(raw.properties) && {
        properties: Object.fromEntries(
          properties.map(([name, property]) => [name, this.convert(property)]),
        ),
      }),
      ...(required.size > 0 && { required: [...required] }),
      ...(isObject(items) && { items: this.convert(items) }),
      ...(isObject(additionalProperties) && {
        additionalProperties: this.convert(additionalProperties),
      }),
      // A hidden field is there all the same.
      ...(typeof additionalProperties === 'boolean' &&
        (additionalProperties || hidden.size === 0) && { additionalProperties }),
      ...(all.length > 0 && { allOf: all.map((part) => this.convert(part)) }),
    };
  }
}

/** Limits that exclude their own value are booleans in Swagger and numbers in JSON Schema. */
function limitsOf({
  minimum,
  maximum,
  exclusiveMinimum,
  exclusiveMaximum,
}: JsonObject): JsonObject {
  return {
    ...(exclusiveMinimum === true && typeof minimum === 'number' && { exclusiveMinimum: minimum }),
    ...(exclusiveMaximum === true && typeof maximum === 'number' && { exclusiveMaximum: maximum }),
  };
}

/** The same JSON with secrets masked in its names and texts. References are masked already. */
function maskedJson(value: JsonObject, mask: Mask): JsonObject {
  const masked = (json: Json): Json => {
    if (typeof json === 'string') return mask(json);
    if (Array.isArray(json)) return json.map(masked);
    return isObject(json) ? maskedJson(json, mask) : json;
  };
  return Object.fromEntries(
    Object.entries(value).map(([key, json]) =>
      key === '$ref' && typeof json === 'string' ? [key, json] : [mask(key), masked(json)],
    ),
  );
}
