import { createHash } from 'node:crypto';

/** The values by which an item is sorted, with what makes them unique. */
export type SortKey = readonly (string | number)[];

/** Says where a page of a list ends. The token is for this list with these filters only. */
export const pageToken = (sort: string, last: SortKey, scope: unknown): string =>
  Buffer.from(JSON.stringify({ sort, last, hash: hashOf(scope) })).toString('base64url');

/**
 * The sort key in a token; undefined if it is not a token of a list with these filters.
 * @param shape the types of the parts of the sort key
 */
export function pagePosition(
  token: string,
  sort: string,
  shape: readonly ('string' | 'number')[],
  scope: unknown,
): SortKey | undefined {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!isToken(content)) return undefined;
  const { last } = content;
  return content.sort === sort && content.hash === hashOf(scope) && isKey(last, shape)
    ? last
    : undefined;
}

const isToken = (value: unknown): value is { sort: unknown; last: unknown; hash: unknown } =>
  typeof value === 'object' &&
  value !== null &&
  'sort' in value &&
  'last' in value &&
  'hash' in value;

const hashOf = (scope: unknown): string =>
  createHash('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, 16);

const isKey = (value: unknown, shape: readonly string[]): value is SortKey =>
  Array.isArray(value) &&
  value.length === shape.length &&
  value.every((part, index) => typeof part === shape[index]);
