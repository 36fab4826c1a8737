import { describe, expect, test } from 'vitest';
import { modelSettings, ticked } from '../../fixtures/pulls.ts';
import {
  badGateway,
  forbidden,
  missing,
  secondaryLimit,
  tooManyRequests,
} from '../github/fake/faults.ts';
import type { Account, Pull } from '../github/fake/repository.ts';
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

test('an update is checked, agreed to, approved, merged and handed over', async () => {
  const { ada, rita, repository, github } = await begin();
  const pull = openPullRequest(at, ada);
  await waitUntilIdle(at);
  expect(visibleState(pull, at)).toMatchObject({
    check: 'failure',
    labels: ['certified-connector', 'minor-update', 'needs:partner-attention'],
    comments: 1,
    runs: 1,
  });
  expect(visibleState(pull, at).comment).toMatch(/^\*\*Your turn: the CLA\*\*.*Sign the/s);

  const agree = pull.comment(ada, '/agree');
  await waitUntilIdle(at);
  expect(agree.reactions.map(({ content }) => content)).toEqual(['+1']);
  expect(visibleState(pull, at)).toMatchObject({
    check: 'success',
    labels: ['certified-connector', 'minor-update', 'needs:attention'],
  });

  pull.review(rita, 'APPROVE');
  pull.comment(rita, '/merge');
  await waitUntilIdle(at);
  expect(pull.mergedAt).toBeDefined();
  expect(repository.store.commits.get(repository.tip('dev') ?? '')?.message).toMatch(
    /^Contoso Invoices: hear of paid ones \(#1\)/,
  );
  expect(repository.deployments).toMatchObject([
    { environment: 'first-ring', sha: pull.mergeCommit, payload: { pull: 1, size: 'minor' } },
  ]);
  expect(visibleState(pull, at).labels).toEqual([
    'certified-connector',
    'deployment-in-progress',
    'minor-update',
  ]);

  github.forget();
  pull.comment(ada, 'Thank you!');
  await waitUntilIdle(at);
  expect(github.writes).toEqual([]);
});

test('a first submission with mistakes gets annotations, a comment and suggestions, and a second look writes nothing', async () => {
  const { ada, repository, github } = await begin();
  const fork = repository.fork(ada);
  const path = 'certified-connectors/Contoso Bills';
  fork.push('bills', {
    by: ada,
    files: connectorFiles(
      {
        definition: {
          info: { title: 'Contoso Bills' },
          paths: { '/invoices': { get: { operationId: null, summary: 'list invoices.' } } },
        },
      },
      path,
    ),
  });
  const pull = repository.open({
    by: ada,
    from: fork,
    branch: 'bills',
    title: 'Contoso Bills',
    body: ticked,
  });
  await waitUntilIdle(at);
  const { check, labels, comments } = visibleState(pull, at);
  expect({ check, labels, comments }).toEqual({
    check: 'failure',
    labels: ['New', 'certified-connector', 'needs:partner-attention'],
    comments: 1,
  });
  const [run] = repository.checkRuns;
  expect(run?.annotations).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        path: `${path}/apiDefinition.swagger.json`,
        annotation_level: 'failure',
      }),
    ]),
  );
  const made = github.requests.map(({ operation }) => operation);
  expect(made.indexOf('issues/create-comment') - made.indexOf('pulls/get')).toBeLessThanOrEqual(20);

  github.forget();
  pull.comment(ada, '/check');
  await waitUntilIdle(at);
  expect(github.writes.map(({ operation }) => operation)).toEqual([
    'reactions/create-for-issue-comment',
    'issues/create-comment',
  ]);
});

test('a breaking change is acknowledged by the author, then by a reviewer; another one that is pushed is not', async () => {
  const { ada, rita } = await begin();
  const pull = openPullRequest(at, ada, breakingUpdate);
  pull.comment(ada, '/agree');
  await waitUntilIdle(at);
  expect(visibleState(pull, at).labels).toContain('breaking-change');
  expect(visibleState(pull, at).comment).toContain('/acknowledge');
  pull.comment(ada, '/acknowledge nobody used it');
  await waitUntilIdle(at);
  expect(visibleState(pull, at).labels).toContain('needs:attention');
  pull.comment(rita, '/acknowledge');
  await waitUntilIdle(at);
  expect(visibleState(pull, at).check).toBe('success');

  pull.push({
    by: ada,
    files: connectorFiles({
      definition: { definitions: { Invoice: { properties: { amount: null, status: null } } } },
    }),
  });
  await waitUntilIdle(at);
  expect(visibleState(pull, at)).toMatchObject({ check: 'failure' });
});

