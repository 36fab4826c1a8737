import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commentMarker } from '../../src/report/report-comment.ts';
import { forbidden } from '../github/fake/faults.ts';
import { startGitHub, type GitHub } from '../github/fake/server.ts';
import type { Account, Pull, Repository } from '../github/fake/repository.ts';
import { contoso, definition, Origin } from './checkout.ts';
import { Runner, type Running, type Step } from './runner.ts';

const file = `${contoso}/${definition}`;
let runner: Runner;
let origin: Origin;
/**
 * What git has of the pull request. The fake keeps its own commits: the events name its heads, and
 * the checkout is given as the base.
 */
let workspace: string;
beforeAll(() => {
  runner = new Runner();
  origin = new Origin(runner.folder);
  workspace = origin.checkout(
    origin.change('invoices', () =>
      origin.replace(file, '"operationId": "GetInvoice"', '"operationId": "ListInvoices"'),
    ),
    0,
  );
});
afterAll(() => runner.remove());

let github: GitHub;
let ada: Account;
let repository: Repository;
let fork: Repository;
let pull: Pull;
let token: string;
beforeEach(async () => {
  github = await startGitHub();
  ada = github.user('ada');
  repository = github.repository('contoso/connectors', { files: { [file]: '{}\n' } });
  token = tokenOf({ contents: 'read', pull_requests: 'write' });
  fork = repository.fork(ada);
  fork.push('invoices', { by: ada, files: { [file]: '{ "swagger": "2.0" }\n' } });
  pull = repository.open({ by: ada, from: fork, branch: 'invoices', title: 'Invoices' });
});
afterEach(() => github.stop());

const tokenOf = (permissions: Record<string, string>): string =>
  github.workflowToken(repository, permissions);
const event = (head = pull.head, number = pull.number): object => ({
  pull_request: {
    number,
    head: { sha: head, ref: pull.headRef, repo: { id: fork.id } },
    base: { sha: repository.tip('dev'), ref: 'dev', repo: { id: repository.id } },
  },
});
const run = (running: Partial<Running> = {}): Promise<Step> =>
  runner.run({
    workspace,
    event: 'pull_request',
    payload: event(),
    ...running,
    inputs: { base: 'origin/dev', comment: 'true', token, ...running.inputs },
    environment: {
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: 'contoso/connectors',
      ...running.environment,
    },
  });

describe('the comment', () => {
  test('is made once, then edited in place, and left alone where nothing is new', async () => {
    const first = await run();
    expect(first.log, first.log).toContain('The comment on #1 was created.');
    expect(first.status).toBe(1);
    expect(pull.comments).toHaveLength(1);
    expect(pull.comments[0]?.body).toMatch(
      new RegExp(`^${commentMarker}\n\\*\\*2 errors of 2 kinds in this major update\\.\\*\\*`),
    );
    expect(pull.comments[0]?.body).toContain('<details><summary>Changelog</summary>');
    expect(pull.comments[0]?.body).toContain(
      `Checked at \`${pull.head.slice(0, 7)}\` · [log](https://github.example/contoso/connectors/actions/runs/17)`,
    );
    github.forget();
    expect((await run()).log).toContain('The comment on #1 was left as it is.');
    expect(github.writes).toEqual([]);
    const next = fork.push('invoices', {
      by: ada,
      files: { [file]: '{ "swagger": "2.0", "host": "x" }\n' },
    });
    expect((await run({ payload: event(next) })).log).toContain('The comment on #1 was edited.');
    expect(pull.comments).toHaveLength(1);
    expect(pull.comments[0]?.body).toContain(next.slice(0, 7));
  });

  test('is not that of a person who writes its marker, nor of one who quotes it', async () => {
    pull.comment(ada, `${commentMarker}\nAll is well.`);
    await run();
    expect(pull.comments.map(({ user }) => user.login)).toEqual(['ada', 'github-actions[bot]']);
    expect(pull.comments[0]?.body).toContain('All is well.');
  });

  test('is brought up to date, but not made, where no connector has changed', async () => {
    const nothing = { base: 'HEAD' };
    expect((await run({ inputs: nothing })).log).toContain(
      'No comment on #1: there is nothing to say.',
    );
    expect(pull.comments).toEqual([]);
    await run();
    expect((await run({ inputs: nothing })).log).toContain('The comment on #1 was edited.');
    expect(pull.comments[0]?.body).toContain('No connectors to check.');
  });

  test('is not made with a token that may only read: the log says why, and the findings stand', async () => {
    const step = await run({
      inputs: { token: tokenOf({ contents: 'read', pull_requests: 'read' }) },
    });
    expect(step.log).toContain(
      'No comment on #1: Resource not accessible by integration. ' +
        'The pull request comes from a fork, and GitHub gives a run for a fork a read-only ' +
        'token.',
    );
    expect(step).toMatchObject({ status: 1, outputs: { errors: '2' } });
    expect(pull.comments).toEqual([]);
  });

  test('is not made about a head that is no longer the head', async () => {
    const old = event();
    fork.push('invoices', { by: ada, files: { [file]: '{ "swagger": "2.0", "host": "x" }\n' } });
    expect((await run({ payload: old })).log).toContain(
      `No comment on #1: the pull request has moved on to ${pull.head.slice(0, 7)}.`,
    );
  });

  test('that GitHub fails to take is a warning, and changes nothing about the findings', async () => {
    github.disturb('pulls/get', {
      ...forbidden,
      times: 9,
      answer: { status: 401, body: { message: 'Bad credentials' } },
    });
    const step = await run();
    expect(step.commands.find(({ name }) => name === 'warning')?.properties.title).toBe(
      'Gatehouse could not comment',
    );
    expect(step).toMatchObject({ status: 1, outputs: { errors: '2' } });
  });
});

