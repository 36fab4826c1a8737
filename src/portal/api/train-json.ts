import type { Calendar, Departure } from '../../release/calendar.ts';
import type { Instant } from '../../release/civil-date.ts';
import { reasonText } from '../../release/describe-plan.ts';
import type { Ahead, Estimate, RideView, Stop } from '../../release/fold-ride.ts';
import type { PlannedRing, Reason } from '../../release/plan-release.ts';
import type { Hold, StopState } from '../../release/ride-log.ts';
import { dayFormat } from '../../release/render-ride.ts';
import { toPlainText } from '../../report/text.ts';
import type { Freeze } from '../../settings/train-settings.ts';
import type { Source } from './route.ts';

/** Writes trains, rides and freezes as the API has them. Fields without a value are absent. */
export class TrainJson {
  readonly #calendar: Calendar;
  readonly #now: Instant;
  readonly #repositoryAddress: string;

  constructor({ github, repository, now }: Source, calendar: Calendar) {
    this.#calendar = calendar;
    this.#now = now;
    this.#repositoryAddress = `${github}/${repository.name}`;
  }

  departure({ departsOn, scheduledOn, departsAt, cutoffAt, closures }: Departure): object {
    return { departsOn, scheduledOn, departsAt, cutoffAt, reasons: this.#reasons(closures) };
  }

  /** The day of a ring for a version that no freeze of a class or a connector stops. */
  plannedRing({ ring, date, reasons }: PlannedRing): object {
    return { name: ring.name, regions: ring.regions, date, reasons: this.#reasons(reasons) };
  }

  freeze(freeze: Freeze & { by?: string; at?: string }): object {
    const { from, to, scope = 'all', reason, by, at } = freeze;
    return {
      from,
      to,
      scope: scope === 'all' ? { kind: 'all' } : scopeOf(scope),
      reason,
      ...(by !== undefined && { by }),
      ...(at !== undefined && { at }),
    };
  }

  /** @param position in the train, from 1; undefined if the ride is not aboard */
  ride({ ride, state, ...view }: RideView, position: number | undefined): object {
    const { stops, departure, hold, turn, readyAt, startsNow, isMerged, behind } = view;
    const { id, folder, kind, version, pull, sha, digest, createdAt } = ride;
    return {
      id,
      folder,
      class: ride.class,
      kind,
      version,
      pull,
      pullUrl: `${this.#repositoryAddress}/pull/${pull}`,
      sha,
      digest,
      state,
      createdAt,
      ...(readyAt !== undefined && { readyAt }),
      ...(departure && { departure: this.departure(departure) }),
      ...(position !== undefined && { position }),
      ...(hold && { hold: holdJson(hold) }),
      ...(turn && { turn }),
      ...(behind && { behind: aheadJson(behind) }),
      isMerged,
      startsNow,
      stops: stops.map((stop) => this.#stop(stop)),
    };
  }

  #stop({ ring, state, estimate, logUrl, outOfTurn }: Stop): object {
    return {
      ring: ring.name,
      regions: ring.regions,
      state: state.kind,
      ...detailsOf(state),
      ...(logUrl !== undefined && { logUrl }),
      ...(outOfTurn && { outOfTurn: { by: outOfTurn.by, reason: outOfTurn.reason } }),
      ...(estimate && { estimate: this.#estimate(estimate) }),
    };
  }

  #estimate({ date, confidence, reasons }: Estimate): object {
    return { date, confidence, reasons: this.#reasons(reasons) };
  }

  #reasons(reasons: readonly Reason[]): object[] {
    const format = dayFormat(this.#calendar, this.#now);
    return reasons.map((reason) => ({
      kind: reason.kind,
      text: toPlainText(reasonText(reason, format)),
    }));
  }
}

const holdJson = ({ kind, since, by, reason }: Hold): object => ({ kind, since, by, reason });

const aheadJson = ({ ride: { id, version, pull }, state, ring, of }: Ahead): object => ({
  id,
  version,
  pull,
  state,
  ...(ring !== undefined && { ring }),
  rings: of,
});

/** The fields of a state by their names in the API. */
const stateFields: Readonly<Record<string, string>> = {
  since: 'since',
  by: 'by',
  reason: 'reason',
  deployment: 'deployment',
  isLate: 'isLate',
  until: 'until',
  problem: 'problem',
  to: 'rolledBackTo',
  ride: 'supersededBy',
};

const detailsOf = (state: StopState): object =>
  Object.fromEntries(
    Object.entries(state).flatMap(([name, value]) => {
      const field = stateFields[name];
      return field === undefined || value === undefined ? [] : [[field, value]];
    }),
  );

function scopeOf(scope: Exclude<NonNullable<Freeze['scope']>, 'all'>): object {
  if ('class' in scope) return { kind: 'class', name: scope.class };
  return 'ring' in scope
    ? { kind: 'ring', name: scope.ring }
    : { kind: 'connector', name: scope.connector };
}
