import { isObject, own, type Json } from '../src/json/values.ts';

/** The value under a key of an object or at an index of an array, if there is one. */
export function childOf(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  return isObject(value) ? own(value, key) : undefined;
}

/** The keys and indexes of a JSON pointer. */
export const partsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
