import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parse } from 'yaml';
import { folderOf, type Case } from '../../fixtures/cases.ts';
import { ticked } from '../../fixtures/pulls.ts';
import type { Running } from '../../src/app/running.ts';
import { serve } from '../../src/app/server.ts';
import { startGitHub, type GitHub } from '../github/fake/server.ts';
import type { Files } from '../github/fake/git-objects.ts';
import type { Account, App, Pull, Repository } from '../github/fake/repository.ts';
import { freePort } from '../store/postgres.ts';

const root = join(import.meta.dirname, '../..');
if (!existsSync(join(root, 'dist/review-process.js')))
  throw new Error('dist/ is not built. Run: npm run build');
export const manifest: { default_permissions: Record<string, string>; default_events: string[] } =
  parse(readFileSync(join(root, 'app.yml'), 'utf8'));

/**
 * A guarded repository at a GitHub of our own, and the App, which may do what `app.yml` asks for
 * and no more.
 */
export interface Scene {
  github: GitHub;
  app: App;
  installation: number;
  repository: Repository;
  /** Owns the connector; reviews; is a stranger. */
  ada: Account;
  rita: Account;
  eve: Account;
  /** The App's environment. */
  env: Record<string, string>;
  /** What was started in it and runs in this process. */
  running: Set<Running>;
  /** Stops all of it. */
  close(): Promise<void>;
}

/** The files of "Contoso Invoices", or what differs from it, below a connector's folder. */
export function connector(one: Case, folder = 'certified-connectors/Contoso Invoices'): Files {
  return Object.fromEntries(
    folderOf(one).files.flatMap(({ path, bytes }) => (bytes ? [[`${folder}/${path}`, bytes]] : [])),
  );
}

/**
 * @param url the database of the App; undefined: an embedded one of its own
 * @param files of the repository's default branch
 */
export async function scene(
  url?: string,
  files: Files = {
    ...connector({}),
    CODEOWNERS: '/certified-connectors/Contoso\\ Invoices/ @ada\n',
    'readme.md': '# Connectors\n',
  },
): Promise<Scene> {
  const github = await startGitHub();
  // its clock and ours show the same
  github.world.pass((Date.now() - Date.parse(github.world.now())) / 1000);
  // GitHub asks for it, and its description does not know it
  const { merge_queues: _, ...permissions } = manifest.default_permissions;
  const app = github.app({ permissions, subscribed: manifest.default_events });
  const [ada, rita, eve] = [
    github.user('ada', { email: 'ada@contoso.example' }),
    github.user('rita'),
    github.user('eve', { email: 'eve@example.com' }),
  ];
  const repository = github.repository('contoso/connectors', { files });
  repository.let(rita, 'write');
  repository.protect('dev', { requiredChecks: ['gatehouse'] });
  const installation = github.install(app, repository);
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-app-'));
  const port = await freePort();
  github.webhooks.to(`http://127.0.0.1:${port}/api/github/webhooks`, app.secret);
  const env = {
    APP_ID: String(app.id),
    PRIVATE_KEY: app.privateKey,
    WEBHOOK_SECRET: app.secret,
    GHE_HOST: github.host,
    GHE_PROTOCOL: 'http',
    PORT: String(port),
    HOST: '127.0.0.1',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'fatal',
    LOG_FORMAT: 'json',
    GATEHOUSE_PACE: 'none',
    GATEHOUSE_FOLDER: join(folder, 'database'),
    GATEHOUSE_LEASE: '10',
    ...(url !== undefined && { DATABASE_URL: url }),
  };
  const running = new Set<Running>();
  return {
    github,
    app,
    installation,
    repository,
    ada,
    rita,
    eve,
    env,
    running,
    async close() {
      try {
        for (const one of running) await one.stop();
      } finally {
        await github.stop().finally(() => rmSync(folder, { recursive: true, force: true }));
      }
    },
  };
}

/** Starts the App in this process. */
export async function start(
  { env, running }: Scene,
  role: Parameters<typeof serve>[0] = 'all',
): Promise<Running> {
  const served = await serve(role, { ...env }, root, '0.0.0');
  const one: Running = {
    async stop() {
      if (running.delete(one)) await served.stop();
    },
  };
  running.add(one);
  return one;
}

/** An update of "Contoso Invoices" in which nothing is wrong. */
export const goodUpdate = connector({
  definition: {
    info: {
      description:
        'Create, read and follow the invoices of your company in Contoso, and hear of those that are paid.',
    },
  },
});
/** One that takes away what flows may use. */
export const breakingUpdate = connector({
  definition: { definitions: { Invoice: { properties: { amount: null } } } },
});

/** Opens a pull request of a fork of somebody's. */
export function openPull({ repository }: Scene, by: Account, files: Files = goodUpdate): Pull {
  const fork = repository.fork(by);
  fork.push('change', { by, files });
  return repository.open({
    by,
    from: fork,
    branch: 'change',
    title: 'Contoso Invoices: hear of paid ones',
    body: ticked,
  });
}

export const address = ({ env }: Scene, path: string): string =>
  `http://127.0.0.1:${env.PORT}${path}`;

/** Jobs that wait or are at work, as the App's own metrics count them. */
async function jobs(at: Scene): Promise<number> {
  const text = await (await fetch(address(at, '/metrics'))).text();
  return Array.from(text.matchAll(/^gatehouse_jobs\{state="\w+"\} (\d+)$/gm), ([, count]) =>
    Number(count),
  ).reduce((sum, count) => sum + count, 0);
}

/**
 * Waits until everything that was told has been dealt with.
 * @throws where that takes longer than `seconds`
 */
export async function quiet(at: Scene, seconds = 60): Promise<void> {
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await setTimeout(25)) {
    await at.github.webhooks.settled();
    if ((await jobs(at)) === 0) return;
  }
  throw new Error(`${await jobs(at)} jobs are left after ${seconds} seconds`);
}

/** What there is on a pull request, for people to see. */
export function shown(pull: Pull, { app }: Scene) {
  const comments = pull.comments.filter(({ user }) => user === app.account);
  const runs = pull.repository.checkRuns.filter(
    ({ head, name }) => head === pull.head && name === 'gatehouse',
  );
  return {
    check: runs.at(-1)?.conclusion ?? runs.at(-1)?.status,
    comment:
      comments
        .at(-1)
        ?.body.replace(/<!--[\s\S]*?-->/g, '')
        .trim() ?? '',
    labels: [...pull.labels].sort(),
    comments: comments.length,
    runs: runs.length,
  };
}
