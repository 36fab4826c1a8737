import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Serving } from '../app/serving.ts';
import { createTestApp, openPullRequest, urlOf, visibleState } from '../app/test-app.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-image-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what the image contains is enough to serve the App, and is not what development needs', async () => {
  // The steps of deploy/Dockerfile, in a folder of their own.
  for (const name of [
    'package.json',
    'package-lock.json',
    'deploy/production-packages.js',
    'app.yml',
    'dist',
  ])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  const options = {
    cwd: folder,
    stdio: 'pipe',
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
  } as const;
  execFileSync(process.execPath, ['deploy/production-packages.js'], options);
  execFileSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'],
    options,
  );
  for (const name of ['vitest', 'typescript', 'esbuild', 'node'])
    expect(existsSync(join(folder, 'node_modules', name)), name).toBe(false);

  const at = await createTestApp();
  try {
    const serving = new Serving(at, { NODE_ENV: 'production' }, join(folder, 'dist/cli.js'));
    await serving.logged('Webhooks go to');
    const ready = await fetch(urlOf(at, '/readyz'));
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
    ]);
    const pull = openPullRequest(at, at.ada);
    await serving.logged('review ended');
    expect(visibleState(pull, at).runs).toBe(1);
    await serving.end();
  } finally {
    await at.close();
  }
}, 600_000);
