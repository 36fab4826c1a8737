import type { ProbotOctokit } from 'probot';
import { unavailable, ok } from '../review/model/result.ts';
import type { Result } from '../review/model/snapshot.ts';
import {
  GraphqlError,
  hasStatus,
  isHttpError,
  notAllowed,
  orUnavailable,
  toGraphqlError,
  unavailableReason,
} from './http-error.ts';
import {
  isObject,
  toList,
  toWellFormed,
  type ResponseObject,
  type Unchecked,
} from './parse-response.ts';
import { sizeOf, type CachedResponse, type ResponseCache } from './response-cache.ts';
import type { ItemOf, ResponseOf, Route } from './routes.ts';

/** The part of Octokit that `Client` uses: Probot's (octokit.ts) and the plain one have it. */
export type Octokit = Pick<ProbotOctokit, 'request' | 'graphql'>;

/** Parameters of the path and the query of a route. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;
export interface RequestOptions {
  /** The media type of a response of the contents API. */
  media?: 'object';
  /** The response can never change, because a SHA names it: it is requested once. */
  immutable?: boolean;
}

/** How much of a list is read. */
export interface ListLimit {
  /** Of 100 items each. */
  pages: number;
  bytes: number;
}

/**
 * A longer list is unavailable, unless the caller asks for a part of it. The limit is for hostile
 * lists: anyone can write 5,000 comments of 64 KB.
 */
const defaultLimit: ListLimit = { pages: 50, bytes: 32 * 1024 * 1024 };
/**
 * How many of the newest comments are read. Older comments were processed when they were new.
 */
export const commentLimit: ListLimit = { pages: 10, bytes: defaultLimit.bytes };

/** The beginning of a list. */
interface FirstItems<T> {
  items: readonly Unchecked<T>[];
  /** The limit that cut the list off. Undefined if the list is complete. */
  exceeded?: keyof ListLimit;
}

/** The end of a list that is sorted from oldest to newest. */
interface NewestItems<T> {
  /** Without a gap up to the newest item. All items if `isIncomplete` is false. */
  items: readonly Unchecked<T>[];
  /** The first page. Empty if `items` has all items. */
  oldest: readonly Unchecked<T>[];
  /** Whether items between `oldest` and `items` were not read. */
  isIncomplete: boolean;
}

/** Called after each request with its method and the final status. */
export type OnRequest = (method: string, status: number) => void;

/**
 * Reads and writes with the rights of one installation or token. All methods throw what Octokit
 * throws if GitHub is unreachable, fails, or limits the rate. An error that a repetition would not
 * change is an unavailable result of a read; a write throws it.
 */
export class Client {
  readonly #octokit: Octokit;
  readonly #cache: ResponseCache;
  readonly #onRequest: OnRequest;

  constructor(octokit: Octokit, cache: ResponseCache, onRequest: OnRequest = () => undefined) {
    this.#octokit = octokit;
    this.#cache = cache;
    this.#onRequest = onRequest;
  }

