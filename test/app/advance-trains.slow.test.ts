import { describe, expect, test } from 'vitest';
import { databases } from '../store/databases.ts';
import { hasPostgres } from '../store/postgres.ts';
import {
  connectors,
  friday20,
  monday16,
  monday23,
  trainScenes,
  type TrainScene,
} from './train-scene.ts';

const newPostgres = databases();
const { openStore, newScene } = trainScenes();

describe.each([
  ['the embedded database', () => Promise.resolve<string | undefined>(undefined), true],
  ['PostgreSQL', newPostgres, hasPostgres],
])('on %s', (_, newDatabase, has) => {
  test.runIf(has)(
    'killed at any moment, it deploys nothing twice and loses nothing',
    async () => {
      const store = await openStore(await newDatabase());
      const steps = async (at: TrainScene, advance: (now: string) => Promise<void>) => {
        await at.merge(connectors.slice(0, 1));
        await advance(monday16);
        await advance(friday20);
        await at.report('success');
        await advance(friday20);
        await advance(monday23);
        await at.report('success', 1);
        await advance(monday23);
        return { deployed: at.deployed, events: await at.events() };
      };
      const killed = new Error('killed');
      /** Advances once, and again if it was killed at a call. Counts the calls. */
      const story = async (killedAt: number, moment: 'before' | 'after') => {
        const at = newScene(store);
        let calls = 0;
        const mortal = <T extends object>(target: T): T =>
          new Proxy(target, {
            get(_target, key) {
              const method: unknown = Reflect.get(target, key);
              if (typeof method !== 'function') return method;
              return async (...args: unknown[]): Promise<unknown> => {
                const isLast = (calls += 1) === killedAt;
                if (isLast && moment === 'before') throw killed;
                const result: unknown = await Reflect.apply(method, target, args);
                if (isLast) throw killed;
                return result;
              };
            },
          });
        const end = await steps(at, async (now) => {
          const context = { client: mortal(at.client), store: mortal(at.store) };
          const failure = await at.advance(now, context).catch((error: unknown) => error);
          if (failure === killed) await at.advance(now);
          else if (failure !== undefined) throw failure;
        });
        return { ...end, left: (await at.store.rides(at.path, 'open')).length, calls };
      };
      const { calls, ...undisturbed } = await story(0, 'before');
      expect(undisturbed.deployed).toHaveLength(2);
      expect(undisturbed.left).toBe(0);
      expect(calls).toBeGreaterThan(30);
      for (let killedAt = 1; killedAt <= calls; killedAt += 1)
        for (const moment of ['before', 'after'] as const) {
          const { calls: _calls, ...end } = await story(killedAt, moment);
          expect({ killedAt, moment, ...end }).toEqual({ killedAt, moment, ...undisturbed });
        }
    },
    120_000,
  );
});
