/**
 * Runs after each installation in a checkout (npm's event `dependencies`), on Node.js 20 too: builds
 * `dist/` if the packages that build it are installed. Without development dependencies it leaves
 * `dist/` alone, and says how to get one if there is none.
 *
 * Not `prepare`, about which npm warns everyone who installs the packed tarball:
 * docs/decisions/0030-published.md.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const isThere = (path) => existsSync(new URL(`../${path}`, import.meta.url));

if (isThere('node_modules/esbuild/package.json')) {
  const options = { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' };
  process.exitCode = spawnSync('npm', ['run', 'build'], options).status ?? 1;
} else if (!isThere('dist/cli.js')) {
  console.log(
    'dist/ is not built, because the development dependencies are left out. Run npm ci, then npm prune --omit=dev.',
  );
}