  async get<R extends Route>(
    route: R,
    parameters: Parameters,
    options?: RequestOptions,
  ): Promise<Result<Unchecked<ResponseOf<R>>>>;
  async get(
    route: string,
    parameters: Parameters,
    options: RequestOptions = {},
  ): Promise<Result<unknown>> {
    return (
      notWellFormed(parameters) ??
      orUnavailable(async () => ok((await this.#read(route, parameters, options)).body))
    );
  }

  hasCached = (route: Route, parameters: Parameters): boolean =>
    this.#cache.has(this.#cacheKey(route, parameters));

  /** Caches an immutable response that was part of another response. */
  addToCache(route: Route, parameters: Parameters, body: unknown): void {
    this.#cache.set(this.#cacheKey(route, parameters), {
      etag: undefined,
      body,
      link: undefined,
      size: sizeOf(body),
    });
  }

  /**
   * Reads a list page by page, to its end or to the first page that is unavailable.
   * @param key The property of the response that has the list, if the response is an object.
   */
  async *eachPage<R extends Route, Key extends string = never>(
    route: R,
    parameters: Parameters,
    key?: Key,
  ): AsyncGenerator<Result<Page<ItemOf<R, Key>>>, void, undefined> {
    for (let number = 1; ; number++) {
      const page =
        notWellFormed(parameters) ??
        (await orUnavailable(async () => ok(await this.#page(route, parameters, number, key))));
      yield page;
      if (!page.ok || page.value.items.length === 0 || !linksTo(page.value, 'next')) return;
    }
  }

  /** Reads a whole list. Unavailable if the list exceeds `defaultLimit`. */
  async listAll<R extends Route, Key extends string = never>(
    route: R,
    parameters: Parameters,
    key?: Key,
  ): Promise<Result<readonly Unchecked<ItemOf<R, Key>>[]>> {
    const list = await this.listFirst(route, parameters, defaultLimit, key);
    if (!list.ok) return list;
    const { items, exceeded } = list.value;
    if (exceeded === undefined) return ok(items);
    return unavailable(
      exceeded === 'bytes'
        ? `it has more than ${defaultLimit.bytes / 1024 / 1024} MB, and Gatehouse reads no more`
        : `it has more than ${defaultLimit.pages * 100} items, and Gatehouse reads no more`,
    );
  }

  /** Reads a list from its first item up to a limit. */
  async listFirst<R extends Route, Key extends string = never>(
    route: R,
    parameters: Parameters,
    limit: ListLimit,
    key?: Key,
  ): Promise<Result<FirstItems<ItemOf<R, Key>>>> {
    const items: Unchecked<ItemOf<R, Key>>[] = [];
    let [pages, bytes] = [0, 0];
    for await (const page of this.eachPage(route, parameters, key)) {
      if (!page.ok) return page;
      items.push(...page.value.items);
      bytes += page.value.bytes;
      pages += 1;
      if (bytes > limit.bytes) return ok({ items, exceeded: 'bytes' });
      if (pages >= limit.pages && linksTo(page.value, 'next'))
        return ok({ items, exceeded: 'pages' });
    }
    return ok({ items });
  }

  /**
   * Reads a list that is sorted from oldest to newest: its last pages up to a limit, and its first
   * page. Thus nobody can hide new items by adding many.
   */
  async listNewest<R extends Route>(
    route: R,
    parameters: Parameters,
    limit: ListLimit,
  ): Promise<Result<NewestItems<ItemOf<R>>>> {
    return (
      notWellFormed(parameters) ??
      orUnavailable(async () => {
        const first = await this.#page(route, parameters, 1);
        const last = lastPageNumber(first);
        let bytes = first.bytes;
        const pages: (readonly Unchecked<ItemOf<R>>[])[] = [];
        let number = last;
        for (; number > 1 && last - number + 1 < limit.pages && bytes <= limit.bytes; number--) {
          const page = await this.#page(route, parameters, number);
          bytes += page.bytes;
          pages.unshift(page.items);
          // Items that were added during the read.
          if (number === last && linksTo(page, 'next'))
            pages.push((await this.#page(route, parameters, last + 1)).items);
        }
        const isIncomplete = number > 1;
        const items = pages.flat();
        return ok(
          isIncomplete
            ? { items, oldest: first.items, isIncomplete }
            : { items: [...first.items, ...items], oldest: [], isIncomplete },
        );
      })
    );
  }

  /**
   * Whether something exists, for routes that answer 204 if so and 404 if not. Any other answer is
   * unavailable.
   */
  async exists(route: Route, parameters: Parameters): Promise<Result<boolean>> {
    const invalid = notWellFormed(parameters);
    if (invalid) return invalid;
    try {
      const { status } = await this.#request(route, {
        ...parameters,
        request: { redirect: 'manual' },
      });
      return status < 300 ? ok(true) : unavailable(notAllowed);
    } catch (error) {
      if (isHttpError(error) && error.status === 404) return ok(false);
      if ((isHttpError(error) && error.status < 400) || unavailableReason(error) !== undefined)
        return unavailable(notAllowed);
      throw error;
    }
  }

  /**
   * Writes. An error does not say whether GitHub has done the work. So only a `repeatable` write,
   * which does no harm if GitHub does it twice, is retried. For others, the next review checks.
   */
  async write<R extends Route>(
    route: R,
    parameters: Readonly<Record<string, unknown>>,
    options?: { repeatable?: boolean },
  ): Promise<Unchecked<ResponseOf<R>>>;
  async write(
    route: string,
    parameters: Readonly<Record<string, unknown>>,
    { repeatable = false } = {},
  ): Promise<unknown> {
    const { data } = await this.#request(route, {
      ...toWellFormed(parameters),
      ...(!repeatable && { request: { retries: 0 } }),
    });
    return data;
  }

  /**
   * Sends a GraphQL mutation, for what the REST API cannot do. `repeatable` as in `write`.
   * @throws GraphqlError if GitHub rejects any part of the mutation
   */
  async mutate(
    mutation: string,
    variables: Readonly<Record<string, unknown>>,
    { repeatable = false } = {},
  ): Promise<void> {
    await this.#graphql(mutation, {
      ...variables,
      ...(!repeatable && { request: { retries: 0 } }),
    });
  }

