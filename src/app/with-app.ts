import { Probot } from 'probot';
import { UserError } from '../shared/user-error.ts';
import type { Store } from '../store/store.ts';
import { credentialsOf } from './credentials.ts';
import { readEnvironment, type AppEnvironment } from './env.ts';
import { createLog } from './log.ts';
import { openStore } from './open-store.ts';

/** What a command of the App works with. */
export interface AppResources {
  environment: AppEnvironment;
  app: Probot;
  store: Store;
}

/**
 * Runs a command with the App and its store, and closes both.
 * @throws UserError if the environment lacks the credentials of the App
 */
export async function withApp<T>(
  env: NodeJS.ProcessEnv,
  use: (resources: AppResources) => Promise<T>,
): Promise<T> {
  const environment = readEnvironment(env);
  const credentials = credentialsOf(environment, env);
  if (!credentials)
    throw new UserError(
      'APP_ID and PRIVATE_KEY are missing. They are the credentials of the App: ' +
        'run gatehouse serve to create one.',
    );
  const { logLevel = 'warn', logFormat } = environment;
  const log = createLog({ logLevel, logFormat });
  const app = await new Probot({ ...credentials, log }).ready();
  const store = await openStore(environment);
  try {
    return await use({ environment, app, store });
  } finally {
    await store.close(0);
  }
}
