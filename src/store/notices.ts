import { sql, type Kysely, type Transaction } from 'kysely';
import type {
  Channel,
  DigestSubject,
  RideNotices,
  RideSubject,
  StoredNotice,
} from '../notices/notice.ts';
import type { Subscription } from '../notices/subscription.ts';
import type { Tables } from './database.ts';

/**
 * Adds the notices of a ride that are not there yet, and stores that its events up to `seq` have
 * theirs. The caller has locked the ride.
 * @returns how many were new
 */
export async function addRideNotices(
  transaction: Transaction<Tables>,
  ride: string,
  seq: number,
  { notices, isTurnOver }: RideNotices,
): Promise<number> {
  if (isTurnOver)
    await dropOutdated(
      transaction,
      ride,
      notices.map(({ key }) => key),
    );
  const { repository } = await transaction
    .selectFrom('rides')
    .select('repository')
    .where('id', '=', ride)
    .executeTakeFirstOrThrow();
  let added = 0;
  for (const { dueAt, inDigest, maxComments, ...notice } of notices) {
    if (maxComments !== undefined && (await commentsOf(transaction, ride)) >= maxComments) continue;
    const { numInsertedOrUpdatedRows = 0n } = await transaction
      .insertInto('notices')
      .values({
        ...notice,
        repository,
        ride,
        in_digest: inDigest,
        created_at: new Date(notice.subject.at),
        due_at: new Date(dueAt),
      })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .executeTakeFirstOrThrow();
    added += Number(numInsertedOrUpdatedRows);
  }
  await transaction
    .updateTable('rides')
    .set({ noticed_seq: seq })
    .where('id', '=', ride)
    .where('noticed_seq', '<', seq)
    .execute();
  return added;
}

/**
 * Nobody is told in the morning that it is their turn if it is not any more.
 * @param current keys of notices that are about the turn that it is now
 */
const dropOutdated = (
  transaction: Transaction<Tables>,
  ride: string,
  current: readonly string[],
): Promise<unknown> =>
  transaction
    .updateTable('notices')
    .set({ dropped_at: sql<Date>`now()`, error: 'the turn was over before it could be sent' })
    .where('ride', '=', ride)
    .where('channel', '=', 'mail')
    .where('sent_at', 'is', null)
    .where('dropped_at', 'is', null)
    .where('claimed_until', 'is', null)
    .where('digest', 'is', null)
    .where(sql<boolean>`not (key = any(${current}::text[]))`)
    .where((where) =>
      where.or([
        where('in_digest', '=', false),
        where(sql<string>`subject ->> 'topic'`, '=', 'deadline'),
      ]),
    )
    .execute();

async function commentsOf(transaction: Transaction<Tables>, ride: string): Promise<number> {
  const { count } = await transaction
    .selectFrom('notices')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('ride', '=', ride)
    .where('channel', '=', 'github')
    .executeTakeFirstOrThrow();
  return count;
}

/** The notices that wait for the next digest of a subscriber, oldest first. */
async function itemsFor(
  transaction: Transaction<Tables>,
  repository: string,
  login: string,
  { since, before }: Pick<NewDigest, 'since' | 'before'>,
): Promise<{ id: string; subject: RideSubject }[]> {
  const rows = await transaction
    .selectFrom('notices')
    .select(['id', 'subject'])
    .where('repository', '=', repository)
    .where('recipient', '=', login)
    .where('in_digest', '=', true)
    .where('digest', 'is', null)
    .where('dropped_at', 'is', null)
    .where('created_at', '>', since)
    .where('created_at', '<', before)
    .orderBy('seq')
    .forUpdate()
    .execute();
  return rows.flatMap(({ id, subject }) => (subject.kind === 'ride' ? [{ id, subject }] : []));
}

/**
 * Makes a digest of what waits for it.
 * @returns false if nothing waits, or there is a digest with this key
 */
