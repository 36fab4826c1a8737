import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { forwardWebhooks } from '../../src/app/webhook-proxy.ts';
import { createLog } from '../../src/app/log.ts';
import { createTestApp, startApp, urlOf, waitUntilIdle, type TestApp } from './test-app.ts';

const open: TestApp[] = [];
afterEach(async () => {
  for (const at of open.splice(0)) await at.close();
});

test('deliveries of a channel reach the App, also after the channel ended the connection', async () => {
  const at = await createTestApp();
  open.push(at);
  const connections: ServerResponse[] = [];
  const channel = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('event: ready\ndata: {}\n\nevent: ping\ndata: {}\n\n');
    connections.push(response);
    channel.emit('opened');
  }).listen(0, '127.0.0.1');
  await once(channel, 'listening');
  const address = channel.address();
  if (typeof address !== 'object' || !address) throw new Error('no address');
  await startApp(at);
  const stopped = new AbortController();
  const forwarding = forwardWebhooks(
    `http://127.0.0.1:${address.port}/channel`,
    urlOf(at, '/api/github/webhooks'),
    { log: createLog({ logLevel: 'silent', logFormat: 'json' }), signal: stopped.signal },
  );
  /** Sends a delivery through the channel, in two parts. */
  const send = (id: string, zen: string): void => {
    const body = { zen };
    const signature = createHmac('sha256', at.app.secret)
      .update(JSON.stringify(body))
      .digest('hex');
    const event = JSON.stringify({
      host: 'smee.io',
      'x-github-event': 'ping',
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${signature}`,
      body,
      timestamp: 1,
    });
    const connection = connections.at(-1);
    connection?.write(`id: 1\nevent: message\ndata: ${event.slice(0, 20)}`);
    connection?.write(`${event.slice(20)}\n\n`);
  };
  const received = async (): Promise<number> =>
    Number(
      /^gatehouse_deliveries_total\{event="ping",outcome="new"\} (\d+)$/m.exec(
        await (await fetch(urlOf(at, '/metrics'))).text(),
      )?.[1] ?? 0,
    );
  if (connections.length === 0) await once(channel, 'opened');
  send('first', 'Keep it logically awesome: ü€😀');
  await expect.poll(received).toBe(1);
  connections[0]?.end();
  await once(channel, 'opened');
  send('second', 'Anything added dilutes everything else.');
  await expect.poll(received).toBe(2);
  await waitUntilIdle(at);
  stopped.abort();
  await forwarding;
  channel.close();
  channel.closeAllConnections();
});
