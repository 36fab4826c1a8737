import { sql, type Kysely } from 'kysely';
import type { Verification } from '../review/model/snapshot.ts';
import type { Tables } from './database.ts';

/** Which confirmations to read: those of an account for an owner. */
export interface VerificationFilter {
  owner: string;
  account?: number;
}

/** The last confirmation of each account, oldest first; all of them without a filter. */
export async function verificationsOf(
  kysely: Kysely<Tables>,
  filter?: VerificationFilter,
): Promise<Verification[]> {
  let query = kysely
    .selectFrom('verifications')
    .selectAll()
    .orderBy('verified_at')
    .orderBy('account');
  if (filter) query = query.where('owner', '=', filter.owner.toLowerCase());
  if (filter?.account !== undefined) query = query.where('account', '=', filter.account);
  const rows = await query.execute();
  return rows.map(({ owner, account, login, verified_at, until, source }) => ({
    account: { id: account, login },
    owner,
    verifiedAt: verified_at.toISOString(),
    until,
    source,
  }));
}

/** Adds confirmations. Of an account only the last one stays. @returns how many were new */
export async function addVerifications(
  kysely: Kysely<Tables>,
  verifications: readonly Verification[],
): Promise<number> {
  let added = 0n;
  for (const { account, owner, verifiedAt, until, source } of verifications) {
    const values = {
      owner: owner.toLowerCase(),
      account: account.id,
      login: account.login,
      verified_at: new Date(verifiedAt),
      until,
      source,
    };
    const { numInsertedOrUpdatedRows = 0n } = await kysely
      .insertInto('verifications')
      .values(values)
      .onConflict((conflict) =>
        conflict
          .columns(['owner', 'account'])
          .doUpdateSet(values)
          .where(sql<boolean>`verifications.verified_at < excluded.verified_at`),
      )
      .executeTakeFirstOrThrow();
    added += numInsertedOrUpdatedRows;
  }
  return Number(added);
}
