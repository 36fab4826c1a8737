import { LRUCache } from 'lru-cache';
import type { ProbotOctokit } from 'probot';
import { unknown, known } from '../review/known.ts';
import type { Known } from '../review/snapshot.ts';
import { isData, list, type Data } from './data.ts';

/** What a client asks through: Probot's (octokit.ts), or a plain one (plain.ts). */
export type Octokit = Pick<ProbotOctokit, 'request' | 'graphql'>;

/** An answer that may be asked for again with its ETag, or that can never change. */
interface Kept {
  etag: string | undefined;
  body: unknown;
  link: string | undefined;
}

/** Answers of GitHub that a process remembers, 64 MB of them; one for all installations, for it is keyed by address. */
export type Memory = LRUCache<string, Kept>;
export const newMemory = (): Memory => new LRUCache<string, Kept>({ maxSize: 64 * 1024 * 1024 });

/** What is asked with: parameters of the route and of the query. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;
export interface Asking {
  /** What the contents API is to answer with. */
  media?: 'object';
  /** What is asked for can never change, because it is named by its SHA: it is asked for once. */
  immutable?: boolean;
}

/** More pages of one list are not read: it is unknown. */
const mostPages = 50;
/** What a list may take: whoever comments can write 64 KB five thousand times. */
const mostBytes = 32 * 1024 * 1024;

/** "No" and "nothing there" look alike at GitHub, and neither is an answer. */
export const notShown = 'GitHub does not show it to Gatehouse';
const noAnswer = new Map([
  [403, 'GitHub does not let Gatehouse see it'],
  [404, notShown],
  [410, 'GitHub says it is gone'],
  [422, 'GitHub cannot make sense of the question'],
  [451, 'GitHub may not show it'],
]);

/** Is told of each request: its method, and the status that GitHub answered with in the end. */
export type Tell = (method: string, status: number) => void;

/** Unknown where GitHub says no or shows nothing. */
async function unlessNo<T>(asking: () => Promise<Known<T>>): Promise<Known<T>> {
  try {
    return await asking();
  } catch (error) {
    const because = isNo(error) && noAnswer.get(error.status);
    if (because) return unknown(because);
    throw error;
  }
}

/** Reads and writes for one installation. Throws what Octokit throws where GitHub is out of reach, at fault, or asks for patience. */
export class Client {
  readonly #octokit: Octokit;
  readonly #memory: Memory;
  readonly #tell: Tell;

  constructor(octokit: Octokit, memory: Memory, tell: Tell = () => undefined) {
    this.#octokit = octokit;
    this.#memory = memory;
    this.#tell = tell;
  }

