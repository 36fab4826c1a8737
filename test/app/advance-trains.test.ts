import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { advanceTrain, type TrainContext } from '../../src/app/jobs/advance-trains.ts';
import { Client } from '../../src/github/client.ts';
import { readFolder } from '../../src/github/git-trees.ts';
import { Octokit } from '../../src/github/octokit.ts';
import { isObject } from '../../src/github/parse-response.ts';
import { newResponseCache } from '../../src/github/response-cache.ts';
import { folderDigest } from '../../src/release/folder-digest.ts';
import type { NewRide, RideEventDetail } from '../../src/release/ride.ts';
import { Store } from '../../src/store/store.ts';
import type { App, Repository } from '../github/fake/repository.ts';
import { startGitHub, type GitHub } from '../github/fake/server.ts';
import { databases } from '../store/databases.ts';
import { hasPostgres } from '../store/postgres.ts';
import { temporaryFolders } from '../store/temporary-folders.ts';

const newPostgres = databases();
const { newDatabase: newEmbedded } = temporaryFolders();
let github: GitHub;
let app: App;
const open: Store[] = [];
beforeAll(async () => {
  github = await startGitHub();
  app = github.app();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((store) => store.close(1)));
});
afterAll(() => github.stop());

const connectors = ['certified-connectors/A', 'certified-connectors/B'];
const settings = (more = ''): string => `mode: full
${more}
train:
  zone: America/Los_Angeles
  rings:
    - { name: testing, regions: [Testing] }
    - { name: europe, regions: [Europe] }
`;

/** Fridays, Mondays and Tuesdays at 09:05 in Los Angeles. */
const monday16 = '2026-11-16T17:05:00.000Z';
const friday20 = '2026-11-20T17:05:00.000Z';
const monday23 = '2026-11-23T17:05:00.000Z';
const tuesday24 = '2026-11-24T17:05:00.000Z';
const friday27 = '2026-11-27T17:05:00.000Z';

const log = { info: () => undefined, warn: () => undefined };

/** A repository with merged connectors, and everything that advances its train. */
class TrainScene {
  readonly repository: Repository;
  readonly name: { owner: string; repo: string };
  readonly client: Client;
  readonly store: Store;

  constructor(store: Store, number: number, policy = settings()) {
    this.store = store;
    this.name = { owner: 'contoso', repo: `connectors-${number}` };
    this.repository = github.repository(this.path, {
      files: {
        '.github/gatehouse.yml': policy,
        ...Object.fromEntries(connectors.map((path) => [`${path}/readme.md`, `# ${path}\n`])),
      },
    });
    const token = github.installationToken(github.install(app, this.repository));
    this.client = new Client(
      new Octokit({
        baseUrl: github.url,
        auth: { token },
        log: { debug: log.info, info: log.info, warn: log.warn, error: log.warn },
        throttle: { enabled: false },
        retry: { retryAfterBaseValue: 1 },
      }),
      newResponseCache(),
    );
  }

  get path(): string {
    return `${this.name.owner}/${this.name.repo}`;
  }

  async merge(folders: readonly string[], more: Partial<NewRide> = {}): Promise<void> {
    const sha = this.repository.tip('dev') ?? '';
    const rides: NewRide[] = [];
    for (const folder of folders) {
      const files = await readFolder(this.client, this.name, folder, sha);
      if (!files.ok || !files.value) throw new Error(`${folder} cannot be read`);
      rides.push({
        folder,
        class: 'certified',
        kind: 'minor',
        pull: 1,
        sha,
        digest: folderDigest(files.value.files),
        createdAt: '2026-11-16T17:00:00.000Z',
        ...more,
      });
    }
    await this.store.record({ repository: this.path, number: 1 }, [{ kind: 'rides', rides }]);
  }

  advance(now: string, more: Partial<TrainContext> = {}): Promise<void> {
    github.world.pass((Date.parse(now) - Date.parse(github.world.now())) / 1000);
    return advanceTrain(this.name, {
      client: this.client,
      bot: { id: app.account.id, login: app.account.login, type: 'bot' },
      store: this.store,
      log,
      now,
      isHeld: () => Promise.resolve(true),
      ...more,
    });
  }

  /** What was deployed where, in the order of creation. */
  get deployed(): string[] {
    return this.repository.deployments.map(
      ({ environment, payload }) =>
        `${isObject(payload) ? String(payload.connector) : ''} ${environment}`,
    );
  }

  async report(state: string, from = 0): Promise<void> {
    for (const { id } of this.repository.deployments.slice(from))
      await this.client.write('POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', {
        ...this.name,
        deployment_id: id,
        state,
        description: `It is ${state}.`,
      });
  }

  async events(): Promise<string[][]> {
    const rides = await this.store.rides(this.path, { pull: 1 });
    return rides
      .toSorted((a, b) => (a.ride.folder < b.ride.folder ? -1 : 1))
      .map(({ events }) =>
        events.map((event) => ('ring' in event ? `${event.kind} ${event.ring}` : event.kind)),
      );
  }

  async say(detail: RideEventDetail): Promise<void> {
    for (const { ride, events } of await this.store.rides(this.path, 'open'))
      await this.store.appendRideEvents(ride.id, events.length, [
        { at: monday16, by: 'maria', detail },
      ]);
  }
}

describe.each([
  ['the embedded database', () => Promise.resolve<string | undefined>(undefined), true],
  ['PostgreSQL', newPostgres, hasPostgres],
])('on %s', (_, newDatabase, has) => {
  const openStore = async (): Promise<Store> => {
    const store = await Store.open({
      url: await newDatabase(),
      folder: newEmbedded(),
      lease: 10,
      onQueueError: (error) => expect.fail(error.message),
    });
    open.push(store);
    return store;
  };
  const newScene = (store: Store, policy?: string): TrainScene =>
    new TrainScene(store, github.world.next(), policy);

  test.runIf(has)('two connectors go from ring to ring, each on its day', async () => {
    const at = newScene(await openStore());
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

  test.runIf(has)('a failure stops its ride only, until it is tried again', async () => {
    const at = newScene(await openStore());
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
    const at = newScene(await openStore());
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
      const store = await openStore();
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
    const at = newScene(await openStore(), settings('ring: first-ring'));
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
    const at = newScene(await openStore());
    await at.merge(connectors.slice(0, 1));
    await at.advance(monday16);
    github.disturb('repos/create-deployment', {
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
    const at = newScene(await openStore());
    await at.merge(connectors.slice(0, 1));
    await at.advance(monday16);
    await expect(at.advance(friday20, { isHeld: () => Promise.resolve(false) })).rejects.toThrow(
      'another worker',
    );
    expect(at.deployed).toEqual([]);
  });

  test.runIf(has)(
    'killed at any moment, it deploys nothing twice and loses nothing',
    async () => {
      const store = await openStore();
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
