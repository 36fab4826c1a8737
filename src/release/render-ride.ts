import { markdownTable, messageToMarkdown } from '../report/markdown.ts';
import { safe } from '../shared/finding.ts';
import type { Calendar } from './calendar.ts';
import type { Instant } from './civil-date.ts';
import { formatDay, reasonsText, type DayFormat } from './describe-plan.ts';
import type { RideView, Stop } from './fold-ride.ts';
import { isDone } from './ride-log.ts';

/** How days and times are written at a time, in the time zone of the train. */
export function dayFormat(calendar: Calendar, now: Instant): DayFormat {
  const today = calendar.dateAt(now);
  return {
    today,
    time: (instant) => `${formatDay(calendar.dateAt(instant), today)} ${calendar.timeAt(instant)}`,
  };
}

/**
 * What the comment of a pull request says of a ride, in Markdown: where the version is, whose turn
 * it is, and the day of every ring with its reasons.
 */
export function rideSection(view: RideView, calendar: Calendar, now: Instant): string {
  const format = dayFormat(calendar, now);
  const rows = view.stops.map((stop, index) => [
    String(index + 1),
    regionsOf(stop),
    messageToMarkdown(stateText(stop, view, calendar, format)),
    dayCell(stop, format),
  ]);
  return [
    headline(view, format),
    markdownTable(['ring', 'regions', 'state', 'day'], rows),
    turnText(view, format),
  ].join('\n\n');
}

const regionsOf = ({ ring }: Stop): string => messageToMarkdown(ring.regions.join(', '));

/** The first line: where the version is. */
function headline(view: RideView, { today }: DayFormat): string {
  const { state, stops, departure } = view;
  const day = (date: string): string => formatDay(date, today);
  switch (state) {
    case 'preview':
      return '**In pre-release.** The preview is being deployed.';
    case 'testing':
      return '**In pre-release.** Test the preview, then reply `/ready`.';
    case 'waiting':
      return departure
        ? `**Waits for the train of ${day(departure.departsOn)}.**`
        : '**Waits.** Freezes stop every departure.';
    case 'rolling-out':
      return rollingOut(stops, day);
    case 'everywhere':
      return `**Live everywhere.** All ${stops.length} rings have it.`;
    case 'rolling-back':
      return '**Is being rolled back.**';
    case 'rolled-back':
      return '**Rolled back.**';
    case 'superseded':
      return '**Superseded** by a newer version.';
    case 'withdrawn':
      return '**Withdrawn.**';
  }
}

function rollingOut(stops: readonly Stop[], day: (date: string) => string): string {
  const current = stops.findLastIndex(({ state }) => state.kind !== 'planned');
  const stop = stops[current];
  if (!stop) return '';
  const since = stop.estimate ? `, since ${day(stop.estimate.date)}` : '';
  const next = stops[current + 1];
  const after = next?.estimate ? ` Next: ${regionsOf(next)}, ${day(next.estimate.date)}.` : '';
  return `**In ring ${current + 1} of ${stops.length}** — ${regionsOf(stop)}${since}.${after}`;
}

/** The state of a stop as a message (see `safe`). */
function stateText(
  { state }: Stop,
  view: RideView,
  calendar: Calendar,
  { today }: DayFormat,
): string {
  switch (state.kind) {
    case 'planned':
      return view.hold ? 'held' : 'planned';
    case 'deploying':
      return `deploying since ${calendar.timeAt(state.since)}${state.isLate ? ', late' : ''}`;
    case 'soaking':
      return `live, watched until ${formatDay(state.until, today)}`;
    case 'passed':
      return 'live';
    case 'failed':
      return safe`failed: ${state.reason}`;
    case 'errored':
      return safe`could not be deployed: ${state.reason}`;
    case 'inconclusive':
      return safe`undecided: ${state.reason}`;
    case 'skipped':
      return safe`skipped by ${state.by}: ${state.reason}`;
    case 'rolling-back':
      return safe`is being rolled back to ${state.to} by ${state.by}: ${state.reason}`;
    case 'rollback-failed':
      return safe`could not be rolled back to ${state.to}: ${state.problem}`;
    case 'rolled-back':
      return safe`rolled back to ${state.to} by ${state.by}: ${state.reason}`;
    case 'superseded':
      return 'superseded';
    case 'withdrawn':
      return 'withdrawn';
  }
}

function dayCell({ state, estimate }: Stop, format: DayFormat): string {
  if (!estimate) return '';
  const day = formatDay(estimate.date, format.today);
  if (isDone(state) || state.kind === 'deploying') return day;
  const earliest = estimate.confidence === 'person' ? `not before ${day}` : day;
  const reasons = reasonsText(estimate, format);
  return reasons === '' ? earliest : `${earliest} — ${messageToMarkdown(reasons)}`;
}

/** Who has to do what. */
function turnText({ turn }: RideView, { time }: DayFormat): string {
  const why = '`/why` explains each day.';
  if (!turn || turn.actor === 'nobody' || turn.actor === 'deployer')
    return `Nobody has to do anything. ${why}`;
  const reason = messageToMarkdown(safe`${turn.reason}`);
  return `Waiting for the ${turn.actor} until ${time(turn.deadline)}: ${reason} ${why}`;
}
