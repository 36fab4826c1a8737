import type { ServerResponse } from 'node:http';
import { Probot, Server } from 'probot';
import { UserError } from '../shared/user-error.ts';
import { Clients } from './clients.ts';
import { systemClock } from './clock.ts';
import { readEnvironment } from './env.ts';
import { JobWorker } from './job-worker.ts';
import { sweep, sweepCron } from './jobs/sweep.ts';
import { metrics } from './metrics.ts';
import { openStore } from './open-store.ts';
import { createLog, credentialsOf } from './probot-app.ts';
import { receiveDelivery } from './receive-delivery.ts';
import { guardRequests } from './request-limits.ts';
import { startReviewProcesses } from './review-processes.ts';
import type { Role } from './roles.ts';
import type { Running } from './running.ts';
import { serveSetup } from './setup.ts';

const defaultWebhookPath = '/api/github/webhooks';
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
 * @param env Probot's variables, and those of `env.ts`
 * @param packageRoot the folder of `app.yml`
 * @throws UserError if the environment is not valid
 */
export async function serve(
  role: Role,
  env: NodeJS.ProcessEnv,
  packageRoot: string,
  version: string,
): Promise<Running> {
  const environment = readEnvironment(env);
  const { port, host, webhookPath, webhookProxyUrl, webhookSecret } = environment;
  if (role !== 'all' && environment.databaseUrl === undefined)
    throw new UserError(
      `--role ${role} shares jobs with other processes, and only one process can use the ` +
        'embedded database. Set DATABASE_URL to a PostgreSQL.',
    );
  const credentials = credentialsOf(environment, env);
  if (!credentials) return serveSetup(env, packageRoot);
  // Without a secret, Probot would use a default that everyone knows.
  if (webhookSecret === undefined)
    throw new UserError(
      'WEBHOOK_SECRET is missing, and without it anyone could send deliveries in the name of ' +
        'GitHub. Set it to the secret in the settings of the App.',
    );

  const log = await createLog(env);
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
  const counters = metrics(() => store.jobCounts());
  const processes = startReviewProcesses(environment, (pull, excess) => {
    counters.overLimit.inc();
    log.warn(
      { pull, reason: excess },
      'a review exceeded a limit: it continues without its most expensive parts',
    );
  });
  let isStopping = false;

  const server = new Server({
    log,
    port,
    ...(host !== undefined && { host }),
    ...(webhookPath !== undefined && { webhookPath }),
    ...(webhookProxyUrl !== undefined && { webhookProxy: webhookProxyUrl }),
    Probot: Probot.defaults({ ...credentials, secret: webhookSecret, log }),
  });
  await server.load(async (app, { addHandler }) => {
    app.onAny((event) =>
      receiveDelivery(event, { store, metrics: counters, log, appId: Number(credentials.appId) }),
    );
    if (role !== 'web') {
      const clients = new Clients(app, (method, status) =>
        counters.requests.inc({ method, status }),
      );
      const worker = new JobWorker({
        log: app.log,
        clients,
        store,
        metrics: counters,
        processes,
        version,
        clock: systemClock,
      });
      await store.work(
        {
          pull: (work) => worker.review(work),
          sweep: ({ data }) => sweep(data, { log: app.log, clients, store, clock: systemClock }),
        },
        { concurrency: environment.concurrency, sweepCron },
      );
    }
    // The App that the setup creates has the root of the server as its webhook address.
    const rootWebhooks = await app.getNodeMiddleware({ path: '/' });
    addHandler((request, response) =>
      request.method === 'POST' ? rootWebhooks(request, response) : false,
    );
    addHandler(async (request, response) => {
      if (request.method !== 'GET') return false;
      if (request.url === '/healthz') {
        const status = isStopping ? 'stopping' : await databaseStatus(() => store.ping());
        return respond(response, status === 'ok' ? 200 : 503, {
          type: 'application/json',
          body: JSON.stringify({ status, version }),
        });
      }
      if (request.url === '/metrics')
        return respond(response, 200, {
          type: counters.contentType,
          body: await counters.show(),
        });
      return false;
    });
  });
  const http = await server.start();
  guardRequests(http, {
    secret: webhookSecret,
    paths: [webhookPath ?? defaultWebhookPath, '/'],
    onRejected({ status, reason }) {
      counters.deliveries.inc({ event: 'unknown', outcome: 'refused' });
      log[status === 400 || status === 503 ? 'warn' : 'debug'](
        { status },
        `request refused: ${reason}`,
      );
    },
  });
  http.keepAliveTimeout = keepAliveTimeout;

  return {
    async stop() {
      isStopping = true;
      log.info('stopping: waiting for reviews to end');
      // Node.js closes connections that are idle when the server stops, but not connections that
      // become idle after that.
      http.keepAliveTimeout = 1;
      const closing = setInterval(() => http.closeIdleConnections(), 100);
      await server.stop().finally(() => clearInterval(closing));
      await store.close(stopTimeout);
      await processes.close();
      log.info('stopped');
    },
  };
}

const databaseStatus = (ping: () => Promise<void>): Promise<'ok' | 'no database'> =>
  ping().then(
    () => 'ok',
    () => 'no database',
  );

function respond(
  response: ServerResponse,
  status: number,
  { type, body }: { type: string; body: string },
): true {
  response.writeHead(status, { 'content-type': type }).end(body);
  return true;
}
