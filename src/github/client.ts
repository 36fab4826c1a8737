import { LRUCache } from 'lru-cache';
import type { ProbotOctokit } from 'probot';
import { unavailable, ok } from '../review/model/result.ts';
import type { Result } from '../review/model/snapshot.ts';
import {
  isData,
  list,
  UnexpectedResponse,
  wellFormed,
  type ResponseObject,
} from './parse-response.ts';

/** What a client asks through: Probot's (octokit.ts), or a plain one (plain.ts). */
export type Octokit = Pick<ProbotOctokit, 'request' | 'graphql'>;

/** An answer that may be asked for again with its ETag, or that can never change. */
interface CachedResponse {
  etag: string | undefined;
  body: unknown;
  link: string | undefined;
}

/**
 * Answers of GitHub that a process remembers, 64 MB of them; one for all installations, for it is
 * keyed by address.
 */
export type ResponseCache = LRUCache<string, CachedResponse>;
export const newResponseCache = (): ResponseCache =>
  new LRUCache<string, CachedResponse>({ maxSize: 64 * 1024 * 1024 });

/** What is asked with: parameters of the route and of the query. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;
export interface RequestOptions {
  /** What the contents API is to answer with. */
  media?: 'object';
  /** What is asked for can never change, because it is named by its SHA: it is asked for once. */
  immutable?: boolean;
}

/** How much of one list is read. */
export interface PageLimit {
  /** Of 100 items each. */
  pages: number;
  bytes: number;
}

/**
 * Of a list with more than this nothing is known, unless somebody asks for a part. Whoever comments
 * can write 64 KB five thousand times.
 */
const usual: PageLimit = { pages: 50, bytes: 32 * 1024 * 1024 };
/** So much of a conversation is read, the newest of it: what is older was heard when it was new. */
export const commentLimit: PageLimit = { pages: 10, bytes: usual.bytes };

/** What was read of a list that has the oldest first. */
export interface NewestItems {
  /**
   * Without a gap up to the newest; all there are where `older` is empty and nothing is `missing`.
   */
  items: readonly unknown[];
  /** Of those that came long before: the first page. */
  older: readonly unknown[];
  /** Whether some between the two were not read. */
  missing: boolean;
}

/** "No" and "nothing there" look alike at GitHub, and neither is an answer. */
export const notShown = 'GitHub does not show it to Gatehouse';
const noAnswer = new Map([
  [403, 'GitHub does not let Gatehouse see it'],
  [404, notShown],
  [410, 'GitHub says it is gone'],
  [414, 'its name is longer than GitHub takes'],
  [422, 'GitHub cannot make sense of the question'],
  [451, 'GitHub may not show it'],
]);

/**
 * Why something is unknown that GitHub answered with a "no", or with what is no answer; undefined
 * where asking again may bring an answer: the token is no longer good, or GitHub is at fault.
 */
function reasonOfNo(error: unknown): string | undefined {
  if (error instanceof UnexpectedResponse) return error.message;
  if (error instanceof GraphqlRefusal && isHttpError(error))
    return `GitHub answers: ${error.message}`;
  if (!isHttpError(error)) return undefined;
  const { status } = error;
  return (
    noAnswer.get(status) ??
    (status >= 400 && status < 500 && status !== 401 && status !== 408
      ? `GitHub answers with the status ${status}`
      : undefined)
  );
}

/** Is told of each request: its method, and the status that GitHub answered with in the end. */
export type OnRequest = (method: string, status: number) => void;

/** Unknown where GitHub says no or shows nothing. */
async function orUnavailable<T>(asking: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await asking();
  } catch (error) {
    const because = reasonOfNo(error);
    if (because !== undefined) return unavailable(because);
    throw error;
  }
}

/**
 * Reads and writes for one installation. Throws what Octokit throws where GitHub is out of reach,
 * at fault, or asks for patience.
 */
export class Client {
  readonly #octokit: Octokit;
  readonly #memory: ResponseCache;
  readonly #tell: OnRequest;

  constructor(octokit: Octokit, memory: ResponseCache, tell: OnRequest = () => undefined) {
    this.#octokit = octokit;
    this.#memory = memory;
    this.#tell = tell;
  }

