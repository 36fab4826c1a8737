import type { NewNotice } from '../../src/notices/notice.ts';
import { rideNotices, type Audience } from '../../src/notices/ride-notices.ts';
import type { Subscription } from '../../src/notices/subscription.ts';
import type { Calendar } from '../../src/release/calendar.ts';
import { foldRide } from '../../src/release/fold-ride.ts';
import { calendar as trainCalendar, eventsOf, ride, type At } from '../release/rides.ts';

export const subscription = (login: string, more: Partial<Subscription> = {}): Subscription => ({
  login,
  address: `${login}@contoso.example`,
  role: 'participant',
  zone: undefined,
  ...more,
});

/** Ada wrote the pull request, Maria is a maintainer, and Eve has no part in it. */
export const audience: Audience = {
  subscriptions: [
    subscription('ada'),
    subscription('maria', { role: 'maintainer' }),
    subscription('eve'),
  ],
  webhooks: [],
  author: 'Ada',
};

/** The notices of a ride, of which the last `fresh` events have none yet. */
export function noticesAt(
  now: string,
  list: readonly At[],
  {
    fresh = 1,
    to = audience,
    calendar = trainCalendar,
  }: { fresh?: number; to?: Audience; calendar?: Calendar } = {},
): readonly NewNotice[] {
  const events = eventsOf(...list);
  const noticed = events.slice(0, events.length - fresh);
  const change = {
    before: foldRide(ride, noticed, calendar, now),
    after: foldRide(ride, events, calendar, now),
    events,
    noticed: noticed.length,
  };
  return rideNotices(change, to, calendar, now).notices;
}

/** Who is told, how: "mail ada now", "mail maria digest", "github pull now". */
export const toldIn = (notices: readonly NewNotice[]): string[] =>
  notices.map(
    ({ channel, recipient, inDigest, subject }) =>
      `${channel} ${recipient} ${subject.topic} ${inDigest ? 'digest' : 'now'}`,
  );
