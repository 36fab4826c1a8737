import { ok, unavailable } from '../review/model/result.ts';
import type {
  Account,
  ChangedFile,
  Commit,
  Result,
  Person,
  RepositoryName,
} from '../review/model/snapshot.ts';
import { parseCoAuthors } from '../cla/co-authors.ts';
import { isHttpError, type Client, type Parameters } from './client.ts';
import {
  account,
  data,
  inner,
  isData,
  list,
  readable,
  sha,
  text,
  textOr,
  orUnreadable,
} from './parse-response.ts';

/** What a pull request has that its base branch has not. */
export interface Comparison {
  /** The base branch's last commit. */
  tip: string;
  mergeBase: string;
  commits: Result<readonly Commit[]>;
  /** No more than GitHub compares: 300. */
  files: readonly ChangedFile[];
}

export type RepositoryParameters = Readonly<{ owner: string; repo: string }>;

const route = 'GET /repos/{owner}/{repo}/compare/{basehead}';
/** What a comparison is asked for with. */
export const comparison = (
  where: RepositoryParameters,
  branch: string,
  head: string,
): [string, Parameters] => [route, { ...where, basehead: `${branch}...${head}`, per_page: 100 }];

/**
 * GitHub's comparison of a branch with a commit, with all pages of commits. Pages behind the first
 * have commits only.
 */
export const compare = (
  client: Client,
  where: RepositoryParameters,
  branch: string,
  head: string,
): Promise<Result<Comparison>> => orUnreadable(() => compared(client, where, branch, head));

async function compared(
  client: Client,
  where: RepositoryParameters,
  branch: string,
  head: string,
): Promise<Result<Comparison>> {
  const first = await client.get(...comparison(where, branch, head));
  if (!first.ok) return first;
  const from = data(first.value, 'a comparison');
  const raw = list(from.commits, 'commits');
  const total = typeof from.total_commits === 'number' ? from.total_commits : raw.length;
  const rest =
    total > raw.length
      ? await client.pages(...comparison(where, branch, head), 'commits')
      : ok(raw);
  return ok({
    tip: sha(inner(from, 'base_commit'), 'sha'),
    mergeBase: sha(inner(from, 'merge_base_commit'), 'sha'),
    commits: rest.ok ? await withAccounts(client, where, rest.value.map(commitOf)) : rest,
    files: list(from.files ?? [], 'files').flatMap(toChangedFile),
  });
}

const statuses = ['added', 'removed', 'modified', 'renamed', 'copied', 'changed'] as const;

export function toChangedFile(value: unknown): ChangedFile[] {
  const from = data(value, 'a changed file');
  if (from.status === 'unchanged') return [];
  // Whatever else became of a file that GitHub may think of later, it has changed.
  const status = statuses.find((one) => one === from.status) ?? 'changed';
  const [previousPath, patch] = [
    textOr(from, 'previous_filename', undefined),
    textOr(from, 'patch', undefined),
  ];
  return [
    {
      path: text(from, 'filename'),
      status,
      ...(previousPath !== undefined && { previousPath }),
      ...(patch !== undefined && { patch }),
    },
  ];
}

function commitOf(value: unknown): Commit {
  const from = data(value, 'a commit');
  const commit = inner(from, 'commit');
  const message = text(commit, 'message');
  const parents = list(from.parents, 'parents').map((parent) =>
    sha(data(parent, 'a parent'), 'sha'),
  );
  const coAuthors = parseCoAuthors(message).map((named): Person => ({
    ...named,
    account: notAsked,
  }));
  const verified =
    isData(commit.verification) && typeof commit.verification.verified === 'boolean'
      ? commit.verification.verified
      : undefined;
  return {
    sha: sha(from, 'sha'),
    parents,
    message,
    author: person(commit.author, from.author),
    committer: person(commit.committer, from.committer),
    coAuthors,
    ...(verified !== undefined && { verified }),
  };
}

const notAsked = unavailable('GitHub was not asked');

/**
 * Somebody as a commit names them; GitHub tells the account that the address belongs to, or null.
 */
function person(named: unknown, of: unknown): Person {
  const { name, email } = isData(named)
    ? { name: textOr(named, 'name', ''), email: textOr(named, 'email', '') }
    : { name: '', email: '' };
  if (!isData(of) || Object.keys(of).length === 0) return { name, email, account: ok(null) };
  const [found] = readable([of], (one) => account(one, 'the author of a commit'));
  return {
    name,
    email,
    account: found ? ok(somebody(found)) : unavailable('GitHub does not tell whose address it is'),
  };
}

/** An address that GitHub gives to a ghost belongs to nobody. */
const somebody = (of: Account): Account | null => (of.type === 'ghost' ? null : of);

/**
 * Commits whose co-authors have their accounts. Of most, an author's address tells it; GitHub's
 * REST API does not know co-authors, so the others are asked for over GraphQL, in one request for
 * fifty commits.
 */
