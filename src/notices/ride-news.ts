import type { Calendar } from '../release/calendar.ts';
import { addDays, type CivilDate, type Instant } from '../release/civil-date.ts';
import { formatDay } from '../release/describe-plan.ts';
import { finalStates, type RideView, type Stop, type Turn } from '../release/fold-ride.ts';
import { dayFormat } from '../release/render-ride.ts';
import { isDone, isProblem } from '../release/ride-log.ts';
import { untracked } from '../release/ride.ts';
import type { Freeze } from '../settings/train-settings.ts';
import { safe } from '../shared/finding.ts';
import type { NewsTopic } from './notice.ts';

/** Something about a ride that people are told once. Texts are messages (see `safe`). */
export interface News {
  topic: NewsTopic;
  /** The ring, if it is about one, and the state: identifies it within the ride. */
  key: string;
  title: string;
  lines: readonly string[];
  /** Who has to act because of it, and is told immediately. */
  turn?: 'publisher' | 'maintainer';
  /** Who else is told, in the digest. */
  audience: 'everyone' | 'maintainers' | 'nobody';
  /** Whether it is worth a comment of its own: a warning, or the end of the ride. */
  comment?: 'warning' | 'end';
  /** Who did it, and need not be told. */
  by?: string;
  details: Readonly<Record<string, unknown>>;
}

/** Deployment days without an answer, after which there is another reminder. */
const reminderDays = [3, 7, 14] as const;

/** A freeze is announced as soon as it is at most this many deployment days ahead. */
const freezeNotice = 10;

/**
 * What is new in a ride because of events.
 * @param before the ride without the events, at the same time
 * @param by who did the last of them
 */
export function newsOfEvents(
  before: RideView,
  after: RideView,
  by: string,
  calendar: Calendar,
  now: Instant,
): News[] {
  if (finalStates.has(after.state)) return [];
  const format = newsFormat(after, calendar, now);
  const changes = after.stops.flatMap((stop, index) => {
    const was = before.stops[index]?.state;
    const hasChanged = !was || stateKey(was) !== stateKey(stop.state);
    if (!hasChanged) return [];
    const problem = problemOf(stop.state);
    if (problem) return [problemNews(stop, problem, after, format)];
    return isLive(stop) && !isDone(was) ? [liveNews(stop, index, after, format)] : [];
  });
  // A ring that failed or is late changes the turn, too, and is one message.
  const isTold = after.stops.some(({ state }) => problemOf(state) || isLate(state));
  const turn = isTold || !isNewTurn(before.turn, after.turn) ? [] : turnNews(after, format);
  const isRollback = before.state !== 'rolling-back' && after.state === 'rolling-back';
  const rollback = isRollback ? [rollbackNews(after, format)] : [];
  return [...rollback, ...turn, ...changes].map((news) => ({ ...news, by }));
}

/** What is true of a ride at a time, whatever was told of it before. */
export function newsOfTime(view: RideView, calendar: Calendar, now: Instant): News[] {
  const format = newsFormat(view, calendar, now);
  if (finalStates.has(view.state)) return [endNews(view, format)];
  return [
    ...view.stops.flatMap((stop) => lateNews(stop, view, format)),
    ...deadlineNews(view, format),
    ...reminderNews(view, format),
    ...freezeNews(view, format),
  ];
}

/** Whether the turn has passed to someone else, or begins again. */
export const isNewTurn = (before: Turn | undefined, after: Turn | undefined): boolean =>
  before?.actor !== after?.actor || before?.since !== after?.since;

/** Names and dates as they are written at a time. */
interface NewsFormat {
  calendar: Calendar;
  now: Instant;
  /** The connector and its version. */
  name: string;
  day: (date: CivilDate) => string;
  /** With the time zone. */
  time: (instant: Instant) => string;
}

function newsFormat({ ride }: RideView, calendar: Calendar, now: Instant): NewsFormat {
  const { today, time } = dayFormat(calendar, now);
  return {
    calendar,
    now,
    name: safe`${`${ride.folder.split('/').at(-1)} ${ride.version}`}`,
    day: (date) => formatDay(date, today),
    time: (instant) => `${time(instant)} (${calendar.settings.zone})`,
  };
}

const regionsOf = ({ ring }: Stop): string => ring.regions.join(', ');
const isLive = ({ state }: Stop): boolean => state.kind === 'passed' || state.kind === 'soaking';
const isLate = (state: Stop['state']): boolean => 'isLate' in state && state.isLate;

/** A state and the deployment that led to it. */
const stateKey = (state: Stop['state']): string =>
  `${state.kind}:${'deployment' in state ? state.deployment : ''}`;

/** The person whose turn it is; undefined if it is nobody's or the deployer's. */
function personOf({
  turn,
}: RideView): { actor: 'publisher' | 'maintainer'; turn: Turn } | undefined {
  if (turn?.actor !== 'publisher' && turn?.actor !== 'maintainer') return undefined;
  return { actor: turn.actor, turn };
}

