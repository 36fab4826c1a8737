import { ok } from '../review/model/result.ts';
import type { RepositoryName, Result } from '../review/model/snapshot.ts';
import type { Client, Octokit } from './client.ts';
import { hasStatus, rejectionText, retryAfterSeconds } from './http-error.ts';
import {
  integerAt,
  isObject,
  orUnreadable,
  parseValid,
  stringAt,
  stringAtOr,
  toList,
  toObject,
  type Unchecked,
} from './parse-response.ts';
import type { ItemOf } from './routes.ts';

/** What an App or an installation may do: names of permissions with `read`, `write` or `admin`. */
export type Permissions = Readonly<Record<string, string>>;

/** A GitHub App, as its settings page describes it. */
export interface AppRegistration {
  id: number;
  /** The name in URLs. */
  slug: string;
  /** The public page of the App. */
  url: string;
  permissions: Permissions;
  events: readonly string[];
}

/** An installation of the App in an account. */
export interface Installation {
  id: number;
  /** The login of the account. */
  account: string;
  /** The page where the owner of the account configures the installation. */
  url: string;
  isSuspended: boolean;
  /** What the owner of the account has granted. */
  permissions: Permissions;
  events: readonly string[];
}

/** The result of asking GitHub who the App is. */
export type CredentialCheck =
  | { kind: 'accepted'; app: AppRegistration; clockDifference: number }
  /** GitHub answered, and a repetition would get the same answer. */
  | { kind: 'refused'; status: number; message: string; clockDifference: number | undefined }
  /** GitHub did not answer, failed, or limits requests. */
  | { kind: 'unavailable'; reason: string };

/** How long GitHub may take to answer, in milliseconds. */
const checkTimeout = 10_000;

/**
 * Asks GitHub which App the credentials belong to. Does not retry: the caller decides when to ask
 * again. `clockDifference` is how many seconds our clock is ahead of GitHub's.
 * @param octokit authenticates as the App itself
 */
export async function checkCredentials(octokit: Octokit): Promise<CredentialCheck> {
  try {
    const { data, headers } = await octokit.request('GET /app', {
      request: { retries: 0, signal: AbortSignal.timeout(checkTimeout) },
    });
    return {
      kind: 'accepted',
      app: registrationOf(data),
      clockDifference: clockDifferenceOf(headers) ?? 0,
    };
  } catch (error) {
    if (!hasStatus(error) || !isFinal(error.status) || retryAfterSeconds(error) !== undefined)
      return { kind: 'unavailable', reason: reasonOf(error) };
    return {
      kind: 'refused',
      status: error.status,
      message: rejectionText(error),
      clockDifference: clockDifferenceOf(error.response?.headers ?? {}),
    };
  }
}

/** Octokit gives a request that got no answer the status 500. */
const isFinal = (status: number): boolean => status >= 400 && status < 500 && status !== 408;

/** Why there was no answer. The cause of a network error says more than the error itself. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return `no answer within ${checkTimeout / 1000} seconds`;
  return error.cause instanceof Error && error.cause.message !== ''
    ? error.cause.message
    : rejectionText(error);
}

function clockDifferenceOf(headers: Readonly<Record<string, unknown>>): number | undefined {
  const date = Date.parse(String(headers.date));
  return Number.isNaN(date) ? undefined : Math.round((Date.now() - date) / 1000);
}

function registrationOf(value: unknown): AppRegistration {
  const from = toObject(value, 'the App');
  return {
    id: integerAt(from, 'id'),
    slug: stringAt(from, 'slug'),
    url: stringAt(from, 'html_url'),
    permissions: permissionsOf(from.permissions),
    events: eventsOf(from.events),
  };
}

const eventsOf = (value: unknown): string[] =>
  toList(value, 'events').filter((event) => typeof event === 'string');

const permissionsOf = (value: unknown): Permissions =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).filter(
          (entry): entry is [string, string] => typeof entry[1] === 'string',
        ),
      )
    : {};

/**
 * The installations of the App; if there are more than 500, the first 500.
 * @param client authenticates as the App itself
 */
export async function readInstallations(client: Client): Promise<Result<Installation[]>> {
  const list = await client.listFirst(
    'GET /app/installations',
    {},
    { pages: 5, bytes: 16_000_000 },
  );
  return list.ok ? ok(parseValid(list.value.items, installationFrom)) : list;
}

function installationFrom(value: unknown): Installation {
  const from = toObject(value, 'an installation');
  // An enterprise has a `slug` in place of a `login`.
  const account = toObject(from.account, 'the account of an installation');
  return {
    id: integerAt(from, 'id'),
    account: account.login === undefined ? stringAt(account, 'slug') : stringAt(account, 'login'),
    url: stringAt(from, 'html_url'),
    isSuspended: (from.suspended_at ?? null) !== null,
    permissions: permissionsOf(from.permissions),
    events: eventsOf(from.events),
  };
}

/**
 * The App's installation for a repository.
 * @param client authenticates as the App itself
 */
export const readInstallation = (
  client: Client,
  { owner, repo }: RepositoryName,
): Promise<Result<Installation>> =>
  orUnreadable(async () => {
    const response = await client.get('GET /repos/{owner}/{repo}/installation', { owner, repo });
    return response.ok ? ok(installationFrom(response.value)) : response;
  });

/** Where GitHub delivers the events of the App, and how the last deliveries went. */
export interface Webhook {
  /** Undefined if the App has no webhook. */
  url: string | undefined;
  /** The newest first. GitHub keeps deliveries for three days. */
  deliveries: Result<readonly WebhookDelivery[]>;
}

export interface WebhookDelivery {
  event: string;
  at: Date;
  /** The status that the App answered with; 0 if GitHub got no answer. */
  status: number;
}

export const isDelivered = ({ status }: WebhookDelivery): boolean => status >= 200 && status < 300;

/**
 * @param client authenticates as the App itself
 * @param count how many deliveries are read, at most 100
 */
export const readWebhook = (client: Client, count: number): Promise<Result<Webhook>> =>
  orUnreadable(async () => {
    const config = await client.get('GET /app/hook/config', {});
    if (!config.ok) return config;
    const url = stringAtOr(toObject(config.value, 'the webhook'), 'url', '');
    const list = await client.get('GET /app/hook/deliveries', { per_page: count });
    return ok({
      url: url === '' ? undefined : url,
      deliveries: list.ok ? ok(parseValid(toList(list.value, 'deliveries'), deliveryFrom)) : list,
    });
  });

function deliveryFrom(value: Unchecked<ItemOf<'GET /app/hook/deliveries'>>): WebhookDelivery {
  const from = toObject(value, 'a delivery');
  return {
    event: stringAt(from, 'event'),
    at: new Date(stringAt(from, 'delivered_at')),
    status: typeof from.status_code === 'number' ? from.status_code : 0,
  };
}
