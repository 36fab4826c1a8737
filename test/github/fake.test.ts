import { createHmac, createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { ProbotOctokit } from 'probot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json } from './fake/schema-check.ts';
import {
  badGateway,
  exhausted,
  forbidden,
  missing,
  secondaryLimit,
  tooManyRequests,
} from './fake/faults.ts';
import { startGitHub, type GitHub } from './fake/server.ts';
import type { Account, App, Pull, Repository } from './fake/repository.ts';

const examples: { name: string; examples: Json[] }[] = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('@octokit/webhooks-examples'), 'utf8'),
);
const folder = 'certified-connectors/Contoso';
const definition =
  `{\n  "swagger": "2.0",\n  "info": { "title": "Contoso", "version": ` +
  `"1.0" },\n  "host": "contoso.example",\n  "paths": {}\n}\n`;

let github: GitHub;
let repository: Repository;
let fork: Repository;
let ada: Account;
let maria: Account;
let app: App;
let pull: Pull;
let octokit: ProbotOctokit;

const quiet = {
  level: 'fatal',
  log: {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  },
} as const;
const octokitOf = (auth: object): ProbotOctokit =>
  new ProbotOctokit({
    baseUrl: github.url,
    auth,
    log: quiet.log,
    throttle: { enabled: false },
    retry: { enabled: false },
  });
const statusOf = async (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => 'fulfilled',
    (error: unknown) => (error instanceof Error && 'status' in error ? error.status : error),
  );

beforeEach(async () => {
  github = await startGitHub();
  ada = github.user('ada', { email: 'ada@contoso.example' });
  maria = github.user('maria');
  repository = github.repository('contoso/connectors', {
    files: { 'README.md': '# Connectors\n', [`${folder}/apiDefinition.swagger.json`]: definition },
  });
  repository.let(maria, 'write');
  app = github.app();
  const installation = github.install(app, repository);
  octokit = octokitOf({ token: github.installationToken(installation) });
  fork = repository.fork(ada);
  fork.push('contoso', {
    by: ada,
    message: 'Better\n\nCo-authored-by: Bo <bo@contoso.example>',
    files: { [`${folder}/apiDefinition.swagger.json`]: definition.replace('1.0', '1.1') },
  });
  pull = repository.open({ by: ada, from: fork, branch: 'contoso', title: 'Contoso' });
});
afterEach(async () => github.stop());

const here = { owner: 'contoso', repo: 'connectors' };

