import { sql, type Kysely, type Transaction } from 'kysely';
import { liveVersions } from '../release/live-versions.ts';
import { nextVersion } from '../release/next-version.ts';
import type { NewRide, NewRideEvent, Ride, RideEvent, RideHistory } from '../release/ride.ts';
import type { RideNotices } from '../notices/notice.ts';
import type { Freeze } from '../settings/train-settings.ts';
import { storeRings } from './connector-rows.ts';
import type { Tables } from './database.ts';
import { addRideNotices } from './notices.ts';

/**
 * Those that are not in a final state; of these, those that are ready and have not started; those
 * that were not in a final state at a time, or came to it since; those of a pull request or of
 * connectors; or the ride with an id.
 */
export type RideFilter =
  | 'open'
  | 'waiting'
  | { activeSince: Date; createdUntil: Date }
  | { pull?: number; folders?: readonly string[] }
  | { id: string };

/** What the comment of a pull request should say of a ride. */
export interface ShownRide {
  ride: string;
  pull: number;
  /** Of the text. */
  digest: string;
}

/** A freeze that a person declared. */
export interface DeclaredFreeze extends Freeze {
  /** A UUID. */
  id: string;
  /** The login. */
  by: string;
  /** An instant. */
  at: string;
}

/** A ride has events that a review did not know of. A new review does. */
export class RideChangedError extends Error {}

/**
 * Adds rides, numbers their versions, and ends the rides that they supersede. A ride of the same
 * folder and commit changes nothing.
 * @throws RideChangedError if a ride to supersede has events that the decision did not know of
 */
export async function addRides(
  transaction: Transaction<Tables>,
  repository: string,
  rides: readonly NewRide[],
): Promise<void> {
  for (const { createdAt, events = [], supersedes, ...ride } of rides) {
    const others = await transaction
      .selectFrom('rides')
      .select(['id', 'version', 'created_at'])
      .where('repository', '=', repository)
      .where('folder', '=', ride.folder)
      .orderBy(sql`string_to_array(version, '.')::int[]`, 'desc')
      .execute();
    const version = nextVersion(others[0]?.version, ride.kind);
    const added = await transaction
      .insertInto('rides')
      .values({ ...ride, repository, version, created_at: new Date(createdAt) })
      .onConflict((conflict) => conflict.columns(['repository', 'folder', 'sha']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!added) continue;
    const { id } = added;
    const first: NewRideEvent[] = [...events];
    if (supersedes) {
      const { at, by, reason } = supersedes;
      for (const { ride: earlier, lastSeq } of supersedes.rides) {
        const end: NewRideEvent = {
          at,
          by,
          detail: { kind: 'superseded', ride: id, version, reason },
        };
        if (!(await appendRideEvents(transaction, earlier, lastSeq, [end])))
          throw new RideChangedError(`someone else appended an event to the ride ${earlier}`);
        const number = others.find((other) => other.id === earlier)?.version ?? '';
        first.push({
          at,
          by,
          detail: { kind: 'supersedes', ride: earlier, version: number, reason },
        });
      }
    }
    const later = await laterMerge(transaction, repository, ride.folder, createdAt);
    if (later) first.push(later);
    await appendRideEvents(transaction, id, 0, first);
    await storeLiveRings(transaction, repository, ride.folder, new Date(createdAt));
  }
}

/**
 * The end of a ride whose merge is recorded after a later merge of the same connector: what it
 * merged is in the later version too. A version that is not merged yet does not contain it.
 */
async function laterMerge(
  transaction: Transaction<Tables>,
  repository: string,
  folder: string,
  createdAt: string,
): Promise<NewRideEvent | undefined> {
  const later = await transaction
    .selectFrom('rides')
    .select(['id', 'version'])
    .where('repository', '=', repository)
    .where('folder', '=', folder)
    .where('created_at', '>', new Date(createdAt))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('ride_events')
            .select('seq')
            .whereRef('ride_events.ride', '=', 'rides.id')
            .where(sql<boolean>`detail ->> 'kind' = 'begun-before-merge'`),
        ),
      ),
    )
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
  if (!later) return undefined;
  const reason = 'A later merge was recorded first.';
  return {
    at: createdAt,
    by: 'gatehouse',
    detail: { kind: 'superseded', ride: later.id, version: later.version, reason },
  };
}

export async function repositoriesWithOpenRides(kysely: Kysely<Tables>): Promise<string[]> {
  const rows = await kysely
    .selectFrom('rides')
    .select('repository')
    .distinct()
    .where('ended_at', 'is', null)
    .orderBy('repository')
    .execute();
  return rows.map(({ repository }) => repository);
}

/** Rides with their events, oldest first. */
export async function ridesOf(
  kysely: Kysely<Tables>,
  repository: string,
  filter: RideFilter,
): Promise<RideHistory[]> {
  let query = kysely
    .selectFrom('rides')
    .leftJoin('ride_events', 'ride_events.ride', 'rides.id')
    .select(['id', 'folder', 'class', 'kind', 'version', 'pull', 'sha', 'digest', 'created_at'])
    .select(['seq', 'at', 'by', 'detail'])
    .where('repository', '=', repository)
    .orderBy('created_at')
    .orderBy('id')
    .orderBy('seq');
  if (filter === 'open') query = query.where('ended_at', 'is', null);
  else if (filter === 'waiting')
    query = query
      .where('ended_at', 'is', null)
      .where(hasEvent('ready'))
      .where((eb) => eb.not(hasEvent('deploy-started')));
  else if ('id' in filter) query = query.where('id', '=', filter.id);
  else if ('activeSince' in filter)
    query = query
      .where('created_at', '<=', filter.createdUntil)
      .where(sql<boolean>`(ended_at is null or ended_at >= ${filter.activeSince})`);
  else {
    const { pull = 0, folders = [] } = filter;
    query = query.where(sql<boolean>`(pull = ${pull} or folder = any(${folders}::text[]))`);
  }
  const rides = new Map<string, { ride: Ride; events: RideEvent[] }>();
  for (const { seq, at, by, detail, created_at, ...ride } of await query.execute()) {
    const stored = rides.get(ride.id) ?? {
      ride: { ...ride, createdAt: created_at.toISOString() },
      events: [],
    };
    rides.set(ride.id, stored);
    if (seq !== null && at && by !== null && detail)
      stored.events.push({ seq, at: at.toISOString(), by, ...detail });
  }
  return [...rides.values()];
}

