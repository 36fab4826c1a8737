/** A person as a trailer in a commit message names them. */
export interface NamedAddress {
  name: string;
  email: string;
}

/** No real commit has more. */
const maxCoAuthors = 50;

/**
 * Parses the co-authors in a commit message like GitHub does: `Co-authored-by: Name <address>` on
 * its own line, in any case. Lines above the last paragraph count too, because some tools add text
 * after the trailers. Returns each address once. `github/resolve-co-authors.ts` finds the accounts.
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
    if (found.size >= maxCoAuthors) break;
  }
  return [...found.values()];
}

/**
 * The account in a no-reply address of GitHub, such as `583231+octocat@users.noreply.github.com`.
 * Older addresses have only the login: `octocat@users.noreply.github.com`.
 * @param host the host of GitHub
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
