import { createHash, createVerify, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { description, isJson, type Json, type Operation } from './schema-check.ts';
import type { Disturbance } from './faults.ts';
import { answerGraphql } from './graphql.ts';
import type { Files } from './git-objects.ts';
import {
  githubLimits,
  Refused,
  type Answer,
  type Call,
  type GitHubLimits,
  type Handlers,
  type Viewer,
} from './operations/call.ts';
import { checks } from './operations/checks.ts';
import { git } from './operations/git.ts';
import { people } from './operations/people.ts';
import { pulls } from './operations/pulls.ts';
import { conversation } from './operations/conversation.ts';
import { ResponseBodies } from './response-bodies.ts';
import { Webhooks } from './webhooks.ts';
import { World, type Account, type App, type Repository } from './repository.ts';

const handlers: Handlers = { ...pulls, ...conversation, ...git, ...checks, ...people };

/** A request that was made, and how it went. */
export interface Request {
  method: string;
  path: string;
  /** The operation in GitHub's description, for example `pulls/get`. */
  operation: string;
  status: number;
  body: Json;
}

/** What an App asks for where a test does not say: everything that the fake knows. */
const everything = {
  checks: 'write',
  contents: 'write',
  deployments: 'write',
  issues: 'write',
  members: 'read',
  metadata: 'read',
  pull_requests: 'write',
  statuses: 'write',
};
const events = [
  'check_run',
  'deployment',
  'deployment_status',
  'issue_comment',
  'merge_group',
  'pull_request',
  'pull_request_review',
  'push',
];

let keys: { publicKey: string; privateKey: string } | undefined;
/** A key pair takes a while: one does for all Apps of a process. */
const keyPair = (): { publicKey: string; privateKey: string } =>
  (keys ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }));

type Grant = { viewer: Viewer; used: number };

/**
 * GitHub on this machine, over HTTP, with a memory: what is written can be read again, and what
 * happens is told to Apps. Every request, answer and webhook is held to GitHub's published
 * description; `stop` throws where one was not as described.
 */
export class GitHub {
  readonly webhooks: Webhooks;
  readonly world: World;
  /** Every request since the last `forget`. */
  readonly requests: Request[] = [];
  /** What was not as GitHub describes it. */
  readonly violations: string[] = [];
  /** The permissions of Apps that requests have needed, for example `checks:write`. */
  readonly permissionsUsed = new Set<string>();
  readonly limits: GitHubLimits = { ...githubLimits };
  /** Requests an hour that each token has. */
  hourly = 5000;
  readonly #bodies: ResponseBodies;
  readonly #tokens = new Map<string, Grant>();
  readonly #disturbances: { operation: string; left: number; disturbance: Disturbance }[] = [];
  readonly #server: Server;

  constructor() {
    this.world = new World((happening) => this.webhooks.tell(this.world, happening));
    this.#bodies = new ResponseBodies(this.world);
    this.webhooks = new Webhooks(this.#bodies);
    // An App that works for seconds between two requests finds its connection still open.
    this.#server = createServer(
      { keepAliveTimeout: 60_000 },
      (request, response) => void this.#serve(request, response),
    );
  }

