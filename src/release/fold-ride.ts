import type { RingSettings } from '../settings/train-settings.ts';
import type { Calendar, Departure } from './calendar.ts';
import type { CivilDate, Instant } from './civil-date.ts';
import {
  planRelease,
  planRings,
  soakDaysOf,
  unfrozenDayFrom,
  type EarlierVersion,
  type PlannedRing,
  type Reason,
} from './plan-release.ts';
import {
  isDone,
  isProblem,
  isRollingBack,
  readRideLog,
  type EndEvent,
  type Hold,
  type OutOfTurn,
  type RideLog,
  type StopState,
} from './ride-log.ts';
import { compareRides, type Ride, type RideEvent, type RideHistory } from './ride.ts';

/** Who must act for a ride to go on. */
export type Actor = 'publisher' | 'maintainer' | 'deployer' | 'nobody';

/** What a ride waits for. */
export interface Turn {
  actor: Actor;
  reason: string;
  since: Instant;
  /** When the actor is reminded. For `nobody`, when the ride goes on by itself. */
  deadline: Instant;
}

/** When a ring starts or has started. */
export interface Estimate {
  date: CivilDate;
  /**
   * `happened`: it has started. `calendar`: nothing but the calendar decides. `person`: not before
   * this day, and only if someone acts.
   */
  confidence: 'happened' | 'calendar' | 'person';
  /** Since the ring before, or since the release was ready. */
  reasons: readonly Reason[];
}

export interface Stop {
  ring: RingSettings;
  state: StopState;
  /** Undefined if the ring will not get this version, or if freezes stop it for two years. */
  estimate: Estimate | undefined;
  logUrl: string | undefined;
  /** Who started it without waiting for its day. */
  outOfTurn: OutOfTurn | undefined;
}

export const rideStates = [
  /** The preview is not deployed yet, or its deployment failed. */
  'preview',
  /** The publisher tests the preview. */
  'testing',
  /** Ready, and waits for the train. */
  'waiting',
  /** Between the first ring and the last. */
  'rolling-out',
  'everywhere',
  /** Rings that have the version get an earlier one again. */
  'rolling-back',
  'rolled-back',
  'superseded',
  'withdrawn',
] as const;
export type RideState = (typeof rideStates)[number];

/** States that nothing follows, except a rollback. */
export const finalStates: ReadonlySet<RideState> = new Set([
  'everywhere',
  'rolled-back',
  'superseded',
  'withdrawn',
]);

/** Everything that is shown of a ride. The comment, the page, the feed and the API show this. */
export interface RideView {
  ride: Ride;
  state: RideState;
  /** One for each ring of the settings. */
  stops: readonly Stop[];
  /** The train that the ride is on, or would board if it were ready now. */
  departure: Departure | undefined;
  hold: Hold | undefined;
  /** What ended it before it was everywhere, or took it back. */
  end: EndEvent | undefined;
  /** Undefined in a final state. */
  turn: Turn | undefined;
  readyAt: Instant | undefined;
  /** Whether the next ring starts without waiting for its day, because a person said so. */
  startsNow: boolean;
  /** Whether the version is deployed before it is merged, or was. */
  beganBeforeMerge: boolean;
  /** Whether the version is in the base branch. */
  isMerged: boolean;
  /** The version of the same connector that is in flight just before this one. */
  behind: Ahead | undefined;
}

/** A version in flight, and how far it is. */
export interface Ahead {
  ride: Ride;
  state: RideState;
  /** The number of the ring that it is in, from 1; undefined before the first. */
  ring: number | undefined;
  /** The number of rings. */
  of: number;
}

/** Business days that a maintainer has, or a publisher after a failure, before a reminder. */
const answerDays = 3;

/**
 * Folds rides of a repository, each with the versions of the same connector that are in flight
 * before it. Views that show days need all open rides of a connector, or they would contradict each
 * other.
 * @returns a view for each ride, in the same order
 */
