import { ok } from '../review/model/result.ts';
import type { Account, CheckRun, Result, RepositoryName } from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import {
  integerAt,
  isObject,
  shaAt,
  stringAt,
  stringAtOr,
  toObject,
  type ResponseObject,
} from './parse-response.ts';
import type { ItemOf } from './routes.ts';

const checkRunsRoute = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs';
type CheckRunResponse = ResponseObject<ItemOf<typeof checkRunsRoute, 'check_runs'>>;

/** The check runs of a commit that have a name and are ours. */
export async function readCheckRuns(
  client: Client,
  repository: RepositoryName,
  sha: string,
  name: string,
  bot: Account,
): Promise<Result<readonly CheckRun[]>> {
  const list = await client.listAll(
    checkRunsRoute,
    { ...repository, ref: sha, check_name: name },
    'check_runs',
  );
  if (!list.ok) return list;
  const ours = list.value
    .map((item) => toObject(item, 'a check run'))
    .filter(
      ({ app }) =>
        isObject(app) &&
        `${stringAtOr(app, 'slug', '')}[bot]`.toLowerCase() === bot.login.toLowerCase(),
    );
  const newest = Math.max(...ours.map((from) => integerAt(from, 'id')));
  return ok(
    await Promise.all(
      ours.map(async (from): Promise<CheckRun> => {
        const id = integerAt(from, 'id');
        const status = statusOf(from);
        const rerequested =
          id === newest &&
          status === 'completed' &&
          (await isRerequested(client, repository, from));
        return {
          id,
          name: stringAt(from, 'name'),
          sha: shaAt(from, 'head_sha'),
          status,
          externalId: stringAtOr(from, 'external_id', ''),
          ...(rerequested && { rerequested }),
        };
      }),
    ),
  );
}

/** GitHub has more statuses. All others mean that the run has not started. */
const statusOf = ({ status }: CheckRunResponse): CheckRun['status'] =>
  status === 'completed' || status === 'in_progress' ? status : 'queued';

/**
 * Whether someone clicked "Re-run" on a completed check run. GitHub does not change the run, but
 * sets its check suite back to `queued`.
 */
async function isRerequested(
  client: Client,
  repository: RepositoryName,
  { check_suite: suite }: CheckRunResponse,
): Promise<boolean> {
  if (!isObject(suite) || typeof suite.id !== 'number') return false;
  const response = await client.get('GET /repos/{owner}/{repo}/check-suites/{check_suite_id}', {
    ...repository,
    check_suite_id: suite.id,
  });
  return response.ok && isObject(response.value) && response.value.status === 'queued';
}