/** Who must act until when. */
function turnLines(view: RideView, { time }: NewsFormat): string[] {
  const person = personOf(view);
  if (!person) return [];
  return [`Waiting for the ${person.actor} until ${time(person.turn.deadline)}.`];
}

const turnDetails = ({ turn }: RideView): Readonly<Record<string, unknown>> =>
  turn
    ? {
        turn: {
          actor: turn.actor,
          reason: turn.reason,
          since: turn.since,
          deadline: turn.deadline,
        },
      }
    : {};

/** Topic and audience of what a person has to do. */
function forActor(view: RideView): Pick<News, 'turn' | 'audience'> {
  const person = personOf(view);
  return { ...(person && { turn: person.actor }), audience: 'everyone' };
}

/** What is wrong in a ring: how a title continues after the version, and why. */
interface RingProblem {
  verb: string;
  reason: string;
}

const problemVerbs = {
  failed: 'failed',
  errored: 'could not be deployed',
  inconclusive: 'is undecided',
} as const;

function problemOf(state: Stop['state']): RingProblem | undefined {
  if (isProblem(state)) return { verb: problemVerbs[state.kind], reason: state.reason };
  return state.kind === 'rollback-failed'
    ? { verb: 'could not be rolled back', reason: state.problem }
    : undefined;
}

function problemNews(
  stop: Stop,
  { verb, reason }: RingProblem,
  view: RideView,
  format: NewsFormat,
): News {
  const { ring, state, logUrl } = stop;
  return {
    topic: 'ring',
    key: `${ring.name}/${stateKey(state)}`,
    title: `${format.name} ${verb} in ${regionsOf(stop)}`,
    lines: [
      safe`The deployment says: ${reason}`,
      ...(logUrl === undefined ? [] : [safe`Log: ${logUrl}`]),
      ...turnLines(view, format),
    ],
    ...forActor(view),
    comment: 'warning',
    details: {
      ring: ring.name,
      state: state.kind,
      reason,
      ...(logUrl !== undefined && { logUrl }),
      ...turnDetails(view),
    },
  };
}

/** The beginning of a rollback; its end is that of the ride. */
function rollbackNews({ stops }: RideView, { name }: NewsFormat): News {
  const rings = stops.flatMap((stop) => (stop.state.kind === 'rolling-back' ? [stop] : []));
  const [first] = rings;
  const state = first?.state.kind === 'rolling-back' ? first.state : undefined;
  return {
    topic: 'ring',
    key: `-/rolling-back:${state?.since ?? ''}`,
    title: `${name} is being rolled back`,
    lines: [
      ...(state ? [safe`By ${state.by}: ${state.reason}`] : []),
      `In ${rings.map(regionsOf).join(', ')}.`,
    ],
    audience: 'everyone',
    details: {
      state: 'rolling-back',
      rings: rings.map(({ ring }) => ring.name),
      ...(state && { by: state.by, reason: state.reason }),
    },
  };
}

function liveNews(stop: Stop, index: number, view: RideView, { name, day }: NewsFormat): News {
  const { ring, state } = stop;
  const next = view.stops.slice(index + 1).find((each) => !isDone(each.state));
  return {
    topic: 'ring',
    key: `${ring.name}/live:${'deployment' in state ? state.deployment : ''}`,
    title: `${name} is live in ${regionsOf(stop)}`,
    lines: [
      `Ring ${index + 1} of ${view.stops.length}.` +
        (state.kind === 'soaking' ? ` It is watched until ${day(state.until)}.` : ''),
      ...(next?.estimate ? [`Next: ${regionsOf(next)}, ${day(next.estimate.date)}.`] : []),
    ],
    audience: 'everyone',
    details: {
      ring: ring.name,
      state: 'live',
      position: index + 1,
      of: view.stops.length,
      ...(next?.estimate && { next: { ring: next.ring.name, date: next.estimate.date } }),
    },
  };
}

function turnNews(view: RideView, format: NewsFormat): News[] {
  const person = personOf(view);
  if (!person) return [];
  const { actor, turn } = person;
  return [
    {
      topic: 'turn',
      key: `-/turn:${actor}:${turn.since}`,
      title: `${format.name} waits for the ${actor}`,
      lines: [safe`Reason: ${turn.reason}`, ...turnLines(view, format)],
      ...forActor(view),
      details: turnDetails(view),
    },
  ];
}

function lateNews(stop: Stop, view: RideView, { name, time }: NewsFormat): News[] {
  const { ring, state } = stop;
  if (!('isLate' in state) || !state.isLate) return [];
  const what = state.kind === 'deploying' ? 'deployment' : 'rollback';
  return [
    {
      topic: 'late',
      key: `${ring.name}/late:${what}:${state.since}`,
      title: `${what === 'rollback' ? `The rollback of ${name}` : name} is late in ${regionsOf(stop)}`,
      lines: [`The ${what} started on ${time(state.since)} and has no result yet.`],
      ...forActor(view),
      details: { ring: ring.name, state: state.kind, since: state.since, ...turnDetails(view) },
    },
  ];
}

