import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Calendar } from '../../src/release/calendar.ts';
import { finalStates, foldRides, type RideView } from '../../src/release/fold-ride.ts';
import { liveVersions } from '../../src/release/live-versions.ts';
import { compareVersions } from '../../src/release/next-version.ts';
import { isProblem } from '../../src/release/ride-log.ts';
import type { Ride, RideEventDetail, RideHistory } from '../../src/release/ride.ts';
import { planRollback } from '../../src/release/rollback.ts';
import { ringToStart } from '../../src/release/start-ring.ts';
import { calendar, eventsOf, ride, started, succeeded, toReady, type At } from './rides.ts';
import { modelTrain } from './settings.ts';

const rings = modelTrain.rings.map(({ name }) => name);
const version = (number: string, createdAt: string, ...events: At[]): RideHistory => ({
  ride: { ...ride, id: number, version: number, createdAt },
  events: eventsOf(...events),
});
const reached = (ring: string, deployment: number, day: string): At[] => [
  started(ring, deployment, `${day}T17:00:00.000Z`),
  succeeded(ring, deployment, `${day}T18:00:00.000Z`),
];

describe('a rollback', () => {
  const first = version(
    '1.0',
    '2026-09-01T12:00:00.000Z',
    ...toReady,
    ...rings.flatMap((ring, index) => reached(ring, index + 1, '2026-09-11')),
  );
  const second = version(
    '1.1',
    '2026-10-01T12:00:00.000Z',
    ...toReady,
    ...reached('testing', 11, '2026-10-09'),
    ['2026-10-10T12:00:00.000Z', { kind: 'superseded', ride: '1.2', version: '1.2', reason: 'x' }],
  );
  const third = version(
    '1.2',
    '2026-10-10T12:00:00.000Z',
    ...toReady,
    ...reached('testing', 21, '2026-10-16'),
    ...reached('us-preview', 22, '2026-10-19'),
  );
  const plan = (to: string, ...all: RideHistory[]) => {
    const views = foldRides(all, calendar, '2026-10-20T12:00:00.000Z');
    const view = views.at(-1);
    if (!view) throw new Error('there is no ride');
    return planRollback(view, to, views.slice(0, -1), all);
  };

  test('gives each ring the named version, or the newest before it that was live there', () => {
    expect(plan('1.1', first, second, third).rings).toEqual([
      { ring: 'testing', to: '1.1' },
      { ring: 'us-preview', to: '1.0' },
    ]);
    expect(plan('1.0', first, second, third).rings).toEqual([
      { ring: 'testing', to: '1.0' },
      { ring: 'us-preview', to: '1.0' },
    ]);
    expect([...plan('1.0', first, second, third).versions]).toEqual([
      ['1.1', ['testing']],
      ['1.0', ['testing', 'us-preview']],
      ['untracked', ['testing', 'us-preview']],
    ]);
  });

  test('knows what was live before versions were recorded, unless the connector is new', () => {
    expect(plan('untracked', third).rings).toEqual([
      { ring: 'testing', to: 'untracked' },
      { ring: 'us-preview', to: 'untracked' },
    ]);
    const isNew = { ...third, ride: { ...third.ride, kind: 'new' as const } };
    expect(plan('untracked', isNew).versions.size).toBe(0);
  });

  test('leaves rings that a newer version has, or is getting', () => {
    const fourth = version(
      '1.3',
      '2026-10-17T12:00:00.000Z',
      ...toReady,
      ...reached('testing', 31, '2026-10-19'),
      started('us-preview', 32, '2026-10-20T11:00:00.000Z'),
    );
    const all = [first, third, fourth];
    const views = foldRides(all, calendar, '2026-10-20T12:00:00.000Z');
    const view = views[1];
    const result =
      view && planRollback(view, '1.0', [...views.slice(0, 1), ...views.slice(2)], all);
    expect(result?.rings).toEqual([]);
    expect(result?.newer.map(({ ring }) => ring)).toEqual(['testing', 'us-preview']);
  });
});

/** What a person does, to which of three versions and in which ring. */
const decision = fc.record({
  kind: fc.constantFrom('hold', 'resume', 'retry', 'pass', 'skip', 'now', 'rollback', 'withdraw'),
  of: fc.nat({ max: 2 }),
  ring: fc.nat({ max: 2 }),
});
const outcome = fc.constantFrom('succeeded', 'succeeded', 'succeeded', 'failed', 'inconclusive');
const short = { ...modelTrain, rings: modelTrain.rings.slice(0, 3) };

/** Three versions of a connector, and everything that happens to them day by day. */
class Play {
  readonly calendar = new Calendar(short);
  readonly histories: { ride: Ride; events: RideHistory['events'][number][] }[];
  /** What each ring got, in order: the version, and whether that was a rollback. */
  readonly arrivals: { ring: string; version: string; isRollback: boolean }[] = [];
  deployments = 100;

  constructor() {
    this.histories = ['1.0', '1.1', '1.2'].map((number, index) => ({
      ride: {
        ...ride,
        id: number,
        version: number,
        createdAt: `2026-11-1${6 + index}T12:00:00.000Z`,
      },
      events: eventsOf(...toReady),
    }));
  }

