import { ok, unavailable } from '../review/model/result.ts';
import type { Account, Commit, Person, Result, RepositoryName } from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import { isObject, parseValid, stringAt, toAccount, toObject } from './parse-response.ts';

export const accountUnavailable = unavailable(
  'GitHub does not say which account has that email address',
);

/** Each query asks for the authors of this many commits. */
const commitsPerQuery = 50;

/**
 * Adds the accounts of the co-authors. Most have the email address of an author or committer, whose
 * account is known. The REST API cannot resolve the others, so this asks GraphQL.
 */
export async function resolveCoAuthors(
  client: Client,
  repository: RepositoryName,
  commits: readonly Commit[],
): Promise<Result<readonly Commit[]>> {
  const accounts = new Map<string, Result<Account | null>>();
  for (const { email, account } of commits.flatMap(({ author, committer }) => [author, committer]))
    if (account.ok && account.value) accounts.set(email.toLowerCase(), account);
  const unresolved = commits.filter(({ coAuthors }) =>
    coAuthors.some(({ email }) => !accounts.has(email.toLowerCase())),
  );
  let failure: Result<never> | undefined;
  for (let start = 0; start < unresolved.length; start += commitsPerQuery) {
    const batch = unresolved.slice(start, start + commitsPerQuery).map(({ sha }) => sha);
    const authors = await readAuthors(client, repository, batch);
    if (authors.ok) for (const [email, account] of authors.value) accounts.set(email, account);
    else failure = authors;
  }
  const resolve = ({ name, email }: Person): Person => ({
    name,
    email,
    account: accounts.get(email.toLowerCase()) ?? failure ?? accountUnavailable,
  });
  return ok(commits.map((commit) => ({ ...commit, coAuthors: commit.coAuthors.map(resolve) })));
}

/**
 * The accounts of the authors and co-authors of commits, by email address in lower case. Leaves out
 * what GitHub does not answer.
 */
async function readAuthors(
  client: Client,
  { owner, repo }: RepositoryName,
  shas: readonly string[],
): Promise<Result<[string, Result<Account | null>][]>> {
  const declarations = shas.map((_, index) => `$c${index}: GitObjectID!`);
  const fields = shas.map(
    (_, index) =>
      `c${index}: object(oid: $c${index}) { ... on Commit { authors(first: 100) ` +
      '{ nodes { email user { databaseId login } } } } }',
  );
  const query =
    `query($owner: String!, $repo: String!, ${declarations.join(', ')}) ` +
    `{ repository(owner: $owner, name: $repo) { ${fields.join(' ')} } }`;
  const variables = {
    owner,
    repo,
    ...Object.fromEntries(shas.map((sha, index) => [`c${index}`, sha])),
  };
  const response = await client.query(query, variables);
  if (!response.ok) return response;
  const { repository } = response.value;
  const commits = isObject(repository) ? Object.values(repository) : [];
  const nodes = commits.flatMap((commit): readonly unknown[] => {
    const authors = isObject(commit) ? commit.authors : undefined;
    return isObject(authors) && Array.isArray(authors.nodes) ? authors.nodes : [];
  });
  return ok(
    parseValid(nodes, (node) => {
      const from = toObject(node, 'an author');
      const email = stringAt(from, 'email').toLowerCase();
      if (from.user === null) return [email, ok(null)];
      const { databaseId: id, login } = toObject(from.user, 'user');
      return [email, ok(withoutGhost(toAccount({ id, login, type: 'User' }, 'a co-author')))];
    }),
  );
}

/** An email address of a deleted account belongs to nobody. */
export const withoutGhost = (account: Account): Account | null =>
  account.type === 'ghost' ? null : account;
