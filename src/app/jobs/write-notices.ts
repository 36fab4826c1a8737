import { digestDue, inDigestOrder } from '../../notices/digest.ts';
import type { RideNotices } from '../../notices/notice.ts';
import { oldestNews } from '../../notices/retry-schedule.ts';
import { rideNotices } from '../../notices/ride-notices.ts';
import type { Calendar } from '../../release/calendar.ts';
import type { Instant } from '../../release/civil-date.ts';
import { foldRides, type RideView } from '../../release/fold-ride.ts';
import type { NewRideEvent, RideEvent, RideHistory } from '../../release/ride.ts';
import type { Store, StoredSubscription } from '../../store/store.ts';
import type { NoticeSettings } from '../notices/notice-settings.ts';

/**
 * The notices that a ride has to have, with events that are about to be appended; undefined if there
 * is nothing to store.
 */
export type NoticesOf = (
  stored: RideHistory,
  events?: readonly NewRideEvent[],
) => RideNotices | undefined;

interface NoticesContext {
  store: Store;
  notices: NoticeSettings;
  now: Instant;
}

/**
 * Reads who wants to be told about the rides of a repository.
 * @param rides those that are open: the versions of a connector have an effect on each other
 */
export async function prepareNotices(
  repository: string,
  rides: readonly RideHistory[],
  calendar: Calendar,
  { store, notices: { mail, webhooks }, now }: NoticesContext,
): Promise<NoticesOf> {
  const subscriptions = mail ? await confirmedSubscriptions(repository, store) : [];
  const states = await store.noticeStates(repository);
  return ({ ride, events }, appended = []) => {
    const lastSeq = events.at(-1)?.seq ?? 0;
    const all = [
      ...events,
      ...appended.map(({ at, by, detail }, index) => ({
        seq: lastSeq + index + 1,
        at,
        by,
        ...detail,
      })),
    ];
    const { noticedSeq = 0, author } = states.get(ride.id) ?? {};
    const noticed = events.filter(({ seq }) => seq <= noticedSeq);
    const others = rides.filter(
      (other) => other.ride.folder === ride.folder && other.ride.id !== ride.id,
    );
    const viewOf = (history: readonly RideEvent[]): RideView | undefined =>
      foldRides([{ ride, events: history }, ...others], calendar, now)[0];
    const [before, after] = [viewOf(noticed), viewOf(all)];
    if (!before || !after) return undefined;
    const result = rideNotices(
      { before, after, events: all, noticed: noticed.length },
      { subscriptions, webhooks, author },
      calendar,
      now,
    );
    return result.notices.length > 0 || all.length > noticed.length ? result : undefined;
  };
}

async function confirmedSubscriptions(
  repository: string,
  store: Store,
): Promise<StoredSubscription[]> {
  const all = await store.subscriptions({ repository });
  return all.filter(({ isConfirmed }) => isConfirmed);
}

/** Stores the notices about events that have none yet, and those that follow from the time. */
export async function writeNotices(
  stored: RideHistory,
  { store, noticesOf }: { store: Store; noticesOf: NoticesOf },
): Promise<void> {
  const due = noticesOf(stored);
  if (due) await store.noteRide(stored.ride.id, stored.events.at(-1)?.seq ?? 0, due);
}

/** Makes the digests of those for whom it is morning. */
export async function writeDigests(
  repository: string,
  { settings }: Calendar,
  { store, notices: { mail }, now }: NoticesContext,
): Promise<void> {
  if (!mail) return;
  for (const subscription of await confirmedSubscriptions(repository, store)) {
    const due = digestDue(repository.toLowerCase(), subscription, settings, now);
    if (!due) continue;
    await store.addDigest(repository, subscription.login, {
      key: due.key,
      at: new Date(now),
      since: new Date(oldestNews(now)),
      before: new Date(due.before),
      digestOf: (items) => ({ kind: 'digest', items: inDigestOrder(items) }),
    });
  }
}
