import { describe, expect, test } from 'vitest';
import type { RideEventDetail } from '../../src/release/ride.ts';
import type { Store } from '../../src/store/store.ts';
import { databases } from '../store/databases.ts';
import { hasPostgres } from '../store/postgres.ts';
import {
  connectors,
  friday20,
  friday27,
  monday16,
  monday23,
  trainScenes,
  tuesday24,
  type TrainScene,
} from './train-scene.ts';

const newPostgres = databases();
const { openStore, newScene, github } = trainScenes();
const [folder = ''] = connectors;

/** The ride of a pull request. */
async function rideOf(at: TrainScene, pull: number) {
  const [found] = await at.store.rides(at.path, { pull });
  if (!found) throw new Error(`pull request ${pull} has no ride`);
  return found;
}

async function append(at: TrainScene, pull: number, detail: RideEventDetail): Promise<void> {
  const { ride, events } = await rideOf(at, pull);
  await at.store.appendRideEvents(ride.id, events.length, [{ at: friday27, by: 'maria', detail }]);
}

const eventsOf = async (at: TrainScene, pull: number): Promise<string[]> =>
  (await rideOf(at, pull)).events.map((event) =>
    'ring' in event ? `${event.kind} ${event.ring}` : event.kind,
  );

/** Version 1.0 is everywhere, and 1.1 in the first ring. */
async function twoVersions(store: Store): Promise<TrainScene> {
  const at = newScene(store);
  await at.merge([folder]);
  await at.advance(monday16);
  await at.advance(friday20);
  await at.report('success');
  await at.advance(monday23);
  await at.advance(tuesday24);
  await at.report('success', 1);
  await at.advance(tuesday24);
  await at.mergeChange(folder, 2, tuesday24);
  await at.advance(tuesday24);
  await at.advance(friday27);
  await at.report('success', 2);
  await at.advance(friday27);
  expect(at.repository.deployments).toHaveLength(3);
  return at;
}

const order = (to = '1.0') => ({
  kind: 'rolled-back' as const,
  to,
  reason: 'Sign-in fails',
  rings: [{ ring: 'testing', to }],
});

