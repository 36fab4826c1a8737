import { Temporal } from 'temporal-polyfill';
import { weekdays, type Weekday } from '../settings/train-settings.ts';

/** A day of the calendar, `YYYY-MM-DD`. Such dates compare as strings. */
export type CivilDate = string;

/** An instant as `Date.toISOString` writes it, in UTC. Such instants compare as strings. */
export type Instant = string;

/**
 * Whether a text is a day that the calendar has.
 * @param text for example `2026-02-29`, which is not
 */
export function isCivilDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text).toString() === text;
  } catch {
    return false;
  }
}

export const addDays = (date: CivilDate, days: number): CivilDate =>
  Temporal.PlainDate.from(date).add({ days }).toString();

export function weekdayOf(date: CivilDate): Weekday {
  const weekday = weekdays[Temporal.PlainDate.from(date).dayOfWeek - 1];
  if (!weekday) throw new Error(`${date} has no weekday`);
  return weekday;
}

export const yearOf = (date: CivilDate): number => Number(date.slice(0, 4));

/** The day of the month, from 1. */
export const dayOf = (date: CivilDate): number => Number(date.slice(8, 10));

/** The time of day in a time zone, `HH:MM`. */
export const timeAt = (instant: Instant, zone: string): string =>
  Temporal.Instant.from(instant)
    .toZonedDateTimeISO(zone)
    .toPlainTime()
    .toString({ smallestUnit: 'minute' });

/** The day that it is in a time zone. */
export const dateAt = (instant: Instant, zone: string): CivilDate =>
  Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString();

/**
 * The instant of a time of day. A time that a change of the clock skips is later by what was
 * skipped; of a time that occurs twice, it is the first.
 * @param time `HH:MM`
 * @throws RangeError if the time zone is unknown
 */
export const instantOf = (date: CivilDate, time: string, zone: string): Instant =>
  Temporal.PlainDateTime.from(`${date}T${time}`)
    .toZonedDateTime(zone, { disambiguation: 'compatible' })
    .toInstant()
    .toString({ fractionalSecondDigits: 3 });

/** Elapsed hours, whatever the clock does in between. */
export const addHours = (instant: Instant, hours: number): Instant =>
  new Date(Date.parse(instant) + hours * 3_600_000).toISOString();
