import type { Role } from '../model/role.ts';
import type { BaseFacts } from '../model/facts.ts';
import { ok, unavailable } from '../model/result.ts';
import { isGhost, isPerson } from '../model/account.ts';
import { hasOwnLine, ownersOf } from './owners.ts';
import type { Account, Result, Permission, Snapshot } from '../model/snapshot.ts';

/** Whether an account has at least one of the roles. One that is known is enough. */
export function hasOneOf(
  account: Account,
  roles: readonly Role[],
  facts: BaseFacts,
): Result<boolean> {
  return anyOf(roles.map((role) => hasRole(account, role, facts)));
}

/** Whether one of several is true. One that is known to be is enough. */
const anyOf = (results: readonly Result<boolean>[]): Result<boolean> =>
  results.find((result) => result.ok && result.value) ??
  results.find((result) => !result.ok) ??
  ok(false);

/**
 * Whether the author of an earlier comment still has one of the roles. CODEOWNERS names owners by
 * login, and a login can pass to another account; GitHub reveals that only with the permissions of
 * the account, so those must be known.
 */
export function mayStill(
  account: Account,
  roles: readonly Role[],
  facts: BaseFacts,
): Result<boolean> {
  const permission = canWrite(account, facts.snapshot);
  return permission.ok ? hasOneOf(account, roles, facts) : permission;
}

export function hasRole(account: Account, role: Role, facts: BaseFacts): Result<boolean> {
  if (!isPerson(account)) return ok(false);
  if (role === 'author') return ok(account.id === facts.snapshot.pull.author.id);
  if (role === 'maintainer') return canWrite(account, facts.snapshot);
  if (role === 'owner') return isOwner(account, facts);
  return anyOf(foldersOf(facts).map((folder) => isPublisher(account, folder, facts.snapshot)));
}

/** The connectors of a pull request: those of its rides, or those that it changes. */
function foldersOf({ snapshot: { train, pull }, scope }: BaseFacts): string[] {
  const rides = (train?.rides ?? []).filter(({ ride }) => ride.pull === pull.number);
  return rides.length > 0
    ? rides.map(({ ride }) => ride.folder)
    : scope.folders.map(({ path }) => path);
}

/**
 * Whether an account publishes a connector: its owners by `CODEOWNERS`. The author of the pull
 * request does, too, unless a line of `CODEOWNERS` names owners of this connector only: a line for
 * everything names the maintainers, not a publisher. A former owner does not count.
 */
export function isPublisher(
  account: Account,
  folder: string,
  snapshot: Pick<Snapshot, 'owners' | 'teams' | 'pull'>,
): Result<boolean> {
  const owners = ownersOf(snapshot, folder);
  if (!owners.ok) return owners;
  const isAuthor = account.id === snapshot.pull.author.id;
  return isAuthor && !hasOwnLine(snapshot, folder) ? ok(true) : isOwner(account, { owners });
}

/** Whether an account has write access to the repository. */
export function canWrite(
  { id }: Pick<Account, 'id'>,
  { permissions }: Pick<Snapshot, 'permissions'>,
): Result<boolean> {
  const permission = Object.hasOwn(permissions, String(id)) ? permissions[String(id)] : undefined;
  if (permission === undefined)
    return unavailable('The permissions of this account were not read.');
  return permission.ok ? ok(writePermissions.has(permission.value)) : permission;
}

const writePermissions: ReadonlySet<Permission> = new Set<Permission>([
  'write',
  'maintain',
  'admin',
]);

/** Whether an account owns the connector. */
export function isOwner(account: Account, { owners }: Pick<BaseFacts, 'owners'>): Result<boolean> {
  const { id, login } = account;
  if (!owners.ok) return owners;
  if (isGhost(account)) return ok(false);
  if (owners.value.accounts.includes(id) || owners.value.logins.includes(login.toLowerCase()))
    return ok(true);
  const [team] = owners.value.unknown;
  return team === undefined ? ok(false) : unavailable(`The members of ${team} could not be read.`);
}
