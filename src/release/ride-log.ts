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
  | { kind: 'skipped'; since: Instant; by: string; reason: string }
  | { kind: 'rolled-back'; since: Instant; by: string; to: string; reason: string }
  | { kind: 'superseded'; since: Instant; by: string; ride: string; reason: string }
  | { kind: 'withdrawn'; since: Instant; by: string; reason: string };

/** The event that ended a ride before it was everywhere, or that took it back. */
export type EndEvent = Extract<RideEvent, { kind: 'rolled-back' | 'superseded' | 'withdrawn' }>;

export interface Hold {
  kind: 'hold' | 'changed';
  since: Instant;
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
  /** `pending`: the version is deployed before it is merged. */
  merge: 'done' | 'pending';
  /** By the name of the ring; without an entry a ring is planned. */
  states: ReadonlyMap<string, StopState>;
  logUrls: ReadonlyMap<string, string>;
  /** Whether a maintainer asked to start the next ring without waiting for its day. */
  startsNow: boolean;
}

/** A log that is being read. */
interface Draft extends RideLog {
  states: Map<string, StopState>;
  logUrls: Map<string, string>;
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
    merge: 'done',
    states: new Map(),
    logUrls: new Map(),
    startsNow: false,
  };
  for (const event of events) {
    if (log.end) break;
    if ('ring' in event) applyToRing(event, log);
    else applyToRide(event, log);
  }
  return log;
}

type RingEvent = Extract<RideEvent, { ring: string }>;

function applyToRide(event: Exclude<RideEvent, RingEvent>, log: Draft): void {
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
      log.hold = { kind: event.kind, since: at, by, reason: event.reason };
      return;
    case 'resume':
      log.hold = undefined;
      log.resumedAt = at;
      return;
    case 'deploy-now':
      log.startsNow = true;
      return;
    case 'begun-before-merge':
      log.merge = 'pending';
      return;
    case 'merged':
      log.merge = 'done';
      return;
    case 'supersedes':
      // The earlier ride has the event that counts.
      return;
    case 'rolled-back':
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
      log.startsNow = false;
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
        log.states.set(ring, { kind: 'passed', since, deployment: event.deployment });
      return;
    case 'failed':
    case 'errored':
    case 'inconclusive':
      if (
        (state?.kind === 'deploying' || state?.kind === 'passed') &&
        state.deployment === event.deployment
      )
        log.states.set(ring, {
          kind: event.kind,
          since,
          deployment: event.deployment,
          reason: event.reason,
        });
      return;
    case 'passed-by-person':
      if (state?.kind === 'inconclusive')
        log.states.set(ring, { kind: 'passed', since, deployment: state.deployment });
      return;
    case 'retry':
      if (!isProblem(state) && state?.kind !== 'deploying') return;
      log.states.delete(ring);
      log.resumedAt = since;
      return;
    case 'skipped':
      if (isDone(state)) return;
      log.states.set(ring, { kind: 'skipped', since, by: event.by, reason: event.reason });
      log.resumedAt = since;
  }
}

export const isProblem = (
  state: StopState | undefined,
): state is Extract<StopState, { kind: Problem }> =>
  state?.kind === 'failed' || state?.kind === 'errored' || state?.kind === 'inconclusive';

/** Whether nothing more happens in the ring, unless the version is rolled back. */
export const isDone = (state: StopState | undefined): boolean =>
  state?.kind === 'passed' || state?.kind === 'skipped' || state?.kind === 'soaking';
