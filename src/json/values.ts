/** A JSON value, as `JSON.parse` gives it. */
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
 * The value under a key that somebody else chose: `constructor` is a key like any other, never an
 * inherited function.
 */
export const own = (object: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** The value where it is a string, else undefined. */
export const asText = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** The value where it is an object, else undefined. */
export const asObject = (value: Json | undefined): JsonObject | undefined =>
  isObject(value) ? value : undefined;

/** The value where it is an array, else an empty one. */
export const asList = (value: Json | undefined): JsonArray => (Array.isArray(value) ? value : []);

/** The entries of an object whose values are objects; none where it is no object. */
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

/** The keys that one object has, or the other, or both. */
export const keysOf = (a: JsonObject, b: JsonObject): Set<string> =>
  new Set([...Object.keys(a), ...Object.keys(b)]);

/** The JSON type of a value in the words of JSON Schema; whole numbers are `integer`. */
export function typeName(value: Json | undefined): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
