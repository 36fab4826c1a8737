import { describe, expect, test } from 'vitest';
import { modelSettings, ticked } from '../../fixtures/pulls.ts';
import { forbidden, refusedByGraphql } from '../github/fake/faults.ts';
import type { Pull } from '../github/fake/repository.ts';
import {
  breakingUpdate,
  connectorFiles,
  goodUpdate,
  openPullRequest,
  waitUntilIdle,
  visibleState,
  startApp,
  type TestApp,
} from './test-app.ts';
import { testApps } from './test-apps.ts';

const newTestApp = testApps();
let at: TestApp;
const begin = async (): Promise<TestApp> => {
  at = await newTestApp();
  await startApp(at);
  return at;
};

const answered = (pull: Pull, comment: { id: number }): string[] =>
  pull.comments.find(({ id }) => id === comment.id)?.reactions.map(({ content }) => content) ?? [];

describe('what the database refuses', () => {
  test.each([
    ['cut in the middle of a character', `${'a'.repeat(487)}😀`],
    ['with half of a character', 'broken \ud83d on purpose'],
    ['with NUL', 'broken\0on purpose'],
  ])('a reason %s is kept all the same, and the review ends', async (_, reason) => {
    const { ada, rita } = await begin();
    const pull = openPullRequest(at, ada, breakingUpdate);
    pull.comment(ada, '/agree');
    const said = [
      pull.comment(ada, `/acknowledge ${reason}`),
      pull.comment(rita, `/hold ${'b'.repeat(494)}😀 ${reason}`),
    ];
    await waitUntilIdle(at);
    expect(said.map((one) => answered(pull, one))).toEqual([['+1'], ['+1']]);
    expect(visibleState(pull, at).labels).toContain('needs:attention');
    pull.comment(rita, '/unhold');
    await waitUntilIdle(at);
    expect(visibleState(pull, at).comment).not.toContain('On hold');
  });

  test('a file with NUL has no patch', async () => {
    const { ada } = await begin();
    const bytes = connectorFiles({
      definition: { paths: { '/invoices': { get: { summary: 'list invoices.' } } } },
    });
    const files = Object.fromEntries(
      Object.entries(bytes).map(([path, content]) => [
        path,
        path.endsWith('apiDefinition.swagger.json') && content instanceof Uint8Array
          ? Buffer.from(
              Buffer.from(content).toString().replace('"description": "', '"description": "\0'),
            )
          : content,
      ]),
    );
    const pull = openPullRequest(at, ada, files);
    pull.maintainersMayPush = false;
    const said = pull.comment(ada, '/fix');
    await waitUntilIdle(at);
    expect(answered(pull, said)).toEqual(['+1']);
    const reply = pull.comments.find(({ body }) => body.includes('Allow edits by maintainers'));
    expect(reply?.body).toContain('npx connector-gatehouse check --base origin/dev --fix');
    expect(reply?.body).not.toContain('```diff');
  });
});

test('a check that somebody asks for again is completed again, once', async () => {
  const { ada, repository, github } = await begin();
  const pull = openPullRequest(
    at,
    ada,
    connectorFiles({ definition: { paths: { '/invoices': { get: { operationId: null } } } } }),
  );
  await waitUntilIdle(at);
  const [run] = repository.checkRuns;
  expect(run?.annotations.length).toBeGreaterThan(0);
  if (run) repository.rerequest(run, ada);
  expect(repository.statusOf(run?.suite ?? 0)).toBe('queued');
  await waitUntilIdle(at);
  expect(repository.statusOf(run?.suite ?? 0)).toBe('completed');
  expect(
    repository.checkRuns.map(({ status, conclusion, annotations }) => [
      status,
      conclusion,
      annotations.length,
    ]),
  ).toEqual(Array.from({ length: 2 }, () => ['completed', 'failure', run?.annotations.length]));
  github.forget();
  pull.comment(ada, 'Thank you!');
  await waitUntilIdle(at);
  expect(github.writes).toEqual([]);
});

test('of a pull request that was closed before anybody looked nothing is said at all', async () => {
  at = await newTestApp();
  const pull = openPullRequest(at, at.ada);
  pull.close(at.ada);
  await at.github.webhooks.settled();
  await startApp(at);
  pull.comment(at.eve, 'Why?');
  await waitUntilIdle(at);
  expect(at.github.writes).toEqual([]);
  expect(visibleState(pull, at)).toMatchObject({ labels: [], comments: 0, runs: 0 });
});

