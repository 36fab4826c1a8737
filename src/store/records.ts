import { sql, type Kysely, type Transaction } from 'kysely';
import type { RecordEntry } from '../review/model/effects.ts';
import type {
  Answer,
  ConnectorIdentity,
  Publication,
  Reaction,
  Records,
} from '../review/model/snapshot.ts';
import type { Tables } from './database.ts';
import type { PullKey } from './pull-key.ts';
import { addRides, appendRideEvents, RideChangedError } from './rides.ts';
import { addSignatures } from './signatures.ts';
import { addVerifications } from './verifications.ts';

/**
 * Adds entries. An entry that is there already changes nothing.
 * @throws RideChangedError
 */
export async function addRecords(
  transaction: Transaction<Tables>,
  { repository, number }: PullKey,
  entries: readonly RecordEntry[],
): Promise<void> {
  for (const entry of entries) {
    if (entry.kind === 'signature') await addSignatures(transaction, [entry.signature]);
    else if (entry.kind === 'verification')
      await addVerifications(transaction, [entry.verification]);
    else if (entry.kind === 'ride-events') {
      if (!(await appendRideEvents(transaction, entry.ride, entry.lastSeq, entry.events)))
        throw new RideChangedError(`someone else appended an event to the ride ${entry.ride}`);
    } else {
      if (entry.kind === 'rides') await addRides(transaction, repository, entry.rides);
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
}

/** The comment that an entry is about; undefined if only the latest entry of its kind is kept. */
function commentOf(
  entry: Exclude<RecordEntry, { kind: 'ride-events' | 'signature' | 'verification' }>,
): number | undefined {
  switch (entry.kind) {
    case 'acknowledgement':
      return entry.acknowledgement.comment;
    case 'answer':
      return entry.answer.comment;
    case 'reaction':
      return entry.comment;
    case 'certification':
    case 'hold':
    case 'identities':
    case 'merge':
    case 'publication':
    case 'rejection':
    case 'rides':
    case 'second-version':
    case 'transfer':
      return undefined;
  }
}

/** What earlier reviews stored about a pull request. */
export interface StoredRecords {
  /** Each list is in the order of the comments. */
  records: Records;
  /** Reactions to commands, by the id of the comment. */
  reactions: ReadonlyMap<number, readonly Reaction[]>;
}

export async function recordsOf(
  kysely: Kysely<Tables>,
  { repository, number }: PullKey,
): Promise<StoredRecords> {
  const rows = await kysely
    .selectFrom('records')
    .select('entry')
    .where('repository', '=', repository)
    .where('number', '=', number)
    .orderBy('comment')
    .execute();
  const entries = rows.map(({ entry }) => entry);
  return {
    records: {
      answers: entries.flatMap((entry) => (entry.kind === 'answer' ? [entry.answer] : [])),
      acknowledgements: entries.flatMap((entry) =>
        entry.kind === 'acknowledgement' ? [entry.acknowledgement] : [],
      ),
      hold: entries.find((entry) => entry.kind === 'hold')?.hold ?? null,
      merge: entries.find((entry) => entry.kind === 'merge')?.merge ?? null,
      rejection: entries.find((entry) => entry.kind === 'rejection')?.rejection ?? null,
      ...latestOf(entries),
    },
    reactions: new Map(
      entries.flatMap((entry) =>
        entry.kind === 'reaction' ? [[entry.comment, [entry.reaction]]] : [],
      ),
    ),
  };
}

/** What is missing from records of earlier versions. */
function latestOf(entries: readonly RecordEntry[]): Partial<Records> {
  const latest: Partial<Records> = {};
  for (const entry of entries) {
    if (entry.kind === 'identities') latest.identities = entry.identities;
    if (entry.kind === 'transfer') latest.transfer = entry.transfer;
    if (entry.kind === 'certification') latest.certification = entry.certification;
    if (entry.kind === 'second-version') latest.secondVersion = entry.request;
    if (entry.kind === 'publication') latest.publication = entry.publication;
    if (entry.kind === 'rides') latest.rides = entry.rides;
  }
  return latest;
}

/** How many merged pull requests tell how long a merge takes. */
const maxPublications = 200;

/** The newest merged pull requests of a class, or those that changed a folder. */
export async function publicationsOf(
  kysely: Kysely<Tables>,
  repository: string,
  filter: Pick<Publication, 'class'> | { path: string },
): Promise<Publication[]> {
  const rows = await kysely
    .selectFrom('records')
    .select('entry')
    .where('repository', '=', repository)
    .where('kind', '=', 'publication')
    .where(
      'class' in filter
        ? sql<boolean>`entry #>> '{publication,class}' = ${filter.class}`
        : sql<boolean>`entry #> '{publication,paths}' ? ${filter.path}`,
    )
    .orderBy(sql`entry #>> '{publication,mergedAt}'`, 'desc')
    .limit(maxPublications)
    .execute();
  return rows.flatMap(({ entry }) => (entry.kind === 'publication' ? [entry.publication] : []));
}

/**
 * What pull requests of a repository add that must be unique, by their number. Leaves out those that
 * were never reviewed.
 */
export async function identitiesOf(
  kysely: Kysely<Tables>,
  repository: string,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, readonly ConnectorIdentity[]>> {
  const pulls = await kysely
    .selectFrom('pulls')
    .leftJoin('records', (join) =>
      join
        .onRef('records.repository', '=', 'pulls.repository')
        .onRef('records.number', '=', 'pulls.number')
        .on('records.kind', '=', 'identities'),
    )
    .select(['pulls.number', 'records.entry'])
    .where('pulls.repository', '=', repository)
    .where('pulls.head', 'is not', null)
    .where(sql<boolean>`pulls.number = any(${numbers}::int[])`)
    .execute();
  return new Map(
    pulls.map(({ number, entry }) => [
      number,
      entry?.kind === 'identities' ? entry.identities : [],
    ]),
  );
}

/**
 * Answers since a time on the other pull requests of a repository. Answers without a time, from
 * before times were recorded, are left out.
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
    .where(sql<boolean>`entry -> 'answer' ->> 'at' > ${since.toISOString()}`)
    .execute();
  return rows.flatMap(({ entry }) => (entry.kind === 'answer' ? [entry.answer] : []));
}
