import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { modelSettings, ticked } from '../../fixtures/pulls.ts';
import { tooManyRequests } from '../github/fake/faults.ts';
import { cli } from '../support/cli.ts';
import type { Account, Pull } from '../github/fake/repository.ts';
import { connectorFiles, createTestApp, openPullRequest, type TestApp } from './test-app.ts';

let at: TestApp;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-preview-'));
  at = await createTestApp();
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await at.close();
});

interface Ended {
  status: number;
  out: string;
  err: string;
}

/** Runs the command line with nothing of the App: only a token. */
const gatehouse = (
  args: readonly string[],
  env: Record<string, string> = { GITHUB_TOKEN: at.github.token(at.rita) },
): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [cli, ...args],
      { cwd: folder, env: { PATH: process.env.PATH ?? '', GITHUB_API_URL: at.github.url, ...env } },
      (_, out, err) => resolve({ status: child.exitCode ?? -1, out, err }),
    );
  });

/** Every request was one that reads, and none is of the App. */
function expectOnlyReads(): void {
  const others = at.github.requests.filter(({ method }) => method !== 'GET');
  for (const { operation, body } of others) {
    expect(operation).toBe('graphql');
    expect(body.query).toMatch(/^\s*query\b/);
  }
  expect(at.github.requests.length).toBeGreaterThan(0);
}

const setTo = (settings: string | null): void =>
  void at.repository.push('dev', {
    by: at.rita,
    files: { '.github/gatehouse.yml': settings },
  });

/** An update with an error, by its own title. */
function openWith(by: Account, title: string, definition: object): Pull {
  const fork = at.repository.fork(by, `connectors-${at.repository.pulls.length}`);
  const path = `certified-connectors/${title}`;
  fork.push('change', {
    by,
    files: connectorFiles({ definition: { info: { title }, ...definition } }, path),
  });
  return at.repository.open({ by, from: fork, branch: 'change', title, body: ticked });
}

