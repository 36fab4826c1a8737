import { expect, test } from 'vitest';
import {
  connectorFiles,
  goodUpdate,
  openPullRequest,
  startApp,
  waitUntilIdle,
} from './test-app.ts';
import { testApps } from './test-apps.ts';

const newTestApp = testApps();
const policy = `mode: full
base: dev
ring: first-ring
preview: { evidence: none }
deploy: { certified: before-merge }
train:
  zone: America/Los_Angeles
  rings:
    - { name: testing, regions: [Testing] }
    - { name: europe, regions: [Europe] }
`;
/** The good update, in other words. */
const betterUpdate = connectorFiles({
  definition: {
    info: {
      description:
        'Create, read and follow the invoices of your company in Contoso, and hear of paid ones.',
    },
  },
});

test('the approved head is deployed, a push starts over, and the merge comes last', async () => {
  const at = await newTestApp({
    ...connectorFiles({}),
    CODEOWNERS: '/certified-connectors/Contoso\\ Invoices/ @ada\n',
    '.github/gatehouse.yml': policy,
  });
  const { ada, rita, github, repository } = at;
  let now = '';
  const setTime = (instant: string): void => {
    now = instant;
    github.world.pass((Date.parse(instant) - Date.parse(github.world.now())) / 1000);
  };
  setTime('2026-11-16T17:05:00.000Z');
  await startApp(at, 'all', () => new Date(now));
  const pull = openPullRequest(at, ada, goodUpdate);
  pull.review(rita, 'APPROVE');
  await waitUntilIdle(at);
  const deployed = (): string[] =>
    repository.deployments.map(
      ({ environment, sha }) => `${environment} ${sha === pull.head ? 'head' : 'another'}`,
    );
  const comment = (): string => pull.comments.map(({ body }) => body).join('\n');
  /** Reports the result of a deployment, which has the trains look again. */
  const report = async (index: number, instant = now): Promise<void> => {
    setTime(instant);
    const id = repository.deployments.at(index)?.id ?? 0;
    await fetch(`${github.url}/repos/contoso/connectors/deployments/${id}/statuses`, {
      method: 'POST',
      headers: { authorization: `token ${github.token(rita)}` },
      body: JSON.stringify({ state: 'success' }),
    });
    await waitUntilIdle(at);
  };

  expect(deployed()).toEqual([]);
  pull.comment(rita, '/merge');
  await waitUntilIdle(at);
  expect(deployed()).toEqual(['first-ring head']);
  await report(0);
  await report(0, '2026-11-20T17:05:00.000Z');
  await report(1);
  expect(deployed()).toEqual(['first-ring head', 'testing head']);
  expect(pull.mergedAt).toBeUndefined();
  expect(comment()).toContain('In ring 1 of 2');

  // A push voids it: the second ring does not start.
  setTime('2026-11-21T17:05:00.000Z');
  pull.push({ by: ada, files: betterUpdate });
  await waitUntilIdle(at);
  expect(comment()).toContain('changed the connector after its deployment began');
  await report(1, '2026-11-24T17:05:00.000Z');
  expect(deployed()).toEqual(['first-ring another', 'testing another']);

  // The new head needs an approval and a request of its own.
  pull.review(rita, 'APPROVE');
  pull.comment(rita, '/merge');
  await waitUntilIdle(at);
  expect(deployed().slice(2)).toEqual(['first-ring head']);
  await report(2);
  await report(2, '2026-11-27T17:05:00.000Z');
  expect(deployed().slice(3)).toEqual(['testing head']);
  await report(3);
  await report(3, '2026-11-30T17:05:00.000Z');
  expect(deployed().slice(4)).toEqual(['europe head']);
  expect(pull.mergedAt).toBeUndefined();
  await report(4);
  expect(pull.mergedAt).toBeDefined();
  expect(repository.deployments).toHaveLength(5);
  expect(comment()).toContain('Live everywhere');
});
