import type { Json } from '../schema-check.ts';
import type { ResponseBodies } from '../response-bodies.ts';
import type { Webhooks } from '../webhooks.ts';
import type { Account, App, Pull, Repository, Role, World } from '../repository.ts';

/** Who asks: a person by a token, an App itself by a JWT, or an App's installation. */
export type Viewer =
  | { kind: 'person'; account: Account }
  | { kind: 'app'; account: Account; app: App }
  | {
      kind: 'installation';
      account: Account;
      app: App;
      permissions: Readonly<Record<string, string>>;
      repositories: ReadonlySet<Repository>;
    };

/** What GitHub refuses at. Tests lower those that would need much data. */
export const githubLimits = {
  pullFiles: 3000,
  pullCommits: 250,
  comparedFiles: 300,
  treeEntries: 100_000,
  contentBytes: 1_000_000,
  blobBytes: 100_000_000,
  bodyLength: 65_536,
};
export type GitHubLimits = typeof githubLimits;

export interface Call {
  world: World;
  bodies: ResponseBodies;
  webhooks: Webhooks;
  limits: GitHubLimits;
  viewer: Viewer;
  /** Parameters in the path. */
  parameters: Readonly<Record<string, string>>;
  query: URLSearchParams;
  body: Json;
  /** What Accept asks for besides JSON: `raw` or `object`. */
  media: string | undefined;
  /** The address of the page that was asked for, for links to other pages. */
  address: string;
  /** Makes a token for an installation. */
  grant(installation: number, permissions: Json | undefined): Json;
}
export interface Answer {
  status: number;
  body?: unknown;
  type?: string;
  headers?: Record<string, string>;
}
interface Handler {
  /**
   * What an installation must have been given, for example `checks:write`; one of them is enough.
   * None: `metadata:read`.
   */
  needs?: readonly string[];
  /** The role that a person must have in the repository. */
  role?: Role;
  answer(call: Call): Answer;
}
export type Handlers = Readonly<Record<string, Handler>>;

/** A "no" of GitHub's. */
export class Refused extends Error {
  readonly status: number;
  readonly errors: unknown[] | undefined;
  readonly headers: Record<string, string>;
  constructor(
    status: number,
    message: string,
    errors?: unknown[],
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}
export const notFound = (): Refused => new Refused(404, 'Not Found');
export const invalid = (message: string, errors: unknown[] = []): Refused =>
  new Refused(422, message, errors);

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });

export const text = (body: Json, name: string): string | undefined => {
  const value = body[name];
  return typeof value === 'string' ? value : undefined;
};
export const number = (body: Json, name: string): number | undefined => {
  const value = body[name];
  return typeof value === 'number' ? value : undefined;
};

export function repositoryOf({ world, parameters }: Call): Repository {
  const repository = world.repository(parameters.owner ?? '', parameters.repo ?? '');
  if (!repository) throw notFound();
  return repository;
}

export function pullOf(call: Call): Pull {
  const wanted = Number(call.parameters.pull_number ?? call.parameters.issue_number);
  const pull = repositoryOf(call).pulls.find(({ number: one }) => one === wanted);
  if (!pull) throw notFound();
  return pull;
}

/** One page of a list, with links to the others. */
export function page<Item>(
  { query, address }: Call,
  items: readonly Item[],
  shape: (item: Item) => unknown,
  wrap: (shown: unknown[]) => unknown = (shown) => shown,
): Answer {
  const size = Math.min(Math.max(Number(query.get('per_page') ?? 30), 1), 100);
  const current = Math.max(Number(query.get('page') ?? 1), 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  return {
    ...ok(wrap(items.slice((current - 1) * size, current * size).map(shape))),
    headers: linksTo(address, query, current, last),
  };
}

export function linksTo(
  address: string,
  query: URLSearchParams,
  current: number,
  last: number,
): Record<string, string> {
  const to = (target: number, rel: string): string => {
    const next = new URLSearchParams(query);
    next.set('page', String(target));
    return `<${address}?${next.toString()}>; rel="${rel}"`;
  };
  const before = current > 1 ? [to(current - 1, 'prev'), to(1, 'first')] : [];
  const after = current < last ? [to(current + 1, 'next'), to(last, 'last')] : [];
  const links = [...before, ...after];
  return links.length > 0 ? { link: links.join(', ') } : {};
}
