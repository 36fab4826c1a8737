import { describe, expect, test } from 'vitest';
import { ticked } from '../../fixtures/pulls.ts';
import type { Running } from '../../src/app/running.ts';
import { forbidden } from '../github/fake/faults.ts';
import type { Pull } from '../github/fake/repository.ts';
import {
  connectorFiles,
  openPullRequest,
  waitUntilIdle,
  visibleState,
  startApp,
  type TestApp,
} from './test-app.ts';
import { testApps } from './test-apps.ts';

const newTestApp = testApps();
let at: TestApp;
let running: Running;

/** An update that lacks an approval alone, and that rita, who may write, wants merged. */
async function wished(): Promise<Pull> {
  at = await newTestApp();
  running = await startApp(at);
  const { ada, rita } = at;
  const pull = openPullRequest(at, ada);
  pull.comment(ada, '/agree');
  pull.comment(rita, '/merge');
  await waitUntilIdle(at);
  expect(pull.mergedAt).toBeUndefined();
  return pull;
}
const rob = () => {
  const account = at.github.user('rob');
  at.repository.let(account, 'write');
  return account;
};

describe('a wish to merge', () => {
  test('is not followed once its writer has lost the right, nor when it comes back', async () => {
    const pull = await wished();
    at.repository.let(at.rita, 'read');
    pull.review(rob(), 'APPROVE');
    await waitUntilIdle(at);
    expect(pull.mergedAt).toBeUndefined();
    expect(visibleState(pull, at).comment).toContain(
      '`rita` asked to merge this, but no longer has the right to.',
    );
    at.repository.let(at.rita, 'write');
    pull.comment(at.ada, '/check');
    await waitUntilIdle(at);
    expect(pull.mergedAt).toBeUndefined();
    pull.comment(at.rita, '/merge');
    await waitUntilIdle(at);
    expect(pull.mergedAt).toBeDefined();
  });

  test('is not followed while GitHub does not say what its writer may do, and is when it does', async () => {
    const pull = await wished();
    let silent = true;
    at.github.disturb('repos/get-collaborator-permission-level', {
      answer: forbidden,
      times: 50,
      when: ({ path }) => silent && path.includes('/rita/'),
    });
    pull.review(rob(), 'APPROVE');
    await waitUntilIdle(at);
    expect(pull.mergedAt).toBeUndefined();
    silent = false;
    pull.comment(at.ada, '/check');
    await waitUntilIdle(at);
    expect(pull.mergedAt).toBeDefined();
  });

  test('is for its base branch: another one, whose own settings ask for nothing, voids it, and coming back does not bring it back', async () => {
    const pull = await wished();
    const { ada, repository } = at;
    repository.push('lax', {
      by: rob(),
      files: { '.github/gatehouse.yml': 'base: lax\napprovals: 0\n' },
    });
    repository.protect('lax', { requiredChecks: ['gatehouse'] });
    pull.edit(ada, { base: 'lax' });
    await waitUntilIdle(at);
    expect([pull.mergedAt, visibleState(pull, at).check]).toEqual([undefined, 'failure']);
    pull.edit(ada, { base: 'dev' });
    pull.review(rob(), 'APPROVE');
    await waitUntilIdle(at);
    expect(pull.mergedAt).toBeUndefined();
    expect(visibleState(pull, at).comment).toContain(
      '`rita` asked to merge this into `dev`, but then the base branch changed to',
    );
  });

  test('that was written before the base branch changed is refused with a word', async () => {
    const pull = await wished();
    const { ada, repository } = at;
    repository.push('release', { by: rob(), files: {} });
    await running.stop();
    pull.comment(at.rita, '/merge');
    pull.edit(ada, { base: 'release' });
    running = await startApp(at);
    await waitUntilIdle(at);
    await at.github.webhooks.settled();
    pull.comment(ada, '/check');
    await waitUntilIdle(at);
    expect(
      pull.comments
        .map(({ body }) => body)
        .filter((body) =>
          body.includes('You wrote this before the base branch changed to `release`.'),
        ),
    ).toHaveLength(1);
  });

  test('is not followed where a maintainer holds it while the review writes', async () => {
    const pull = await wished();
    let held = false;
    at.github.disturb('checks/create', {
      times: 1,
      before: () => void (held ||= Boolean(pull.comment(at.rita, '/hold'))),
    });
    at.github.disturb('issues/update-comment', {
      times: 1,
      before: () => void (held ||= Boolean(pull.comment(at.rita, '/hold'))),
    });
    at.github.disturb('issues/remove-label', {
      times: 1,
      before: () => void (held ||= Boolean(pull.comment(at.rita, '/hold'))),
    });
    pull.review(rob(), 'APPROVE');
    await waitUntilIdle(at);
    expect([held, pull.mergedAt]).toEqual([true, undefined]);
    expect(visibleState(pull, at).comment).toContain('On hold by `rita`.');
  });
});

test('a fix is not pushed to a branch of the repository at the word of somebody who may only read', async () => {
  at = await newTestApp();
  await startApp(at);
  const { ada, rita, repository } = at;
  repository.push('release', {
    by: rita,
    files: connectorFiles({
      definition: {
        paths: { '/invoices/{id}': { get: { description: 'Returns one invoice by its number' } } },
      },
    }),
  });
  const tip = repository.tip('release');
  const pull = repository.open({
    by: ada,
    branch: 'release',
    title: 'Contoso Invoices: hear of paid ones',
    body: ticked,
  });
  pull.comment(ada, '/fix');
  await waitUntilIdle(at);
  expect(repository.tip('release')).toBe(tip);
  expect(
    pull.comments.some(({ body }) =>
      body.includes(
        '`release` is a branch of this repository: Gatehouse pushes to it only for people with write access.',
      ),
    ),
  ).toBe(true);
  pull.comment(rita, '/fix');
  await waitUntilIdle(at);
  expect(repository.tip('release')).not.toBe(tip);
});

test('who pushed the last commit does not approve it alone, whatever name the commit bears', async () => {
  const pull = await wished();
  at.repository.let(at.rita, 'write');
  const fork = pull.headRepository;
  fork?.push('change', {
    by: at.rita,
    author: { name: 'ada', email: 'ada@contoso.example' },
    files: {
      'certified-connectors/Contoso Invoices/readme.md':
        '# Contoso Invoices\n\nReads and follows the invoices of your company in Contoso.\n',
    },
  });
  await waitUntilIdle(at);
  pull.review(at.rita, 'APPROVE');
  pull.comment(at.rita, '/merge');
  await waitUntilIdle(at);
  expect(pull.mergedAt).toBeUndefined();
  expect(visibleState(pull, at).comment).toContain('Someone else must review and approve.');
});
