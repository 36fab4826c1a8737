import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Probot } from 'probot';
import { checkCredentials } from '../github/read-app.ts';
import { createMailer } from '../senders/mailer.ts';
import { UserError } from '../shared/user-error.ts';
import { answerGet, homePage, jsonAnswer, type Routes } from './answer-requests.ts';
import { Clients } from './clients.ts';
import { systemClock, type Clock } from './clock.ts';
import { describeRefusal } from './credential-errors.ts';
import { defaultWebhookPath, readEnvironment, type AppEnvironment } from './env.ts';
import { GitHubAccess } from './github-access.ts';
import { JobWorker } from './job-worker.ts';
import { advanceTrains, trainCron } from './jobs/advance-trains.ts';
import { noticesCron, sendNotices } from './jobs/send-notices.ts';
import { indexCatalog } from './jobs/index-catalog.ts';
import { sweep, sweepCron } from './jobs/sweep.ts';
import { listen, localAddress } from './listen.ts';
import { createLog, type Log } from './log.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { readNoticeSettings, type NoticeSettings } from './notices/notice-settings.ts';
import {
  answerSubscriptionForm,
  subscriptionPage,
  subscriptionPaths,
} from './notices/subscription-pages.ts';
import { openStore } from './open-store.ts';
import { credentialsOf, webOf, type Credentials } from './credentials.ts';
import { obstaclesOf } from './readiness.ts';
import { answerDelivery } from './receive-delivery.ts';
import { rejectionLog } from './rejection-log.ts';
import { reportStart } from './report-start.ts';
import { guardRequests } from './request-limits.ts';
import { startReviewProcesses } from './review-processes.ts';
import { createPortal } from '../portal/portal.ts';
import type { Role } from './roles.ts';
import type { Running } from './running.ts';
import { serveSetup } from './setup.ts';
import { forwardWebhooks } from './webhook-proxy.ts';

/**
 * How long an idle connection stays open, in milliseconds: longer than the proxies in front keep
 * theirs (nginx and Amazon's 60 s, Google's 600). If the server closed a connection just as a proxy
 * sends a delivery over it, the delivery would be lost: GitHub does not send it again.
 */
const keepAliveTimeout = 620_000;
/** Seconds that reviews may take to end after SIGTERM: container platforms kill after 30. */
const stopTimeout = 25;

/**
 * Serves the App: web and worker, or one of them. Without the credentials of an App, serves only the
 * setup that creates one.
 * @param env the variables of `env.ts`
 * @param packageRoot the folder of `app.yml`
 * @param clock what "now" is for pull requests and trains
 * @throws UserError if the environment is not valid, GitHub does not accept the credentials, or the
 * database cannot be used
 */
export async function serve(
  role: Role,
  env: NodeJS.ProcessEnv,
  packageRoot: string,
  version: string,
  clock: Clock = systemClock,
): Promise<Running> {
  const environment = readEnvironment(env);
  const { webhookSecret } = environment;
  if (role !== 'all' && environment.databaseUrl === undefined)
    throw new UserError(
      `--role ${role} shares jobs with other processes, and only one process can use the ` +
        'embedded database. Set DATABASE_URL to a PostgreSQL.',
    );
  const credentials = credentialsOf(environment, env);
  const notices = readNoticeSettings(environment);
  const manifest = readManifest(packageRoot);
  const log = createLog(environment);
  if (!credentials) return serveSetup({ environment, manifest, log, version });
  // Without a secret, anyone could send deliveries.
  if (webhookSecret === undefined)
    throw new UserError(
      'WEBHOOK_SECRET is missing, and without it anyone could send deliveries in the name of ' +
        "GitHub. Set it to the secret on the App's settings page.",
    );
  return serveApp({
    role,
    environment,
    credentials,
    manifest,
    log,
    version,
    webhookSecret,
    notices,
    clock,
  });
}

