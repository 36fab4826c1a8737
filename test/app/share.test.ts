import { expect, test } from 'vitest';
import { modelSettings } from '../../fixtures/pulls.ts';
import { badGateway, forbidden } from '../github/fake/faults.ts';
import type { Pull } from '../github/fake/repository.ts';
import {
  connectorFiles,
  openPullRequest,
  startApp,
  waitUntilIdle,
  type TestApp,
} from './test-app.ts';
import { testApps } from './test-apps.ts';

const newTestApp = testApps();
const line = '/certified-connectors/Contoso\\ Invoices/';

/** The App with a `CODEOWNERS` file, and an open update of the connector by ada. */
async function begin(
  codeowners: string | null = `* @rita\n${line} @ada # since 2024\n`,
  settings = modelSettings,
): Promise<{ at: TestApp; pull: Pull }> {
  const at = await newTestApp({
    ...connectorFiles({}),
    ...(codeowners !== null && { CODEOWNERS: codeowners }),
    '.github/gatehouse.yml': settings,
  });
  await startApp(at);
  const pull = openPullRequest(at, at.ada);
  await waitUntilIdle(at);
  return { at, pull };
}

/** The newest comment of ours that answers a command. */
const answerIn = (pull: Pull, { app }: TestApp): string =>
  pull.comments
    .findLast(({ user, body }) => user === app.account && body.includes('<!-- gatehouse:answer'))
    ?.body.replace(/\n*<!--[\s\S]*?-->/g, '') ?? '';

/** The pull requests of ours, with `CODEOWNERS` as they have it. */
const proposals = ({ repository, app }: TestApp) =>
  repository.pulls
    .filter(({ user }) => user === app.account)
    .map(({ number, head, title, body, baseRef }) => ({
      number,
      title,
      body,
      baseRef,
      codeowners: textAt(repository, head, 'CODEOWNERS'),
    }));

function textAt(repository: TestApp['repository'], sha: string, path: string): string {
  const tree = repository.store.commits.get(sha)?.tree ?? '';
  const entry = repository.store.entryAt(tree, path);
  return entry ? String(repository.store.blobs.get(entry.sha)) : '';
}

test('an owner invites a co-worker, once, whatever is repeated', async () => {
  const { at, pull } = await begin();
  at.github.user('Ben-Contoso');
  pull.comment(at.ada, '/share @ben-contoso');
  await waitUntilIdle(at);
  expect(proposals(at)).toEqual([
    {
      number: 2,
      title: 'Let Ben-Contoso own Contoso Invoices',
      baseRef: 'dev',
      codeowners: `* @rita\n${line} @ada @Ben-Contoso # since 2024\n`,
      body: expect.stringContaining('@ada asks in #1 that @Ben-Contoso own') as unknown,
    },
  ]);
  expect(answerIn(pull, at)).toBe('@ada Opened #2. One of its owners must approve it: `@rita`.');
  // Our own pull request has nothing that anyone has to do for us.
  const [, proposal] = at.repository.pulls;
  expect(at.repository.checkRuns.filter(({ head }) => head === proposal?.head)).toMatchObject([
    { conclusion: expect.not.stringMatching('failure') as unknown },
  ]);

  pull.comment(at.ada, '/share @BEN-contoso');
  await waitUntilIdle(at);
  expect(proposals(at)).toHaveLength(1);
  expect(answerIn(pull, at)).toContain('#2 adds `Ben-Contoso` already.');

  proposal?.squash(at.rita, 'Merge');
  pull.comment(at.ada, '/share @ben-contoso @ada');
  await waitUntilIdle(at);
  expect(proposals(at)).toHaveLength(1);
  expect(answerIn(pull, at)).toContain('`Ben-Contoso` and `ada` own this connector already.');
});

test('a connector without a line of its own gets one, with the owners that it had', async () => {
  const { at, pull } = await begin('# Owners\r\n* @rita\r\n');
  at.github.user('ben');
  pull.comment(at.rita, '/share @ben and @ada');
  await waitUntilIdle(at);
  expect(proposals(at)).toMatchObject([
    { codeowners: `# Owners\r\n* @rita\r\n${line} @rita @ben @ada\r\n` },
  ]);
});

test('who published a connector that has no owners shares it with others and keeps it', async () => {
  const { at, pull } = await begin('/docs/ @rita\n');
  at.github.user('ben');
  pull.comment(at.ada, '/share @ben');
  await waitUntilIdle(at);
  expect(answerIn(pull, at)).toContain('You cannot share this connector');
  pull.squash(at.rita, 'Merge');
  await waitUntilIdle(at);
  pull.comment(at.eve, '/share @ben');
  pull.comment(at.ada, '/share @ben');
  await waitUntilIdle(at);
  expect(proposals(at)).toMatchObject([{ codeowners: `/docs/ @rita\n${line} @ada @ben\n` }]);
  expect(answerIn(pull, at)).toContain(
    '@ada Opened #2. Someone with write access must approve it.',
  );
});

test('what names no people is refused with a reason', async () => {
  const { at, pull } = await begin();
  const said: [string, string][] = [
    ['/share', 'Nobody is named.'],
    ['/share @contoso/invoices', 'A team cannot be invited'],
    ['/share @contoso', 'is not a person'],
    ['/share @gatehouse', 'GitHub has no account `gatehouse`'],
    ['/share @nobody-at-all', 'GitHub has no account `nobody-at-all`'],
    ['/share @a1 @a2 @a3 @a4 @a5 @a6', 'These are 6 people.'],
    ['/share @eve because of her work', 'Only logins may follow.'],
    ['/share @eve; rm -rf', 'Only logins may follow.'],
    ['/share @-eve', 'Only logins may follow.'],
    ['/share @eve\u202e', 'Only logins may follow.'],
    ['/share @eve?', 'may not mean yes'],
  ];
  for (const [text, reason] of said) {
    pull.comment(at.rita, text);
    await waitUntilIdle(at);
    expect(answerIn(pull, at)).toContain(reason);
  }
  expect(proposals(at)).toEqual([]);
});

test('without CODEOWNERS, or in another mode, nothing is opened', async () => {
  const { at, pull } = await begin(null);
  pull.comment(at.rita, '/share @eve');
  await waitUntilIdle(at);
  expect(answerIn(pull, at)).toContain('has no `CODEOWNERS` file');
  const { at: commenting, pull: other } = await begin(null, 'preset: microsoft\nmode: comment\n');
  other.comment(commenting.rita, '/share @eve');
  await waitUntilIdle(commenting);
  expect(answerIn(other, commenting)).toContain('`mode: comment`');
  expect([...proposals(at), ...proposals(commenting)]).toEqual([]);
});

test('GitHub’s refusal is the answer', async () => {
  const { at, pull } = await begin();
  at.github.disturb('pulls/create', { times: 10, answer: forbidden });
  pull.comment(at.ada, '/share @eve');
  await waitUntilIdle(at);
  expect(answerIn(pull, at)).toContain('GitHub refused the pull request');
  expect(proposals(at)).toEqual([]);
});

test.each(['before', 'after'] as const)(
  'if GitHub fails %s it opens the pull request, there is one in the end',
  async (moment) => {
    const { at, pull } = await begin();
    at.github.disturb(
      'pulls/create',
      moment === 'before' ? { answer: badGateway } : { butAnswer: badGateway },
    );
    pull.comment(at.ada, '/share @eve');
    await waitUntilIdle(at);
    expect(proposals(at)).toHaveLength(1);
    expect(answerIn(pull, at)).toContain('Opened #2.');
  },
);
