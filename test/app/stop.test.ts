import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import nock from 'nock';
import { expect, test } from 'vitest';
import { scene, start } from './harness.ts';

// nock holds a request back until its body is complete. This test sends a body in two parts.
nock.restore();

test('an idle connection does not keep the App from stopping, not even one that was busy when it was told to', async () => {
  const at = await scene();
  const agent = new Agent({ keepAlive: true });
  try {
    const running = await start(at);
    const body = JSON.stringify({ zen: 'Keep it logically awesome.' });
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      'x-github-event': 'ping',
      'x-github-delivery': '00000000-0000-4000-8000-000000000001',
      'x-hub-signature-256': `sha256=${createHmac('sha256', at.app.secret).update(body).digest('hex')}`,
    };
    const delivery = request({
      host: '127.0.0.1',
      port: at.env.PORT,
      method: 'POST',
      path: '/api/github/webhooks',
      headers,
      agent,
    });
    delivery.write(body.slice(0, 5));
    await once(delivery, 'socket');
    // Another request tells that the server has seen the connection.
    expect((await fetch(`http://127.0.0.1:${at.env.PORT}/healthz`)).status).toBe(200);
    const stopped = running.stop();
    delivery.end(body.slice(5));
    const [response] = await once(delivery, 'response');
    response.resume();
    expect(response.statusCode).toBe(200);
    await stopped;
  } finally {
    agent.destroy();
    await at.close();
  }
});
