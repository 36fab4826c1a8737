import type { Account } from '../review/model/snapshot.ts';
import { toAuthor, type ResponseObject } from './parse-response.ts';

/**
 * The values of `author_association` for accounts that belong to the repository. They only decide
 * whose permission Gatehouse asks for first; the permission itself comes from GitHub.
 */
const insiderAssociations: ReadonlySet<unknown> = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

/** The ids of the authors who belong to the repository. */
export const insidersAmong = (
  items: readonly ResponseObject<{ author_association: string; user: unknown }>[],
): Set<number> =>
  new Set(
    items
      .filter((item) => insiderAssociations.has(item.author_association))
      .map((item) => toAuthor(item.user).id),
  );

/** The items of the first `maxAuthors` authors. Insiders come first, then the order of the items. */
export function limitAuthors<T extends { author: Account }>(
  items: readonly T[],
  insiders: ReadonlySet<number>,
  maxAuthors: number,
): T[] {
  const authors = new Set(
    [...items.filter(({ author }) => insiders.has(author.id)), ...items].map(
      ({ author }) => author.id,
    ),
  );
  const chosen = new Set([...authors].slice(0, maxAuthors));
  return items.filter(({ author }) => chosen.has(author.id));
}