  /** Reads one thing. Unknown where GitHub says no or shows nothing. @throws Unexpected where the answer is neither an object nor a list */
  async get(route: string, parameters: Parameters, asking: Asking = {}): Promise<Known<unknown>> {
    return unlessNo(async () => known((await this.#read(route, parameters, asking)).body));
  }

  /** Whether an answer is remembered. */
  remembers = (route: string, parameters: Parameters): boolean => this.#memory.has(this.#keyOf(route, parameters));

  /** Remembers an answer that can never change, and that came with another one. */
  remember(route: string, parameters: Parameters, body: unknown): void {
    this.#memory.set(this.#keyOf(route, parameters), { etag: undefined, body, link: undefined }, { size: sizeOf(body) });
  }

  /** Reads all pages of a list; `of` is the name it has within an object. */
  async pages(route: string, parameters: Parameters, of?: string): Promise<Known<readonly unknown[]>> {
    return unlessNo(async () => {
      const found: unknown[] = [];
      let bytes = 0;
      for (let page = 1; page <= mostPages; page++) {
        const { body, link } = await this.#read(route, { ...parameters, per_page: 100, ...(page > 1 && { page }) }, {});
        found.push(...list(of !== undefined && isData(body) ? body[of] : body, of ?? route));
        bytes += sizeOf(body);
        if (bytes > mostBytes) return unknown(`there is more of it than ${mostBytes / 1024 / 1024} MB, and no more is read`);
        if (!/rel="next"/.test(link ?? '')) return known(found);
      }
      return unknown(`there are more than ${mostPages * 100}, and no more are read`);
    });
  }

  /** Whether something is so: GitHub answers 204 for yes and 404 for no; anything else is unknown. */
  async is(route: string, parameters: Parameters): Promise<Known<boolean>> {
    try {
      const { status } = await this.#request(route, { ...parameters, request: { redirect: 'manual' } });
      return status < 300 ? known(true) : unknown('GitHub does not let Gatehouse see it');
    } catch (error) {
      if (isNo(error) && error.status === 404) return known(false);
      if (isNo(error) && (error.status < 400 || noAnswer.has(error.status))) return unknown('GitHub does not let Gatehouse see it');
      throw error;
    }
  }

  /**
   * Writes. `repeatable` is what does no harm when it is done twice; anything else is asked for once, because an error does not say
   * whether it was done: the next review looks.
   */
  async write(route: string, parameters: Readonly<Record<string, unknown>>, { repeatable = false } = {}): Promise<Data> {
    const { data: body }: { data: unknown } = await this.#request(route, { ...parameters, ...(!repeatable && { request: { retries: 0 } }) });
    return isData(body) ? body : {};
  }

  /** For what the REST API cannot do. */
  async graphql(query: string, variables: Readonly<Record<string, unknown>>, { repeatable = false } = {}): Promise<Data> {
    const asking: Promise<unknown> = this.#octokit.graphql(query, { ...variables, ...(!repeatable && { request: { retries: 0 } }) });
    const answer = await this.#told('POST', asking, () => 200);
    return isData(answer) ? answer : {};
  }

  #request(route: string, parameters: Readonly<Record<string, unknown>>) {
    return this.#told(route.slice(0, route.indexOf(' ')), this.#octokit.request(route, parameters), ({ status }) => status);
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

  #keyOf(route: string, parameters: Parameters, media?: Asking['media']): string {
    return `${acceptOf(media)} ${this.#octokit.request.endpoint(route, { ...parameters }).url}`;
  }

  async #read(route: string, parameters: Parameters, { media, immutable = false }: Asking): Promise<Kept> {
    const accept = acceptOf(media);
    const key = this.#keyOf(route, parameters, media);
    const kept = this.#memory.get(key);
    if (kept && immutable) return kept;
    try {
      const { data: body, headers } = await this.#request(route, { ...parameters, headers: { accept, ...(kept?.etag !== undefined && { 'if-none-match': kept.etag }) } });
      const fresh: Kept = { etag: headers.etag, body, link: headers.link };
      if (immutable || fresh.etag !== undefined) this.#memory.set(key, fresh, { size: sizeOf(body) });
      return fresh;
    } catch (error) {
      if (kept && isNo(error) && error.status === 304) return kept;
      throw error;
    }
  }
}

const acceptOf = (media: Asking['media']): string => (media === undefined ? 'application/vnd.github+json' : `application/vnd.github.${media}+json`);
/** About the bytes that an answer takes. */
const sizeOf = (body: unknown): number => JSON.stringify(body).length + 1;

interface No extends Error {
  status: number;
  response?: { headers: Readonly<Record<string, unknown>>; data: unknown };
}

/** Whether GitHub answered, and not with what was asked for; but for the limits of how much may be asked. */
export const isNo = (error: unknown): error is No => isRefusal(error) && waitFor(error) === undefined;

/** What GitHub says no with, without the page of its documentation that Octokit adds. */
export const reasonIn = ({ message }: Error): string => message.replace(/ - https?:\/\/\S+$/, '');

const isRefusal = (error: unknown): error is No => error instanceof Error && 'status' in error && typeof error.status === 'number';

/** How many seconds GitHub wants to be left alone for; undefined for an error that says nothing of the kind. */
export function waitFor(error: unknown): number | undefined {
  if (!isRefusal(error) || (error.status !== 403 && error.status !== 429)) return undefined;
  const { headers = {} } = error.response ?? {};
  const after = Number(headers['retry-after']);
  if (headers['retry-after'] !== undefined && after >= 0) return after;
  const reset = Number(headers['x-ratelimit-reset']);
  if (headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset)) return Math.max(1, Math.ceil(reset - Date.now() / 1000));
  return error.status === 429 || /secondary rate limit/i.test(error.message) ? 60 : undefined;
}