describe('a pull request', () => {
  test('is read with its head, base and counts', async () => {
    const { data } = await octokit.rest.pulls.get({ ...here, pull_number: 1 });
    expect(data).toMatchObject({
      number: 1,
      state: 'open',
      merged: false,
      mergeable: true,
      changed_files: 1,
      commits: 1,
      additions: 1,
      deletions: 1,
      head: { sha: pull.head, repo: { full_name: 'ada/connectors' } },
    });
    pull.looksUntilMergeable = 1;
    const look = async () =>
      (await octokit.rest.pulls.get({ ...here, pull_number: 1 })).data.mergeable;
    expect([await look(), await look()]).toEqual([null, true]);
  });

  test('tells its files with hunks, and whose account a commit belongs to', async () => {
    const files = await octokit.rest.pulls.listFiles({ ...here, pull_number: 1 });
    expect(files.data[0]).toMatchObject({
      filename: `${folder}/apiDefinition.swagger.json`,
      status: 'modified',
      patch: expect.stringContaining('+  "info": { "title": "Contoso", "version": "1.1" },'),
    });
    const commits = await octokit.rest.pulls.listCommits({ ...here, pull_number: 1 });
    expect(commits.data[0]?.author).toMatchObject({ login: 'ada' });
    pull.push({
      by: ada,
      author: { name: 'Nobody', email: 'nobody@elsewhere.example' },
      files: { 'x.txt': 'x' },
    });
    expect(
      (await octokit.rest.pulls.listCommits({ ...here, pull_number: 1 })).data[1]?.author,
    ).toBeNull();
  });

  test('is listed page by page, with links, and cut at 3,000 files', async () => {
    github.limits.pullFiles = 130;
    pull.push({
      by: ada,
      files: Object.fromEntries(
        Array.from({ length: 140 }, (_, n) => [`many/${String(n).padStart(3, '0')}.txt`, `${n}`]),
      ),
    });
    const first = await octokit.rest.pulls.listFiles({ ...here, pull_number: 1, per_page: 100 });
    expect(first.headers.link).toMatch(/page=2>; rel="next"/);
    expect(
      await octokit.paginate(octokit.rest.pulls.listFiles, {
        ...here,
        pull_number: 1,
        per_page: 100,
      }),
    ).toHaveLength(130);
  });

  test('is compared with its merge base', async () => {
    repository.push('dev', { by: maria, files: { 'other.txt': 'moved on' } });
    const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
      ...here,
      basehead: `dev...${pull.head}`,
    });
    expect(data).toMatchObject({
      status: 'diverged',
      ahead_by: 1,
      behind_by: 1,
      merge_base_commit: { sha: pull.baseSha },
    });
    expect(data.files?.map(({ filename }) => filename)).toEqual([
      `${folder}/apiDefinition.swagger.json`,
    ]);
  });

  test('conflicts where both sides changed a file, and a renamed file is known by its former name', async () => {
    pull.push({ by: ada, files: { 'README.md': null, 'docs/README.md': '# Connectors\n' } });
    expect((await octokit.rest.pulls.listFiles({ ...here, pull_number: 1 })).data[1]).toMatchObject(
      { status: 'renamed', previous_filename: 'README.md', filename: 'docs/README.md' },
    );
    repository.push('dev', {
      by: maria,
      files: { [`${folder}/apiDefinition.swagger.json`]: definition.replace('1.0', '2.0') },
    });
    expect((await octokit.rest.pulls.get({ ...here, pull_number: 1 })).data).toMatchObject({
      mergeable: false,
      mergeable_state: 'dirty',
    });
  });

  test('is squashed with the expected head, and not where the head moved or a required check is missing', async () => {
    const merge = (sha: string) =>
      octokit.rest.pulls.merge({
        ...here,
        pull_number: 1,
        sha,
        merge_method: 'squash',
        commit_title: 'Contoso (#1)',
      });
    expect(await statusOf(merge(pull.baseSha))).toBe(409);
    repository.protect('dev', { requiredChecks: ['gatehouse'] });
    expect(await statusOf(merge(pull.head))).toBe(405);
    await octokit.rest.checks.create({
      ...here,
      name: 'gatehouse',
      head_sha: pull.head,
      conclusion: 'success',
    });
    await merge(pull.head);
    expect(repository.resolve('dev')).toMatchObject({
      message: 'Contoso (#1)',
      parents: [pull.baseSha],
    });
    expect((await octokit.rest.pulls.get({ ...here, pull_number: 1 })).data).toMatchObject({
      state: 'closed',
      merged: true,
      merge_commit_sha: repository.tip('dev'),
    });
  });

  test('goes through the merge queue once the checks of its group pass', async () => {
    repository.protect('dev', { requiredChecks: ['gatehouse'], mergeQueue: true, ruleset: true });
    await octokit.rest.checks.create({
      ...here,
      name: 'gatehouse',
      head_sha: pull.head,
      conclusion: 'success',
    });
    const rules = await octokit.request('GET /repos/{owner}/{repo}/rules/branches/{branch}', {
      ...here,
      branch: 'dev',
    });
    expect(rules.data.map(({ type }) => type)).toEqual(['required_status_checks', 'merge_queue']);
    const { data } = await octokit.rest.pulls.get({ ...here, pull_number: 1 });
    await octokit.graphql(
      'mutation($id: ID!, $head: GitObjectID!) { enqueuePullRequest(input: ' +
        '{ pullRequestId: $id, expectedHeadOid: $head }) { mergeQueueEntry { position } } }',
      { id: data.node_id, head: pull.head },
    );
    const [group] = repository.queue;
    repository.advanceQueue(maria);
    expect(pull.mergedAt).toBeUndefined();
    await octokit.rest.checks.create({
      ...here,
      name: 'gatehouse',
      head_sha: group?.head ?? '',
      conclusion: 'success',
    });
    repository.advanceQueue(maria);
    expect([pull.mergedAt !== undefined, repository.tip('dev') === group?.head]).toEqual([
      true,
      true,
    ]);
  });
});

