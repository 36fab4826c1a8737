import type { CivilDate, Instant } from './civil-date.ts';
import type { Problem, Ride, RideEvent } from './ride.ts';

/** What became of a ride in a ring. */
export type StopState =
  | { kind: 'planned' }
  | { kind: 'deploying'; since: Instant; deployment: number; isLate: boolean }
  /** Succeeded, and is watched until this day. */
  | { kind: 'soaking'; since: Instant; deployment: number; until: CivilDate }
  | { kind: 'passed'; since: Instant; deployment: number }
  | { kind: Problem; since: Instant; deployment: number; reason: string }
  /** `wasStarted`: after a deployment that did not succeed. */
  | { kind: 'skipped'; since: Instant; by: string; reason: string; wasStarted: boolean }
  /** Gets an earlier version again. Without a deployment, that is about to be created. */
  | (RingRollback & { kind: 'rolling-back'; deployment: number | undefined; isLate: boolean })
  /** The earlier version could not be deployed: `problem` says why. */
  | (RingRollback & { kind: 'rollback-failed'; deployment: number | undefined; problem: string })
  | (RingRollback & { kind: 'rolled-back'; deployment: number | undefined })
  | { kind: 'superseded'; since: Instant; by: string; ride: string; reason: string }
  | { kind: 'withdrawn'; since: Instant; by: string; reason: string };

/** Who rolls a ring back, why, and to which version: a number, or `untracked`. */
interface RingRollback {
  since: Instant;
  by: string;
  to: string;
  reason: string;
}

/** The event that ended a ride before it was everywhere, or that took it back. */
export type EndEvent = Extract<RideEvent, { kind: 'rolled-back' | 'superseded' | 'withdrawn' }>;

export interface Hold {
  kind: 'hold' | 'changed';
  since: Instant;
  by: string;
  reason: string;
  /** `publisher` if someone without write access to the repository said so. */
  as?: 'publisher';
}

/** Who started a ring without waiting for its day, and why. */
export interface OutOfTurn {
  by: string;
  reason: string;
}

/** What the events of a ride say, without calendar and clock. */
export interface RideLog {
  createdAt: Instant;
  preview:
    | { kind: 'none' }
    | { kind: 'deployed'; at: Instant }
    | { kind: 'failed'; at: Instant; reason: string };
  readyAt: Instant | undefined;
  /** When a hold or a problem last ended. */
  resumedAt: Instant | undefined;
  hold: Hold | undefined;
  end: EndEvent | undefined;
  /** Whether the version is deployed before it is merged, or was. */
  beganBeforeMerge: boolean;
  /** Whether the version is in the base branch. */
  isMerged: boolean;
  /** By the name of the ring; without an entry a ring is planned. */
  states: ReadonlyMap<string, StopState>;
  logUrls: ReadonlyMap<string, string>;
  /** Whether a ring was ever started: then the ride has left with its train. */
  hasDeparted: boolean;
  /** When the version became live in a ring, also if it has been rolled back since. */
  liveSince: ReadonlyMap<string, Instant>;
  /** Who asked to start the next ring without waiting for its day. */
  startsNow: OutOfTurn | undefined;
  /** The rings that were started so. */
  outOfTurn: ReadonlyMap<string, OutOfTurn>;
}

/** A log that is being read. */
interface Draft extends RideLog {
  states: Map<string, StopState>;
  logUrls: Map<string, string>;
  liveSince: Map<string, Instant>;
  outOfTurn: Map<string, OutOfTurn>;
}

/** @param events in the order of `seq` */
export function readRideLog({ createdAt }: Ride, events: readonly RideEvent[]): RideLog {
  const log: Draft = {
    createdAt,
    preview: { kind: 'none' },
    readyAt: undefined,
    resumedAt: undefined,
    hold: undefined,
    end: undefined,
    beganBeforeMerge: false,
    isMerged: true,
    states: new Map(),
    logUrls: new Map(),
    hasDeparted: false,
    liveSince: new Map(),
    startsNow: undefined,
    outOfTurn: new Map(),
  };
  for (const event of events) {
    if (event.kind === 'rolled-back') beginRollback(event, log);
    else if (event.kind === 'merged') log.isMerged = true;
    else if (log.end?.kind === 'rolled-back') applyToRollback(event, log.end, log);
    else if (log.end) applyAfterEnd(event, log.end, log);
    else apply(event, log);
  }
  return log;
}

