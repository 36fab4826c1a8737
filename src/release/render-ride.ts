import { codeSpan, markdownTable, messageToMarkdown } from '../report/markdown.ts';
import { safe } from '../shared/finding.ts';
import type { Calendar } from './calendar.ts';
import type { CivilDate, Instant } from './civil-date.ts';
import { formatDay, reasonsText, type DayFormat } from './describe-plan.ts';
import type { Actor, Estimate, RideView, Stop, Turn } from './fold-ride.ts';
import { isDone, isProblem, isRollingBack, type EndEvent, type Hold } from './ride-log.ts';
import { untracked } from './ride.ts';
import { positionOf } from './start-ring.ts';

/** What a section says besides the ride itself. */
export interface RideContext {
  /** Whether the first line names the connector, because there are several. */
  namesConnector?: boolean;
  /** Rides that this one may be superseded by. */
  others?: readonly RideView[];
  /** The rides of the repository that wait for a train. */
  waiting?: readonly RideView[];
  /** Whether GitHub refused to create the deployment of the preview. */
  isPreviewRefused?: boolean;
  /** The address of the calendar file. */
  feedUrl?: string | undefined;
}

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
export function rideSection(
  view: RideView,
  calendar: Calendar,
  now: Instant,
  context: RideContext = {},
): string {
  const format = dayFormat(calendar, now);
  const rows = view.stops.map((stop, index) => [
    String(index + 1),
    regionsOf(stop),
    messageToMarkdown(stateText(stop, view, calendar, format) + outOfTurnText(stop)) +
      logLink(stop),
    dayCell(stop, format),
  ]);
  const name = context.namesConnector ? `${codeSpan(view.ride.folder)}: ` : '';
  return [
    `${name}${holdText(view, calendar, format)}${headline(view, calendar, now, context)}`,
    markdownTable(['ring', 'regions', 'state', 'day'], rows),
    `${turnText(view, calendar, now)} ${linksText(context)}`,
  ].join('\n\n');
}

const regionsOf = ({ ring }: Stop): string => messageToMarkdown(ring.regions.join(', '));

/** The first line: where the version is. */
function headline(
  view: RideView,
  calendar: Calendar,
  now: Instant,
  { others = [], waiting = [], isPreviewRefused = false }: RideContext,
): string {
  const { state, stops, departure, end } = view;
  const format = dayFormat(calendar, now);
  const day = (date: CivilDate): string => formatDay(date, format.today);
  switch (state) {
    case 'preview':
      return isPreviewRefused || view.turn?.actor === 'maintainer'
        ? '**In pre-release.** The preview could not be deployed.'
        : '**In pre-release.** The preview is being deployed.';
    case 'testing':
      return (
        `**In pre-release.** ${testTask(calendar)}` + boardingText('ready', view, calendar, now)
      );
    case 'waiting':
      if (view.hold) return boardingText('resumed', view, calendar, now).trim();
      if (!departure) return '**Waits.** Freezes stop every departure.';
      return now < departure.cutoffAt
        ? `**Waits for the train of ${day(departure.departsOn)}.**`
        : `**Aboard the train of ${day(departure.departsOn)}**${aboardText(view, waiting)}.`;
    case 'rolling-out':
      return rollingOut(view, format);
    case 'everywhere': {
      const skipped = stops.filter((stop) => stop.state.kind === 'skipped').length;
      const last =
        stops
          .map(({ estimate }) => estimate?.date ?? '')
          .sort()
          .at(-1) ?? '';
      const since = last === '' ? '' : ` since ${day(last)}`;
      return skipped === 0
        ? `**Live everywhere**${since}: all ${stops.length} rings have it.`
        : `**Live**${since} in ${stops.length - skipped} of ${stops.length} rings; the others were skipped.`;
    }
    case 'rolling-back':
    case 'rolled-back':
    case 'superseded':
    case 'withdrawn':
      return end ? endText(end, state === 'rolling-back', others, calendar, format) : '';
  }
}