describe('files', () => {
  test('are read through trees and blobs, links and submodules as such', async () => {
    pull.push({
      by: ada,
      files: {
        [`${folder}/link`]: { link: '../../secret' },
        [`${folder}/module`]: { submodule: pull.head },
        [`${folder}/sub/a.txt`]: 'a',
      },
    });
    const at = await octokit.request('GET /repos/{owner}/{repo}/contents/{path}', {
      ...here,
      path: folder,
      ref: pull.head,
      headers: { accept: 'application/vnd.github.object+json' },
    });
    const { sha } = Array.isArray(at.data) ? { sha: '' } : at.data;
    const tree = await octokit.rest.git.getTree({ ...here, tree_sha: sha, recursive: 'true' });
    expect(tree.data.tree.map(({ path, mode, type }) => [path, mode, type])).toEqual([
      ['apiDefinition.swagger.json', '100644', 'blob'],
      ['link', '120000', 'blob'],
      ['module', '160000', 'commit'],
      ['sub', '040000', 'tree'],
      ['sub/a.txt', '100644', 'blob'],
    ]);
    const blob = await octokit.rest.git.getBlob({
      ...here,
      file_sha: tree.data.tree[0]?.sha ?? '',
    });
    expect(Buffer.from(blob.data.content, 'base64').toString()).toContain('"version": "1.1"');
  });

  test('are named as git names them', () => {
    expect(repository.store.writeBlob('hello\n')).toBe('ce013625030ba8dba906f756967f9e9ca394464a');
    expect(repository.store.withFiles(undefined, { 'a/b.txt': 'hello\n' })).toBe(
      '4b378868f9def8dfbfa9494e931d7367e276bb3a',
    );
  });

  test('are written to a fork whose author lets maintainers push, on top of its head only', async () => {
    const there = { owner: 'ada', repo: 'connectors' };
    const blob = await octokit.rest.git.createBlob({
      ...there,
      content: 'fixed',
      encoding: 'utf-8',
    });
    const tree = await octokit.rest.git.createTree({
      ...there,
      base_tree: pull.head,
      tree: [{ path: `${folder}/readme.md`, mode: '100644', type: 'blob', sha: blob.data.sha }],
    });
    const commit = await octokit.rest.git.createCommit({
      ...there,
      message: 'Fixes',
      tree: tree.data.sha,
      parents: [pull.head],
    });
    const update = () =>
      octokit.rest.git.updateRef({ ...there, ref: 'heads/contoso', sha: commit.data.sha });
    pull.maintainersMayPush = false;
    expect(await statusOf(update())).toBe(403);
    pull.maintainersMayPush = true;
    await update();
    expect(pull.head).toBe(commit.data.sha);
    pull.push({ by: ada, files: { 'more.txt': '' } });
    expect(await statusOf(update())).toBe(422);
  });
});

