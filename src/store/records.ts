import { sql, type Kysely, type Selectable } from 'kysely';
import type { Entry } from '../review/effects.ts';
import type { Push, Records, Signature } from '../review/snapshot.ts';
import type { Tables } from './database.ts';

/** A pull request by name; the repository's in small letters, because GitHub tells no cases apart. */
export interface PullKey {
  repository: string;
  number: number;
}

const iso = (date: Date): string => date.toISOString();

const signatureFrom = ({ account, login, company, version, digest, signed_at, source }: Selectable<Tables['signatures']>): Signature => ({
  account: { id: account, login },
  ...(company !== null && { company }),
  agreement: { version, digest },
  at: iso(signed_at),
  source,
});

/** The signatures of these accounts, of any version of the agreement; undefined: everybody's. Oldest first. */
export async function signaturesOf(kysely: Kysely<Tables>, accounts: readonly number[] | undefined): Promise<Signature[]> {
  if (accounts?.length === 0) return [];
  const rows = await kysely
    .selectFrom('signatures')
    .selectAll()
    .$if(accounts !== undefined, (query) => query.where('account', 'in', accounts ?? []))
    .orderBy('signed_at')
    .orderBy('account')
    .execute();
  return rows.map(signatureFrom);
}

/** Keeps signatures that are not kept yet: of two by one account for one agreement the first word counts. @returns how many were new */
export async function addSignatures(kysely: Kysely<Tables>, signatures: readonly Signature[]): Promise<number> {
  let added = 0n;
  for (const { account, company, agreement, at, source } of signatures) {
    const { numInsertedOrUpdatedRows = 0n } = await kysely
      .insertInto('signatures')
      .values({ account: account.id, login: account.login, company: company ?? null, ...agreement, signed_at: new Date(at), source: JSON.stringify(source) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    added += numInsertedOrUpdatedRows;
  }
  return Number(added);
}

/** Records what a review recorded, all or nothing; the same again changes nothing. */
export async function record(kysely: Kysely<Tables>, { repository, number }: PullKey, entries: readonly Entry[]): Promise<void> {
  await kysely.transaction().execute(async (transaction) => {
    for (const entry of entries) {
      if (entry.is === 'signature') await addSignatures(transaction, [entry.signature]);
      else {
        const comment = commentOf(entry);
        await transaction
          .insertInto('records')
          .values({ repository, number, is: entry.is, comment: comment ?? 0, entry: JSON.stringify(entry) })
          .onConflict((conflict) =>
            comment === undefined
              ? conflict.columns(['repository', 'number', 'is', 'comment']).doUpdateSet({ entry: JSON.stringify(entry) })
              : conflict.doNothing(),
          )
          .execute();
      }
    }
  });
}

/** The comment that an entry is about; undefined where only the last of its kind counts. */
function commentOf(entry: Exclude<Entry, { is: 'signature' }>): number | undefined {
  switch (entry.is) {
    case 'acknowledgement':
      return entry.acknowledgement.comment;
    case 'answer':
      return entry.answer.comment;
    case 'hold':
    case 'merge':
    case 'refusal':
      return undefined;
  }
}

/** What was recorded of a pull request, each list in the order of its comments. */
export async function recordsOf(kysely: Kysely<Tables>, { repository, number }: PullKey): Promise<Records> {
  const rows = await kysely.selectFrom('records').select('entry').where('repository', '=', repository).where('number', '=', number).orderBy('comment').execute();
  const entries = rows.map(({ entry }) => entry);
  return {
    answers: entries.flatMap((entry) => (entry.is === 'answer' ? [entry.answer] : [])),
    acknowledgements: entries.flatMap((entry) => (entry.is === 'acknowledgement' ? [entry.acknowledgement] : [])),
    hold: entries.find((entry) => entry.is === 'hold')?.hold ?? null,
    merge: entries.find((entry) => entry.is === 'merge')?.merge ?? null,
    refusal: entries.find((entry) => entry.is === 'refusal')?.refusal ?? null,
  };
}

/** Notes that a delivery told of a head. */
export async function addPush(kysely: Kysely<Tables>, { repository, number }: PullKey, { sha, at, by }: { sha: string; at: Date; by?: number }): Promise<void> {
  await kysely
    .insertInto('pushes')
    .values({ repository, number, sha, at, by: by ?? null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/**
 * The pushes heard of, oldest first, the present head last.
 * @param seen when a head that no delivery told of was first seen
 */
export async function pushesOf(kysely: Kysely<Tables>, pull: PullKey, head: string, seen: Date): Promise<Push[]> {
  const { repository, number } = pull;
  const heard = await kysely.selectFrom('pushes').select(['sha', 'at', 'by']).where('repository', '=', repository).where('number', '=', number).orderBy('at').orderBy(sql`sha = ${head}`).execute();
  if (heard.at(-1)?.sha !== head) {
    await addPush(kysely, pull, { sha: head, at: seen });
    heard.push({ sha: head, at: seen, by: null });
  }
  return heard.map(({ sha, at, by }) => ({ sha, at: iso(at), ...(by !== null && { by }) }));
}
