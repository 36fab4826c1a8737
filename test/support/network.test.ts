import { createServer } from 'node:http';
import { get } from 'node:https';
import { once } from 'node:events';
import { expect, test } from 'vitest';

/** Reserved by RFC 2606, so that nothing happens if the guard fails. */
const outside = 'https://gatehouse.invalid/';

test('fetch to another machine fails', async () => {
  await expect(fetch(outside)).rejects.toThrow(
    expect.objectContaining({
      cause: expect.objectContaining({ code: 'ENETUNREACH' }),
    }),
  );
});

test('a request with node:https to another machine fails', async () => {
  const [error] = await once(get(outside), 'error');
  expect(error).toMatchObject({ code: 'ENETUNREACH' });
});

test.each(['127.0.0.1', 'localhost', '::1'])('%s is allowed', async (host) => {
  const server = createServer((_, response) => response.end('here'));
  await once(server.listen(0, host), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const name = host.includes(':') ? `[${host}]` : host;
  expect(await (await fetch(`http://${name}:${port}/`)).text()).toBe('here');
  server.close();
});