/** Until when what must have happened for which train; '' after that. */
function boardingText(
  what: 'ready' | 'resumed',
  { departure }: RideView,
  calendar: Calendar,
  now: Instant,
): string {
  if (!departure || departure.cutoffAt < now) return '';
  const { time, today } = dayFormat(calendar, now);
  return (
    ` If it is ${what} by ${time(departure.cutoffAt)} ${calendar.zoneName}, it boards the train ` +
    `of ${formatDay(departure.departsOn, today)}.`
  );
}

/** After the cutoff nobody boards any more, so that the number stays. */
function aboardText(view: RideView, waiting: readonly RideView[]): string {
  const others = (positionOf(view, waiting)?.of ?? 1) - 1;
  if (others === 0) return '';
  return ` with ${others === 1 ? '1 other version' : `${others} other versions`}`;
}

function rollingOut({ stops }: RideView, format: DayFormat): string {
  const current = stops.findLastIndex(
    ({ state }) => state.kind !== 'planned' && state.kind !== 'skipped',
  );
  const stop = stops[current];
  if (!stop) return '**Rolling out.**';
  const place = `in ring ${current + 1} of ${stops.length}`;
  const { state } = stop;
  if (isProblem(state))
    return (
      `**Stopped ${place}** — ${regionsOf(stop)}: ${problemWords[state.kind]}: ` +
      `${quoted(state.reason)}${logLink(stop)}`
    );
  const since = stop.estimate ? `, since ${formatDay(stop.estimate.date, format.today)}` : '';
  const late = state.kind === 'deploying' && state.isLate ? '; its deployment is late' : '';
  const next = stops.slice(current + 1).find((each) => each.state.kind === 'planned');
  const after = next?.estimate
    ? ` Next: ${regionsOf(next)}, ${dayText(next.estimate, format)}.`
    : '';
  return `**In ring ${current + 1} of ${stops.length}** — ${regionsOf(stop)}${since}${late}.${after}`;
}

const problemWords = {
  failed: 'its deployment failed',
  errored: 'it could not be deployed',
  inconclusive: 'nobody can tell whether it works',
} as const;

/** Who took it back, when and why. */
function endText(
  end: EndEvent,
  isGoingOn: boolean,
  others: readonly RideView[],
  calendar: Calendar,
  { today }: DayFormat,
): string {
  const day = formatDay(calendar.dateAt(end.at), today);
  const by = `by ${personText(end.by)} on ${day}: ${quoted(end.reason)}`;
  switch (end.kind) {
    case 'rolled-back':
      return `**${isGoingOn ? 'Is being rolled back' : 'Rolled back'}** to ${versionText(end.to)} ${by}`;
    case 'withdrawn':
      return `**Withdrawn** ${by}`;
    case 'superseded': {
      const newer = others.find(({ ride }) => ride.id === end.ride)?.ride;
      const where = newer ? ` of #${newer.pull}` : '';
      return `**Superseded** by version ${end.version}${where}, ${by}`;
    }
  }
}

/** A version that rings get again. */
const versionText = (to: string): string =>
  to === untracked ? 'what was live before' : `version ${quoted(to)}`;

/** What a person or a program wrote: a short code span. */
const quoted = (text: string): string => messageToMarkdown(safe`${text}`);

/** A login as a code span, which notifies nobody. */
const personText = (by: string): string => (by === 'gatehouse' ? 'Gatehouse' : quoted(by));

function holdText({ hold }: RideView, calendar: Calendar, { today }: DayFormat): string {
  if (!hold) return '';
  const since = formatDay(calendar.dateAt(hold.since), today);
  return `**On hold** by ${personText(hold.by)} since ${since}: ${quoted(hold.reason)} `;
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
      return 'failed';
    case 'errored':
      return 'could not be deployed';
    case 'inconclusive':
      return 'undecided';
    case 'skipped':
      return safe`skipped by ${state.by}: ${state.reason}`;
    case 'rolling-back':
      return `being rolled back${state.isLate ? ', late' : ''}`;
    case 'rollback-failed':
      return safe`could not be rolled back: ${state.problem}`;
    case 'rolled-back':
      return `rolled back to ${state.to === untracked ? 'what was live before' : safe`${state.to}`}`;
    case 'superseded':
      return 'superseded';
    case 'withdrawn':
      return 'withdrawn';
  }
}

