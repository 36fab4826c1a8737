import { ok } from '../review/model/result.ts';
import type { Account, Deployment, Result, RepositoryName } from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import {
  integerAt,
  isObject,
  orUnreadable,
  shaAt,
  stringAt,
  toList,
  toObject,
} from './parse-response.ts';

/** Our deployments of a commit, with their states. */
export const readDeployments = (
  client: Client,
  repository: RepositoryName,
  commit: string,
  bot: Account,
): Promise<Result<readonly Deployment[]>> =>
  orUnreadable(async () => {
    const list = await client.listAll('GET /repos/{owner}/{repo}/deployments', {
      ...repository,
      sha: commit,
    });
    if (!list.ok) return list;
    const ours = list.value
      .map((item) => toObject(item, 'a deployment'))
      .filter(({ creator }) => isObject(creator) && creator.id === bot.id);
    const deployments: Deployment[] = [];
    for (const from of ours) {
      const state = await readState(client, repository, integerAt(from, 'id'));
      if (!state.ok) return state;
      deployments.push({
        id: integerAt(from, 'id'),
        environment: stringAt(from, 'environment'),
        sha: shaAt(from, 'sha'),
        state: state.value,
      });
    }
    return ok(deployments);
  });

const states: readonly Deployment['state'][] = [
  'pending',
  'queued',
  'in_progress',
  'success',
  'failure',
  'error',
];

/**
 * The newest state of a deployment except `inactive`: GitHub adds that when a later deployment goes
 * to the same environment, which says nothing about the result of this one.
 */
async function readState(
  client: Client,
  repository: RepositoryName,
  deployment: number,
): Promise<Result<Deployment['state']>> {
  const response = await client.get(
    'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    { ...repository, deployment_id: deployment, per_page: 100 },
  );
  if (!response.ok) return response;
  const newestFirst = toList(response.value, 'statuses').map(
    (status) => toObject(status, 'a status').state,
  );
  if (newestFirst.length === 0) return ok('pending');
  const newest = newestFirst.find((state) => state !== 'inactive');
  return ok(states.find((state) => state === newest) ?? 'inactive');
}
