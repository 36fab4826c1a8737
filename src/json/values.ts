/** A JSON value, as `JSON.parse` returns it. */
export type Json = null | boolean | number | string | JsonArray | JsonObject;
export type JsonArray = Json[];
export interface JsonObject {
  [key: string]: Json;
}
export type JsonContainer = JsonObject | JsonArray;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isContainer = (value: unknown): value is JsonContainer =>
  typeof value === 'object' && value !== null;

/**
 * The value of an object's own property. For keys from a file: `constructor` is a key like any other,
 * and never an inherited function.
 */
export const own = (object: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** The value if it is a string, else undefined. */
export const asText = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** The value if it is an object, else undefined. */
export const asObject = (value: Json | undefined): JsonObject | undefined =>
  isObject(value) ? value : undefined;

/** The value if it is an array, else an empty array. */
export const asList = (value: Json | undefined): JsonArray => (Array.isArray(value) ? value : []);

/** The objects in an array; none if the value is not an array. */
export const objectsIn = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : noObjects;
const noObjects: readonly JsonObject[] = [];

/** The strings in an array; none if the value is not an array. */
export const stringsIn = (value: Json | undefined): string[] =>
  asList(value).filter((item) => typeof item === 'string');

/** The entries of an object whose values are objects; none if the value is not an object. */
export function objectEntries(value: Json | undefined): readonly (readonly [string, JsonObject])[] {
  if (!isObject(value)) return none;
  const entries: [string, JsonObject][] = [];
  for (const key of Object.keys(value)) {
    const entry = value[key];
    if (isObject(entry)) entries.push([key, entry]);
  }
  return entries;
}
const none: readonly [string, JsonObject][] = [];

/** The keys of either object. */
export const keysOf = (a: JsonObject, b: JsonObject): Set<string> =>
  new Set([...Object.keys(a), ...Object.keys(b)]);

/** A string without its quotation marks, any other value as JSON; so the same for 1 and "1". */
export const writtenValue = (value: Json): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** The type of a value in the terms of JSON Schema; `integer` for whole numbers. */
export function typeName(value: Json | undefined): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