/** Who started it without waiting for its day, which is shown as long as it has the version. */
const outOfTurnText = ({ outOfTurn, state }: Stop): string =>
  outOfTurn && (isDone(state) || state.kind === 'deploying')
    ? safe`, started early by ${outOfTurn.by}: ${outOfTurn.reason}`
    : '';

const maxUrlLength = 1_000;

/** A link to the log of a ring that has a problem; '' if there is none. */
function logLink({ state, logUrl = '' }: Stop): string {
  if ((!isProblem(state) && state.kind !== 'rollback-failed') || logUrl.length > maxUrlLength)
    return '';
  const url = URL.parse(logUrl);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return '';
  // What Markdown gives a meaning to is written as in a URL.
  const address = url.href.replace(
    /[^\w./:?&=%#,;+-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return ` ([log](${address}))`;
}

function dayCell({ state, estimate }: Stop, format: DayFormat): string {
  if (!estimate) return '';
  if (isDone(state) || state.kind === 'deploying') return formatDay(estimate.date, format.today);
  return dayText(estimate, format);
}

/** The day of a ring that has not started, with its reasons. */
function dayText({ date, confidence, reasons }: Estimate, format: DayFormat): string {
  const day = formatDay(date, format.today);
  const isFrozen = reasons.some(({ kind }) => kind === 'freeze');
  const earliest = isFrozen || confidence === 'person' ? `not before ${day}` : day;
  const why = messageToMarkdown(reasonsText({ reasons }, format));
  if (why === '') return earliest;
  return isFrozen ? `${earliest}: ${why}` : `${earliest} — ${why}`;
}

/** Who has to do what, and until when. */
function turnText(view: RideView, calendar: Calendar, now: Instant): string {
  const { turn } = view;
  if (!turn || turn.actor === 'nobody') return 'Nobody has to do anything.';
  const { time } = dayFormat(calendar, now);
  const zone = calendar.zoneName;
  if (turn.actor === 'deployer')
    return now < turn.deadline
      ? 'Nobody has to do anything.'
      : `Waiting for the deployment, which was due ${time(turn.deadline)} ${zone}.`;
  const deadline =
    now < turn.deadline
      ? `until ${time(turn.deadline)} ${zone}`
      : `since ${time(turn.since)} ${zone}; an answer was due ${time(turn.deadline)} ${zone}`;
  return `**Waiting for ${people[turn.actor]}** ${deadline}: ${taskText(view, turn, calendar)}`;
}

const people: Readonly<Record<Exclude<Actor, 'nobody' | 'deployer'>, string>> = {
  publisher: 'the publisher',
  maintainer: 'a maintainer',
};

/** What the person whose turn it is can do, as a sentence. */
function taskText({ hold, state, stops }: RideView, turn: Turn, calendar: Calendar): string {
  if (hold) return holdTasks[hold.kind];
  if (state === 'testing') return testTask(calendar);
  if (state === 'preview') return quoted(turn.reason);
  const open = stops.find(
    ({ state: stop }) => isProblem(stop) || stop.kind === 'deploying' || isRollingBack(stop),
  );
  if (!open) return 'Freezes stop every departure of two years. End one of them.';
  const retry = `${codeSpan(`/deploy retry ${open.ring.name}`)} deploys again`;
  if (open.state.kind === 'rollback-failed')
    return `${codeSpan(`/deploy retry ${open.ring.name}`)} deploys the earlier version again.`;
  return open.state.kind === 'deploying' || open.state.kind === 'rolling-back'
    ? `No result arrived. ${retry}.`
    : `${retry}, ${codeSpan(`/deploy skip ${open.ring.name}`)} with a reason goes on without these regions.`;
}

const testTask = ({ settings }: Calendar): string =>
  settings.preview.evidence === 'required'
    ? 'Test the preview, then reply `/ready` and, in a few words, what you tested.'
    : 'Test the preview, then reply `/ready`.';

const holdTasks: Readonly<Record<Hold['kind'], string>> = {
  hold: '`/deploy resume` goes on.',
  changed:
    'What was reviewed is not what would be deployed. Reply `/withdraw`, and open a new pull request.',
};

const linksText = ({ feedUrl }: RideContext): string =>
  `\`/why\` explains each day${feedUrl === undefined ? '.' : `; [calendar](${feedUrl}).`}`;
