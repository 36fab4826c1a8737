import { safe } from '../shared/finding.ts';
import type { Calendar } from './calendar.ts';
import type { Instant } from './civil-date.ts';
import { formatDay, reasonsText, type DayFormat } from './describe-plan.ts';
import type { RideView, Stop } from './fold-ride.ts';
import { dayFormat } from './render-ride.ts';
import { isDone, isProblem, isRollingBack } from './ride-log.ts';
import type { Ride } from './ride.ts';
import { earlierVersionAt } from './start-ring.ts';

/** The name of a connector: that of its folder. */
export const connectorNameOf = ({ folder }: Pick<Ride, 'folder'>): string =>
  folder.slice(folder.lastIndexOf('/') + 1);

/** Enough of a digest to tell two versions apart. */
export const shortDigest = ({ digest }: Pick<Ride, 'digest'>): string => digest.slice(0, 12);

/** A version with what identifies it, as a message (see `safe`). */
export const versionText = (ride: Ride): string =>
  safe`${connectorNameOf(ride)} ${ride.version} (digest ${shortDigest(ride)})`;

/** What a description of a ride depends on. */
export interface PlanContext {
  calendar: Calendar;
  /** The other rides of the connector. */
  others: readonly RideView[];
  now: Instant;
}

/**
 * What happens next to a ride, and when, as a message (see `safe`): one or two sentences.
 */
export function nextStepText(view: RideView, context: PlanContext): string {
  const format = dayFormat(context.calendar, context.now);
  const { state, hold, stops } = view;
  switch (state) {
    case 'preview':
      return 'Next, its preview is deployed; then its publisher tests it.';
    case 'everywhere':
      return 'All rings have it.';
    case 'rolled-back':
      return 'Nothing else happens to it.';
    case 'superseded':
      return 'A newer version goes on in its place.';
    case 'withdrawn':
      return 'No ring gets it. A new pull request is needed for another attempt.';
    case 'rolling-back':
      return rollingBackText(stops);
    case 'testing':
    case 'waiting':
    case 'rolling-out':
  }
  if (hold)
    return hold.kind === 'changed'
      ? 'No ring starts any more: `/withdraw` ends it.'
      : 'No ring starts until someone replies `/deploy resume`.';
  const problem = stops.find((stop) => isProblem(stop.state));
  if (problem) return problemText(problem);
  const running = stops.find((stop) => stop.state.kind === 'deploying');
  const next = stops.find((stop) => stop.state.kind === 'planned');
  const parts = [
    ...(running ? [`${running.ring.name} is being deployed.`] : []),
    ...(state === 'testing' ? ['Test the preview, then reply `/ready`.'] : []),
    ...(next ? [nextRingText(next, view, context, format)] : []),
  ];
  return parts.length > 0 ? parts.join(' ') : 'The last ring is being watched.';
}

function rollingBackText(stops: readonly Stop[]): string {
  const failed = stops.filter(({ state }) => state.kind === 'rollback-failed');
  if (failed.length > 0)
    return (
      `Someone has to see to ${failed.map(({ ring }) => ring.name).join(', ')}: ` +
      '`/deploy retry <ring>` tries it again, and `/deploy pass <ring> <reason>` says that it was ' +
      'done by hand.'
    );
  const open = stops.filter(({ state }) => isRollingBack(state));
  return `Gatehouse deploys to ${open.map(({ ring }) => ring.name).join(', ')} at once, on any day.`;
}

/** The names of rings are plain words, so they need no quoting. */
function problemText({ ring: { name }, state }: Stop): string {
  const ways = [
    `\`/deploy retry ${name}\``,
    ...(state.kind === 'inconclusive' ? [`\`/deploy pass ${name} <reason>\``] : []),
    '`/deploy rollback <version> <reason>`',
    `or a maintainer replies \`/deploy skip ${name} <reason>\``,
  ];
  return `No other ring starts until someone decides about ${name}: ${ways.join(', ')}.`;
}

/** When the next ring starts, and when the last one does. */
function nextRingText(
  next: Stop,
  view: RideView,
  { others }: PlanContext,
  format: DayFormat,
): string {
  const { state, stops, departure, startsNow } = view;
  const earlier = earlierVersionAt(next, view, others);
  const wait = earlier
    ? safe` It waits there for the earlier version ${earlier.ride.version}` +
      ` (pull request ${earlier.ride.pull}).`
    : '';
  if (startsNow) return `${next.ring.name} starts within a few minutes.${wait}`;
  if (!next.estimate) return 'Freezes stop every departure of the next two years.';
  const day = formatDay(next.estimate.date, format.today);
  const reasons = reasonsText(next.estimate, format);
  const why = reasons === '' ? '' : ` (${reasons})`;
  const last = stops.findLast((stop) => !isDone(stop.state));
  const end =
    last?.estimate && last !== next
      ? `; it is everywhere on ${formatDay(last.estimate.date, format.today)} if nothing stops it`
      : '';
  const ring = next.ring.name + safe` (${next.ring.regions.join(', ')})`;
  const boards =
    (state === 'waiting' || state === 'testing') && departure
      ? `It ${state === 'testing' ? 'would board' : 'boards'} the train of ` +
        `${formatDay(departure.departsOn, format.today)}, cutoff ${format.time(departure.cutoffAt)}. `
      : '';
  const not = next.estimate.confidence === 'person' ? 'not before ' : 'on ';
  return `${boards}Next: ${ring} ${not}${day}${why}${end}.${wait}`;
}
