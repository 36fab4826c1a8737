import {
  isSuccess,
  type Definition,
  type Operation,
  type Parameter,
  type Schema,
} from './definition.ts';
import { memoize } from '../shared/memoize.ts';
import { unescapeToken } from '../json/pointer.ts';
import { asObject, asText, isObject, own, type Json, type JsonObject } from '../json/values.ts';

/**
 * The extensions that fill a field, or decide which fields there are, by calling another operation.
 */
export const dynamicExtensions = [
  'x-ms-dynamic-values',
  'x-ms-dynamic-list',
  'x-ms-dynamic-schema',
  'x-ms-dynamic-properties',
  'x-ms-dynamic-tree',
] as const;
export type DynamicExtension = (typeof dynamicExtensions)[number];

/**
 * What a dynamic call gives to a parameter of the operation it calls. `at` and `key` are where it
 * says so.
 */
type ArgumentSource = { at: JsonObject; key: string } & (
  | { kind: 'value'; value: Json }
  | { kind: 'reference'; path: string }
  /** A field of the item that the user has opened in a tree. */
  | { kind: 'selected' }
);

export interface Argument {
  /** The name of a parameter of the called operation, or the path to a property of its body. */
  name: string;
  /** The object under `parameters` that has it. */
  at: JsonObject;
  /** Undefined where it has none of the known forms. */
  source: ArgumentSource | undefined;
}

/** A call that the designer makes while somebody writes a flow. */
export interface DynamicCall {
  extension: DynamicExtension;
  /** The object that names the operation: the extension itself, or `open` or `browse` of a tree. */
  at: JsonObject;
  /** Which of the two calls of a tree it is. */
  step: 'open' | 'browse' | undefined;
  /** The schema or parameter that has the extension. */
  schema: Schema;
  /**
   * `x-ms-dynamic-values` and `x-ms-dynamic-schema` refer to parameters by name; those that came
   * after them by path.
   */
  legacy: boolean;
  operationId: string | undefined;
  /** The called operation; undefined where there is none of that id. */
  target: Operation | undefined;
  arguments: Argument[];
}

/** The dynamic calls of a definition: by extension, then in document order. */
export const dynamicCalls = memoize((definition: Definition): readonly DynamicCall[] => {
  const calls: DynamicCall[] = [];
  for (const extension of dynamicExtensions) {
    for (const schema of definition.having(extension)) {
      const raw = asObject(schema.raw[extension]);
      const steps = extension === 'x-ms-dynamic-tree' ? (['open', 'browse'] as const) : [undefined];
      for (const step of raw ? steps : []) {
        const at = step ? asObject(raw?.[step]) : raw;
        if (at) calls.push(toCall(definition, extension, at, step, schema));
      }
    }
  }
  return calls;
});

function toCall(
  definition: Definition,
  extension: DynamicExtension,
  at: JsonObject,
  step: DynamicCall['step'],
  schema: Schema,
): DynamicCall {
  const operationId = asText(at.operationId);
  const legacy = extension === 'x-ms-dynamic-values' || extension === 'x-ms-dynamic-schema';
  const parameters = asObject(at.parameters) ?? {};
  return {
    extension,
    at,
    step,
    schema,
    legacy,
    operationId,
    target: operationId === undefined ? undefined : definition.operation(operationId),
    arguments: Object.keys(parameters).map((name) => ({
      name,
      at: parameters,
      source: toGiven(parameters, name, legacy),
    })),
  };
}

function toGiven(
  parameters: JsonObject,
  name: string,
  legacy: boolean,
): ArgumentSource | undefined {
  const value = own(parameters, name);
  if (value === undefined) return undefined;
  if (!isObject(value))
    return legacy ? { kind: 'value', value, at: parameters, key: name } : undefined;
  if (value.selectedItemValuePath !== undefined)
    return { kind: 'selected', at: value, key: 'selectedItemValuePath' };
  const key = legacy ? 'parameter' : 'parameterReference';
  const path = asText(value[key]);
  if (path !== undefined) return { kind: 'reference', path, at: value, key };
  if (!legacy && value.value !== undefined)
    return { kind: 'value', value: value.value, at: value, key: 'value' };
  return undefined;
}

/** A parameter of an operation, or a property in its body. */
export interface Input {
  parameter: Parameter;
  /**
   * What says of which type it is: the parameter itself, the schema of the body, or that of the
   * property.
   */
  schema: JsonObject;
  /** Whether a call must give it; for a property, also everything that it stands in. */
  required: boolean;
  /** Whether it, or something that it stands in, is hidden from users. */
  internal: boolean;
}

const byName = memoize((operation: Operation): ReadonlyMap<string, Parameter> => {
  const found = new Map<string, Parameter>();
  for (const parameter of operation.parameters) {
    if (parameter.name !== undefined && !found.has(parameter.name))
      found.set(parameter.name, parameter);
  }
  return found;
});

/** The parameter of an operation that has a name. */
export function parameterNamed(
  definition: Definition,
  operation: Operation,
  name: string,
): Input | undefined {
  const parameter = byName(operation).get(name);
  if (!parameter) return undefined;
  const schema =
    parameter.in === 'body'
      ? (definition.follow(parameter.schema?.raw ?? {}) ?? {})
      : parameter.raw;
  return {
    parameter,
    schema,
    required: parameter.required,
    internal: parameter.visibility === 'internal' || isInternal(schema),
  };
}

/**
 * A property in the body of an operation by its path, `customer/address`, the name of the body left
 * out.
 */
