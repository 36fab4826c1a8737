import { createHash } from 'node:crypto';

/**
 * The entity tag of what is shown at a revision.
 * @param parts everything else that what is shown depends on
 */
export const entityTag = (revision: string, parts: readonly unknown[]): string =>
  `W/"${revision}-${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16)}"`;

/** Whether the header `If-None-Match` has a tag. */
export const matches = (ifNoneMatch: string | undefined, tag: string): boolean =>
  (ifNoneMatch ?? '').split(',').some((each) => each.trim().replace(/^(?!W\/)/, 'W/') === tag);
