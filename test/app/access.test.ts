import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { obstaclesOf } from '../../src/app/readiness.ts';
import { Store } from '../../src/store/store.ts';
import { databases } from '../store/databases.ts';
import { hasPostgres } from '../store/postgres.ts';
import type { Disturbance } from '../github/fake/faults.ts';
import { Serving } from './serving.ts';
import { createTestApp, openPullRequest, startApp, urlOf, type TestApp } from './test-app.ts';

const newDatabase = databases();
const open: TestApp[] = [];
afterEach(async () => {
  for (const at of open.splice(0)) await at.close();
});
async function newTestApp(): Promise<TestApp> {
  const at = await createTestApp(await newDatabase());
  open.push(at);
  return at;
}

async function readiness(at: TestApp): Promise<{ status: number; reasons: string[] }> {
  const answer = await fetch(urlOf(at, '/readyz'));
  const { reasons = [] }: { reasons?: string[] } = Object(await answer.json());
  return { status: answer.status, reasons };
}

const metric = async (at: TestApp, name: string): Promise<string | undefined> =>
  (await (await fetch(urlOf(at, '/metrics'))).text())
    .split('\n')
    .find((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));

const badKey: Disturbance = {
  times: 1000,
  when: ({ path }) => path.startsWith('/app'),
  answer: {
    status: 401,
    body: { message: 'A JSON web token could not be decoded', documentation_url: 'https://x' },
  },
};

test('a key that is deleted while the App runs is one line in the log, a metric and a reason not to be ready', async () => {
  const at = await newTestApp();
  const serving = new Serving(at);
  await serving.logged('Webhooks go to');
  expect(await readiness(at)).toEqual({ status: 200, reasons: [] });
  expect(await metric(at, 'gatehouse_credentials_accepted')).toBe(
    'gatehouse_credentials_accepted 1',
  );

  at.github.disturb('*', badKey);
  at.github.disturb('*', { ...badKey, when: () => true });
  openPullRequest(at, at.ada);
  expect(await serving.logged('does not accept APP_ID')).toMatchObject({
    level: 50,
    msg: expect.stringMatching(/the fingerprint of the key, SHA256:/),
  });
  expect(await readiness(at)).toEqual({
    status: 503,
    reasons: [expect.stringContaining('GitHub does not accept APP_ID')],
  });
  expect((await fetch(urlOf(at, '/healthz'))).status).toBe(200);
  expect(await metric(at, 'gatehouse_credentials_accepted')).toBe(
    'gatehouse_credentials_accepted 0',
  );
  expect(await metric(at, 'gatehouse_ready')).toBe('gatehouse_ready 0');
  // Deliveries are still stored, and reviewed when the key is accepted again.
  expect(await at.github.webhooks.send(at.github.webhooks.make('ping', {}))).toBe(200);
  await serving.end();
  expect(serving.lines.filter((line) => line.includes('does not accept APP_ID'))).toHaveLength(1);
});

test('permissions that were not granted are reported at the start, and without the essential ones the App is not ready', async () => {
  const at = await newTestApp();
  const { checks: _, members: __, ...granted } = at.app.permissions;
  const installation = at.github.world.installations.get(at.installation);
  if (installation) at.github.grant(installation.id, granted);
  const serving = new Serving(at);
  expect(await serving.logged('has not granted')).toMatchObject({
    level: 40,
    msg: expect.stringMatching(
      /^contoso has not granted checks: write, members: read\. Its owner can accept it: http:\/\/\S+\/settings\/installations\/\d+$/,
    ),
  });
  expect(await readiness(at)).toEqual({
    status: 503,
    reasons: ['No installation has granted these permissions: checks: write.'],
  });
  expect(await metric(at, 'gatehouse_missing_permissions')).toBe(
    'gatehouse_missing_permissions{permission="checks: write"} 1',
  );
  // The owner accepts. The next response tells the App to look again.
  at.github.grant(at.installation, at.app.permissions);
  openPullRequest(at, at.ada);
  await serving.logged('grants everything that it needs');
  expect(await readiness(at)).toEqual({ status: 200, reasons: [] });
  await serving.end();
});

test('an App that lacks permissions or events of app.yml is told where to add them', async () => {
  const at = await newTestApp();
  const { deployments: _, ...permissions } = at.app.permissions;
  at.github.world.apps.splice(0, 1, Object.assign(at.app, { permissions, events: ['push'] }));
  const serving = new Serving(at);
  expect(await serving.logged('does not request every permission')).toMatchObject({
    msg: 'The App does not request every permission: deployments: write is missing. Add it on the App\'s settings page, under "Permissions & events".',
  });
  expect(await serving.logged('does not subscribe to every event')).toMatchObject({
    msg: expect.stringContaining('check_run, check_suite, deployment_status'),
  });
  await serving.logged('Listening');
  expect(await readiness(at)).toEqual({ status: 200, reasons: [] });
  await serving.end();
});

test.runIf(hasPostgres)(
  'a database that goes away makes the App not ready, but not unhealthy',
  async () => {
    const at = await newTestApp();
    await startApp(at);
    const name = new URL(at.env.DATABASE_URL ?? '').pathname.slice(1);
    const admin = new pg.Client({
      connectionString: (at.env.DATABASE_URL ?? '').replace(`/${name}`, '/postgres'),
    });
    await admin.connect();
    await admin.query(`alter database "${name}" allow_connections false`);
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
      name,
    ]);
    expect(await readiness(at)).toEqual({
      status: 503,
      reasons: [expect.stringMatching(/^The database does not answer: /)],
    });
    expect((await fetch(urlOf(at, '/healthz'))).status).toBe(200);
    const text = await (await fetch(urlOf(at, '/metrics'))).text();
    expect(text).toMatch(/^gatehouse_ready 0$/m);
    expect(text).not.toMatch(/^gatehouse_jobs\{/m);
    await admin.query(`alter database "${name}" allow_connections true`);
    await admin.end();
    expect(await readiness(at)).toMatchObject({ status: 200 });
  },
);

test.runIf(hasPostgres)(
  'a queue in which nothing moves makes a worker not ready, but not a process that only receives',
  async () => {
    const url = await newDatabase();
    const store = await Store.open({ url, folder: '', lease: 60, onQueueError: () => {} });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      const access = { obstacle: undefined };
      const obstacles = (role: 'all' | 'web'): Promise<string[]> =>
        obstaclesOf({ role, store, access });
      await store.requestReviews([{ repository: 'contoso/x', number: 1, installation: 1 }], 'test');
      expect(await obstacles('all')).toEqual([]);
      await client.query(
        `update pgboss.job set created_on = now() - interval '11 minutes', start_after = now() - interval '11 minutes'`,
      );
      expect(await store.queueProgress()).toEqual({
        oldestWaiting: expect.closeTo(660, -2),
        sinceActivity: undefined,
      });
      expect(await obstacles('all')).toEqual([
        expect.stringMatching(
          /^The queue is stuck: a pull request has been waiting for 11 minutes/,
        ),
      ]);
      expect(await obstacles('web')).toEqual([]);
    } finally {
      await client.end();
      await store.close(0);
    }
  },
);
