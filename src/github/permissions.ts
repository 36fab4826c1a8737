import { ok, unavailable } from '../review/model/result.ts';
import { isPerson } from '../review/model/account.ts';
import type { ImportedSignature } from '../cla/signature-csv.ts';
import type {
  Account,
  ClaVersion,
  Comment,
  Result,
  Permission,
  Review,
  Signature,
} from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import type { RepositoryParameters } from './commits.ts';
import { account, data, isData, readable, text, textOr, orUnreadable } from './parse-response.ts';

const permissions = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;

/**
 * What somebody may do in the repository. A role that the organization made up counts as the one
 * that it builds on.
 */
const permissionOf = (
  client: Client,
  where: RepositoryParameters,
  who: Account,
): Promise<Result<Permission>> => orUnreadable(() => permissionTold(client, where, who));

async function permissionTold(
  client: Client,
  where: RepositoryParameters,
  { id, login }: Account,
): Promise<Result<Permission>> {
  const answer = await client.get('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
    ...where,
    username: login,
  });
  if (!answer.ok) return answer;
  const from = data(answer.value, 'a permission');
  // A login can pass to somebody else between two requests; numbers do not.
  if (isData(from.user) && from.user.id !== id) return unavailable(`${login} is somebody else now`);
  const permission =
    permissions.find((one) => one === from.role_name) ??
    permissions.find((one) => one === text(from, 'permission'));
  return permission
    ? ok(permission)
    : unavailable('GitHub names a permission that Gatehouse does not know');
}

/**
 * What those may do in the repository on whom something may depend: who consented earlier, who
 * wrote what may be a command, and who approved or asked for changes. By the account's number.
 */
export async function readPermissions(
  client: Client,
  where: RepositoryParameters,
  comments: Result<readonly Comment[]>,
  reviews: Result<readonly Review[]>,
  consented: readonly Account[],
): Promise<Record<string, Result<Permission>>> {
  const asked = new Map(consented.map((who) => [who.id, who]));
  if (comments.ok) for (const { author } of comments.value) asked.set(author.id, author);
  if (reviews.ok)
    for (const { author, state } of reviews.value)
      if (author.type === 'user' && state !== 'commented') asked.set(author.id, author);
  return Object.fromEntries(
    await Promise.all(
      Array.from(
        asked,
        async ([id, who]) => [String(id), await permissionOf(client, where, who)] as const,
      ),
    ),
  );
}

/** The members of teams, by `organization/team`. */
export async function readTeams(
  client: Client,
  names: readonly string[],
): Promise<Record<string, Result<readonly Account[]>>> {
  const found = await Promise.all(
    names.map(async (name): Promise<[string, Result<readonly Account[]>]> => {
      const [org = '', slug = ''] = name.split('/');
      const members = await client.pages('GET /orgs/{org}/teams/{team_slug}/members', {
        org,
        team_slug: slug,
      });
      return [
        name.toLowerCase(),
        members.ok
          ? ok(readable(members.value, (one) => account(one, 'a member of a team')))
          : members,
      ];
    }),
  );
  return Object.fromEntries(found);
}

/**
 * Of so many people it is asked whether they are members: each costs a request, and a commit can
 * name anybody.
 */
const mostPeople = 50;

/**
 * Which of these accounts are members of organizations, by the organization. Unknown where one of
 * them is, or where there are too many to ask about.
 */
export async function readMembers(
  client: Client,
  organizations: readonly string[],
  people: readonly Account[],
): Promise<Record<string, Result<readonly number[]>>> {
  const found = await Promise.all(
    organizations.map(async (org): Promise<[string, Result<readonly number[]>]> => {
      if (people.length > mostPeople)
        return [
          org.toLowerCase(),
          unavailable(
            `the commits name ${people.length} people, and no more than ${mostPeople} are ` +
              'asked about',
          ),
        ];
      const answers = await Promise.all(
        people.map(async ({ id, login }) => ({
          id,
          kind: await client.exists('GET /orgs/{org}/members/{username}', { org, username: login }),
        })),
      );
      const open = answers.find(({ kind }) => !kind.ok)?.kind;
      return [
        org.toLowerCase(),
        open && !open.ok
          ? open
          : ok(answers.filter(({ kind }) => kind.ok && kind.value).map(({ id }) => id)),
      ];
    }),
  );
  return Object.fromEntries(found);
}

/** The account of a login, whose number the login alone does not tell. */
export async function readAccount(client: Client, login: string): Promise<Result<Account>> {
  const answer = await client.get('GET /users/{username}', { username: login });
  return answer.ok ? orUnreadable(async () => ok(account(answer.value, login))) : answer;
}

/**
 * The account that had a login when something was signed with it. A login that was given up may be
 * somebody else's by now.
 */
async function accountThatSigned(
  client: Client,
  { login, signedAt }: ImportedSignature,
): Promise<Result<Pick<Account, 'id' | 'login'>>> {
  const answer = await client.get('GET /users/{username}', { username: login });
  if (!answer.ok) return answer;
  const found = account(answer.value, login);
  const made = textOr(data(answer.value, login), 'created_at', undefined);
  if (!isPerson(found)) return unavailable('it is no account of a person');
  return made !== undefined && Date.parse(made) > Date.parse(signedAt)
    ? unavailable(
        `the account of that name was made on ${made.slice(0, 10)}, after the signature: ` +
          `it is somebody else's`,
      )
    : ok(found);
}

/**
 * Signatures from a file with the numbers of their accounts; GitHub is asked where the file has a
 * login alone.
 * @param ofText what they are of, as far as the file does not say
 * @returns also those whose account is unknown, each with the reason
 *
 */
export async function resolveAccounts(
  client: Client,
  signatures: readonly ImportedSignature[],
  ofText: ClaVersion,
): Promise<{ found: Signature[]; unknown: string[] }> {
  const [found, open]: [Signature[], string[]] = [[], []];
  for (const one of signatures) {
    const { login, id, cla = ofText, place: _place, ...signature } = one;
    const named = id === undefined ? await accountThatSigned(client, one) : ok({ id, login });
    if (named.ok)
      found.push({
        ...signature,
        account: { id: named.value.id, login: named.value.login },
        cla,
      });
    else
      open.push(
        `${login} (${'where' in signature.source ? signature.source.where : signature.signedAt}): ` +
          named.reason,
      );
  }
  return { found, unknown: open };
}
