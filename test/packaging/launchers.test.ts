import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { programsOf, writeLaunchers } from '../../scripts/launchers.ts';
import { oldNodes, versionMessage } from './old-nodes.ts';

const root = join(import.meta.dirname, '../..');

const start = (node: string, file: string) =>
  spawnSync(node, [file, 'check'], { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });

test
  .skipIf(oldNodes.length === 0)
  .each([
    'dist/cli.js',
    'dist/worker.js',
    'dist/review-process.js',
    'action/dist/action.js',
    'action/dist/worker.js',
  ])('%s prints one line on an old Node.js, if there is one in PATH', (file) => {
  expect(existsSync(join(root, file))).toBe(true);
  for (const node of oldNodes) {
    const { status, stdout, stderr } = start(join(node.folder, 'node'), join(root, file));
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: versionMessage(node),
    });
  }
});

describe('a program that a launcher starts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-launcher-'));
  const [program = ''] = Object.keys(programsOf({ tool: 'tool.ts' }));
  beforeAll(() => {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeLaunchers(folder, ['tool']);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['with the status that it sets', 'process.exitCode = await Promise.resolve(1);', 1],
    ['with 0 if it sets none', 'setTimeout(() => {}, 10);', 0],
    ['with the status that it exits with while it waits', 'process.exit(0); await 1;', 0],
    ['with 13 if it waits for something that never happens', 'await new Promise(() => {});', 13],
    ['with 1 if it throws', "throw new Error('broken');", 1],
  ])('ends %s', (_, text, expected) => {
    writeFileSync(join(folder, `${program}.js`), text);
    expect(start(process.execPath, join(folder, 'tool.js')).status).toBe(expected);
  });
});
