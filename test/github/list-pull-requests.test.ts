import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPullRequestsOf, repositoriesOf } from '../../src/github/list-pull-requests.ts';
import { nothingKnown, readOpenPullRequests } from '../../src/github/read-catalog.ts';
import { defaultSettings } from '../../src/settings/defaults.ts';
import { forbidden } from './fake/faults.ts';
import { startScene, type Scene } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(async () => {
  scene.github.violations.length = 0; // the pages are made here, of what is asked for alone
  await scene.github.stop();
});

/** So many pages of a hundred pull requests before GitHub's own. */
const flood = (pages: number): void => {
  let number = 1_000_000;
  for (let page = 2; page < pages + 2; page++) {
    const body = Array.from({ length: 100 }, () => ({
      number: number--,
      title: 'x',
      user: { id: 7, login: 'eve', type: 'User' },
      head: { sha: 'a'.repeat(40) },
      base: { sha: 'b'.repeat(40) },
      updated_at: '2026-01-05T09:00:00Z',
    }));
    scene.github.disturb('pulls/list', {
      answer: {
        status: 200,
        body,
        headers: { link: `<${scene.github.url}/x?page=${page}>; rel="next"` },
      },
    });
  }
};
const pages = async <T>(read: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const page of read) all.push(page);
  return all;
};

test('more than 5,000 open pull requests are listed to the last, page by page', async () => {
  flood(55);
  const read = await pages(
    openPullRequestsOf(scene.client, { owner: 'contoso', repo: 'connectors' }, 'newest'),
  );
  expect(read.map((page) => (page.ok ? page.value.length : page))).toEqual([
    ...Array.from({ length: 55 }, () => 100),
    0,
  ]);
  expect(scene.github.requests[0]?.path).toContain('sort=updated&direction=desc');
});

test('what GitHub does not show ends the list behind what it has shown, and what it garbles is left out', async () => {
  scene.github.disturb('pulls/list', {
    answer: {
      status: 200,
      body: [
        { number: 'one' },
        null,
        {
          number: 2,
          head: { sha: 'a'.repeat(40) },
          base: { sha: 'b'.repeat(40) },
          updated_at: '2026-01-05T09:00:00Z',
        },
      ],
      headers: { link: '<x?page=2>; rel="next"' },
    },
  });
  scene.github.disturb('pulls/list', { answer: forbidden });
  expect(
    await pages(
      openPullRequestsOf(scene.client, { owner: 'contoso', repo: 'connectors' }, 'oldest'),
    ),
  ).toMatchObject([{ value: [{ number: 2 }] }, { ok: false }]);
  expect(await pages(repositoriesOf(scene.client))).toEqual([
    { ok: true, value: [{ id: expect.any(Number) as unknown, name: 'contoso/connectors' }] },
  ]);
});

test('of so many the newest are held against something new, and that there are more is known', async () => {
  flood(30);
  scene.github.forget();
  const read = await readOpenPullRequests(
    scene.client,
    { owner: 'contoso', repo: 'connectors' },
    'dev',
    1,
    defaultSettings,
    nothingKnown,
  );
  expect(read).toMatchObject({ ok: true, value: { isComplete: false, pulls: { length: 2000 } } });
  expect(scene.github.requests).toHaveLength(20);
});
