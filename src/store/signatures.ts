import { sql, type Kysely, type Selectable } from 'kysely';
import { isSameName, recipientOf } from '../cla/recipient.ts';
import type { Signature } from '../review/model/snapshot.ts';
import type { Tables } from './database.ts';

function toSignature({
  owner,
  repository,
  account,
  login,
  company,
  name,
  url,
  version,
  digest,
  signed_at,
  source,
}: Selectable<Tables['signatures']>): Signature {
  const isRecipientOfComment =
    source.kind === 'comment' &&
    isSameName(source.repository.owner, owner) &&
    isSameName(source.repository.repo, repository);
  return {
    account: { id: account, login },
    ...(company !== null && { company }),
    cla: { ...(name !== '' && { name }), ...(url !== '' && { url }), version, digest },
    signedAt: signed_at.toISOString(),
    source,
    ...(owner !== '' &&
      !isRecipientOfComment && { recipient: { owner, ...(repository !== '' && { repository }) } }),
  };
}

/** Which signatures to read: those that accounts gave to an owner, for any version of the CLA. */
export interface SignatureFilter {
  /** The login of the owner. */
  recipient: string;
  /** The ids of the accounts. */
  accounts: readonly number[];
}

/** Reads signatures, oldest first; all of them without a filter. */
export async function signaturesOf(
  kysely: Kysely<Tables>,
  filter: SignatureFilter | undefined,
): Promise<Signature[]> {
  const all = kysely
    .selectFrom('signatures')
    .selectAll()
    .orderBy('signed_at')
    .orderBy('account')
    .orderBy('owner')
    .orderBy('repository');
  // The list is a single parameter, because a pull request may have more authors than PostgreSQL
  // allows parameters.
  const rows = await (
    filter
      ? all
          .where('owner', '=', filter.recipient.toLowerCase())
          .where(sql<boolean>`account = any(${filter.accounts}::bigint[])`)
      : all
  ).execute();
  return rows.map(toSignature);
}

/**
 * Adds signatures that are not in the table yet. If an account signed the same text for the same
 * recipient twice, the first signature stays.
 * @returns how many were new
 */
export async function addSignatures(
  kysely: Kysely<Tables>,
  signatures: readonly Signature[],
): Promise<number> {
  let added = 0n;
  for (const signature of signatures) {
    const {
      account,
      company,
      cla: { name = '', url = '', version, digest },
      signedAt,
      source,
    } = signature;
    const { owner = '', repository = '' } = recipientOf(signature) ?? {};
    const { numInsertedOrUpdatedRows = 0n } = await kysely
      .insertInto('signatures')
      .values({
        owner: owner.toLowerCase(),
        repository: repository.toLowerCase(),
        account: account.id,
        login: account.login,
        company: company ?? null,
        name,
        url,
        version,
        digest,
        signed_at: new Date(signedAt),
        source,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    added += numInsertedOrUpdatedRows;
  }
  return Number(added);
}

/** Counts the signatures without a recipient, which have no effect. */
export async function unassignedSignatures(kysely: Kysely<Tables>): Promise<number> {
  const { count } = await kysely
    .selectFrom('signatures')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('owner', '=', '')
    .executeTakeFirstOrThrow();
  return Number(count);
}

/**
 * Replaces the signatures given to one owner by what `change` makes of each. A signature that is in
 * the table already is not added a second time.
 * @param from the login of the owner; '' for the signatures without a recipient
 * @returns how many it changed
 */
export async function assignSignatures(
  kysely: Kysely<Tables>,
  from: string,
  change: (signature: Signature) => Signature,
): Promise<number> {
  const rows = await kysely
    .deleteFrom('signatures')
    .where('owner', '=', from.toLowerCase())
    .returningAll()
    .execute();
  const before = rows.map(toSignature);
  const after = before.map(change);
  await addSignatures(kysely, after);
  return after.filter((signature, index) => signature !== before[index]).length;
}
