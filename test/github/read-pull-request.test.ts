import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { retryAfterSeconds } from '../../src/github/http-error.ts';
import { Octokit } from '../../src/github/octokit.ts';
import { UnexpectedResponse } from '../../src/github/parse-response.ts';
import { botAccountOf } from '../../src/github/read-accounts.ts';
import { readForCla, readPullRequest } from '../../src/github/read-pull-request.ts';
import { PullRequestNotFound } from '../../src/github/request-pull.ts';
import { newResponseCache } from '../../src/github/response-cache.ts';
import { isJson } from './fake/schema-check.ts';
import { badGateway, exhausted, forbidden, missing, tooManyRequests } from './fake/faults.ts';
import { definition, folder, sceneSettings, startScene, type Scene } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(async () => scene.github.stop());

const read = (more: Parameters<Scene['query']>[0] = {}) =>
  readPullRequest(scene.client, scene.query(more));
const at = (name: string) => expect.objectContaining({ path: name });

describe('a pull request is read', () => {
  test('with its connector before and after, and every byte of it once', async () => {
    const { pull, connectors, contents, files, commits } = await read();
    const base = scene.repository.tip('dev');
    expect(pull).toMatchObject({
      number: 1,
      title: 'Contoso Invoices',
      state: { kind: 'open', draft: false },
      author: { login: 'ada' },
      base: { ref: 'dev', sha: base },
      head: { sha: scene.pull.head, repository: { owner: 'ada', repo: 'connectors' } },
      mergeBase: { value: base },
      mergeable: { value: true },
      maintainerCanModify: true,
      changedFiles: 2,
    });
    expect(files).toMatchObject({
      value: [
        {
          path: `${folder}/apiDefinition.swagger.json`,
          status: 'modified',
          patch: expect.stringContaining('+    "version": "1.1"'),
        },
        { path: `${folder}/apiProperties.json` },
      ],
    });
    expect(commits).toMatchObject({
      value: [
        { message: 'Better', author: { account: { value: { id: scene.ada.id } } }, coAuthors: [] },
      ],
    });
    const [connector] = connectors;
    expect(connector).toMatchObject({ path: folder, class: 'certified' });
    const text = (
      side: typeof connector extends undefined ? never : 'before' | 'after',
      name: string,
    ) => {
      const folderAt = connector?.[side];
      const blob = folderAt?.ok
        ? folderAt.value?.files.find(({ path }) => path === name)?.blob
        : undefined;
      return Buffer.from(contents[blob ?? ''] ?? '', 'base64').toString();
    };
    expect([
      text('before', 'apiDefinition.swagger.json'),
      text('after', 'apiDefinition.swagger.json'),
    ]).toEqual([definition('1.0'), definition('1.1')]);
    expect(Object.keys(contents)).toHaveLength(6);
  });

  test('with the settings and owners of the base branch, whatever the pull request says', async () => {
    scene.pull.push({
      by: scene.ada,
      files: { '.github/gatehouse.yml': 'approvals: 0\n', '.github/CODEOWNERS': null },
    });
    const { settings, owners, teams, permissions } = await read();
    expect(settings).toEqual({
      ok: true,
      value: { path: '.github/gatehouse.yml', text: sceneSettings },
    });
    expect(owners).toMatchObject({ value: { path: '.github/CODEOWNERS' } });
    expect(teams).toEqual({
      'contoso/stewards': {
        ok: true,
        value: [{ id: scene.maria.id, login: 'maria', type: 'user' }],
      },
    });
    expect(permissions).toEqual({});
  });

  test('with what is said on it, and what those may do who said it', async () => {
    const command = scene.pull.comment(scene.maria, 'Thanks!\n/merge');
    scene.pull.comment(scene.github.user('bo'), 'Nice.');
    command.reactions.push(
      { id: 1, user: scene.app.account, content: 'eyes', createdAt: '2026-01-05T09:00:00Z' },
      { id: 2, user: scene.maria, content: '+1', createdAt: '2026-01-05T09:00:00Z' },
    );
    scene.pull.review(scene.maria, 'APPROVE');
    scene.repository.protect('dev', {
      requiredChecks: ['gatehouse'],
      mergeQueue: true,
      ruleset: true,
    });
    const { comments, reviews, permissions, protection } = await read();
    expect(comments).toMatchObject({
      value: [
        {
          id: command.id,
          author: { login: 'maria' },
          reactions: ['eyes'],
          createdAt: expect.stringMatching(/\.000Z$/),
        },
        { reactions: [] },
      ],
    });
    expect(reviews).toMatchObject({
      value: [{ state: 'approved', sha: scene.pull.head, author: { id: scene.maria.id } }],
    });
    expect(permissions).toMatchObject({ [scene.maria.id]: { value: 'maintain' } });
    expect(protection).toEqual({
      ok: true,
      value: { requiredChecks: ['gatehouse'], mergeQueue: true },
    });
  });

  test('with what its default branch asks for, when its base branch was changed, and what those may do whose consent is recorded', async () => {
    const bo = scene.github.user('bo');
    scene.repository.let(bo, 'triage');
    scene.repository.push('release', {
      by: scene.maria,
      files: { '.github/gatehouse.yml': 'base: release\napprovals: 0\n' },
    });
    expect((await read()).defaultBranch).toEqual({
      name: 'dev',
      settings: { ok: true, value: { path: '.github/gatehouse.yml', text: sceneSettings } },
    });
    scene.pull.edit(scene.ada, { base: 'release' });
    const changed = scene.pull.baseChanges[0]?.createdAt ?? '';
    scene.pull.comment(scene.maria, '/merge');
    const { settings, defaultBranch, baseSince, permissions } = await read({
      consentingAccounts: [{ id: bo.id, login: 'bo', type: 'user' }],
    });
    expect(settings).toMatchObject({ value: { text: 'base: release\napprovals: 0\n' } });
    expect(defaultBranch).toEqual({
      name: 'dev',
      settings: { ok: true, value: { path: '.github/gatehouse.yml', text: sceneSettings } },
    });
    expect(baseSince).toEqual({ ok: true, value: new Date(changed).toISOString() });
    expect(permissions).toMatchObject({
      [bo.id]: { value: 'triage' },
      [scene.maria.id]: { value: 'maintain' },
    });
    scene.github.disturb('repos/get-branch', {
      answer: forbidden,
      when: ({ path }) => path.endsWith('/dev'),
    });
    scene.memory.clear();
    expect((await read()).defaultBranch.settings).toMatchObject({ ok: false });
  });

  test('with what a command needs, however it is written, and what was answered to what only looks like one', async () => {
    scene.repository.protect('dev', { requiredChecks: ['gatehouse'] });
    scene.pull.comment(scene.maria, 'Thanks!\r\n\u00a0/MERGE!');
    const likely = scene.pull.comment(scene.ada, 'I agree.');
    likely.reactions.push({
      id: 1,
      user: scene.app.account,
      content: '-1',
      createdAt: '2026-01-05T09:00:00Z',
    });
    const { comments, permissions, protection } = await read();
    expect(protection).toMatchObject({ ok: true });
    expect(permissions).toMatchObject({ [scene.maria.id]: { value: 'maintain' } });
    expect(comments).toMatchObject({ value: [{}, { reactions: ['-1'] }] });
  });

  test('with the older protection of a branch, where somebody has asked for the merge', async () => {
    scene.repository.protect('dev', { requiredChecks: ['gatehouse', 'build'] });
    expect((await read()).protection).toMatchObject({ ok: false });
    expect((await read({ isMergeRequested: true })).protection).toEqual({
      ok: true,
      value: { requiredChecks: ['build', 'gatehouse'], mergeQueue: false },
    });
  });

  test('with the other connectors and their icons, and for something new with what earlier pull requests bring', async () => {
    expect(await read()).toMatchObject({
      openPulls: { ok: true, value: [] },
      catalog: {
        ok: true,
        value: [
          {
            path: 'custom-connectors/Fabrikam',
            icon: scene.repository.store.writeBlob(Uint8Array.of(1)),
          },
        ],
      },
    });
    scene.repository.push('other', {
      by: scene.maria,
      files: { 'custom-connectors/Other/icon.png': Uint8Array.of(2) },
    });
    const other = scene.repository.open({ by: scene.maria, branch: 'other', title: 'Other' });
    scene.repository.push('later', {
      by: scene.maria,
      files: { 'custom-connectors/Later/readme.md': '' },
    });
    const later = scene.repository.open({ by: scene.maria, branch: 'later', title: 'Later' });
    const brings = {
      number: other.number,
      title: 'Other',
      author: { login: 'maria' },
      folders: ['custom-connectors/Other'],
      icons: [scene.repository.store.writeBlob(Uint8Array.of(2))],
    };
    expect((await read({ number: later.number })).openPulls).toMatchObject({
      value: [{ number: 1 }, brings],
    });
    // One that came later is not looked up, and still known where this process has reviewed it.
    expect(
      (
        await readPullRequest(
          scene.clientOf(
            scene.github.installationToken([...scene.github.world.installations.keys()][0] ?? 0),
            newResponseCache(),
          ),
          scene.query({ number: other.number }),
        )
      ).openPulls,
    ).toMatchObject({ value: [{ number: 1 }, { number: 3, folders: [] }] });
    expect((await read({ number: other.number })).openPulls).toMatchObject({
      value: [{ number: 1 }, { number: 3, folders: ['custom-connectors/Later'] }],
    });
  });

  test('with the titles of those whose folder is called like a new title', async () => {
    const titled = (title: string): string =>
      JSON.stringify({
        swagger: '2.0',
        info: { title, version: '1.0' },
        host: 'fabrikam.example',
        paths: {},
      });
    scene.repository.push('dev', {
      by: scene.maria,
      files: {
        'custom-connectors/FabrikamSales/apiDefinition.swagger.json': titled('Fabrikam Sales'),
        'custom-connectors/X/apiDefinition.swagger.json': titled('X'),
      },
    });
    scene.pull.push({
      by: scene.ada,
      files: {
        'custom-connectors/New/apiDefinition.swagger.json': titled(
          'Fabrikam Sales (Independent Publisher)',
        ),
      },
    });
    expect((await read()).catalog).toMatchObject({
      value: [
        { path: 'custom-connectors/Fabrikam' },
        {
          path: 'custom-connectors/FabrikamSales',
          title: 'Fabrikam Sales',
          host: 'fabrikam.example',
        },
        { path: 'custom-connectors/X' },
      ],
    });
  });

  test('also if the definitions have other names, in the folder or below', async () => {
    const titled = (title: string): string =>
      JSON.stringify({ swagger: '2.0', info: { title, version: '1.0' }, paths: {} });
    scene.repository.push('dev', {
      by: scene.maria,
      files: {
        'custom-connectors/FabrikamSales/apiDefinition.json': titled('Fabrikam Sales'),
        'custom-connectors/FabrikamSales2/v2/apiDefinition.swagger.json': titled('Fabrikam Sales'),
      },
    });
    scene.pull.push({
      by: scene.ada,
      files: { 'custom-connectors/New/swagger.json': titled('Fabrikam Sales') },
    });
    expect((await read()).catalog).toMatchObject({
      value: [
        { path: 'custom-connectors/Fabrikam' },
        { path: 'custom-connectors/FabrikamSales', title: 'Fabrikam Sales' },
        { path: 'custom-connectors/FabrikamSales2', title: 'Fabrikam Sales' },
      ],
    });
  });

  test('with the publisher of those that have the icon of the pull request', async () => {
    const properties = JSON.stringify({ properties: { publisher: 'Fabrikam' } });
    scene.repository.push('dev', {
      by: scene.maria,
      files: {
        'custom-connectors/Fabrikam/apiProperties.json': properties,
        'custom-connectors/X/apiProperties.json': properties,
        'custom-connectors/X/icon.png': Uint8Array.of(3),
      },
    });
    scene.pull.push({ by: scene.ada, files: { [`${folder}/icon.png`]: Uint8Array.of(1) } });
    const { catalog } = await read();
    expect(catalog).toMatchObject({
      value: [{ path: 'custom-connectors/Fabrikam', publisher: 'Fabrikam' }, {}],
    });
    expect(catalog.ok && catalog.value[1]).not.toHaveProperty('publisher');
  });

  test('with the accounts of co-authors, and null for an address that belongs to nobody', async () => {
    const bo = scene.github.user('bo', { email: 'bo@contoso.example' });
    scene.pull.push({
      by: scene.ada,
      message:
        'Together\n\nCo-authored-by: Bo <Bo@contoso.example>\nCo-authored-by: ' +
        'Cy <cy@nowhere.example>\nCo-authored-by: Ada <ada@contoso.example>',
      files: { [`${folder}/readme.md`]: '# New\n' },
    });
    scene.pull.push({
      by: scene.ada,
      author: { name: 'Di', email: 'di@nowhere.example' },
      verified: true,
      files: { [`${folder}/readme.md`]: '# Newer\n' },
    });
    const { commits } = await read();
    expect(commits).toMatchObject({
      value: [
        { message: 'Better' },
        {
          coAuthors: [
            { name: 'Bo', account: { value: { id: bo.id, login: 'bo' } } },
            { name: 'Cy', account: { ok: true, value: null } },
            { name: 'Ada', account: { value: { id: scene.ada.id } } },
          ],
        },
        { author: { name: 'Di', account: { ok: true, value: null } } },
      ],
    });
    expect(commits.ok && commits.value.map(({ verified }) => verified)).toEqual([
      false,
      false,
      true,
    ]);
  });

  test("of somebody who deleted the account: nobody in particular, and whose address is nobody's", async () => {
    const { pull, ada, github } = scene;
    pull.comment(ada, 'Bye');
    pull.review(ada, 'COMMENT', { body: 'Bye' });
    github.world.remove(ada);
    const { pull: seen, comments, reviews, commits } = await read();
    const ghost = { id: 0, login: 'ghost', type: 'ghost' };
    expect([
      seen.author,
      comments.ok && comments.value.map(({ author }) => author),
      reviews.ok && reviews.value.map(({ author }) => author),
    ]).toEqual([ghost, [ghost], [ghost]]);
    expect(commits).toMatchObject({
      value: [{ author: { account: { ok: true, value: null } } }],
    });
  });

  test("with our own check runs, suggestions and deployments, and nobody else's", async () => {
    const { github, repository, pull, app } = scene;
    const octokit = new Octokit({
      baseUrl: github.url,
      auth: { token: github.installationToken([...github.world.installations.keys()][0] ?? 0) },
      throttle: { enabled: false },
    });
    const here = { owner: 'contoso', repo: 'connectors' };
    repository.check('gatehouse', pull.head, 'success');
    await octokit.rest.checks.create({
      ...here,
      name: 'gatehouse',
      head_sha: pull.head,
      external_id: 'digest',
      conclusion: 'failure',
    });
    const path = `${folder}/apiDefinition.swagger.json`;
    await octokit.rest.pulls.createReview({
      ...here,
      pull_number: 1,
      commit_id: pull.head,
      event: 'COMMENT',
      comments: [{ path, line: 6, side: 'RIGHT', body: 'ours' }],
    });
    pull.review(scene.maria, 'COMMENT', {
      comments: [
        {
          id: 7,
          path,
          side: 'RIGHT',
          line: 6,
          body: 'hers',
          commit: pull.head,
          hunk: '@@',
          user: scene.maria,
          createdAt: '2026-01-05T09:00:00Z',
        },
      ],
    });
    pull.squash(scene.maria, 'Contoso Invoices (#1)');
    const { data } = await octokit.rest.repos.createDeployment({
      ...here,
      ref: repository.tip('dev') ?? '',
      environment: 'first-ring',
      required_contexts: [],
    });
    if ('id' in data)
      await octokit.rest.repos.createDeploymentStatus({
        ...here,
        deployment_id: data.id,
        state: 'success',
      });
    const reading = await read();
    expect(reading.pull.state).toMatchObject({ kind: 'merged', sha: repository.tip('dev') });
    expect(reading.checks).toMatchObject({
      value: [{ name: 'gatehouse', externalId: 'digest', status: 'completed', sha: pull.head }],
    });
    expect(reading.suggestions).toMatchObject({ value: [{ path, body: 'ours' }] });
    expect(reading.deployments).toMatchObject({
      value: [{ environment: 'first-ring', state: 'success', sha: repository.tip('dev') }],
    });
    expect(await botAccountOf(scene.client, app.slug)).toEqual(scene.bot);
  });

  test('as what a merge queue made of it', async () => {
    scene.repository.push('dev', {
      by: scene.maria,
      files: { [`${folder}/readme.md`]: '# Moved on\n' },
    });
    const group = scene.repository.enqueue(scene.pull, scene.maria);
    const {
      at: what,
      connectors,
      contents,
    } = await read({ group: { sha: group.head, baseSha: group.base } });
    expect(what).toEqual({ kind: 'merge-group', sha: group.head, baseSha: group.base });
    expect(connectors).toEqual([at(folder)]);
    expect(
      Object.values(contents).map((base64) => Buffer.from(base64, 'base64').toString()),
    ).toEqual(expect.arrayContaining(['# Moved on\n', definition('1.1')]));
  });

  test('of a connector that is new, and of one that is deleted', async () => {
    scene.pull.push({
      by: scene.ada,
      files: {
        'custom-connectors/New/readme.md': '# New\n',
        'custom-connectors/Fabrikam/icon.png': null,
        'custom-connectors/Fabrikam/apiDefinition.swagger.json': null,
      },
    });
    const { connectors } = await read();
    expect(
      connectors.map(({ path, before, after }) => [
        path,
        before.ok && before.value !== null,
        after.ok && after.value !== null,
      ]),
    ).toEqual([
      [folder, true, true],
      ['custom-connectors/Fabrikam', true, false],
      ['custom-connectors/New', false, true],
    ]);
  });

  test('the same before, told from what changed since or read from the merge base', async () => {
    scene.pull.push({
      by: scene.ada,
      files: {
        [`${folder}/readme.md`]: null,
        [`${folder}/intro.md`]: '# Contoso Invoices\n',
        [`${folder}/deep/a.txt`]: 'a',
        [`${folder}/icon.png`]: { link: 'x' },
      },
    });
    const straight = await read();
    scene.repository.push('dev', {
      by: scene.maria,
      files: { 'README.md': '# Moved on\n', [`${folder}/deep/b.txt`]: 'b' },
    });
    scene.github.forget();
    const since = await read();
    expect(since.pull.mergeBase).toEqual(straight.pull.mergeBase);
    const [connector] = straight.connectors;
    expect(since.connectors).toEqual([{ ...connector, isBehind: true }]);
    expect(Object.keys(since.contents).sort()).toEqual(Object.keys(straight.contents).sort());
  });

  test('against the merge base, where the base branch has moved on', async () => {
    const base = scene.repository.tip('dev');
    scene.repository.push('dev', {
      by: scene.maria,
      files: { [`${folder}/apiDefinition.swagger.json`]: definition('3.0') },
    });
    const { pull, connectors, contents } = await read();
    expect([pull.mergeBase, pull.base.sha, pull.mergeable]).toEqual([
      { ok: true, value: base },
      scene.repository.tip('dev'),
      { ok: true, value: false },
    ]);
    expect(connectors).toHaveLength(1);
    expect(
      Object.values(contents).map((base64) => Buffer.from(base64, 'base64').toString()),
    ).not.toContain(definition('3.0'));
  });

  test('with whether it merges, which GitHub works out once somebody looks', async () => {
    scene.pull.looksUntilMergeable = 1;
    expect((await read()).pull.mergeable).toEqual({ ok: true, value: true });
  });

  test('with those of its authors who are members of an organization that a company signed for', async () => {
    const company = (name: string) => `{ name: ${name}, version: "1.0", organizations: [${name}] }`;
    scene.repository.push('dev', {
      by: scene.maria,
      files: {
        '.github/gatehouse.yml': `preset: microsoft\ncla: { companies: [${company('contoso')}, ${company('elsewhere')}] }\n`,
      },
    });
    scene.github.organization('contoso', scene.ada);
    scene.github.organization('elsewhere', scene.ada);
    expect((await read()).members).toEqual({
      contoso: { ok: true, value: [scene.ada.id] },
      elsewhere: { ok: false, reason: expect.any(String) },
    });
  });

  test('into a fork, with the repository that it is a fork of', async () => {
    expect((await read()).forkOf).toBeUndefined();
    scene.fork.push('more', { by: scene.ada, files: { 'README.md': '# More\n' } });
    const inFork = scene.fork.open({
      by: scene.ada,
      from: scene.fork,
      branch: 'more',
      title: 'More',
      body: '',
    });
    const client = scene.clientOf(
      scene.github.installationToken(scene.github.install(scene.app, scene.fork)),
    );
    const snapshot = await readPullRequest(
      client,
      scene.query({
        repository: { owner: scene.fork.owner.login, repo: scene.fork.name },
        number: inFork.number,
      }),
    );
    expect(snapshot.forkOf).toBe('contoso/connectors');
  });

  test('whose fork is gone, and whose mergeability is still worked out', async () => {
    scene.pull.headRepository = undefined;
    scene.pull.looksUntilMergeable = 2;
    expect((await read()).pull).toMatchObject({
      head: { repository: null, sha: scene.pull.head },
      mergeable: { ok: false },
    });
  });
});

