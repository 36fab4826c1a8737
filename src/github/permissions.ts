import { ok, unavailable } from '../review/model/result.ts';
import type {
  Account,
  Comment,
  Permission,
  Result,
  Review,
  RepositoryName,
} from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import {
  isObject,
  orUnreadable,
  parseValid,
  stringAt,
  toAccount,
  toObject,
} from './parse-response.ts';

const permissions = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;

/**
 * The repository permission of an account. An organization's custom role counts as the standard
 * role that it extends.
 */
const readPermission = (
  client: Client,
  repository: RepositoryName,
  { id, login }: Account,
): Promise<Result<Permission>> =>
  orUnreadable(async () => {
    const response = await client.get(
      'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
      { ...repository, username: login },
    );
    if (!response.ok) return response;
    const from = toObject(response.value, 'a permission');
    // A login can pass to another account between two requests. An id cannot.
    if (isObject(from.user) && from.user.id !== id)
      return unavailable(`${login} is another account now`);
    const permission =
      permissions.find((name) => name === from.role_name) ??
      permissions.find((name) => name === stringAt(from, 'permission'));
    return permission
      ? ok(permission)
      : unavailable('GitHub names a permission that Gatehouse does not support');
  });

/**
 * The repository permissions of everyone whose word may count: authors of possible commands,
 * reviewers who approved or requested changes, and accounts with a recorded consent.
 * @returns By account id.
 */
export async function readPermissions(
  client: Client,
  repository: RepositoryName,
  comments: Result<readonly Comment[]>,
  reviews: Result<readonly Review[]>,
  consentingAccounts: readonly Account[],
): Promise<Record<string, Result<Permission>>> {
  const accounts = new Map(consentingAccounts.map((account) => [account.id, account]));
  if (comments.ok) for (const { author } of comments.value) accounts.set(author.id, author);
  if (reviews.ok)
    for (const { author, state } of reviews.value)
      if (author.type === 'user' && state !== 'commented') accounts.set(author.id, author);
  return Object.fromEntries(
    await Promise.all(
      Array.from(
        accounts,
        async ([id, account]) =>
          [String(id), await readPermission(client, repository, account)] as const,
      ),
    ),
  );
}

/**
 * The members of teams.
 * @param teams As `organization/team`.
 * @returns By the name in lower case.
 */
export async function readTeams(
  client: Client,
  teams: readonly string[],
): Promise<Record<string, Result<readonly Account[]>>> {
  const entries = await Promise.all(
    teams.map(async (team): Promise<[string, Result<readonly Account[]>]> => {
      const [org = '', slug = ''] = team.split('/');
      const members = await client.listAll('GET /orgs/{org}/teams/{team_slug}/members', {
        org,
        team_slug: slug,
      });
      return [
        team.toLowerCase(),
        members.ok
          ? ok(parseValid(members.value, (member) => toAccount(member, 'a member of a team')))
          : members,
      ];
    }),
  );
  return Object.fromEntries(entries);
}

/** Each membership costs a request, and a commit can name anyone. */
const maxAccounts = 50;

/**
 * Which accounts are members of organizations. Unavailable for an organization if one membership
 * is, or if there are more than `maxAccounts` accounts.
 * @returns The ids of the members, by the organization's login in lower case.
 */
export async function readMembers(
  client: Client,
  organizations: readonly string[],
  accounts: readonly Account[],
): Promise<Record<string, Result<readonly number[]>>> {
  const entries = await Promise.all(
    organizations.map(
      async (org) => [org.toLowerCase(), await readMembersOf(client, org, accounts)] as const,
    ),
  );
  return Object.fromEntries(entries);
}

async function readMembersOf(
  client: Client,
  org: string,
  accounts: readonly Account[],
): Promise<Result<readonly number[]>> {
  if (accounts.length > maxAccounts)
    return unavailable(
      `the commits name ${accounts.length} people, and Gatehouse looks up ${maxAccounts} at most`,
    );
  const memberships = await Promise.all(
    accounts.map(async ({ id, login }) => ({
      id,
      isMember: await client.exists('GET /orgs/{org}/members/{username}', { org, username: login }),
    })),
  );
  const failed = memberships.find(({ isMember }) => !isMember.ok)?.isMember;
  if (failed && !failed.ok) return failed;
  return ok(
    memberships.filter(({ isMember }) => isMember.ok && isMember.value).map(({ id }) => id),
  );
}
