import { docsSite } from '../../src/shared/project.ts';

/** Of the site's address, the part that all paths begin with: `/gatehouse/`. */
export const base = new URL(docsSite).pathname;

/** The files of the site, by path from its root; pages are `…/index.html`. */
export type Files = ReadonlyMap<string, string | Uint8Array>;

/** Links and pictures of the pages that lead to no file, or to no place in it: "from: link". */
export function brokenLinks(files: Files): string[] {
  const idsOf = new Map(
    Array.from(files).flatMap(([path, content]) =>
      typeof content === 'string' && path.endsWith('.html')
        ? [[path, new Set(Array.from(content.matchAll(/ id="([^"]*)"/g), ([, id]) => id))] as const]
        : [],
    ),
  );
  return Array.from(files).flatMap(([from, content]) => {
    if (!idsOf.has(from) || typeof content !== 'string') return [];
    const links = Array.from(
      content.matchAll(/<[a-z]+\b[^>]* (?:href|src|srcset)="([^"]*)"/g),
      ([, href = '']) => href.replaceAll('&amp;', '&'),
    );
    return links
      .filter((href) => !/^(?:https?:|mailto:|data:)/.test(href))
      .filter((href) => !leadsSomewhere(href, from))
      .map((href) => `${from}: ${href}`);
  });

  function leadsSomewhere(href: string, from: string): boolean {
    const { pathname, hash } = new URL(href, new URL(from, docsSite));
    if (!pathname.startsWith(base)) return false;
    const path = decodeURIComponent(pathname.slice(base.length));
    const file = path === '' || path.endsWith('/') ? `${path}index.html` : path;
    if (!files.has(file)) return false;
    return hash === '' || idsOf.get(file)?.has(decodeURIComponent(hash.slice(1))) === true;
  }
}
