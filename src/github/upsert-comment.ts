import { ok, unavailable } from '../review/model/result.ts';
import type { RepositoryName, Result } from '../review/model/snapshot.ts';
import { commentLimit, type Client } from './client.ts';
import { isHttpError, rejectionText } from './http-error.ts';
import { integerAt, isObject, objectAt, shaAt, stringAt, toObject } from './parse-response.ts';
import { getPull, headShaOf } from './request-pull.ts';

/** The head branch of a pull request, as it was when a workflow ran for it. */
export interface HeadBranch {
  owner: string;
  /** The id of its repository. */
  repository: number;
  branch: string;
  sha: string;
}

/** The open pull request that has exactly this head. Unavailable if there is none, or several. */
export async function findPullRequest(
  client: Client,
  { owner, repo }: RepositoryName,
  head: HeadBranch,
): Promise<Result<number>> {
  const list = await client.listAll('GET /repos/{owner}/{repo}/pulls', {
    owner,
    repo,
    state: 'open',
    head: `${head.owner}:${head.branch}`,
  });
  if (!list.ok) return list;
  const numbers = list.value.flatMap((item) => {
    const from = toObject(item, 'a pull request');
    const pullHead = objectAt(from, 'head');
    const isSameHead =
      stringAt(pullHead, 'ref') === head.branch &&
      shaAt(pullHead, 'sha') === head.sha &&
      isObject(pullHead.repo) &&
      pullHead.repo.id === head.repository;
    return isSameHead ? [integerAt(from, 'number')] : [];
  });
  const [number] = numbers;
  const headText = `${head.sha.slice(0, 7)} of ${head.owner}:${head.branch} as its head`;
  if (number === undefined) return unavailable(`no open pull request has ${headText}`);
  return numbers.length === 1
    ? ok(number)
    : unavailable(
        `more than one pull request has ${headText}: ` +
          numbers.map((each) => `#${each}`).join(', '),
      );
}

/** What was done, or why nothing was. */
export type CommentOutcome = { done: 'created' | 'edited' | 'left as it is' } | { not: string };

/** The comment that a pull request should have. */
export interface WantedComment {
  pull: number;
  /** The head that the comment is about. If the pull request has a newer one, nothing is written. */
  head: string;
  /** All comments of ours start with this text. */
  marker: string;
  body: string;
  /** Whether to create the comment. If false, only an existing comment is edited. */
  create: boolean;
}

/** Creates or edits our comment. If GitHub rejects that, the outcome has its reason. */
export async function upsertComment(
  client: Client,
  repository: RepositoryName,
  { pull, head, marker, body, create }: WantedComment,
): Promise<CommentOutcome> {
  const response = await getPull(client, repository, pull);
  if (!response.ok) return { not: response.reason };
  const currentHead = headShaOf(response.value);
  if (currentHead !== head)
    return { not: `the pull request has moved on to ${currentHead.slice(0, 7)}` };
  const comments = await client.listNewest(
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    { ...repository, issue_number: pull },
    commentLimit,
  );
  if (!comments.ok) return { not: comments.reason };
  const withMarker = [...comments.value.oldest, ...comments.value.items].flatMap((comment) =>
    isObject(comment) && typeof comment.body === 'string' && comment.body.startsWith(marker)
      ? [comment]
      : [],
  );
  // A person can write the marker too, so the author must match. A workflow's token may not ask
  // for its own account; then any bot counts.
  const viewer =
    withMarker.length > 0 ? await client.get('GET /user', {}) : unavailable('not needed');
  const existing = withMarker.find(({ user }) => {
    if (!isObject(user)) return false;
    return viewer.ok ? user.id === toObject(viewer.value, 'user').id : user.type === 'Bot';
  });
  if (existing?.body === body) return { done: 'left as it is' };
  if (!existing && !create) return { not: 'there is nothing to say' };
  try {
    if (existing)
      await client.write(
        'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
        { ...repository, comment_id: integerAt(existing, 'id'), body },
        { repeatable: true },
      );
    else
      await client.write('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...repository,
        issue_number: pull,
        body,
      });
    return { done: existing ? 'edited' : 'created' };
  } catch (error) {
    if (isHttpError(error)) return { not: rejectionText(error) };
    throw error;
  }
}
