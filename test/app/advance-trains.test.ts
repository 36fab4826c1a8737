import { describe, expect, test } from 'vitest';
import { databases } from '../store/databases.ts';
import { hasPostgres } from '../store/postgres.ts';
import {
  connectors,
  friday20,
  friday27,
  monday16,
  monday23,
  settings,
  trainScenes,
  tuesday24,
} from './train-scene.ts';

const newPostgres = databases();
const { openStore, newScene, github } = trainScenes();

describe.each([
  ['the embedded database', () => Promise.resolve<string | undefined>(undefined), true],
  ['PostgreSQL', newPostgres, hasPostgres],
])('on %s', (_, newDatabase, has) => {
  test.runIf(has)('two connectors go from ring to ring, each on its day', async () => {
    const at = newScene(await openStore(await newDatabase()));
    await at.merge(connectors);
    await at.advance(monday16);
    expect(at.deployed).toEqual([]);
    await at.advance(friday20);
    await at.advance(friday20);
    const inTesting = connectors.map((path) => `${path} testing`);
    expect(at.deployed.toSorted()).toEqual(inTesting);
    const [first] = at.repository.deployments;
    expect(first).toMatchObject({ production: true, transient: false, environment: 'testing' });
    expect(first?.payload).toEqual({
      ride: expect.any(String) as unknown,
      connector: expect.any(String) as unknown,
      class: 'certified',
      version: '1.0',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      ring: 'testing',
      train: '2026-11-20',
      pull: 1,
    });
    // Without results, the next ring does not start.
    await at.advance(monday23);
    expect(at.deployed).toHaveLength(2);
    await at.report('success');
    await at.advance(monday23);
    await at.advance(monday23);
    // A ring starts on the deployment day after the success of the ring before.
    expect(at.deployed).toHaveLength(2);
    await at.advance(tuesday24);
    await at.report('success', 2);
    await at.advance(tuesday24);
    const events = [
      'ready',
      'deploy-started testing',
      'succeeded testing',
      'deploy-started europe',
      'succeeded europe',
    ];
    expect(await at.events()).toEqual([events, events]);
    expect(await at.store.rides(at.path, 'open')).toEqual([]);
    // The success of one connector in a ring leaves that of the other.
    expect(
      at.repository.deployments.map(({ statuses }) => statuses.map(({ state }) => state)),
    ).toEqual([['success'], ['success'], ['success'], ['success']]);
  });

  test.runIf(has)(
    'a pull request is reviewed again when its rides change, and only then',
    async () => {
      const at = newScene(await openStore(await newDatabase()));
      const reviewed: unknown[] = [];
      const info = (details: object): void => {
        if ('pulls' in details) reviewed.push(details.pulls);
      };
      const reviewsAt = async (now: string): Promise<number> => {
        reviewed.length = 0;
        await at.advance(now, { log: { info, warn: info } });
        return reviewed.length;
      };
      await at.merge(connectors);
      // Two rides of one pull request are one review.
      expect(await reviewsAt(monday16)).toBe(1);
      expect(reviewed).toEqual([[1]]);
      expect((await at.store.jobCounts()).waiting).toBe(1);
      expect(await reviewsAt(monday16)).toBe(0);
      expect(await reviewsAt(friday20)).toBe(1);
      expect(await reviewsAt(friday20)).toBe(0);
      // It is late, without a delivery.
      expect(await reviewsAt(monday23)).toBe(1);
      const freeze = {
        from: '2026-11-24',
        to: '2026-11-26',
        reason: 'x',
        by: 'maria',
        at: monday23,
      };
      await at.store.declareFreeze(at.path, { id: crypto.randomUUID(), ...freeze });
      expect(await reviewsAt(monday23)).toBe(1);
      await at.report('success');
      await at.advance(friday27);
      await at.report('success', 2);
      // The last change is shown, too, although the rides end with it.
      expect(await reviewsAt(friday27)).toBe(1);
      expect(await at.store.rides(at.path, 'open')).toEqual([]);
      expect(await reviewsAt(friday27)).toBe(0);
    },
  );

  test.runIf(has)('a failure stops its ride only, until it is tried again', async () => {
    const at = newScene(await openStore(await newDatabase()));
    await at.merge(connectors);
    await at.advance(monday16);
    await at.advance(friday20);
    await at.report('success', 1);
    const [failing] = at.repository.deployments;
    await at.client.write('POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', {
      ...at.name,
      deployment_id: failing?.id ?? 0,
      state: 'failure',
      description: 'HTTP 500',
    });
    await at.advance(friday20);
    await at.advance(monday23);
    await at.advance(tuesday24);
    expect(at.deployed.filter((each) => each.endsWith('europe'))).toHaveLength(1);
    const stopped = (await at.store.rides(at.path, 'open')).find(({ events }) =>
      events.some(({ kind }) => kind === 'failed'),
    );
    expect(stopped?.events.at(-1)).toMatchObject({ kind: 'failed', reason: 'HTTP 500' });
    await at.store.appendRideEvents(stopped?.ride.id ?? '', stopped?.events.length ?? 0, [
      { at: tuesday24, by: 'maria', detail: { kind: 'retry', ring: 'testing' } },
    ]);
    await at.advance(tuesday24);
    await at.advance(friday27);
    expect(at.deployed.filter((each) => each.endsWith('testing'))).toHaveLength(3);
  });

  test.runIf(has)('a folder that is not what was reviewed is not deployed', async () => {
    const at = newScene(await openStore(await newDatabase()));
    await at.merge(connectors.slice(0, 1), { digest: '0'.repeat(64) });
    await at.advance(monday16);
    await at.advance(friday20);
    await at.advance(monday23);
    expect(at.deployed).toEqual([]);
    expect(await at.events()).toEqual([['ready', 'changed']]);
  });

  test.runIf(has)(
    'only the mode full deploys, and a declared freeze or a hold stops it',
    async () => {
      const store = await openStore(await newDatabase());
      const observed = newScene(store, settings().replace('full', 'observe'));
      const frozen = newScene(store);
      const held = newScene(store);
      const freeze = {
        from: '2026-11-20',
        to: '2026-11-20',
        reason: 'x',
        by: 'maria',
        at: monday16,
      };
      await store.declareFreeze(frozen.path, { id: crypto.randomUUID(), ...freeze });
      for (const at of [observed, frozen, held]) {
        await at.merge(connectors.slice(0, 1));
        await at.advance(monday16);
      }
      await held.say({ kind: 'hold', reason: 'x' });
      for (const at of [observed, frozen, held]) {
        await at.advance(friday20);
        expect(at.deployed).toEqual([]);
      }
      expect(await observed.events()).toEqual([[]]);
    },
  );

  test.runIf(has)('the preview is deployed first, and a person says that it is ready', async () => {
    const at = newScene(await openStore(await newDatabase()), settings('ring: first-ring'));
    await at.merge(connectors.slice(0, 1));
    await at.advance(monday16);
    expect(await at.events()).toEqual([[]]);
    await at.client.write('POST /repos/{owner}/{repo}/deployments', {
      ...at.name,
      ref: at.repository.tip('dev') ?? '',
      environment: 'first-ring',
      required_contexts: [],
      payload: { connector: connectors[0] },
    });
    await at.report('failure');
    await at.advance(monday16);
    await at.advance(monday16);
    await at.report('success');
    await at.advance(monday16);
    await at.advance(friday20);
    expect(await at.events()).toEqual([['preview-failed', 'preview-deployed']]);
    expect(at.repository.deployments).toHaveLength(1);
    await at.say({ kind: 'ready', note: '' });
    await at.advance(friday20);
    expect(at.deployed).toEqual([`${connectors[0]} first-ring`, `${connectors[0]} testing`]);
  });

  test.runIf(has)('a deployment that GitHub rejects holds its ride with the reason', async () => {
    const at = newScene(await openStore(await newDatabase()));
    await at.merge(connectors.slice(0, 1));
    await at.advance(monday16);
    github().disturb('repos/create-deployment', {
      answer: { status: 422, body: { message: 'No environment', documentation_url: 'https://x' } },
    });
    await at.advance(friday20);
    await at.advance(friday20);
    expect(await at.events()).toEqual([['ready', 'hold']]);
    const [held] = await at.store.rides(at.path, 'open');
    expect(held?.events[1]).toMatchObject({
      reason: expect.stringContaining('No environment') as unknown,
    });
    expect(at.deployed).toEqual([]);
  });

  test.runIf(has)('a worker that lost its job deploys nothing', async () => {
    const at = newScene(await openStore(await newDatabase()));
    await at.merge(connectors.slice(0, 1));
    await at.advance(monday16);
    await expect(at.advance(friday20, { isHeld: () => Promise.resolve(false) })).rejects.toThrow(
      'another worker',
    );
    expect(at.deployed).toEqual([]);
  });
});
