import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ticked } from '../../fixtures/pulls.ts';
import { cli } from '../support/cli.ts';
import { connectorFiles, createTestApp, visibleState, type TestApp } from './test-app.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-door-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command line in a folder of its own. */
const gatehouse = (
  args: string[],
  env: Record<string, string> = {},
): Promise<{ status: number; out: string; ended: boolean; err: string }> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [cli, ...args],
      { cwd: folder, env: { PATH: process.env.PATH ?? '', ...env } },
      (_, out, err) =>
        resolve({
          status: child.exitCode ?? -1,
          out: out.trimEnd(),
          ended: out.endsWith('\n'),
          err,
        }),
    );
  });

describe('gatehouse serve', () => {
  test.each([
    [
      'without the secret of its webhook',
      [],
      { APP_ID: '1', PRIVATE_KEY: privateKey },
      /WEBHOOK_SECRET is missing/,
    ],
    [
      'as one of several in an embedded database',
      ['--role', 'web'],
      {},
      /--role web .* Set DATABASE_URL/,
    ],
    ['as something that it cannot be', ['--role', 'king'], {}, /--role king is not known/],
    ['on a port that is none', [], { PORT: 'http' }, /PORT needs a whole number/],
    [
      'without credentials in production',
      [],
      { NODE_ENV: 'production' },
      /APP_ID and PRIVATE_KEY are missing/,
    ],
  ])('does not start %s, and says why in one line', async (_, args, env, words) => {
    const { status, err } = await gatehouse(['serve', ...args], env);
    expect({ status, lines: err.trim().split('\n').length }).toEqual({ status: 2, lines: 1 });
    expect(err).toMatch(words);
  });
});

test('signatures are exported from a database that is there, and none is made', async () => {
  const { status, err } = await gatehouse(['signatures', 'export']);
  expect({ status, err }).toEqual({
    status: 2,
    err: expect.stringContaining('There is no database in .gatehouse'),
  });
  expect(existsSync(join(folder, '.gatehouse'))).toBe(false);
});