test('commands of those without the right, in quotes and code, or edited in later, do nothing', async () => {
  const { ada, eve, rita } = await begin();
  const pull = openPullRequest(at, ada);
  pull.comment(ada, '/agree');
  pull.review(rita, 'APPROVE');
  await waitUntilIdle(at);
  const refused = pull.comment(eve, '/merge');
  const edited = pull.comment(rita, 'Nice.');
  pull.comment(rita, '> /merge\n\n```\n/merge\n```');
  pull.editComment(rita, edited, '/merge');
  await waitUntilIdle(at);
  expect(pull.mergedAt).toBeUndefined();
  expect(refused.reactions.map(({ content }) => content)).toEqual(['-1']);
  expect(edited.reactions).toEqual([]);
});

test('GitHub fails, hurries and dawdles: what has to be said is said, once', async () => {
  const { ada, github } = await begin();
  github.disturb('pulls/get', { answer: missing }); // told of before the API knows it
  github.disturb('repos/compare-commits', { answer: badGateway });
  github.disturb('issues/create-comment', { butAnswer: badGateway });
  github.disturb('checks/create', { answer: tooManyRequests(1) });
  github.disturb('issues/add-labels', { answer: secondaryLimit(1) });
  const pull = openPullRequest(at, ada);
  await waitUntilIdle(at);
  expect(visibleState(pull, at)).toMatchObject({
    check: 'failure',
    comments: 1,
    runs: 1,
    labels: ['certified-connector', 'minor-update', 'needs:partner-attention'],
  });
});

test('a merge that GitHub refuses is told of with the reason, is tried again without another word, and happens when nothing keeps it any more', async () => {
  const { ada, rita, repository, github } = await begin();
  repository.protect('dev', { requiredChecks: ['gatehouse', 'build'] });
  const pull = openPullRequest(at, ada);
  pull.comment(ada, '/agree');
  pull.review(rita, 'APPROVE');
  pull.comment(rita, '/merge');
  await waitUntilIdle(at);
  expect(pull.mergedAt).toBeUndefined();
  expect(github.writes.filter(({ operation }) => operation === 'pulls/merge')).toHaveLength(2);
  expect(visibleState(pull, at)).toMatchObject({
    check: 'success',
    labels: ['certified-connector', 'minor-update', 'needs:attention'],
  });
  expect(visibleState(pull, at).comment).toMatch(
    /everything passes, but GitHub refuses to merge.*GitHub refused to merge this:\*\* `.*"build" is expected/s,
  );

  github.forget();
  pull.comment(ada, 'What does it wait for?');
  await waitUntilIdle(at);
  expect(github.writes.map(({ operation }) => operation)).toEqual(['pulls/merge']);

  repository.check('build', pull.head, 'success');
  pull.comment(ada, 'Now it is there.');
  await waitUntilIdle(at);
  expect(pull.mergedAt).toBeDefined();
  expect(visibleState(pull, at).comment).toMatch(/^\*\*In pre-release\.\*\*/);
  expect(visibleState(pull, at).comment).not.toContain('refused');
});

test('a signature counts for the owner and the text that it was given to, and for nobody else', async () => {
  const { ada, repository, github, app } = await begin();
  openPullRequest(at, ada).comment(ada, '/agree');
  await waitUntilIdle(at);
  // Another repository of the owner, and one of somebody else who has the App: both ask for the
  // same text.
  const beside = async (fullName: string, settings = ''): Promise<Pull> => {
    const another = github.repository(fullName, {
      files: {
        ...connectorFiles({}),
        CODEOWNERS: '* @ada\n',
        '.github/gatehouse.yml': modelSettings + settings,
      },
    });
    github.install(app, another);
    const fork = another.fork(ada, another.name.concat(another.owner.login));
    fork.push('change', { by: ada, files: goodUpdate });
    const pull = another.open({
      by: ada,
      from: fork,
      branch: 'change',
      title: 'Contoso Invoices: hear of paid ones',
      body: ticked,
    });
    await waitUntilIdle(at);
    return pull;
  };
  const same = await beside('contoso/samples');
  expect(visibleState(same, at)).toMatchObject({ check: 'success' });
  const alone = await beside('contoso/alone', 'cla:\n  scope: repository\n');
  expect(visibleState(alone, at).comment).toMatch(/^\*\*Your turn: the CLA\*\*.*Sign the/s);
  const other = await beside('eve-industries/connectors');
  expect(visibleState(other, at).comment).toMatch(/^\*\*Your turn: the CLA\*\*.*Sign the/s);
  other.comment(ada, '/agree');
  alone.comment(ada, '/agree');
  await waitUntilIdle(at);
  expect([visibleState(other, at).check, visibleState(alone, at).check]).toEqual([
    'success',
    'success',
  ]);
  // Another text of the same version, in the repository that it was given in.
  repository.push('dev', {
    by: at.rita,
    files: {
      '.github/gatehouse.yml': `${modelSettings}cla:\n  url: https://contoso.example/cla\n`,
    },
  });
  const later = openPullRequest(at, ada);
  await waitUntilIdle(at);
  expect(visibleState(later, at).comment).toMatch(
    /^\*\*Your turn: the CLA\*\*.*Sign the \[Microsoft Contributor License Agreement\]\(https:\/\/contoso\.example\/cla\)/s,
  );
});