describe('gatehouse review with only a token', () => {
  test('prints exactly the comment, and only reads', async () => {
    const pull = openPullRequest(at, at.ada);
    at.github.forget();
    const name = `contoso/connectors#${pull.number}`;
    const { status, out, err } = await gatehouse(['review', name, '--show', 'comment']);
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(/^\*\*Your turn: the CLA\*\*.*Sign the \[Microsoft/s);
    expectOnlyReads();
    // Also without --show, because nothing is to be written without the App.
    expect((await gatehouse(['review', name])).out).toBe(out);
    expectOnlyReads();
    expect(pull.comments).toEqual([]);
    expect(at.repository.checkRuns).toEqual([]);

    // The App says the same.
    expect((await gatehouse(['review', name], at.env)).status).toBe(0);
    const [comment] = pull.comments;
    expect(comment?.body.replace(/\n\n<!--.*/s, '\n')).toBe(out);
  }, 240_000);

  test('shows what Gatehouse would say once it is switched on, also where nothing is set', async () => {
    setTo(null);
    const pull = openWith(at.eve, 'Contoso Bills', {
      paths: { '/invoices': { get: { operationId: null } } },
    });
    at.github.forget();
    const name = `contoso/connectors#${pull.number}`;
    const { out } = await gatehouse(['review', name, '--show', 'comment']);
    expect(out).toMatch(/^\*\*Your turn: /);
    expect(out).not.toContain('Microsoft Contributor');
    const check = await gatehouse(['review', name, '--show', 'check']);
    expect(check.out).toMatch(/^# Observing: .*Conclusion: neutral\..*`mode: full`/s);
    const decision = await gatehouse(['review', name, '--show', 'decision']);
    expect(JSON.parse(decision.out)).toMatchObject({
      waitingOn: 'author',
      allowed: { check: 'neutral', comments: false, changes: false },
    });
    expectOnlyReads();
  });

  test('says what it needs', async () => {
    const nobody = await gatehouse(['review', 'contoso/connectors#1', '--show', 'comment'], {});
    expect([nobody.status, nobody.err]).toEqual([
      2,
      'gatehouse: review --show needs a token that may read the repository. Set GITHUB_TOKEN, ' +
        'for example: GITHUB_TOKEN=$(gh auth token)\n',
    ]);
    const missing = await gatehouse(['review', 'contoso/connectors#99']);
    expect([missing.status, missing.err]).toEqual([
      2,
      'gatehouse: contoso/connectors#99: GitHub does not show it to Gatehouse\n',
    ]);
    const wrong = await gatehouse(['review', 'contoso/connectors#1'], { GH_TOKEN: 'ghp_no' });
    expect([wrong.status, wrong.err]).toEqual([
      2,
      'gatehouse: GitHub refused: Bad credentials. ' +
        'The token must be allowed to read the repository.\n',
    ]);
  });

  test('sends the token nowhere that a file in the working directory names', async () => {
    writeFileSync(join(folder, '.env'), 'GHE_HOST=evil.example\n');
    const { status, err } = await gatehouse(['review', 'contoso/connectors#1'], { GH_TOKEN: 'x' });
    expect(status).toBe(2);
    expect(err).toContain('.env sets GHE_HOST, but GH_TOKEN comes from the environment');
  });
});

describe('gatehouse review --all', () => {
  test('lists all open pull requests by whose turn it is, and only reads', async () => {
    setTo('mode: full\n');
    const ready = openPullRequest(at, at.ada);
    ready.review(at.rita, 'APPROVE');
    const waiting = openWith(at.eve, 'Contoso Bills', {});
    const broken = openWith(at.eve, 'Contoso \u001b[31mTickets', {
      paths: { '/invoices': { get: { operationId: null } } },
    });
    const draft = openWith(at.eve, 'Contoso Notes', {});
    draft.setDraft(at.eve, true);
    at.github.forget();
    const { status, out, err } = await gatehouse(['review', 'contoso/connectors', '--all']);
    expect([status, err]).toEqual([0, '']);
    expect(out.replaceAll(/ +/g, ' ')).toBe(
      [
        ' to do errors CLA title',
        '',
        'Waiting for a reviewer (2)',
        ` #${waiting.number} approve – – Contoso Bills`,
        ` #${ready.number} ready to merge – – Contoso Invoices: hear of paid ones`,
        '',
        'Waiting for the author (1)',
        ` #${broken.number} 3 steps: definition, uniqueness 2 – Contoso ␛[31mTickets`,
        '',
        'Drafts (1)',
        ` #${draft.number} 2 steps: uniqueness – – Contoso Notes`,
        '',
        '4 open pull requests in contoso/connectors. Nothing was written. ' +
          'Signatures of a CLA that are kept elsewhere are not known here.',
        '',
        'What the App would say: npx connector-gatehouse review ' +
          `contoso/connectors#${waiting.number} --show comment`,
        '',
      ].join('\n'),
    );
    expect(out).not.toContain('\u001b');
    expectOnlyReads();
  });

  test('as JSON for programs, no more than asked for', async () => {
    setTo(modelSettings);
    const first = openWith(at.ada, 'Contoso Bills', {});
    const second = openWith(at.eve, 'Contoso Tickets', {});
    at.github.forget();
    const { status, out } = await gatehouse([
      'review',
      'contoso/connectors',
      '--all',
      '--format',
      'json',
      '--limit',
      '1',
    ]);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      repository: 'contoso/connectors',
      pulls: [{ number: second.number, author: 'eve', waitingOn: 'author', cla: 'missing' }],
      unread: [{ number: first.number, reason: 'only 1 were to be reviewed' }],
    });
    expectOnlyReads();
  });

  test('waits as long as GitHub asks if that is short, and otherwise says what is left', async () => {
    setTo('mode: full\n');
    const pulls = ['Contoso Bills', 'Contoso Notes'].map((title) => openWith(at.eve, title, {}));
    at.github.forget();
    at.github.disturb('repos/compare-commits', { answer: tooManyRequests(1) });
    const waited = await gatehouse(['review', 'contoso/connectors', '--all']);
    expect([waited.status, waited.err]).toEqual([0, '']);
    at.github.disturb('repos/compare-commits', { answer: tooManyRequests(3600), times: 2 });
    const stopped = await gatehouse(['review', 'contoso/connectors', '--all']);
    expect(stopped.status).toBe(1);
    const [first, second] = pulls.map(({ number }) => number);
    expect(stopped.out).toMatch(
      new RegExp(
        `Not reviewed: #${second}, #${first} \\(GitHub's rate limit for this token is used up until \\d\\d:\\d\\d UTC\\)\\.`,
      ),
    );
    expectOnlyReads();
  });
});
