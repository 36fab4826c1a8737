import { getPrivateKey } from '@probot/get-private-key';
import { createProbot, type Options, type Probot } from 'probot';
import { Octokit } from '../github/octokit.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';
import type { AppEnvironment } from './env.ts';

/**
 * Probot's options to authenticate as the App; undefined if the environment has no credentials.
 * @throws UserError if the private key cannot be read
 */
export function credentialsOf(
  environment: AppEnvironment,
  env: NodeJS.ProcessEnv,
): Options | undefined {
  const { appId, gheHost, gheProtocol = 'https', isPaced, redisUrl } = environment;
  let privateKey: string | null;
  try {
    privateKey = getPrivateKey({ env, cwd: process.cwd() });
  } catch (error) {
    throw new UserError(`The App's private key cannot be read: ${errorMessage(error)}`);
  }
  if (appId === undefined || privateKey === null) return undefined;
  return {
    appId,
    privateKey,
    // GitHub asks for a second between writes, and for three if people are notified. An Enterprise
    // Server has no such limits by default.
    Octokit: isPaced
      ? Octokit
      : Octokit.defaults((options: object) => ({ ...options, throttle: { enabled: false } })),
    ...(gheHost !== undefined && { baseUrl: `${gheProtocol}://${gheHost}/api/v3` }),
    ...(redisUrl !== undefined && { redisConfig: redisUrl }),
  };
}

/** Creates the log: JSON, unless a person reads it in a terminal. */
export async function createLog(env: NodeJS.ProcessEnv): Promise<Probot['log']> {
  const settings = {
    LOG_LEVEL: 'info',
    LOG_FORMAT: process.stdout.isTTY ? 'pretty' : 'json',
    ...env,
  } as const;
  return (await createProbot({ env: settings, overrides: { githubToken: 'none' } }).ready()).log;
}