export async function addDigest(
  transaction: Transaction<Tables>,
  repository: string,
  login: string,
  { key, at, digestOf, ...period }: NewDigest,
): Promise<boolean> {
  const items = await itemsFor(transaction, repository, login, period);
  if (items.length === 0) return false;
  const digest = await transaction
    .insertInto('notices')
    .values({
      key,
      repository,
      channel: 'mail',
      recipient: login,
      subject: digestOf(items.map(({ subject }) => subject)),
      in_digest: false,
      created_at: at,
      due_at: at,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!digest) return false;
  await transaction
    .updateTable('notices')
    .set({ digest: digest.id })
    .where(
      'id',
      'in',
      items.map(({ id }) => id),
    )
    .execute();
  return true;
}

/** A digest to make of what waits for it. */
export interface NewDigest {
  /** There is one digest with a key. */
  key: string;
  at: Date;
  /** What is older is left out, and what is newer waits for the next digest. */
  since: Date;
  before: Date;
  digestOf: (items: readonly RideSubject[]) => DigestSubject;
}

/** How many notices are sent at the same time. */
const batchSize = 10;
/** For how long a process that has claimed a notice has it for itself, in milliseconds. */
const claimTime = 300_000;

/** Claims notices that are due, so that no other process sends them, too. Oldest first. */
export async function claimNotices(
  kysely: Kysely<Tables>,
  channels: readonly Channel[],
  now: Date,
): Promise<StoredNotice[]> {
  const claimed = await kysely
    .updateTable('notices')
    .set({ claimed_until: new Date(now.getTime() + claimTime) })
    .where('id', 'in', (due) =>
      due
        .selectFrom('notices')
        .select('id')
        .where('sent_at', 'is', null)
        .where('dropped_at', 'is', null)
        .where('in_digest', '=', false)
        .where('due_at', '<=', now)
        .where('channel', 'in', [...channels])
        .where((where) =>
          where.or([where('claimed_until', 'is', null), where('claimed_until', '<=', now)]),
        )
        .orderBy('due_at')
        .orderBy('seq')
        .limit(batchSize)
        .forUpdate()
        .skipLocked(),
    )
    .returning([
      'id',
      'repository',
      'channel',
      'recipient',
      'subject',
      'created_at',
      'attempts',
      'seq',
    ])
    .execute();
  return claimed
    .toSorted((a, b) => a.seq - b.seq)
    .map(({ id, repository, channel, recipient, subject, created_at, attempts }) => ({
      id,
      repository,
      channel,
      recipient,
      subject,
      createdAt: created_at.toISOString(),
      attempts,
    }));
}

/** What became of a notice that was claimed. */
export type NoticeOutcome =
  | { kind: 'sent' }
  /** It will be sent again. */
  | { kind: 'failed'; error: string; retryAt: string }
  /** It is too early to send it. */
  | { kind: 'postponed'; until: string }
  | { kind: 'dropped'; error: string };

/** Stores an outcome. What was in a digest that was dropped waits for the next one. */
export async function recordOutcome(
  kysely: Kysely<Tables>,
  id: string,
  outcome: NoticeOutcome,
  now: Date,
): Promise<void> {
  await kysely.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('notices')
      .set({ claimed_until: null, ...columnsOf(outcome, now) })
      .where('id', '=', id)
      .where('sent_at', 'is', null)
      .execute();
    if (outcome.kind === 'dropped')
      await transaction
        .updateTable('notices')
        .set({ digest: null })
        .where('digest', '=', id)
        .execute();
  });
}

function columnsOf(outcome: NoticeOutcome, now: Date): object {
  switch (outcome.kind) {
    case 'sent':
      return { sent_at: now, error: null };
    case 'failed':
      return {
        attempts: sql`attempts + 1`,
        due_at: new Date(outcome.retryAt),
        error: outcome.error,
      };
    case 'postponed':
      return { due_at: new Date(outcome.until) };
    case 'dropped':
      return { attempts: sql`attempts + 1`, dropped_at: now, error: outcome.error };
  }
}

export interface StoredSubscription extends Subscription {
  /** A UUID, which stays the same if the repository gets another name. */
  id: string;
  /** `owner/name`, in lower case. */
  repository: string;
  /** Whether the person has confirmed the address. */
  isConfirmed: boolean;
}

/** Subscriptions of a repository, of a person, or all. */
export interface SubscriptionFilter {
  repository?: string;
  login?: string;
}

export async function subscriptionsOf(
  kysely: Kysely<Tables>,
  { repository, login }: SubscriptionFilter,
): Promise<StoredSubscription[]> {
  let query = kysely
    .selectFrom('preferences')
    .select(['id', 'repository', 'login', 'address', 'role', 'zone', 'confirmed_at'])
    .orderBy('repository')
    .orderBy('login');
  if (repository !== undefined) query = query.where('repository', '=', repository);
  if (login !== undefined) query = query.where('login', '=', login);
  const rows = await query.execute();
  return rows.map(({ zone, confirmed_at, ...row }) => ({
    ...row,
    zone: zone ?? undefined,
    isConfirmed: confirmed_at !== null,
  }));
}