describe('on the command line', () => {
  let at: TestApp;
  beforeEach(async () => {
    at = await createTestApp();
  });
  afterEach(() => at.close());

  test('a review is shown step by step, or done once', async () => {
    const { repository, ada, github, env } = at;
    const fork = repository.fork(ada);
    fork.push('paid', {
      by: ada,
      files: connectorFiles({
        definition: {
          info: {
            description:
              'Create, read and follow the invoices of your company in Contoso, and hear of those that are paid.',
          },
        },
      }),
    });
    const pull = repository.open({
      by: ada,
      from: fork,
      branch: 'paid',
      title: 'Contoso Invoices: hear of paid ones',
      body: ticked,
    });
    const show = async (step: string): Promise<unknown> =>
      JSON.parse((await gatehouse(['review', 'contoso/connectors#1', '--show', step], env)).out);
    expect(await show('snapshot')).toMatchObject({
      pull: { number: 1, head: { sha: pull.head } },
      signatures: { ok: true, value: [] },
    });
    expect(await show('effects')).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: 'create-comment' })]),
    );
    expect(github.writes).toEqual([]);

    expect((await gatehouse(['review', 'contoso/connectors#1'], env)).out).toBe(
      'contoso/connectors#1: write-check\ncontoso/connectors#1: add-labels\ncontoso/connectors#1: create-comment',
    );
    expect(visibleState(pull, at)).toMatchObject({ check: 'failure', comments: 1 });
    expect(await gatehouse(['review', 'contoso/connectors#1'], env)).toMatchObject({
      out: 'contoso/connectors#1: nothing to change',
      ended: true,
    });
    expect(await gatehouse(['review', 'contoso/nothing#1'], env)).toMatchObject({
      status: 2,
      err: expect.stringContaining('is not installed in contoso/nothing'),
    });
    expect(await gatehouse(['review', 'contoso'], env)).toMatchObject({ status: 2 });
  });

  test('signatures are taken over from another tool, and given out', async () => {
    const { ada, env } = at;
    writeFileSync(
      join(folder, 'signatures.json'),
      JSON.stringify({
        signedContributors: [
          {
            name: 'ada',
            id: ada.id,
            comment_id: 5,
            created_at: '2024-05-06T07:08:09Z',
            repoId: 1,
            pullRequestNo: 2,
          },
          { name: 'nobody' },
        ],
      }),
    );
    expect(
      await gatehouse(['signatures', 'import', 'signatures.json', '--agreement', '1.0'], env),
    ).toMatchObject({
      status: 2,
      err: expect.stringContaining(
        'The file does not say whom ada gave the signature to (Entry 1). Say it with --owner',
      ),
    });
    const imported = await gatehouse(
      [
        'signatures',
        'import',
        'signatures.json',
        '--agreement',
        '1.0',
        '--owner',
        'contoso',
        '--name',
        'Contoso CLA',
        '--url',
        'https://contoso.example/cla',
      ],
      env,
    );
    expect(imported).toMatchObject({
      status: 1,
      out: '1 imported, 0 known before, 1 refused',
      err: expect.stringContaining('Entry 2 (nobody)'),
    });
    writeFileSync(
      join(folder, 'signatures.csv'),
      'User Name,Repository Owner,Repository Name,Gist URL,Gist Version,Signed ' +
        'At\nrita,contoso,connectors,https://gist.example/1,abc,2024-05-06T07:08:09Z\n',
    );
    expect(
      await gatehouse(['signatures', 'import', 'signatures.csv', '--agreement', '1.0'], env),
    ).toMatchObject({ status: 0, out: '1 imported, 0 known before, 0 refused', ended: true });
    const { out } = await gatehouse(['signatures', 'export'], env);
    expect(out.split('\r\n')[1]).toBe(
      `${ada.id},ada,,1.0,,2024-05-06T07:08:09.000Z,"contributor-assistant: ` +
        'repository 1, pull request 2, comment 5",contoso,,Contoso ' +
        'CLA,https://contoso.example/cla',
    );
    expect(out).toContain(
      `${at.rita.id},rita,,1.0,,2024-05-06T07:08:09.000Z,cla-assistant: ` +
        'contoso/connectors https://gist.example/1 abc,contoso,connectors,,',
    );
    // What was exported, or a branch has kept, knows its versions.
    writeFileSync(
      join(folder, 'branch.csv'),
      `${out.trimEnd()}\r\n${ada.id},ada,Contoso,2.0,,2025-05-06T07:08:09Z,contoso/connectors#7 comment 8,,,,\r\n`,
    );
    expect(await gatehouse(['signatures', 'import', 'branch.csv'], env)).toMatchObject({
      status: 0,
      out: '1 imported, 2 known before, 0 refused',
    });
    expect((await gatehouse(['signatures', 'export'], env)).out).toContain(
      `${ada.id},ada,Contoso,2.0,,2025-05-06T07:08:09.000Z,contoso/connectors#7 comment 8,contoso,connectors,,`,
    );
  });

  test('of signatures that somebody else gives, those of the owner who is named are taken over, and no others; an owner may get another name', async () => {
    const { ada, env } = at;
    writeFileSync(
      join(folder, 'foreign.csv'),
      'Account,Login,Company,Version,Digest,Signed ' +
        `at,Source\n${ada.id},ada,,1.0,,2025-05-06T07:08:09Z,fabrikam/x#7 comment 8\n`,
    );
    expect(
      await gatehouse(['signatures', 'import', 'foreign.csv', '--owner', 'contoso'], env),
    ).toMatchObject({
      status: 1,
      out: '0 imported, 0 known before, 1 refused',
      err: expect.stringContaining(
        'Row 2 (ada) was given to fabrikam, and you import those of contoso.',
      ),
    });
    expect(
      await gatehouse(['signatures', 'import', 'foreign.csv', '--repository', 'Fabrikam/x'], env),
    ).toMatchObject({ status: 0, out: '1 imported, 0 known before, 0 refused' });
    expect(
      (await gatehouse(['signatures', 'export', '--owner', 'FABRIKAM'], env)).out.split('\r\n'),
    ).toEqual([
      expect.stringMatching(/^Account/),
      expect.stringContaining('fabrikam/x#7 comment 8,fabrikam,x,,'),
    ]);
    expect(
      await gatehouse(
        [
          'signatures',
          'assign',
          '--from',
          'fabrikam',
          '--owner',
          'northwind',
          '--digest',
          'a'.repeat(64),
        ],
        env,
      ),
    ).toMatchObject({ status: 0, out: '1 assigned to northwind' });
    expect((await gatehouse(['signatures', 'export', '--owner', 'northwind'], env)).out).toContain(
      `,1.0,${'a'.repeat(64)},2025-05-06T07:08:09.000Z,fabrikam/x#7 comment 8,northwind,x,,`,
    );
  });

  test('a login that somebody else has had since is not taken for whoever signed with it', async () => {
    const { env } = at;
    writeFileSync(
      join(folder, 'old.csv'),
      'User Name,Repository Owner,Repository Name,Gist URL,Gist Version,Signed ' +
        'At\nrita,contoso,connectors,https://gist.example/1,abc,2019-05-06T07:08:09Z\n',
    );
    expect(
      await gatehouse(['signatures', 'import', 'old.csv', '--agreement', '1.0'], env),
    ).toMatchObject({
      status: 1,
      out: '0 imported, 0 known before, 1 refused',
      err: expect.stringContaining(
        'the account with that name was created on 2020-01-01, after the signature: it belongs to someone else',
      ),
    });
  });

  test.each([
    [['assign'], '--owner or --repository is missing'],
    [
      ['assign', '--owner', 'contoso/connectors'],
      '--owner needs the name of an organization or a user',
    ],
    [['assign', '--repository', 'contoso'], '--repository needs an owner and a name'],
    [
      ['assign', '--owner', 'contoso', '--repository', 'fabrikam/x'],
      '--owner contoso is not the owner in --repository fabrikam/x',
    ],
    [['assign', '--owner', 'contoso', '--digest', 'abc'], '--digest needs a SHA-256'],
    [
      ['assign', '--owner', 'contoso', '--url', 'contoso.com'],
      '--url needs an address that begins with https://',
    ],
  ])('signatures %j is refused in a line', async (args, message) => {
    expect(await gatehouse(['signatures', ...args], at.env)).toMatchObject({
      status: 2,
      err: expect.stringContaining(message),
    });
  });
});