const apply = (event: ForwardEvent, log: Draft): void =>
  'ring' in event ? applyToRing(event, log) : applyToRide(event, log);

type RolledBack = Extract<RideEvent, { kind: 'rolled-back' }>;
/** What counts only as long as the ride has not ended. */
type ForwardEvent = Exclude<RideEvent, { kind: 'rolled-back' | 'merged' }>;

type RingEvent = Extract<RideEvent, { ring: string }>;

function applyToRide(event: Exclude<ForwardEvent, RingEvent>, log: Draft): void {
  const { at, by } = event;
  switch (event.kind) {
    case 'preview-deployed':
      log.preview = { kind: 'deployed', at };
      return;
    case 'preview-failed':
      log.preview = { kind: 'failed', at, reason: event.reason };
      return;
    case 'ready':
      log.readyAt ??= at;
      return;
    case 'hold':
    case 'changed':
      log.hold = {
        kind: event.kind,
        since: at,
        by,
        reason: event.reason,
        ...('as' in event && event.as && { as: event.as }),
      };
      // The end of the hold does not mean that a ring starts without waiting for its day.
      log.startsNow = undefined;
      return;
    case 'resume':
      log.hold = undefined;
      log.resumedAt = at;
      return;
    case 'deploy-now':
      log.startsNow = { by, reason: event.reason };
      return;
    case 'begun-before-merge':
      log.beganBeforeMerge = true;
      log.isMerged = false;
      return;
    case 'supersedes':
      // The earlier ride has the event that counts.
      return;
    case 'superseded':
    case 'withdrawn':
      log.end = event;
  }
}

function applyToRing(event: RingEvent, log: Draft): void {
  const { at: since, ring } = event;
  const state = log.states.get(ring);
  if (
    'logUrl' in event &&
    event.logUrl !== undefined &&
    state &&
    'deployment' in state &&
    state.deployment === event.deployment
  )
    log.logUrls.set(ring, event.logUrl);
  switch (event.kind) {
    case 'deploy-started':
      if (isDone(state)) return;
      log.hasDeparted = true;
      if (log.startsNow) log.outOfTurn.set(ring, log.startsNow);
      log.startsNow = undefined;
      log.states.set(ring, {
        kind: 'deploying',
        since,
        deployment: event.deployment,
        isLate: false,
      });
      return;
    case 'succeeded':
      // Whatever the order in which results arrive, a failure outweighs a success.
      if (state?.kind === 'deploying' && state.deployment === event.deployment)
        setPassed(ring, since, event.deployment, log);
      return;
    case 'failed':
    case 'errored':
    case 'inconclusive':
      if (
        (state?.kind === 'deploying' || state?.kind === 'passed') &&
        state.deployment === event.deployment
      ) {
        log.liveSince.delete(ring);
        log.states.set(ring, {
          kind: event.kind,
          since,
          deployment: event.deployment,
          reason: event.reason,
        });
      }
      return;
    case 'passed-by-person':
      if (state?.kind === 'inconclusive') setPassed(ring, since, state.deployment, log);
      return;
    case 'retry':
      if (!isProblem(state) && state?.kind !== 'deploying') return;
      log.states.delete(ring);
      log.resumedAt = since;
      return;
    case 'skipped':
      if (isDone(state)) return;
      log.states.set(ring, {
        kind: 'skipped',
        since,
        by: event.by,
        reason: event.reason,
        wasStarted: state !== undefined,
      });
      log.resumedAt = since;
      return;
    case 'rollback-started':
    case 'rollback-stopped':
    // Only a rollback has them.
  }
}

function setPassed(ring: string, since: Instant, deployment: number, log: Draft): void {
  log.states.set(ring, { kind: 'passed', since, deployment });
  log.liveSince.set(ring, since);
}

