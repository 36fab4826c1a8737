import { ok } from '../review/model/result.ts';
import type { RepositoryName, Result } from '../review/model/snapshot.ts';
import type { Client, Parameters } from './client.ts';
import { data, inner, number, readable, sha, text, time } from './parse-response.ts';

/** An open pull request, as far as a list of them tells. */
export interface OpenPullRequest {
  number: number;
  head: string;
  updatedAt: string;
}

/**
 * A list page by page, however long it is: what is to be done with it is done for each page before
 * the next is read. An item that GitHub garbled is left out.
 */
async function* each<T>(
  client: Client,
  route: string,
  parameters: Parameters,
  of: (value: unknown) => T[],
  name?: string,
): AsyncGenerator<Result<T[]>, void, undefined> {
  for await (const page of client.eachPage(route, parameters, name))
    yield page.ok ? ok(readable(page.value.items, of).flat()) : page;
}

/**
 * The numbers of the App's installations that are not suspended.
 * @param client one that speaks for the App itself
 */
export const installationsOf = (
  client: Client,
): AsyncGenerator<Result<number[]>, void, undefined> =>
  each(client, 'GET /app/installations', {}, (value) => {
    const from = data(value, 'an installation');
    return (from.suspended_at ?? null) === null ? [number(from, 'id')] : [];
  });

/** The repositories that an installation is for, as `owner/name`. */
export const repositoriesOf = (client: Client): AsyncGenerator<Result<string[]>, void, undefined> =>
  each(
    client,
    'GET /installation/repositories',
    {},
    (value) => [text(data(value, 'a repository'), 'full_name')],
    'repositories',
  );

/**
 * The open pull requests of a repository.
 * @param first those that something has happened to last, or those that nothing has for longest
 */
export const openPullRequestsOf = (
  client: Client,
  { owner, repo }: RepositoryName,
  first: 'newest' | 'oldest',
): AsyncGenerator<Result<OpenPullRequest[]>, void, undefined> =>
  each(
    client,
    'GET /repos/{owner}/{repo}/pulls',
    { owner, repo, state: 'open', sort: 'updated', direction: first === 'newest' ? 'desc' : 'asc' },
    (value) => {
      const from = data(value, 'a pull request');
      return [
        {
          number: number(from, 'number'),
          head: sha(inner(from, 'head'), 'sha'),
          updatedAt: time(from, 'updated_at'),
        },
      ];
    },
  );

/**
 * The installation of the App that a repository belongs to.
 * @param client one that speaks for the App itself
 */
export async function installationOf(
  client: Client,
  { owner, repo }: RepositoryName,
): Promise<Result<number>> {
  const answer = await client.get('GET /repos/{owner}/{repo}/installation', { owner, repo });
  return answer.ok ? ok(number(data(answer.value, 'an installation'), 'id')) : answer;
}

/** The short name of the App that a client speaks for. */
export async function slugOf(client: Client): Promise<Result<string>> {
  const answer = await client.get('GET /app', {});
  return answer.ok ? ok(text(data(answer.value, 'the App'), 'slug')) : answer;
}