  views(now: string): RideView[] {
    return foldRides(this.histories, this.calendar, now);
  }

  append(index: number, at: string, detail: RideEventDetail): void {
    const events = this.histories[index]?.events ?? [];
    events.push({ seq: events.length + 1, at, by: 'maria', ...detail });
  }

  /** What a command appends if the state allows it. */
  decide({ kind, of, ring: at }: { kind: string; of: number; ring: number }, now: string): void {
    const view = this.views(now)[of];
    const stop = view?.stops[at];
    if (!view || !stop) return;
    const ring = stop.ring.name;
    const reason = 'x';
    const isFinal = finalStates.has(view.state);
    const isForward = !isFinal && view.state !== 'rolling-back';
    if (kind === 'hold' && isForward) this.append(of, now, { kind: 'hold', reason });
    if (kind === 'resume' && view.hold) this.append(of, now, { kind: 'resume' });
    const isStopped = isProblem(stop.state) || stop.state.kind === 'rollback-failed';
    if (kind === 'retry' && isStopped) this.append(of, now, { kind: 'retry', ring });
    if (kind === 'pass') this.append(of, now, { kind: 'passed-by-person', ring, reason });
    if (kind === 'skip' && isForward && isProblem(stop.state))
      this.append(of, now, { kind: 'skipped', ring, reason });
    if (kind === 'now' && isForward && !view.hold)
      this.append(of, now, { kind: 'deploy-now', reason });
    if (kind === 'withdraw' && view.state === 'waiting')
      this.append(of, now, { kind: 'withdrawn', reason });
    if (kind !== 'rollback') return;
    const others = this.views(now).filter((_view, index) => index !== of);
    const [target] = planRollback(view, '', others, this.histories).versions.keys();
    const { rings: going } = planRollback(view, target ?? '', others, this.histories);
    if (target !== undefined && going.length > 0)
      this.append(of, now, { kind: 'rolled-back', to: target, reason, rings: going });
  }

  /** What Gatehouse and the deployer do. */
  advance(now: string, result: 'succeeded' | 'failed' | 'inconclusive'): void {
    for (const index of this.histories.keys()) {
      const views = this.views(now);
      const view = views[index];
      if (!view) continue;
      for (const { ring, state } of view.stops) {
        if (state.kind !== 'rolling-back' || state.deployment !== undefined) continue;
        if (state.to === 'untracked') {
          this.append(index, now, { kind: 'rollback-stopped', ring: ring.name, reason: 'x' });
          continue;
        }
        const deployment = (this.deployments += 1);
        const of = { ring: ring.name, deployment };
        this.append(index, now, { kind: 'rollback-started', ...of, to: state.to });
        this.report(index, now, of, result, state.to, true);
      }
      const next = ringToStart(view, views, this.calendar, now);
      if (!next) continue;
      const of = { ring: next.ring.name, deployment: (this.deployments += 1) };
      this.append(index, now, { kind: 'deploy-started', ...of });
      this.report(index, now, of, result, view.ride.version, false);
    }
  }

  report(
    index: number,
    at: string,
    of: { ring: string; deployment: number },
    result: 'succeeded' | 'failed' | 'inconclusive',
    arrived: string,
    isRollback: boolean,
  ): void {
    if (result === 'succeeded') {
      this.append(index, at, { kind: 'succeeded', ...of });
      this.arrivals.push({ ring: of.ring, version: arrived, isRollback });
    } else this.append(index, at, { kind: result, ...of, reason: 'x' });
  }
}

test('whatever people decide and deployments do, a ring goes back only by a rollback', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ decision: fc.option(decision), outcome }), { maxLength: 40 }),
      (days) => {
        const play = new Play();
        for (const [index, day] of days.entries()) {
          const now = new Date(Date.UTC(2026, 10, 19, 17, 30) + index * 86_400_000).toISOString();
          if (day.decision) play.decide(day.decision, now);
          play.advance(now, day.outcome === 'succeeded' ? 'succeeded' : day.outcome);
          for (const view of play.views(now)) {
            expect(view.turn === undefined).toBe(finalStates.has(view.state));
            expect(view.turn?.deadline).not.toBe('');
            expect(view.turn?.reason).not.toBe('');
          }
        }
        const live = liveVersions(play.histories);
        for (const { name } of short.rings) {
          const arrivals = play.arrivals.filter(({ ring }) => ring === name);
          for (const [index, { version: arrived, isRollback }] of arrivals.entries()) {
            const before = arrivals[index - 1]?.version ?? '0.0';
            const comparison = compareVersions(arrived, before);
            expect(isRollback ? -comparison : comparison).toBeGreaterThanOrEqual(0);
          }
          const byHand = play.histories.some(({ events }) =>
            events.some((event) => event.kind === 'passed-by-person'),
          );
          const newest = arrivals.at(-1)?.version;
          expect(byHand || live.get(name)?.live.version === newest).toBe(true);
        }
      },
    ),
  );
});
