import { accountUnavailable, resolveCoAuthors, withoutGhost } from './resolve-co-authors.ts';
import { parseCoAuthors } from '../cla/co-authors.ts';
import { ok, unavailable } from '../review/model/result.ts';
import type {
  ChangedFile,
  Commit,
  Person,
  RepositoryName,
  Result,
} from '../review/model/snapshot.ts';
import type { Client, Parameters } from './client.ts';
import { isHttpError } from './http-error.ts';
import {
  isObject,
  objectAt,
  orUnreadable,
  parseValid,
  shaAt,
  stringAt,
  stringAtOr,
  toAccount,
  toList,
  toObject,
  type Unchecked,
} from './parse-response.ts';
import type { ItemOf } from './routes.ts';

/** What a pull request adds to its base branch. */
export interface Comparison {
  /** The last commit of the base branch. */
  tip: string;
  mergeBase: string;
  commits: Result<readonly Commit[]>;
  /** The first 300 files: GitHub compares no more. */
  files: readonly ChangedFile[];
}

const compareRoute = 'GET /repos/{owner}/{repo}/compare/{basehead}';

/** The route and the parameters that compare a branch with a commit. */
export const comparisonRequest = (
  repository: RepositoryName,
  branch: string,
  head: string,
): [typeof compareRoute, Parameters] => [
  compareRoute,
  { ...repository, basehead: `${branch}...${head}`, per_page: 100 },
];

/** Compares a branch with a commit. Reads all pages of commits; only the first page has files. */
export const readComparison = (
  client: Client,
  repository: RepositoryName,
  branch: string,
  head: string,
): Promise<Result<Comparison>> =>
  orUnreadable(async () => {
    const request = comparisonRequest(repository, branch, head);
    const response = await client.get(...request);
    if (!response.ok) return response;
    const from = toObject(response.value, 'a comparison');
    const firstPage = toList(from.commits, 'commits');
    const total = typeof from.total_commits === 'number' ? from.total_commits : firstPage.length;
    const all =
      total > firstPage.length ? await client.listAll(...request, 'commits') : ok(firstPage);
    return ok({
      tip: shaAt(objectAt(from, 'base_commit'), 'sha'),
      mergeBase: shaAt(objectAt(from, 'merge_base_commit'), 'sha'),
      commits: all.ok ? await resolveCoAuthors(client, repository, all.value.map(toCommit)) : all,
      files:
        from.files === undefined || from.files === null
          ? []
          : toList(from.files, 'files').flatMap(toChangedFiles),
    });
  });

const statuses = ['added', 'removed', 'modified', 'renamed', 'copied', 'changed'] as const;

/** Empty for a file that GitHub lists as unchanged. */
export function toChangedFiles(
  value: Unchecked<ItemOf<typeof compareRoute, 'files'>>,
): ChangedFile[] {
  const from = toObject(value, 'a changed file');
  if (from.status === 'unchanged') return [];
  // A status that GitHub adds later is a change too.
  const status = statuses.find((name) => name === from.status) ?? 'changed';
  const previousPath = stringAtOr(from, 'previous_filename', undefined);
  const patch = stringAtOr(from, 'patch', undefined);
  return [
    {
      path: stringAt(from, 'filename'),
      status,
      ...(previousPath !== undefined && { previousPath }),
      ...(patch !== undefined && { patch }),
    },
  ];
}

function toCommit(value: Unchecked<ItemOf<typeof compareRoute, 'commits'>>): Commit {
  const from = toObject(value, 'a commit');
  const commit = objectAt(from, 'commit');
  const message = stringAt(commit, 'message');
  const { verification, committer } = commit;
  const committedAt = isObject(committer)
    ? Date.parse(stringAtOr(committer, 'date', ''))
    : Number.NaN;
  return {
    sha: shaAt(from, 'sha'),
    parents: toList(from.parents, 'parents').map((parent) =>
      shaAt(toObject(parent, 'a parent'), 'sha'),
    ),
    message,
    author: toPerson(commit.author, from.author),
    committer: toPerson(commit.committer, from.committer),
    coAuthors: parseCoAuthors(message).map((coAuthor): Person => ({
      ...coAuthor,
      account: unavailable('GitHub was not asked'),
    })),
    ...(!Number.isNaN(committedAt) && { committedAt: new Date(committedAt).toISOString() }),
    ...(isObject(verification) &&
      typeof verification.verified === 'boolean' && { verified: verification.verified }),
  };
}

/** @param user The account that has the email address, or null. */
function toPerson(
  identity: Unchecked<{ name?: string; email?: string } | null | undefined>,
  user: unknown,
): Person {
  const { name, email } = isObject(identity)
    ? { name: stringAtOr(identity, 'name', ''), email: stringAtOr(identity, 'email', '') }
    : { name: '', email: '' };
  if (!isObject(user) || Object.keys(user).length === 0) return { name, email, account: ok(null) };
  const [account] = parseValid([user], (author) => toAccount(author, 'the author of a commit'));
  return { name, email, account: account ? ok(withoutGhost(account)) : accountUnavailable };
}

/** A commit that adds or replaces files. */
export interface NewCommit {
  repository: RepositoryName;
  branch: string;
  /** The last commit of the branch; null creates the branch. */
  head: string | null;
  /** The commit that a new branch begins at; without it, the branch has no history. */
  from?: string;
  message: string;
  files: readonly { path: string; text: string }[];
}

/**
 * Commits to a branch, without force.
 * @returns If it fails, the reason, and whether it may be that the branch has a newer commit.
 */
export async function commitFiles(
  client: Client,
  { repository, branch, head, from, message, files }: NewCommit,
): Promise<{ done: true } | { moved: boolean; reason: string }> {
  const parentSha = head ?? from;
  const parent =
    parentSha === undefined
      ? null
      : await client.get(
          'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
          { ...repository, commit_sha: parentSha },
          { immutable: true },
        );
  if (parent && !parent.ok) return { moved: false, reason: parent.reason };
  const tree = await client.write(
    'POST /repos/{owner}/{repo}/git/trees',
    {
      ...repository,
      ...(parent && {
        base_tree: shaAt(objectAt(toObject(parent.value, 'a commit'), 'tree'), 'sha'),
      }),
      tree: files.map(({ path, text: content }) => ({
        path,
        mode: '100644',
        type: 'blob',
        content,
      })),
    },
    { repeatable: true },
  );
  const commit = await client.write(
    'POST /repos/{owner}/{repo}/git/commits',
    {
      ...repository,
      message,
      tree: shaAt(toObject(tree, 'a tree'), 'sha'),
      parents: parentSha === undefined ? [] : [parentSha],
    },
    { repeatable: true },
  );
  const sha = shaAt(toObject(commit, 'a commit'), 'sha');
  try {
    if (head === null)
      await client.write('POST /repos/{owner}/{repo}/git/refs', {
        ...repository,
        ref: `refs/heads/${branch}`,
        sha,
      });
    else
      await client.write('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
        ...repository,
        ref: `heads/${branch}`,
        sha,
        force: false,
      });
  } catch (error) {
    if (isHttpError(error) && (error.status === 409 || error.status === 422))
      return { moved: true, reason: error.message };
    throw error;
  }
  return { done: true };
}
