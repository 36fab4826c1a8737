import type { Definition, Operation, Response } from '../connector/definition.ts';
import { isSuccess } from '../connector/definition.ts';
import { parseFragment } from '../json/pointer.ts';
import { asObject, asText, type JsonObject } from '../json/values.ts';

/** Whether only the service knows the shape of a value, and says it while a flow is edited. */
export const isDynamic = (raw: JsonObject): boolean =>
  raw['x-ms-dynamic-schema'] !== undefined || raw['x-ms-dynamic-properties'] !== undefined;

/** Whether an operation, parameter or property is hidden from people. */
export const isInternal = (raw: JsonObject): boolean =>
  asText(raw['x-ms-visibility'])?.toLowerCase() === 'internal';

/** The name of the definition that a schema refers to; undefined if it refers to none. */
export function definitionNameOf(definition: Definition, raw: JsonObject): string | undefined {
  const [section, name, ...rest] = parseFragment(asText(raw.$ref) ?? '') ?? [];
  if (section !== 'definitions' || name === undefined || rest.length > 0) return undefined;
  const definitions = definition.section('definitions');
  return definitions && Object.hasOwn(definitions, name) ? name : undefined;
}

/**
 * The schema of what an operation returns: that of the lowest successful response that has one, else
 * of the default response; of a webhook, what the service sends.
 */
export function returnSchemaOf(operation: Operation): JsonObject | undefined {
  if (operation.trigger !== undefined && operation.notification) return operation.notification.raw;
  const withSchema = operation.responses.filter(({ schema }) => schema);
  const successful = withSchema
    .filter(({ code }) => isSuccess(code))
    .toSorted((a, b) => Number(a.code) - Number(b.code));
  const response: Response | undefined =
    successful[0] ?? withSchema.find(({ code }) => code === 'default');
  return response?.schema?.raw;
}

/** The items of an array, if they have a schema. */
export const itemsOf = (raw: JsonObject): JsonObject | undefined => asObject(raw.items);

/** Whether a schema describes an array. */
export const isArray = (raw: JsonObject): boolean =>
  raw.type === 'array' || (raw.type === undefined && itemsOf(raw) !== undefined);

/** Whether a schema that is not a reference has properties of its own or of its `allOf`. */
export const hasProperties = (definition: Definition, raw: JsonObject): boolean =>
  (raw.properties !== undefined || raw.allOf !== undefined) && definition.properties(raw).size > 0;
