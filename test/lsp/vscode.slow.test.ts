import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contoso, definition, folder } from '../support/cli.ts';
import { drawIcon } from '../../src/analyzers/analyze.ts';
import { LanguageClient, uriOf } from './language-client.ts';

const root = join(import.meta.dirname, '../..');
/** The extension as VS Code installs it, far from any `node_modules`. */
const installed = join(folder, 'installed');
let files: Record<string, Uint8Array> = {};

beforeAll(() => {
  execFileSync(process.execPath, ['scripts/build-vscode.ts'], { cwd: root, stdio: 'pipe' });
  const name = readdirSync(join(root, 'vscode')).find((file) => file.endsWith('.vsix')) ?? '';
  files = unzipSync(readFileSync(join(root, 'vscode', name)));
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(installed, path)), { recursive: true });
    writeFileSync(join(installed, path), bytes);
  }
}, 300_000);

const text = (path: string): string => strFromU8(files[path] ?? new Uint8Array());

describe('the VS Code extension', () => {
  test('contains what it needs and nothing else', () => {
    const folders = new Set(
      Object.keys(files).map((path) => path.split('/').slice(0, 3).join('/')),
    );
    expect([...folders].toSorted()).toEqual([
      '[Content_Types].xml',
      'extension.vsixmanifest',
      'extension/LICENSE.txt',
      'extension/changelog.md',
      'extension/dist/extension.js',
      'extension/icon.png',
      'extension/licenses.txt',
      'extension/package.json',
      'extension/readme.md',
      'extension/schemas/settings.schema.json',
      'extension/server/dist',
      'extension/server/node_modules',
      'extension/server/package.json',
    ]);
    const modules = Object.keys(files).flatMap(
      (path) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
    );
    expect([...new Set(modules)].toSorted()).toEqual(
      expect.arrayContaining(['@img/sharp-wasm32', '@vscode/tree-sitter-wasm', 'sharp']),
    );
    expect(modules).not.toContain('probot');
    const bytes = Object.values(files).reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBeLessThan(25e6);
  });

  test('names files that it contains', () => {
    const manifest = JSON.parse(text('extension/package.json'));
    const paths = [
      manifest.main,
      manifest.icon,
      ...manifest.contributes.yamlValidation.map(({ url }: { url: string }) => url),
    ];
    for (const path of paths)
      expect(existsSync(join(installed, 'extension', path)), path).toBe(true);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(manifest.version).toBe(version);
    // Settings that could choose a program do not count in a workspace that is not trusted.
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toContain(
      'gatehouse.path',
    );
  });

  test('registers the commands that it offers, and none of the server', () => {
    const { contributes } = JSON.parse(text('extension/package.json'));
    const code = text('extension/dist/extension.js');
    for (const { command } of contributes.commands) expect(code).toContain(`"${command}"`);
    expect(code).toContain('gatehouse.fixAllInDocument');
    const required = Array.from(code.matchAll(/\brequire\("([^"]+)"\)/g), ([, name]) => name);
    expect([...new Set(required)].filter((name = '') => !isBuiltin(name))).toEqual(['vscode']);
  });

  test('starts its server, which looks into every file of a connector', async () => {
    const connector = join(folder, 'workspace/certified-connectors/Contoso Invoices');
    cpSync(contoso, connector, { recursive: true });
    const script = join(connector, 'script.csx');
    const icon = join(connector, 'icon.png');
    writeFileSync(script, 'public class Script : ScriptBase { System.IO.File file; ');
    writeFileSync(
      icon,
      await drawIcon('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"/>'),
    );
    const client = await LanguageClient.start({
      folders: [join(folder, 'workspace')],
      command: [process.execPath, join(installed, 'extension/server/dist/lsp.js'), '--stdio'],
    });
    afterAll(() => client.process.kill('SIGKILL'));
    const path = join(connector, definition);
    const uri = client.open(path, readFileSync(path, 'utf8').replace('"2.0"', '"3.0"'));
    expect(await client.diagnostics(uri)).not.toEqual([]);
    for (const [file, rule] of [
      [script, 'ScriptSyntaxError'],
      [icon, 'IconSize'],
    ] as const)
      await client.until(
        () => client.published(uriOf(file))?.diagnostics.some(({ code }) => code === rule) === true,
        `${rule} in ${file}`,
      );
    expect(await client.stop()).toBe(0);
    expect(client.stderr).toBe('');
    expect(client.messages).toEqual([]);
  });
});