/** A subscription that is to be confirmed. */
export type NewSubscription = Omit<StoredSubscription, 'id' | 'isConfirmed'>;

/**
 * Adds a subscription, or replaces that of the same person for the same repository. If its address
 * is not confirmed, there is mail to it that asks for that.
 * @returns whether the address is confirmed
 */
export async function subscribe(
  transaction: Transaction<Tables>,
  { repository, login, address, role, zone }: NewSubscription,
  now: Date,
): Promise<boolean> {
  const change = { address, role, zone: zone ?? null };
  const { confirmed_at } = await transaction
    .insertInto('preferences')
    .values({ repository, login, ...change, created_at: now, confirmed_at: null })
    .onConflict((conflict) =>
      conflict.columns(['repository', 'login']).doUpdateSet({
        ...change,
        confirmed_at: sql`case when preferences.address = ${address} then preferences.confirmed_at end`,
      }),
    )
    .returning('confirmed_at')
    .executeTakeFirstOrThrow();
  if (confirmed_at !== null) return true;
  await transaction
    .updateTable('notices')
    .set({ dropped_at: now, error: 'there is a newer question' })
    .where('repository', '=', repository)
    .where('recipient', '=', login)
    .where(sql<string>`subject ->> 'kind'`, '=', 'confirmation')
    .where('sent_at', 'is', null)
    .where('dropped_at', 'is', null)
    .execute();
  await transaction
    .insertInto('notices')
    .values({
      key: `confirmation/${repository}/${login}/${now.toISOString()}`,
      repository,
      ride: null,
      channel: 'mail',
      recipient: login,
      subject: { kind: 'confirmation' },
      in_digest: false,
      created_at: now,
      due_at: now,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  return false;
}

/** Confirms an address. @returns whether the subscription has it */
export async function confirmSubscription(
  kysely: Kysely<Tables>,
  id: string,
  address: string,
): Promise<boolean> {
  const { numUpdatedRows } = await kysely
    .updateTable('preferences')
    .set({ confirmed_at: sql<Date>`coalesce(confirmed_at, now())` })
    .where('id', '=', id)
    .where('address', '=', address)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** A subscription: its id, or whose it is and what it is about. */
export type SubscriptionKey = { id: string } | { repository: string; login: string };

/** @returns whether there was a subscription */
export async function unsubscribe(kysely: Kysely<Tables>, key: SubscriptionKey): Promise<boolean> {
  return kysely.transaction().execute(async (transaction) => {
    const deletion = transaction.deleteFrom('preferences').returning(['repository', 'login']);
    const deleted = await (
      'id' in key
        ? deletion.where('id', '=', key.id)
        : deletion.where('repository', '=', key.repository).where('login', '=', key.login)
    ).executeTakeFirst();
    if (!deleted) return false;
    await transaction
      .updateTable('notices')
      .set({ dropped_at: sql<Date>`now()`, error: 'the recipient has unsubscribed' })
      .where('repository', '=', deleted.repository)
      .where('recipient', '=', deleted.login)
      .where('channel', '=', 'mail')
      .where('sent_at', 'is', null)
      .where('dropped_at', 'is', null)
      .where('digest', 'is', null)
      .execute();
    return true;
  });
}

/** What notices about a ride depend on besides its events. */
export interface NoticeState {
  /** The `seq` of the last event that has its notices. */
  noticedSeq: number;
  /** The login of the author of the pull request; undefined if it was not recorded. */
  author: string | undefined;
}

/** By the ids of the open rides of a repository. */
export async function noticeStatesOf(
  kysely: Kysely<Tables>,
  repository: string,
): Promise<ReadonlyMap<string, NoticeState>> {
  const rows = await kysely
    .selectFrom('rides')
    .leftJoin('records', (join) =>
      join
        .onRef('records.repository', '=', 'rides.repository')
        .onRef('records.number', '=', 'rides.pull')
        .on('records.kind', '=', 'publication'),
    )
    .select(['rides.id', 'rides.noticed_seq', 'records.entry'])
    .where('rides.repository', '=', repository)
    .where('rides.ended_at', 'is', null)
    .execute();
  return new Map(
    rows.map(({ id, noticed_seq, entry }) => [
      id,
      {
        noticedSeq: noticed_seq,
        author: entry?.kind === 'publication' ? entry.publication.author.login : undefined,
      },
    ]),
  );
}
