import { known, unknown } from '../review/known.ts';
import type { Known } from '../review/snapshot.ts';
import type { Client } from './client.ts';
import { data, inner, number, sha, text, time } from './data.ts';

/** An open pull request, as far as a list of them tells. */
export interface Open {
  number: number;
  head: string;
  updatedAt: string;
}

const each = <T>(values: Known<readonly unknown[]>, of: (value: unknown) => T): Known<T[]> => (values.known ? known(values.value.map(of)) : values);

/** The numbers of the App's installations that are not suspended. @param client one that speaks for the App itself */
export async function installationsOf(client: Client): Promise<Known<number[]>> {
  const all = await client.pages('GET /app/installations', {});
  const active = all.known ? known(all.value.filter((value) => (data(value, 'an installation').suspended_at ?? null) === null)) : all;
  return each(active, (value) => number(data(value, 'an installation'), 'id'));
}

/** The repositories that an installation is for, as `owner/name`. */
export async function repositoriesOf(client: Client): Promise<Known<string[]>> {
  return each(await client.pages('GET /installation/repositories', {}, 'repositories'), (value) => text(data(value, 'a repository'), 'full_name'));
}

/** The open pull requests of a repository `owner/name`. */
export async function openOf(client: Client, repository: string): Promise<Known<Open[]>> {
  const [owner = '', repo] = repository.split('/');
  if (repo === undefined) return unknown(`${repository} is no repository's name`);
  return each(await client.pages('GET /repos/{owner}/{repo}/pulls', { owner, repo, state: 'open' }), (value) => {
    const from = data(value, 'a pull request');
    return { number: number(from, 'number'), head: sha(inner(from, 'head'), 'sha'), updatedAt: time(from, 'updated_at') };
  });
}

/** The installation of the App that a repository `owner/name` belongs to. @param client one that speaks for the App itself */
export async function installationOf(client: Client, repository: string): Promise<Known<number>> {
  const [owner = '', repo = ''] = repository.split('/');
  const answer = await client.get('GET /repos/{owner}/{repo}/installation', { owner, repo });
  return answer.known ? known(number(data(answer.value, 'an installation'), 'id')) : answer;
}

/** The short name of the App that a client speaks for. */
export async function slugOf(client: Client): Promise<Known<string>> {
  const answer = await client.get('GET /app', {});
  return answer.known ? known(text(data(answer.value, 'the App'), 'slug')) : answer;
}
