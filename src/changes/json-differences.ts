import { jsonEqual } from '../json/equal.ts';
import { keysOf, own, type Json, type JsonObject } from '../json/values.ts';

/** The values before and after an update; undefined if there is none. */
export interface BeforeAfter {
  before: Json | undefined;
  after: Json | undefined;
}

const noKeys: ReadonlySet<string> = new Set();

/** The keys whose values differ between two objects, except `ignored` ones, with both values. */
export function* differences(
  before: JsonObject,
  after: JsonObject,
  ignored: ReadonlySet<string> = noKeys,
): Iterable<{ key: string; values: BeforeAfter }> {
  for (const key of keysOf(before, after)) {
    if (ignored.has(key)) continue;
    const values = { before: own(before, key), after: own(after, key) };
    if (!jsonEqual(values.before, values.after)) yield { key, values };
  }
}
