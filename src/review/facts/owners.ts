import { definitionName } from '../../connector/connector.ts';
import { ok } from '../model/result.ts';
import type { Codeowners } from '../model/facts.ts';
import type { Result, Snapshot } from '../model/snapshot.ts';
import { codeownersOf, ownershipOf } from '../../ownership/codeowners.ts';

/**
 * The owners that `CODEOWNERS` on the base branch names for a connector.
 * @param folder the path of its folder; undefined for no connector
 */
export function ownersOf(
  { owners, teams }: Pick<Snapshot, 'owners' | 'teams'>,
  folder: string | undefined,
): Result<Codeowners> {
  if (!owners.ok) return owners;
  const named =
    owners.value && folder !== undefined
      ? codeownersOf(owners.value.text, definitionIn(folder))
      : [];
  const accounts: number[] = [];
  const missing: string[] = [];
  for (const team of named.filter((owner) => owner.includes('/'))) {
    const members = teams[team.slice(1).toLowerCase()];
    if (members?.ok) accounts.push(...members.value.map(({ id }) => id));
    else missing.push(team);
  }
  const logins = named
    .filter((owner) => owner.startsWith('@') && !owner.includes('/'))
    .map((owner) => owner.slice(1).toLowerCase());
  return ok({ named, logins, accounts, unknown: missing });
}

/** Whether a line of `CODEOWNERS` names owners of one connector, and of nothing else. */
export function hasOwnLine({ owners }: Pick<Snapshot, 'owners'>, folder: string): boolean {
  if (!owners.ok || !owners.value) return false;
  const line = ownershipOf(owners.value.text, definitionIn(folder));
  return (
    line !== undefined &&
    line.owners.length > 0 &&
    `${line.pattern.replace(/^\//, '')}/`.startsWith(`${folder}/`)
  );
}

const definitionIn = (folder: string): string => `${folder}/${definitionName}`;