export function bodyProperty(
  definition: Definition,
  operation: Operation,
  path: string,
): Input | 'missing' | 'unknown' {
  const parameter = operation.body;
  if (!parameter?.schema) return parameter ? 'unknown' : 'missing';
  const way = pathTo(definition, parameter.schema.raw, path);
  if (typeof way === 'string') return way;
  const schema = way.at(-1)?.schema ?? {};
  return {
    parameter,
    schema,
    required:
      parameter.required &&
      way.every(({ name, within }) => within.some((part) => requiredInputs(part).has(name))),
    internal:
      parameter.visibility === 'internal' ||
      isInternal(definition.follow(parameter.schema.raw) ?? {}) ||
      way.some((step) => isInternal(step.schema)),
  };
}

/** What stands at a path, `parameter` or `body/property/…`, among the inputs of an operation. */
export function inputAt(
  definition: Definition,
  operation: Operation,
  path: string,
): Input | 'missing' | 'unknown' {
  const parameter = parameterNamed(definition, operation, path);
  if (parameter) return parameter;
  const slash = path.indexOf('/');
  if (slash < 0 || operation.body?.name !== path.slice(0, slash)) return 'missing';
  return bodyProperty(definition, operation, path.slice(slash + 1));
}

const isInternal = (schema: JsonObject): boolean => schema['x-ms-visibility'] === 'internal';

/** The schema of what an operation answers when all goes well; undefined where none is written. */
export const responseSchemaOf = memoize((operation: Operation): JsonObject | undefined => {
  const successes = operation.responses.filter(({ code, schema }) => schema && isSuccess(code));
  return (
    successes.find(({ code }) => code === '200') ??
    successes.find(({ code }) => code === '201') ??
    successes[0]
  )?.schema?.raw;
});

const pathsBelow = memoize<JsonObject, Map<string, JsonObject | 'missing' | 'unknown'>>(
  () => new Map(),
);

/**
 * The schema at a path such as `data/items` below another; `unknown` where something there is not
 * described.
 */
export function schemaAt(
  definition: Definition,
  raw: JsonObject,
  path: string,
): JsonObject | 'missing' | 'unknown' {
  if (path === '') return definition.follow(raw) ?? 'unknown';
  const known = pathsBelow(raw);
  let found = known.get(path);
  if (found === undefined) {
    const way = pathTo(definition, raw, path);
    found = typeof way === 'string' ? way : (way.at(-1)?.schema ?? 'unknown');
    known.set(path, found);
  }
  return found;
}

interface Step {
  name: string;
  schema: JsonObject;
  /** The object that has the property, with the parts of its `allOf`. */
  within: readonly JsonObject[];
}

/**
 * The properties that a path leads through, references followed. Names may contain the slash that
 * separates them.
 */
function pathTo(
  definition: Definition,
  raw: JsonObject,
  path: string,
): Step[] | 'missing' | 'unknown' {
  const way: Step[] = [];
  let at = raw;
  let rest = path;
  for (;;) {
    const whole = property(definition, at, rest);
    if (typeof whole !== 'string') return [...way, whole];
    const slash = rest.indexOf('/');
    if (slash < 0) return whole;
    if (way.length >= stepLimit) return 'unknown';
    const step = property(definition, at, rest.slice(0, slash));
    if (typeof step === 'string') return step;
    way.push(step);
    at = step.schema;
    rest = rest.slice(slash + 1);
  }
}

/**
 * How far a path is followed, and how many parts of an `allOf` are looked at on each step: hostile
 * definitions have chains of them, and many paths.
 */
const stepLimit = 20;
const allOfLimit = 50;

function property(
  definition: Definition,
  raw: JsonObject,
  name: string,
): Step | 'missing' | 'unknown' {
  const decoded = unescapeToken(name);
  const within: JsonObject[] = [];
  const queue = [raw];
  let found: JsonObject | undefined;
  let open = false;
  for (let next = 0; next < queue.length && next < allOfLimit; next += 1) {
    const schema = definition.follow(queue[next] ?? {});
    if (!schema) open = true;
    if (!schema || within.includes(schema)) continue;
    within.push(schema);
    open ||= isOpen(schema);
    const properties = asObject(schema.properties) ?? {};
    found ??= asObject(own(properties, name)) ?? asObject(own(properties, decoded));
    for (const part of Array.isArray(schema.allOf) ? schema.allOf.slice(0, allOfLimit) : [])
      if (isObject(part)) queue.push(part);
  }
  if (found) return { name, schema: definition.follow(found) ?? {}, within };
  return open || queue.length > allOfLimit ? 'unknown' : 'missing';
}

/** The names in the `required` of a schema. */
export const requiredInputs = memoize(
  (schema: JsonObject): ReadonlySet<string> =>
    new Set(
      Array.isArray(schema.required)
        ? schema.required.filter((name) => typeof name === 'string')
        : [],
    ),
);

/** Whether something may have properties that its schema does not name. */
export const isOpen = (schema: JsonObject): boolean => {
  if (
    schema['x-ms-dynamic-schema'] !== undefined ||
    schema['x-ms-dynamic-properties'] !== undefined ||
    schema.discriminator !== undefined
  )
    return true;
  if (isObject(schema.additionalProperties) || schema.additionalProperties === true) return true;
  if (schema.type !== undefined && schema.type !== 'object') return false;
  return schema.allOf === undefined && schema.items === undefined && !hasKeys(schema.properties);
};

const hasKeys = (value: Json | undefined): boolean => {
  if (isObject(value)) for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
};
