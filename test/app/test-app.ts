import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parse } from 'yaml';
import { folderOf, type Case } from '../../fixtures/cases.ts';
import { modelSettings, ticked } from '../../fixtures/pulls.ts';
import type { Clock } from '../../src/app/clock.ts';
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
 * The fake GitHub with a repository, and an App that is installed there with exactly the permissions
 * of `app.yml`.
 */
export interface TestApp {
  github: GitHub;
  app: App;
  installation: number;
  repository: Repository;
  /** Owns the connector. */
  ada: Account;
  /** A reviewer with write permission. */
  rita: Account;
  /** Has no role in the repository. */
  eve: Account;
  /** The environment of the App. */
  env: Record<string, string>;
  /** Servers that a test started in this process. */
  running: Set<Running>;
  /** Stops the servers and the fake GitHub. */
  close(): Promise<void>;
}

/** The files of the connector "Contoso Invoices" with the changes of a case, below a folder. */
export function connectorFiles(
  changes: Case,
  folder = 'certified-connectors/Contoso Invoices',
): Files {
  return Object.fromEntries(
    folderOf(changes).files.flatMap(({ path, bytes }) =>
      bytes ? [[`${folder}/${path}`, bytes]] : [],
    ),
  );
}

/**
 * @param url the PostgreSQL of the App; by default it gets an embedded database
 * @param files the files of the repository's default branch
 */
export async function createTestApp(
  url?: string,
  files: Files = {
    ...connectorFiles({}),
    CODEOWNERS: '/certified-connectors/Contoso\\ Invoices/ @ada\n',
    '.github/gatehouse.yml': modelSettings,
    'readme.md': '# Connectors\n',
  },
): Promise<TestApp> {
  const github = await startGitHub();
  // Sets the fake clock to the current time.
  github.world.pass((Date.now() - Date.parse(github.world.now())) / 1000);
  const app = github.app({
    permissions: manifest.default_permissions,
    subscribed: manifest.default_events,
  });
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
        for (const server of running) await server.stop();
      } finally {
        await github.stop().finally(() => rmSync(folder, { recursive: true, force: true }));
      }
    },
  };
}

/** Starts the App in this process, by default with the clock of the system. It stops with the test app. */
export async function startApp(
  { env, running }: TestApp,
  role: Parameters<typeof serve>[0] = 'all',
  clock?: Clock,
): Promise<Running> {
  const server = await serve(role, { ...env }, root, '0.0.0', clock);
  await server.started;
  const stoppedOnce: Running = {
    started: server.started,
    async stop() {
      if (running.delete(stoppedOnce)) await server.stop();
    },
  };
  running.add(stoppedOnce);
  return stoppedOnce;
}

/** An update of "Contoso Invoices" without findings. */
export const goodUpdate = connectorFiles({
  definition: {
    info: {
      description:
        'Create, read and follow the invoices of your company in Contoso, and hear of those that are paid.',
    },
  },
});
/** An update that removes a property that flows may use. */
export const breakingUpdate = connectorFiles({
  definition: { definitions: { Invoice: { properties: { amount: null } } } },
});

/** Opens a pull request from a fork. */
export function openPullRequest(
  { repository }: TestApp,
  by: Account,
  files: Files = goodUpdate,
): Pull {
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

export const urlOf = ({ env }: TestApp, path: string): string =>
  `http://127.0.0.1:${env.PORT}${path}`;

/** The number of jobs that wait or are being processed, from the metrics of the App. */
async function countJobs(at: TestApp): Promise<number> {
  const text = await (await fetch(urlOf(at, '/metrics'))).text();
  return Array.from(text.matchAll(/^gatehouse_jobs\{state="\w+"\} (\d+)$/gm), ([, count]) =>
    Number(count),
  ).reduce((sum, count) => sum + count, 0);
}

/**
 * Waits until the App has received all deliveries and processed all jobs.
 * @throws Error if nothing moved for `patience` seconds: no request came, no job began or ended. A
 * job that failed waits longer before each attempt, and a busy machine takes its time.
 */
export async function waitUntilIdle(at: TestApp, patience = 60): Promise<void> {
  let seen = '';
  let since = Date.now();
  for (;;) {
    await at.github.webhooks.settled();
    const jobs = await countJobs(at);
    if (jobs === 0) return;
    const now = `${at.github.requests.length} requests, ${jobs} jobs`;
    if (now !== seen) [seen, since] = [now, Date.now()];
    else if (Date.now() - since > patience * 1000)
      throw new Error(`${jobs} jobs are left, and nothing moved for ${patience} seconds.`);
    await setTimeout(25);
  }
}

/** What people see of the App on a pull request. */
export function visibleState(pull: Pull, { app }: TestApp) {
  // Without the replies to commands.
  const comments = pull.comments.filter(
    ({ user, body }) => user === app.account && body.includes('<!-- gatehouse:status:'),
  );
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
