import { ok, unavailable } from '../review/model/result.ts';
import type {
  ChangedFile,
  Pull,
  Result,
  RepositoryName,
  Snapshot,
} from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import { toChangedFiles, type Comparison } from './commits.ts';
import {
  booleanAt,
  enumAt,
  integerAt,
  isObject,
  objectAt,
  orUnreadable,
  parseValid,
  shaAt,
  stringAt,
  stringAtOr,
  timeAt,
  toAuthor,
  toList,
  toObject,
  type ResponseObject,
} from './parse-response.ts';
import type { ResponseOf } from './routes.ts';

const pullRoute = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';

/** What GitHub returns for one pull request. */
export type PullResponse = ResponseOf<typeof pullRoute>;

/**
 * GitHub does not show the pull request: it does not exist yet or any more, or the installation may
 * not see it.
 */
export class PullRequestNotFound extends Error {}

/** @throws PullRequestNotFound if GitHub does not show the pull request */
export async function requestPull(
  client: Client,
  repository: RepositoryName,
  pull: number,
): Promise<ResponseObject<PullResponse>> {
  const response = await getPull(client, repository, pull);
  if (!response.ok)
    throw new PullRequestNotFound(
      `${repository.owner}/${repository.repo}#${pull}: ${response.reason}`,
    );
  return response.value;
}

/** @throws UnexpectedResponse if GitHub sends something else than a pull request */
export async function getPull(
  client: Client,
  repository: RepositoryName,
  pull: number,
): Promise<Result<ResponseObject<PullResponse>>> {
  const response = await client.get(pullRoute, { ...repository, pull_number: pull });
  return response.ok ? ok(toObject(response.value, 'a pull request')) : response;
}

/** The SHA of the head of a pull request. */
export const headShaOf = (from: ResponseObject<PullResponse>): string =>
  shaAt(objectAt(from, 'head'), 'sha');

/** Which repository a pull request belongs to. */
export type RepositoryIdentity = Required<
  Pick<Snapshot, 'repository' | 'repositoryId' | 'isPublic'>
>;

/**
 * The repository of a pull request, with the name that it has now: GitHub forwards requests for an
 * earlier name.
 */
export function repositoryOf(from: ResponseObject<PullResponse>): RepositoryIdentity {
  const base = objectAt(objectAt(from, 'base'), 'repo');
  return {
    repository: { owner: stringAt(objectAt(base, 'owner'), 'login'), repo: stringAt(base, 'name') },
    repositoryId: integerAt(base, 'id'),
    isPublic: !booleanAt(base, 'private'),
  };
}

function toPullState(from: ResponseObject<PullResponse>): Pull['state'] {
  if (booleanAt(from, 'merged'))
    return { kind: 'merged', at: timeAt(from, 'merged_at'), sha: shaAt(from, 'merge_commit_sha') };
  return enumAt(from, 'state', ['open', 'closed']) === 'open'
    ? { kind: 'open', draft: from.draft === true }
    : { kind: 'closed' };
}

export function toPull(from: ResponseObject<PullResponse>, comparison: Result<Comparison>): Pull {
  const [head, base] = [objectAt(from, 'head'), objectAt(from, 'base')];
  const isFromSameRepository =
    isObject(base.repo) && isObject(head.repo) && head.repo.id === base.repo.id;
  return {
    number: integerAt(from, 'number'),
    nodeId: stringAt(from, 'node_id'),
    url: stringAt(from, 'html_url'),
    title: stringAt(from, 'title'),
    body: stringAtOr(from, 'body', ''),
    state: toPullState(from),
    author: toAuthor(from.user),
    createdAt: timeAt(from, 'created_at'),
    // GitHub's `base.sha` is as old as the last push to the head. The review applies the rules of
    // the branch's last commit.
    base: {
      ref: stringAt(base, 'ref'),
      sha: comparison.ok ? comparison.value.tip : shaAt(base, 'sha'),
    },
    head: {
      ref: stringAt(head, 'ref'),
      sha: shaAt(head, 'sha'),
      repository: isObject(head.repo)
        ? {
            owner: stringAt(objectAt(head.repo, 'owner'), 'login'),
            repo: stringAt(head.repo, 'name'),
          }
        : null,
    },
    mergeBase: comparison.ok ? ok(comparison.value.mergeBase) : comparison,
    mergeable: mergeableOf(from),
    maintainerCanModify: isFromSameRepository || booleanAt(from, 'maintainer_can_modify'),
    labels: parseValid(toList(from.labels, 'labels'), (label) =>
      stringAt(toObject(label, 'a label'), 'name'),
    ),
    changedFiles: integerAt(from, 'changed_files'),
  };
}

const mergeableOf = ({ mergeable }: ResponseObject<PullResponse>): Result<boolean> =>
  typeof mergeable === 'boolean' ? ok(mergeable) : unavailable('GitHub is still computing it');

/**
 * Requests `mergeable` again if it was unavailable. GitHub computes it after the first request and
 * does not announce the result; it is mostly there when everything else has been read.
 */
export async function refreshMergeable(
  client: Client,
  repository: RepositoryName,
  pull: Pull,
): Promise<Pull> {
  if (pull.state.kind !== 'open' || pull.mergeable.ok) return pull;
  const response = await getPull(client, repository, pull.number);
  return response.ok && headShaOf(response.value) === pull.head.sha
    ? { ...pull, mergeable: mergeableOf(response.value) }
    : pull;
}

/** GitHub lists at most 300 files of a comparison. */
const maxComparedFiles = 300;
/** GitHub lists at most 3,000 files of a pull request. */
export const maxPullFiles = 3000;

/** The changed files: from the comparison if it has all of them. */
export async function readChangedFiles(
  client: Client,
  repository: RepositoryName,
  pull: Pull,
  comparison: Result<Comparison>,
): Promise<Result<readonly ChangedFile[]>> {
  if (comparison.ok) {
    const { files } = comparison.value;
    if (files.length >= pull.changedFiles && files.length < maxComparedFiles) return ok(files);
  }
  return orUnreadable(async () => {
    const list = await client.listAll('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', {
      ...repository,
      pull_number: pull.number,
    });
    return list.ok ? ok(list.value.flatMap(toChangedFiles)) : list;
  });
}
