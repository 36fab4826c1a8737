import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PortalScene, repository } from './portal-scene.ts';

const ready = { kind: 'ready', note: '' } as const;
const started = (ring: string, deployment: number) =>
  ({ kind: 'deploy-started', ring, deployment }) as const;
const succeeded = (ring: string, deployment: number) =>
  ({ kind: 'succeeded', ring, deployment }) as const;
/** On the first train of the scene, in the order in which they became ready. */
async function twoAboard(scene: PortalScene): Promise<[first: string, second: string]> {
  const second = await scene.ride({ pull: 7 });
  const first = await scene.ride({ folder: 'certified-connectors/B', pull: 8 });
  await scene.append(second, '2026-11-17T13:00:00.000Z', ready, 'ada');
  await scene.append(first, '2026-11-17T12:00:00.000Z', ready, 'eve');
  return [first, second];
}

test('a train has its cutoff, the days of its rings with reasons, and the rides aboard', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  const [first, second] = await twoAboard(scene);
  await scene.ride({ folder: 'certified-connectors/C' }); // is not ready
  scene.pass();
  const { json } = await scene.get('/api/v1/trains?maxResults=2');
  const [train, next] = json.list;
  expect(train?.departure).toEqual({
    departsOn: '2026-11-20',
    scheduledOn: '2026-11-20',
    departsAt: '2026-11-20T17:00:00.000Z',
    cutoffAt: '2026-11-19T17:00:00.000Z',
    reasons: [],
  });
  expect(train?.rings.slice(3, 5)).toEqual([
    { name: 'europe', regions: ['Europe except UK'], date: '2026-11-25', reasons: [] },
    {
      name: 'br-ca-jp-in',
      regions: ['Brazil', 'Canada', 'Japan', 'India'],
      date: '2026-11-27',
      reasons: [{ kind: 'holiday', text: 'Thu 26 Nov is Thanksgiving Day' }],
    },
  ]);
  expect(train?.rides.map(({ id, position }) => [id, position])).toEqual([
    [first, 1],
    [second, 2],
  ]);
  expect([next?.departure.departsOn, next?.rides]).toEqual(['2026-11-27', []]);
  expect((await scene.get('/api/v1/trains/2026-11-20')).json).toEqual(train);
  expect((await scene.get(`/api/v1/rides/${second}`)).json).toEqual(train?.rides[1]);
});