describe.each([
  ['the embedded database', () => Promise.resolve<string | undefined>(undefined), true],
  ['PostgreSQL', newPostgres, hasPostgres],
])('on %s', (_, newDatabase, has) => {
  test.runIf(has)('an earlier version is deployed again at once, also in a freeze', async () => {
    const at = await twoVersions(await openStore(await newDatabase()));
    const frozen = { from: '2026-11-27', to: '2026-12-31', reason: 'x', by: 'maria', at: friday27 };
    await at.store.declareFreeze(at.path, { id: crypto.randomUUID(), ...frozen });
    await append(at, 2, order());
    await at.advance(friday27);
    await at.advance(friday27);
    const [first, second] = [await rideOf(at, 1), await rideOf(at, 2)];
    expect(at.repository.deployments).toHaveLength(4);
    expect(at.repository.deployments.at(-1)).toMatchObject({
      environment: 'testing',
      sha: first.ride.sha,
      production: true,
      payload: {
        ride: second.ride.id,
        connector: folder,
        version: '1.0',
        digest: first.ride.digest,
        ring: 'testing',
        pull: 2,
        rollback: { from: '1.1', to: '1.0' },
      },
    });
    expect(await at.store.rides(at.path, 'open')).toHaveLength(1);
    await at.report('success', 3);
    await at.advance(friday27);
    expect((await eventsOf(at, 2)).slice(-3)).toEqual([
      'rolled-back',
      'rollback-started testing',
      'succeeded testing',
    ]);
    expect(await at.store.rides(at.path, 'open')).toEqual([]);
  });

  test.runIf(has)('a rollback that fails waits for a maintainer, who tries it again', async () => {
    const at = await twoVersions(await openStore(await newDatabase()));
    await append(at, 2, order());
    await at.advance(friday27);
    await at.report('failure', 3);
    await at.advance(friday27);
    await at.advance(friday27);
    expect(at.repository.deployments).toHaveLength(4);
    await append(at, 2, { kind: 'retry', ring: 'testing' });
    await at.advance(friday27);
    expect(at.repository.deployments).toHaveLength(5);
    await at.report('success', 4);
    await at.advance(friday27);
    expect(await at.store.rides(at.path, 'open')).toEqual([]);
  });

  test.runIf(has)('a person deploys what Gatehouse has no record of', async () => {
    const at = await twoVersions(await openStore(await newDatabase()));
    await append(at, 2, order('untracked'));
    await at.advance(friday27);
    expect(at.repository.deployments).toHaveLength(3);
    const { events } = await rideOf(at, 2);
    expect(events.at(-1)).toMatchObject({
      kind: 'rollback-stopped',
      ring: 'testing',
      reason: expect.stringContaining('/deploy pass testing') as unknown,
    });
    await append(at, 2, { kind: 'passed-by-person', ring: 'testing', reason: 'by hand' });
    await at.advance(friday27);
    expect(await at.store.rides(at.path, 'open')).toEqual([]);
  });

  test.runIf(has)('an earlier folder that is not what was reviewed is not deployed', async () => {
    const store = await openStore(await newDatabase());
    const at = newScene(store);
    await at.merge([folder], { digest: '0'.repeat(64) });
    await at.mergeChange(folder, 2, tuesday24);
    await append(at, 2, order());
    await at.advance(friday27);
    expect(at.repository.deployments).toEqual([]);
    expect((await rideOf(at, 2)).events.at(-1)).toMatchObject({
      kind: 'rollback-stopped',
      reason: expect.stringContaining('not what was reviewed') as unknown,
    });
  });

  test.runIf(has)('a rollback that GitHub rejects says why', async () => {
    const at = await twoVersions(await openStore(await newDatabase()));
    await append(at, 2, order());
    github().disturb('repos/create-deployment', {
      answer: { status: 422, body: { message: 'No environment', documentation_url: 'https://x' } },
    });
    await at.advance(friday27);
    expect((await rideOf(at, 2)).events.at(-1)).toMatchObject({
      kind: 'rollback-stopped',
      reason: expect.stringContaining('No environment') as unknown,
    });
  });

  test.runIf(has)(
    'what was starting when it was rolled back or withdrawn is not lost',
    async () => {
      const store = await openStore(await newDatabase());
      const killed = new Error('killed');
      /** Is killed after it has created the deployment of the first ring. */
      const started = async (): Promise<TrainScene> => {
        const at = newScene(store);
        await at.merge([folder]);
        await at.advance(monday16);
        const mortal = new Proxy(at.store, {
          get: (target, key) => {
            const method: unknown = Reflect.get(target, key);
            if (typeof method !== 'function') return method;
            return (...args: unknown[]): unknown => {
              if (key === 'appendRideEvents') throw killed;
              return Reflect.apply(method, target, args);
            };
          },
        });
        await expect(at.advance(friday20, { store: mortal })).rejects.toBe(killed);
        expect(at.repository.deployments).toHaveLength(1);
        return at;
      };
      const withdrawn = await started();
      await append(withdrawn, 1, { kind: 'withdrawn', reason: 'Wrong icon' });
      await withdrawn.advance(friday20);
      await withdrawn.advance(friday20);
      expect(await eventsOf(withdrawn, 1)).toEqual([
        'ready',
        'withdrawn',
        'deploy-started testing',
      ]);
      expect(await withdrawn.store.rides(withdrawn.path, 'open')).toHaveLength(1);
      const rolledBack = await started();
      await append(rolledBack, 1, { ...order('untracked'), rings: [] });
      await rolledBack.advance(friday20);
      await rolledBack.advance(friday20);
      expect(await eventsOf(rolledBack, 1)).toEqual([
        'ready',
        'rolled-back',
        'deploy-started testing',
        'rollback-stopped testing',
      ]);
    },
  );
});