describe('what is hostile', () => {
  test('links and submodules are told as such, and none of their bytes are read', async () => {
    scene.pull.push({
      by: scene.ada,
      files: {
        [`${folder}/readme.md`]: { link: '../../../etc/passwd' },
        [`${folder}/module`]: { submodule: scene.pull.head },
        [`${folder}/empty.txt`]: '',
        [`${folder}/deep/a.txt`]: 'a',
      },
    });
    const { connectors, contents } = await read();
    const after = connectors[0]?.after;
    expect(
      after?.ok && after.value?.files.map(({ path, kind, size }) => [path, kind, size]),
    ).toEqual(
      expect.arrayContaining([
        ['readme.md', 'link', expect.any(Number)],
        ['module', 'submodule', 0],
        ['empty.txt', 'file', 0],
        ['deep/a.txt', 'file', 1],
      ]),
    );
    expect(
      Object.values(contents).map((base64) => Buffer.from(base64, 'base64').toString()),
    ).not.toContain('../../../etc/passwd');
  });

  test('a file of more than 5 MB is listed and not read, and so is what is beyond 25 MB or 300 files', async () => {
    const large = Buffer.alloc(5 * 1024 * 1024 + 1, 'x');
    const many = Object.fromEntries(
      Array.from({ length: 320 }, (_, n) => [`${folder}/many/${n}.txt`, `${n}`]),
    );
    scene.pull.push({ by: scene.ada, files: { [`${folder}/large.bin`]: large, ...many } });
    const { connectors, files, contents } = await read();
    expect(files).toMatchObject({ ok: true, value: { length: 323 } });
    const after = connectors[0]?.after;
    expect(after?.ok && after.value?.files.length).toBe(301);
    expect(Object.values(contents).every((base64) => base64.length < 7_000_000)).toBe(true);
    const asked = scene.github.requests.filter(
      ({ operation }) => operation === 'git/get-blob',
    ).length;
    expect(asked).toBeLessThan(310);
  });

  test('300 connectors at once are named and not read', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 310 }, (_, n) => [
        `custom-connectors/C${String(n).padStart(3, '0')}/readme.md`,
        `# ${n}\n`,
      ]),
    );
    scene.pull.push({ by: scene.ada, files });
    scene.github.forget();
    const reading = await read();
    expect([reading.files.ok && reading.files.value.length, reading.connectors.length]).toEqual([
      312, 3,
    ]);
    expect(scene.github.count().reads).toBeLessThan(30);
  });

  test('of a flood of comments the newest are read and our own first ones, and that there are more is said', async () => {
    const ours = scene.pull.comment(scene.app.account, 'Your turn.');
    const before = scene.pull.comment(scene.maria, '/hold');
    for (let n = 0; n < 700; n++) scene.pull.comment(scene.ada, 'x'.repeat(60_000));
    const after = scene.pull.comment(scene.maria, '/merge');
    const { comments, unread, permissions } = await read();
    const heard = comments.ok ? comments.value : [];
    expect(heard.map(({ id }) => id)).toEqual(expect.arrayContaining([ours.id, after.id]));
    expect(heard.some(({ id }) => id === before.id)).toBe(false);
    expect(unread).toEqual({ comments: scene.pull.comments.length - heard.length });
    expect(permissions).toMatchObject({ [scene.maria.id]: { value: 'maintain' } });
    scene.github.forget();
    await read();
    expect(scene.github.count().reads).toBeLessThan(20);
  });

  test('thousands of short comments cost eleven requests at most, and what comes while they are read is read too', async () => {
    for (let n = 0; n < 1500; n++) scene.pull.comment(scene.ada, `${n}`);
    let late: number | undefined;
    scene.github.disturb('issues/list-comments', {
      when: ({ path }) => path.endsWith('/comments'),
      before: () =>
        void (late ??= Array.from(
          { length: 2 },
          () => scene.pull.comment(scene.maria, '/merge').id,
        ).at(-1)),
    });
    scene.github.forget();
    const { comments, unread } = await read();
    const bodies = comments.ok ? comments.value.map(({ id }) => id) : [];
    expect(bodies.at(-1)).toBe(late);
    expect([new Set(bodies).size, bodies.length >= 800, unread?.comments]).toEqual([
      bodies.length,
      true,
      1500 - bodies.length,
    ]);
    expect(
      scene.github.requests.filter(({ operation }) => operation === 'issues/list-comments').length,
    ).toBeLessThanOrEqual(11);
  });

  test('of a flood of reviews the last word of each who may write counts, however long ago it was', async () => {
    const eve = scene.github.user('eve');
    scene.pull.review(scene.maria, 'REQUEST_CHANGES');
    for (let n = 0; n < 1200; n++)
      scene.pull.review(eve, n % 2 === 0 ? 'COMMENT' : 'APPROVE', { body: `${n}` });
    scene.github.forget();
    const { reviews, permissions, suggestions } = await read();
    expect(reviews).toMatchObject({
      ok: true,
      value: [
        {
          author: { id: scene.maria.id, type: 'user' },
          state: 'changes-requested',
          sha: scene.pull.head,
        },
      ],
    });
    expect([permissions[scene.maria.id], suggestions]).toEqual([
      { ok: true, value: 'maintain' },
      { ok: true, value: [] },
    ]);
    expect(scene.github.count().reads).toBeLessThan(30);
    scene.github.disturb('graphql', {
      answer: {
        status: 200,
        body: { data: null, errors: [{ type: 'FORBIDDEN', message: 'Not you' }] },
      },
      times: 9,
    });
    expect((await read()).reviews).toMatchObject({
      ok: false,
      reason: expect.stringContaining('Not you'),
    });
  });

  test("strangers' commands with a thumb each cost no request each, and those who belong to the repository are asked about first", async () => {
    const said = scene.pull.comment(scene.maria, '/hold');
    for (let n = 0; n < 60; n++) {
      const comment = scene.pull.comment(
        scene.github.user(`stranger-${n}`),
        n % 2 === 0 ? '/x' : '/merge',
      );
      comment.reactions.push({
        id: n,
        user: scene.ada,
        content: '+1',
        createdAt: '2026-01-05T09:00:00Z',
      });
    }
    scene.github.forget();
    const { permissions } = await read({ history: { answered: [], reactions: new Map() } });
    expect(permissions).toMatchObject({ [scene.maria.id]: { value: 'maintain' } });
    const count = (operation: string): number =>
      scene.github.requests.filter((request) => request.operation === operation).length;
    expect([
      count('reactions/list-for-issue-comment'),
      count('repos/get-collaborator-permission-level'),
    ]).toEqual([0, 30]);
    scene.github.forget();
    const again = await read({
      history: {
        answered: scene.pull.comments.map(({ id }) => id),
        reactions: new Map([[said.id, ['+1']]]),
      },
    });
    expect([
      count('reactions/list-for-issue-comment'),
      count('repos/get-collaborator-permission-level'),
    ]).toEqual([0, 0]);
    expect(again.comments).toMatchObject({
      value: expect.arrayContaining([expect.objectContaining({ id: said.id, reactions: ['+1'] })]),
    });
    scene.github.forget();
    await read();
    expect(count('reactions/list-for-issue-comment')).toBe(30);
  });

  test('where nobody keeps records, of many commands with reactions the newest thirty are asked about, and the others are not heard anew', async () => {
    const said = Array.from({ length: 100 }, (_, n) =>
      scene.pull.comment(scene.ada, '/agree').reactions.push({
        id: n,
        user: n % 2 === 0 ? scene.app.account : scene.maria,
        content: '+1',
        createdAt: '2026-01-05T09:00:00Z',
      }),
    );
    const { repository, number, bot, now, version } = scene.query();
    scene.github.forget();
    const { comments } = await readForCla(scene.client, {
      repository,
      number,
      bot,
      now,
      version,
    });
    const done = comments.ok ? comments.value.map(({ reactions }) => reactions.includes('+1')) : [];
    expect(
      scene.github.requests.filter(
        ({ operation }) => operation === 'reactions/list-for-issue-comment',
      ),
    ).toHaveLength(30);
    expect([done.slice(0, 70).every((isDone) => isDone), done.slice(70), said.length]).toEqual([
      true,
      Array.from({ length: 30 }, (_, n) => n % 2 === 0),
      100,
    ]);
  });

  test('names that are no Unicode text make unknown what has them, and nothing else', async () => {
    const odd = `certified-connectors/Contoso Invoices/\ud83d.txt`;
    const file = {
      sha: 'a'.repeat(40),
      filename: odd,
      status: 'renamed',
      previous_filename: `${odd}2`,
      additions: 1,
      deletions: 0,
      changes: 1,
      blob_url: 'https://x.example',
      raw_url: 'https://x.example',
      contents_url: 'https://x.example',
    };
    scene.github.limits.comparedFiles = 0;
    scene.github.disturb('pulls/list-files', {
      answer: {
        status: 200,
        body: [file, { ...file, filename: 'custom-connectors/\udc00/readme.md' }],
      },
      times: 2,
    });
    scene.repository.push('dev', { by: scene.maria, files: { 'README.md': '# Moved on\n' } });
    const { files, connectors } = await read();
    expect(files).toMatchObject({
      value: [{ path: odd }, { path: 'custom-connectors/\udc00/readme.md' }],
    });
    expect(connectors).toMatchObject([
      {
        path: folder,
        before: { ok: false, reason: expect.stringContaining('not valid Unicode') },
      },
      { path: 'custom-connectors/\udc00', after: { ok: false } },
    ]);
  });

  test('settings that are a link are not followed', async () => {
    scene.repository.push('dev', {
      by: scene.maria,
      files: { '.github/gatehouse.yml': { link: '../certified-connectors/x' } },
    });
    expect((await read()).settings).toMatchObject({ ok: false });
  });

  test.each([
    [
      'a folder',
      { '.github/gatehouse.yml': null, '.github/gatehouse.yml/x': 'x' },
      '.github/gatehouse.yml is a folder',
    ],
    [
      'a submodule',
      { '.github/gatehouse.yml': { submodule: '1'.repeat(40) } },
      '.github/gatehouse.yml is a submodule',
    ],
    [
      'a link in place of their folder',
      {
        '.github/gatehouse.yml': null,
        '.github/CODEOWNERS': null,
        '.github': { link: 'policies' },
      },
      '.github is a symbolic link',
    ],
    [
      'a submodule in place of their folder',
      {
        '.github/gatehouse.yml': null,
        '.github/CODEOWNERS': null,
        '.github': { submodule: '1'.repeat(40) },
      },
      '.github is a submodule',
    ],
  ])('%s in the place of settings is not a repository without settings', async (_, files, says) => {
    scene.repository.push('release', { by: scene.maria, files: {} });
    scene.repository.push('dev', { by: scene.maria, files });
    expect((await read()).settings).toEqual({
      ok: false,
      reason: expect.stringContaining(says),
    });
    scene.pull.edit(scene.ada, { base: 'release' });
    const { settings, defaultBranch } = await read();
    expect(settings).toMatchObject({ ok: true });
    expect(defaultBranch).toEqual({
      name: 'dev',
      settings: { ok: false, reason: expect.stringContaining(says) },
    });
  });

  test('a submodule in the place of CODEOWNERS is not a repository without owners', async () => {
    scene.repository.push('dev', {
      by: scene.maria,
      files: { '.github/CODEOWNERS': { submodule: '1'.repeat(40) } },
    });
    expect((await read()).owners).toEqual({
      ok: false,
      reason: expect.stringContaining('.github/CODEOWNERS is a submodule'),
    });
  });

  test('an answer that GitHub would never give is an error and no snapshot', async () => {
    for (const body of [{ number: '1' }, [], { head: { sha: '../../..' }, base: { ref: 'dev' } }])
      scene.github.disturb('pulls/get', { answer: { status: 200, body } });
    for (let times = 0; times < 3; times++)
      await expect(read()).rejects.toThrow(UnexpectedResponse);
    scene.github.violations.length = 0; // on purpose
  });
});

