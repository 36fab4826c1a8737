import { allForYear } from '@18f/us-federal-holidays';
import { yearOf, type CivilDate } from './civil-date.ts';

/** The name of the holiday on a day; undefined if it is none. */
export type Holidays = (date: CivilDate) => string | undefined;

/**
 * The federal holidays of the United States on the days on which they are observed. A holiday on a
 * Saturday is observed on the Friday before, so the list of a year can contain a day of the year
 * before.
 */
export function usFederalHolidays(): Holidays {
  const names = new Map<CivilDate, string>();
  const years = new Set<number>();
  const read = (year: number): void => {
    if (years.has(year)) return;
    years.add(year);
    for (const { name, dateString } of allForYear(year, {
      shiftSaturdayHolidays: true,
      shiftSundayHolidays: true,
    }))
      names.set(paddedDate(dateString), name);
  };
  return (date) => {
    read(yearOf(date));
    read(yearOf(date) + 1);
    return names.get(date);
  };
}

/** Writes `2026-1-9` as `2026-01-09`. */
const paddedDate = (date: string): CivilDate =>
  date
    .split('-')
    .map((part) => part.padStart(2, '0'))
    .join('-');

/** Days that the settings name. */
export function listedHolidays(dates: readonly CivilDate[]): Holidays {
  const listed = new Set(dates);
  return (date) => (listed.has(date) ? 'a holiday of the settings' : undefined);
}
