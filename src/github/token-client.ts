import { Octokit } from '@octokit/core';
import { retry as retrying } from '@octokit/plugin-retry';
import { Client, newResponseCache } from './client.ts';
import { retry } from './retry-policy.ts';

const Plain = Octokit.plugin(retrying);

/**
 * A client for a handful of requests with a token that somebody gave: without Probot, which takes
 * longer to load than they take. `api` is the address of the REST API.
 */
export const createTokenClient = (token: string, api: string): Client =>
  new Client(
    new Plain({ auth: token, baseUrl: api, userAgent: 'gatehouse', retry, log: quiet }),
    newResponseCache(),
  );

const nothing = (): void => undefined;
/** What goes wrong is told by who asked. */
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };
