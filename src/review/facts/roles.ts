import type { Role } from '../model/role.ts';
import type { BaseFacts } from '../model/facts.ts';
import { ok, unavailable } from '../model/result.ts';
import { isGhost, isPerson } from '../model/account.ts';
import type { Account, Result, Permission, Snapshot } from '../model/snapshot.ts';

/** Whether somebody has one of these roles: one that is known is enough. */
export function hasOneOf(
  account: Account,
  roles: readonly Role[],
  facts: BaseFacts,
): Result<boolean> {
  const asked = roles.map((role) => hasRole(account, role, facts));
  return asked.find((role) => role.ok && role.value) ?? asked.find((role) => !role.ok) ?? ok(false);
}

/**
 * Whether somebody who said something earlier has one of these roles now. Owners are named by their
 * login, which can pass to somebody else: whether it did, GitHub tells along with what the account
 * may do.
 */
export function mayStill(
  account: Account,
  roles: readonly Role[],
  facts: BaseFacts,
): Result<boolean> {
  const may = canWrite(account, facts.snapshot);
  return may.ok ? hasOneOf(account, roles, facts) : may;
}

export function hasRole(account: Account, role: Role, facts: BaseFacts): Result<boolean> {
  if (!isPerson(account)) return ok(false);
  if (role === 'author') return ok(account.id === facts.snapshot.pull.author.id);
  if (role === 'maintainer') return canWrite(account, facts.snapshot);
  return isOwner(account, facts);
}

/** Whether somebody may write to the repository. */
export function canWrite(
  { id }: Pick<Account, 'id'>,
  { permissions }: Pick<Snapshot, 'permissions'>,
): Result<boolean> {
  const permission = Object.hasOwn(permissions, String(id)) ? permissions[String(id)] : undefined;
  if (permission === undefined)
    return unavailable('GitHub was not asked what this account may do.');
  return permission.ok ? ok(writers.has(permission.value)) : permission;
}

const writers: ReadonlySet<Permission> = new Set<Permission>(['write', 'maintain', 'admin']);

/** Whether somebody is among the owners of the connector. */
export function isOwner(account: Account, { owners }: Pick<BaseFacts, 'owners'>): Result<boolean> {
  const { id, login } = account;
  if (!owners.ok) return owners;
  if (isGhost(account)) return ok(false);
  if (owners.value.accounts.includes(id) || owners.value.logins.includes(login.toLowerCase()))
    return ok(true);
  const [team] = owners.value.unknown;
  return team === undefined ? ok(false) : unavailable(`The members of ${team} could not be read.`);
}
