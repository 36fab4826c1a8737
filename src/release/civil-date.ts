import { Temporal } from 'temporal-polyfill';
import { weekdays, type Weekday } from '../settings/train-settings.ts';

/** A day of the calendar, `YYYY-MM-DD`. Such dates compare as strings. */
export type CivilDate = string;

/** An instant as `Date.toISOString` writes it, in UTC. Such instants compare as strings. */
export type Instant = string;

const millisecondsOfDay = 86_400_000;

export function addDays(date: CivilDate, days: number): CivilDate {
  const day = dayOf(date) + days;
  // Within the days that every month has, no date has to be parsed, which takes the time of plans.
  if (day >= 1 && day <= 28) return `${date.slice(0, 8)}${String(day).padStart(2, '0')}`;
  return new Date(Date.parse(date) + days * millisecondsOfDay).toISOString().slice(0, 10);
}

/** The first day, not before a day, that is a weekday. */
export const nextWeekday = (date: CivilDate, weekday: Weekday): CivilDate =>
  addDays(date, (weekdays.indexOf(weekday) - weekdays.indexOf(weekdayOf(date)) + 7) % 7);

export function weekdayOf(date: CivilDate): Weekday {
  // The list begins with Monday, and JavaScript's week with Sunday.
  const weekday = weekdays[(new Date(date).getUTCDay() + 6) % 7];
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

/**
 * The name of a time zone in all seasons: `PT` for `America/Los_Angeles`. Of a zone without such a
 * name it is the name of the city or country: `Germany Time`.
 * @throws RangeError if the time zone is unknown
 */
export const zoneName = (zone: string): string =>
  zone === 'UTC'
    ? zone
    : (new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'shortGeneric' })
        .formatToParts(0)
        .find(({ type }) => type === 'timeZoneName')?.value ?? zone);

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
