import { readFile } from 'node:fs/promises';
import type * as App from '../app/server.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';
import { packageRoot } from '../workspace/validate-checkout.ts';

/**
 * Loads the App. Its packages weigh three times as much as all else, so they are optional peer
 * dependencies of this one (decision 21).
 * @throws UserError if one of them is not installed
 */
export async function loadApp(): Promise<typeof App> {
  try {
    return await import('../app/server.ts');
  } catch (error) {
    const missing = /^Cannot find package '([^']+)'/.exec(errorMessage(error))?.[1];
    const peers = await readPeerDependencies();
    if (missing === undefined || peers[missing] === undefined) throw error;
    const packages = Object.entries(peers).map(
      ([name, range]) => `${name}@${range.replace(/^\^/, '')}`,
    );
    throw new UserError(
      `The package ${missing} is not installed. The App needs packages that checking does not. ` +
        `Install them beside gatehouse: npm install ${packages.join(' ')}`,
    );
  }
}

async function readPeerDependencies(): Promise<Record<string, string>> {
  const manifest: { peerDependencies: Record<string, string> } = JSON.parse(
    await readFile(new URL('package.json', packageRoot), 'utf8'),
  );
  return manifest.peerDependencies;
}
