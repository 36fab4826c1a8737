import {
  isSuccess,
  type Definition,
  type Operation,
  type Parameter,
  type Schema,
} from './definition.ts';
import { memoize } from '../shared/memoize.ts';
import { unescapeToken } from '../json/pointer.ts';
import {
  asObject,
  asText,
  isObject,
  own,
  stringsIn,
  type Json,
  type JsonObject,
} from '../json/values.ts';

/** Extensions that call another operation for the values of a field, or for the fields of a form. */
export const dynamicExtensions = [
  'x-ms-dynamic-values',
  'x-ms-dynamic-list',
  'x-ms-dynamic-schema',
  'x-ms-dynamic-properties',
  'x-ms-dynamic-tree',
] as const;
export type DynamicExtension = (typeof dynamicExtensions)[number];

/** Where the value of an argument comes from. `at` and `key` locate it in the definition. */
type ArgumentSource = { at: JsonObject; key: string } & (
  | { kind: 'value'; value: Json }
  | { kind: 'reference'; path: string }
  /** A property of the item that the user opened in a tree. */
  | { kind: 'selected' }
);

export interface Argument {
  /** The name of a parameter of the called operation, or the path to a property of its body. */
  name: string;
  /** The object under `parameters` that has the argument. */
  at: JsonObject;
  /** Undefined if it has none of the documented forms. */
  source: ArgumentSource | undefined;
}

/** A call of an operation that the designer makes while a user edits a flow. */
export interface DynamicCall {
  extension: DynamicExtension;
  /** The object with the `operationId`: the extension itself, or `open` or `browse` of a tree. */
  at: JsonObject;
  /** Which of the two calls of a tree this is; undefined for other extensions. */
  step: 'open' | 'browse' | undefined;
  /** The schema or parameter that has the extension. */
  schema: Schema;
  /**
   * Whether arguments refer to parameters by name (`x-ms-dynamic-values`, `x-ms-dynamic-schema`), and
   * not by path (their successors `x-ms-dynamic-list` and `x-ms-dynamic-properties`).
   */
  legacy: boolean;
  operationId: string | undefined;
  /** The called operation; undefined if no operation has the id. */
  target: Operation | undefined;
  arguments: Argument[];
}

/** The dynamic calls of a definition, if there is one: by extension, then in document order. */
export const dynamicCalls = (definition: Definition | undefined): readonly DynamicCall[] =>
  definition ? dynamicCallsIn(definition) : [];

const dynamicCallsIn = memoize((definition: Definition): readonly DynamicCall[] => {
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
    target: operationId === undefined ? undefined : definition.referencedOperation(operationId),
    arguments: Object.keys(parameters).map((name) => ({
      name,
      at: parameters,
      source: sourceOf(parameters, name, legacy),
    })),
  };
}

function sourceOf(
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
  /** The schema of its type: the parameter itself, or the schema of the body or property. */
  schema: JsonObject;
  /** Whether a call must have it; for a property, also every object around it. */
  required: boolean;
  /** Whether it, or an object around it, is hidden from users. */
  internal: boolean;
}

const byName = memoize((operation: Operation): ReadonlyMap<string, Parameter> => {
  const parameters = new Map<string, Parameter>();
  for (const parameter of operation.parameters) {
    if (parameter.name !== undefined && !parameters.has(parameter.name))
      parameters.set(parameter.name, parameter);
  }
  return parameters;
});

/** The parameter of an operation with a name. */
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
 * The property in the body of an operation at a path such as `customer/address`, without the name of
 * the body.
 *
 * @returns `missing` if the schema rules the property out, `unknown` if it does not describe it.
 */
export function bodyProperty(
  definition: Definition,
  operation: Operation,
  path: string,
): Input | 'missing' | 'unknown' {
  const parameter = operation.body;
  if (!parameter?.schema) return parameter ? 'unknown' : 'missing';
  const steps = stepsTo(definition, parameter.schema.raw, path);
  if (typeof steps === 'string') return steps;
  const schema = steps.at(-1)?.schema ?? {};
  return {
    parameter,
    schema,
    required:
      parameter.required &&
      steps.every(({ name, within }) => within.some((part) => requiredInputs(part).has(name))),
    internal:
      parameter.visibility === 'internal' ||
      isInternal(definition.follow(parameter.schema.raw) ?? {}) ||
      steps.some((step) => isInternal(step.schema)),
  };
}