  /**
   * Sends a GraphQL query, for what the REST API cannot tell. If GitHub answers only a part of the
   * query, the result is that part.
   */
  async query(
    query: string,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<Result<ResponseObject>> {
    return orUnavailable(async () => {
      try {
        return ok(await this.#graphql(query, variables));
      } catch (error) {
        if (
          error instanceof GraphqlError &&
          Object.values(error.partialData).some((part) => part !== null)
        )
          return ok(error.partialData);
        throw error;
      }
    });
  }

  async #graphql(
    query: string,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<ResponseObject> {
    const response: Promise<unknown> = this.#octokit.graphql(query, toWellFormed(variables));
    try {
      const data = await this.#observe('POST', response, () => 200);
      return isObject(data) ? data : {};
    } catch (error) {
      throw toGraphqlError(error) ?? error;
    }
  }

  async #request(
    route: string,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<{
    status: number;
    headers: { etag?: string | undefined; link?: string | undefined };
    data: unknown;
  }> {
    return this.#observe(
      route.slice(0, route.indexOf(' ')),
      this.#octokit.request(route, parameters),
      ({ status }) => status,
    );
  }

  /** Passes the final status of a request to `onRequest`. */
  async #observe<T>(
    method: string,
    response: Promise<T>,
    statusOf: (response: T) => number,
  ): Promise<T> {
    try {
      const value = await response;
      this.#onRequest(method, statusOf(value));
      return value;
    } catch (error) {
      // Errors of GraphQL come with the status 200.
      this.#onRequest(method, hasStatus(error) ? error.status : 200);
      throw error;
    }
  }

  #cacheKey(route: string, parameters: Parameters, media?: RequestOptions['media']): string {
    return `${acceptHeader(media)} ${this.#octokit.request.endpoint(route, { ...parameters }).url}`;
  }

  /** Reads through the cache: an immutable response from there, another one with its ETag. */
  async #read(
    route: string,
    parameters: Parameters,
    { media, immutable = false }: RequestOptions,
  ): Promise<CachedResponse> {
    const accept = acceptHeader(media);
    const key = this.#cacheKey(route, parameters, media);
    const cached = this.#cache.get(key);
    if (cached && immutable) return cached;
    try {
      const { data: body, headers } = await this.#request(route, {
        ...parameters,
        headers: { accept, ...(cached?.etag !== undefined && { 'if-none-match': cached.etag }) },
      });
      const response: CachedResponse = {
        etag: headers.etag,
        body,
        link: headers.link,
        size: sizeOf(body),
      };
      if (immutable || response.etag !== undefined) this.#cache.set(key, response);
      return response;
    } catch (error) {
      if (cached && isHttpError(error) && error.status === 304) return cached;
      throw error;
    }
  }

  #page<R extends Route, Key extends string = never>(
    route: R,
    parameters: Parameters,
    number: number,
    key?: Key,
  ): Promise<Page<ItemOf<R, Key>>>;
  async #page(
    route: string,
    parameters: Parameters,
    number: number,
    key?: string,
  ): Promise<Omit<Page<unknown>, 'items'> & { items: readonly unknown[] }> {
    const { body, link, size } = await this.#read(
      route,
      { ...parameters, per_page: 100, ...(number > 1 && { page: number }) },
      {},
    );
    const value = key !== undefined && isObject(body) ? body[key] : body;
    return { items: toList(value, key ?? route), bytes: size, link };
  }
}

const acceptHeader = (media: RequestOptions['media']): string =>
  media === undefined ? 'application/vnd.github+json' : `application/vnd.github.${media}+json`;

interface Page<T> {
  items: readonly Unchecked<T>[];
  bytes: number;
  /** The `Link` header. */
  link: string | undefined;
}

const linksTo = ({ link = '' }: Page<unknown>, relation: 'next' | 'last'): boolean =>
  link.includes(`rel="${relation}"`);
/** 1 if there is only one page. */
const lastPageNumber = ({ link = '' }: Page<unknown>): number =>
  Number(/[?&]page=(\d{1,9})[^>]*>; rel="last"/.exec(link)?.[1] ?? 1);

/** A name with a lone surrogate cannot be part of a URL. Undefined if all parameters can. */
const notWellFormed = (parameters: Parameters): { ok: false; reason: string } | undefined =>
  Object.values(parameters).every((value) => typeof value !== 'string' || value.isWellFormed())
    ? undefined
    : unavailable('its name is not valid Unicode, so Gatehouse cannot ask GitHub about it');