  /** Listens on a port of the system's choice, on this machine only. */
  async start(): Promise<this> {
    await new Promise<void>((resolve) => void this.#server.listen(0, '127.0.0.1', resolve));
    this.#bodies.html = `http://${this.host}`;
    this.#bodies.api = `${this.#bodies.html}/api/v3`;
    return this;
  }
  /** The name and port, as `GHE_HOST` wants it. */
  get host(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('start it first');
    return `127.0.0.1:${address.port}`;
  }
  /** Where the REST API answers; an Octokit's `baseUrl`. */
  get url(): string {
    return this.#bodies.api;
  }

  /** Ends it. Throws where something was not as GitHub describes it, with all of it. */
  async stop(): Promise<void> {
    await this.webhooks.settled();
    this.#server.closeAllConnections();
    await new Promise((resolve) => void this.#server.close(resolve));
    const wrong = new Set([...this.violations, ...this.webhooks.violations]);
    if (wrong.size > 0) throw new Error(`not as GitHub describes it:\n${[...wrong].join('\n')}`);
  }
  [Symbol.asyncDispose] = (): Promise<void> => this.stop();

  user = (login: string, about: { email?: string; name?: string } = {}): Account =>
    this.world.account(login, about);
  organization(login: string, ...members: Account[]): Account {
    const organization = this.world.account(login, { type: 'Organization' });
    for (const member of members) organization.members.add(member);
    return organization;
  }
  /** A repository `owner/name`; an owner that is not known becomes an organization. */
  repository(fullName: string, options: { branch?: string; files?: Files } = {}): Repository {
    const [owner = '', name = ''] = fullName.split('/');
    return this.world.createRepository(this.organization(owner), name, options);
  }

  /** An App: who it is, and what it may do once it is installed. */
  app({
    slug = 'gatehouse',
    permissions = everything,
    subscribed = events,
  }: {
    slug?: string;
    permissions?: Readonly<Record<string, string>>;
    subscribed?: readonly string[];
  } = {}): App {
    const owner = this.organization('contoso');
    const account = this.world.account(`${slug}[bot]`, { type: 'Bot' });
    const app: App = {
      id: this.world.next(),
      slug,
      name: slug,
      account,
      owner,
      permissions,
      events: subscribed,
      secret: `secret of ${slug}`,
      ...keyPair(),
    };
    this.world.apps.push(app);
    return app;
  }
  /** Installs an App in repositories. Returns the number of the installation. */
  install(app: App, ...repositories: Repository[]): number {
    const id = this.world.next();
    const account = repositories[0]?.owner ?? app.owner;
    this.world.installations.set(id, { id, app, account, repositories: new Set(repositories) });
    this.world.tell({
      event: 'installation',
      action: 'created',
      sender: account,
      about: { installation: id },
    });
    return id;
  }
  /** The owner grants an installation other permissions than the App asks for. */
  grant(installation: number, permissions: Readonly<Record<string, string>>): void {
    const found = this.world.installations.get(installation);
    if (found) found.permissions = permissions;
  }
  /** A token of an installation, as an App would be given one. */
  installationToken = (installation: number): string =>
    String(this.#grant(installation, undefined).token);
  /** The token of a workflow: that of an App which GitHub itself has installed. */
  workflowToken = (repository: Repository, permissions: Record<string, string>): string =>
    this.installationToken(
      this.install(this.app({ slug: 'github-actions', permissions }), repository),
    );
  /** A token of a person. */
  token(account: Account): string {
    const token = `ghp_${randomUUID().replaceAll('-', '')}`;
    this.#tokens.set(token, { viewer: { kind: 'person', account }, used: 0 });
    return token;
  }

  /** Lets something go wrong with an operation, or with each (`*`). */
  disturb(operation: string, disturbance: Disturbance): void {
    this.#disturbances.push({ operation, left: disturbance.times ?? 1, disturbance });
  }
  /**
   * Lets the next request for an operation wait. `reached` says that one waits, `release` lets it
   * go on.
   */
  holdUp(operation: string): { reached: Promise<void>; release: () => void } {
    const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    this.disturb(operation, {
      before: async () => {
        reached.resolve();
        await released.promise;
      },
    });
    return { reached: reached.promise, release: () => released.resolve() };
  }

  /** How many requests there were since the last `forget`, leaving out those for tokens. */
  count(): { reads: number; writes: number; notModified: number } {
    const counted = this.requests.filter(
      ({ operation }) => operation !== 'apps/create-installation-access-token',
    );
    const reads = counted.filter(({ method }) => method === 'GET');
    return {
      reads: reads.length,
      writes: counted.length - reads.length,
      notModified: reads.filter(({ status }) => status === 304).length,
    };
  }
  /** The requests that wrote something. */
  get writes(): Request[] {
    return this.requests.filter(
      ({ method, operation }) =>
        method !== 'GET' && operation !== 'apps/create-installation-access-token',
    );
  }
  forget = (): void => void (this.requests.length = 0);

  #grant(installation: number, narrowed: Json | undefined): Json {
    const found = this.world.installations.get(installation);
    if (!found) throw new Error(`there is no installation ${installation}`);
    const { app, repositories } = found;
    const granted = found.permissions ?? app.permissions;
    const permissions = narrowed
      ? Object.fromEntries(
          Object.entries(narrowed)
            .filter(([, level]) => typeof level === 'string')
            .map(([name, level]) => [name, String(level)]),
        )
      : granted;
    const token = `ghs_${randomUUID().replaceAll('-', '')}`;
    this.#tokens.set(token, {
      viewer: { kind: 'installation', account: app.account, app, permissions, repositories },
      used: 0,
    });
    return {
      token,
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      permissions,
      repository_selection: 'selected',
    };
  }

