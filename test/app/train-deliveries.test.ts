import { describe, expect, test } from 'vitest';
import { isObject } from '../../src/github/parse-response.ts';
import type { Delivery } from '../github/fake/webhooks.ts';
import { connectorFiles, openPullRequest, startApp, waitUntilIdle } from './test-app.ts';
import { testApps } from './test-apps.ts';

const newTestApp = testApps();
const policy = `mode: full
base: dev
train:
  zone: America/Los_Angeles
  rings:
    - { name: testing, regions: [Testing] }
    - { name: europe, regions: [Europe] }
`;

/** An App whose time is set by the test, with a merged pull request that is aboard a train. */
async function aboard() {
  const at = await newTestApp({ ...connectorFiles({}), '.github/gatehouse.yml': policy });
  const { github, repository, rita } = at;
  let now = '';
  const setTime = (instant: string): void => {
    now = instant;
    github.world.pass((Date.parse(instant) - Date.parse(github.world.now())) / 1000);
  };
  setTime('2026-11-16T17:05:00.000Z');
  await startApp(at, 'all', () => new Date(now));
  const pull = openPullRequest(at, at.ada);
  await waitUntilIdle(at);
  pull.squash(rita, 'Merge');
  await waitUntilIdle(at);
  const { webhooks } = github;
  const example = {
    action: 'created',
    installation: { id: at.installation },
    repository: { full_name: 'contoso/connectors' },
    sender: { type: 'User' },
  };
  const deployment = { payload: { pull: pull.number } };
  const wake = async (): Promise<void> => {
    await webhooks.send(webhooks.make('deployment_status', { ...example, deployment }));
    await waitUntilIdle(at);
  };
  await wake();
  return {
    at,
    webhooks,
    setTime,
    /** Sends a delivery that says only that the results of the pull request may have changed. */
    wake,
    /** Writes a status of the newest deployment, as a deployer does. */
    async report(state: string): Promise<void> {
      const id = repository.deployments.at(-1)?.id ?? 0;
      const response = await fetch(
        `${github.url}/repos/contoso/connectors/deployments/${id}/statuses`,
        {
          method: 'POST',
          headers: { authorization: `token ${github.token(rita)}` },
          body: JSON.stringify({ state, description: `It is ${state}.` }),
        },
      );
      expect(response.status).toBe(201);
    },
    get rings(): string[] {
      return repository.deployments.map(({ environment }) => environment);
    },
    /** The statuses that wait to be delivered. */
    get held(): Delivery[] {
      return webhooks.held.filter(({ event }) => event === 'deployment_status');
    },
  };
}

const friday = '2026-11-20T17:05:00.000Z';
const monday = '2026-11-23T17:05:00.000Z';

describe('deliveries of results', () => {
  test('doubled and out of order have the same outcome', async () => {
    const scene = await aboard();
    scene.setTime(friday);
    await scene.wake();
    expect(scene.rings).toEqual(['testing']);
    scene.webhooks.hold();
    await scene.report('in_progress');
    await scene.report('success');
    const [running, success] = scene.held;
    if (!running || !success) throw new Error('nothing is to be delivered');
    await scene.webhooks.release([success, running, success, running, running]);
    await waitUntilIdle(scene.at);
    scene.setTime(monday);
    await scene.wake();
    await scene.wake();
    expect(scene.rings).toEqual(['testing', 'europe']);
  });

  test('lost are found by the next look', async () => {
    const scene = await aboard();
    scene.setTime(friday);
    await scene.wake();
    scene.webhooks.hold();
    await scene.report('success');
    await scene.webhooks.release([]);
    scene.setTime(monday);
    await scene.wake();
    // The look on Monday learned of the success, and started the next ring.
    expect(scene.rings).toEqual(['testing', 'europe']);
  });

  test('forged change nothing', async () => {
    const scene = await aboard();
    scene.setTime(friday);
    await scene.wake();
    scene.webhooks.hold();
    await scene.report('in_progress');
    const [delivery] = scene.held;
    const deployed = delivery?.payload.deployment;
    if (!delivery || !isObject(deployed)) throw new Error('nothing is to be delivered');
    await scene.webhooks.release([]);
    scene.setTime(monday);
    const forged = scene.webhooks.make('deployment_status', {
      ...delivery.payload,
      deployment_status: { ...Object(delivery.payload.deployment_status), state: 'success' },
    });
    for (const signature of [null, `sha256=${'0'.repeat(64)}`])
      expect(await scene.webhooks.send(forged, { signature })).toBe(400);
    // With the right signature, it says no more than that there may be a result.
    expect(await scene.webhooks.send(forged)).toBe(200);
    await waitUntilIdle(scene.at);
    // A deployment of somebody else, which names our ride.
    const { github, repository, eve } = scene.at;
    repository.let(eve, 'write');
    const request = (path: string, body: object) =>
      fetch(`${github.url}/repos/contoso/connectors/${path}`, {
        method: 'POST',
        headers: { authorization: `token ${github.token(eve)}` },
        body: JSON.stringify(body),
      });
    await request('deployments', {
      ref: repository.deployments[0]?.sha,
      environment: 'testing',
      payload: deployed.payload,
      required_contexts: [],
    });
    const id = repository.deployments.at(-1)?.id ?? 0;
    await request(`deployments/${id}/statuses`, { state: 'success' });
    await scene.wake();
    expect(scene.rings).toEqual(['testing', 'testing']);
  });
});