test('commits with the address of somebody who has agreed do not speak for whoever opened the pull request', async () => {
  const { ada, eve, repository } = await begin();
  openPullRequest(at, ada).comment(ada, '/agree');
  await waitUntilIdle(at);
  const fork = repository.fork(eve);
  fork.push('change', {
    by: eve,
    author: { name: 'ada', email: 'ada@contoso.example' },
    files: goodUpdate,
  });
  const pull = repository.open({
    by: eve,
    from: fork,
    branch: 'change',
    title: 'Contoso Invoices: hear of paid ones',
    body: ticked,
  });
  await waitUntilIdle(at);
  expect(visibleState(pull, at)).toMatchObject({ check: 'failure' });
  expect(visibleState(pull, at).comment).toMatch(
    /Sign the .* You opened this pull request and have not signed it yet/s,
  );
  pull.comment(eve, '/agree');
  await waitUntilIdle(at);
  expect(visibleState(pull, at).check).toBe('success');
  expect(visibleState(pull, at).comment).toContain(
    'Only the commits themselves name `ada` as an author: GitHub verified none of their signatures.',
  );
});

test('somebody who deleted the account is not another who did, and not the author', async () => {
  const { ada, eve, rita, github } = await begin();
  const pull = openPullRequest(at, ada, breakingUpdate);
  pull.comment(ada, '/agree');
  await waitUntilIdle(at);
  github.world.remove(ada);
  const said = pull.comment(eve, '/acknowledge');
  github.world.remove(eve);
  pull.comment(rita, 'Is anybody there?');
  await waitUntilIdle(at);
  expect([said.reactions, visibleState(pull, at).check]).toEqual([[], 'failure']);
  expect(visibleState(pull, at).comment).toContain(
    'The person who opened this pull request has deleted their account',
  );
});

test('what else GitHub refuses is told of until it works, and reasons that differ each time make no end of reviews', async () => {
  const { ada, github } = await begin();
  let [asked, refuses] = [0, true];
  for (const reason of ['First', 'Second', 'Third', 'Fourth', 'Fifth'])
    github.disturb('issues/add-labels', {
      answer: { ...forbidden, body: { message: `${reason} reason.` } },
      when: () => refuses,
      before: () => void (asked += 1),
    });
  const pull = openPullRequest(at, ada);
  await waitUntilIdle(at);
  expect(asked).toBe(3);
  expect(visibleState(pull, at)).toMatchObject({ labels: [], comments: 1 });
  expect(visibleState(pull, at).comment).toContain(
    '**GitHub refused to add labels:** `Second reason`.',
  );

  refuses = false;
  pull.comment(ada, '/check');
  await waitUntilIdle(at);
  expect(visibleState(pull, at).labels).toContain('needs:partner-attention');
  expect(visibleState(pull, at).comment).not.toContain('refused');
});

