import { createHmac } from 'node:crypto';

/** What the Standard Webhooks sign. */
export interface SignedContent {
  /** The same for each attempt, so that the receiver recognizes a repetition. */
  id: string;
  /** Of the attempt, in seconds since 1970. */
  timestamp: number;
  body: string;
}

const prefix = 'whsec_';

/**
 * The key of a secret: 24 to 64 bytes.
 * @returns undefined if it is not `whsec_` and their Base64
 */
export function webhookKey(secret: string): Buffer | undefined {
  const encoded = secret.slice(prefix.length);
  if (!secret.startsWith(prefix) || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return undefined;
  const key = Buffer.from(encoded, 'base64');
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}

/**
 * The headers of a webhook, as the Standard Webhooks want them: one signature for each key, so that
 * a secret can be replaced without losing a message.
 */
export function webhookHeaders(
  { id, timestamp, body }: SignedContent,
  keys: readonly Buffer[],
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const signatures = keys.map((key) => {
    const hmac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`);
    return `v1,${hmac.digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