describe('what GitHub says otherwise than its description', () => {
  /** Lets the fake answer with what it would, changed. */
  const garble = async (
    operation: string,
    path: string,
    change: (body: unknown) => unknown,
  ): Promise<void> => {
    const token = scene.github.installationToken(
      [...scene.github.world.installations.keys()][0] ?? 0,
    );
    const body: unknown = await (
      await fetch(`${scene.github.url}${path}`, { headers: { authorization: `bearer ${token}` } })
    ).json();
    scene.github.disturb(operation, { answer: { status: 200, body: change(body) }, times: 5 });
  };
  const each =
    (change: object) =>
    (body: unknown): unknown =>
      Array.isArray(body) ? body.map((item: object) => ({ ...item, ...change })) : body;
  const here = '/repos/contoso/connectors';
  const garbled = async (): Promise<Awaited<ReturnType<typeof read>>> => {
    const reading = await read();
    scene.github.violations.length = 0; // on purpose
    return reading;
  };

  test.each([
    [
      'an account of a kind that nobody knows',
      { user: { id: 77, login: 'robot', type: 'Agent' } },
      { id: 77, login: 'robot', type: 'bot' },
    ],
    ['an account without a number', { user: { login: 'robot', type: 'User' } }, { login: 'ghost' }],
    ['something else in its place', { user: 'robot' }, { login: 'ghost' }],
  ])(
    'a comment of %s is of nobody with any rights, and the others are read',
    async (_, change, author) => {
      scene.pull.comment(scene.ada, '/merge');
      scene.pull.comment(scene.maria, '/hold');
      await garble('issues/list-comments', `${here}/issues/1/comments`, (body) =>
        Array.isArray(body) ? [{ ...body[0], ...change }, body[1]] : body,
      );
      expect((await garbled()).comments).toMatchObject({
        value: [{ author }, { author: { login: 'maria' } }],
      });
    },
  );

  test.each([
    [
      'a review in a state that nobody knows',
      'pulls/list-reviews',
      `${here}/pulls/1/reviews`,
      { state: 'ENDORSED' },
      'reviews',
    ],
    [
      'a comment without a number',
      'issues/list-comments',
      `${here}/issues/1/comments`,
      { id: 'one' },
      'comments',
    ],
    [
      'a comment from no time',
      'issues/list-comments',
      `${here}/issues/1/comments`,
      { created_at: 'soon' },
      'comments',
    ],
  ] as const)(
    '%s leaves unknown what it is in, with the reason, and the rest is read',
    async (_, operation, path, change, part) => {
      scene.pull.comment(scene.ada, 'Hello');
      scene.pull.review(scene.maria, 'APPROVE');
      await garble(operation, path, each(change));
      const reading = await garbled();
      expect(reading[part]).toMatchObject({
        ok: false,
        reason: expect.stringContaining('GitHub sent'),
      });
      expect(
        [reading.comments, reading.reviews, reading.files, reading.commits].filter(
          ({ ok: is }) => !is,
        ),
      ).toHaveLength(1);
    },
  );

  test('a file of which something happened that nobody knows has changed, and a commit of an account without a number is of nobody known', async () => {
    const compared = `${here}/compare/dev...${scene.pull.head}?per_page=100`;
    await garble('repos/compare-commits', compared, (body) => {
      if (!isJson(body)) return body;
      return {
        ...body,
        commits: each({ author: { login: 'ada' } })(body.commits),
        files: each({ status: 'transmuted' })(body.files),
      };
    });
    const { files, commits } = await garbled();
    expect(files).toMatchObject({ value: [{ status: 'changed' }, { status: 'changed' }] });
    expect(commits).toMatchObject({ value: [{ author: { account: { ok: false } } }] });
  });

  test.each([
    'git/get-tree',
    'git/get-blob',
    'repos/get-content',
    'repos/compare-commits',
    'teams/list-members-in-org',
    'repos/get-collaborator-permission-level',
    'checks/list-for-ref',
    'checks/get-suite',
    'pulls/list',
    'pulls/list-files',
    'pulls/list-reviews',
    'pulls/list-review-comments',
    'issues/list-comments',
    'issues/list-events',
    'repos/get-branch',
    'repos/get-branch-rules',
    'repos/list-deployments',
    'repos/list-deployment-statuses',
  ])('nothing that %s may answer with ends the review', async (operation) => {
    scene.pull.comment(scene.maria, '/merge');
    scene.pull.push({ by: scene.ada, files: { 'custom-connectors/New/readme.md': '# New\n' } });
    const { client, pull } = scene;
    await client.write('POST /repos/{owner}/{repo}/check-runs', {
      owner: 'contoso',
      repo: 'connectors',
      name: 'gatehouse',
      head_sha: pull.head,
      conclusion: 'success',
    });
    for (const body of [
      {},
      [],
      [null],
      [{}],
      'x',
      7,
      null,
      { tree: [{}], entries: [{}], check_runs: [{}], truncated: false, files: [{}], commits: [{}] },
    ]) {
      scene.memory.clear();
      scene.github.disturb(operation, { answer: { status: 200, body }, times: 3 });
      expect((await garbled()).pull.number).toBe(1);
    }
  });

  test.each([400, 405, 406, 409, 414, 415, 431])(
    'a "no" with the status %d is an answer',
    async (status) => {
      scene.github.disturb('pulls/list-reviews', { answer: { status, body: { message: 'No.' } } });
      expect((await garbled()).reviews).toMatchObject({ ok: false });
    },
  );
});

