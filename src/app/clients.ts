import type { Probot } from 'probot';
import { Client } from '../github/client.ts';
import { checkCredentials, type CredentialCheck } from '../github/read-app.ts';
import { newResponseCache } from '../github/response-cache.ts';

/** Creates clients of the App, which share a cache of responses. */
export class Clients {
  readonly #app: Probot;
  readonly #onResponse: ((method: string, status: number) => void) | undefined;
  readonly #responseCache = newResponseCache();

  /** @param onResponse is called with the method and the status of each request */
  constructor(app: Probot, onResponse?: (method: string, status: number) => void) {
    this.#app = app;
    this.#onResponse = onResponse;
  }

  /** Authenticates as the App itself. */
  async forApp(): Promise<Client> {
    return new Client(await this.#app.auth(), this.#responseCache, this.#onResponse);
  }

  /** Asks GitHub which App it takes us for. */
  async checkCredentials(): Promise<CredentialCheck> {
    return checkCredentials(await this.#app.auth());
  }

  async forInstallation(installation: number): Promise<Client> {
    return new Client(await this.#app.auth(installation), this.#responseCache, this.#onResponse);
  }
}
