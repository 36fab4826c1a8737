import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import examples from '@octokit/webhooks-examples' with { type: 'json' };
import nock from 'nock';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isJson } from '../github/fake/schema-check.ts';
import { databases } from '../store/databases.ts';
import { collectGarbage } from '../support/collect-garbage.ts';
import { hasPostgres } from '../store/postgres.ts';
import { urlOf, waitUntilIdle, createTestApp, startApp, type TestApp } from './test-app.ts';

// nock holds a request back until its body is complete. These tests send bodies that never end.
nock.restore();

const newDatabase = databases();
let at: TestApp;
beforeAll(async () => {
  at = await createTestApp(await newDatabase());
  await startApp(at);
});
afterAll(() => at.close());

const counted = async (line: RegExp): Promise<number> =>
  Number(line.exec(await (await fetch(urlOf(at, '/metrics'))).text())?.[1] ?? 0);

test("every payload of GitHub's own examples is taken, and none brings it down", async () => {
  const payloads: { name: string; examples: unknown[] }[] = JSON.parse(JSON.stringify(examples));
  const { webhooks } = at.github;
  const deliveries = payloads.flatMap(({ name, examples: some }) =>
    some.filter(isJson).map((payload) => webhooks.make(name, payload)),
  );
  expect(deliveries.length).toBeGreaterThan(200);
  const answers = await Promise.all(
    deliveries.map(async (delivery) => [delivery.event, await webhooks.send(delivery)]),
  );
  expect(answers.filter(([, status]) => status !== 200)).toEqual([]);
  await waitUntilIdle(at);
  expect((await fetch(urlOf(at, '/healthz'))).status).toBe(200);
});

test('a signature that is forged or missing is refused, and nothing is kept', async () => {
  const { webhooks } = at.github;
  const delivery = webhooks.make('pull_request', { action: 'opened' });
  const before = await counted(
    /^gatehouse_deliveries_total\{event="pull_request",outcome="new"\} (\d+)/m,
  );
  for (const signature of [`sha256=${'0'.repeat(64)}`, 'sha256=', '', 'sha1=0', 'é'])
    expect(await webhooks.send(delivery, { signature: encodeURI(signature) })).toBe(400);
  expect(await webhooks.send(delivery, { signature: null })).toBe(400);
  expect(
    await counted(/^gatehouse_deliveries_total\{event="pull_request",outcome="new"\} (\d+)/m),
  ).toBe(before);
  expect(await webhooks.send(delivery)).toBe(200);
});

test('whatever a delivery that is signed says in place of what GitHub would, it is answered, and never in the words of the database', async () => {
  const { app, github } = at;
  const { webhooks } = github;
  const about = {
    installation: { id: at.installation },
    repository: { full_name: 'contoso/connectors' },
    sender: { type: 'User' },
  };
  const pull = { number: 1, updated_at: '2026-01-05T09:00:00Z', head: { sha: 'a'.repeat(40) } };
  const odd: [string, object][] = [
    ...[2 ** 31, 2 ** 53, -1, 1.5, '1', null].map((number): [string, object] => [
      'pull_request',
      { ...about, action: 'opened', pull_request: { ...pull, number } },
    ]),
    ...['0001-01-01T00:00:00Z', '-009999-01-01T00:00:00Z', '+275760-09-13T00:00:00Z'].map(
      (updated_at): [string, object] => [
        'pull_request',
        { ...about, action: 'synchronize', pull_request: { ...pull, updated_at } },
      ],
    ),
    ...['a\0b', '\ud83d'].flatMap((name): [string, object][] => [
      ['pull_request', { ...about, action: name, pull_request: pull }],
      [
        'pull_request',
        {
          ...about,
          action: 'opened',
          pull_request: pull,
          repository: { full_name: `contoso/${name}` },
        },
      ],
      [
        'pull_request',
        { ...about, action: 'opened', pull_request: { ...pull, head: { sha: name } } },
      ],
      ['push', { ...about, commits: [{ modified: [name, '.github/gatehouse.yml'] }] }],
    ]),
    [
      'issue_comment',
      {
        ...about,
        action: 'created',
        issue: { number: 1, pull_request: {} },
        comment: { id: 2 ** 53 - 1 },
      },
    ],
    ['installation', { action: 'created', installation: { id: 2 ** 53 } }],
  ];
  for (const [event, payload] of odd)
    expect([payload, await webhooks.send(webhooks.make(event, { ...payload }))]).toEqual([
      payload,
      200,
    ]);
  for (const body of ['null', '7', '"x"', '[]', 'true', '{']) {
    const signature = `sha256=${createHmac('sha256', app.secret).update(body).digest('hex')}`;
    const answer = await fetch(urlOf(at, '/api/github/webhooks'), {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'push',
        'x-github-delivery': body,
        'x-hub-signature-256': signature,
      },
    });
    expect([body, await answer.text()]).toEqual([
      body,
      expect.not.stringMatching(/relation|column|integer|byte|jsonb|select|insert/i),
    ]);
  }
  expect((await fetch(urlOf(at, '/healthz'))).status).toBe(200);
});