describe('what GraphQL refuses', () => {
  const together = () =>
    scene.pull.push({
      by: scene.ada,
      message: 'Together\n\nCo-authored-by: Bo <bo@contoso.example>',
      files: { [`${folder}/readme.md`]: '# New\n' },
    });
  const coAuthor = async (): Promise<unknown> => {
    const { commits } = await read();
    return commits.ok ? commits.value.at(-1)?.coAuthors[0]?.account : commits;
  };
  const errors = (...all: object[]): object[] =>
    all.map((error) => ({
      message: 'Resource not accessible by integration',
      path: ['repository'],
      locations: [],
      ...error,
    }));

  test.each([
    ['everything', { data: null, errors: errors({ type: 'FORBIDDEN' }) }],
    [
      'everything, without saying what kind of refusal it is',
      {
        data: { repository: null },
        errors: errors({ message: 'Resource not accessible by integration' }),
      },
    ],
    [
      'by a timeout',
      {
        errors: [
          {
            message:
              'Something went wrong while executing your query. Resource not accessible by integration',
          },
        ],
      },
    ],
  ])('%s: whose the addresses are is unknown, with the reason', async (_, body) => {
    together();
    scene.github.disturb('graphql', { answer: { status: 200, body }, times: 9 });
    expect(await coAuthor()).toMatchObject({
      ok: false,
      reason: expect.stringContaining('Resource not accessible by integration'),
    });
  });

  test.each([
    ['nothing at all', {}],
    ['null', { data: null }],
    ['a commit that is not there', { data: { repository: { c0: null } } }],
    [
      'people without what makes them one',
      {
        data: {
          repository: {
            c0: {
              authors: {
                nodes: [
                  null,
                  { email: null, user: null },
                  { email: 'bo@contoso.example', user: { login: 'bo' } },
                ],
              },
            },
          },
        },
      },
    ],
  ])('with %s in place of an answer: unknown', async (_, body) => {
    together();
    scene.github.disturb('graphql', { answer: { status: 200, body }, times: 9 });
    expect(await coAuthor()).toMatchObject({ ok: false });
  });

  test('in part: what is there is taken', async () => {
    const bo = scene.github.user('bo', { email: 'bo@contoso.example' });
    together();
    const nodes = [{ email: 'Bo@contoso.example', user: { databaseId: bo.id, login: 'bo' } }];
    scene.github.disturb('graphql', {
      answer: {
        status: 200,
        body: {
          data: { repository: { c0: { authors: { nodes } } } },
          errors: errors({ type: 'NOT_FOUND' }),
        },
      },
      times: 9,
    });
    expect(await coAuthor()).toMatchObject({ ok: true, value: { id: bo.id } });
  });

  test.each([
    [
      'the hourly limit',
      { type: 'RATE_LIMITED', message: 'API rate limit exceeded' },
      {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 9000),
      },
      5000,
    ],
    [
      'the secondary limit',
      { message: 'You have exceeded a secondary rate limit. Please wait.' },
      { 'retry-after': '90' },
      89,
    ],
    ['a limit without a time', { type: 'RATE_LIMITED', message: 'Too much' }, {}, 59],
  ])('for %s, it asks for patience', async (_, error, headers, atLeast) => {
    together();
    scene.github.disturb('graphql', {
      answer: { status: 200, body: { data: null, errors: [error] }, headers },
      times: 9,
    });
    expect(
      await read().then(
        () => undefined,
        (thrown: unknown) => retryAfterSeconds(thrown),
      ),
    ).toBeGreaterThan(atLeast);
  });

  test('is an outage where GitHub is out of reach', async () => {
    together();
    scene.github.disturb('graphql', { answer: badGateway, times: 9 });
    await expect(read()).rejects.toThrow('Server Error');
  });
});

