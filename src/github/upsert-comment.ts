import { ok, unavailable } from '../review/model/result.ts';
import type { Result, RepositoryName } from '../review/model/snapshot.ts';
import { isHttpError, commentLimit, rejectionText, type Client } from './client.ts';
import { data, inner, isData, number, sha, text } from './parse-response.ts';

/** The branch that a pull request is made from, as it was when a workflow ran for it. */
export interface HeadBranch {
  owner: string;
  /** The number of the repository that it is in. */
  repository: number;
  branch: string;
  sha: string;
}

/**
 * The one open pull request whose head is exactly this; unknown where there is none, or several.
 */
export async function findPullRequest(
  client: Client,
  { owner, repo }: RepositoryName,
  head: HeadBranch,
): Promise<Result<number>> {
  const pages = await client.pages('GET /repos/{owner}/{repo}/pulls', {
    owner,
    repo,
    state: 'open',
    head: `${head.owner}:${head.branch}`,
  });
  if (!pages.ok) return pages;
  const found = pages.value.flatMap((one) => {
    const from = data(one, 'a pull request');
    const at = inner(from, 'head');
    const same =
      text(at, 'ref') === head.branch &&
      sha(at, 'sha') === head.sha &&
      isData(at.repo) &&
      at.repo.id === head.repository;
    return same ? [number(from, 'number')] : [];
  });
  const [only] = found;
  const named = `${head.sha.slice(0, 7)} of ${head.owner}:${head.branch} as its head`;
  if (only === undefined) return unavailable(`no open pull request has ${named}`);
  return found.length === 1
    ? ok(only)
    : unavailable(
        `more than one pull request has ${named}: ${found.map((one) => `#${one}`).join(', ')}`,
      );
}

/** What became of a comment: what was done, or why nothing was. */
export type CommentOutcome = { done: 'created' | 'edited' | 'left as it is' } | { not: string };

/** The comment that a pull request is to have. */
export interface WantedComment {
  pull: number;
  /** The head that it is about: where the pull request has moved on, nothing is written. */
  head: string;
  /** Begins a comment of ours. */
  marker: string;
  body: string;
  /** Whether it is made where none stands; else only one that stands is brought up to date. */
  create: boolean;
}

/** Makes the one comment, or edits the one that stands. A "no" of GitHub's is told, not thrown. */
export async function upsertComment(
  client: Client,
  { owner, repo }: RepositoryName,
  { pull, head, marker, body, create }: WantedComment,
): Promise<CommentOutcome> {
  const where = { owner, repo };
  const now = await client.get('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...where,
    pull_number: pull,
  });
  if (!now.ok) return { not: now.reason };
  const standing = sha(inner(data(now.value, 'a pull request'), 'head'), 'sha');
  if (standing !== head) return { not: `the pull request has moved on to ${standing.slice(0, 7)}` };
  const comments = await client.newest(
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    { ...where, issue_number: pull },
    commentLimit,
  );
  if (!comments.ok) return { not: comments.reason };
  const marked = [...comments.value.older, ...comments.value.items]
    .filter(isData)
    .filter((comment) => typeof comment.body === 'string' && comment.body.startsWith(marker));
  // A person can write the marker too. The token of a workflow may not ask whose it is: then it is
  // a bot's.
  const me = marked.length > 0 ? await client.get('GET /user', {}) : unavailable('nobody asks');
  const ours = marked.find(
    ({ user }) =>
      isData(user) && (me.ok ? user.id === data(me.value, 'user').id : user.type === 'Bot'),
  );
  if (ours?.body === body) return { done: 'left as it is' };
  if (!ours && !create) return { not: 'there is nothing to say' };
  try {
    if (ours)
      await client.write(
        'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
        { ...where, comment_id: number(ours, 'id'), body },
        { repeatable: true },
      );
    else
      await client.write('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...where,
        issue_number: pull,
        body,
      });
    return { done: ours ? 'edited' : 'created' };
  } catch (error) {
    if (isHttpError(error)) return { not: rejectionText(error) };
    throw error;
  }
}
