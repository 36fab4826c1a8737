import type { Freeze, ReleaseKind, RingSettings } from '../settings/train-settings.ts';
import type { Calendar, Closure, Departure, FreezeSubject } from './calendar.ts';
import { addDays, addHours, type CivilDate, type Instant } from './civil-date.ts';

/** Why a ring does not start earlier. */
export type Reason =
  | Closure
  /** The release was ready after the cutoff of an earlier departure. */
  | { kind: 'cutoff'; departure: Departure }
  /** A ring or departure that would be on a day of the freeze. */
  | { kind: 'freeze'; freeze: Freeze }
  /** An earlier departure would have left the release between two rings when the freeze begins. */
  | { kind: 'stranding'; departure: Departure; freeze: Freeze }
  | { kind: 'soak'; days: number }
  /** An earlier version of the same connector goes first. */
  | { kind: 'earlier-version'; version: string; pull: number };

export interface PlannedRing {
  ring: RingSettings;
  date: CivilDate;
  /** Since the ring before, or since the release was ready. */
  reasons: readonly Reason[];
}

export interface ReleasePlan {
  departure: Departure;
  rings: readonly PlannedRing[];
}

/** What a plan depends on besides the calendar. */
export interface Planned extends FreezeSubject {
  kind: ReleaseKind;
}

/** An earlier version of the same connector, which has to leave each ring first. */
export interface EarlierVersion {
  version: string;
  pull: number;
  /** The day of the departure that it boards or boarded. */
  departsOn: CivilDate | undefined;
  /** By the name of the ring, the day on which it gets there. Without an entry it has left. */
  days: ReadonlyMap<string, CivilDate>;
}

/** At most this many departures are tried: two years. */
const maxDepartures = 104;

/**
 * Plans a release that is ready at an instant: the train that it boards and the day of each ring.
 * @param earlier boards an earlier train, and leaves each ring before this release gets there
 * @param rings those that it goes to, in their order
 * @returns undefined if there are no rings, or if freezes stop every departure of two years
 */
export function planRelease(
  readyAt: Instant,
  release: Planned,
  calendar: Calendar,
  earlier?: EarlierVersion,
  rings: readonly RingSettings[] = calendar.settings.rings,
): ReleasePlan | undefined {
  if (rings.length === 0) return undefined;
  const { stranding } = calendar.settings;
  const reasons: Reason[] = cutoffMissed(readyAt, calendar);
  let tries = 0;
  for (const departure of calendar.departuresFrom(readyAt)) {
    if ((tries += 1) > maxDepartures) return undefined;
    if (earlier?.departsOn !== undefined && departure.departsOn <= earlier.departsOn) {
      if (reasons.at(-1)?.kind !== 'earlier-version') reasons.push(goesFirst(earlier));
      continue;
    }
    const planned = planDeparture(departure, release, calendar, earlier, rings);
    const { freeze } = planned;
    if (freeze) {
      addOnce(reasons, { kind: 'freeze', freeze });
      continue;
    }
    const stopping = stranding[release.kind] === 'avoid' ? freezeWithin(planned.rings) : undefined;
    if (stopping) {
      addOnce(reasons, { kind: 'stranding', departure, freeze: stopping });
      continue;
    }
    const [first, ...others] = planned.rings;
    if (!first) return undefined;
    const isAfter = reasons.some(({ kind }) => kind === 'earlier-version');
    const own = first.reasons.filter(({ kind }) => kind !== 'earlier-version' || !isAfter);
    const before = [...reasons, ...departure.closures, ...own];
    return { departure, rings: [{ ...first, reasons: before }, ...others] };
  }
  return undefined;
}

