import { ok } from '../review/model/result.ts';
import type { RepositoryName, Result } from '../review/model/snapshot.ts';
import type { Client, Parameters } from './client.ts';
import {
  integerAt,
  objectAt,
  parseValid,
  shaAt,
  stringAt,
  timeAt,
  toObject,
  type Unchecked,
} from './parse-response.ts';
import type { ItemOf, Route } from './routes.ts';

/** What a list says about an open pull request. */
export interface OpenPullRequest {
  number: number;
  head: string;
  updatedAt: string;
  /** A commit of its base branch, which may be older than the last one. */
  base: string;
}

/**
 * Yields a list page by page, without a limit, so that the caller can process a page before the
 * next one is requested. Leaves out invalid items.
 */
async function* eachPage<R extends Route, T, Key extends string = never>(
  client: Client,
  route: R,
  parameters: Parameters,
  parse: (value: Unchecked<ItemOf<R, Key>>) => T[],
  key?: Key,
): AsyncGenerator<Result<T[]>, void, undefined> {
  for await (const page of client.eachPage(route, parameters, key))
    yield page.ok ? ok(parseValid(page.value.items, parse).flat()) : page;
}

/**
 * The ids of the App's installations that are not suspended.
 * @param client Authenticated as the App itself.
 */
export const installationsOf = (
  client: Client,
): AsyncGenerator<Result<number[]>, void, undefined> =>
  eachPage(client, 'GET /app/installations', {}, (item) => {
    const from = toObject(item, 'an installation');
    return (from.suspended_at ?? null) === null ? [integerAt(from, 'id')] : [];
  });

/** A repository: GitHub's id stays, the name may change. */
export interface NamedRepository {
  id: number;
  /** `owner/name`. */
  name: string;
}

/** The repositories of an installation. */
export const repositoriesOf = (
  client: Client,
): AsyncGenerator<Result<NamedRepository[]>, void, undefined> =>
  eachPage(
    client,
    'GET /installation/repositories',
    {},
    (item) => {
      const from = toObject(item, 'a repository');
      return [{ id: integerAt(from, 'id'), name: stringAt(from, 'full_name') }];
    },
    'repositories',
  );

/** A repository by its name, or by one that it had before. */
export async function repositoryNamed(
  client: Client,
  name: RepositoryName,
): Promise<Result<NamedRepository>> {
  const response = await client.get('GET /repos/{owner}/{repo}', { ...name });
  if (!response.ok) return response;
  const from = toObject(response.value, 'a repository');
  return ok({ id: integerAt(from, 'id'), name: stringAt(from, 'full_name') });
}

/**
 * The open pull requests of a repository.
 * @param first Whether the most or the least recently updated come first.
 */
export const openPullRequestsOf = (
  client: Client,
  { owner, repo }: RepositoryName,
  first: 'newest' | 'oldest',
): AsyncGenerator<Result<OpenPullRequest[]>, void, undefined> => {
  const direction = first === 'newest' ? 'desc' : 'asc';
  return eachPage(
    client,
    'GET /repos/{owner}/{repo}/pulls',
    { owner, repo, state: 'open', sort: 'updated', direction },
    (item) => {
      const from = toObject(item, 'a pull request');
      return [
        {
          number: integerAt(from, 'number'),
          head: shaAt(objectAt(from, 'head'), 'sha'),
          updatedAt: timeAt(from, 'updated_at'),
          base: shaAt(objectAt(from, 'base'), 'sha'),
        },
      ];
    },
  );
};

/**
 * The id of the App's installation for a repository.
 * @param client Authenticated as the App itself.
 */
export async function installationOf(
  client: Client,
  { owner, repo }: RepositoryName,
): Promise<Result<number>> {
  const response = await client.get('GET /repos/{owner}/{repo}/installation', { owner, repo });
  return response.ok ? ok(integerAt(toObject(response.value, 'an installation'), 'id')) : response;
}

/**
 * The App's name in URLs.
 * @param client Authenticated as the App itself.
 */
export async function slugOf(client: Client): Promise<Result<string>> {
  const response = await client.get('GET /app', {});
  return response.ok ? ok(stringAt(toObject(response.value, 'the App'), 'slug')) : response;
}
