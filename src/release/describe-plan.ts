import { safe } from '../shared/finding.ts';
import type { Departure } from './calendar.ts';
import { dayOf, weekdayOf, yearOf, type CivilDate, type Instant } from './civil-date.ts';
import type { PlannedRing, Reason } from './plan-release.ts';

const months = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;

/**
 * A day for a person: "Fri 20 Nov", with the year if it is not that of `today`.
 * @param today the day on which the text is read
 */
export function formatDay(date: CivilDate, today: CivilDate): string {
  const weekday = weekdayOf(date);
  const name = weekday.charAt(0).toUpperCase() + weekday.slice(1, 3);
  const day = `${name} ${dayOf(date)} ${months[Number(date.slice(5, 7)) - 1]}`;
  return yearOf(date) === yearOf(today) ? day : `${day} ${yearOf(date)}`;
}

/** Days and times in words, as they are read on a day in a time zone. */
export interface DayFormat {
  today: CivilDate;
  /** An instant as a day and a time: "Thu 19 Nov 09:00". */
  time: (instant: Instant) => string;
}

/**
 * Why a ring does not start earlier, as a message without a period (see `safe`).
 */
export function reasonText(reason: Reason, { today, time }: DayFormat): string {
  const day = (date: CivilDate): string => formatDay(date, today);
  switch (reason.kind) {
    case 'weekend':
      return 'weekend';
    case 'holiday':
      return `${day(reason.date)} is ${reason.name}`;
    case 'cutoff':
      return (
        `the cutoff of the train of ${day(reason.departure.departsOn)} was ` +
        time(reason.departure.cutoffAt)
      );
    case 'freeze':
      return safe`the freeze ${reason.freeze.reason} ends on ` + day(reason.freeze.to);
    case 'stranding':
      return (
        `the train of ${day(reason.departure.departsOn)} would be between two rings when ` +
        safe`the freeze ${reason.freeze.reason} begins on ` +
        day(reason.freeze.from)
      );
    case 'earlier-version':
      return `version ${reason.version} of #${reason.pull} goes first`;
    case 'soak':
      return `soaks for ${reason.days} deployment ${reason.days === 1 ? 'day' : 'days'}`;
  }
}

/** The reasons of a ring, in order; '' if there are none. */
export const reasonsText = ({ reasons }: Pick<PlannedRing, 'reasons'>, format: DayFormat): string =>
  reasons.map((reason) => reasonText(reason, format)).join(', ');

/** "Fri 20 Nov 09:00, cutoff Thu 19 Nov 09:00". */
export const departureText = ({ departsAt, cutoffAt }: Departure, { time }: DayFormat): string =>
  `${time(departsAt)}, cutoff ${time(cutoffAt)}`;