  /** Reads one thing. Unknown where GitHub says no or shows nothing. */
  async get(
    route: string,
    parameters: Parameters,
    asking: RequestOptions = {},
  ): Promise<Result<unknown>> {
    return (
      unreadable(parameters) ??
      orUnavailable(async () => ok((await this.#read(route, parameters, asking)).body))
    );
  }

  /** Whether an answer is remembered. */
  remembers = (route: string, parameters: Parameters): boolean =>
    this.#memory.has(this.#keyOf(route, parameters));

  /** Remembers an answer that can never change, and that came with another one. */
  remember(route: string, parameters: Parameters, body: unknown): void {
    this.#memory.set(
      this.#keyOf(route, parameters),
      { etag: undefined, body, link: undefined },
      { size: sizeOf(body) },
    );
  }

  /**
   * Reads a list page by page, to its end or to the first page that GitHub does not show; `of` is
   * the name it has within an object.
   */
  async *eachPage(
    route: string,
    parameters: Parameters,
    of?: string,
  ): AsyncGenerator<Result<Page>, void, undefined> {
    for (let number = 1; ; number++) {
      const page =
        unreadable(parameters) ??
        (await orUnavailable(async () => ok(await this.#page(route, parameters, number, of))));
      yield page;
      if (!page.ok || page.value.items.length === 0 || !linksTo(page.value, 'next')) return;
    }
  }

  /** Reads all pages of a list: it is unknown where there are too many. */
  async pages(
    route: string,
    parameters: Parameters,
    of?: string,
  ): Promise<Result<readonly unknown[]>> {
    const found = await this.begin(route, parameters, usual, of);
    if (!found.ok) return found;
    const { items, more } = found.value;
    if (more === undefined) return ok(items);
    return unavailable(
      more === 'bytes'
        ? `there is more of it than ${usual.bytes / 1024 / 1024} MB, and no more is read`
        : `there are more than ${usual.pages * 100}, and no more are read`,
    );
  }

  /** Reads a list from its beginning. `more` is the limit that it did not fit into. */
  async begin(
    route: string,
    parameters: Parameters,
    limit: PageLimit,
    of?: string,
  ): Promise<Result<{ items: readonly unknown[]; more?: keyof PageLimit }>> {
    const items: unknown[] = [];
    let [pages, bytes] = [0, 0];
    for await (const page of this.eachPage(route, parameters, of)) {
      if (!page.ok) return page;
      items.push(...page.value.items);
      bytes += page.value.bytes;
      pages += 1;
      if (bytes > limit.bytes) return ok({ items, more: 'bytes' });
      if (pages >= limit.pages && linksTo(page.value, 'next')) return ok({ items, more: 'pages' });
    }
    return ok({ items });
  }

  /**
   * Reads a list that has the oldest first from its end, and its first page. What somebody adds to
   * it without end keeps nobody from being heard.
   */
  async newest(
    route: string,
    parameters: Parameters,
    limit: PageLimit,
  ): Promise<Result<NewestItems>> {
    return (
      unreadable(parameters) ??
      orUnavailable(async () => {
        const first = await this.#page(route, parameters, 1);
        const last = lastPage(first);
        let bytes = first.bytes;
        const pages: (readonly unknown[])[] = [];
        let number = last;
        for (; number > 1 && last - number + 1 < limit.pages && bytes <= limit.bytes; number--) {
          const page = await this.#page(route, parameters, number);
          bytes += page.bytes;
          pages.unshift(page.items);
          // What came while it was read.
          if (number === last && linksTo(page, 'next'))
            pages.push((await this.#page(route, parameters, last + 1)).items);
        }
        const missing = number > 1;
        const items = pages.flat();
        return ok(
          missing
            ? { items, older: first.items, missing }
            : { items: [...first.items, ...items], older: [], missing },
        );
      })
    );
  }

  async #page(route: string, parameters: Parameters, number: number, of?: string): Promise<Page> {
    const { body, link } = await this.#read(
      route,
      { ...parameters, per_page: 100, ...(number > 1 && { page: number }) },
      {},
    );
    return {
      items: list(of !== undefined && isData(body) ? body[of] : body, of ?? route),
      bytes: sizeOf(body),
      link,
    };
  }

  /**
   * Whether something is so: GitHub answers 204 for yes and 404 for no; anything else is unknown.
   */
  async exists(route: string, parameters: Parameters): Promise<Result<boolean>> {
    const odd = unreadable(parameters);
    if (odd) return odd;
    try {
      const { status } = await this.#request(route, {
        ...parameters,
        request: { redirect: 'manual' },
      });
      return status < 300 ? ok(true) : unavailable('GitHub does not let Gatehouse see it');
    } catch (error) {
      if (isHttpError(error) && error.status === 404) return ok(false);
      if ((isHttpError(error) && error.status < 400) || reasonOfNo(error) !== undefined)
        return unavailable('GitHub does not let Gatehouse see it');
      throw error;
    }
  }

  /**
   * Writes. `repeatable` is what does no harm when it is done twice; anything else is asked for
   * once, because an error does not say whether it was done: the next review looks.
   */
  async write(
    route: string,
    parameters: Readonly<Record<string, unknown>>,
    { repeatable = false } = {},
  ): Promise<ResponseObject> {
    const { data: body }: { data: unknown } = await this.#request(route, {
      ...wellFormed(parameters),
      ...(!repeatable && { request: { retries: 0 } }),
    });
    return isData(body) ? body : {};
  }

  /** Does what the REST API cannot do. @throws GraphqlRefusal where GitHub says no to any of it */
  async mutate(
    mutation: string,
    variables: Readonly<Record<string, unknown>>,
    { repeatable = false } = {},
  ): Promise<ResponseObject> {
    return this.#graphql(mutation, {
      ...variables,
      ...(!repeatable && { request: { retries: 0 } }),
    });
  }

  /**
   * Asks for what the REST API cannot tell. Of an answer that GitHub gives in part, that part;
   * unknown where it says no to all of it.
   */
  async ask(
    query: string,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<Result<ResponseObject>> {
    return orUnavailable(async () => {
      try {
        return ok(await this.#graphql(query, variables));
      } catch (error) {
        if (
          error instanceof GraphqlRefusal &&
          Object.values(error.part).some((one) => one !== null)
        )
          return ok(error.part);
        throw error;
      }
    });
  }

  async #graphql(
    query: string,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<ResponseObject> {
    const asking: Promise<unknown> = this.#octokit.graphql(query, wellFormed(variables));
    try {
      const answer = await this.#told('POST', asking, () => 200);
      return isData(answer) ? answer : {};
    } catch (error) {
      throw graphqlRefusal(error) ?? error;
    }
  }

  #request(route: string, parameters: Readonly<Record<string, unknown>>) {
    return this.#told(
      route.slice(0, route.indexOf(' ')),
      this.#octokit.request(route, parameters),
      ({ status }) => status,
    );
  }

  async #told<T>(method: string, asking: Promise<T>, statusOf: (answer: T) => number): Promise<T> {
    try {
      const answer = await asking;
      this.#tell(method, statusOf(answer));
      return answer;
    } catch (error) {
      this.#tell(method, isRefusal(error) ? error.status : 200); // GraphQL says no with 200
      throw error;
    }
  }

  #keyOf(route: string, parameters: Parameters, media?: RequestOptions['media']): string {
    return `${acceptOf(media)} ${this.#octokit.request.endpoint(route, { ...parameters }).url}`;
  }

  async #read(
    route: string,
    parameters: Parameters,
    { media, immutable = false }: RequestOptions,
  ): Promise<CachedResponse> {
    const accept = acceptOf(media);
    const key = this.#keyOf(route, parameters, media);
    const kept = this.#memory.get(key);
    if (kept && immutable) return kept;
    try {
      const { data: body, headers } = await this.#request(route, {
        ...parameters,
        headers: { accept, ...(kept?.etag !== undefined && { 'if-none-match': kept.etag }) },
      });
      const fresh: CachedResponse = { etag: headers.etag, body, link: headers.link };
      if (immutable || fresh.etag !== undefined)
        this.#memory.set(key, fresh, { size: sizeOf(body) });
      return fresh;
    } catch (error) {
      if (kept && isHttpError(error) && error.status === 304) return kept;
      throw error;
    }
  }
}

