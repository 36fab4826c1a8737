import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { badGateway, type Disturbance } from '../github/fake/faults.ts';
import { databases } from '../store/databases.ts';
import { Serving } from './serving.ts';
import { createTestApp, openPullRequest, urlOf, type TestApp } from './test-app.ts';

const open: TestApp[] = [];
afterEach(async () => {
  for (const at of open.splice(0)) await at.close();
});

const newDatabase = databases();

async function newTestApp(): Promise<TestApp> {
  const at = await createTestApp(await newDatabase());
  open.push(at);
  return at;
}

const otherKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
}).privateKey;

const tooEarly: Disturbance = {
  times: 2,
  answer: {
    status: 401,
    body: {
      message:
        "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
      documentation_url: 'https://docs.github.com/rest',
    },
    headers: { date: new Date(Date.now() + 2.5 * 3_600_000).toUTCString() },
  },
};

test.each<[string, Record<string, string | undefined>, RegExp, Disturbance?]>([
  [
    'an id that no App has',
    { APP_ID: '999999' },
    /^gatehouse: There is no App with APP_ID 999999 on 127\.0\.0\.1:\d+: "Integration not found"\. Compare APP_ID with "App ID" on the App's settings page, and GHE_HOST with its address\.\n$/,
  ],
  [
    'the key of another App',
    { PRIVATE_KEY: otherKey },
    /^gatehouse: GitHub does not accept APP_ID \d+ with this private key: "A JSON web token could not be decoded"\. Compare APP_ID with "App ID" on the App's settings page, and the fingerprint of the key, SHA256:\S{44}, with those under "Private keys": the key belongs to another App, or was deleted\.\n$/,
  ],
  [
    'a wrong clock',
    {},
    /The clock of this machine is 2 hours behind GitHub's: set it, and start again\.\n$/,
    tooEarly,
  ],
  ['an id that is not a number', { APP_ID: 'abc' }, /^gatehouse: APP_ID needs the number/],
  [
    'half a key',
    { PRIVATE_KEY: otherKey.slice(0, 500) + otherKey.slice(-40) },
    /is not a complete private key/,
  ],
  [
    'no key',
    { PRIVATE_KEY: undefined },
    /^gatehouse: APP_ID is set, but the App's private key is missing/,
  ],
  ['no id', { APP_ID: undefined }, /^gatehouse: There is a private key, but APP_ID is missing/],
  [
    'a port that does not exist',
    { PORT: '99999999' },
    /^gatehouse: PORT needs a whole number from 1 to 65535/,
  ],
  ['an unknown log level', { LOG_LEVEL: 'loud' }, /^gatehouse: LOG_LEVEL needs trace, debug/],
  [
    'a database that does not answer',
    { DATABASE_URL: 'postgres://gatehouse:password@127.0.0.1:1/gatehouse' },
    /^gatehouse: The database of DATABASE_URL cannot be used: .*ECONNREFUSED.*\n$/,
  ],
])('%s ends the start with one sentence and status 2', async (_, env, sentence, disturbance) => {
  const at = await newTestApp();
  if (disturbance) at.github.disturb('apps/get-authenticated', disturbance);
  const { status, err } = await new Serving(at, env).result();
  expect({ status, err }).toEqual({ status: 2, err: expect.stringMatching(sentence) });
  expect(err).not.toContain('password');
  expect(err.trim().split('\n')).toHaveLength(1);
});

test('a port in use ends the start with one sentence, and the database is closed', async () => {
  const at = await newTestApp();
  const other = createServer().listen(Number(at.env.PORT), '127.0.0.1');
  await once(other, 'listening');
  const serving = new Serving(at);
  expect(await serving.result()).toEqual({
    status: 2,
    err: `gatehouse: Port ${at.env.PORT} is in use by another process. End that process, or set PORT to another port.\n`,
  });
  other.close();
});

test('the first lines say what starts, as whom, what it guards, and whether webhooks arrive', async () => {
  const at = await newTestApp();
  openPullRequest(at, at.ada);
  await at.github.webhooks.settled(); // nobody listened
  const serving = new Serving(at);
  await serving.logged('Webhooks go to');
  const lines = serving.lines.map((line): Record<string, unknown> => JSON.parse(line));
  expect(lines[0]).toMatchObject({
    level: 30,
    name: 'gatehouse',
    role: 'all',
    msg: expect.stringMatching(
      /^Gatehouse \d+\.\d+\.\d+ starts: role all, (?:embedded database in|PostgreSQL at) /,
    ),
  });
  expect(lines[1]).toMatchObject({
    msg: `GitHub accepts the App "gatehouse" (App ID ${at.app.id})`,
  });
  const messages = lines.map(({ msg }) => msg);
  expect(messages).toContain(
    'Guards 1 repository of contoso: contoso/connectors (1 open pull request)',
  );
  expect(lines.find(({ msg }) => String(msg).startsWith('Webhooks go to'))).toMatchObject({
    level: 40,
    msg: expect.stringMatching(
      /^Webhooks go to http:\/\/127\.0\.0\.1:\d+\/api\/github\/webhooks; the last delivery \(pull_request\) was \d+ seconds? ago and failed: GitHub got no answer\. Can it reach this address\?$/,
    ),
  });
  for (const line of serving.lines) expect(line.match(/"name":/g)).toHaveLength(1);

  const before = serving.lines.length;
  for (const path of ['/healthz', '/readyz', '/metrics', '/'])
    expect((await fetch(urlOf(at, path))).status).toBe(200);
  const forged = { signature: `sha256=${'0'.repeat(64)}` };
  for (let times = 0; times < 5; times++)
    expect(await at.github.webhooks.send(at.github.webhooks.make('ping', {}), forged)).toBe(400);
  const after = serving.lines.slice(before).filter((line) => !/review|swept|effect/.test(line));
  expect(after).toHaveLength(1);
  expect(JSON.parse(after[0] ?? '')).toMatchObject({
    level: 40,
    status: 400,
    msg: expect.stringContaining('does not match the secret of the webhook'),
  });
  expect(after[0]).not.toContain('stack');
  await serving.end();
});

test('GitHub that fails is not a wrong credential: the App starts, is not ready, and asks again', async () => {
  const at = await newTestApp();
  at.github.disturb('apps/get-authenticated', { times: 2, answer: badGateway });
  const serving = new Serving(at);
  await serving.logged('Listening on');
  const answer = await fetch(urlOf(at, '/readyz'));
  expect({ code: answer.status, ...Object(await answer.json()) }).toEqual({
    code: 503,
    status: 'not ready',
    version: expect.any(String),
    reasons: [expect.stringMatching(/^GitHub \(127\.0\.0\.1:\d+\) does not answer: /)],
  });
  expect((await fetch(urlOf(at, '/healthz'))).status).toBe(200);
  await serving.logged('GitHub accepts the App again');
  expect((await fetch(urlOf(at, '/readyz'))).status).toBe(200);
  await serving.end();
});
