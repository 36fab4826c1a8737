/** Somebody as a trailer of a commit message names them. */
export interface NamedAddress {
  name: string;
  email: string;
}

/** More co-authors than this of one commit are nobody's. */
const mostCoAuthors = 50;

/**
 * The co-authors that a commit message names, as GitHub reads them:
 * `Co-authored-by: Name <address>`, whatever the capitals, on a line of its own. Lines above the
 * last paragraph count too: tools put text behind trailers, and a co-author must not get lost. Each
 * address once.
 */
export function parseCoAuthors(message: string): NamedAddress[] {
  const found = new Map<string, NamedAddress>();
  for (const line of message.split(/\r\n|\n|\r/)) {
    if (line.length > 1000 || !/^co-authored-by:/i.test(line)) continue;
    const open = line.lastIndexOf('<');
    const close = line.indexOf('>', open);
    if (open < 0 || close < 0) continue;
    const email = line.slice(open + 1, close).trim();
    const name = line.slice('co-authored-by:'.length, open).trim();
    if (email !== '' && !found.has(email.toLowerCase()))
      found.set(email.toLowerCase(), { name, email });
    if (found.size >= mostCoAuthors) break;
  }
  return [...found.values()];
}

/**
 * The account that a no-reply address of GitHub names: `583231+octocat@users.noreply.github.com`.
 * Older ones have no number (`octocat@users.noreply.github.com`) and name a login only. `host` is
 * GitHub's own.
 */
export function accountOfNoreplyAddress(
  email: string,
  host = 'github.com',
): { id?: number; login: string } | undefined {
  const ending = `@users.noreply.${host}`;
  if (!email.toLowerCase().endsWith(ending)) return undefined;
  const match = /^(?:(\d{1,15})\+)?([A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:\[bot\])?)$/.exec(
    email.slice(0, -ending.length),
  );
  const [, id, login] = match ?? [];
  if (login === undefined) return undefined;
  return id === undefined ? { login } : { id: Number(id), login };
}
