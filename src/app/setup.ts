import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { copyFileSync, existsSync } from 'node:fs';
import { Server as HttpServer } from 'node:http';
import { join } from 'node:path';
import { run } from 'probot';
import { isObject } from '../json/values.ts';
import { UserError } from '../shared/user-error.ts';
import { limitBodies } from './request-limits.ts';
import type { Running } from './running.ts';

/** The forms of the setup are small. */
const maxSetupBodyBytes = 64_000;

/**
 * Serves Probot's setup: a page that creates an App on GitHub from `app.yml`, and writes its
 * credentials to `.env`.
 * @throws UserError in production, where nobody could use the page
 */
export async function serveSetup(env: NodeJS.ProcessEnv, packageRoot: string): Promise<Running> {
  if (env.NODE_ENV === 'production')
    throw new UserError(
      'APP_ID and PRIVATE_KEY are missing. ' +
        'Start once without NODE_ENV=production to create the App.',
    );
  // Probot reads it from the working directory.
  if (!existsSync('app.yml')) copyFileSync(join(packageRoot, 'app.yml'), 'app.yml');
  // Probot does not return its HTTP server, so the limit is set when the server gets its first
  // request.
  let limitedServer: HttpServer | undefined;
  const onRequest = (message: unknown): void => {
    if (
      limitedServer !== undefined ||
      !isObject(message) ||
      !('server' in message) ||
      !(message.server instanceof HttpServer)
    )
      return;
    limitedServer = message.server;
    limitBodies(limitedServer, maxSetupBodyBytes);
  };
  subscribe('http.server.request.start', onRequest);
  const server = await run(() => {}, { env });
  return {
    stop() {
      unsubscribe('http.server.request.start', onRequest);
      return server.stop();
    },
  };
}
