import { Octokit } from '@octokit/core';
import { retry as retryPlugin } from '@octokit/plugin-retry';
import { Client } from './client.ts';
import { newResponseCache } from './response-cache.ts';
import { retryOptions } from './retry-policy.ts';

// Not `@octokit/rest`: decision 15.
const RetryingOctokit = Octokit.plugin(retryPlugin);

const noop = (): void => undefined;
/** Callers report errors themselves. */
const silentLog = { debug: noop, info: noop, warn: noop, error: noop };

const newOctokit = (token: string, baseUrl: string): InstanceType<typeof RetryingOctokit> =>
  new RetryingOctokit({
    auth: token,
    baseUrl,
    userAgent: 'gatehouse',
    retry: retryOptions,
    log: silentLog,
  });

/**
 * Creates a client for callers that have a token (the Action, the CLI). Does not use Probot:
 * importing it takes longer than the requests.
 * @param baseUrl Of the REST API.
 */
export const createTokenClient = (token: string, baseUrl: string): Client =>
  new Client(newOctokit(token, baseUrl), newResponseCache());

/** Like `createTokenClient`, but every request that could change something throws an error. */
export function createReadOnlyClient(token: string, baseUrl: string): Client {
  const octokit = newOctokit(token, baseUrl);
  octokit.hook.before('request', ({ method, url, query }) => {
    const isQuery =
      method === 'POST' &&
      url.endsWith('/graphql') &&
      typeof query === 'string' &&
      /^\s*query\b/.test(query);
    if (method !== 'GET' && !isQuery) throw new Error(`${method} ${url} is not a read`);
  });
  return new Client(octokit, newResponseCache());
}
