import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { resolve } from 'node:path';
import { LRUCache } from 'lru-cache';
import { convertManifest } from '../github/convert-manifest.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';
import { answerGet, jsonAnswer, pageAnswer, type Answer } from './answer-requests.ts';
import { apiOf, webOf } from './credentials.ts';
import { defaultWebhookPath, type AppEnvironment } from './env.ts';
import { pageHeaders } from './html.ts';
import { listen, localAddress } from './listen.ts';
import type { Log } from './log.ts';
import type { Manifest } from './manifest.ts';
import { limitBodies } from './request-limits.ts';
import type { Running } from './running.ts';
import { failedPage, registeredPage, setupPage } from './setup-page.ts';
import { writeEnvFile } from './write-env-file.ts';

interface SetupOptions {
  environment: AppEnvironment;
  manifest: Manifest;
  log: Log;
  version: string;
}

const envFile = '.env';

/**
 * Serves a page that registers the App on GitHub from `app.yml`, and writes its credentials to
 * `.env`.
 * @throws UserError in production, where the file would be lost, and strangers could open the page
 */
export async function serveSetup(options: SetupOptions): Promise<Running> {
  const { environment, log, version } = options;
  if (environment.isProduction)
    throw new UserError(
      'APP_ID and PRIVATE_KEY are missing. ' +
        'Start once without NODE_ENV=production to create the App.',
    );
  const setup = new Setup(options);
  const http = createServer((request, response) => {
    answerGet(request, response, {
      '/': (url) => setup.firstPage(url, request),
      '/probot': (url) => setup.firstPage(url, request),
      '/registered': (url) => setup.finish(url),
      '/healthz': () => jsonAnswer(200, { status: 'ok', version }),
      '/readyz': () =>
        jsonAnswer(503, { status: 'not ready', reasons: ['The App is not set up yet.'], version }),
    }).catch((error: unknown) => {
      log.error({ err: error }, 'a request failed');
      response.destroy();
    });
  });
  // No request of the setup has a body.
  const { closeIdleConnections } = limitBodies(http, 0);
  const { port, host } = environment;
  await listen(http, port, host);
  log.info(
    `Gatehouse ${version} has no App yet. Open ${localAddress(port, host)} to register one on ` +
      `${environment.gheHost ?? 'github.com'}.`,
  );
  return {
    started: Promise.resolve(),
    async stop() {
      const closed = once(http, 'close');
      http.close();
      const closing = setInterval(closeIdleConnections, 100);
      closeIdleConnections();
      await closed.finally(() => clearInterval(closing));
    },
  };
}

class Setup {
  readonly #options: SetupOptions;
  /** The webhook address of each page that was shown, by the `state` that GitHub returns. */
  readonly #shown = new LRUCache<string, string>({ max: 100 });

  constructor(options: SetupOptions) {
    this.#options = options;
  }

  firstPage({ searchParams }: URL, request: IncomingMessage): Answer {
    const { environment, manifest, version } = this.#options;
    const { webhookPath = defaultWebhookPath, webhookProxyUrl } = environment;
    const base = baseOf(request);
    const webhookUrl = httpUrl(searchParams.get('webhook'));
    const deliverTo = webhookUrl ?? webhookProxyUrl ?? `${base}${webhookPath}`;
    const requested = searchParams.get('organization') ?? environment.organization ?? '';
    const organization = /^[\w-]*$/.test(requested) ? requested : '';
    const state = randomUUID();
    this.#shown.set(state, deliverTo);
    const github = webOf(environment);
    const owner = organization === '' ? '' : `/organizations/${organization}`;
    const content = setupPage({
      version,
      manifest,
      manifestJson: JSON.stringify({
        ...manifest,
        hook_attributes: { url: deliverTo },
        redirect_url: `${base}/registered`,
      }),
      registrationUrl: `${github}${owner}/settings/apps/new?state=${state}`,
      webhookUrl: deliverTo,
      isReachable: isReachable(deliverTo),
      organization,
      envFile: resolve(envFile),
    });
    return pageAnswer(200, content, pageHeaders(github));
  }

  /** GitHub sends the browser here after it registered the App. */
  async finish({ searchParams }: URL): Promise<Answer> {
    const { environment, log } = this.#options;
    const code = searchParams.get('code') ?? '';
    const webhookUrl = this.#shown.get(searchParams.get('state') ?? '');
    // Otherwise, a link could make this process use the App of someone else.
    if (webhookUrl === undefined)
      return pageAnswer(400, failedPage('This address does not belong to a page of this process.'));
    if (!/^[\w-]{1,100}$/.test(code))
      return pageAnswer(400, failedPage('GitHub did not send a code.'));
    try {
      const app = await convertManifest(apiOf(environment), code);
      writeEnvFile(envFile, {
        APP_ID: String(app.id),
        PRIVATE_KEY: app.privateKey,
        WEBHOOK_SECRET: app.webhookSecret,
        GITHUB_CLIENT_ID: app.clientId,
        GITHUB_CLIENT_SECRET: app.clientSecret,
        ...(isChannel(webhookUrl) && { WEBHOOK_PROXY_URL: webhookUrl }),
      });
      log.info(
        `${app.slug} is registered, and its credentials are in ${resolve(envFile)}. Install it ` +
          `(${app.url}/installations/new), stop this process, and start it again.`,
      );
      return pageAnswer(200, registeredPage(app, resolve(envFile)));
    } catch (error) {
      log.error({ err: error }, 'the App could not be registered');
      return pageAnswer(
        502,
        failedPage(
          `GitHub did not return the App, or its credentials could not be written: ${errorMessage(error)}`,
        ),
      );
    }
  }
}

/** The address under which the browser reached this server, maybe through a proxy. */
function baseOf({ headers }: IncomingMessage): string {
  const first = (value: string | string[] | undefined): string | undefined =>
    String(value ?? '')
      .split(',')[0]
      ?.trim() || undefined;
  const protocol = first(headers['x-forwarded-proto']) === 'https' ? 'https' : 'http';
  return `${protocol}://${first(headers['x-forwarded-host']) ?? headers.host ?? 'localhost'}`;
}

/** An address from a form; undefined if it is none. */
function httpUrl(text: string | null): string | undefined {
  const url = text === null ? null : URL.parse(text);
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
}

const isChannel = (url: string): boolean => URL.parse(url)?.hostname === 'smee.io';

/** Whether the internet may be able to reach an address. */
function isReachable(url: string): boolean {
  const { hostname = '' } = URL.parse(url) ?? {};
  return (
    hostname.includes('.') &&
    !hostname.endsWith('.local') &&
    !/^(?:127|10|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|0)\./.test(hostname)
  );
}