describe('what is said on it', () => {
  test('comments are written, edited by who wrote them, and reacted to once', async () => {
    const { data } = await octokit.rest.issues.createComment({
      ...here,
      issue_number: 1,
      body: 'Hello',
    });
    expect(data).toMatchObject({
      user: { login: 'gatehouse[bot]', type: 'Bot' },
      performed_via_github_app: { id: app.id },
    });
    const theirs = octokitOf({ token: github.token(ada) });
    expect(
      await statusOf(
        theirs.rest.issues.updateComment({ ...here, comment_id: data.id, body: 'Hacked' }),
      ),
    ).toBe(403);
    const react = () =>
      octokit.rest.reactions.createForIssueComment({
        ...here,
        comment_id: data.id,
        content: 'eyes',
      });
    expect([(await react()).status, (await react()).status]).toEqual([201, 200]);
    expect(
      await statusOf(
        octokit.rest.issues.createComment({ ...here, issue_number: 1, body: 'x'.repeat(65_537) }),
      ),
    ).toBe(422);
  });

  test('one suggestion outside the diff makes GitHub refuse the whole review', async () => {
    const path = `${folder}/apiDefinition.swagger.json`;
    const suggest = (...lines: number[]) =>
      octokit.rest.pulls.createReview({
        ...here,
        pull_number: 1,
        commit_id: pull.head,
        event: 'COMMENT',
        body: '',
        comments: lines.map((line) => ({
          path,
          line,
          side: 'RIGHT',
          body: '```suggestion\nx\n```',
        })),
      });
    expect(await statusOf(suggest(3, 400))).toBe(422);
    expect(pull.reviews).toHaveLength(0);
    await suggest(3);
    expect(
      (await octokit.rest.pulls.listReviewComments({ ...here, pull_number: 1 })).data[0],
    ).toMatchObject({ path, line: 3, user: { login: 'gatehouse[bot]' } });
  });

  test('labels are added beside those of others, and nobody approves their own', async () => {
    pull.label(maria, 'important');
    await octokit.rest.issues.addLabels({ ...here, issue_number: 1, labels: ['New', 'IMPORTANT'] });
    expect([...pull.labels]).toEqual(['important', 'New']);
    await octokit.rest.issues.removeLabel({ ...here, issue_number: 1, name: 'New' });
    expect(
      await statusOf(octokit.rest.issues.removeLabel({ ...here, issue_number: 1, name: 'New' })),
    ).toBe(404);
    expect(
      await statusOf(
        octokitOf({ token: github.token(ada) }).rest.pulls.createReview({
          ...here,
          pull_number: 1,
          event: 'APPROVE',
        }),
      ),
    ).toBe(422);
  });

  test('a check run takes fifty annotations at a time, and adds them up', async () => {
    const annotations = Array.from({ length: 50 }, (_, n) => ({
      path: 'a',
      start_line: n + 1,
      end_line: n + 1,
      annotation_level: 'failure' as const,
      message: 'wrong',
    }));
    const output = { title: 'Gatehouse', summary: 'wrong', annotations };
    const { data } = await octokit.rest.checks.create({
      ...here,
      name: 'gatehouse',
      head_sha: pull.head,
      external_id: 'x',
      status: 'in_progress',
      output,
    });
    await octokit.rest.checks.update({
      ...here,
      check_run_id: data.id,
      conclusion: 'failure',
      output,
    });
    const runs = await octokit.rest.checks.listForRef({
      ...here,
      ref: pull.head,
      check_name: 'gatehouse',
    });
    expect(runs.data.check_runs[0]).toMatchObject({
      external_id: 'x',
      status: 'completed',
      conclusion: 'failure',
      output: { annotations_count: 100 },
    });
    const theirs = octokitOf({ token: github.token(maria) });
    expect(
      await statusOf(
        theirs.rest.checks.create({ ...here, name: 'gatehouse', head_sha: pull.head }),
      ),
    ).toBe(403);
  });

  test('a deployment has statuses, and a commit a combined status', async () => {
    const made = await octokit.rest.repos.createDeployment({
      ...here,
      ref: pull.head,
      environment: 'ring-1',
      required_contexts: [],
      auto_merge: false,
      payload: { pull: 1 },
    });
    const id = 'id' in made.data ? made.data.id : 0;
    await octokit.rest.repos.createDeploymentStatus({
      ...here,
      deployment_id: id,
      state: 'in_progress',
    });
    expect(
      (await octokit.rest.repos.listDeployments({ ...here, sha: pull.head })).data[0],
    ).toMatchObject({ id, environment: 'ring-1', payload: { pull: 1 } });
    expect(
      (await octokit.rest.repos.listDeploymentStatuses({ ...here, deployment_id: id })).data[0]
        ?.state,
    ).toBe('in_progress');
    await octokit.rest.repos.createCommitStatus({
      ...here,
      sha: pull.head,
      state: 'success',
      context: 'build',
    });
    expect(
      (await octokit.rest.repos.getCombinedStatusForRef({ ...here, ref: pull.head })).data.state,
    ).toBe('success');
  });
});