test('what is deployed stays so when another connector is deployed after it', async () => {
  const { ada, rita, repository } = await begin();
  // With a train, what is deployed to the preview is not deployed yet.
  repository.push('dev', {
    by: rita,
    files: { '.github/gatehouse.yml': `${modelSettings}train: { rings: [] }\n` },
  });
  const deployed = async (description: string, branch: string): Promise<Pull> => {
    repository.push(branch, {
      by: ada,
      files: connectorFiles({ definition: { info: { description } } }),
    });
    const pull = repository.open({ by: ada, branch, title: 'Contoso Invoices', body: ticked });
    pull.comment(ada, '/agree');
    await waitUntilIdle(at);
    pull.review(rita, 'APPROVE');
    pull.comment(rita, '/merge');
    await waitUntilIdle(at);
    const deployment = repository.deployments.at(-1);
    expect([pull.mergedAt !== undefined, deployment?.production]).toEqual([true, true]);
    const token = at.github.token(rita);
    await fetch(
      `${at.github.url}/repos/contoso/connectors/deployments/${deployment?.id}/statuses`,
      {
        method: 'POST',
        headers: { authorization: `bearer ${token}` },
        body: JSON.stringify({ state: 'success' }),
      },
    );
    await waitUntilIdle(at);
    return pull;
  };
  const first = await deployed(
    'Create, read and follow the invoices of your company in Contoso, and hear of those that are paid.',
    'one',
  );
  expect(visibleState(first, at).labels).toContain('deployed');
  const second = await deployed(
    'Create, read and follow the invoices of your company in Contoso, and those of others.',
    'two',
  );
  expect(visibleState(second, at).labels).toContain('deployed');
  // One that was made before Gatehouse said that it is for production.
  repository.deployments[0]?.statuses.push({
    id: 1,
    state: 'inactive',
    description: '',
    logUrl: '',
    creator: rita,
    createdAt: at.github.world.now(),
  });
  first.comment(ada, 'Still there?');
  await waitUntilIdle(at);
  expect(visibleState(first, at)).toMatchObject({
    labels: expect.arrayContaining(['deployed']),
    comment: expect.stringContaining('It is deployed'),
  });
});

test('a flood of comments keeps nobody from being heard, is told of, and brings no further comments of ours', async () => {
  const { ada, eve, rita, github } = await begin();
  const pull = openPullRequest(at, ada);
  pull.comment(ada, '/agree');
  await waitUntilIdle(at);
  pull.review(rita, 'APPROVE');
  await waitUntilIdle(at);
  const before = visibleState(pull, at).comments;
  github.webhooks.hold();
  for (let n = 0; n < 1200; n++)
    pull
      .comment(eve, `/x ${n}`)
      .reactions.push({ id: n, user: eve, content: '+1', createdAt: github.world.now() });
  pull.comment(rita, '/hold');
  await github.webhooks.release(github.webhooks.held.slice(-1));
  await waitUntilIdle(at);
  expect(visibleState(pull, at)).toMatchObject({
    comments: before,
    comment: expect.stringMatching(/On hold by.*The oldest comments here were not read/s),
  });
  github.forget();
  pull.comment(eve, 'And one more.');
  await waitUntilIdle(at);
  expect([github.writes, github.count().reads <= 30]).toEqual([[], true]);
});

test('GraphQL that says no to everything leaves no pull request unreviewed', async () => {
  const { ada, github } = await begin();
  github.disturb('graphql', {
    answer: refusedByGraphql('Resource not accessible by integration'),
    times: 99,
  });
  const fork = at.repository.fork(ada);
  fork.push('change', {
    by: ada,
    message: 'Together\n\nCo-authored-by: Bo <bo@elsewhere.example>',
    files: goodUpdate,
  });
  const pull = at.repository.open({
    by: ada,
    from: fork,
    branch: 'change',
    title: 'Contoso Invoices',
    body: ticked,
  });
  pull.comment(ada, '/agree');
  await waitUntilIdle(at);
  expect(visibleState(pull, at)).toMatchObject({
    check: 'in_progress',
    comment: expect.stringContaining('Resource not accessible by integration'),
  });
});

test('a withdrawal that GitHub refuses is answered with its reason', async () => {
  const { ada, github } = await begin();
  const pull = openPullRequest(at, ada);
  await waitUntilIdle(at);
  github.disturb('graphql', {
    answer: refusedByGraphql('Draft pull requests are not supported here'),
    times: 9,
  });
  const said = pull.comment(ada, '/withdraw');
  await waitUntilIdle(at);
  expect([pull.draft, answered(pull, said)]).toEqual([false, ['-1']]);
  expect(
    pull.comments.filter(({ body }) =>
      body.includes(
        'GitHub refused to convert this to a draft: `Draft pull requests are not supported here`.',
      ),
    ),
  ).toHaveLength(1);
});

test('a sweep acts on what it sees before it comes to what GitHub does not show', async () => {
  at = await newTestApp();
  for (let n = 0; n < 130; n++) {
    at.repository.push(`b${n}`, { by: at.rita, files: { 'readme.md': `# ${n}\n` } });
    at.repository.open({ by: at.rita, branch: `b${n}`, title: `${n}` });
  }
  await at.github.webhooks.settled();
  at.github.disturb('pulls/list', {
    answer: forbidden,
    when: ({ path }) => path.includes('page=2'),
    times: 9,
  });
  await startApp(at);
  await waitUntilIdle(at, 110);
  const reviewed = new Set(
    at.github.requests.filter(({ operation }) => operation === 'pulls/get').map(({ path }) => path),
  );
  expect(reviewed.size).toBeGreaterThanOrEqual(100);
});