export function foldRides(
  rides: readonly RideHistory[],
  calendar: Calendar,
  now: Instant,
): RideView[] {
  const views = new Map<string, RideView>();
  const inFlight = new Map<string, RideView>();
  for (const { ride, events } of rides.toSorted((a, b) => compareRides(a.ride, b.ride))) {
    const view = foldRide(ride, events, calendar, now, inFlight.get(ride.folder));
    views.set(ride.id, view);
    if (!finalStates.has(view.state)) inFlight.set(ride.folder, view);
  }
  return rides.flatMap(({ ride }) => views.get(ride.id) ?? []);
}

/**
 * Folds the events of a ride to its state at a time.
 * @param events in the order of `seq`; those about rings that the settings do not have do not count
 * @param ahead the version of the same connector that is in flight just before this one
 */
export function foldRide(
  ride: Ride,
  events: readonly RideEvent[],
  calendar: Calendar,
  now: Instant,
  ahead?: RideView,
): RideView {
  const log = readRideLog(ride, events);
  const states = calendar.settings.rings.map((ring) =>
    timed(log.states.get(ring.name) ?? { kind: 'planned' }, ring, calendar, now),
  );
  const plan = planFor(ride, log, states, ahead && earlierVersionOf(ahead), calendar, now);
  const stops = calendar.settings.rings.map((ring, index): Stop => {
    const state = afterEnd(states[index] ?? { kind: 'planned' }, log.end);
    return {
      ring,
      state,
      estimate: estimateOf(state, plan.rings.get(ring.name), log, ahead?.stops[index], calendar),
      logUrl: log.logUrls.get(ring.name),
      outOfTurn: log.outOfTurn.get(ring.name),
    };
  });
  const { hold, end, readyAt } = log;
  const view = {
    ride,
    state: rideStateOf(log, states),
    stops,
    departure: plan.departure,
    hold,
    end,
    readyAt,
    startsNow: log.startsNow !== undefined,
    beganBeforeMerge: log.beganBeforeMerge,
    isMerged: log.isMerged,
    behind: ahead && aheadOf(ahead),
  };
  return { ...view, turn: turnOf(view, log, calendar) };
}

/** How far a version in flight is. */
export function aheadOf({ ride, state, stops }: Omit<RideView, 'turn'>): Ahead {
  const last = stops.findLastIndex((stop) => stop.state.kind !== 'planned');
  return { ride, state, ring: last < 0 ? undefined : last + 1, of: stops.length };
}

/** When a version in flight is where. */
const earlierVersionOf = ({ ride, departure, stops }: RideView): EarlierVersion => ({
  version: ride.version,
  pull: ride.pull,
  departsOn: departure?.departsOn,
  days: new Map(
    stops.flatMap(({ ring, state, estimate }) =>
      estimate && !isDone(state) ? [[ring.name, estimate.date]] : [],
    ),
  ),
});

/** Adds what passes by itself: a ring soaks, and a deployment without a result is late. */
function timed(state: StopState, ring: RingSettings, calendar: Calendar, now: Instant): StopState {
  if (state.kind === 'deploying' || state.kind === 'rolling-back')
    return { ...state, isLate: now >= lateAt(state.since, calendar) };
  const soak = soakDaysOf(ring, calendar);
  if (state.kind !== 'passed' || soak === 0) return state;
  const until = calendar.deploymentDayAfter(calendar.dateAt(state.since), soak).date;
  return calendar.dateAt(now) < until ? { ...state, kind: 'soaking', until } : state;
}

/** When a deployment that started at an instant is late. */
const lateAt = (since: Instant, calendar: Calendar): Instant =>
  startAfter(since, calendar.settings.late, calendar);

/** When rings start a number of deployment days after the day of an instant. */
const startAfter = (instant: Instant, days: number, calendar: Calendar): Instant =>
  calendar.startOf(calendar.deploymentDayAfter(calendar.dateAt(instant), days).date);