const acceptOf = (media: RequestOptions['media']): string =>
  media === undefined ? 'application/vnd.github+json' : `application/vnd.github.${media}+json`;
/** About the bytes that an answer takes. */
const sizeOf = (body: unknown): number =>
  (body === undefined ? 0 : JSON.stringify(body).length) + 1;

interface Page {
  items: readonly unknown[];
  bytes: number;
  link: string | undefined;
}

const linksTo = ({ link = '' }: Page, relation: 'next' | 'last'): boolean =>
  link.includes(`rel="${relation}"`);
/** The number of the last page; 1 where there are no others. */
const lastPage = ({ link = '' }: Page): number =>
  Number(/[?&]page=(\d{1,9})[^>]*>; rel="last"/.exec(link)?.[1] ?? 1);

/** A name that is no Unicode text is in no address: nothing can be asked about what has it. */
const unreadable = (parameters: Parameters): { ok: false; reason: string } | undefined =>
  Object.values(parameters).every((value) => typeof value !== 'string' || value.isWellFormed())
    ? undefined
    : unavailable('its name is no valid Unicode text, so GitHub cannot be asked about it');

interface HttpError extends Error {
  status: number;
  response?: { headers: Readonly<Record<string, unknown>>; data: unknown };
}

/**
 * Whether GitHub answered, and not with what was asked for; but for the limits of how much may be
 * asked.
 */