/** The days of the rings of a departure, or the freeze that stops it. */
export function planDeparture(
  departure: Departure,
  subject: FreezeSubject,
  calendar: Calendar,
  earlier?: EarlierVersion,
  rings: readonly RingSettings[] = calendar.settings.rings,
): { rings: readonly PlannedRing[]; freeze?: Freeze } {
  const { first } = calendar.settings;
  const [firstRing] = rings;
  if (!firstRing) return { rings: [] };
  const start =
    first === 'departure'
      ? { date: departure.departsOn, closures: [] }
      : calendar.deploymentDayAfter(departure.departsOn);
  const freeze = calendar.freezeOn(start.date, subject, firstRing.name);
  if (freeze) return { rings: [], freeze };
  const [planned, ...others] = planRings(start.date, rings, subject, calendar, earlier);
  if (!planned) return { rings: [] };
  return { rings: [{ ...planned, reasons: [...start.closures, ...planned.reasons] }, ...others] };
}

/**
 * The days of rings of which the first starts on a deployment day without a freeze.
 * @param start the day of the first ring
 * @param earlier leaves each ring before
 */
export function planRings(
  start: CivilDate,
  rings: readonly RingSettings[],
  subject: FreezeSubject,
  calendar: Calendar,
  earlier?: EarlierVersion,
): PlannedRing[] {
  const planned: PlannedRing[] = [];
  let date = start;
  for (const [index, ring] of rings.entries()) {
    const reasons: Reason[] = [];
    const previous = rings[index - 1];
    if (previous) {
      const soak = soakDaysOf(previous, calendar);
      const next = calendar.deploymentDayAfter(date, 1 + soak);
      if (soak > 0) reasons.push({ kind: 'soak', days: soak });
      reasons.push(...next.closures);
      date = next.date;
    }
    const earlierDay = earlier?.days.get(ring.name);
    if (earlier && earlierDay !== undefined && date <= earlierDay) {
      const next = calendar.deploymentDayAfter(earlierDay);
      reasons.push(goesFirst(earlier), ...next.closures);
      ({ date } = next);
    }
    const unfrozen = unfrozenDayFrom(date, subject, ring.name, calendar);
    reasons.push(...unfrozen.reasons);
    ({ date } = unfrozen);
    planned.push({ ring, date, reasons });
  }
  return planned;
}

const goesFirst = ({ version, pull }: EarlierVersion): Reason => ({
  kind: 'earlier-version',
  version,
  pull,
});

/** Deployment days that a ring soaks after its success. */
export const soakDaysOf = (ring: RingSettings, { settings }: Calendar): number =>
  ring.soak ?? settings.soak;

/** The first deployment day, not before a day, on which no freeze stops a ring. */
export function unfrozenDayFrom(
  from: CivilDate,
  subject: FreezeSubject,
  ring: string,
  calendar: Calendar,
): { date: CivilDate; reasons: Reason[] } {
  const reasons: Reason[] = [];
  let date = from;
  for (;;) {
    const freeze = calendar.freezeOn(date, subject, ring);
    if (!freeze) return { date, reasons };
    const after = calendar.deploymentDayFrom(addDays(freeze.to, 1));
    reasons.push({ kind: 'freeze', freeze }, ...after.closures);
    ({ date } = after);
  }
}

/** The departure that a release misses because it was ready after its cutoff. */
function cutoffMissed(readyAt: Instant, calendar: Calendar): Reason[] {
  const earlier = addHours(readyAt, -calendar.noticeHours);
  const [departure] = calendar.departuresFrom(earlier);
  return departure && departure.cutoffAt < readyAt ? [{ kind: 'cutoff', departure }] : [];
}

/** The freeze that moves a ring after the first. */
function freezeWithin(planned: readonly PlannedRing[]): Freeze | undefined {
  for (const { reasons } of planned.slice(1))
    for (const reason of reasons) if (reason.kind === 'freeze') return reason.freeze;
  return undefined;
}

/** A freeze of some weeks stops several departures, and is one reason. */
function addOnce(reasons: Reason[], reason: Extract<Reason, { freeze: Freeze }>): void {
  const isKnown = reasons.some(
    (known) => known.kind === reason.kind && 'freeze' in known && known.freeze === reason.freeze,
  );
  if (!isKnown) reasons.push(reason);
}