/** What the end of a ride makes of a stop. */
function afterEnd(state: StopState, end: EndEvent | undefined): StopState {
  if (!end || isDone(state) || isRollingBack(state) || state.kind === 'rolled-back') return state;
  // What is being deployed when a version is superseded arrives all the same.
  if (end.kind === 'superseded' && state.kind === 'deploying') return state;
  const { at: since, by, reason } = end;
  return end.kind === 'superseded'
    ? { kind: 'superseded', since, by, ride: end.ride, reason }
    : { kind: 'withdrawn', since, by, reason };
}

function rideStateOf(log: RideLog, states: readonly StopState[]): RideState {
  if (log.end) return states.some(isRollingBack) ? 'rolling-back' : log.end.kind;
  if (states.length > 0 && states.every(({ kind }) => kind === 'passed' || kind === 'skipped'))
    return 'everywhere';
  if (log.hasDeparted) return 'rolling-out';
  if (log.readyAt !== undefined) return 'waiting';
  return log.preview.kind === 'deployed' ? 'testing' : 'preview';
}

function estimateOf(
  state: StopState,
  planned: PlannedRing | undefined,
  log: RideLog,
  ahead: Stop | undefined,
  calendar: Calendar,
): Estimate | undefined {
  switch (state.kind) {
    case 'deploying':
    case 'soaking':
    case 'passed':
      return { date: calendar.dateAt(state.since), confidence: 'happened', reasons: [] };
    case 'planned':
    case 'failed':
    case 'errored':
    case 'inconclusive': {
      if (!planned) return undefined;
      const waitsForPerson =
        log.readyAt === undefined ||
        log.hold ||
        Array.from(log.states.values()).some(isProblem) ||
        ahead?.estimate?.confidence === 'person';
      const { date, reasons } = planned;
      return { date, confidence: waitsForPerson ? 'person' : 'calendar', reasons };
    }
    case 'skipped':
    case 'rolling-back':
    case 'rollback-failed':
    case 'rolled-back':
    case 'superseded':
    case 'withdrawn':
      return undefined;
  }
}

/** The train, and the days of the rings that are not done, by name. */
function planFor(
  ride: Ride,
  log: RideLog,
  states: readonly StopState[],
  earlier: EarlierVersion | undefined,
  calendar: Calendar,
  now: Instant,
): { departure: Departure | undefined; rings: ReadonlyMap<string, PlannedRing> } {
  const open = calendar.settings.rings.filter((_ring, index) => !isDone(states[index]));
  const plan = planRelease(boardsAt(log) ?? now, ride, calendar, earlier, open);
  const today = calendar.deploymentDayFrom(calendar.dateAt(now)).date;
  const planned = log.hasDeparted
    ? remaining(states, ride, earlier, calendar, today)
    : (plan?.rings ?? []);
  const rings = notBefore(today, planned, ride, earlier, calendar);
  return {
    departure: plan?.departure,
    rings: new Map(rings.map((each) => [each.ring.name, each])),
  };
}

/** Since when the ride can board a train; undefined if it is not ready. */
function boardsAt({ readyAt, resumedAt, hasDeparted }: RideLog): Instant | undefined {
  if (hasDeparted || readyAt === undefined || resumedAt === undefined) return readyAt;
  return resumedAt > readyAt ? resumedAt : readyAt;
}

/** The days of the rings that are not done, after those that are. */
function remaining(
  states: readonly StopState[],
  subject: Ride,
  earlier: EarlierVersion | undefined,
  calendar: Calendar,
  today: CivilDate,
): PlannedRing[] {
  const { rings } = calendar.settings;
  const open = rings.filter((_ring, index) => !isDone(states[index]));
  const next = states.findIndex((state) => !isDone(state));
  const before = states.slice(0, next).findLastIndex(wasDeployed);
  const [last, lastRing] = [states[before], rings[before]];
  // A ring that is being deployed, or that waits for a person, is over today at the earliest. One
  // that is tried again starts without waiting for another train.
  if (states[next]?.kind !== 'planned' || !last || !('since' in last) || !lastRing)
    return planRings(today, open, subject, calendar, earlier);
  const { date } = calendar.deploymentDayFrom(calendar.dateAt(last.since));
  return planRings(date, [lastRing, ...open], subject, calendar, earlier).slice(1);
}