describe('what GitHub does not say', () => {
  test('is unknown, and not "no"', async () => {
    scene.pull.comment(scene.ada, 'Hello');
    scene.pull.push({ by: scene.ada, files: { 'custom-connectors/New/readme.md': '' } });
    for (const operation of [
      'issues/list-comments',
      'pulls/list-reviews',
      'checks/list-for-ref',
      'pulls/list',
      'git/get-tree',
    ])
      scene.github.disturb(operation, { answer: operation === 'pulls/list' ? missing : forbidden });
    const reading = await read();
    expect(
      [
        reading.comments,
        reading.reviews,
        reading.checks,
        reading.openPulls,
        reading.catalog,
        reading.settings,
      ].map(({ ok }) => ok),
    ).toEqual(Array.from({ length: 6 }, () => false));
  });

  test('about a part of a folder makes the folder unknown', async () => {
    scene.github.disturb('git/get-blob', { answer: missing, times: 100 });
    const { connectors } = await read();
    expect(connectors).toMatchObject([{ before: { ok: false }, after: { ok: false } }]);
  });

  test('a pull request that the API does not know yet is no pull request', async () => {
    scene.github.disturb('pulls/get', { answer: missing });
    await expect(read()).rejects.toThrow(PullRequestNotFound);
    expect((await read()).pull.number).toBe(1);
  });

  test('a bad gateway is asked again, and an outage is an error', async () => {
    scene.github.disturb('pulls/get', { answer: badGateway, times: 2 });
    expect((await read()).pull.number).toBe(1);
    scene.github.disturb('pulls/list-reviews', { answer: badGateway, times: 10 });
    await expect(read()).rejects.toThrow(/Server Error/);
  });

  test('for longer than a review waits, says for how long', async () => {
    const seconds = async (): Promise<number | undefined> =>
      read().then(
        () => undefined,
        (error: unknown) => retryAfterSeconds(error),
      );
    scene.github.disturb('pulls/get', { answer: tooManyRequests(90) });
    expect(await seconds()).toBe(90);
    scene.github.disturb('pulls/get', { answer: exhausted(1800) });
    expect(await seconds()).toBeGreaterThan(1700);
  });

  test('short waits are waited', async () => {
    const patient = scene.clientOf(
      scene.github.installationToken([...scene.github.world.installations.keys()][0] ?? 0),
      scene.memory,
      { retryAfterBaseValue: 1 },
    );
    scene.github.disturb('pulls/get', { answer: tooManyRequests(5), times: 2 });
    expect((await readPullRequest(patient, scene.query())).pull.number).toBe(1);
  });
});

