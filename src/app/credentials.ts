import { getPrivateKey } from '@probot/get-private-key';
import type { Options } from 'probot';
import { Octokit } from '../github/octokit.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';
import { fingerprintOf } from './credential-errors.ts';
import type { AppEnvironment } from './env.ts';

/** Probot's options to authenticate as the App. */
export type Credentials = Options & { appId: string; privateKey: string };

/**
 * Probot's options to authenticate as the App; undefined if the environment has no credentials.
 * @throws UserError if the private key cannot be read, or is not a private key
 */
export function credentialsOf(
  environment: AppEnvironment,
  env: NodeJS.ProcessEnv,
): Credentials | undefined {
  const { appId, isPaced, redisUrl } = environment;
  let privateKey: string | null;
  try {
    privateKey = getPrivateKey({ env, cwd: process.cwd() });
  } catch (error) {
    const reason = errorMessage(error).replace(/^\[@probot\/get-private-key\] /, '');
    throw new UserError(`The App's private key cannot be read: ${reason}`);
  }
  if (appId !== undefined && privateKey === null)
    throw new UserError(
      "APP_ID is set, but the App's private key is missing. Set PRIVATE_KEY or PRIVATE_KEY_PATH.",
    );
  if (appId === undefined && (env.PRIVATE_KEY || env.PRIVATE_KEY_PATH))
    throw new UserError(
      'There is a private key, but APP_ID is missing. ' +
        'Set it to the number that the App\'s settings page calls "App ID".',
    );
  if (appId === undefined || privateKey === null) return undefined;
  try {
    fingerprintOf(privateKey);
  } catch {
    throw new UserError(
      `${env.PRIVATE_KEY ? 'PRIVATE_KEY' : 'The file with the private key'} is not a complete ` +
        'private key. It is the content of the .pem file that GitHub creates under ' +
        '"Private keys" on the App\'s settings page, with its first and last line.',
    );
  }
  return {
    appId,
    privateKey,
    // GitHub asks for a second between writes, and for three if people are notified. An Enterprise
    // Server has no such limits by default.
    Octokit: isPaced
      ? Octokit
      : Octokit.defaults((options: object) => ({ ...options, throttle: { enabled: false } })),
    ...(environment.gheHost !== undefined && { baseUrl: apiOf(environment) }),
    ...(redisUrl !== undefined && { redisConfig: redisUrl }),
  };
}

/** The address of GitHub's pages. */
export const webOf = ({
  gheHost = 'github.com',
  gheProtocol = 'https',
}: Pick<AppEnvironment, 'gheHost' | 'gheProtocol'>): string => `${gheProtocol}://${gheHost}`;

/** The address of GitHub's REST API. */
export const apiOf = (environment: Pick<AppEnvironment, 'gheHost' | 'gheProtocol'>): string =>
  environment.gheHost === undefined ? 'https://api.github.com' : `${webOf(environment)}/api/v3`;
