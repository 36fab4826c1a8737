import { expect, test } from 'vitest';
import { readSettings } from '../../src/github/read-base-branch.ts';
import { Calendar } from '../../src/release/calendar.ts';
import { foldRide } from '../../src/release/fold-ride.ts';
import { connectors, monday16, trainScenes, type TrainScene } from './train-scene.ts';

const { openStore, newScene } = trainScenes();

const policy = `mode: full
train:
  zone: America/Los_Angeles
  holidays: us-federal
  rings:
${['testing', 'us-preview', 'asia', 'europe', 'brazil', 'us']
  .map((name) => `    - { name: ${name}, regions: [${name}] }`)
  .join('\n')}
`;

/** Advances the train at an instant, and again after every deployment has succeeded. */
async function day(at: TrainScene, instant: string): Promise<void> {
  await at.advance(instant);
  const running = at.repository.deployments.findIndex(({ statuses }) => statuses.length === 0);
  if (running >= 0) await at.report('success', running);
  await at.advance(instant);
}

/** What was deployed where, on which days. */
const days = (at: TrainScene): string[] =>
  at.repository.deployments.map(
    ({ createdAt }, index) => `${createdAt.slice(0, 10)} ${at.deployed[index]?.slice(-15).trim()}`,
  );

/** Advances the train at 09:05 in winter on each of these days. */
async function pass(at: TrainScene, from: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await day(at, new Date(Date.parse(`${from}T17:05:00Z`) + index * 86_400_000).toISOString());
}

test('a train whose Friday is a holiday departs on the next deployment day', async () => {
  const at = newScene(await openStore(undefined), policy);
  await at.merge(connectors.slice(0, 1), { createdAt: '2026-12-21T17:00:00.000Z' });
  await pass(at, '2026-12-21', 18);
  expect(days(at).map((text) => text.slice(0, 10))).toEqual([
    '2026-12-28',
    '2026-12-29',
    '2026-12-30',
    '2026-12-31',
    '2027-01-04',
    '2027-01-05',
  ]);
  expect(at.repository.deployments.map(({ payload }) => payload)).toEqual(
    Array.from({ length: 6 }, () => expect.objectContaining({ train: '2026-12-28' }) as unknown),
  );
});

test.each([
  ['ends', '2026-10-26T16:00:00.000Z', '2026-10-30T16', '2026-11-02T16', '2026-11-02T17'],
  ['begins', '2027-03-08T17:00:00.000Z', '2027-03-12T17', '2027-03-15T15', '2027-03-15T16'],
])(
  'a ring starts at 09:00 where the train runs, also after daylight saving time %s',
  async (_, createdAt, friday, tooEarly, monday) => {
    const at = newScene(await openStore(undefined), policy);
    await at.merge(connectors.slice(0, 1), { createdAt });
    await day(at, createdAt);
    await day(at, `${friday}:05:00.000Z`);
    expect(at.deployed).toHaveLength(1);
    await day(at, `${tooEarly}:05:00.000Z`);
    expect(at.deployed).toHaveLength(1);
    await day(at, `${monday}:05:00.000Z`);
    expect(at.deployed).toHaveLength(2);
  },
);

test('a freeze that is declared while a train is in motion stops its next ring until it ends', async () => {
  const store = await openStore(undefined);
  const at = newScene(store, policy);
  await at.merge(connectors.slice(0, 1));
  await pass(at, '2026-11-16', 5);
  expect(at.deployed).toHaveLength(1);
  const id = crypto.randomUUID();
  await store.declareFreeze(at.path, {
    id,
    from: '2026-11-23',
    to: '2026-12-04',
    reason: 'Outage in a region',
    by: 'maria',
    at: '2026-11-20T20:00:00.000Z',
  });
  await pass(at, '2026-11-21', 5);
  expect(at.deployed).toHaveLength(1);
  // It ends sooner than was declared. What was skipped goes on by itself.
  await store.endFreeze(id, {
    by: 'maria',
    reason: 'The region is back',
    at: '2026-11-25T20:00:00.000Z',
  });
  await pass(at, '2026-11-26', 9);
  expect(days(at).map((text) => text.slice(0, 10))).toEqual([
    '2026-11-20',
    '2026-11-27',
    '2026-11-30',
    '2026-12-01',
    '2026-12-02',
    '2026-12-03',
  ]);
});