test('a push while a review runs: the older review says nothing', async () => {
  const { ada, github } = await begin();
  const hold = github.holdUp('checks/list-for-ref');
  const pull = openPullRequest(
    at,
    ada,
    connectorFiles({ definition: { paths: { '/invoices': { get: { operationId: null } } } } }),
  );
  await hold.reached;
  const older = pull.head;
  pull.push({ by: ada, files: goodUpdate });
  hold.release();
  await waitUntilIdle(at);
  expect(at.repository.checkRuns.filter(({ head }) => head === older)).toEqual([]);
  expect(visibleState(pull, at)).toMatchObject({ runs: 1, comments: 1 });
});

test("GitHub's button runs the check again, though GitHub does not name a fork's pull request", async () => {
  const { ada, repository, github, app } = await begin();
  const pull = openPullRequest(at, ada);
  await waitUntilIdle(at);
  github.forget();
  const [run] = repository.checkRuns;
  github.world.tell({
    event: 'check_run',
    action: 'rerequested',
    repository,
    sender: ada,
    about: { pull, ...(run && { run }) },
  });
  await waitUntilIdle(at);
  expect(app.events).toContain('check_run');
  expect(
    github.requests.some(({ path }) => path === `/repos/contoso/connectors/pulls/${pull.number}`),
  ).toBe(true);
});

test('what the App was not told of while it was away it finds when it starts', async () => {
  at = await newTestApp();
  const pull = openPullRequest(at, at.ada);
  await at.github.webhooks.settled();
  await startApp(at);
  await waitUntilIdle(at);
  expect(visibleState(pull, at)).toMatchObject({ check: 'failure', comments: 1 });
});

test('fixes are committed on request, a hold holds, and what is withdrawn is a draft', async () => {
  const { ada, rita, repository } = await begin();
  const pull = openPullRequest(
    at,
    ada,
    connectorFiles({
      definition: { paths: { '/invoices': { get: { summary: 'list invoices.' } } } },
    }),
  );
  pull.comment(ada, '/agree');
  pull.review(rita, 'APPROVE');
  pull.comment(rita, '/hold until the release');
  await waitUntilIdle(at);
  const before = pull.head;
  pull.comment(ada, '/fix');
  await waitUntilIdle(at);
  expect(pull.head).not.toBe(before);
  expect(repository.store.commits.get(pull.head)?.parents).toEqual([before]);
  pull.review(rita, 'APPROVE');
  pull.comment(rita, '/merge');
  await waitUntilIdle(at);
  expect(pull.mergedAt).toBeUndefined();
  const why = pull.comments.length;
  pull.comment(ada, '/why');
  await waitUntilIdle(at);
  expect(pull.comments.slice(why).find(({ user }) => user === at.app.account)?.body).toMatch(
    /hold/,
  );
  pull.comment(ada, '/withdraw');
  await waitUntilIdle(at);
  expect(pull.draft).toBe(true);
});

test('an update by somebody else waits for a member of the team that owns the connector', async () => {
  const { ada, eve, rita, repository } = await begin();
  repository.owner.teams.set('invoices', new Set([ada]));
  repository.push('dev', {
    by: rita,
    files: { CODEOWNERS: '/certified-connectors/Contoso\\ Invoices/ @contoso/invoices\n' },
  });
  const pull = openPullRequest(at, eve);
  pull.comment(eve, '/agree');
  await waitUntilIdle(at);
  expect(visibleState(pull, at).comment).toMatch(/owner/i);
  pull.review(rita, 'APPROVE');
  pull.comment(rita, '/merge');
  await waitUntilIdle(at);
  expect(pull.mergedAt).toBeUndefined();
  pull.review(ada, 'APPROVE');
  await waitUntilIdle(at);
  expect(pull.mergedAt).toBeDefined();
});

