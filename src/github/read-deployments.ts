import { ok } from '../review/model/result.ts';
import type { Account, Deployment, Result, RepositoryName } from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import {
  integerAt,
  isObject,
  orUnreadable,
  shaAt,
  stringAt,
  stringAtOr,
  timeAt,
  toList,
  toObject,
  type ResponseObject,
} from './parse-response.ts';
import type { ItemOf } from './routes.ts';

/** Our deployments of a commit to the preview, with their states. */
export const readDeployments = (
  client: Client,
  repository: RepositoryName,
  commit: string,
  bot: Account,
): Promise<Result<readonly Deployment[]>> =>
  orUnreadable(async () => {
    const ours = await listOurs(client, repository, commit, bot);
    if (!ours.ok) return ours;
    const deployments: Deployment[] = [];
    for (const from of ours.value) {
      if (rideOf(from)) continue;
      const id = integerAt(from, 'id');
      const status = await readDeploymentStatus(client, repository, id);
      if (!status.ok) return status;
      deployments.push({
        id,
        environment: stringAt(from, 'environment'),
        sha: shaAt(from, 'sha'),
        state: status.value.state,
      });
    }
    return ok(deployments);
  });

/** A deployment of a ride to a ring. */
export interface RingDeployment {
  id: number;
  ride: string;
  /** The name of the ring, which is its environment. */
  ring: string;
}

/** Our deployments of a commit to rings. */
export const readRingDeployments = (
  client: Client,
  repository: RepositoryName,
  commit: string,
  bot: Account,
): Promise<Result<readonly RingDeployment[]>> =>
  orUnreadable(async () => {
    const ours = await listOurs(client, repository, commit, bot);
    if (!ours.ok) return ours;
    return ok(
      ours.value.flatMap((from) => {
        const ride = rideOf(from);
        if (ride === undefined) return [];
        return [{ id: integerAt(from, 'id'), ride, ring: stringAt(from, 'environment') }];
      }),
    );
  });

const deploymentsRoute = 'GET /repos/{owner}/{repo}/deployments';
type DeploymentResponse = ResponseObject<ItemOf<typeof deploymentsRoute>>;

/** Deployments of a commit that we created: others may write anything into a payload. */
async function listOurs(
  client: Client,
  repository: RepositoryName,
  commit: string,
  bot: Account,
): Promise<Result<readonly DeploymentResponse[]>> {
  const list = await client.listAll(deploymentsRoute, { ...repository, sha: commit });
  if (!list.ok) return list;
  return ok(
    list.value
      .map((item) => toObject(item, 'a deployment'))
      .filter(({ creator }) => isObject(creator) && creator.id === bot.id),
  );
}

/** The id of the ride of a deployment to a ring; undefined for one to the preview. */
function rideOf(from: DeploymentResponse): string | undefined {
  const payload: unknown = from.payload;
  const ride = isObject(payload) ? payload.ride : undefined;
  return typeof ride === 'string' ? ride : undefined;
}

/** The newest status of a deployment. */
export interface DeploymentStatus {
  /** `pending` if there is no status yet. */
  state: Deployment['state'];
  /** When it was written; '' if there is none. */
  at: string;
  description: string;
  /** Where the log is, an address of the web. */
  logUrl?: string;
}

const states: readonly Deployment['state'][] = [
  'pending',
  'queued',
  'in_progress',
  'success',
  'failure',
  'error',
];

/**
 * The newest status of a deployment except `inactive`: GitHub adds that when a later deployment goes
 * to the same environment, which says nothing about the result of this one.
 */
export const readDeploymentStatus = (
  client: Client,
  repository: RepositoryName,
  deployment: number,
): Promise<Result<DeploymentStatus>> =>
  orUnreadable<DeploymentStatus>(async () => {
    const response = await client.get(
      'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
      { ...repository, deployment_id: deployment, per_page: 100 },
    );
    if (!response.ok) return response;
    const newestFirst = toList(response.value, 'statuses').map((status) =>
      toObject(status, 'a status'),
    );
    const newest = newestFirst.find(({ state }) => state !== 'inactive') ?? newestFirst[0];
    if (!newest) return ok({ state: 'pending', at: '', description: '' });
    const logUrl = stringAtOr(newest, 'log_url', '');
    return ok({
      state: states.find((state) => state === newest.state) ?? 'inactive',
      at: timeAt(newest, 'created_at'),
      description: stringAtOr(newest, 'description', ''),
      ...(/^https?:\/\//.test(logUrl) && { logUrl }),
    });
  });
