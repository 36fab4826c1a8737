import { lookup } from 'node:dns/promises';
import { request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { errorMessage } from '../shared/user-error.ts';
import { isPublicAddress } from './public-address.ts';
import type { SendResult } from './send-result.ts';
import { webhookHeaders } from './webhook-signature.ts';

/** Where webhooks go. */
export interface WebhookTarget {
  url: URL;
  /** Of its secrets; the first is the current one. */
  keys: readonly Buffer[];
}

export interface WebhookMessage {
  id: string;
  body: string;
}

/** What a test replaces. */
export interface WebhookPolicy {
  /** Whether to connect to an address. */
  isAllowed: (address: string) => boolean;
  /** The addresses of a host. */
  resolve: (host: string) => Promise<readonly string[]>;
  /** Certificates of authorities, in PEM; those of Node.js if it is left out. */
  ca?: string;
  /** How long it may take until the response, in milliseconds. */
  timeout: number;
}

export const defaultWebhookPolicy: WebhookPolicy = {
  isAllowed: isPublicAddress,
  resolve: async (host) => {
    const addresses = await lookup(host, { all: true });
    return addresses.map(({ address }) => address);
  },
  timeout: 10_000,
};

/**
 * Sends a webhook over HTTPS. Every address of the host must be allowed, and the connection goes to
 * one that was checked, so that a second answer of DNS changes nothing. Redirects are not followed.
 * @param now of the attempt
 */
export async function sendWebhook(
  { url, keys }: WebhookTarget,
  { id, body }: WebhookMessage,
  now: Date,
  policy: WebhookPolicy = defaultWebhookPolicy,
): Promise<SendResult> {
  const failed = (error: string, isFinal = false): SendResult => ({
    kind: 'failed',
    error,
    isFinal,
  });
  if (url.protocol !== 'https:') return failed('its address does not begin with https://', true);
  const timeout = AbortSignal.timeout(policy.timeout);
  try {
    const addresses = await orAborted(policy.resolve(hostOf(url)), timeout);
    const [address] = addresses;
    if (address === undefined) return failed('its host has no address');
    if (!addresses.every((each) => policy.isAllowed(each)))
      return failed('its host has an address that is not on the public internet');
    const timestamp = Math.floor(now.getTime() / 1000);
    const status = await post(url, address, body, {
      headers: webhookHeaders({ id, timestamp, body }, keys),
      ca: policy.ca,
      signal: timeout,
    });
    if (status >= 200 && status < 300) return { kind: 'sent' };
    // The Standard Webhooks: the receiver wants no more.
    return failed(`it answers with the status ${status}`, status === 410);
  } catch (error) {
    return failed(
      timeout.aborted ? `no response within ${policy.timeout / 1000} seconds` : errorMessage(error),
    );
  }
}

/** The host without the brackets of an IPv6 address. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** @returns the status of the response */
function post(
  url: URL,
  address: string,
  body: string,
  {
    headers,
    ca,
    signal,
  }: { headers: Record<string, string>; ca: string | undefined; signal: AbortSignal },
): Promise<number> {
  const family = isIP(address);
  const toAddress: LookupFunction = (_host, options, callback) => {
    if (options.all) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        // A connection of its own: one that is kept could be to an address of another check.
        agent: false,
        lookup: toAddress,
        signal,
        ...(ca !== undefined && { ca }),
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Gatehouse',
        },
      },
      (response) => {
        resolve(response.statusCode ?? 0);
        // Nothing is read of what a receiver says.
        response.destroy();
      },
    );
    sent.on('error', reject).end(body);
  });
}

/** Like the promise, or the reason of the signal if that comes first. */
const orAborted = async <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  Promise.race([
    promise,
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    }),
  ]);
