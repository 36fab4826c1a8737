import { isIPv6 } from 'node:net';

const windowMilliseconds = 60_000;

/** Limits the requests of each client in a minute. Remembers a limited number of clients. */
export class RateLimiter {
  readonly #limit: number;
  readonly #maxClients: number;
  /** By client, in the order in which their minutes began. */
  readonly #windows = new Map<string, { endsAt: number; requests: number }>();

  constructor(limit = 600, maxClients = 10_000) {
    this.#limit = limit;
    this.#maxClients = maxClients;
  }

  /** How many clients it remembers. */
  get size(): number {
    return this.#windows.size;
  }

  /**
   * Counts a request.
   * @param now in milliseconds
   * @returns seconds to wait if there are too many; 0 if the request is within the limit
   */
  count(address: string, now: number): number {
    const client = clientOf(address);
    let window = this.#windows.get(client);
    if (!window || window.endsAt <= now) {
      this.#windows.delete(client);
      window = { endsAt: now + windowMilliseconds, requests: 0 };
      this.#windows.set(client, window);
      this.#forget(now);
    }
    window.requests += 1;
    return window.requests > this.#limit ? Math.ceil((window.endsAt - now) / 1_000) : 0;
  }

  /** Forgets clients whose minute is over, and the oldest if there are too many. */
  #forget(now: number): void {
    for (const [client, { endsAt }] of this.#windows) {
      if (endsAt > now && this.#windows.size <= this.#maxClients) return;
      this.#windows.delete(client);
    }
  }
}

/** The part of an address that a client cannot choose: of IPv6, the first 64 bits. */
function clientOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const missing = address.includes('::') ? 8 - groups(head).length - groups(tail).length : 0;
  return [...groups(head), ...Array.from({ length: missing }, () => '0'), ...groups(tail)]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/**
 * The address of the client.
 * @param peer the other end of the connection
 * @param forwardedFor the header `X-Forwarded-For`, which anyone may send
 * @param proxies how many proxies of the operator add the address of their peer to that header
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  proxies: number,
): string {
  if (proxies === 0 || forwardedFor === undefined) return peer;
  return forwardedFor.split(',').at(-proxies)?.trim() || peer;
}
