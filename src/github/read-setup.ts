import { ok } from '../review/model/result.ts';
import type { RepositoryName, Result } from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import {
  integerAt,
  isObject,
  objectAt,
  orUnreadable,
  parseValid,
  shaAt,
  stringAt,
  stringAtOr,
  timeAt,
  toList,
  toObject,
} from './parse-response.ts';

/** What GitHub says about a repository as a whole. */
export interface RepositoryFacts {
  /** `owner/name`, as GitHub spells it. */
  fullName: string;
  defaultBranch: string;
  /** The repository that it is a fork of, as `owner/name`. */
  forkOf?: string;
}

export const readRepositoryFacts = (
  client: Client,
  { owner, repo }: RepositoryName,
): Promise<Result<RepositoryFacts>> =>
  orUnreadable(async () => {
    const response = await client.get('GET /repos/{owner}/{repo}', { owner, repo });
    if (!response.ok) return response;
    const from = toObject(response.value, 'a repository');
    const forkOf = isObject(from.source)
      ? stringAtOr(from.source, 'full_name', undefined)
      : undefined;
    return ok({
      fullName: stringAt(from, 'full_name'),
      defaultBranch: stringAt(from, 'default_branch'),
      ...(forkOf !== undefined && { forkOf }),
    });
  });

/** The last commit of a branch. */
export const readBranchTip = (
  client: Client,
  repository: RepositoryName,
  branch: string,
): Promise<Result<string>> =>
  orUnreadable(async () => {
    const response = await client.get('GET /repos/{owner}/{repo}/branches/{branch}', {
      ...repository,
      branch,
    });
    return response.ok
      ? ok(shaAt(objectAt(toObject(response.value, 'a branch'), 'commit'), 'sha'))
      : response;
  });

/** The names of the labels of a repository. */
export const readLabelNames = (
  client: Client,
  repository: RepositoryName,
): Promise<Result<string[]>> =>
  orUnreadable(async () => {
    const labels = await client.listAll('GET /repos/{owner}/{repo}/labels', { ...repository });
    return labels.ok
      ? ok(parseValid(labels.value, (label) => stringAt(toObject(label, 'a label'), 'name')))
      : labels;
  });

/** What GitHub does not understand in `CODEOWNERS`, one line each. */
export const readCodeownersErrors = (
  client: Client,
  repository: RepositoryName,
  ref: string,
): Promise<Result<string[]>> =>
  orUnreadable(async () => {
    const response = await client.get('GET /repos/{owner}/{repo}/codeowners/errors', {
      ...repository,
      ref,
    });
    if (!response.ok) return response;
    const { errors } = toObject(response.value, 'the errors');
    return ok(
      parseValid(toList(errors, 'errors'), (item) => {
        const from = toObject(item, 'an error');
        return `line ${integerAt(from, 'line')}: ${stringAt(from, 'kind')}`;
      }),
    );
  });

/** An installation of the App, and what its owner has granted. */
export interface Installation {
  id: number;
  isSuspended: boolean;
  /** `write` by `contents`. */
  permissions: ReadonlyMap<string, string>;
  events: readonly string[];
}

/**
 * The App's installation for a repository.
 * @param client Authenticated as the App itself.
 */
export const readInstallation = (
  client: Client,
  { owner, repo }: RepositoryName,
): Promise<Result<Installation>> =>
  orUnreadable(async () => {
    const response = await client.get('GET /repos/{owner}/{repo}/installation', { owner, repo });
    if (!response.ok) return response;
    const from = toObject(response.value, 'an installation');
    return ok({
      id: integerAt(from, 'id'),
      isSuspended: (from.suspended_at ?? null) !== null,
      permissions: new Map(
        Object.entries(toObject(from.permissions, 'permissions')).map(([name, level]) => [
          name,
          String(level),
        ]),
      ),
      events: parseValid(toList(from.events, 'events'), String),
    });
  });

/** Where GitHub sends the App's webhooks, and what became of the last ones, the newest first. */
export interface Webhook {
  url: string;
  deliveries: readonly { at: string; event: string; isDelivered: boolean; status: number }[];
}

/** GitHub keeps deliveries for three days; the last ones show whether they arrive. */
const maxDeliveries = 30;

/** @param client Authenticated as the App itself. */
export const readWebhook = (client: Client): Promise<Result<Webhook>> =>
  orUnreadable(async () => {
    const config = await client.get('GET /app/hook/config', {});
    if (!config.ok) return config;
    const list = await client.get('GET /app/hook/deliveries', { per_page: maxDeliveries });
    if (!list.ok) return list;
    return ok({
      url: stringAtOr(toObject(config.value, 'the webhook'), 'url', ''),
      deliveries: parseValid(toList(list.value, 'deliveries'), (item) => {
        const from = toObject(item, 'a delivery');
        const status = integerAt(from, 'status_code');
        return {
          at: timeAt(from, 'delivered_at'),
          event: stringAt(from, 'event'),
          isDelivered: status >= 200 && status < 300,
          status,
        };
      }),
    });
  });