export const isHttpError = (error: unknown): error is HttpError =>
  isRefusal(error) && retryAfterSeconds(error) === undefined;

/**
 * GraphQL says no with the status 200 and a list of errors, which is as much an answer as a "no" of
 * the REST API. It has the status that the REST API would have answered with.
 */
class GraphqlRefusal extends Error implements HttpError {
  readonly status: number;
  readonly response: { headers: Readonly<Record<string, unknown>>; data: unknown };
  /** What GitHub answered all the same. */
  readonly part: ResponseObject;

  constructor(
    errors: readonly ResponseObject[],
    headers: Readonly<Record<string, unknown>>,
    part: ResponseObject,
  ) {
    super(
      errors
        .map(({ message }) => (typeof message === 'string' ? message : 'no reason is given'))
        .join(' '),
    );
    const types = new Set(errors.map(({ type }) => type));
    const tooMuch =
      types.has('RATE_LIMITED') ||
      /\b(?:API|secondary) rate limit\b/i.test(this.message) ||
      headers['x-ratelimit-remaining'] === '0';
    if (tooMuch) this.status = 429;
    else if (types.has('FORBIDDEN')) this.status = 403;
    else if (types.has('NOT_FOUND')) this.status = 404;
    else this.status = 422;
    this.response = { headers, data: part };
    this.part = part;
  }
}

/**
 * What Octokit and its plugins make of such an answer, each in another form; undefined for another
 * error.
 */
function graphqlRefusal(error: unknown): GraphqlRefusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const response: unknown = 'response' in error ? error.response : undefined;
  let answer = response;
  if (isData(response) && 'status' in response)
    answer = response.status === 200 ? response.data : undefined;
  if (!isData(answer) || !Array.isArray(answer.errors)) return undefined;
  let headers: unknown;
  if ('headers' in error) headers = error.headers;
  else if (isData(response)) headers = response.headers;
  return new GraphqlRefusal(
    answer.errors.filter(isData),
    isData(headers) ? headers : {},
    isData(answer.data) ? answer.data : {},
  );
}

/** What GitHub says no with, without the page of its documentation that Octokit adds. */
export const rejectionText = ({ message }: Error): string =>
  message.replace(/ - https?:\/\/\S+$/, '');

const isRefusal = (error: unknown): error is HttpError =>
  error instanceof Error && 'status' in error && typeof error.status === 'number';

/**
 * How many seconds GitHub wants to be left alone for; undefined for an error that says nothing of
 * the kind.
 */
export function retryAfterSeconds(error: unknown): number | undefined {
  if (!isRefusal(error) || (error.status !== 403 && error.status !== 429)) return undefined;
  const { headers = {} } = error.response ?? {};
  const after = Number(headers['retry-after']);
  if (headers['retry-after'] !== undefined && after >= 0) return after;
  const reset = Number(headers['x-ratelimit-reset']);
  if (headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset))
    return Math.max(1, Math.ceil(reset - Date.now() / 1000));
  return error.status === 429 || /secondary rate limit/i.test(error.message) ? 60 : undefined;
}
