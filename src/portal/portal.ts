import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { compress } from 'hono/compress';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Store } from '../store/store.ts';
import { apiRoutes, apiSchemas } from './api/routes.ts';
import { openApiDocument } from './api/open-api.ts';
import type { Content, Route } from './api/route.ts';
import { entityTag, matches } from './entity-tag.ts';
import { Problem, problemDetails } from './problem.ts';
import { clientAddress, RateLimiter } from './rate-limiter.ts';
import { RepositoryDirectory, type ShownRepository } from './repository-directory.ts';
import { invalidParameters } from './api/parameters.ts';

export interface PortalOptions {
  store: Store;
  clock: () => Date;
  version: string;
  /** The address of GitHub, without a slash at the end. */
  github: string;
  /** How many proxies add the address of their peer to `X-Forwarded-For`. */
  proxies: number;
  onError: (error: unknown, path: string) => void;
}

/** What people and programs may read without signing in. */
export interface Portal {
  /** Whether a path is one of the portal's. */
  has(path: string): boolean;
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

type App = Hono<{ Bindings: HttpBindings }>;
type AppContext = Context<{ Bindings: HttpBindings }>;

const documentPath = '/api/openapi.json';
const problemType = 'application/problem+json';

/** On every answer: nothing of it runs or is embedded in a page, and every page may read it. */
const commonHeaders: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag, Link, Retry-After',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  vary: 'Accept, Accept-Encoding',
  'x-content-type-options': 'nosniff',
};

export function createPortal(options: PortalOptions): Portal {
  const { clock, proxies, version, onError } = options;
  const app: App = new Hono<{ Bindings: HttpBindings }>({ strict: false });
  const limiter = new RateLimiter();

  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(commonHeaders)) context.header(name, value);
  });
  app.use(compress());
  app.use(async ({ env: { incoming }, req }, next) => {
    const peer = incoming.socket.remoteAddress ?? '';
    const address = clientAddress(peer, req.header('x-forwarded-for'), proxies);
    const seconds = limiter.count(address, clock().getTime());
    if (seconds > 0)
      throw new Problem(4029, `Too many requests. Try again in ${seconds} seconds.`, {
        headers: { 'retry-after': String(seconds) },
      });
    await next();
  });
  const directory = new RepositoryDirectory(options.store);
  for (const route of apiRoutes)
    app.get(route.path.replaceAll(/\{(\w+)\}/g, ':$1'), (context) =>
      answerRoute(route, context, directory, options),
    );
  const document = toJson(openApiDocument(apiRoutes, apiSchemas, version));
  const documentTag = entityTag(version, [document]);
  app.get(documentPath, (context) => {
    const query = [...new URL(context.req.url).searchParams.keys()];
    if (query.length > 0)
      throw invalidParameters(query.map((name) => ({ name, reason: 'There are no parameters.' })));
    return matches(context.req.header('if-none-match'), documentTag)
      ? notModified(context, documentTag)
      : send(context, documentTag, 'application/json', document);
  });
  app.notFound((context) =>
    problem(context, new Problem(4004, `There is nothing here. See ${documentPath}.`)),
  );
  app.onError((error, context) => {
    if (error instanceof Problem) return problem(context, error);
    onError(error, context.req.path);
    return problem(context, new Problem(5000, 'The server has an error, which its log describes.'));
  });

  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return {
    has: (path) => /^\/(?:api\/v1|api\/openapi\.json|feeds|catalog)(?:\/|$)/.test(path),
    answer: (request, response) => listener(request, response),
  };
}

async function answerRoute(
  route: Route,
  context: AppContext,
  directory: RepositoryDirectory,
  { store, github, version, clock }: PortalOptions,
): Promise<Response> {
  const { req } = context;
  const { pathname: path, searchParams: query } = new URL(req.url);
  const request = route.prepare(req.param(), query);
  const date = clock();
  const now = date.toISOString();
  const repository = chosen(await directory.shown(date.getTime()), request.repository);
  const parts = [version, repository.name, repository.periodAt(now), path, request.values];
  const tag = entityTag(repository.revision, parts);
  if (matches(req.header('if-none-match'), tag)) return notModified(context, tag);
  const content = await request.respond({ store, github, repository, now });
  if (content.nextToken !== undefined) {
    query.set('nextToken', content.nextToken);
    context.header('link', `<${path}?${query.toString()}>; rel="next"`);
  }
  return send(context, tag, route.content.type, bodyOf(content));
}

const bodyOf = ({ body }: Content): string | Uint8Array<ArrayBuffer> =>
  typeof body === 'string' || body instanceof Uint8Array ? body : toJson(body);

/** The repository that a request is about. Of others than public ones, nobody learns the names. */
function chosen(shown: readonly ShownRepository[], name: string | undefined): ShownRepository {
  if (name !== undefined) {
    const repository = shown.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (repository) return repository;
    throw new Problem(4004, 'The server shows no repository of this name to everyone.');
  }
  const [first, ...others] = shown;
  if (!first) throw new Problem(4003, 'The server shows no repository to everyone.');
  if (others.length > 0) {
    const names = shown.slice(0, 20).map((each) => each.name);
    throw invalidParameters([
      { name: 'repository', reason: `Choose one of several, such as ${names.join(', ')}.` },
    ]);
  }
  return first;
}

function send(
  context: AppContext,
  tag: string,
  type: string,
  body: string | Uint8Array<ArrayBuffer>,
): Response {
  context.header('etag', tag);
  context.header('cache-control', 'public, max-age=60');
  context.header('content-type', type);
  return context.body(body);
}

function notModified(context: AppContext, tag: string): Response {
  context.header('etag', tag);
  context.header('cache-control', 'public, max-age=60');
  return context.body(null, 304);
}

function problem(context: AppContext, error: Problem): Response {
  for (const [name, value] of Object.entries(error.headers)) context.header(name, value);
  context.header('cache-control', 'no-store');
  context.header('content-type', problemType);
  context.status(error.status);
  return context.body(toJson(problemDetails(error, new URL(context.req.url).pathname)));
}

/**
 * JSON in which characters without a shape, and those that change the direction of text, are
 * escaped: people print answers in terminals.
 */
const toJson = (value: object): string =>
  JSON.stringify(value).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
