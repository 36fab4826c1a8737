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
  monday30,
  trainScenes,
  tuesday24,
  type TrainScene,
} from './train-scene.ts';

const newPostgres = databases();
const { openStore, newScene } = trainScenes();
const [folder = ''] = connectors;

type Advance = (now: string) => Promise<void>;

/** From the first look at a ride to everywhere. */
async function throughTwoRings(at: TrainScene, advance: Advance): Promise<void> {
  await advance(monday16);
  await advance(friday20);
  await at.report('success');
  await advance(friday20);
  await advance(monday23);
  await at.report('success', 1);
  await advance(monday23);
}

/** From the merge to everywhere. */
async function afterMerge(at: TrainScene, advance: Advance): Promise<void> {
  await at.merge([folder]);
  await throughTwoRings(at, advance);
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

/** A second version takes the place of the first while that is being deployed to its first ring. */
async function superseded(at: TrainScene, advance: Advance): Promise<void> {
  await at.merge([folder]);
  await advance(monday16);
  await advance(friday20);
  const [first] = await at.store.rides(at.path, { pull: 1 });
  await at.mergeChange(folder, 2, monday23, {
    rides: [{ ride: first?.ride.id ?? '', lastSeq: first?.events.length ?? 0 }],
    at: monday23,
    by: 'maria',
    reason: 'Sign-in fails',
  });
  await advance(monday23);
  await at.report('success');
  await advance(monday23);
  await advance(friday27);
  await at.report('success', 1);
  await advance(friday27);
  await advance(monday30);
  await at.report('success', 2);
  await advance(monday30);
}

/** The head of an open pull request is deployed, and is merged in the end. */
async function beforeMerge(at: TrainScene, advance: Advance): Promise<void> {
  const detail: RideEventDetail = { kind: 'begun-before-merge' };
  await at.merge([folder], { events: [{ at: monday16, by: 'gatehouse', detail }] });
  await throughTwoRings(at, advance);
  await append(at, 1, { kind: 'merged', sha: at.repository.tip('dev') ?? '' });
  await advance(monday23);
}

/** Plays a story, and kills the process after one of its calls. Counts the calls. */
async function play(
  store: Store,
  steps: (at: TrainScene, advance: Advance) => Promise<void>,
  killedAt: number,
) {
  const at = newScene(store);
  const { mortal, survive, calls } = killAt(killedAt, 'after');
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
  ['the embedded database', () => Promise.resolve<string | undefined>(undefined), true, 1],
  ['PostgreSQL', newPostgres, hasPostgres, 2],
])('on %s', (_, newDatabase, has, first) => {
  // Of the last two, each database has every other moment: with all of them they take minutes more.
  test.runIf(has).each([
    ['on its way', afterMerge, 2, 1],
    ['during a rollback', rolledBack, 2, 1],
    ['while a second version takes its place', superseded, 3, 2],
    ['before the merge', beforeMerge, 2, 2],
  ] as const)(
    'killed at any moment %s, it deploys nothing twice and loses nothing',
    async (_when, steps, deployments, step) => {
      const store = await openStore(await newDatabase());
      const { calls, ...undisturbed } = await play(store, steps, 0);
      expect(undisturbed.deployed).toHaveLength(deployments);
      expect(undisturbed.left).toBe(0);
      expect(calls).toBeGreaterThan(30);
      // What a process has done before a call is what it had done after the one before.
      for (let killedAt = step === 1 ? 1 : first; killedAt <= calls; killedAt += step) {
        const { calls: _calls, ...end } = await play(store, steps, killedAt);
        expect({ killedAt, ...end }).toEqual({ killedAt, ...undisturbed });
      }
    },
  );
});
