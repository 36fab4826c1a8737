import { createHash } from 'node:crypto';
import type { Cursor } from '../catalog/catalog-source.ts';

/** Says where a page of a list ends. The token is for this list with these filters only. */
export const pageToken = (sort: string, { revision, key }: Cursor, scope: unknown): string =>
  Buffer.from(JSON.stringify({ sort, revision, key, hash: hashOf(scope) })).toString('base64url');

/** How a list is sorted: a name, and the types of the parts of its sort key. */
export interface Sort {
  name: string;
  key: readonly ('text' | 'integer')[];
}

/** Where the page of a token ends; undefined if it is not a token of a list with these filters. */
export function cursorOf(token: string, sort: Sort, scope: unknown): Cursor | undefined {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!isToken(content) || content.sort !== sort.name || content.hash !== hashOf(scope))
    return undefined;
  const { revision, key } = content;
  return isRevision(revision) && isKey(key, sort.key) ? { revision, key } : undefined;
}

const hashOf = (scope: unknown): string =>
  createHash('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, 16);

const isToken = (value: unknown): value is Record<'sort' | 'revision' | 'key' | 'hash', unknown> =>
  typeof value === 'object' &&
  value !== null &&
  ['sort', 'revision', 'key', 'hash'].every((name) => Object.hasOwn(value, name));

const isRevision = (value: unknown): value is number => Number.isSafeInteger(value);

const isKey = (value: unknown, types: Sort['key']): value is Cursor['key'] =>
  Array.isArray(value) &&
  value.length === types.length &&
  value.every((part, index) =>
    types[index] === 'text' ? typeof part === 'string' : Number.isSafeInteger(part),
  );
