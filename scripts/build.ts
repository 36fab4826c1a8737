/**
 * Builds `dist/`: validators from schemas, a dictionary from word lists, the programs with their
 * launchers, and the published schemas. Each program is bundled into a few files, so that a cold
 * start does not have to find hundreds of modules.
 */
import { chmodSync, cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licensesOf } from './licenses.ts';
import { programsOf, writeLaunchers } from './launchers.ts';
import { requireBanner } from './whole-packages.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = join(root, 'dist');

const programs = {
  cli: 'src/cli/main.ts',
  worker: 'src/workspace/validate-thread.ts',
  'validation-thread': 'src/lsp/validation-thread.ts',
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
  // Loaded only when they are needed. Those that only the App needs load files or threads from
  // their own folders, or are too large.
  external: [
    'yaml',
    '@vscode/tree-sitter-wasm',
    '@electric-sql/pglite',
    'kysely',
    'pg',
    'pg-boss',
    'pino',
    'probot',
    'prom-client',
    'saxes',
    'sharp',
    'yauzl',
  ],
  // Some packages of the language server are modules that esbuild understands only in one of
  // their two forms.
  mainFields: ['module', 'main'],
  // Others call `require` for modules of Node.js.
  banner: { js: requireBanner },
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
