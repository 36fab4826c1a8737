import type { Client } from '../github/client.ts';
import { parseRepositoryName } from '../review/model/repository-name.ts';
import type { RepositoryName } from '../review/model/snapshot.ts';
import { UserError } from '../shared/user-error.ts';

/** The environment of a step, as GitHub's runner sets it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws UserError if `GITHUB_REPOSITORY` is not `owner/name` */
export function repositoryOf({ GITHUB_REPOSITORY: repository = '' }: Environment): RepositoryName {
  const name = parseRepositoryName(repository);
  if (!name)
    throw new UserError(
      `GITHUB_REPOSITORY must be owner/name, and is ${JSON.stringify(repository)}.`,
    );
  return name;
}

/** The address of the workflow run's page; undefined outside of a workflow. */
export const runPageOf = ({
  GITHUB_SERVER_URL: server,
  GITHUB_REPOSITORY: repository,
  GITHUB_RUN_ID: run,
}: Environment): string | undefined =>
  server !== undefined && repository !== undefined && run !== undefined
    ? `${server}/${repository}/actions/runs/${run}`
    : undefined;

/** The address of the files at a commit on GitHub; undefined outside of a workflow. */
export const filesPageOf = (
  { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository }: Environment,
  commit: string | undefined,
): string | undefined =>
  server !== undefined && repository !== undefined && commit !== undefined
    ? `${server}/${repository}/blob/${commit}`
    : undefined;

/**
 * Loads Octokit only now, because most runs write nothing to GitHub.
 * @throws UserError if the token is empty
 */
export async function createClient(
  { GITHUB_API_URL: api = 'https://api.github.com' }: Environment,
  token: string,
): Promise<Client> {
  if (token === '')
    throw new UserError(
      'The input token is empty, and writing to GitHub needs a token. ' +
        'Remove the input to use the token of the workflow, or set it to a token.',
    );
  const { createTokenClient } = await import('../github/token-client.ts');
  return createTokenClient(token, api);
}