describe('a report that is handed over', () => {
  /** What the untrusted half would have uploaded. */
  const reportOf = async (): Promise<Record<string, unknown>> =>
    JSON.parse(
      readFileSync((await run({ inputs: { comment: 'false' } })).outputs.report ?? '', 'utf8'),
    );
  let report: Record<string, unknown>;
  let places = 0;
  beforeEach(async () => void (report = await reportOf()));

  const trusted = (
    handedOver: unknown,
    about: { head?: string; event?: string; branch?: string; repository?: number } = {},
  ): Promise<Step> => {
    const empty = join(runner.folder, `trusted-${++places}`);
    mkdirSync(empty);
    writeFileSync(
      join(empty, 'report.json'),
      typeof handedOver === 'string' ? handedOver : JSON.stringify(handedOver),
    );
    const {
      head = pull.head,
      event: of = 'pull_request',
      branch = 'invoices',
      repository: id = fork.id,
    } = about;
    const payload = {
      workflow_run: {
        event: of,
        head_sha: head,
        head_branch: branch,
        head_repository: { id, owner: { login: 'ada' } },
        html_url: 'https://github.example/contoso/connectors/actions/runs/16',
        pull_requests: [],
      },
    };
    return run({
      workspace: empty,
      event: 'workflow_run',
      payload,
      inputs: { handover: 'report.json', comment: 'false', base: '' },
    });
  };

  test('becomes the comment on the pull request that the run was for', async () => {
    const step = await trusted(report);
    expect(step.status, step.log).toBe(0);
    expect(step.log).toContain('The comment on #1 was created.');
    expect(pull.comments[0]?.body).toContain('**2 errors of 2 kinds in this major update.**');
    expect(pull.comments[0]?.body).toContain(
      '[log](https://github.example/contoso/connectors/actions/runs/16) · as reported by that run',
    );
  });

  test('is about no pull request where the head has moved on, the fork is another, or two have the same head', async () => {
    for (const about of [
      { head: repository.tip('dev') ?? '' },
      { repository: repository.id },
      { branch: 'other' },
    ]) {
      const step = await trusted(report, about);
      expect(step.status, step.log).toBe(0);
      expect(step.commands).toMatchObject([
        { name: 'notice', message: expect.stringMatching(/^no open pull request has /) },
      ]);
    }
    repository.push('next', { by: ada });
    repository.open({ by: ada, from: fork, branch: 'invoices', into: 'next', title: 'Invoices' });
    expect((await trusted(report)).commands).toMatchObject([
      {
        name: 'notice',
        message: expect.stringMatching(/^more than one pull request has .*: #\d, #\d\.$/),
      },
    ]);
    expect(github.writes).toEqual([]);
  });

  const connectors = (): { path: unknown; findings: Record<string, unknown>[] }[] =>
    JSON.parse(JSON.stringify(report.connectors));
  const changed = (
    change: (connector: { path: unknown; findings: Record<string, unknown>[] }) => void,
  ): unknown => {
    const all = connectors();
    for (const connector of all) change(connector);
    return { ...report, connectors: all };
  };
  test.each<[string, () => unknown, string]>([
    ['no JSON', () => 'hello', 'It is not JSON in UTF-8.'],
    ['a list', () => [], 'The whole is not an object.'],
    [
      'connectors that are no list',
      () => ({ ...report, connectors: {} }),
      '/connectors is not a list.',
    ],
    [
      'a path out of the repository',
      () => changed((one) => (one.path = '../../etc')),
      '/connectors/0/path is not a path within the repository.',
    ],
    [
      'a line that is a text',
      () => changed(({ findings }) => findings.forEach((one) => (one.line = '1'))),
      '/connectors/0/findings/0/line is not a whole number from 1 on.',
    ],
    [
      'a rule that nobody knows',
      () => changed(({ findings }) => findings.forEach((one) => (one.rule = 'Free money'))),
      '/connectors/0/findings/0/rule is not a rule that this Gatehouse knows; let both halves use the same version.',
    ],
    [
      'a message without end',
      () =>
        changed(({ findings }) => findings.forEach((one) => (one.message = 'x'.repeat(10_000)))),
      '/connectors/0/findings/0/message is not a text of at most 4000 characters.',
    ],
  ])('with %s is refused, and nothing is said', async (_what, made, says) => {
    const step = await trusted(made());
    expect(step.status).toBe(2);
    expect(step.commands).toMatchObject([
      {
        name: 'error',
        message: `The file of the input handover is not a JSON report of Gatehouse. ${says}`,
      },
    ]);
    expect(github.requests).toEqual([]);
  });

  test('cannot mention, link, break out, or bring anything of its own', async () => {
    const evil =
      'See [this](https://evil.example) @maria #1 <img src=x> `` ` --> <!-- \n\n# Heading\n::error::x';
    const step = await trusted({
      ...Object(
        changed((one) => {
          one.findings.forEach((finding) =>
            Object.assign(finding, {
              message: evil,
              file: 'a`b\n](https://evil.example) @maria',
              subject: evil,
            }),
          );
          Object.assign(one, { path: 'x`@maria/<b>', changelog: evil });
        }),
      ),
      summary: { errors: evil },
    });
    expect(step.status, step.log).toBe(0);
    const page = micromark(pull.comments[0]?.body ?? '', {
      allowDangerousHtml: true,
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
    });
    const outside = page.replace(/<code>[^]*?<\/code>/g, '');
    expect(outside).not.toMatch(
      /href="(?!https:\/\/(?:github\.example|connector-gatehouse\.github\.io)\/)/,
    );
    expect(outside.replace(/href="[^"]*"/g, '')).not.toMatch(/@maria|#1|<img|<h1|<b>/);
    expect(outside).toContain('See [this](https:\u200b//evil.example)');
    expect(step.commands).toEqual([]);
  });

  test('of another event, or that is not there, is an error that says so', async () => {
    expect((await trusted(report, { event: 'push' })).commands[0]?.message).toBe(
      'The other run was for push. Only a report of a run for pull_request is posted.',
    );
    const step = await run({
      event: 'workflow_run',
      payload: {
        workflow_run: {
          event: 'pull_request',
          head_sha: pull.head,
          head_branch: 'x',
          head_repository: { id: 1, owner: { login: 'ada' } },
          html_url: 'x',
        },
      },
      inputs: { handover: 'nowhere.json' },
    });
    expect(step.status).toBe(2);
    expect(step.commands[0]?.message).toMatch(
      /nowhere\.json, which the input handover names, does not exist\./,
    );
  });
});
