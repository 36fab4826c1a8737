import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const script = join(import.meta.dirname, '../../scripts/after-install.js');
let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'gatehouse-install-'));
  write('package.json', '{ "type": "module", "scripts": { "build": "echo built" } }');
  mkdirSync(join(checkout, 'scripts'));
  cpSync(script, join(checkout, 'scripts/after-install.js'));
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), text);
}
function run() {
  const { status, stdout } = spawnSync(process.execPath, ['scripts/after-install.js'], {
    cwd: checkout,
    encoding: 'utf8',
  });
  return { status, stdout };
}

describe('after an installation in a checkout', () => {
  test('the programs are built if what builds them is installed', () => {
    write('node_modules/esbuild/package.json', '{}');
    const { status, stdout } = run();
    expect(status).toBe(0);
    expect(stdout).toContain('built\n');
  });

  test('the installation fails if the build does', () => {
    write('node_modules/esbuild/package.json', '{}');
    write('package.json', '{ "type": "module", "scripts": { "build": "exit 3" } }');
    expect(run().status).toBe(3);
  });

  test('without development dependencies, programs that are there stay as they are', () => {
    write('dist/cli.js', '');
    expect(run()).toEqual({ status: 0, stdout: '' });
  });

  test('without development dependencies and without programs, it says how to get both', () => {
    expect(run()).toEqual({
      status: 0,
      stdout: expect.stringMatching(/Run npm ci, then npm prune --omit=dev\.\n$/),
    });
  });
});
