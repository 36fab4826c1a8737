import { alignColumns } from '../report/columns.ts';
import { colorizer } from '../report/colors.ts';
import { count, toPlainText } from '../report/text.ts';
import type { Calendar } from './calendar.ts';
import type { Instant } from './civil-date.ts';
import {
  departureText,
  formatDay,
  reasonText,
  reasonsText,
  type DayFormat,
} from './describe-plan.ts';
import type { ReleasePlan } from './plan-release.ts';
import { dayFormat } from './render-ride.ts';
import { measurePromise, type PromiseMeasure } from './promise.ts';
import type { SimulationResult } from './simulate-trains.ts';

/** The promise of a class, measured against a plan; undefined if there is no promise or no plan. */
function promiseOf(
  days: number | undefined,
  plan: ReleasePlan | undefined,
  calendar: Calendar,
  now: Instant,
): PromiseMeasure | undefined {
  const last = plan?.rings.at(-1);
  return days === undefined || !last ? undefined : measurePromise(days, now, last.date, calendar);
}

/**
 * The plan as JSON: ISO dates and instants, and for each ring the reasons in words.
 * @param promisedDays what the settings promise for the class, in business days
 */
export function planToJson(
  plan: ReleasePlan | undefined,
  promisedDays: number | undefined,
  calendar: Calendar,
  now: Instant,
): object {
  const format = dayFormat(calendar, now);
  const promise = promiseOf(promisedDays, plan, calendar, now);
  return {
    readyAt: now,
    zone: calendar.settings.zone,
    departure: plan?.departure
      ? {
          scheduledOn: plan.departure.scheduledOn,
          departsOn: plan.departure.departsOn,
          departsAt: plan.departure.departsAt,
          cutoffAt: plan.departure.cutoffAt,
        }
      : null,
    promise: promise ?? null,
    rings: (plan?.rings ?? []).map(({ ring, date, reasons }) => ({
      name: ring.name,
      regions: ring.regions,
      date,
      reasons: reasons.map((reason) => ({
        kind: reason.kind,
        text: toPlainText(reasonText(reason, format)),
      })),
    })),
  };
}

/** The plan for a terminal. */
export function planToText(
  plan: ReleasePlan | undefined,
  promisedDays: number | undefined,
  calendar: Calendar,
  now: Instant,
  color: boolean,
): string {
  const format = dayFormat(calendar, now);
  const colorize = colorizer(color);
  if (!plan)
    return 'Freezes stop every departure of the next two years. Remove one from the settings.\n';
  const rows = plan.rings.map(({ ring, date, reasons }, index) => [
    String(index + 1),
    formatDay(date, format.today),
    ring.regions.join(', '),
    toPlainText(reasonsText({ reasons }, format)),
  ]);
  const promise = promiseOf(promisedDays, plan, calendar, now);
  return [
    `Ready at ${format.time(now)} (${calendar.settings.zone}).`,
    colorize('bold', `Departs ${departureText(plan.departure, format)}.`),
    ...(promise ? [promiseText(promise, format)] : []),
    '',
    ...alignColumns([['ring', 'day', 'regions', 'why not sooner'], ...rows], 4).map((line, index) =>
      index === 0 ? colorize('gray', line) : line,
    ),
    '',
  ].join('\n');
}

/** "Promised within 15 business days, by Fri 11 Dec: kept." */
const promiseText = ({ days, by, late }: PromiseMeasure, { today }: DayFormat): string => {
  const measure = late === 0 ? 'kept' : `${count(late, 'business day')} late`;
  return `Promised within ${count(days, 'business day')}, by ${formatDay(by, today)}: ${measure}.`;
};

/** How long versions took. */
export function simulationToText({
  states,
  days,
  undisturbedDays,
  deployments,
}: SimulationResult): string {
  const at = (list: readonly number[], share: number): string =>
    String(list[Math.min(list.length - 1, Math.floor(list.length * share))] ?? 0);
  const times = (list: readonly number[]): string[] =>
    [0.5, 0.95, 1].map((share) => at(list, share));
  const grouped = (number: number): string => number.toLocaleString('en-US');
  return [
    `52 trains, 10,000 versions, ${grouped(deployments)} deployments.`,
    '',
    ...alignColumns(
      [
        ['days from ready to everywhere', 'median', '95%', 'longest'],
        ['without failures and holds', ...times(undisturbedDays)],
        ['all that arrived', ...times(days)],
      ],
      1,
    ),
    '',
    `Everywhere: ${grouped(states.everywhere)}. Withdrawn: ${grouped(states.withdrawn)}. Rolled back: ` +
      `${grouped(states['rolled-back'])}. Still on the way: ` +
      `${grouped(states['rolling-out'] + states.waiting)}.`,
    '',
  ].join('\n');
}
