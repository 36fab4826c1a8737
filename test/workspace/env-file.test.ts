import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadEnvFile } from '../../src/workspace/env-file.ts';
import { run } from '../support/cli.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'gatehouse-env-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const load = (text: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const path = join(folder, '.env');
  writeFileSync(path, text);
  loadEnvFile(path, env);
  return env;
};

test('a file brings credentials and where they go, and the environment wins', () => {
  expect(
    load('APP_ID=7\nPRIVATE_KEY="key"\nGHE_HOST=github.contoso.example\nPORT=1\n', { PORT: '2' }),
  ).toEqual({ APP_ID: '7', PRIVATE_KEY: 'key', GHE_HOST: 'github.contoso.example', PORT: '2' });
  expect(
    load('GHE_HOST=evil.example\nLOG_LEVEL=debug\n', {
      PRIVATE_KEY: 'key',
      GHE_HOST: 'github.contoso.example',
    }),
  ).toEqual({ PRIVATE_KEY: 'key', GHE_HOST: 'github.contoso.example', LOG_LEVEL: 'debug' });
});

test('without a file nothing changes, and a link to one is not followed', () => {
  const env = {};
  loadEnvFile(join(folder, '.env'), env);
  expect(env).toEqual({});
  writeFileSync(join(folder, 'elsewhere'), 'APP_ID=7\n');
  symlinkSync('elsewhere', join(folder, '.env'));
  expect(() => loadEnvFile(join(folder, '.env'), env)).toThrow('is a symbolic link');
});

test.each([
  'GHE_HOST',
  'GHE_PROTOCOL',
  'GITHUB_API_URL',
  'DATABASE_URL',
  'REDIS_URL',
  'https_proxy',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'PGHOST',
])('%s in a file does not decide where credentials of the environment go', (name) => {
  for (const credential of ['PRIVATE_KEY', 'PRIVATE_KEY_PATH', 'GITHUB_TOKEN', 'WEBHOOK_SECRET']) {
    const env = { [credential]: 'secret' };
    expect(() => load(`${name}=evil.example\n`, env)).toThrow(
      `sets ${name}, but ${credential} comes from the environment`,
    );
    expect(env).toEqual({ [credential]: 'secret' });
  }
});

test('a command in a folder with such a file ends with one line, and asks nobody', () => {
  writeFileSync(join(folder, '.env'), 'GITHUB_API_URL=http://127.0.0.1:9\n');
  writeFileSync(join(folder, 'signed.json'), '{"signedContributors": []}');
  const { status, out, err } = run(
    ['signatures', 'convert', 'signed.json', '--agreement', '1.0'],
    folder,
    { GITHUB_TOKEN: 'secret' },
  );
  expect([status, out, err.trim().split('\n').length]).toEqual([2, '', 1]);
  expect(err).toContain('.env sets GITHUB_API_URL, but GITHUB_TOKEN comes from the environment');
});