/** The deadline of a person, from the deployment day before it. */
function deadlineNews(view: RideView, format: NewsFormat): News[] {
  const person = personOf(view);
  if (!person) return [];
  const { calendar, now, name, time } = format;
  const { actor, turn } = person;
  const eve = deploymentDayBefore(calendar.dateAt(turn.deadline), calendar);
  if (now >= turn.deadline || calendar.dateAt(now) < eve) return [];
  return [
    {
      topic: 'deadline',
      key: `-/deadline:${actor}:${turn.since}`,
      title: `${name} waits for the ${actor} until ${time(turn.deadline)}`,
      lines: [safe`Reason: ${turn.reason}`],
      audience: 'everyone',
      comment: 'warning',
      details: turnDetails(view),
    },
  ];
}

function deploymentDayBefore(date: CivilDate, calendar: Calendar): CivilDate {
  let day = addDays(date, -1);
  while (calendar.closureOn(day)) day = addDays(day, -1);
  return day;
}

/** The reminder for a turn that nobody took: one after 3, 7 and 14 deployment days. */
function reminderNews(view: RideView, format: NewsFormat): News[] {
  const person = personOf(view);
  if (!person) return [];
  const { calendar, now, name } = format;
  const { actor, turn } = person;
  const since = calendar.dateAt(turn.since);
  const isOver = (days: number): boolean =>
    now >= calendar.startOf(calendar.deploymentDayAfter(since, days).date);
  const reminder = reminderDays.findLastIndex(isOver) + 1;
  const days = reminderDays[reminder - 1];
  if (days === undefined) return [];
  return [
    {
      topic: 'turn',
      key: `-/reminder-${reminder}:${actor}:${turn.since}`,
      title: `Reminder: ${name} has waited for the ${actor} for ${days} business days`,
      lines: [safe`Reason: ${turn.reason}`],
      ...(reminder === 1
        ? { turn: actor, audience: 'nobody' as const }
        : { audience: 'maintainers' as const }),
      details: { reminder, ...turnDetails(view) },
    },
  ];
}

/** The freezes ahead that move a ring of this ride. */
function freezeNews(view: RideView, format: NewsFormat): News[] {
  const { calendar, now, name, day } = format;
  const today = calendar.dateAt(now);
  const horizon = calendar.deploymentDayAfter(today, freezeNotice).date;
  return freezesOf(view)
    .filter(({ from }) => from > today && from <= horizon)
    .map((freeze) => {
      const planned = view.stops.filter(
        ({ state, estimate }) => !isDone(state) && estimate !== undefined,
      );
      return {
        topic: 'freeze',
        key: `-/freeze:${freeze.from}:${freeze.to}`,
        title: `A freeze from ${day(freeze.from)} to ${day(freeze.to)} moves ${name}`,
        lines: [
          safe`Reason: ${freeze.reason}`,
          ...planned.map(
            (stop) => `${regionsOf(stop)}: ${stop.estimate ? day(stop.estimate.date) : ''}`,
          ),
        ],
        audience: 'everyone',
        details: {
          from: freeze.from,
          to: freeze.to,
          reason: freeze.reason,
          rings: planned.map(({ ring, estimate }) => ({ ring: ring.name, date: estimate?.date })),
        },
      };
    });
}

function freezesOf({ stops }: RideView): Freeze[] {
  const reasons = stops.flatMap(({ estimate }) => estimate?.reasons ?? []);
  return [...new Set(reasons.flatMap((reason) => ('freeze' in reason ? [reason.freeze] : [])))];
}

/** How a ride ended. */
function endNews(view: RideView, { name }: NewsFormat): News {
  const { state, stops } = view;
  const ended = stops.map((stop) => stop.state).find(({ kind }) => kind === state);
  const by = ended && 'by' in ended ? ended.by : undefined;
  const reason = ended && 'reason' in ended ? ended.reason : undefined;
  const common = {
    topic: 'done',
    key: `-/${state}:${ended && 'since' in ended ? ended.since : ''}`,
    audience: 'everyone',
    ...(by !== undefined && { by }),
    details: { state, ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) },
  } as const;
  const lines = by !== undefined && reason !== undefined ? [safe`By ${by}: ${reason}`] : [];
  if (state === 'everywhere') {
    const rings = stops.length === 1 ? 'The only ring has' : `All ${stops.length} rings have`;
    return {
      ...common,
      title: `${name} is live everywhere`,
      lines: [`${rings} it.`],
      comment: 'end',
    };
  }
  if (state === 'superseded')
    return { ...common, title: `A newer version replaces ${name}`, lines };
  if (state === 'rolled-back') {
    const rings = stops.flatMap((stop) =>
      stop.state.kind === 'rolled-back'
        ? [`${regionsOf(stop)}: ${versionText(stop.state.to)}`]
        : [],
    );
    return {
      ...common,
      title: `${name} was rolled back`,
      lines: [...lines, ...rings],
      comment: 'end',
    };
  }
  return { ...common, title: `${name} was withdrawn`, lines, comment: 'end' };
}

const versionText = (version: string): string =>
  version === untracked ? 'the version from before the train' : safe`version ${version}`;
