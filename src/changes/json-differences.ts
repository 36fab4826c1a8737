import { jsonEqual } from '../json/equal.ts';
import { isObject, keysOf, own, type Json, type JsonObject } from '../json/values.ts';

/** The values before and after an update; undefined if there is none. */
export interface BeforeAfter {
  before: Json | undefined;
  after: Json | undefined;
}

const noKeys: ReadonlySet<string> = new Set();

/** Values that hold if a key is missing, for keys whose default is not simply "no". */
const defaults: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['collectionFormat', 'csv'],
  ['x-ms-url-encoding', 'single'],
  ['x-ms-visibility', 'none'],
  ['minLength', 0],
  ['minItems', 0],
  ['minProperties', 0],
]);

/** Keys for which every value says something, even an empty one. */
const meaningful: ReadonlySet<string> = new Set([
  'default',
  'enum',
  'example',
  'x-example',
  'minimum',
  'maximum',
  'maxLength',
  'maxItems',
  'maxProperties',
  'scriptOperations',
]);

/** Keys of lists whose order means nothing. */
const sets: ReadonlySet<string> = new Set([
  'tags',
  'x-ms-keywords',
  'capabilities',
  'scriptOperations',
  'x-ms-apimTemplate-operationName',
]);

const isEmpty = (value: Json): boolean =>
  value === false ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0);

/**
 * Whether a key with this value means the same as no such key: `deprecated: false`, `tags: []`,
 * `default: null`.
 */
export const isImplied = (key: string, value: Json): boolean =>
  defaults.get(key) === value ||
  (key === 'default' && value === null) ||
  (isEmpty(value) && !meaningful.has(key));

/** The value in effect: undefined if it is the value that holds without the key. */
export function effective(object: JsonObject, key: string): Json | undefined {
  const value = own(object, key);
  return value === undefined || isImplied(key, value) ? undefined : value;
}

/** The keys whose values differ between two objects, except `ignored` ones, with both values. */
export function* differences(
  before: JsonObject,
  after: JsonObject,
  ignored: ReadonlySet<string> = noKeys,
): Iterable<{ key: string; values: BeforeAfter }> {
  for (const key of keysOf(before, after)) {
    if (ignored.has(key)) continue;
    const values = { before: effective(before, key), after: effective(after, key) };
    if (jsonEqual(values.before, values.after)) continue;
    if (sets.has(key) && isSameSet(values)) continue;
    yield { key, values };
  }
}

function isSameSet({ before, after }: BeforeAfter): boolean {
  if (!Array.isArray(before) || !Array.isArray(after)) return false;
  const { removed, added } = entryDifferences(before, after);
  return removed.length === 0 && added.length === 0;
}

/** The entries that two lists do not share, in their order. A number and its text count as equal. */
export function entryDifferences(
  before: readonly Json[],
  after: readonly Json[],
): { removed: Json[]; added: Json[] } {
  const keys = (list: readonly Json[]): Set<string> => new Set(list.map((value) => keyOf(value)));
  const [oldKeys, newKeys] = [keys(before), keys(after)];
  const missing = (list: readonly Json[], others: ReadonlySet<string>): Json[] => [
    ...new Map(
      list.filter((value) => !others.has(keyOf(value))).map((value) => [keyOf(value), value]),
    ).values(),
  ];
  return { removed: missing(before, newKeys), added: missing(after, oldKeys) };
}

const keyOf = (value: Json): string =>
  typeof value === 'object' ? canonical(value) : `scalar ${String(value)}`;

/** A text that is the same for equal values, whatever the order of their keys. */
export function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? '';
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${entries.join()}}`;
}
