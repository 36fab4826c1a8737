/**
 * Builds the VS Code extension, `vscode/gatehouse-<version>.vsix`: the extension and the language
 * server, each bundled, and beside the server what cannot be bundled. It works with nothing
 * installed.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { build, type BuildOptions } from 'esbuild';
import { drawIcon } from '../src/analyzers/analyze.ts';
import { licensesOf, manifestOf } from './licenses.ts';
import { programsOf, writeLaunchers } from './launchers.ts';
import { copyWholePackages, requireBanner, wholePackages } from './whole-packages.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const source = join(root, 'editors/vscode');
const target = join(root, 'vscode');
const extension = join(target, 'extension');
const server = join(extension, 'server');

const common = {
  absWorkingDir: root,
  bundle: true,
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  target: 'node22',
  legalComments: 'none',
  metafile: true,
} as const satisfies BuildOptions;

rmSync(target, { recursive: true, force: true });
const client = await build({
  ...common,
  entryPoints: { extension: join(source, 'src/extension.ts') },
  outdir: join(extension, 'dist'),
  format: 'cjs',
  external: ['vscode'],
});
const programs = { lsp: 'src/lsp/main.ts', 'validation-thread': 'src/lsp/validation-thread.ts' };
const language = await build({
  ...common,
  entryPoints: programsOf(programs),
  outdir: join(server, 'dist'),
  splitting: true,
  format: 'esm',
  mainFields: ['module', 'main'],
  external: wholePackages,
  banner: { js: requireBanner },
});
writeLaunchers(join(server, 'dist'), Object.keys(programs));
cpSync(join(root, 'dist/generated'), join(server, 'dist/generated'), { recursive: true });
copyWholePackages(server);

const { name, version, license } = manifestOf(root);
const write = (folder: string, content: object): void =>
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(content, null, 2)}\n`);
write(server, { name, version, license, private: true, type: 'module' });
write(extension, { ...manifestOf(source), version });
for (const file of ['README.md', 'CHANGELOG.md']) cpSync(join(source, file), join(extension, file));
cpSync(join(root, 'LICENSE'), join(extension, 'LICENSE'));
writeFileSync(
  join(extension, 'icon.png'),
  await drawIcon(readFileSync(join(source, 'icon.svg'), 'utf8')),
);
mkdirSync(join(extension, 'schemas'));
cpSync(
  join(root, 'src/settings/settings.schema.json'),
  join(extension, 'schemas/settings.schema.json'),
);
const inputs = { ...client.metafile.inputs, ...language.metafile.inputs };
writeFileSync(join(extension, 'licenses.txt'), licensesOf({ inputs, outputs: {} }));

const packagePath = join(target, `gatehouse-${version}.vsix`);
await createVSIX({ cwd: extension, packagePath, dependencies: false });
const size = readFileSync(packagePath).length / 1e6;
const files = readdirSync(extension, { recursive: true, withFileTypes: true }).filter((entry) =>
  entry.isFile(),
).length;
console.log(`${relative(root, packagePath)}: ${size.toFixed(1)} MB, ${files} files`);
