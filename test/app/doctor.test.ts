import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { modelSettings, ticked } from '../../fixtures/pulls.ts';
import { readManifest } from '../../src/app/manifest.ts';
import { cli } from '../support/cli.ts';
import { createTestApp, manifest, openPullRequest, type TestApp } from './test-app.ts';

let at: TestApp;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-doctor-'));
  at = await createTestApp();
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await at.close();
});

interface Item {
  name: string;
  status: string;
  message: string;
  advice?: string;
}

/** Runs `gatehouse doctor`; with the credentials of the App if `env` has them. */
const doctor = (
  env: Record<string, string>,
  repository = 'contoso/connectors',
  format = 'json',
): Promise<{ status: number; out: string; err: string; items: Map<string, Item> }> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [cli, 'doctor', repository, '--format', format],
      { cwd: folder, env: { PATH: process.env.PATH ?? '', GITHUB_API_URL: at.github.url, ...env } },
      (_, out, err) => {
        const items: Item[] = format === 'json' && out !== '' ? JSON.parse(out).items : [];
        resolve({
          status: child.exitCode ?? -1,
          out,
          err,
          items: new Map(items.map((item) => [item.name, item])),
        });
      },
    );
  });

const withToken = (): Record<string, string> => ({ GITHUB_TOKEN: at.github.token(at.rita) });
const push = (files: Record<string, string | null>): void =>
  void at.repository.push('dev', { by: at.rita, files });
const template = ticked.replaceAll('[x]', '[ ]');