test.runIf(hasPostgres)(
  'a delivery that the database does not take is answered with 500, and its words stay in the log',
  async () => {
    const client = new pg.Client({ connectionString: at.env.DATABASE_URL });
    await client.connect();
    await client.query('alter table gatehouse.deliveries rename to away');
    const body = JSON.stringify({ zen: 'Keep it logically awesome.' });
    const signature = `sha256=${createHmac('sha256', at.app.secret).update(body).digest('hex')}`;
    const answer = await fetch(urlOf(at, '/api/github/webhooks'), {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'ping',
        'x-github-delivery': 'refused',
        'x-hub-signature-256': signature,
      },
    });
    await client.query('alter table gatehouse.away rename to deliveries');
    await client.end();
    expect([answer.status, await answer.text()]).toEqual([
      500,
      expect.stringContaining('could not be stored'),
    ]);
  },
);

test('the address that the manifest of the set-up names takes deliveries too', async () => {
  const { github, app, env } = at;
  github.webhooks.to(`http://127.0.0.1:${env.PORT}/`, app.secret);
  expect(
    await github.webhooks.send(
      github.webhooks.make('ping', { zen: 'Keep it logically awesome.', installation: { id: 1 } }),
    ),
  ).toBe(200);
  expect(
    await github.webhooks.send(github.webhooks.make('ping', {}), {
      signature: `sha256=${'0'.repeat(64)}`,
    }),
  ).toBe(400);
});

test("twenty deliveries of 25 MB that never end, by nobody, cost little memory, and keep none of GitHub's out", async () => {
  const { github, env } = at;
  const unfinished = Buffer.alloc(24_900_000, ' ');
  collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  const sockets = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = connect(Number(env.PORT), '127.0.0.1')
        .on('error', () => {})
        .resume();
      await once(socket, 'connect');
      const headers = [
        'POST /api/github/webhooks HTTP/1.1',
        'Host: gatehouse.example',
        'Content-Type: application/json',
        'X-GitHub-Event: push',
        'X-GitHub-Delivery: 1',
        `X-Hub-Signature-256: sha256=${'0'.repeat(64)}`,
        'Content-Length: 25000000',
      ];
      socket.write(`${headers.join('\r\n')}\r\n\r\n`);
      await new Promise((resolve) => socket.on('close', resolve).write(unfinished, resolve));
      return socket;
    }),
  );
  // Of the 498 MB, at most two bodies are held: the others were refused.
  await expect.poll(() => sockets.filter(({ closed }) => !closed).length).toBeLessThanOrEqual(2);
  collectGarbage();
  expect((process.memoryUsage().arrayBuffers - before) / 1_000_000).toBeLessThan(100);
  expect(
    await github.webhooks.send(
      github.webhooks.make('ping', { zen: 'Keep it logically awesome.', installation: { id: 1 } }),
    ),
  ).toBe(200);
  expect((await fetch(urlOf(at, '/healthz'))).status).toBe(200);
  for (const socket of sockets) socket.destroy();
});

test.each([
  ['larger than GitHub sends', { 'content-length': '50000000' }, 413],
  ['of a length that nobody tells', { 'transfer-encoding': 'chunked' }, 411],
])('a delivery %s is answered without being read', async (_, headers, status) => {
  const sent = request(urlOf(at, '/api/github/webhooks'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
  });
  sent.flushHeaders();
  const [answer] = await once(sent, 'response');
  expect(answer.statusCode).toBe(status);
  answer.resume();
  sent.destroy();
});

test('an idle connection is kept for longer than the proxies in front keep theirs', async () => {
  const { headers } = await fetch(urlOf(at, '/healthz'));
  expect(Number(/timeout=(\d+)/.exec(headers.get('keep-alive') ?? '')?.[1])).toBeGreaterThan(600);
});

test('metrics and health are there for who looks', async () => {
  const metrics = await fetch(urlOf(at, '/metrics'));
  expect(metrics.headers.get('content-type')).toContain('text/plain');
  const text = await metrics.text();
  for (const name of [
    'gatehouse_jobs',
    'gatehouse_deliveries_total',
    'gatehouse_reviews_total',
    'gatehouse_review_seconds',
    'gatehouse_effects_total',
    'gatehouse_github_requests_total',
    'gatehouse_build_info',
    'gatehouse_ready',
    'gatehouse_oldest_job_seconds',
    'gatehouse_credentials_accepted',
    'gatehouse_missing_permissions',
    'process_cpu_user_seconds_total',
    'nodejs_eventloop_lag_seconds',
  ])
    expect(text).toContain(`# TYPE ${name} `);
  await waitUntilIdle(at); // the sweep at the start has asked for installations
  expect(
    await counted(/^gatehouse_github_requests_total\{method="GET",status="200"\} (\d+)/m),
  ).toBeGreaterThan(0);
  expect(await (await fetch(urlOf(at, '/healthz'))).json()).toEqual({
    status: 'ok',
    version: '0.0.0',
  });
});
