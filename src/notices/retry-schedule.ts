import { addHours, type Instant } from '../release/civil-date.ts';

/** Minutes from each failed attempt to the next: there are 8 attempts in 28 hours. */
const delays = [1, 5, 30, 120, 300, 600, 600];

/**
 * When to send a notice again.
 * @param attempts how often it was sent without success, from 1
 * @returns undefined after the last attempt
 */
export function nextAttempt(attempts: number, now: Instant): Instant | undefined {
  const delay = delays[attempts - 1];
  return delay === undefined ? undefined : addHours(now, delay / 60);
}

/** When a notice that could not be sent is not news any more: after a week. */
export const oldestNews = (now: Instant): Instant => addHours(now, -7 * 24);
