import { describe, expect, test } from 'vitest';
import type { RideEventDetail } from '../../src/release/ride.ts';
import type { Store } from '../../src/store/store.ts';
import { databases } from '../store/databases.ts';
import { hasPostgres } from '../store/postgres.ts';
import { killAt } from './kill-at.ts';
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
const { openStore, newScene } = trainScenes();
const [folder = ''] = connectors;

type Advance = (now: string) => Promise<void>;

/** From the merge to everywhere. */
async function throughTwoRings(at: TrainScene, advance: Advance): Promise<void> {
  await at.merge([folder]);
  await advance(monday16);
  await advance(friday20);
  await at.report('success');
  await advance(friday20);
  await advance(monday23);
  await at.report('success', 1);
  await advance(monday23);
}

/** Appends events to the ride of a pull request. */
async function append(at: TrainScene, pull: number, ...details: RideEventDetail[]): Promise<void> {
  const [found] = await at.store.rides(at.path, { pull });
  const events = details.map((detail) => ({ at: friday27, by: 'maria', detail }));
  await at.store.appendRideEvents(found?.ride.id ?? '', found?.events.length ?? 0, events);
}

const reached = (ring: string, deployment: number): RideEventDetail[] => [
  { kind: 'deploy-started', ring, deployment },
  { kind: 'succeeded', ring, deployment },
];

/** A second version is rolled back from its first ring; the first attempt fails. */
async function rolledBack(at: TrainScene, advance: Advance): Promise<void> {
  const ready: RideEventDetail = { kind: 'ready', note: '' };
  const rings = [{ ring: 'testing', to: '1.0' }];
  await at.merge([folder]);
  await append(at, 1, ready, ...reached('testing', 9001), ...reached('europe', 9002));
  await at.mergeChange(folder, 2, tuesday24);
  await append(at, 2, ready, ...reached('testing', 9003));
  await append(at, 2, { kind: 'rolled-back', to: '1.0', reason: 'Sign-in fails', rings });
  await advance(friday27);
  await at.report('failure');
  await advance(friday27);
  await append(at, 2, { kind: 'retry', ring: 'testing' });
  await advance(friday27);
  await at.report('success', 1);
  await advance(friday27);
}

/** Plays a story, and kills the process before or after one of its calls. Counts the calls. */
async function play(
  store: Store,
  steps: (at: TrainScene, advance: Advance) => Promise<void>,
  killedAt: number,
  moment: 'before' | 'after',
) {
  const at = newScene(store);
  const { mortal, survive, calls } = killAt(killedAt, moment);
  const mortals = { client: mortal(at.client), store: mortal(at.store) };
  await steps(at, (now) =>
    survive(
      () => at.advance(now, mortals),
      () => at.advance(now),
    ),
  );
  const left = (await at.store.rides(at.path, 'open')).length;
  return {
    deployed: at.deployed,
    events: [await at.events(1), await at.events(2)],
    left,
    calls: calls(),
  };
}

describe.each([
  ['the embedded database', () => Promise.resolve<string | undefined>(undefined), true],
  ['PostgreSQL', newPostgres, hasPostgres],
])('on %s', (_, newDatabase, has) => {
  test.runIf(has).each([
    ['on its way', throughTwoRings, 2],
    ['during a rollback', rolledBack, 2],
  ] as const)(
    'killed at any moment %s, it deploys nothing twice and loses nothing',
    async (_when, steps, deployments) => {
      const store = await openStore(await newDatabase());
      const { calls, ...undisturbed } = await play(store, steps, 0, 'before');
      expect(undisturbed.deployed).toHaveLength(deployments);
      expect(undisturbed.left).toBe(0);
      expect(calls).toBeGreaterThan(30);
      for (let killedAt = 1; killedAt <= calls; killedAt += 1)
        for (const moment of ['before', 'after'] as const) {
          const { calls: _calls, ...end } = await play(store, steps, killedAt, moment);
          expect({ killedAt, moment, ...end }).toEqual({ killedAt, moment, ...undisturbed });
        }
    },
  );
});