/**
 * What happens to a ride after it was withdrawn or superseded: what was being deployed is deployed
 * all the same.
 */
function applyAfterEnd(event: ForwardEvent, end: Exclude<EndEvent, RolledBack>, log: Draft): void {
  if (event.kind === 'deploy-started' && end.kind === 'withdrawn') {
    // Its first ring was just starting. A person has to say what becomes of it.
    const { at: since, by, reason } = end;
    log.end = undefined;
    log.hold = { kind: 'hold', since, by, reason };
    applyToRing(event, log);
  } else if ('deployment' in event) applyToRing(event, log);
}

function beginRollback(event: RolledBack, log: Draft): void {
  log.end = event;
  log.hold = undefined;
  log.startsNow = undefined;
  for (const { ring, to } of event.rings) setRollingBack(ring, { ...event, to }, undefined, log);
}

function setRollingBack(
  ring: string,
  { at: since, by, to, reason }: RolledBack,
  deployment: number | undefined,
  log: Draft,
): void {
  log.states.set(ring, { kind: 'rolling-back', since, by, to, reason, deployment, isLate: false });
}

/** What happens to a ride that is being rolled back. Nothing starts a ring of it any more. */
function applyToRollback(event: ForwardEvent, end: RolledBack, log: Draft): void {
  if (!('ring' in event)) return;
  const { ring, at: since } = event;
  const state = log.states.get(ring);
  // The ring was just starting when the rollback was ordered.
  if (event.kind === 'deploy-started' && !isDone(state) && !isRollback(state))
    setRollingBack(ring, end, undefined, log);
  if (!isRollback(state)) return;
  const { by, to, reason, deployment } = state;
  const isMine = 'deployment' in event && event.deployment === deployment;
  if (isMine && 'logUrl' in event && event.logUrl !== undefined)
    log.logUrls.set(ring, event.logUrl);
  const rollback = { since, by, to, reason, deployment };
  switch (event.kind) {
    case 'rollback-started':
      setRollingBack(ring, { ...end, ...rollback, at: since, to: event.to }, event.deployment, log);
      return;
    case 'rollback-stopped':
      log.states.set(ring, { kind: 'rollback-failed', ...rollback, problem: event.reason });
      return;
    case 'succeeded':
      if (isMine && state.kind === 'rolling-back')
        log.states.set(ring, { kind: 'rolled-back', ...rollback });
      return;
    case 'failed':
    case 'errored':
    case 'inconclusive':
      if (isMine)
        log.states.set(ring, { kind: 'rollback-failed', ...rollback, problem: event.reason });
      return;
    case 'retry':
      if (state.kind !== 'rolled-back')
        setRollingBack(ring, { ...end, ...rollback, at: since }, undefined, log);
      return;
    case 'passed-by-person':
      if (state.kind !== 'rolled-back') log.states.set(ring, { kind: 'rolled-back', ...rollback });
      return;
    case 'deploy-started':
    case 'skipped':
    // Neither means anything to a rollback.
  }
}

/** Whether a ring is rolled back, is being rolled back, or could not be. */
const isRollback = (
  state: StopState | undefined,
): state is Extract<StopState, { kind: 'rolling-back' | 'rollback-failed' | 'rolled-back' }> =>
  state?.kind === 'rolled-back' || isRollingBack(state);

/** Whether a ring has to get an earlier version again, and has not yet. */
export const isRollingBack = (
  state: StopState | undefined,
): state is Extract<StopState, { kind: 'rolling-back' | 'rollback-failed' }> =>
  state?.kind === 'rolling-back' || state?.kind === 'rollback-failed';

export const isProblem = (
  state: StopState | undefined,
): state is Extract<StopState, { kind: Problem }> =>
  state?.kind === 'failed' || state?.kind === 'errored' || state?.kind === 'inconclusive';

/** Whether nothing more happens in the ring, unless the version is rolled back. */
export const isDone = (state: StopState | undefined): boolean =>
  state?.kind === 'passed' || state?.kind === 'skipped' || state?.kind === 'soaking';