interface ServeOptions {
  role: Role;
  environment: AppEnvironment;
  credentials: Credentials;
  webhookSecret: string;
  notices: NoticeSettings;
  manifest: Manifest;
  log: Log;
  version: string;
  clock: Clock;
}

async function serveApp(options: ServeOptions): Promise<Running> {
  const { role, environment, credentials, manifest, log, version, webhookSecret, clock, notices } =
    options;
  const { port, host, webhookPath = defaultWebhookPath, webhookProxyUrl } = environment;
  const database = databaseName(environment);
  log.info({ version, role, database }, `Gatehouse ${version} starts: role ${role}, ${database}`);
  const app = await new Probot({ ...credentials, log }).ready();
  const known = { ...credentials, host: environment.gheHost ?? 'github.com' };
  const firstCheck = await checkCredentials(await app.auth());
  if (firstCheck.kind === 'refused') throw new UserError(describeRefusal(firstCheck, known));
  if (firstCheck.kind === 'accepted')
    log.info(`GitHub accepts the App "${firstCheck.app.slug}" (App ID ${firstCheck.app.id})`);

  const store = await openStore(environment, {
    onQueueError: (error) => log.error({ err: error }, 'the queue had an error and continues'),
    warn: (message) => log.warn(message),
  });
  const unassigned = await store.unassignedSignatures();
  if (unassigned > 0)
    log.warn(
      { signatures: unassigned },
      'signatures without a recipient have no effect: ' +
        'assign them with gatehouse signatures assign --owner <owner>',
    );

  let isStopping = false;
  const obstacles = async (): Promise<string[]> =>
    isStopping ? ['The process is stopping.'] : obstaclesOf({ role, store, access });
  const metrics = createMetrics({
    version,
    jobCounts: () => store.jobCounts(),
    oldestJobSeconds: async () => (await store.queueProgress()).oldestWaiting,
    isReady: async () => (await obstacles()).length === 0,
  });
  const clients = new Clients(app, (method, status) => {
    metrics.requests.inc({ method, status });
    access.noteResponse(status);
  });
  const access = new GitHubAccess({
    clients,
    metrics,
    log,
    manifest,
    credentials: known,
  });
  const processes = startReviewProcesses(environment, (pull, excess) => {
    metrics.overLimit.inc();
    log.warn(
      { pull, reason: excess },
      'a review exceeded a limit: it continues without its most expensive parts',
    );
  });
  const mailer = notices.mail && createMailer(notices.mail);
  if (role !== 'web') {
    const worker = new JobWorker({
      log,
      clients,
      store,
      metrics,
      processes,
      version,
      publicUrl: environment.publicUrl,
      clock,
    });
    await store.work(
      {
        pull: (work) => worker.review(work),
        index: ({ data, isHeld }) =>
          indexCatalog(data, isHeld, { log, clients, store, processes, clock }),
        sweep: ({ data }) => sweep(data, { log, clients, store, clock }),
        train: ({ isHeld }) =>
          advanceTrains(isHeld, {
            log,
            clients,
            store,
            clock,
            notices,
            botOf: (client) => worker.botOf(client),
          }),
        notices: ({ isHeld }) =>
          sendNotices(isHeld, {
            log,
            clients,
            store,
            clock,
            botOf: (client) => worker.botOf(client),
            notices,
            mailer,
            githubUrl: webOf(environment),
            secret: webhookSecret,
            onOutcome: (channel, outcome) => metrics.notices.inc({ channel, outcome }),
          }),
      },
      { concurrency: environment.concurrency, sweepCron, trainCron, noticesCron },
    );
  }

  const routes = routesOf({ version, webhookPath, webhookSecret, metrics, obstacles });
  const context = { store, metrics, log, appId: Number(credentials.appId) };
  const portal = createPortal({
    store,
    clock,
    version,
    github: `${environment.gheProtocol ?? 'https'}://${known.host}`,
    proxies: environment.proxies,
    onError: (error, path) => log.error({ err: error, path }, 'a request failed'),
  });
  const answer: AnswerRequest = (request, response) => {
    if (request.method !== 'POST') return answerGet(request, response, routes, portal);
    return isSubscriptionForm(request)
      ? answerSubscriptionForm(request, response, webhookSecret, store)
      : answerDelivery(request, response, context);
  };
  const http = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error({ err: error, path: request.url }, 'a request failed');
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const logRejection = rejectionLog(log, systemClock);
  const { closeIdleConnections } = guardRequests(http, {
    secret: webhookSecret,
    paths: [webhookPath, '/'],
    forms: subscriptionPaths,
    onRejected(rejection) {
      metrics.deliveries.inc({ event: 'unknown', outcome: 'refused' });
      logRejection(rejection);
    },
  });
  http.keepAliveTimeout = keepAliveTimeout;
  const stopped = new AbortController();
  const stop = async (): Promise<void> => {
    stopped.abort();
    access.stop();
    await store.close(stopTimeout);
    mailer?.close();
    await processes.close();
  };
  try {
    await listen(http, port, host);
  } catch (error) {
    await stop();
    throw error;
  }
  const address = localAddress(port, host);
  log.info(`Listening on ${address}, for webhooks on ${webhookPath}`);
  if (webhookProxyUrl !== undefined)
    void forwardWebhooks(webhookProxyUrl, `${address}${webhookPath}`, {
      log,
      signal: stopped.signal,
    });

  return {
    started: access
      .start(firstCheck)
      .then(() => reportStart({ access, clients, log, clock: systemClock })),
    async stop() {
      isStopping = true;
      log.info('stopping: waiting for reviews to end');
      // Node.js closes connections that are idle when the server stops, but neither those that
      // become idle after that, nor those that were opened and never used.
      http.keepAliveTimeout = 1;
      const closed = once(http, 'close');
      http.close();
      const closing = setInterval(closeIdleConnections, 100);
      closeIdleConnections();
      await closed.finally(() => clearInterval(closing));
      await stop();
      log.info('stopped');
    },
  };
}

