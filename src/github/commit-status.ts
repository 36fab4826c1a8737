import type { CommitStatus } from '../review/decide-cla.ts';
import type { RepositoryName } from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import { data, textOr } from './parse-response.ts';

/**
 * Sets the status of a commit, where it does not stand as it should. Returns whether it had to.
 * @throws what GitHub refuses with
 */
export async function setCommitStatus(
  client: Client,
  { owner, repo }: RepositoryName,
  { context, sha, state, description, url }: CommitStatus,
): Promise<boolean> {
  const standing = await client.pages(
    'GET /repos/{owner}/{repo}/commits/{ref}/status',
    { owner, repo, ref: sha },
    'statuses',
  );
  const ours = standing.ok
    ? standing.value.map((one) => data(one, 'a status')).find((one) => one.context === context)
    : undefined;
  if (
    ours?.state === state &&
    textOr(ours, 'description', '') === description &&
    textOr(ours, 'target_url', '') === url
  )
    return false;
  await client.write(
    'POST /repos/{owner}/{repo}/statuses/{sha}',
    { owner, repo, sha, context, state, description, target_url: url },
    { repeatable: true },
  );
  return true;
}
