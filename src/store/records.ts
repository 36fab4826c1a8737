import { sql, type Kysely, type Selectable } from 'kysely';
import { isSameName, recipientOf } from '../cla/recipient.ts';
import type { RecordEntry } from '../review/model/effects.ts';
import type { Answer, Push, Reaction, Records, Signature } from '../review/model/snapshot.ts';
import type { Tables } from './database.ts';

/**
 * A pull request by name; the repository's in small letters, because GitHub tells no cases apart.
 */
export interface PullKey {
  repository: string;
  number: number;
}

const iso = (date: Date): string => date.toISOString();

function signatureFrom({
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
  const saidThere =
    source.kind === 'comment' &&
    isSameName(source.repository.owner, owner) &&
    isSameName(source.repository.repo, repository);
  return {
    account: { id: account, login },
    ...(company !== null && { company }),
    cla: { ...(name !== '' && { name }), ...(url !== '' && { url }), version, digest },
    signedAt: iso(signed_at),
    source,
    ...(owner !== '' &&
      !saidThere && { recipient: { owner, ...(repository !== '' && { repository }) } }),
  };
}

/**
 * The signatures that these accounts gave to an owner, of any version of the agreement; undefined:
 * all there are. Oldest first.
 */
export async function signaturesOf(
  kysely: Kysely<Tables>,
  given: { to: string; by: readonly number[] } | undefined,
): Promise<Signature[]> {
  const all = kysely
    .selectFrom('signatures')
    .selectAll()
    .orderBy('signed_at')
    .orderBy('account')
    .orderBy('owner')
    .orderBy('repository');
  // One list is one parameter: a pull request may name more authors than a statement takes
  // parameters.
  const rows = await (
    given
      ? all
          .where('owner', '=', given.to.toLowerCase())
          .where(sql<boolean>`account = any(${given.by}::bigint[])`)
      : all
  ).execute();
  return rows.map(signatureFrom);
}

/**
 * Keeps signatures that are not kept yet: of two by one account for one text and one recipient the
 * first word counts.
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

/** How many signatures count for nobody, because it is not known whom they were given to. */
export async function unassignedSignatures(kysely: Kysely<Tables>): Promise<number> {
  const { many } = await kysely
    .selectFrom('signatures')
    .select(({ fn }) => fn.countAll().as('many'))
    .where('owner', '=', '')
    .executeTakeFirstOrThrow();
  return Number(many);
}

/**
 * Says of the signatures of one owner whom they were given to: of '' of those that count for
 * nobody. What is known of them stays; one that is there already is not kept twice.
 * @returns how many it changed
 */
export async function assignSignatures(
  kysely: Kysely<Tables>,
  from: string,
  change: (one: Signature) => Signature,
): Promise<number> {
  const rows = await kysely
    .deleteFrom('signatures')
    .where('owner', '=', from.toLowerCase())
    .returningAll()
    .execute();
  const before = rows.map(signatureFrom);
  const after = before.map(change);
  await addSignatures(kysely, after);
  return after.filter((one, index) => one !== before[index]).length;
}

/** Records what a review recorded, all or nothing; the same again changes nothing. */
export async function record(
  kysely: Kysely<Tables>,
  { repository, number }: PullKey,
  entries: readonly RecordEntry[],
): Promise<void> {
  await kysely.transaction().execute(async (transaction) => {
    for (const entry of entries) {
      if (entry.kind === 'signature') await addSignatures(transaction, [entry.signature]);
      else {
        const comment = commentOf(entry);
        await transaction
          .insertInto('records')
          .values({ repository, number, kind: entry.kind, comment: comment ?? 0, entry })
          .onConflict((conflict) =>
            comment === undefined
              ? conflict.columns(['repository', 'number', 'kind', 'comment']).doUpdateSet({ entry })
              : conflict.doNothing(),
          )
          .execute();
      }
    }
  });
}

/** The comment that an entry is about; undefined where only the last of its kind counts. */
function commentOf(entry: Exclude<RecordEntry, { kind: 'signature' }>): number | undefined {
  switch (entry.kind) {
    case 'acknowledgement':
      return entry.acknowledgement.comment;
    case 'answer':
      return entry.answer.comment;
    case 'reaction':
      return entry.comment;
    case 'hold':
    case 'merge':
    case 'rejection':
      return undefined;
  }
}

/** What was recorded of a pull request, each list in the order of its comments. */
export async function recordsOf(
  kysely: Kysely<Tables>,
  { repository, number }: PullKey,
): Promise<Records> {
  const rows = await kysely
    .selectFrom('records')
    .select('entry')
    .where('repository', '=', repository)
    .where('number', '=', number)
    .orderBy('comment')
    .execute();
  const entries = rows.map(({ entry }) => entry);
  return {
    answers: entries.flatMap((entry) => (entry.kind === 'answer' ? [entry.answer] : [])),
    acknowledgements: entries.flatMap((entry) =>
      entry.kind === 'acknowledgement' ? [entry.acknowledgement] : [],
    ),
    hold: entries.find((entry) => entry.kind === 'hold')?.hold ?? null,
    merge: entries.find((entry) => entry.kind === 'merge')?.merge ?? null,
    rejection: entries.find((entry) => entry.kind === 'rejection')?.rejection ?? null,
  };
}

/**
 * What was answered since a time on the other pull requests of a repository, as far as it was noted
 * when.
 */
export async function answersSince(
  kysely: Kysely<Tables>,
  { repository, number }: PullKey,
  since: Date,
): Promise<Answer[]> {
  const rows = await kysely
    .selectFrom('records')
    .select('entry')
    .where('repository', '=', repository)
    .where('kind', '=', 'answer')
    .where('number', '!=', number)
    .where(sql<boolean>`entry -> 'answer' ->> 'at' > ${iso(since)}`)
    .execute();
  return rows.flatMap(({ entry }) => (entry.kind === 'answer' ? [entry.answer] : []));
}

/** What commands of a pull request have been reacted to with, by the comment. */
export async function reactionsOf(
  kysely: Kysely<Tables>,
  { repository, number }: PullKey,
): Promise<ReadonlyMap<number, readonly Reaction[]>> {
  const rows = await kysely
    .selectFrom('records')
    .select('entry')
    .where('repository', '=', repository)
    .where('number', '=', number)
    .where('kind', '=', 'reaction')
    .execute();
  return new Map(
    rows.flatMap(({ entry }) =>
      entry.kind === 'reaction' ? [[entry.comment, [entry.reaction]]] : [],
    ),
  );
}

/** Notes that a delivery told of a head. */
export async function addPush(
  kysely: Kysely<Tables>,
  { repository, number }: PullKey,
  { sha, at, by }: { sha: string; at: Date; by?: number },
): Promise<void> {
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
export async function pushesOf(
  kysely: Kysely<Tables>,
  pull: PullKey,
  head: string,
  seen: Date,
): Promise<Push[]> {
  const { repository, number } = pull;
  const heard = await kysely
    .selectFrom('pushes')
    .select(['sha', 'at', 'by'])
    .where('repository', '=', repository)
    .where('number', '=', number)
    .orderBy('at')
    .orderBy(sql`sha = ${head}`)
    .execute();
  if (heard.at(-1)?.sha !== head) {
    await addPush(kysely, pull, { sha: head, at: seen });
    heard.push({ sha: head, at: seen, by: null });
  }
  return heard.map(({ sha, at, by }) => ({ sha, at: iso(at), ...(by !== null && { by }) }));
}
