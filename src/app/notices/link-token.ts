import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a link in mail does. */
export type LinkPurpose = 'confirm' | 'unsubscribe';

/** The subscription that a link is about, as it was when the mail was sent. */
export interface LinkSubject {
  id: string;
  repository: string;
  login: string;
  address: string;
}

/**
 * A token for a link in mail: who has the mail has it, and nobody else can make one. It does not
 * expire, because the link of an old mail must still unsubscribe.
 * @param secret of the App's webhook
 */
export function linkToken(
  purpose: LinkPurpose,
  { id, repository, login, address }: LinkSubject,
  secret: string,
): string {
  const values = [id, repository, login, address];
  const payload = Buffer.from(JSON.stringify(values)).toString('base64url');
  return `${payload}.${signatureOf(purpose, payload, secret).toString('base64url')}`;
}

/** @returns undefined if this App did not make the token for this purpose */
export function parseLinkToken(
  purpose: LinkPurpose,
  token: string,
  secret: string,
): LinkSubject | undefined {
  const [payload = '', signature = '', ...rest] = token.split('.');
  const expected = signatureOf(purpose, payload, secret);
  const actual = Buffer.from(signature, 'base64url');
  if (rest.length > 0 || actual.length !== expected.length || !timingSafeEqual(actual, expected))
    return undefined;
  const [id, repository, login, address]: [string, string, string, string] = JSON.parse(
    Buffer.from(payload, 'base64url').toString(),
  );
  return { id, repository, login, address };
}

/** With the purpose, so that the signature of anything else is never one of a token. */
const signatureOf = (purpose: LinkPurpose, payload: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(`notices ${purpose} ${payload}`).digest();