describe('who may', () => {
  test('an App proves who it is with its key, and is given a token for an installation', async () => {
    const [installation] = github.world.installations.keys();
    const mine = octokitOf({
      appId: app.id,
      privateKey: app.privateKey,
      installationId: installation,
    });
    expect((await mine.rest.repos.get(here)).data.full_name).toBe('contoso/connectors');
    const claims = (iss: number, exp: number): string => {
      const now = Math.floor(Date.now() / 1000);
      const signed = [
        { alg: 'RS256', typ: 'JWT' },
        { iss, iat: now - 30, exp: now + exp },
      ]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      return `${signed}.${createSign('RSA-SHA256').update(signed).sign(app.privateKey, 'base64url')}`;
    };
    const asApp = (jwt: string) =>
      fetch(`${github.url}/app`, { headers: { authorization: `bearer ${jwt}` } }).then(
        ({ status }) => status,
      );
    expect(
      await Promise.all([
        asApp(claims(app.id, 60)),
        asApp(claims(app.id, 6000)),
        asApp(claims(4, 60)),
        asApp(`${claims(app.id, 60).slice(0, -8)}AAAAAAAA`),
      ]),
    ).toEqual([200, 401, 404, 401]);
  });

  test('an App does what it has asked to do, and no more', async () => {
    const reader = github.app({ slug: 'reader', permissions: { pull_requests: 'read' } });
    const mine = octokitOf({ token: github.installationToken(github.install(reader, repository)) });
    expect(await statusOf(mine.rest.pulls.get({ ...here, pull_number: 1 }))).toBe('fulfilled');
    expect(
      await statusOf(mine.rest.issues.createComment({ ...here, issue_number: 1, body: 'x' })),
    ).toBe(403);
    expect([...github.permissionsUsed]).toEqual(['pull_requests:read']);
  });

  test('roles of people are told, also of those who have none', async () => {
    const roleOf = async (username: string) =>
      (await octokit.rest.repos.getCollaboratorPermissionLevel({ ...here, username })).data
        .role_name;
    expect(await Promise.all([roleOf('maria'), roleOf('ada'), roleOf('contoso')])).toEqual([
      'write',
      'read',
      'admin',
    ]);
    expect(await statusOf(roleOf('nobody'))).toBe(404);
    const isMember = (username: string, org = 'contoso') =>
      statusOf(
        octokit.request('GET /orgs/{org}/members/{username}', {
          org,
          username,
          request: { redirect: 'manual' },
        }),
      );
    github.organization('contoso', maria);
    github.organization('elsewhere', maria);
    expect([await isMember('maria'), await isMember('ada')]).toEqual(['fulfilled', 404]);
    expect(
      (
        await octokit.request('GET /orgs/{org}/members/{username}', {
          org: 'elsewhere',
          username: 'maria',
          request: { redirect: 'manual' },
        })
      ).status,
    ).toBe(302);
    repository.isPrivate = true;
    expect(await roleOf('ada')).toBe('none');
    expect(
      (await octokit.request('GET /user/{account_id}', { account_id: ada.id })).data.login,
    ).toBe('ada');
  });
});

