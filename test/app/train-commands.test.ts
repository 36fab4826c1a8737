import { expect, test } from 'vitest';
import type { Account } from '../github/fake/repository.ts';
import { connectorFiles, openPullRequest, startApp, waitUntilIdle } from './test-app.ts';
import { testApps } from './test-apps.ts';

const newTestApp = testApps();
const policy = `mode: full
base: dev
ring: first-ring
train:
  zone: America/Los_Angeles
  rings:
    - { name: testing, regions: [Testing] }
    - { name: europe, regions: [Europe] }
`;

test('a version is tested, started early, tried again, and rolled back by comments', async () => {
  const at = await newTestApp({ ...connectorFiles({}), '.github/gatehouse.yml': policy });
  const { ada, eve, rita, github, repository, app } = at;
  let now = '';
  const setTime = (instant: string): void => {
    now = instant;
    github.world.pass((Date.parse(instant) - Date.parse(github.world.now())) / 1000);
  };
  setTime('2026-11-16T17:05:00.000Z');
  await startApp(at, 'all', () => new Date(now));
  const pull = openPullRequest(at, ada);
  await waitUntilIdle(at);
  pull.squash(rita, 'Merge');
  await waitUntilIdle(at);
  const rings = (): string[] => repository.deployments.map(({ environment }) => environment);
  expect(rings()).toEqual(['first-ring']);

  /** Writes a comment, and returns the reaction to it and the newest reply. */
  const say = async (by: Account, body: string) => {
    const comment = pull.comment(by, body);
    await waitUntilIdle(at);
    const replies = pull.comments.filter(
      ({ user, body: text }) => user === app.account && text.includes('<!-- gatehouse:answer:'),
    );
    return {
      comment,
      reaction: comment.reactions.map(({ content }) => content).join(),
      reply: replies.at(-1)?.body ?? '',
    };
  };
  const report = async (state: string): Promise<void> => {
    const id = repository.deployments.at(-1)?.id ?? 0;
    await fetch(`${github.url}/repos/contoso/connectors/deployments/${id}/statuses`, {
      method: 'POST',
      headers: { authorization: `token ${github.token(rita)}` },
      body: JSON.stringify({ state, description: `It is ${state}.` }),
    });
    await waitUntilIdle(at);
  };

  const early = await say(ada, '/ready');
  expect(early).toMatchObject({ reaction: '-1' });
  expect(early.reply).toContain('not deployed yet');
  await report('success');
  setTime('2026-11-17T18:00:00.000Z');
  const ready = await say(ada, '/ready all operations');
  expect(ready).toMatchObject({ reaction: '+1' });
  expect(ready.reply).toContain('It boards the train of Fri 20 Nov, cutoff Thu 19 Nov 09:00.');
  expect(rings()).toEqual(['first-ring']);

  expect(await say(ada, '/deploy now It leaks data')).toMatchObject({ reaction: '-1' });
  const started = await say(rita, '/deploy now It leaks data');
  expect(started).toMatchObject({ reaction: '+1' });
  expect(rings()).toEqual(['first-ring', 'testing']);
  // Edited later, or reviewed again, it does not start another ring.
  pull.editComment(rita, started.comment, '/deploy now It leaks data!');
  await say(eve, '/check');
  await report('failure');
  setTime('2026-11-17T19:00:00.000Z');
  expect(await say(eve, '/deploy retry testing')).toMatchObject({ reaction: '-1' });
  expect(rings()).toHaveLength(2);
  expect(await say(ada, '/deploy retry testing')).toMatchObject({ reaction: '+1' });
  expect(rings()).toEqual(['first-ring', 'testing', 'testing']);
  await report('success');
  setTime('2026-11-18T18:00:00.000Z');
  // Any delivery about the pull request has the trains look again.
  await report('success');
  expect(rings().at(-1)).toBe('europe');
  await report('success');
  const why = await say(eve, '/why');
  expect(why.reply).toContain('All rings have it.');

  setTime('2026-11-19T18:00:00.000Z');
  const unknown = await say(ada, '/deploy rollback 0.9 Sign-in fails');
  expect(unknown.reply).toContain('Live there before: `untracked`');
  expect(await say(ada, '/deploy rollback untracked Sign-in fails')).toMatchObject({
    reaction: '+1',
  });
  setTime('2026-11-19T18:05:00.000Z');
  expect(await say(ada, '/deploy pass testing by hand')).toMatchObject({ reaction: '-1' });
  const passed = await say(rita, '/deploy pass testing by hand\n/deploy pass europe by hand');
  expect(passed).toMatchObject({ reaction: '+1' });
  expect((await say(eve, '/why')).reply).toContain('Nothing else happens to it.');
  expect(rings()).toHaveLength(4);
});