test('with a merge queue it is queued, and the queue hears of the same check', async () => {
  const { ada, rita, repository } = await begin();
  repository.protect('dev', { requiredChecks: ['gatehouse'], mergeQueue: true, ruleset: true });
  const pull = openPullRequest(at, ada);
  pull.comment(ada, '/agree');
  pull.review(rita, 'APPROVE');
  pull.comment(rita, '/merge');
  await waitUntilIdle(at);
  expect(repository.queue).toHaveLength(1);
  repository.advanceQueue(rita);
  await waitUntilIdle(at);
  expect(pull.mergedAt).toBeDefined();
  expect(
    repository.checkRuns.filter(
      ({ name, conclusion }) => name === 'gatehouse' && conclusion === 'success',
    ),
  ).toHaveLength(2);
  expect(repository.deployments).toHaveLength(1);
});

/** Opens a pull request that adds a connector. */
function addConnector(by: Account, branch: string, folder: string, title: string): Pull {
  const fork = at.repository.fork(by);
  fork.push(branch, {
    by,
    files: connectorFiles({ definition: { info: { title } } }, `certified-connectors/${folder}`),
  });
  return at.repository.open({ by, from: fork, branch, title: `Adds ${folder}`, body: ticked });
}

test('a title that an earlier pull request has is refused, whatever that is called, and a second look writes nothing', async () => {
  const { ada, eve, github } = await begin();
  addConnector(eve, 'first', 'Northwind Bills', 'Northwind Bills');
  await waitUntilIdle(at);
  const second = addConnector(ada, 'second', 'Billing', 'Northwind  Bills');
  await waitUntilIdle(at);
  expect(visibleState(second, at).comment).toContain(
    '**Choose another title.** Pull request #1 is older',
  );
  expect(visibleState(second, at).labels).toContain('needs:partner-attention');

  github.forget();
  second.comment(ada, '/check');
  await waitUntilIdle(at);
  expect(github.writes.map(({ operation }) => operation)).toEqual([
    'reactions/create-for-issue-comment',
    'issues/create-comment',
  ]);
  expect(github.requests.length).toBeLessThanOrEqual(20);
});

test('a title that a connector in the catalog has is refused, whatever its folder is called', async () => {
  at = await newTestApp();
  const { ada, rita, repository, github } = at;
  repository.push('dev', {
    by: rita,
    files: connectorFiles(
      { definition: { info: { title: 'Northwind Bills' } } },
      'certified-connectors/NW',
    ),
  });
  openPullRequest(at, ada);
  await startApp(at);
  await waitUntilIdle(at); // the sweep at the start has read the definitions
  github.forget();
  const pull = addConnector(ada, 'bills', 'Billing', 'Northwind Bills');
  await waitUntilIdle(at);
  expect(visibleState(pull, at).comment).toContain(
    '**The title `Northwind Bills` is already used by `certified-connectors/NW`.**',
  );
  const made = github.requests.map(({ operation }) => operation);
  expect(made.indexOf('issues/create-comment')).toBeLessThanOrEqual(20);
});

const independent = 'independent-publisher-connectors/Contoso Invoices';
const independentFiles = (changes: Parameters<typeof connectorFiles>[0] = {}) =>
  connectorFiles(
    {
      class: 'independent-publisher',
      ...changes,
      properties: {
        properties: { iconBrandColor: '#da3b01', publisher: 'Ada', stackOwner: 'Contoso Ltd' },
      },
    },
    independent,
  );

