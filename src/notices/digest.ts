import type { Instant } from '../release/civil-date.ts';
import type { TrainSettings } from '../settings/train-settings.ts';
import { compareStrings } from '../shared/compare-strings.ts';
import type { NewsTopic, RideSubject } from './notice.ts';
import { mailTime, subscriberCalendar, type Subscription } from './subscription.ts';

/** A digest that may be made. */
export interface DueDigest {
  /** There is one for each business day of a subscriber. */
  key: string;
  /** 08:00 of the day. What was written since waits for the next digest. */
  before: Instant;
}

/**
 * The digest that a subscriber gets today.
 * @returns undefined outside of the hours of mail
 */
export function digestDue(
  repository: string,
  subscription: Subscription,
  settings: TrainSettings,
  now: Instant,
): DueDigest | undefined {
  const calendar = subscriberCalendar(subscription, settings);
  if (mailTime(now, calendar) !== now) return undefined;
  const today = calendar.dateAt(now);
  return {
    key: `digest/${repository}/${subscription.login}/${today}`,
    before: calendar.startOf(today),
  };
}

/** After reminders, what people must do comes before what happened. */
const topicOrder: readonly NewsTopic[] = ['deadline', 'late', 'turn', 'ring', 'freeze', 'done'];

/** What has waited longest without an answer comes first. */
export const inDigestOrder = (items: readonly RideSubject[]): RideSubject[] =>
  items.toSorted((a, b) => rankOf(a) - rankOf(b) || compareStrings(a.at, b.at));

function rankOf({ topic, details: { reminder } }: RideSubject): number {
  return typeof reminder === 'number' ? -reminder : topicOrder.indexOf(topic);
}