/** Whether something was deployed to a ring. If it was left out, the next takes its day. */
const wasDeployed = (state: StopState): boolean => state.kind !== 'skipped' || state.wasStarted;

/** Plans again from a day if the first ring should have started before it. */
function notBefore(
  day: CivilDate,
  planned: readonly PlannedRing[],
  subject: Ride,
  earlier: EarlierVersion | undefined,
  calendar: Calendar,
): readonly PlannedRing[] {
  const [first] = planned;
  if (!first || first.date >= day) return planned;
  const { date } = unfrozenDayFrom(day, subject, first.ring.name, calendar);
  const rings = planned.map(({ ring }) => ring);
  return planRings(date, rings, subject, calendar, earlier);
}

/** Gatehouse deploys the earlier version itself, and then waits for the system that deploys. */
function turnOfRollback({
  deployment,
  isLate,
}: Extract<StopState, { kind: 'rolling-back' }>): Actor {
  if (isLate) return 'maintainer';
  return deployment === undefined ? 'nobody' : 'deployer';
}

/** Whose turn it is. */
function turnOf(
  { state, stops, hold, behind }: Omit<RideView, 'turn'>,
  log: RideLog,
  calendar: Calendar,
): Turn | undefined {
  if (finalStates.has(state)) return undefined;
  const person = (actor: Actor, since: Instant, reason: string, days = answerDays): Turn => ({
    actor,
    reason,
    since,
    deadline: startAfter(since, days, calendar),
  });
  if (hold) return person(hold.as ?? 'maintainer', hold.since, hold.reason);
  for (const { ring, state: stop } of stops) {
    if (stop.kind === 'rollback-failed')
      return person('maintainer', stop.since, `${ring.name}: ${stop.problem}`);
    if (stop.kind === 'rolling-back') {
      const starting = stop.deployment === undefined;
      return {
        actor: turnOfRollback(stop),
        reason:
          `The rollback of ${ring.name} to ${stop.to} ` +
          (stop.isLate ? 'has no result yet.' : `is ${starting ? 'about to start' : 'running'}.`),
        since: stop.since,
        deadline: lateAt(stop.since, calendar),
      };
    }
    if (isProblem(stop))
      return person(
        stop.kind === 'errored' ? 'maintainer' : 'publisher',
        stop.since,
        `${ring.name}: ${stop.reason}`,
      );
    if (stop.kind === 'deploying')
      return {
        actor: stop.isLate ? 'maintainer' : 'deployer',
        reason: stop.isLate
          ? `The deployment to ${ring.name} has no result yet.`
          : `The deployment to ${ring.name} is running.`,
        since: stop.since,
        deadline: lateAt(stop.since, calendar),
      };
  }
  const { preview, createdAt, readyAt } = log;
  if (state === 'testing' && preview.kind === 'deployed') {
    const { answerWithin } = calendar.settings.preview;
    return person('publisher', preview.at, 'The preview has to be tested.', answerWithin);
  }
  if (state === 'preview')
    return preview.kind === 'failed'
      ? person('maintainer', preview.at, preview.reason)
      : person('deployer', createdAt, 'The preview is being deployed.');
  const nobody = (deadline: Instant, reason: string): Turn => ({
    actor: 'nobody',
    reason,
    since: readyAt ?? createdAt,
    deadline,
  });
  const next = stops.find(({ state: stop }) => stop.kind === 'planned');
  if (next?.estimate)
    return nobody(
      calendar.startOf(next.estimate.date),
      next.estimate.confidence === 'person' && behind
        ? `Version ${behind.ride.version} of #${behind.ride.pull} goes first.`
        : 'The calendar decides when the next ring starts.',
    );
  const last = stops.at(-1)?.state;
  if (last?.kind === 'soaking')
    return nobody(calendar.startOf(last.until), 'The last ring is being watched.');
  return person('maintainer', readyAt ?? createdAt, 'Freezes stop every departure of two years.');
}
