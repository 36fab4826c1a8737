/**
 * Builds `dist/`: validators from schemas, a dictionary from word lists, then the doors with all
 * they need in a few files (a command that starts in a tenth of a second cannot look for a
 * hundred), then the dictionary and the schemas that are published beside them.
 */
import { chmodSync, cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licensesOf } from './licenses.ts';
import { programsOf, writeLaunchers } from './launchers.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = join(root, 'dist');

const programs = {
  cli: 'src/cli/main.ts',
  worker: 'src/workspace/validate-thread.ts',
  'review-process': 'src/app/review-process.ts',
};

rmSync(dist, { recursive: true, force: true });
for (const script of ['compile-schemas.ts', 'compile-dictionary.ts'])
  execFileSync(process.execPath, [`scripts/${script}`], { cwd: root, stdio: 'inherit' });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: programsOf(programs),
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // Loaded only where they are needed; those that the App alone needs are too large, or too
  // particular about where they lie, to be bundled.
  external: [
    'yaml',
    '@vscode/tree-sitter-wasm',
    '@electric-sql/pglite',
    'kysely',
    'pg',
    'pg-boss',
    'probot',
    'prom-client',
    'sharp',
  ],
  legalComments: 'none',
  metafile: true,
});
writeFileSync(join(dist, 'licenses.txt'), licensesOf(metafile));
writeLaunchers(dist, Object.keys(programs));
for (const schema of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
  if (schema.endsWith('.schema.json')) cpSync(join(root, 'src', schema), join(dist, schema));
}
for (const name of ['dictionary.bin', 'dictionary-licenses.txt'])
  cpSync(join(root, 'src/generated', name), join(dist, 'generated', name));
chmodSync(join(dist, 'cli.js'), 0o755);