test('an update of a connector by another publisher needs a word of a maintainer, who also confirms the identity', async () => {
  at = await newTestApp();
  const { ada, eve, rita, repository, github } = at;
  repository.push('dev', {
    by: rita,
    files: { '.github/gatehouse.yml': `${modelSettings}attestations: []\n` },
  });
  repository.push('dev', { by: eve, files: independentFiles() });
  await startApp(at);
  const fork = repository.fork(ada);
  fork.push('paid', {
    by: ada,
    files: independentFiles({
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
    title: 'Contoso Invoices (Independent Publisher)',
    body: ticked,
  });
  pull.comment(ada, '/agree');
  await waitUntilIdle(at);
  expect(visibleState(pull, at).comment).toMatch(/`eve` published this connector before/);
  expect(visibleState(pull, at).comment).toMatch(/\/verify @ada/);

  github.forget();
  pull.comment(rita, '/transfer');
  pull.comment(rita, '/verify @ada 2099-12-31');
  pull.comment(rita, 'certify-connector');
  await waitUntilIdle(at);
  const status = pull.comments.findLast(({ body }) => body.includes('<!-- gatehouse:status:'));
  expect(status?.body).toContain('publisher: `rita` allowed `ada` to publish it.');
  expect(status?.body).toContain('Identity of the publisher: `ada` is verified until 2099-12-31.');
  expect(status?.body).toContain('The certification began on');

  github.forget();
  pull.comment(ada, 'Thank you!');
  await waitUntilIdle(at);
  expect(github.writes).toEqual([]);
  expect(github.requests.length).toBeLessThanOrEqual(20);
});

describe('in a repository that sets nothing', () => {
  /** A repository of nobody's in particular, with a pull request that was there before the App. */
  const installed = async (settings?: string): Promise<Pull> => {
    at = await newTestApp();
    at.repository.push('dev', {
      by: at.rita,
      files: { '.github/gatehouse.yml': settings ?? null },
    });
    const pull = openPullRequest(at, at.ada);
    await at.github.webhooks.settled();
    at.github.forget();
    await startApp(at);
    await waitUntilIdle(at);
    return pull;
  };
  const switchOn = (settings: string): Promise<void> => {
    at.repository.push('dev', { by: at.rita, files: { '.github/gatehouse.yml': settings } });
    return waitUntilIdle(at);
  };
  const written = (): string[] => at.github.writes.map(({ operation }) => operation);

  test('the App observes: a neutral check run, and nothing else, whatever people write', async () => {
    const pull = await installed();
    pull.comment(at.ada, '/fix');
    pull.review(at.rita, 'APPROVE');
    pull.comment(at.rita, '/merge');
    await waitUntilIdle(at);
    expect(new Set(written())).toEqual(new Set(['checks/create']));
    expect(visibleState(pull, at)).toMatchObject({ check: 'neutral', comments: 0, labels: [] });
    expect(at.repository.checkRuns.at(-1)).toMatchObject({
      title: expect.stringMatching(/^Observing: /),
      summary: expect.stringContaining('`mode: full`'),
    });
  });

  test('what was asked for in the meantime is not done when the App is switched on', async () => {
    const pull = await installed();
    pull.review(at.rita, 'APPROVE');
    pull.comment(at.rita, '/merge');
    await waitUntilIdle(at);
    await switchOn('mode: full\n');
    pull.comment(at.ada, 'Is it on?');
    await waitUntilIdle(at);
    expect(pull.mergedAt).toBeUndefined();
    expect(visibleState(pull, at)).toMatchObject({ check: 'success', comments: 1 });
    pull.comment(at.rita, '/merge');
    await waitUntilIdle(at);
    expect(pull.mergedAt).toBeDefined();
  });

  test('`mode: comment` writes the check run, the comment and replies, and changes nothing', async () => {
    const pull = await installed('mode: comment\n');
    pull.review(at.rita, 'APPROVE');
    const merge = pull.comment(at.rita, '/merge');
    await waitUntilIdle(at);
    expect(merge.reactions.map(({ content }) => content)).toEqual(['-1']);
    expect(visibleState(pull, at)).toMatchObject({ check: 'success', labels: [] });
    expect(pull.mergedAt).toBeUndefined();
    const [status, reply] = pull.comments.filter(({ user }) => user === at.app.account);
    expect(status?.body).not.toContain('/merge');
    expect(reply?.body).toContain('`mode: full`');
    expect(new Set(written())).toEqual(
      new Set([
        'checks/create',
        'issues/create-comment',
        'issues/update-comment',
        'reactions/create-for-issue-comment',
      ]),
    );
  });

  test('`since` leaves earlier pull requests alone until somebody pushes or writes a command', async () => {
    const tomorrow = new Date(Date.parse(at.github.world.now()) + 86_400_000).toISOString();
    const pull = await installed(`mode: full\nsince: ${tomorrow.slice(0, 10)}\n`);
    expect(written()).toEqual([]);
    at.github.world.pass(2 * 86_400);
    pull.comment(at.eve, 'When is this merged?');
    await waitUntilIdle(at);
    expect(written()).toEqual([]);
    pull.comment(at.rita, '/check');
    await waitUntilIdle(at);
    expect(visibleState(pull, at)).toMatchObject({ check: 'success', comments: 1 });
  });
});