  #grantOf(authorization: string | undefined, operation: string): Grant {
    // The code in the address is the authorization.
    if (authorization === undefined && operation === 'apps/create-from-manifest')
      return { viewer: { kind: 'person', account: this.user('octocat') }, used: 0 };
    const [, token = ''] = /^(?:bearer|token) (.+)$/i.exec(authorization ?? '') ?? [];
    const known = this.#tokens.get(token);
    if (known) return known;
    const app = token.split('.').length === 3 ? this.#appOf(token) : undefined;
    if (!app) throw new Refused(401, 'Bad credentials');
    return { viewer: { kind: 'app', account: app.account, app }, used: 0 };
  }

  /**
   * The App that signed a JSON web token, as GitHub checks it: signature, and not valid for more
   * than ten minutes.
   */
  #appOf(jwt: string): App | undefined {
    const [head = '', claims = '', signature = ''] = jwt.split('.');
    let said: unknown;
    try {
      said = JSON.parse(Buffer.from(claims, 'base64url').toString());
    } catch {
      return undefined;
    }
    if (!isJson(said)) return undefined;
    const app = this.world.apps.find(({ id }) => String(id) === String(said.iss));
    const now = Date.now() / 1000;
    const timely =
      typeof said.iat === 'number' &&
      typeof said.exp === 'number' &&
      said.iat <= now &&
      said.exp > now &&
      said.exp - now <= 600;
    if (!timely) throw new Refused(401, "'Expiration time' claim ('exp') is too far in the future");
    if (!app) throw new Refused(404, 'Integration not found');
    const isSigned = createVerify('RSA-SHA256')
      .update(`${head}.${claims}`)
      .verify(app.publicKey, signature, 'base64url');
    if (!isSigned) throw new Refused(401, 'A JSON web token could not be decoded');
    return app;
  }

  /** Whether who asks may do this here. */
  #allow({ id, method, forApps }: Operation, { viewer, parameters, world }: Call): void {
    const { needs, role } = handlers[id] ?? {};
    const repository =
      parameters.owner === undefined
        ? undefined
        : world.repository(parameters.owner, parameters.repo ?? '');
    if (viewer.kind === 'person') {
      if (repository?.isPrivate && !repository.roleOf(viewer.account))
        throw new Refused(404, 'Not Found');
      if (role && repository && !repository.may(viewer.account, role))
        throw new Refused(403, 'Must have push access to repository');
      return;
    }
    if (viewer.kind === 'app') {
      if (needs) throw new Refused(403, 'Resource not accessible by integration');
      return;
    }
    if (!forApps) throw new Refused(403, 'Resource not accessible by integration');
    const granted = (needs ?? []).find((need) => {
      const [name = '', level] = need.split(':');
      const has = viewer.permissions[name] ?? (name === 'metadata' ? 'read' : undefined);
      return has === 'write' || (has === 'read' && level === 'read');
    });
    if (needs && granted === undefined)
      throw new Refused(403, 'Resource not accessible by integration');
    if (granted !== undefined) this.permissionsUsed.add(granted);
    if (!repository || viewer.repositories.has(repository)) return;
    if (repository.isPrivate) throw new Refused(404, 'Not Found');
    if (method !== 'GET' && !mayPushToFork(id, viewer.repositories, repository, parameters.ref))
      throw new Refused(403, 'Resource not accessible by integration');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET' } = request;
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake.invalid');
    const path = this.#byName(pathname.replace(/^\/api\/v3/, ''));
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
    } catch {
      return; // who asked has gone
    }
    const forwarded = this.#forwarded(path);
    if (forwarded !== undefined) {
      const location = `${this.url}${forwarded}${searchParams.size > 0 ? `?${searchParams.toString()}` : ''}`;
      response.writeHead(method === 'GET' ? 301 : 307, { location }).end();
      return;
    }
    const match = description().match(method, path);
    const made: Request = {
      method,
      path: `${path}${searchParams.size > 0 ? `?${searchParams.toString()}` : ''}`,
      operation: pathname.endsWith('/graphql') ? 'graphql' : (match?.operation.id ?? 'unknown'),
      status: 0,
      body: {},
    };
    this.requests.push(made);
    let grant: Grant | undefined;
    let answer: Answer | 'cut';
    try {
      const parsed = bodyOf(Buffer.concat(chunks));
      made.body = fieldsOf(parsed);
      const disturbance = this.#disturbanceOf(made.operation, method, path);
      await disturbance?.before?.();
      if (disturbance?.answer !== undefined) {
        answer = disturbance.answer;
      } else {
        grant = this.#grantOf(request.headers.authorization, made.operation);
        if (grant.used >= this.hourly)
          throw new Refused(403, 'API rate limit exceeded', undefined, { 'retry-after': '60' });
        answer =
          made.operation === 'graphql'
            ? {
                status: 200,
                body: await answerGraphql(this.world, grant.viewer.account, made.body),
              }
            : this.#carryOut(
                match,
                made,
                grant.viewer,
                searchParams,
                parsed,
                mediaOf(request.headers.accept),
                `http://${this.host}${pathname}`,
              );
        if (disturbance?.butAnswer !== undefined) answer = disturbance.butAnswer;
      }
    } catch (error) {
      if (!(error instanceof Refused))
        this.violations.push(
          `${method} ${path}: the fake fell over: ` +
            (error instanceof Error ? (error.stack ?? error.message) : String(error)),
        );
      const refused = error instanceof Refused ? error : new Refused(500, 'the fake fell over');
      answer = { status: refused.status, body: errorBody(refused), headers: refused.headers };
    }
    if (answer === 'cut') {
      made.status = -1;
      response.destroy();
      return;
    }
    this.#answer(request, response, made, match, grant, answer);
  }

  /** The path that a request for a former name of a repository is forwarded to, as GitHub does. */
  #forwarded(path: string): string | undefined {
    const [, owner = '', name = '', rest = ''] = /^\/repos\/([^/]+)\/([^/]+)(.*)$/.exec(path) ?? [];
    if (name === '' || this.world.repository(owner, name)) return undefined;
    const renamed = this.world.repositories.find(({ formerNames }) =>
      formerNames.includes(`${owner}/${name}`.toLowerCase()),
    );
    return renamed && `/repositories/${renamed.id}${rest}`;
  }

  /** A path that names a repository by its id, by its name. */
  #byName = (path: string): string =>
    path.replace(/^\/repositories\/(\d+)(?=\/|$)/, (whole, id) => {
      const found = this.world.repositories.find((each) => String(each.id) === id);
      return found ? `/repos/${found.fullName}` : whole;
    });

  #disturbanceOf(operation: string, method: string, path: string): Disturbance | undefined {
    const found = this.#disturbances.find(
      (one) =>
        one.left > 0 &&
        (one.operation === '*' || one.operation === operation) &&
        (one.disturbance.when?.({ method, path }) ?? true),
    );
    if (found) found.left--;
    return found?.disturbance;
  }

  #carryOut(
    match: ReturnType<ReturnType<typeof description>['match']>,
    made: Request,
    viewer: Viewer,
    query: URLSearchParams,
    parsed: unknown,
    media: string | undefined,
    address: string,
  ): Answer {
    const handler = match && handlers[match.operation.id];
    if (!match || !handler) {
      this.violations.push(
        `${made.method} ${made.path} is ` +
          (match
            ? `${match.operation.id}, which the fake does not know`
            : 'no operation that GitHub describes'),
      );
      throw new Refused(400, 'the fake does not know this');
    }
    const { operation, parameters } = match;
    const wrong = description().checkRequest(operation, parameters, query, parsed);
    if (wrong.length > 0) {
      this.violations.push(...wrong);
      throw new Refused(400, `not as described: ${wrong.join('; ')}`);
    }
    const call: Call = {
      world: this.world,
      bodies: this.#bodies,
      limits: this.limits,
      viewer,
      parameters,
      query,
      body: made.body,
      media,
      address,
      webhooks: this.webhooks,
      grant: (id, permissions) => this.#grant(id, permissions),
    };
    this.#allow(operation, call);
    return handler.answer(call);
  }

  #answer(
    request: IncomingMessage,
    response: ServerResponse,
    made: Request,
    match: ReturnType<ReturnType<typeof description>['match']>,
    grant: Grant | undefined,
    answer: Answer,
  ): void {
    const { status, body, type = 'application/json', headers = {} } = answer;
    const bytes = bytesOf(body);
    if (match && status !== 400)
      this.violations.push(
        ...description().checkResponse(
          match.operation,
          status,
          type,
          Buffer.isBuffer(body) ? '' : body && JSON.parse(bytes.toString()),
        ),
      );
    const tag =
      made.method === 'GET' && status === 200
        ? `W/"${createHash('sha256').update(bytes).digest('hex')}"`
        : undefined;
    const unchanged = tag !== undefined && request.headers['if-none-match'] === tag;
    made.status = unchanged ? 304 : status;
    if (grant && !unchanged) grant.used++;
    const limit = {
      'x-ratelimit-limit': String(this.hourly),
      'x-ratelimit-remaining': String(this.hourly - (grant?.used ?? 0)),
      'x-ratelimit-used': String(grant?.used ?? 0),
      'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600),
      'x-ratelimit-resource': 'core',
    };
    const always = {
      ...limit,
      ...(tag !== undefined && { etag: tag }),
      'x-github-request-id': randomUUID(),
      ...(bytes.length > 0 && !unchanged && { 'content-type': contentType(type) }),
    };
    response.writeHead(made.status, { ...always, ...headers });
    response.end(unchanged ? undefined : bytes);
  }
}

