import { createHash, createPublicKey } from 'node:crypto';
import type { CredentialCheck } from '../github/read-app.ts';

/** A larger difference between two clocks is reported, in seconds. */
const maxClockDifference = 30;

/**
 * The fingerprint of a private key, as the settings page of an App lists it.
 * @throws Error if it is not a private key
 */
export const fingerprintOf = (privateKey: string): string =>
  `SHA256:${createHash('sha256')
    .update(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }))
    .digest('base64')}`;

/** "2 hours ahead of GitHub's"; undefined if the clocks agree well enough. */
export function describeClock(clockDifference: number | undefined): string | undefined {
  if (clockDifference === undefined || Math.abs(clockDifference) <= maxClockDifference)
    return undefined;
  const seconds = Math.abs(clockDifference);
  const direction = clockDifference > 0 ? 'ahead of' : 'behind';
  return `${duration(seconds)} ${direction} GitHub's`;
}

/** "3 minutes": in the largest unit of which there are at least 2, rounded down. */
export function duration(seconds: number): string {
  const units = [
    ['days', 86_400],
    ['hours', 3600],
    ['minutes', 60],
  ] as const;
  const [unit, size] = units.find((each) => seconds >= 2 * each[1]) ?? (['seconds', 1] as const);
  const count = Math.floor(seconds / size);
  return `${count} ${count === 1 ? 'second' : unit}`;
}

/** Why GitHub refuses the credentials of the App, and what to compare. */
export function describeRefusal(
  { status, message, clockDifference }: Extract<CredentialCheck, { kind: 'refused' }>,
  { appId, privateKey, host }: { appId: string; privateKey: string; host: string },
): string {
  const clock = describeClock(clockDifference);
  const settings = "the App's settings page";
  if (status === 404)
    return (
      `There is no App with APP_ID ${appId} on ${host}: ${quote(message)}. ` +
      `Compare APP_ID with "App ID" on ${settings}, and GHE_HOST with its address.`
    );
  const answer = `GitHub does not accept APP_ID ${appId} with this private key: ${quote(message)}.`;
  if (clock !== undefined)
    return `${answer} The clock of this machine is ${clock}: set it, and start again.`;
  if (status === 401)
    return (
      `${answer} Compare APP_ID with "App ID" on ${settings}, and the fingerprint of the key, ` +
      `${fingerprintOf(privateKey)}, with those under "Private keys": ` +
      'the key belongs to another App, or was deleted.'
    );
  return `${answer} Look at ${settings} on ${host}: the App may be suspended or blocked.`;
}

/** GitHub's words on one line. */
const quote = (message: string): string => JSON.stringify(message.replaceAll('"', "'"));