test('a ride has everything that the comment shows, whatever happens to it', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  const [first, second] = await twoAboard(scene);
  const ride = async (id: string) => {
    scene.pass();
    return (await scene.get(`/api/v1/rides/${id}`)).json;
  };
  expect(await ride(first)).toMatchObject({
    folder: 'certified-connectors/B',
    version: '1.0',
    pull: 8,
    pullUrl: 'https://github.com/contoso/connectors/pull/8',
    state: 'waiting',
    readyAt: '2026-11-17T12:00:00.000Z',
    position: 1,
    turn: { actor: 'nobody', deadline: '2026-11-20T17:00:00.000Z' },
    startsNow: false,
  });
  await scene.append(first, '2026-11-18T13:00:00.000Z', { kind: 'hold', reason: 'wait' }, 'rita');
  expect(await ride(first)).toMatchObject({
    hold: { kind: 'hold', by: 'rita', reason: 'wait', since: '2026-11-18T13:00:00.000Z' },
    turn: { actor: 'maintainer' },
  });
  await scene.append(first, '2026-11-18T14:00:00.000Z', { kind: 'resume' }, 'rita');
  await scene.append(first, '2026-11-20T17:00:00.000Z', started('testing', 1));
  await scene.append(second, '2026-11-20T17:00:00.000Z', started('testing', 2));
  scene.now = '2026-11-20T18:00:00.000Z';
  await scene.record();
  expect((await ride(first)).stops[0]).toEqual({
    ring: 'testing',
    regions: ['Testing'],
    state: 'deploying',
    since: '2026-11-20T17:00:00.000Z',
    deployment: 1,
    isLate: false,
    estimate: { date: '2026-11-20', confidence: 'happened', reasons: [] },
  });
  await scene.append(first, '2026-11-20T17:30:00.000Z', {
    ...succeeded('testing', 1),
    logUrl: 'https://deployer.example/1',
  });
  await scene.append(second, '2026-11-20T17:30:00.000Z', {
    kind: 'failed',
    ring: 'testing',
    deployment: 2,
    reason: 'the test call returned 500 \u202e\u0007',
  });
  expect((await ride(first)).stops[0]).toMatchObject({
    state: 'passed',
    logUrl: 'https://deployer.example/1',
  });
  const failed = await scene.get(`/api/v1/rides/${second}`);
  expect(failed.json.stops[0]).toMatchObject({
    state: 'failed',
    reason: 'the test call returned 500 \u202e\u0007',
  });
  // In a terminal, it has no effect.
  expect(failed.text).toContain(String.raw`returned 500 \u202e\u0007`);
  expect(failed.json.stops[1]?.estimate).toMatchObject({ confidence: 'person' });
  await scene.append(second, '2026-11-20T19:00:00.000Z', {
    kind: 'rolled-back',
    to: '0.9',
    reason: 'errors',
    rings: [{ ring: 'testing', to: '0.9' }],
  });
  expect(await ride(second)).toMatchObject({ state: 'rolling-back' });
  expect((await ride(second)).stops[0]).toMatchObject({
    state: 'rolling-back',
    rolledBackTo: '0.9',
    by: 'gatehouse',
  });
  const replaced = await scene.ride({ folder: 'certified-connectors/D' });
  await scene.append(replaced, scene.now, {
    kind: 'superseded',
    ride: first,
    version: '2.0',
    reason: 'newer',
  });
  expect((await ride(replaced)).stops[0]).toMatchObject({ supersededBy: first });
  const withdrawn = await scene.ride({ folder: 'certified-connectors/E' });
  await scene.append(withdrawn, scene.now, { kind: 'withdrawn', reason: 'a mistake' }, 'ada');
  expect(await ride(withdrawn)).not.toHaveProperty('position');
});

test('positions and trains in motion stay when rides have arrived', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  const [first, second] = await twoAboard(scene);
  await scene.append(first, '2026-11-20T17:00:00.000Z', started('testing', 1));
  await scene.append(first, '2026-11-20T18:00:00.000Z', succeeded('testing', 1));
  await scene.append(first, '2026-11-20T19:00:00.000Z', { kind: 'withdrawn', reason: 'x' }, 'eve');
  await scene.store.endRide(first, 4, new Date('2026-11-20T19:00:00.000Z'));
  await scene.append(second, '2026-11-20T17:00:00.000Z', started('testing', 2));
  scene.now = '2026-11-24T12:00:00.000Z';
  await scene.record();
  const { json } = await scene.get('/api/v1/trains');
  expect(json.list.map(({ departure }) => departure.departsOn).slice(0, 3)).toEqual([
    '2026-11-20',
    '2026-11-27',
    '2026-12-04',
  ]);
  expect(json.list[0]?.rides.map(({ id, position }) => [id, position])).toEqual([
    [first, 1],
    [second, 2],
  ]);
  expect((await scene.get('/api/v1/trains/2026-11-20')).json).toEqual(json.list[0]);
  // A departure that a holiday shifts has the day on which it departs.
  const shifted = (await scene.get('/api/v1/trains/2026-12-28')).json;
  expect(shifted.departure).toMatchObject({
    scheduledOn: '2026-12-25',
    reasons: [{ kind: 'holiday', text: 'Fri 25 Dec is Christmas Day' }, { kind: 'weekend' }],
  });
});