describe('what goes wrong', () => {
  test('on command: too many requests, a bad gateway, what does not exist yet, a connection that is cut', async () => {
    const get = () => statusOf(octokit.rest.pulls.get({ ...here, pull_number: 1 }));
    for (const answer of [
      tooManyRequests(1),
      secondaryLimit(1),
      exhausted(60),
      forbidden,
      badGateway,
      missing,
      'cut',
    ] as const)
      github.disturb('pulls/get', { answer });
    const statuses: unknown[] = [];
    for (let asked = 0; asked < 8; asked++) statuses.push(await get());
    expect(statuses).toEqual([429, 403, 403, 403, 502, 404, 500, 'fulfilled']);
  });

  test('the plugins for throttling and retrying get over it', async () => {
    const patient = new ProbotOctokit({
      baseUrl: github.url,
      auth: { token: github.installationToken([...github.world.installations.keys()][0] ?? 0) },
      log: quiet.log,
      retry: { retryAfterBaseValue: 1 },
      throttle: { retryAfterBaseValue: 1 },
    });
    for (const answer of [tooManyRequests(1), secondaryLimit(1), badGateway])
      github.disturb('pulls/get', { answer });
    expect(await statusOf(patient.rest.pulls.get({ ...here, pull_number: 1 }))).toBe('fulfilled');
    expect(github.requests.map(({ status }) => status)).toEqual([429, 403, 502, 200]);
  });

  test('GitHub has done it, and who asked does not know', async () => {
    github.disturb('issues/create-comment', { butAnswer: badGateway });
    expect(
      await statusOf(octokit.rest.issues.createComment({ ...here, issue_number: 1, body: 'Said' })),
    ).toBe(502);
    expect(pull.comments.map(({ body }) => body)).toEqual(['Said']);
  });

  test('the head moves between two requests, and an answer is held until it is let go', async () => {
    const before = pull.head;
    github.disturb('pulls/get', {
      before: () => void pull.push({ by: ada, files: { 'x.txt': 'x' } }),
    });
    expect((await octokit.rest.pulls.get({ ...here, pull_number: 1 })).data.head.sha).not.toBe(
      before,
    );
    const slow = github.holdUp('pulls/get');
    let answered = false;
    const asked = octokit.rest.pulls.get({ ...here, pull_number: 1 }).then(() => (answered = true));
    await slow.reached;
    expect(answered).toBe(false);
    slow.release();
    await asked;
  });

  test('there is so much that may be asked in an hour', async () => {
    github.hourly = 2;
    const get = () => statusOf(octokit.rest.pulls.get({ ...here, pull_number: 1 }));
    expect([await get(), await get(), await get()]).toEqual(['fulfilled', 'fulfilled', 403]);
  });

  test('what has not changed is answered with 304, which costs nothing', async () => {
    const first = await octokit.rest.pulls.get({ ...here, pull_number: 1 });
    const again = octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
      ...here,
      pull_number: 1,
      headers: { 'if-none-match': first.headers.etag ?? '' },
    });
    expect(await statusOf(again)).toBe(304);
    expect(github.count()).toEqual({ reads: 2, writes: 0, notModified: 1 });
    expect(
      (await octokit.rest.pulls.get({ ...here, pull_number: 1 })).headers['x-ratelimit-used'],
    ).toBe('2');
  });

  test('a request that is not as GitHub describes it fails the test loudly', async () => {
    const wrong = await startGitHub();
    const headers = { authorization: `bearer ${wrong.token(wrong.user('ada'))}` };
    wrong.repository('contoso/connectors');
    expect(
      (await fetch(`${wrong.url}/repos/contoso/connectors/pulls?stat=open`, { headers })).status,
    ).toBe(400);
    expect(
      (
        await fetch(`${wrong.url}/repos/contoso/connectors/check-runs`, {
          method: 'POST',
          headers,
          body: '{"nome":"x"}',
        })
      ).status,
    ).toBe(400);
    expect((await fetch(`${wrong.url}/repos/contoso/connectors/pull/1`, { headers })).status).toBe(
      400,
    );
    await expect(wrong.stop()).rejects.toThrow(
      /query parameter stat is not described[\s\S]*checks\/create[\s\S]*no operation that GitHub describes/,
    );
  });
});