type AnswerRequest = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const isSubscriptionForm = ({ url = '' }: IncomingMessage): boolean =>
  subscriptionPaths.includes(URL.parse(url, 'http://localhost')?.pathname ?? '');

interface RouteOptions {
  version: string;
  webhookPath: string;
  webhookSecret: string;
  metrics: Metrics;
  obstacles: () => Promise<readonly string[]>;
}

/** The pages of the App. */
const routesOf = ({
  version,
  webhookPath,
  webhookSecret,
  metrics,
  obstacles,
}: RouteOptions): Routes => ({
  ...(webhookPath !== '/' && {
    [webhookPath]: () =>
      jsonAnswer(405, { error: 'This is the address of the webhook: GitHub sends POST here.' }),
  }),
  '/': () => homePage(version),
  '/probot': () => homePage(version),
  ...Object.fromEntries(
    subscriptionPaths.map((path) => [path, (url: URL) => subscriptionPage(url, webhookSecret)]),
  ),
  // Whether the process lives. Restarting it would not bring back a database.
  '/healthz': () => jsonAnswer(200, { status: 'ok', version }),
  '/readyz': async () => {
    const reasons = await obstacles();
    return reasons.length === 0
      ? jsonAnswer(200, { status: 'ready', version })
      : jsonAnswer(503, { status: 'not ready', reasons, version });
  },
  '/metrics': async () => ({
    status: 200,
    headers: { 'content-type': metrics.contentType },
    body: await metrics.show(),
  }),
});

/** The database for the log, without its password. */
function databaseName({ databaseUrl, folder }: AppEnvironment): string {
  if (databaseUrl === undefined) return `embedded database in ${folder}`;
  const url = URL.parse(databaseUrl);
  return url ? `PostgreSQL at ${url.host}${url.pathname}` : 'PostgreSQL of DATABASE_URL';
}