test('freezes are those of the settings and of people, and stop trains', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  await scene.store.declareFreeze(repository, {
    id: '3f2e1d0c-0000-4000-8000-000000000000',
    from: '2026-12-21',
    to: '2027-01-06',
    reason: 'Year-end',
    by: 'rita',
    at: '2026-11-18T12:00:00.000Z',
  });
  await scene.store.declareFreeze(repository, {
    id: '3f2e1d0c-0000-4000-8000-000000000001',
    from: '2026-11-20',
    to: '2026-11-20',
    reason: 'Only one',
    scope: { connector: 'certified-connectors/Z' },
    by: 'rita',
    at: '2026-11-18T12:00:00.000Z',
  });
  scene.pass();
  expect((await scene.get('/api/v1/freezes')).json).toEqual({
    hasMore: false,
    list: [
      {
        from: '2024-11-20',
        to: '2025-01-06',
        scope: { kind: 'all' },
        reason: 'Year-end change freeze',
      },
      {
        from: '2026-11-20',
        to: '2026-11-20',
        scope: { kind: 'connector', name: 'certified-connectors/Z' },
        reason: 'Only one',
        by: 'rita',
        at: '2026-11-18T12:00:00.000Z',
      },
      {
        from: '2026-12-21',
        to: '2027-01-06',
        scope: { kind: 'all' },
        reason: 'Year-end',
        by: 'rita',
        at: '2026-11-18T12:00:00.000Z',
      },
    ],
  });
  // The freeze of a connector does not stop the train.
  expect((await scene.get('/api/v1/trains/2026-11-20')).json.freeze).toBeUndefined();
  expect((await scene.get('/api/v1/trains/2026-12-28')).json).toMatchObject({
    freeze: { reason: 'Year-end' },
    rings: [],
  });
});

test('the calendar file has cutoffs, freezes and the rides, of all connectors or of one', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  const [, second] = await twoAboard(scene);
  await scene.append(second, scene.now, { kind: 'withdrawn', reason: 'a mistake' }, 'ada');
  scene.pass();
  const { headers, text } = await scene.get('/feeds/train.ics');
  expect(headers['content-type']).toBe('text/calendar; charset=utf-8');
  expect(text.match(/^SUMMARY:Cutoff/gm)).toHaveLength(8);
  expect(text.match(/^SUMMARY:B 1\.0: /gm)).toHaveLength(6);
  expect(text).toContain('X-WR-CALNAME:Deployments of contoso/connectors\r\n');
  expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
  const one = await scene.get('/feeds/train.ics?folder=certified-connectors%2FB');
  expect(one.text.match(/^SUMMARY:B 1\.0: /gm)).toHaveLength(6);
  expect(one.text).not.toContain('SUMMARY:A 1.0');
  const none = await scene.get('/feeds/train.ics?folder=certified-connectors%2FX');
  expect(none.text).not.toMatch(/^SUMMARY:[A-Z] 1\.0/m);
});

test('walking all pages misses and repeats no train, whatever happens meanwhile', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  const [first] = await twoAboard(scene);
  const all = (await scene.get('/api/v1/trains?maxResults=52')).json.list;
  let changes = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 4 }), async (sizes) => {
      const seen: string[] = [];
      let next: string | undefined = `/api/v1/trains?maxResults=${sizes[0]}`;
      for (const size of sizes) {
        if (next === undefined || seen.length >= 52) break;
        const address = new URL(next, 'http://portal.invalid');
        address.searchParams.set('maxResults', String(size));
        const { headers, json } = await scene.get(`${address.pathname}${address.search}`);
        seen.push(...json.list.map(({ departure }) => departure.scheduledOn));
        next = /^<([^>]+)>; rel="next"$/.exec(String(headers.link))?.[1];
        expect(json.hasMore).toBe(next !== undefined);
        expect(new URL(next ?? '/', address).searchParams.get('nextToken')).toBe(
          json.nextToken ?? null,
        );
        changes += 1;
        const detail = changes % 2 === 0 ? ({ kind: 'resume' } as const) : { reason: 'x' };
        await scene.append(first, scene.now, { kind: 'hold', reason: '', ...detail }, 'rita');
        scene.pass();
      }
      const expected = all.map(({ departure }) => departure.scheduledOn);
      expect(seen.slice(0, 52)).toEqual(expected.slice(0, seen.length));
    }),
    { numRuns: 5 },
  );
  // A token is for the repository and the parameters that it came from.
  const { nextToken } = (await scene.get('/api/v1/trains?maxResults=1')).json;
  await scene.record('contoso/other');
  const elsewhere = await scene.get(
    `/api/v1/trains?repository=contoso/other&nextToken=${nextToken}`,
  );
  expect(elsewhere.json.invalid[0]).toMatchObject({ name: 'nextToken' });
});
