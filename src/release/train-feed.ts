import ical, { ICalEventStatus, ICalEventTransparency } from 'ical-generator';
import { describeFreezeScope } from './describe-freeze-scope.ts';
import { toPlainText, visible } from '../report/text.ts';
import type { Calendar, Departure } from './calendar.ts';
import { addDays, type CivilDate, type Instant } from './civil-date.ts';
import { reasonsText } from './describe-plan.ts';
import type { RideView, Stop } from './fold-ride.ts';
import { dayFormat } from './render-ride.ts';

/** A ride, and how often it changed. */
export interface FeedRide {
  view: RideView;
  /** The number of its events. */
  changes: number;
}

/**
 * The calendar file (RFC 5545) of the departures, the freezes and the rides of a repository. Rings
 * are events of a whole day; a cutoff has its time in UTC. What is withdrawn stays in the file as
 * cancelled, so that calendars that subscribe to it take it out.
 * @param name of the repository, which names the calendar and makes the ids of events unique
 * @param departures those to show the cutoff of
 */
export function trainFeed(
  name: string,
  rides: readonly FeedRide[],
  departures: readonly Departure[],
  calendar: Calendar,
  now: Instant,
): string {
  const file = ical({
    name: `Deployments of ${name}`,
    prodId: { company: 'Gatehouse', product: 'Train' },
    ttl: 3_600,
  });
  const stamp = new Date(now);
  for (const { departsOn, cutoffAt } of departures)
    file.createEvent({
      id: `${name}/train/${departsOn}/cutoff@gatehouse`,
      stamp,
      start: new Date(cutoffAt),
      summary: `Cutoff of the train of ${departsOn}`,
      description: 'What is ready by then is aboard.',
      transparency: ICalEventTransparency.TRANSPARENT,
    });
  for (const { from, to, reason, scope = 'all' } of calendar.freezes)
    file.createEvent({
      id: `${name}/freeze/${from}/${to}/${describeFreezeScope(scope)}@gatehouse`,
      stamp,
      allDay: true,
      start: dayStart(from),
      end: dayStart(addDays(to, 1)),
      summary: visible(`Freeze: ${reason}`),
      description: `No ring starts. It applies to ${describeFreezeScope(scope)}.`,
      transparency: ICalEventTransparency.TRANSPARENT,
    });
  for (const { view, changes } of rides)
    for (const stop of view.stops) {
      const event = eventOf(stop, view, calendar, now);
      if (event)
        file.createEvent({
          id: `${name}/${view.ride.id}/${stop.ring.name}@gatehouse`,
          sequence: changes,
          stamp,
          allDay: true,
          transparency: ICalEventTransparency.TRANSPARENT,
          ...event,
        });
    }
  return file.toString();
}

type FeedEvent = {
  start: Date;
  end: Date;
  summary: string;
  description?: string;
  status: ICalEventStatus;
};

/** The event of a stop; undefined if it never had a day. */
function eventOf(
  { ring, state, estimate }: Stop,
  { ride }: RideView,
  calendar: Calendar,
  now: Instant,
): FeedEvent | undefined {
  const date = estimate?.date ?? ('since' in state ? calendar.dateAt(state.since) : undefined);
  if (date === undefined) return undefined;
  const reasons = estimate ? reasonsText(estimate, dayFormat(calendar, now)) : '';
  return {
    start: dayStart(date),
    end: dayStart(addDays(date, 1)),
    summary: visible(
      `${ride.folder.split('/').at(-1)} ${ride.version}: ${ring.regions.join(', ')}`,
    ),
    ...(reasons !== '' && { description: toPlainText(reasons) }),
    status: statusOf(state.kind, estimate),
  };
}

/** States of a ring that does not have the version, and will not get it. */
const cancelled: ReadonlySet<Stop['state']['kind']> = new Set([
  'skipped',
  'rolled-back',
  'superseded',
  'withdrawn',
]);

function statusOf(kind: Stop['state']['kind'], estimate: Stop['estimate']): ICalEventStatus {
  if (cancelled.has(kind)) return ICalEventStatus.CANCELLED;
  return estimate?.confidence === 'person' ? ICalEventStatus.TENTATIVE : ICalEventStatus.CONFIRMED;
}

/** All-day events are days, not instants: the library reads the UTC date. */
const dayStart = (date: CivilDate): Date => new Date(date);
