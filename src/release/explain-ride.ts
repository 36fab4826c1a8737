import { bulletList, markdownTable, messageToMarkdown } from '../report/markdown.ts';
import { safe } from '../shared/finding.ts';
import { describeFreezeScope } from './describe-freeze-scope.ts';
import { formatDay, reasonsText, type DayFormat } from './describe-plan.ts';
import { nextStepText, versionText, type PlanContext } from './describe-ride.ts';
import type { RideView, Stop } from './fold-ride.ts';
import { dayFormat } from './render-ride.ts';
import { isDone } from './ride-log.ts';
import { earlierVersionAt } from './start-ring.ts';

/** Freezes that are further away move nothing that anyone plans by now. */
const maxFreezes = 5;

/**
 * The reply to `/why` about a ride, in Markdown: what happens next, whose turn it is, and for each
 * ring its day with everything that moved it; then the freezes that apply.
 */
export function explainRide(view: RideView, context: PlanContext): string {
  const format = dayFormat(context.calendar, context.now);
  const { ride, stops } = view;
  return [
    `**${messageToMarkdown(versionText(ride))}**, commit ${ride.sha.slice(0, 7)}. ` +
      messageToMarkdown(nextStepText(view, context)),
    messageToMarkdown(turnText(view, format)),
    holdText(view, format),
    markdownTable(
      ['Ring', 'Regions', 'Day', 'Why'],
      stops.map((stop, index) => [
        `${index + 1} ${messageToMarkdown(safe`${stop.ring.name}`)}`,
        messageToMarkdown(stop.ring.regions.join(', ')),
        dayText(stop, format),
        messageToMarkdown(whyText(stop, index, view, context, format)),
      ]),
    ),
    freezesText(view, context, format),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function turnText({ turn }: RideView, { time }: DayFormat): string {
  if (!turn) return 'Nobody has to do anything.';
  const until = `until ${time(turn.deadline)}`;
  const reason = safe`${turn.reason}`;
  return turn.actor === 'nobody'
    ? `Nobody has to do anything ${until}: ${reason}`
    : `It is the turn of the ${turn.actor}, since ${time(turn.since)}, ${until}: ${reason}`;
}

function holdText({ hold }: RideView, { time }: DayFormat): string {
  if (!hold) return '';
  return messageToMarkdown(
    safe`Held by ${hold.by} since ` + time(hold.since) + safe`: ${hold.reason}`,
  );
}

function dayText({ estimate, state }: Stop, { today }: DayFormat): string {
  if (!estimate) return '';
  const day = formatDay(estimate.date, today);
  return estimate.confidence === 'person' && !isDone(state) ? `not before ${day}` : day;
}

/** What moved the day of a ring, or what became of it. */
function whyText(
  stop: Stop,
  index: number,
  view: RideView,
  { calendar, others }: PlanContext,
  format: DayFormat,
): string {
  const { state, estimate, outOfTurn } = stop;
  const started = outOfTurn
    ? safe`${outOfTurn.by} started it without waiting for its day: ${outOfTurn.reason}`
    : '';
  switch (state.kind) {
    case 'deploying':
      return joined([
        `is being deployed since ${calendar.timeAt(state.since)}${state.isLate ? ', and late' : ''}`,
        started,
      ]);
    case 'soaking':
      return joined([`live, watched until ${formatDay(state.until, format.today)}`, started]);
    case 'passed':
      return joined(['live', started]);
    case 'failed':
    case 'errored':
    case 'inconclusive':
      return `${state.kind} since ${format.time(state.since)}: ` + safe`${state.reason}`;
    case 'skipped':
      return safe`skipped by ${state.by}: ${state.reason}`;
    case 'rolling-back':
      return safe`${state.by} rolls it back to ${state.to}: ${state.reason}`;
    case 'rollback-failed':
      return safe`could not be rolled back to ${state.to}: ${state.problem}`;
    case 'rolled-back':
      return safe`rolled back to ${state.to} by ${state.by}: ${state.reason}`;
    case 'superseded':
      return 'a newer version goes on in its place';
    case 'withdrawn':
      return safe`withdrawn by ${state.by}: ${state.reason}`;
    case 'planned':
  }
  const earlier = earlierVersionAt(stop, view, others);
  const reasons = estimate ? reasonsText(estimate, format) : 'freezes stop it for two years';
  const usual = index === 0 ? dayOfTrain(view, format) : 'the next deployment day';
  return joined([
    reasons === '' ? usual : reasons,
    earlier ? `version ${earlier.ride.version} has to leave it first` : '',
  ]);
}

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('; ');

const dayOfTrain = ({ departure, readyAt }: RideView, { time }: DayFormat): string =>
  departure
    ? `the train that it ${readyAt === undefined ? 'would board' : 'boards'}, cutoff ` +
      time(departure.cutoffAt)
    : '';

/** The freezes that apply to a ride and are not over. */
function freezesText(
  { ride, turn }: RideView,
  { calendar, now }: PlanContext,
  { today }: DayFormat,
): string {
  const freezes = calendar.freezesOf(ride, calendar.dateAt(now)).slice(0, maxFreezes);
  if (!turn || freezes.length === 0) return '';
  return `Freezes that apply:\n${bulletList(
    freezes.map((freeze) =>
      messageToMarkdown(
        safe`${freeze.reason}: ` +
          `${formatDay(freeze.from, today)} to ${formatDay(freeze.to, today)}, ` +
          describeFreezeScope(freeze.scope),
      ),
    ),
  )}`;
}
