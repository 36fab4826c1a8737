/**
 * Builds `action/`, the GitHub Action as a folder that works anywhere with nothing installed: the
 * bundled programs with their launchers, and beside them, as whole packages, what cannot be
 * bundled: the C# grammar, and sharp with its WebAssembly build, which runs on every platform. The
 * folder is not on main; the release workflow puts it on the tag.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licensesOf, manifestOf } from './licenses.ts';
import { programsOf, writeLaunchers } from './launchers.ts';
import { copyWholePackages, requireBanner, wholePackages } from './whole-packages.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const action = join(root, 'action');

const programs = { action: 'src/action/main.ts', worker: 'src/workspace/validate-thread.ts' };

rmSync(action, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: programsOf(programs),
  outdir: join(action, 'dist'),
  bundle: true,
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  external: wholePackages,
  banner: { js: requireBanner },
  legalComments: 'none',
  metafile: true,
});
writeLaunchers(join(action, 'dist'), Object.keys(programs));
mkdirSync(join(action, 'dist/generated'));
for (const name of readdirSync(join(root, 'dist/generated')))
  cpSync(join(root, 'dist/generated', name), join(action, 'dist/generated', name));
// What SARIF says of a rule is its page.
for (const name of ['rules', 'changes'])
  cpSync(join(root, 'docs', name), join(action, 'docs', name), {
    recursive: true,
    filter: (path) => !/(?:README|coverage)\.md$/.test(path),
  });
const copied = copyWholePackages(action);

const { name, version, license } = manifestOf(root);
writeFileSync(
  join(action, 'package.json'),
  `${JSON.stringify({ name, version, license, private: true, type: 'module' }, null, 2)}\n`,
);
writeFileSync(join(action, 'licenses.txt'), licensesOf(metafile));

const size = readdirSync(action, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .reduce((sum, entry) => sum + readFileSync(join(entry.parentPath, entry.name)).length, 0);
console.log(
  `${relative(root, action)}${sep}: ` +
    `${(size / 1e6).toFixed(1)} MB, with ${copied.join(', ')} beside the bundle`,
);
