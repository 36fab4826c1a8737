import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDeployment } from '../../src/github/create-deployment.ts';
import {
  readDeployments,
  readDeploymentStatus,
  readRingDeployments,
} from '../../src/github/read-deployments.ts';
import { startScene, type Scene } from './scene.ts';

let scene: Scene;
let sha: string;
beforeEach(async () => {
  scene = await startScene();
  sha = scene.repository.tip('dev') ?? '';
});
afterEach(async () => scene.github.stop());

const here = { owner: 'contoso', repo: 'connectors' };
const deploy = (connector: string, environment: string, more: object = {}): Promise<number> =>
  createDeployment(scene.client, here, {
    sha,
    environment,
    description: connector,
    payload: { connector, ...more },
  });
const report = async (deployment: number, state: string): Promise<void> => {
  await scene.client.write('POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', {
    ...here,
    deployment_id: deployment,
    state,
    description: `It is ${state}.`,
  });
};
const stateOf = async (deployment: number) => {
  const status = await readDeploymentStatus(scene.client, here, deployment);
  return status.ok ? status.value.state : status.reason;
};

test('the success of one connector in a ring leaves the success of another', async () => {
  const first = await deploy('A', 'testing', { ride: 'ride-a' });
  const second = await deploy('B', 'testing', { ride: 'ride-b' });
  await report(first, 'success');
  await report(second, 'success');
  expect([await stateOf(first), await stateOf(second)]).toEqual(['success', 'success']);
  const statuses = scene.repository.deployments.map((one) =>
    one.statuses.map(({ state }) => state),
  );
  expect(statuses).toEqual([['success'], ['success']]);
});

test('a deployment that GitHub made inactive is still a success', async () => {
  const older = await deploy('A', 'first-ring');
  const newer = await deploy('B', 'first-ring');
  // Earlier versions of Gatehouse did not mark the environment as one for production.
  for (const deployment of scene.repository.deployments) deployment.production = false;
  await report(older, 'success');
  await report(newer, 'success');
  expect(scene.repository.deployments[0]?.statuses.at(-1)?.state).toBe('inactive');
  expect(await stateOf(older)).toBe('success');
});

test('deployments to rings are told apart from those to the preview, and from those of others', async () => {
  const preview = await deploy('A', 'first-ring', { pull: 1 });
  const ring = await deploy('A', 'testing', { pull: 1, ride: 'ride-a' });
  await deploy('A', 'testing', { ride: 'forged' });
  const forged = scene.repository.deployments.at(-1);
  if (forged) forged.creator = scene.maria;
  expect(await readRingDeployments(scene.client, here, sha, scene.bot)).toEqual({
    ok: true,
    value: [{ id: ring, ride: 'ride-a', ring: 'testing' }],
  });
  expect(await readDeployments(scene.client, here, sha, scene.bot)).toEqual({
    ok: true,
    value: [{ id: preview, environment: 'first-ring', sha, state: 'pending' }],
  });
});

test('the newest status says when, why, and where the log is', async () => {
  const deployment = await deploy('A', 'testing', { ride: 'ride-a' });
  expect(await stateOf(deployment)).toBe('pending');
  await report(deployment, 'in_progress');
  await report(deployment, 'failure');
  expect(await readDeploymentStatus(scene.client, here, deployment)).toEqual({
    ok: true,
    value: {
      state: 'failure',
      at: new Date(scene.repository.deployments[0]?.statuses[1]?.createdAt ?? '').toISOString(),
      description: 'It is failure.',
      logUrl: expect.stringMatching(/^http/) as unknown,
    },
  });
  expect(scene.repository.deployments[0]).toMatchObject({
    sha,
    environment: 'testing',
    production: true,
    transient: false,
  });
});
