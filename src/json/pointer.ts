import { isContainer, own, type Json } from './values.ts';

/** Writes a key as a reference token of a JSON pointer (RFC 6901, section 3). */
export const escapeToken = (key: string): string =>
  /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;

/** The key that a reference token of a JSON pointer stands for (RFC 6901, section 4). */
export const unescapeToken = (token: string): string =>
  token.includes('~') ? token.replaceAll('~1', '/').replaceAll('~0', '~') : token;

/**
 * The JSON pointer of a path of keys and indices; `''` for the root.
 *
 * `join` makes a new string. A slice, or a string built with `+`, would keep the text of the whole
 * file in memory as long as a finding lives.
 */
export const formatPointer = (path: readonly (string | number)[]): string =>
  path.length === 0
    ? ''
    : `/${path.map((key) => (typeof key === 'string' ? escapeToken(key) : key)).join('/')}`;

/** The keys and indices of a JSON pointer. Whatever is before its first slash is ignored. */
export const parsePointer = (pointer: string): string[] =>
  pointer.split('/').slice(1).map(unescapeToken);

/**
 * The keys and indices of a JSON pointer in a URI fragment, such as `#/definitions/Item%20list`
 * (RFC 6901, section 6). Undefined if `fragment` does not start with `#/`.
 */
export const parseFragment = (fragment: string): string[] | undefined =>
  fragment.startsWith('#/')
    ? fragment
        .split('/')
        .slice(1)
        .map((token) => unescapeToken(decodePercents(token)))
    : undefined;

function decodePercents(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token; // a percent sign that encodes nothing is a percent sign
  }
}

/** The element of an array at an index, or the property of an object, if there is one. */
export function childOf(value: unknown, key: string): Json | undefined {
  if (!isContainer(value)) return undefined;
  return Array.isArray(value) ? value[Number(key)] : own(value, key);
}

/** The value that a path of keys and indices leads to, if there is one. */
export function valueAt(value: Json | undefined, path: readonly string[]): Json | undefined {
  let at = value;
  for (const key of path) at = childOf(at, key);
  return at;
}