test('two trains in motion, and a later version of a connector follows the earlier one', async () => {
  const at = newScene(await openStore(undefined), policy);
  const [first = '', second = ''] = connectors;
  await at.merge([first]);
  await pass(at, '2026-11-16', 8);
  at.repository.push('dev', {
    by: at.repository.owner,
    files: { [`${first}/readme.md`]: '# Another version\n' },
  });
  await at.merge([first, second], { createdAt: '2026-11-24T17:00:00.000Z', pull: 2 });
  await pass(at, '2026-11-24', 15);
  const ringsOf = (path: string): string[] =>
    at.repository.deployments.flatMap(({ environment, payload, createdAt }) =>
      JSON.stringify(payload).includes(`"${path}"`)
        ? [
            `${createdAt.slice(5, 10)} ${environment} ${/"version":"([\d.]+)"/.exec(JSON.stringify(payload))?.[1]}`,
          ]
        : [],
    );
  // Thanksgiving is on 26 November: the first train reaches its last ring on Monday 30 November.
  expect(ringsOf(first)).toEqual([
    '11-20 testing 1.0',
    '11-23 us-preview 1.0',
    '11-24 asia 1.0',
    '11-25 europe 1.0',
    '11-27 brazil 1.0',
    '11-27 testing 1.1',
    '11-30 us 1.0',
    '11-30 us-preview 1.1',
    '12-01 asia 1.1',
    '12-02 europe 1.1',
    '12-03 brazil 1.1',
    '12-04 us 1.1',
  ]);
  expect(ringsOf(second).map((text) => text.slice(0, 13).trim())).toEqual([
    '11-27 testing',
    '11-30 us-prev',
    '12-01 asia 1.',
    '12-02 europe',
    '12-03 brazil',
    '12-04 us 1.0',
  ]);
  expect(await at.store.rides(at.path, 'open')).toEqual([]);
});

test('a deployment without a result is late after a day, and a maintainer has to act', async () => {
  const at = newScene(await openStore(undefined), policy);
  await at.merge(connectors.slice(0, 1));
  await at.advance(monday16);
  const friday = '2026-11-20T17:05:00.000Z';
  await at.advance(friday);
  await at.report('in_progress');
  const turnAt = async (now: string) => {
    await at.advance(now);
    const settings = await readSettings(at.client, at.name, 'dev');
    const [stored] = await at.store.rides(at.path, 'open');
    if (!settings.ok || !stored) throw new Error('there is no ride');
    return foldRide(stored.ride, stored.events, new Calendar(settings.value.train), now).turn;
  };
  expect(await turnAt('2026-11-23T16:55:00.000Z')).toMatchObject({ actor: 'deployer' });
  const late = { actor: 'maintainer', reason: 'The deployment to testing has no result yet.' };
  expect(await turnAt('2026-11-23T17:05:00.000Z')).toMatchObject(late);
  // However long it takes: nothing passes by itself, and nothing is deployed twice.
  expect(await turnAt('2027-01-04T17:05:00.000Z')).toMatchObject(late);
  expect(at.deployed).toHaveLength(1);
  await at.report('success');
  expect(await turnAt('2027-01-04T18:05:00.000Z')).toMatchObject({ actor: 'nobody' });
});

test.each(['error', 'failure', 'success'])(
  'a result %s that says it is inconclusive stops the ride until a person decides',
  async (state) => {
    const at = newScene(await openStore(undefined), policy);
    await at.merge(connectors.slice(0, 1));
    await at.advance(monday16);
    await at.advance('2026-11-20T17:05:00.000Z');
    const [deployment] = at.repository.deployments;
    await at.client.write('POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', {
      ...at.name,
      deployment_id: deployment?.id ?? 0,
      state,
      description: 'Inconclusive: no traffic',
    });
    await pass(at, '2026-11-20', 10);
    expect(at.deployed).toHaveLength(1);
    const [stored] = await at.store.rides(at.path, 'open');
    expect(stored?.events.at(-1)).toMatchObject({ kind: 'inconclusive', reason: 'no traffic' });
  },
);
