import { afterAll, beforeAll } from 'vitest';
import { Probot } from 'probot';
import { Clients } from '../../src/app/clients.ts';
import { credentialsOf } from '../../src/app/credentials.ts';
import { readEnvironment } from '../../src/app/env.ts';
import type { SendContext } from '../../src/app/jobs/send-notices.ts';
import type { NoticeSettings } from '../../src/app/notices/notice-settings.ts';
import { advanceTrain, type TrainContext } from '../../src/app/jobs/advance-trains.ts';
import { Client } from '../../src/github/client.ts';
import { readFolder } from '../../src/github/git-trees.ts';
import { Octokit } from '../../src/github/octokit.ts';
import { isObject } from '../../src/github/parse-response.ts';
import { newResponseCache } from '../../src/github/response-cache.ts';
import { folderDigest } from '../../src/release/folder-digest.ts';
import type { NewRide, RideEventDetail, Supersession } from '../../src/release/ride.ts';
import type { Account } from '../../src/review/model/snapshot.ts';
import { createMailer } from '../../src/senders/mailer.ts';
import type { Store } from '../../src/store/store.ts';
import type { App, Repository } from '../github/fake/repository.ts';
import { startGitHub, type GitHub } from '../github/fake/server.ts';
import { openStores } from '../store/open-stores.ts';

export const connectors = ['certified-connectors/A', 'certified-connectors/B'];
export const settings = (more = ''): string => `mode: full
${more}
train:
  zone: America/Los_Angeles
  rings:
    - { name: testing, regions: [Testing] }
    - { name: europe, regions: [Europe] }
`;

/** Fridays, Mondays and Tuesdays at 09:05 in Los Angeles. */
export const monday16 = '2026-11-16T17:05:00.000Z';
export const friday20 = '2026-11-20T17:05:00.000Z';
export const monday23 = '2026-11-23T17:05:00.000Z';
export const tuesday24 = '2026-11-24T17:05:00.000Z';
export const friday27 = '2026-11-27T17:05:00.000Z';
export const monday30 = '2026-11-30T17:05:00.000Z';

const log = { info: () => undefined, warn: () => undefined };

/** A repository with merged connectors, and everything that advances its train. */
export class TrainScene {
  readonly #github: GitHub;
  readonly #app: App;
  readonly #bot: Account;
  readonly repository: Repository;
  readonly installation: number;
  readonly name: { owner: string; repo: string };
  readonly client: Client;
  readonly store: Store;

  constructor(github: GitHub, app: App, store: Store, policy = settings()) {
    this.#github = github;
    this.#app = app;
    this.#bot = { id: app.account.id, login: app.account.login, type: 'bot' };
    this.store = store;
    this.name = { owner: 'contoso', repo: `connectors-${github.world.next()}` };
    this.repository = github.repository(this.path, {
      files: {
        '.github/gatehouse.yml': policy,
        ...Object.fromEntries(connectors.map((path) => [`${path}/readme.md`, `# ${path}\n`])),
      },
    });
    this.installation = github.install(app, this.repository);
    const token = github.installationToken(this.installation);
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
    const number = rides[0]?.pull ?? 1;
    await this.store.record({ repository: this.path, number }, [{ kind: 'rides', rides }]);
  }

  /** Changes a connector, and merges that as another pull request. */
  async mergeChange(
    folder: string,
    pull: number,
    createdAt: string,
    supersedes?: Supersession,
  ): Promise<void> {
    this.repository.push('dev', {
      by: this.repository.owner,
      files: { [`${folder}/readme.md`]: `# ${folder} as of pull request ${pull}\n` },
    });
    await this.merge([folder], { pull, createdAt, ...(supersedes && { supersedes }) });
  }

  advance(now: string, more: Partial<TrainContext> = {}): Promise<void> {
    const { world } = this.#github;
    world.pass((Date.parse(now) - Date.parse(world.now())) / 1000);
    return advanceTrain(this.name, {
      client: this.client,
      installation: this.installation,
      bot: this.#bot,
      store: this.store,
      log,
      notices: { mail: undefined, publicUrl: '', webhooks: [] },
      now,
      isHeld: () => Promise.resolve(true),
      ...more,
    });
  }

  /** What sends the notices of the repository at a time. */
  async sending(now: string, notices: NoticeSettings): Promise<SendContext> {
    const env = {
      APP_ID: String(this.#app.id),
      PRIVATE_KEY: this.#app.privateKey,
      GHE_HOST: this.#github.host,
      GHE_PROTOCOL: 'http',
      GATEHOUSE_PACE: 'none',
    };
    const probot = new Probot({ ...credentialsOf(readEnvironment(env), env), logLevel: 'fatal' });
    return {
      log,
      clients: new Clients(await probot.ready()),
      store: this.store,
      clock: () => new Date(now),
      botOf: () => Promise.resolve(this.#bot),
      notices,
      mailer: notices.mail && createMailer(notices.mail),
      githubUrl: 'https://github.com',
      secret: 'secret',
      onOutcome: () => undefined,
    };
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

  async events(pull = 1): Promise<string[][]> {
    const rides = await this.store.rides(this.path, { pull });
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

/**
 * Creates scenes for the tests of a file, in repositories of one fake GitHub.
 */
export function trainScenes(): {
  openStore: (url: string | undefined) => Promise<Store>;
  newScene: (store: Store, policy?: string) => TrainScene;
  /** The fake GitHub, which is started before the first test. */
  github: () => GitHub;
} {
  const openStore = openStores();
  let at: { github: GitHub; app: App } | undefined;
  beforeAll(async () => {
    const github = await startGitHub();
    at = { github, app: github.app() };
  });
  afterAll(() => at?.github.stop());
  const started = (): { github: GitHub; app: App } => {
    if (!at) throw new Error('the fake GitHub is not started');
    return at;
  };
  return {
    openStore,
    newScene: (store, policy) => {
      const { github, app } = started();
      return new TrainScene(github, app, store, policy);
    },
    github: () => started().github,
  };
}