/** The input of an operation at a path, which is `parameter` or `body/property/…`. */
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

/** The schema of an operation's successful response, preferably of 200 or 201. */
export const responseSchemaOf = memoize((operation: Operation): JsonObject | undefined => {
  const successes = operation.responses.filter(({ code, schema }) => schema && isSuccess(code));
  return (
    successes.find(({ code }) => code === '200') ??
    successes.find(({ code }) => code === '201') ??
    successes[0]
  )?.schema?.raw;
});

const schemasByPath = memoize<JsonObject, Map<string, JsonObject | 'missing' | 'unknown'>>(
  () => new Map(),
);

/**
 * The schema at a path such as `data/items` within another schema.
 *
 * @returns `missing` if the schema rules the property out, `unknown` if it does not describe it.
 */
export function schemaAt(
  definition: Definition,
  raw: JsonObject,
  path: string,
): JsonObject | 'missing' | 'unknown' {
  if (path === '') return definition.follow(raw) ?? 'unknown';
  const cache = schemasByPath(raw);
  let result = cache.get(path);
  if (result === undefined) {
    const steps = stepsTo(definition, raw, path);
    result = typeof steps === 'string' ? steps : (steps.at(-1)?.schema ?? 'unknown');
    cache.set(path, result);
  }
  return result;
}

interface Step {
  name: string;
  schema: JsonObject;
  /** The schema of the object that has the property, and the parts of its `allOf`. */
  within: readonly JsonObject[];
}

/**
 * The properties that a path leads through, references followed. Prefers the rest of the path as one
 * name, because names may contain the slash that separates them.
 */
function stepsTo(
  definition: Definition,
  raw: JsonObject,
  path: string,
): Step[] | 'missing' | 'unknown' {
  const steps: Step[] = [];
  let at = raw;
  let rest = path;
  for (;;) {
    const whole = property(definition, at, rest);
    if (typeof whole !== 'string') return [...steps, whole];
    const slash = rest.indexOf('/');
    if (slash < 0) return whole;
    if (steps.length >= maxSteps) return 'unknown';
    const step = property(definition, at, rest.slice(0, slash));
    if (typeof step === 'string') return step;
    steps.push(step);
    at = step.schema;
    rest = rest.slice(slash + 1);
  }
}

/** Limits of a path and of the `allOf` at each step, against definitions made to take time. */
const maxSteps = 20;
const maxAllOf = 50;

function property(
  definition: Definition,
  raw: JsonObject,
  name: string,
): Step | 'missing' | 'unknown' {
  const decoded = unescapeToken(name);
  const within: JsonObject[] = [];
  const queue = [raw];
  let match: JsonObject | undefined;
  let allowsMore = false;
  for (let next = 0; next < queue.length && next < maxAllOf; next += 1) {
    const schema = definition.follow(queue[next] ?? {});
    if (!schema) allowsMore = true;
    if (!schema || within.includes(schema)) continue;
    within.push(schema);
    allowsMore ||= isOpen(schema);
    const properties = asObject(schema.properties) ?? {};
    match ??= asObject(own(properties, name)) ?? asObject(own(properties, decoded));
    for (const part of Array.isArray(schema.allOf) ? schema.allOf.slice(0, maxAllOf) : [])
      if (isObject(part)) queue.push(part);
  }
  if (match) return { name, schema: definition.follow(match) ?? {}, within };
  return allowsMore || queue.length > maxAllOf ? 'unknown' : 'missing';
}

/** The names under `required` of a schema. */
export const requiredInputs = memoize(
  (schema: JsonObject): ReadonlySet<string> => new Set(stringsIn(schema.required)),
);

/** Whether an object may have properties that its schema does not name. */
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
