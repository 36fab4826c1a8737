import { parseEnv } from 'node:util';
import { UserError } from '../shared/user-error.ts';
import { readRegularFile } from './files.ts';

/** A longer file is not a list of variables. */
const maxBytes = 256 * 1024;

const credentials = [
  'PRIVATE_KEY',
  'PRIVATE_KEY_PATH',
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'WEBHOOK_SECRET',
];
/** Variables that decide where credentials and signatures are sent. */
const destinations =
  /^(?:GHE_HOST|GHE_PROTOCOL|GITHUB_API_URL|GITHUB_SERVER_URL|DATABASE_URL|REDIS_URL|PG[A-Z]+|(?:HTTPS?|ALL|NO)_PROXY|NODE_.*)$/i;

/**
 * Adds the variables of a file to an environment, if the file exists. A variable that the
 * environment has already stays as it is. Anyone can commit a `.env` to a checkout in which a
 * maintainer then runs a command. So the file may contain credentials, but it may not decide where
 * the credentials of the environment are sent.
 * @throws UserError if the file tries that, or cannot be read
 */
export function loadEnvFile(path: string, env: NodeJS.ProcessEnv): void {
  const content = readRegularFile(path, { maxBytes });
  if (!('bytes' in content)) {
    if (content.obstacle === 'missing') return;
    throw new UserError(
      `${path} is not used: it ${content.description}. ` +
        'Set its variables in the environment instead.',
    );
  }
  const variables = Object.entries(parseEnv(content.bytes.toString())).filter(
    ([name]) => env[name] === undefined,
  );
  const destination = variables.find(([name]) => destinations.test(name))?.[0];
  const credential = credentials.find((name) => env[name]);
  if (destination !== undefined && credential !== undefined) {
    throw new UserError(
      `${path} sets ${destination}, but ${credential} comes from the environment, and a ` +
        'file in the working directory must not decide where it is sent. ' +
        'Set both in the same place, or run the command in another folder.',
    );
  }
  for (const [name, value] of variables) env[name] = value;
}