describe('webhooks', () => {
  const listen = async () => {
    const heard: { event: unknown; id: unknown; valid: boolean; body: string }[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        heard.push({
          event: request.headers['x-github-event'],
          id: request.headers['x-github-delivery'],
          valid:
            request.headers['x-hub-signature-256'] ===
            `sha256=${createHmac('sha256', app.secret).update(body).digest('hex')}`,
          body,
        });
        response.end();
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    github.webhooks.to(
      `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
      app.secret,
    );
    return {
      heard,
      [Symbol.asyncDispose]: () =>
        new Promise<void>((resolve) => void server.close(() => resolve())),
    };
  };

  test('tell what people and Apps do, signed', async () => {
    await using listener = await listen();
    const comment = pull.comment(ada, '/check');
    pull.editComment(ada, comment, '/help');
    pull.review(maria, 'APPROVE');
    pull.label(maria, 'important');
    pull.push({ by: ada, files: { 'x.txt': 'x' } });
    pull.edit(ada, { title: 'Other' });
    await octokit.rest.checks.create({
      ...here,
      name: 'gatehouse',
      head_sha: pull.head,
      conclusion: 'success',
    });
    const [run] = repository.checkRuns;
    if (run) repository.rerequest(run, ada);
    repository.enqueue(pull, maria);
    repository.advanceQueue(maria);
    await octokit.rest.repos.createDeployment({
      ...here,
      ref: 'dev',
      required_contexts: [],
      environment: 'ring-1',
    });
    await github.webhooks.settled();
    const told = github.webhooks.deliveries.map(({ event, action }) => `${event} ${action}`.trim());
    expect(told.slice(told.indexOf('issue_comment created'))).toEqual([
      'issue_comment created',
      'issue_comment edited',
      'pull_request_review submitted',
      'pull_request labeled',
      'pull_request synchronize',
      'pull_request edited',
      'check_run created',
      'check_run completed',
      'check_run rerequested',
      'merge_group checks_requested',
      'merge_group destroyed',
      'push',
      'pull_request closed',
      'deployment created',
    ]);
    expect(listener.heard).toHaveLength(told.length - told.indexOf('issue_comment created'));
    expect(listener.heard.every(({ valid }) => valid)).toBe(true);
  });

  test('are doubled, lost and out of order on command', async () => {
    await using listener = await listen();
    github.webhooks.hold();
    for (const body of ['one', 'two', 'three']) pull.comment(ada, body);
    const [first, , third] = github.webhooks.held;
    if (first && third) await github.webhooks.release([third, first, third]);
    expect(listener.heard.map(({ id }) => id)).toEqual([third?.id, first?.id, third?.id]);
    expect(
      await github.webhooks.send(first ?? third ?? github.webhooks.make('ping', {}), {
        signature: 'sha256=00',
      }),
    ).toBe(200);
    expect(listener.heard.at(-1)?.valid).toBe(false);
  });

  test("have what GitHub's own examples have", () => {
    pull.comment(ada, '/check');
    pull.review(maria, 'APPROVE');
    pull.push({ by: ada, files: { 'x.txt': 'x' } });
    pull.close(ada);
    const told = new Map(
      github.webhooks.deliveries.map(({ event, action, payload }) => [
        `${event} ${action}`,
        payload,
      ]),
    );
    for (const [name, payload] of told) {
      const [event, action] = name.split(' ');
      const known =
        examples
          .find((example) => example.name === event)
          ?.examples.filter(
            (example) => !action || ('action' in example && example.action === action),
          ) ?? [];
      const expected = known.filter(
        (example) => 'installation' in example || event !== 'installation',
      );
      if (expected.length === 0) continue;
      const shared = Object.keys(expected[0] ?? {}).filter(
        (key) => expected.every((example) => key in example) && key !== 'organization',
      );
      expect([name, shared.filter((key) => !(key in payload))]).toEqual([name, []]);
    }
    expect([...told.keys()]).toEqual(
      expect.arrayContaining([
        'pull_request opened',
        'pull_request synchronize',
        'pull_request closed',
        'issue_comment created',
        'pull_request_review submitted',
        'installation created',
      ]),
    );
  });
});
