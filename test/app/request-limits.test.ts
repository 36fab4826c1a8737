import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import nock from 'nock';
import { afterEach, expect, test } from 'vitest';
import { guardRequests, requestLimits, type RequestLimits } from '../../src/app/request-limits.ts';

// nock holds a request back until its body is complete. These tests send bodies that never end.
nock.restore();

const secret = 'the secret of the webhook';
const path = '/api/github/webhooks';
const sign = (body: string, by = secret): string =>
  `sha256=${createHmac('sha256', by).update(body).digest('hex')}`;

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server whose handler answers with what it was handed. */
async function serving(limits: Partial<RequestLimits> = {}) {
  const taken: string[] = [];
  const refused: number[] = [];
  const server = createServer((request, response) => {
    taken.push(
      'body' in request && typeof request.body === 'string'
        ? request.body
        : `${request.method} ${request.url}`,
    );
    response.end('taken');
  });
  servers.push(server);
  guardRequests(server, {
    secret,
    paths: [path, '/'],
    forms: ['/form'],
    onRejected: ({ status }) => refused.push(status),
    limits: { ...requestLimits, ...limits },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { taken, refused, port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

const delivery = (
  length: number | undefined,
  more: Record<string, string | undefined> = {},
  line = `POST ${path} HTTP/1.1`,
): string => {
  const headers = {
    Host: 'gatehouse.example',
    'Content-Type': 'application/json',
    'X-GitHub-Event': 'pull_request',
    'X-GitHub-Delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}`,
    'Content-Length': length === undefined ? undefined : String(length),
    ...more,
  };
  return `${[line, ...Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]))].join('\r\n')}\r\n\r\n`;
};

/**
 * What a server answers to what is written, until it closes the connection; '' where it closed it
 * in the middle of what was sent.
 */
async function answered(port: number, written: string): Promise<string> {
  const socket = await connected(port);
  socket.write(written);
  return text(socket).catch(() => '');
}
const statusOf = (answer: string): string => answer.split(' ', 2)[1] ?? '';

/** The status of the answer to a delivery that is signed and complete. */
async function deliver(port: number, body: string): Promise<string> {
  const headers = { 'X-Hub-Signature-256': sign(body), Connection: 'close' };
  return statusOf(await answered(port, delivery(body.length, headers) + body));
}

test.each([
  ['at another address', delivery(10, {}, 'POST /metrics HTTP/1.1'), '404'],
  ['by another method', delivery(10, {}, `PUT ${path} HTTP/1.1`), '405'],
  ['that asks with a body', delivery(10, {}, 'GET /metrics HTTP/1.1'), '400'],
  [
    'that asks with a body of unknown length',
    delivery(undefined, { 'Transfer-Encoding': 'chunked' }, 'GET /metrics HTTP/1.1'),
    '400',
  ],
  ['without its event', delivery(10, { 'X-GitHub-Event': undefined }), '400'],
  ['with an event that is none', delivery(10, { 'X-GitHub-Event': 'a"b' }), '400'],
  ['without its number', delivery(10, { 'X-GitHub-Delivery': undefined }), '400'],
  ['without a signature', delivery(10, { 'X-Hub-Signature-256': undefined }), '400'],
  [
    'with a signature of another kind',
    delivery(10, { 'X-Hub-Signature-256': `sha1=${'0'.repeat(40)}` }),
    '400',
  ],
  ['with half a signature', delivery(10, { 'X-Hub-Signature-256': 'sha256=0123' }), '400'],
  ['as a form', delivery(10, { 'Content-Type': 'application/x-www-form-urlencoded' }), '415'],
  ['of unknown length', delivery(undefined, { 'Transfer-Encoding': 'chunked' }), '411'],
  ['larger than GitHub sends', delivery(26_000_001), '413'],
])('a request %s is answered before its body is read', async (_, written, status) => {
  const { port, taken, refused } = await serving();
  const answer = await answered(port, written);
  expect(statusOf(answer)).toBe(status);
  expect(answer).toMatch(/^connection: close\r$/im);
  expect({ taken, refused }).toEqual({ taken: [], refused: [Number(status)] });
});

test('who asks first whether to send a body is answered without it', async () => {
  const { port, taken } = await serving();
  expect(statusOf(await answered(port, delivery(26_000_001, { Expect: '100-continue' })))).toBe(
    '413',
  );
  const body = '{"zen":"Keep it logically awesome."}';
  const socket = await connected(port);
  socket.write(
    delivery(body.length, {
      Expect: '100-continue',
      Connection: 'close',
      'X-Hub-Signature-256': sign(body),
    }),
  );
  await once(socket, 'data');
  socket.write(body);
  expect(statusOf(await text(socket))).toBe('200');
  expect(taken).toEqual([body]);
});

test('a body is handed on when its signature is right, in however many pieces it comes, and else nothing is', async () => {
  const { port, taken, refused } = await serving();
  const body = `{"comment":"${'Größe 🦄 '.repeat(20_000)}"}`;
  const bytes = Buffer.from(body);
  const socket = await connected(port);
  socket.write(delivery(bytes.length, { 'X-Hub-Signature-256': sign(body), Connection: 'close' }));
  for (let from = 0; from < bytes.length; from += 10_007)
    socket.write(bytes.subarray(from, from + 10_007));
  expect(statusOf(await text(socket))).toBe('200');
  expect(
    statusOf(
      await answered(
        port,
        `${delivery(2, { 'X-Hub-Signature-256': sign('{}', 'another secret') })}{}`,
      ),
    ),
  ).toBe('400');
  expect(
    statusOf(await answered(port, `${delivery(2, { 'X-Hub-Signature-256': sign('{"a":1}') })}{}`)),
  ).toBe('400');
  expect(
    statusOf(
      await answered(port, delivery(0, { 'X-Hub-Signature-256': sign(''), Connection: 'close' })),
    ),
  ).toBe('200');
  expect({ taken, refused }).toEqual({ taken: [body, ''], refused: [400, 400] });
});

test('bodies that are held open take no more memory than is allowed, and keep no delivery out', async () => {
  const { port, taken, refused } = await serving({ maxBody: 300_000, maxBodies: 1_000_000 });
  const first = await connected(port);
  first.write(delivery(300_000) + ' '.repeat(299_000));
  const closed = text(first);
  for (let held = 0; held < 40; held += 1) {
    const socket = await connected(port);
    socket.write(delivery(300_000) + ' '.repeat(200_000 + held));
    const body = `{"held":${held}}`;
    expect(await deliver(port, body)).toBe('200');
  }
  const answer = await closed;
  expect(statusOf(answer)).toBe('503');
  expect(answer).toMatch(/^retry-after: 60\r$/im);
  expect(taken).toHaveLength(40);
  expect(refused.length).toBeGreaterThan(30);
  expect(new Set(refused)).toEqual(new Set([503]));
});

test('a body larger than all that may be held is refused, and what was held of it is given back', async () => {
  const { port, taken, refused } = await serving({ maxBody: 300_000, maxBodies: 100_000 });
  for (let round = 0; round < 5; round += 1)
    await answered(port, delivery(200_000) + ' '.repeat(150_000));
  expect(refused).toEqual([503, 503, 503, 503, 503]);
  const body = ' '.repeat(90_000);
  for (let round = 0; round < 5; round += 1) expect(await deliver(port, body)).toBe('200');
  expect(taken).toHaveLength(5);
});

test('a sender who goes away gives back what was held', async () => {
  const { port, taken } = await serving({ maxBody: 300_000, maxBodies: 300_000 });
  for (let round = 0; round < 5; round += 1) {
    const socket = await connected(port);
    socket.end(delivery(300_000) + ' '.repeat(250_000));
    await text(socket);
  }
  const body = ' '.repeat(290_000);
  expect(await deliver(port, body)).toBe('200');
  expect(taken).toEqual([body]);
});

test('a body that does not arrive in time is given up', async () => {
  const { port, refused } = await serving({ maxSeconds: 0.1 });
  expect(statusOf(await answered(port, `${delivery(10)}{`))).toBe('408');
  expect(refused).toEqual([408]);
});

test('with too many connections the one that has been idle for the longest is closed, and who comes is served', async () => {
  const { port, taken } = await serving({ maxConnections: 3 });
  const idle: Promise<unknown>[] = [];
  for (let count = 0; count < 6; count += 1) {
    const socket = await connected(port);
    socket.write('GET /healthz HTTP/1.1\r\nHost: gatehouse.example\r\n\r\n');
    await once(socket, 'data');
    idle.push(once(socket, 'close'));
  }
  await Promise.all(idle.slice(0, 3));
  expect(taken).toHaveLength(6);
  const body = '{}';
  expect(await deliver(port, body)).toBe('200');
});

test('a small form is passed on with its query, whatever is in it, and a large one is not', async () => {
  const { port, taken, refused } = await serving();
  const post = (body: string) =>
    fetch(`http://127.0.0.1:${port}/form?token=x`, { method: 'POST', body });
  expect((await post('List-Unsubscribe=One-Click')).status).toBe(200);
  expect((await post('')).status).toBe(200);
  expect(taken).toEqual(['POST /form?token=x', 'POST /form?token=x']);
  expect((await post('x'.repeat(5_000))).status).toBe(413);
  const socket = await connected(port);
  socket.write('POST /form HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1.1 413 /);
  expect(refused).toEqual([413, 413]);
  // A delivery to its path is no delivery.
  expect(taken).toHaveLength(2);
});