const hasEvent = (kind: RideEvent['kind']) =>
  sql<boolean>`
    exists (
      select 1 from gatehouse.ride_events as event
      where event.ride = rides.id and event.detail ->> 'kind' = ${kind}
    )`;

/**
 * Stores what comments should say of open rides.
 * @returns the pull requests of the rides of which they should say something else than before
 */
export async function showRides(
  transaction: Transaction<Tables>,
  rides: readonly ShownRide[],
): Promise<number[]> {
  const pulls = new Set<number>();
  for (const { ride, pull, digest } of rides) {
    const { numUpdatedRows } = await transaction
      .updateTable('rides')
      .set({ shown: digest })
      .where('id', '=', ride)
      .where('shown', 'is distinct from', digest)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows > 0n) pulls.add(pull);
  }
  return [...pulls];
}

/** @param notices are about these events and those before them that have no notices yet */
export async function appendRideEvents(
  transaction: Transaction<Tables>,
  ride: string,
  lastSeq: number,
  events: readonly NewRideEvent[],
  notices?: RideNotices,
): Promise<boolean> {
  if ((await lockedSeq(transaction, ride)) !== lastSeq) return false;
  let seq = lastSeq;
  for (const { at, by, detail } of events) {
    const { numInsertedOrUpdatedRows = 0n } = await transaction
      .insertInto('ride_events')
      .values({ ride, seq: seq + 1, at: new Date(at), by, detail })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    seq += Number(numInsertedOrUpdatedRows);
  }
  if (notices) await addRideNotices(transaction, ride, seq, notices);
  if (seq === lastSeq) return true;
  const { repository, folder } = await transaction
    .updateTable('rides')
    .set({ ended_at: null })
    .where('id', '=', ride)
    .returning(['repository', 'folder'])
    .executeTakeFirstOrThrow();
  const at = new Date(events.at(-1)?.at ?? 0);
  await storeLiveRings(transaction, repository, folder, at);
  return true;
}

/** Stores in the catalog where a connector is live. */
async function storeLiveRings(
  transaction: Transaction<Tables>,
  repository: string,
  folder: string,
  now: Date,
): Promise<void> {
  const live = liveVersions(await ridesOf(transaction, repository, { folders: [folder] }));
  await storeRings(transaction, repository, folder, [...live.keys()].sort(), now);
}

/**
 * Stores what follows from the events of a ride and from the time, unless an event was appended
 * after `lastSeq`.
 * @returns how many of the notices were new
 */
export async function noteRide(
  transaction: Transaction<Tables>,
  ride: string,
  lastSeq: number,
  notices: RideNotices,
): Promise<number> {
  if ((await lockedSeq(transaction, ride)) !== lastSeq) return 0;
  return addRideNotices(transaction, ride, lastSeq, notices);
}

export async function endRide(
  transaction: Transaction<Tables>,
  ride: string,
  lastSeq: number,
  at: Date,
): Promise<void> {
  if ((await lockedSeq(transaction, ride)) === lastSeq)
    await transaction
      .updateTable('rides')
      .set({ ended_at: at })
      .where('id', '=', ride)
      .where('ended_at', 'is', null)
      .execute();
}

/** The `seq` of the last event of a ride, which nobody else can append to until the commit. */
async function lockedSeq(transaction: Transaction<Tables>, ride: string): Promise<number> {
  await transaction
    .selectFrom('rides')
    .select('id')
    .where('id', '=', ride)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const { seq } = await transaction
    .selectFrom('ride_events')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .where('ride', '=', ride)
    .executeTakeFirstOrThrow();
  return seq ?? 0;
}

/** Freezes that nobody ended, the first to begin first. */
export async function freezesOf(
  kysely: Kysely<Tables>,
  repository: string,
): Promise<DeclaredFreeze[]> {
  const rows = await kysely
    .selectFrom('freezes')
    .selectAll()
    .where('repository', '=', repository)
    .where('ended_at', 'is', null)
    .orderBy('first_day')
    .orderBy('id')
    .execute();
  return rows.map(({ id, first_day, last_day, scope, reason, by, at }) => ({
    id,
    from: first_day,
    to: last_day,
    ...scope,
    reason,
    by,
    at: at.toISOString(),
  }));
}

export async function declareFreeze(
  kysely: Kysely<Tables>,
  repository: string,
  { id, from, to, scope = 'all', reason, by, at }: DeclaredFreeze,
): Promise<void> {
  await kysely
    .insertInto('freezes')
    .values({
      id,
      repository,
      first_day: from,
      last_day: to,
      scope: { scope },
      reason,
      by,
      at: new Date(at),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

export async function endFreeze(
  kysely: Kysely<Tables>,
  id: string,
  { by, at, reason }: { by: string; at: string; reason: string },
): Promise<boolean> {
  const { numUpdatedRows } = await kysely
    .updateTable('freezes')
    .set({ ended_at: new Date(at), ended_by: by, ended_reason: reason })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}