async function withAccounts(
  client: Client,
  { owner, repo }: RepositoryParameters,
  commits: readonly Commit[],
): Promise<Result<readonly Commit[]>> {
  const accounts = new Map<string, Result<Account | null>>();
  for (const { email, account: of } of commits.flatMap(({ author, committer }) => [
    author,
    committer,
  ]))
    if (of.ok && of.value) accounts.set(email.toLowerCase(), of);
  const open = commits.filter(({ coAuthors }) =>
    coAuthors.some(({ email }) => !accounts.has(email.toLowerCase())),
  );
  let refused: Result<never> | undefined;
  for (let start = 0; start < open.length; start += 50) {
    const told = await askForAuthors(
      client,
      owner,
      repo,
      open.slice(start, start + 50).map((commit) => commit.sha),
    );
    if (told.ok) for (const [email, found] of told.value) accounts.set(email, found);
    else refused = told;
  }
  const find = ({ name, email }: Person): Person => ({
    name,
    email,
    account:
      accounts.get(email.toLowerCase()) ??
      refused ??
      unavailable('GitHub does not tell whose address it is'),
  });
  return ok(commits.map((commit) => ({ ...commit, coAuthors: commit.coAuthors.map(find) })));
}

/** One commit of files to a branch. */
export interface NewCommit {
  repository: RepositoryName;
  branch: string;
  /** The commit that it goes on top of, the branch's last; null begins the branch. */
  head: string | null;
  message: string;
  files: readonly { path: string; text: string }[];
}

/**
 * Puts one commit on top of a branch's last one, without force; or says why not, and whether that
 * may be because the branch has moved on.
 */
export async function commitFiles(
  client: Client,
  { repository, branch, head, message, files }: NewCommit,
): Promise<{ done: true } | { moved: boolean; reason: string }> {
  const there = { owner: repository.owner, repo: repository.repo };
  const under =
    head === null
      ? null
      : await client.get(
          'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
          { ...there, commit_sha: head },
          { immutable: true },
        );
  if (under && !under.ok) return { moved: false, reason: under.reason };
  const base = under && { base_tree: sha(inner(data(under.value, 'a commit'), 'tree'), 'sha') };
  const made = await client.write(
    'POST /repos/{owner}/{repo}/git/trees',
    {
      ...there,
      ...base,
      tree: files.map(({ path, text: content }) => ({
        path,
        mode: '100644',
        type: 'blob',
        content,
      })),
    },
    { repeatable: true },
  );
  const commit = sha(
    await client.write(
      'POST /repos/{owner}/{repo}/git/commits',
      { ...there, message, tree: sha(made, 'sha'), parents: head === null ? [] : [head] },
      { repeatable: true },
    ),
    'sha',
  );
  try {
    if (head === null)
      await client.write('POST /repos/{owner}/{repo}/git/refs', {
        ...there,
        ref: `refs/heads/${branch}`,
        sha: commit,
      });
    else
      await client.write('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
        ...there,
        ref: `heads/${branch}`,
        sha: commit,
        force: false,
      });
  } catch (error) {
    if (isHttpError(error) && (error.status === 409 || error.status === 422))
      return { moved: true, reason: error.message };
    throw error;
  }
  return { done: true };
}

/**
 * The accounts of the authors and co-authors of commits, by address in small letters, as far as
 * GitHub tells them.
 */
async function askForAuthors(
  client: Client,
  owner: string,
  repo: string,
  shas: readonly string[],
): Promise<Result<[string, Result<Account | null>][]>> {
  const asked = shas.map(
    (_, index) =>
      `c${index}: object(oid: $c${index}) { ... on Commit { authors(first: ` +
      '100) { nodes { email user { databaseId login } } } } }',
  );
  const query =
    'query($owner: String!, $repo: ' +
    `String!, ${shas.map((_, index) => `$c${index}: GitObjectID!`).join(', ')}) { ` +
    `repository(owner: $owner, name: $repo) { ${asked.join(' ')} } }`;
  const variables = {
    owner,
    repo,
    ...Object.fromEntries(shas.map((one, index) => [`c${index}`, one])),
  };
  const answer = await client.ask(query, variables);
  if (!answer.ok) return answer;
  const { repository } = answer.value;
  const authors = isData(repository)
    ? Object.values(repository).map((commit) => (isData(commit) ? commit.authors : null))
    : [];
  const nodes = authors.flatMap((one) =>
    isData(one) && Array.isArray(one.nodes) ? one.nodes : [],
  );
  return ok(
    readable(nodes, (node) => {
      const from = data(node, 'an author');
      const user = from.user === null ? null : inner(from, 'user');
      return [
        text(from, 'email').toLowerCase(),
        ok(
          user &&
            somebody(
              account({ id: user.databaseId, login: user.login, type: 'User' }, 'a co-author'),
            ),
        ),
      ];
    }),
  );
}