describe('what it costs', () => {
  test('twelve requests for an update of two of four files, their bytes included; settings, owners and a team of theirs are three more', async () => {
    scene.repository.push('dev', { by: scene.maria, files: { 'README.md': '# Moved on\n' } });
    await read();
    const operations = scene.github.requests.map(({ operation }) => operation);
    expect(
      Object.fromEntries(
        [...new Set(operations)]
          .sort()
          .map((operation) => [operation, operations.filter((each) => each === operation).length]),
      ),
    ).toEqual({
      'checks/list-for-ref': 1,
      'git/get-blob': 4 + 2,
      'git/get-tree': 1,
      'pulls/get': 1,
      'pulls/list-reviews': 1,
      'repos/compare-commits': 1,
      'repos/get-content': 1 + 2,
      'teams/list-members-in-org': 1,
    });
  });

  test('reading it again asks for nothing that is named by its SHA, and costs nothing of the hourly limit', async () => {
    await read();
    scene.github.forget();
    await read();
    const { reads, notModified } = scene.github.count();
    expect([reads <= 10, reads - notModified]).toEqual([true, 0]);
  });

  test('each request is told of with what it was answered', async () => {
    const told: string[] = [];
    const [installation = 0] = scene.github.world.installations.keys();
    const client = scene.clientOf(
      scene.github.installationToken(installation),
      newResponseCache(),
      undefined,
      (method, status) => told.push(`${method} ${status}`),
    );
    for (const number of [1, 1, 99])
      await readPullRequest(client, scene.query({ number })).catch(() => undefined);
    await client.write('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
      owner: 'contoso',
      repo: 'connectors',
      issue_number: 1,
      labels: ['New'],
    });
    await expect(
      client.mutate(
        'mutation($id: ID!) { convertPullRequestToDraft(input: { pullRequestId: $id }) { pullRequest { isDraft } } }',
        { id: 'nobody' },
      ),
    ).rejects.toThrow('Could not resolve');
    expect(told.toSorted()).toEqual(
      scene.github.requests.map(({ method, status }) => `${method} ${status}`).sort(),
    );
    expect(new Set(told)).toEqual(new Set(['GET 200', 'GET 304', 'GET 404', 'POST 200']));
  });

  test('pages are read to the last, also of commits', async () => {
    for (let n = 0; n < 120; n++) scene.pull.comment(scene.maria, `${n}`);
    for (let n = 0; n < 110; n++)
      scene.pull.push({
        by: scene.ada,
        message: `${n}`,
        files: { [`${folder}/readme.md`]: `${n}` },
      });
    const { comments, commits } = await read();
    expect([comments.ok && comments.value.length, commits.ok && commits.value.length]).toEqual([
      120, 111,
    ]);
  });
});