const errorBody = ({ message, errors }: Refused): Json => ({
  message,
  documentation_url: 'https://docs.github.com/rest',
  ...(errors && { errors }),
});

function bodyOf(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw new Refused(400, 'Problems parsing JSON');
  }
}

/** The fields of a body; GitHub takes a list of labels without a field around it. */
function fieldsOf(body: unknown): Json {
  if (Array.isArray(body)) return { labels: body };
  return isJson(body) ? body : {};
}

/** The bytes of an answer's body. */
function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
}

/** An answer's media type, with the encoding that GitHub adds to it. */
function contentType(type: string): string {
  if (type.startsWith('application/vnd.github.object')) return 'application/json; charset=utf-8';
  return type.includes(';') ? type : `${type}; charset=utf-8`;
}

/** What a request wants besides plain JSON. */
const mediaOf = (accept: string | undefined): string | undefined =>
  /application\/vnd\.github(?:\.v3)?\.(raw|object)/.exec(accept ?? '')?.[1];

/**
 * An App may push to a fork's branch that a pull request is of, where its author lets maintainers.
 */
function mayPushToFork(
  operation: string,
  repositories: ReadonlySet<Repository>,
  fork: Repository,
  ref: string | undefined,
): boolean {
  const open = [...repositories]
    .flatMap((repository) => repository.pulls)
    .filter(
      (pull) => pull.state === 'open' && pull.headRepository === fork && pull.maintainersMayPush,
    );
  if (operation === 'git/update-ref') return open.some(({ headRef }) => ref === `heads/${headRef}`);
  return (
    open.length > 0 &&
    ['git/create-blob', 'git/create-tree', 'git/create-commit'].includes(operation)
  );
}

/** GitHub, running. */
export const startGitHub = (): Promise<GitHub> => new GitHub().start();
