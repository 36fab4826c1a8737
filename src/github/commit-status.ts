import type { CommitStatus } from '../review/decide-cla.ts';
import type { RepositoryName } from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import { stringAtOr, toObject } from './parse-response.ts';

/**
 * Sets a status of a commit unless it is already set.
 * @returns Whether it was changed.
 * @throws What Octokit throws if GitHub rejects the status
 */
export async function setCommitStatus(
  client: Client,
  { owner, repo }: RepositoryName,
  { context, sha, state, description, url }: CommitStatus,
): Promise<boolean> {
  const statuses = await client.listAll(
    'GET /repos/{owner}/{repo}/commits/{ref}/status',
    { owner, repo, ref: sha },
    'statuses',
  );
  const current = statuses.ok
    ? statuses.value
        .map((item) => toObject(item, 'a status'))
        .find((status) => status.context === context)
    : undefined;
  if (
    current?.state === state &&
    stringAtOr(current, 'description', '') === description &&
    stringAtOr(current, 'target_url', '') === url
  )
    return false;
  await client.write(
    'POST /repos/{owner}/{repo}/statuses/{sha}',
    { owner, repo, sha, context, state, description, ...(url !== '' && { target_url: url }) },
    { repeatable: true },
  );
  return true;
}
