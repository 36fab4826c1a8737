import { Calendar } from '../release/calendar.ts';
import type { Instant } from '../release/civil-date.ts';
import type { TrainSettings } from '../settings/train-settings.ts';

/**
 * What a subscriber wants mail about: the rides in which they took part, or, as a maintainer, every
 * ride of the repository, and what maintainers have to do.
 */
export const subscriberRoles = ['participant', 'maintainer'] as const;
export type SubscriberRole = (typeof subscriberRoles)[number];

/** That a person wants mail about a repository. Nobody gets mail without it. */
export interface Subscription {
  /** In lower case. */
  login: string;
  address: string;
  role: SubscriberRole;
  /** The IANA time zone of their mornings; undefined for that of the train. */
  zone: string | undefined;
}

/** Mail is sent on business days, from the first time of the day up to the second. */
const mailHours = { from: '08:00', until: '18:00' };

/**
 * The days and hours of a subscriber: business days begin at 08:00 in their time zone.
 * @throws RangeError when it is used, if the time zone is unknown
 */
export const subscriberCalendar = (
  { zone }: Pick<Subscription, 'zone'>,
  settings: TrainSettings,
): Calendar =>
  new Calendar({
    ...settings,
    zone: zone ?? settings.zone,
    departs: { ...settings.departs, at: mailHours.from },
  });

/**
 * When mail that is ready now can be sent: now, or at 08:00 of the next business day.
 * @param calendar of the subscriber
 */
export function mailTime(now: Instant, calendar: Calendar): Instant {
  const today = calendar.dateAt(now);
  const time = calendar.timeAt(now);
  if (time >= mailHours.until) return calendar.startOf(calendar.deploymentDayAfter(today).date);
  const isOpen = calendar.closureOn(today) === undefined && time >= mailHours.from;
  return isOpen ? now : calendar.startOf(calendar.deploymentDayFrom(today).date);
}
