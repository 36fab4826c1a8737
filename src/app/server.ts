import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { copyFileSync, existsSync } from 'node:fs';
import { Server as HttpServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { getPrivateKey } from '@probot/get-private-key';
import { createProbot, Probot, run, Server } from 'probot';
import { completeVersion, resolveImport, type ImportOptions } from '../github/import-signatures.ts';
import { reviewPullRequest, readSnapshot } from './review-pull-request.ts';
import { isObject } from '../json/values.ts';
import { Client } from '../github/client.ts';
import { newResponseCache } from '../github/response-cache.ts';
import { Octokit } from '../github/octokit.ts';
import { installationsOf } from '../github/list-pull-requests.ts';
import { affectedPullRequests } from './webhook-events.ts';
import { guardRequests, limitBodies } from './request-limits.ts';
import { metrics } from './metrics.ts';
import type { ReviewStep } from './review-steps.ts';
import type { Role } from './roles.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';
import { isSameName, recipientOf } from '../cla/recipient.ts';
import { ReviewProcesses, type Limits } from './review-processes.ts';
import { toCsv } from '../cla/signature-csv.ts';
import type { Recipient } from '../review/model/snapshot.ts';
import { Store, type PullKey, type StoreOptions } from '../store/store.ts';
import { JobWorker } from './job-worker.ts';

export interface Running {
  /** Takes nothing new, lets reviews end or hands them back, and closes everything. */
  stop(): Promise<void>;
}

/** Where the embedded database is kept. */
const folderOf = (env: NodeJS.ProcessEnv): string => env.GATEHOUSE_FOLDER || '.gatehouse';
/** Where webhooks are taken, unless `WEBHOOK_PATH` says otherwise. */
const webhookPath = '/api/github/webhooks';
/** Bytes that a page of the set-up may be sent. */
const maxSetUpBody = 64_000;
/**
 * How long an idle connection is kept, in milliseconds: for longer than the proxies in front keep
 * theirs (nginx and Amazon's 60 s, Google's 600). One that is closed just as a proxy sends a
 * delivery over it loses the delivery, since GitHub does not send it again.
 */
const keptAlive = 620_000;
/**
 * What reviews are given to end when the process is told to stop, in seconds: container platforms
 * kill after 30.
 */
const patience = 25;

/**
 * Serves the App: web and worker, or one of them. Without an App's credentials it leads through
 * making one, and serves nothing else.
 * @param env Probot's variables, `DATABASE_URL`, and what else `docs/operate.md` lists
 * @param packageRoot where `app.yml` lies
 *
 */
export async function serve(
  role: Role,
  env: NodeJS.ProcessEnv,
  packageRoot: string,
  version: string,
): Promise<Running> {
  if (role !== 'all' && !env.DATABASE_URL)
    throw new UserError(
      `--role ${role} shares work with other processes, which the embedded database ` +
        'cannot: set DATABASE_URL to a PostgreSQL.',
    );
  const port = wholeNumber(env, 'PORT', 3000, 1);
  const concurrency = wholeNumber(env, 'GATEHOUSE_CONCURRENCY', 4, 1);
  const limits = limitsOf(env);
  const credentials = credentialsOf(env);
  if (!credentials) return setUp(env, packageRoot);
  // Probot would fall back on a secret that everybody knows.
  if (!env.WEBHOOK_SECRET)
    throw new UserError(
      'WEBHOOK_SECRET is missing, and without it anybody could pose as GitHub. ' +
        'Set it to the secret in the settings of the App.',
    );

  const log = await logOf(env);
  const store = await openStore(env, {
    report: (error) => log.error({ err: error }, 'the queue met an error and goes on'),
    tell: (words) => log.warn(words),
  });
  const unassigned = await store.unassignedSignatures();
  if (unassigned > 0)
    log.warn(
      { signatures: unassigned },
      'signatures that name no owner count for nobody: ' +
        'say whom they were given to with gatehouse signatures assign --owner <owner>',
    );
  const counters = metrics(() => store.jobs());
  const processes = startProcesses(limits, (pull, excess) => {
    counters.overLimit.inc();
    log.warn(
      { pull, reason: excess },
      'a review went over a limit: it goes on without what cost so much',
    );
  });
  let stopping = false;

  const server = new Server({
    log,
    port,
    ...(env.HOST && { host: env.HOST }),
    ...(env.WEBHOOK_PATH && { webhookPath: env.WEBHOOK_PATH }),
    ...(env.WEBHOOK_PROXY_URL && { webhookProxy: env.WEBHOOK_PROXY_URL }),
    Probot: Probot.defaults({ ...credentials, secret: env.WEBHOOK_SECRET, log }),
  });

  await server.load(async (app, { addHandler }) => {
    app.onAny(async ({ id, name, payload }) => {
      if (!isObject(payload)) return;
      const { reviewRequests, heads, sweeps } = affectedPullRequests(
        Number(env.APP_ID),
        name,
        payload,
      );
      const action =
        'action' in payload && typeof payload.action === 'string' ? { action: payload.action } : {};
      let isNew: boolean;
      try {
        for (const { repository, installation, sha } of heads) {
          for (const number of await store.pullsAt(repository, sha))
            reviewRequests.push({ repository, installation, number });
        }
        isNew = await store.receive({ id, event: name, ...action }, reviewRequests, sweeps);
      } catch (error) {
        log.error({ err: error, delivery: id, event: name }, 'a delivery could not be kept');
        // GitHub is answered with this
        throw new Error('The delivery could not be kept. The log says why.', { cause: error });
      }
      counters.deliveries.inc({ event: name, outcome: isNew ? 'new' : 'repeated' });
      const about = {
        delivery: id,
        event: name,
        ...action,
        pulls: reviewRequests.map(({ repository, number }) => `${repository}#${number}`),
      };
      log[reviewRequests.length + sweeps.length > 0 ? 'info' : 'debug'](
        about,
        isNew ? 'delivery kept' : 'delivery repeated',
      );
    });
    if (role !== 'web') {
      const worker = new JobWorker(app, store, counters, processes, version);
      await store.work(
        { pull: (work) => worker.review(work), sweep: (work) => worker.sweep(work) },
        { concurrency, sweepCron: '*/15 * * * *' },
      );
    }
    // The manifest of the set-up names the server itself as the webhook's address.
    const atRoot = await app.getNodeMiddleware({ path: '/' });
    addHandler((request, response) =>
      request.method === 'POST' ? atRoot(request, response) : false,
    );
    addHandler(async (request, response) => {
      if (request.method !== 'GET') return false;
      if (request.url === '/healthz') {
        const healthy =
          !stopping &&
          (await store.ping().then(
            () => true,
            () => false,
          ));
        let status = 'ok';
        if (!healthy) status = stopping ? 'stopping' : 'no database';
        return answer(
          response,
          healthy ? 200 : 503,
          'application/json',
          JSON.stringify({ status, version }),
        );
      }
      if (request.url === '/metrics')
        return answer(response, 200, counters.contentType, await counters.show());
      return false;
    });
  });
  const http = await server.start();
  guardRequests(http, {
    secret: env.WEBHOOK_SECRET,
    paths: [env.WEBHOOK_PATH || webhookPath, '/'],
    tell({ status, reason }) {
      counters.deliveries.inc({ event: 'unknown', outcome: 'refused' });
      log[status === 400 || status === 503 ? 'warn' : 'debug'](
        { status },
        `request refused: ${reason}`,
      );
    },
  });
  http.keepAliveTimeout = keptAlive;

  return {
    async stop() {
      stopping = true;
      log.info('stopping: reviews under way may end');
      // Node.js closes connections that are idle when it is told to stop, but not those that become
      // so after that.
      http.keepAliveTimeout = 1;
      const closing = setInterval(() => http.closeIdleConnections(), 100);
      await server.stop().finally(() => clearInterval(closing));
      await store.close(patience);
      await processes.close();
      log.info('stopped');
    },
  };
}

function answer(response: ServerResponse, status: number, type: string, body: string): true {
  response.writeHead(status, { 'content-type': type }).end(body);
  return true;
}

/** What Probot needs to speak for the App; undefined where it has none yet. */
function credentialsOf(env: NodeJS.ProcessEnv) {
  let privateKey: string | null;
  try {
    privateKey = getPrivateKey({ env, cwd: process.cwd() });
  } catch (error) {
    throw new UserError(`The App's private key cannot be read: ${errorMessage(error)}`);
  }
  if (!env.APP_ID || privateKey === null) return undefined;
  const host = env.GHE_HOST && {
    baseUrl: `${env.GHE_PROTOCOL || 'https'}://${env.GHE_HOST}/api/v3`,
  };
  // GitHub wants a second between writes, and three where people are notified; an Enterprise Server
  // has no such limits by default.
  const paced =
    env.GATEHOUSE_PACE === 'none'
      ? Octokit.defaults((given: object) => ({ ...given, throttle: { enabled: false } }))
      : Octokit;
  return {
    appId: env.APP_ID,
    privateKey,
    Octokit: paced,
    ...host,
    ...(env.REDIS_URL && { redisConfig: env.REDIS_URL }),
  };
}

/** Structured where nobody looks at a terminal. */
const logOf = async (env: NodeJS.ProcessEnv): Promise<Probot['log']> => {
  const settings = {
    LOG_LEVEL: 'info',
    LOG_FORMAT: process.stdout.isTTY ? 'pretty' : 'json',
    ...env,
  } as const;
  return (await createProbot({ env: settings, overrides: { githubToken: 'none' } }).ready()).log;
};

/** Without more options: for a command that does one thing and ends. */
async function openStore(env: NodeJS.ProcessEnv, more: Partial<StoreOptions> = {}): Promise<Store> {
  const { GATEHOUSE_NEW_DATABASE: given = '' } = env;
  if (given !== '' && given !== 'yes' && given !== 'no')
    throw new UserError(`GATEHOUSE_NEW_DATABASE needs yes or no, not ${given}.`);
  const lost = (problem: UserError): never => {
    say(problem.message);
    process.exit(2); // nothing that is left to do may write to the database
  };
  return Store.open({
    url: env.DATABASE_URL,
    folder: folderOf(env),
    lease: wholeNumber(env, 'GATEHOUSE_LEASE', 60, 10),
    mayMake: given === '' ? 'unless marked' : given,
    lost,
    tell: say,
    report: raise,
    ...more,
  });
}

const say = (words: string): void => console.error(`gatehouse: ${words}`);

/** What one pull request may take of the machine, whatever is in it. */
const limitsOf = (env: NodeJS.ProcessEnv): Limits => ({
  processes: wholeNumber(env, 'GATEHOUSE_REVIEW_PROCESSES', 2, 1),
  seconds: wholeNumber(env, 'GATEHOUSE_REVIEW_SECONDS', 30, 1),
  megabytes: wholeNumber(env, 'GATEHOUSE_REVIEW_MEMORY', 512, 64),
});

/**
 * Their program is the built one: a process that had to be compiled first would take a second more
 * to start.
 */
const startProcesses = (
  limits: Limits,
  report: (pull: string, excess: string) => void,
): ReviewProcesses =>
  new ReviewProcesses(
    limits,
    new URL(
      import.meta.url.endsWith('.ts') ? '../../dist/review-process.js' : 'review-process.js',
      import.meta.url,
    ),
    report,
  );

/**
 * Reviews one pull request, once.
 * @param show prints that step and does nothing else
 * @returns what is to be printed
 */
export async function reviewOnce(
  pull: PullKey,
  show: ReviewStep | undefined,
  env: NodeJS.ProcessEnv,
  version: string,
): Promise<string> {
  const name = `${pull.repository}#${pull.number}`;
  return withApp(env, async (app, store) => {
    const processes = startProcesses(limitsOf(env), (_, excess) =>
      app.log.warn(`The review ${excess}: it goes on without what cost so much.`),
    );
    try {
      const worker = new JobWorker(
        app,
        store,
        metrics(() => store.jobs()),
        processes,
        version,
      );
      const job = await worker.jobOf(pull);
      const outside = await worker.outside(job, false);
      if (show !== undefined)
        return JSON.stringify(
          (await processes.whole(await readSnapshot(job, outside)))[show],
          null,
          2,
        );
      const done: string[] = [];
      const outcome = await reviewPullRequest(
        job,
        outside,
        () => Promise.resolve(true),
        (effect) => done.push(effect),
      );
      if (outcome.kind === 'refused')
        done.push(`GitHub refused ${outcome.effect.kind}: ${outcome.reason}`);
      return done.length === 0
        ? `${name}: everything stands as it should`
        : done.map((effect) => `${name}: ${effect}`).join('\n');
    } finally {
      await processes.close();
    }
  });
}

/** The signatures of the CLA, as CSV: all, or those given to an owner. */
export const exportFromStore = (
  owner: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<string> =>
  withStore(env, async (store) => {
    const all = await store.signatures();
    return toCsv(
      owner === undefined
        ? all
        : all.filter((one) => isSameName(recipientOf(one)?.owner ?? '', owner)),
    );
  });

/**
 * Says whom the signatures were given to of which that is not known, or that were given to an owner
 * by another name.
 * @returns how many there were
 *
 */
export const assignSignatures = (
  from: string,
  recipient: Recipient,
  told: ImportOptions,
  env: NodeJS.ProcessEnv,
): Promise<number> =>
  withStore(env, (store) =>
    store.assignSignatures(from, (one) => {
      if (told.version !== undefined && told.version !== one.cla.version) return one;
      // An owner under another name has the same repositories.
      const { repository } = recipientOf(one) ?? {};
      return {
        ...one,
        recipient: { ...(repository !== undefined && { repository }), ...recipient },
        cla: completeVersion(one.cla, told),
      };
    }),
  );

async function withStore<T>(env: NodeJS.ProcessEnv, use: (store: Store) => Promise<T>): Promise<T> {
  const folder = folderOf(env);
  if (!env.DATABASE_URL && !existsSync(folder))
    throw new UserError(
      `There is no database in ${folder}, so nobody has signed there. ` +
        'Run it where gatehouse serve runs, or set GATEHOUSE_FOLDER or DATABASE_URL.',
    );
  const store = await openStore(env, { mayMake: 'no' });
  try {
    return await use(store);
  } finally {
    await store.close(0);
  }
}

/**
 * Takes over signatures that another tool kept, or a branch (docs/action.md).
 * @param text of its file
 * @param told what the file does not say
 * @returns how many were new and how many were known; and what was refused, each with its reason
 */
export async function importIntoStore(
  text: string,
  told: ImportOptions,
  env: NodeJS.ProcessEnv,
): Promise<{ added: number; ok: number; refused: string[] }> {
  return withApp(env, async (app, store) => {
    const memory = newResponseCache();
    // GitHub tells an App about people only where it is installed.
    let installation: number | undefined;
    for await (const page of installationsOf(new Client(await app.auth(), memory)))
      if (page.ok) installation ??= page.value[0];
    if (installation === undefined)
      throw new UserError(
        'The App is not installed anywhere yet, so it cannot ask GitHub for the numbers of ' +
          'accounts. Install it first.',
      );
    const client = new Client(await app.auth(installation), memory);
    const { signatures, rejected } = await resolveImport(text, told, client, true);
    const added = await store.addSignatures(signatures);
    return { added, ok: signatures.length - added, refused: rejected };
  });
}

async function withApp<T>(
  env: NodeJS.ProcessEnv,
  use: (app: Probot, store: Store) => Promise<T>,
): Promise<T> {
  const credentials = credentialsOf(env);
  if (!credentials)
    throw new UserError(
      'APP_ID and PRIVATE_KEY are missing: those of the App. ' +
        'gatehouse serve leads through making one.',
    );
  const log = await logOf({ LOG_LEVEL: 'warn', ...env });
  const app = await new Probot({ ...credentials, log }).ready();
  const store = await openStore(env);
  try {
    return await use(app, store);
  } finally {
    await store.close(0);
  }
}

const raise = (error: Error): never => {
  throw error;
};

function wholeNumber(
  env: NodeJS.ProcessEnv,
  name: string,
  otherwise: number,
  least: number,
): number {
  const given = env[name];
  if (given === undefined || given === '') return otherwise;
  if (!/^\d{1,6}$/.test(given) || Number(given) < least)
    throw new UserError(`${name} needs a whole number from ${least} on, not ${given}.`);
  return Number(given);
}

/** Probot's page that makes an App of `app.yml` on GitHub and writes its credentials to `.env`. */
async function setUp(env: NodeJS.ProcessEnv, packageRoot: string): Promise<Running> {
  if (env.NODE_ENV === 'production')
    throw new UserError(
      'APP_ID and PRIVATE_KEY are missing. ' +
        'Start once without NODE_ENV=production to be led through making the App.',
    );
  // where Probot looks for it
  if (!existsSync('app.yml')) copyFileSync(join(packageRoot, 'app.yml'), 'app.yml');
  // Probot keeps this server to itself: it is met when it is asked something.
  let met: HttpServer | undefined;
  const meet = (message: unknown): void => {
    if (
      met !== undefined ||
      !isObject(message) ||
      !('server' in message) ||
      !(message.server instanceof HttpServer)
    )
      return;
    met = message.server;
    limitBodies(met, maxSetUpBody);
  };
  subscribe('http.server.request.start', meet);
  const server = await run(() => {}, { env });
  return {
    stop() {
      unsubscribe('http.server.request.start', meet);
      return server.stop();
    },
  };
}
