import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, startApp, urlOf, waitUntilIdle, type TestApp } from './test-app.ts';

let at: TestApp;
let now = new Date();
beforeAll(async () => {
  at = await createTestApp();
  await startApp(at, 'all', () => now);
  await waitUntilIdle(at);
});
afterAll(() => at.close());

/** After the five seconds for which the server uses what it read of repositories. */
async function statusOf(path: string): Promise<number> {
  now = new Date(now.getTime() + 10_000);
  return (await fetch(urlOf(at, path))).status;
}

const tell = async (event: string, payload: object): Promise<void> => {
  const delivery = at.github.webhooks.make(event, {
    installation: { id: at.installation },
    repository: { full_name: 'contoso/connectors', private: at.repository.isPrivate },
    sender: { id: at.rita.id, login: at.rita.login, type: 'User' },
    ...payload,
  });
  await at.github.webhooks.send(delivery);
  await waitUntilIdle(at);
};

test('the train of an installed repository is public as long as the repository is', async () => {
  expect(await statusOf('/api/v1/trains')).toBe(200);
  const { list }: { list: unknown[] } = JSON.parse(
    await (await fetch(urlOf(at, '/api/v1/trains'))).text(),
  );
  expect(list).toHaveLength(8);
  at.github.requests.length = 0;
  expect(await statusOf('/feeds/train.ics?repository=contoso/connectors')).toBe(200);
  expect(at.github.requests).toEqual([]);

  at.repository.isPrivate = true;
  await tell('repository', { action: 'privatized' });
  expect(await statusOf('/api/v1/trains')).toBe(403);
  expect(await statusOf('/api/v1/trains?repository=contoso/connectors')).toBe(404);
  // An old delivery that comes again does not show it, because GitHub is asked.
  await tell('repository', {
    action: 'publicized',
    repository: { full_name: 'contoso/connectors', private: false },
  });
  expect(await statusOf('/api/v1/trains')).toBe(403);
  at.repository.isPrivate = false;
  await tell('repository', { action: 'publicized' });
  expect(await statusOf('/api/v1/trains')).toBe(200);

  await tell('installation', {
    action: 'suspend',
    repositories: [{ full_name: 'contoso/connectors' }],
  });
  expect(await statusOf('/api/v1/trains')).toBe(403);
});

test('what the server answered before there was an API, it answers as before', async () => {
  const answers = await Promise.all(
    ['/healthz', '/readyz', '/metrics', '/', '/api/github/webhooks', '/api/github', '/apis'].map(
      async (path) => [path, await statusOf(path)],
    ),
  );
  expect(answers).toEqual([
    ['/healthz', 200],
    ['/readyz', 200],
    ['/metrics', 200],
    ['/', 200],
    ['/api/github/webhooks', 405],
    ['/api/github', 404],
    ['/apis', 404],
  ]);
  const post = await fetch(urlOf(at, '/api/v1/trains'), { method: 'POST', body: '{}' });
  expect(post.status).toBe(404);
  const body = await fetch(urlOf(at, '/api/v1/trains'), { method: 'OPTIONS' });
  expect(body.status).toBe(405);
});
