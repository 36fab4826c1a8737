import { parseEnv } from 'node:util';
import { UserError } from '../shared/user-error.ts';
import { readRegularFile } from './files.ts';

/** Files of variables are short; a longer one is something else. */
const maxBytes = 256 * 1024;

const credentials = ['PRIVATE_KEY', 'PRIVATE_KEY_PATH', 'GITHUB_TOKEN', 'WEBHOOK_SECRET'];
/** What decides where credentials and signatures go. */
const destinations =
  /^(?:GHE_HOST|GHE_PROTOCOL|GITHUB_API_URL|GITHUB_SERVER_URL|DATABASE_URL|REDIS_URL|PG[A-Z]+|(?:HTTPS?|ALL|NO)_PROXY|NODE_.*)$/i;

/**
 * Adds the variables of a file, if there is one, to an environment, which wins. Anybody can commit
 * a `.env` to a checkout in which somebody runs a command: it may bring credentials of its own, but
 * may not say where those of the environment go.
 * @throws Problem if it tries to, or cannot be read
 *
 */
export function loadEnvFile(path: string, env: NodeJS.ProcessEnv): void {
  const read = readRegularFile(path, { most: maxBytes });
  if (!('bytes' in read)) {
    if (read.not === 'missing') return;
    throw new UserError(
      `${path} is not used: it ${read.says}. Set its variables in the environment instead.`,
    );
  }
  const variables = Object.entries(parseEnv(read.bytes.toString())).filter(
    ([name]) => env[name] === undefined,
  );
  const destination = variables.find(([name]) => destinations.test(name))?.[0];
  const credential = credentials.find((name) => env[name]);
  if (destination !== undefined && credential !== undefined) {
    throw new UserError(
      `${path} sets ${destination}, but ${credential} comes from the environment, and a ` +
        'file in a folder does not decide where that is sent. ' +
        'Set both in one place, or run it in another folder.',
    );
  }
  for (const [name, value] of variables) env[name] = value;
}