describe('gatehouse doctor', () => {
  test('finds nothing wrong where everything is set up, and only reads', async () => {
    at.repository.let(at.ada, 'write');
    push({
      '.github/gatehouse.yml': modelSettings,
      '.github/PULL_REQUEST_TEMPLATE.md':
        `${template}\n- [ ] I named this PR after the pattern\n- [ ] 3 unique operations\n` +
        '- [ ] Test operations section\n- [ ] My connector uses OAuth\n',
    });
    openPullRequest(at, at.ada);
    await at.github.webhooks.settled();
    at.github.forget();
    const { status, items, err } = await doctor(at.env);
    expect(err).toBe('');
    // Nobody listens for webhooks in this test.
    expect(items.get('webhook')).toMatchObject({
      status: 'error',
      message: expect.stringMatching(/^The last delivery to .* failed \(.*, no answer\)/),
    });
    items.delete('webhook');
    expect([...items.values()].filter(({ status: of }) => of !== 'ok')).toEqual([]);
    expect(status).toBe(1);
    expect([...items.keys()]).toEqual([
      'access',
      'installation',
      'permissions',
      'settings',
      'base branch',
      'preset',
      'mode',
      'required check',
      'folders',
      'CLA',
      'template',
      'CODEOWNERS',
      'owners',
      'labels',
    ]);
    expect(at.github.writes).toEqual([]);
  });

  test('with a token says what it could not see', async () => {
    const { status, items } = await doctor(withToken());
    expect(items.get('installation')?.status).toBe('skipped');
    expect(items.get('webhook')?.status).toBe('skipped');
    expect(items.get('template')?.message).toMatch(/lacks 10 boxes of the settings/);
    expect(status).toBe(0);
  });

  test('says whose accounts are gone, who has no access, and which lines have no effect', async () => {
    const line = '/certified-connectors/Contoso\\ Invoices/';
    push({ CODEOWNERS: `* @rita @gone-now # @x\n/nowhere/ @ada\n${line} @ada\n${line} @rita\n` });
    const owners = async () => (await doctor(withToken())).items.get('owners');
    expect((await owners())?.message).toBe(
      'Line 1: `@gone-now` is not an account any more. Someone else could register the name and ' +
        'would own it. Line 2: `@ada` has no write access, so GitHub does not request their ' +
        'review. Gatehouse counts it. Line 2: No file matches `/nowhere/`. Correct the path, or ' +
        'remove the line. And 1 more.',
    );
    expect((await owners())?.status).toBe('warning');
  });

  test('says what is wrong, and what to do', async () => {
    push({ '.github/gatehouse.yml': 'mode: full\nbase: release\n', CODEOWNERS: '/docs/ @\n' });
    const { status, items } = await doctor(withToken());
    expect(status).toBe(1);
    expect(items.get('base branch')).toMatchObject({
      status: 'error',
      message: expect.stringContaining('release'),
    });
    push({
      '.github/gatehouse.yml': 'mode: full\nfolders: { connectors: certified }\n',
      '.github/pull_request_template.md': '- [ ] I am *sure*\n',
    });
    at.repository.protect('dev', {});
    const later = (await doctor(withToken())).items;
    const statuses = [...later.values()].map(({ name, status: of }) => `${name}: ${of}`);
    expect(statuses).toEqual([
      'access: ok',
      'installation: skipped',
      'webhook: skipped',
      'settings: ok',
      'base branch: ok',
      'mode: ok',
      'required check: error',
      'folders: warning',
      'CLA: ok',
      'template: warning',
      'CODEOWNERS: warning',
      'owners: ok',
      'labels: ok',
    ]);
    expect(later.get('template')?.message).toContain('“i am sure”');
    expect(later.get('CODEOWNERS')?.message).toContain('line 1: Invalid owner');
  });

  test('warns of a required check that is neutral while Gatehouse observes', async () => {
    push({ '.github/gatehouse.yml': 'preset: microsoft\n' });
    const { items } = await doctor(withToken());
    expect(items.get('required check')).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('lets everything through'),
    });
  });

  test('names the place of a mistake in the settings, and cannot look further', async () => {
    push({ '.github/gatehouse.yml': 'mode: full\ncla: { version: "2.0" }\n' });
    const { status, out } = await doctor(withToken(), 'contoso/connectors', 'pretty');
    expect(status).toBe(1);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      '✗ settings .github/gatehouse.yml:2:1: Nothing says what people are to agree to.',
    );
    expect(out).toMatch(/\n1 error, 2 not checked\.\n$/);
  });

  test('of a fork of the model repository gives the hint', async () => {
    const model = at.github.repository('microsoft/PowerPlatformConnectors', {
      files: { 'readme.md': '# Connectors\n' },
    });
    const fork = model.fork(at.eve);
    const ofFork = await doctor(withToken(), `eve/${fork.name}`);
    expect(ofFork.items.get('preset')).toMatchObject({
      status: 'warning',
      advice: expect.stringContaining('preset: microsoft'),
    });
    const ofModel = await doctor(withToken(), 'microsoft/PowerPlatformConnectors');
    expect(ofModel.items.get('preset')?.status).toBe('ok');
    expect(ofModel.items.get('CLA')?.message).toContain('Microsoft Contributor License Agreement');
  });

  test('says where the App is not installed, and what a wrong name or token is', async () => {
    at.github.repository('contoso/other', { files: { 'readme.md': '#\n' } });
    const elsewhere = await doctor(at.env, 'contoso/other');
    expect(elsewhere.items.get('installation')).toMatchObject({ status: 'error' });
    expect(elsewhere.status).toBe(1);
    const missing = await doctor(withToken(), 'contoso/nothing');
    expect([missing.status, missing.items.get('access')?.status]).toEqual([1, 'error']);
    const wrong = await doctor({ GITHUB_TOKEN: 'ghp_no' });
    expect([wrong.status, wrong.err]).toEqual([
      2,
      'gatehouse: GitHub refused: Bad credentials. Check GITHUB_TOKEN.\n',
    ]);
    const nothing = await doctor({});
    expect([nothing.status, nothing.err]).toEqual([2, expect.stringContaining('GITHUB_TOKEN')]);
  });

  test('asks for the permissions and events of app.yml', () => {
    const { default_permissions: permissions, default_events: events } = readManifest(
      join(import.meta.dirname, '../..'),
    );
    expect(permissions).toEqual(manifest.default_permissions);
    expect(events).toEqual(manifest.default_events);
  });
});
