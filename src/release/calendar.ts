import type { ConnectorClass } from '../connector/connector.ts';
import type { Freeze, TrainSettings } from '../settings/train-settings.ts';
import { compareStrings } from '../shared/compare-strings.ts';
import {
  addDays,
  addHours,
  instantOf,
  nextWeekday,
  timeAt,
  weekdayOf,
  yearOf,
  zoneName,
  type CivilDate,
  type Instant,
} from './civil-date.ts';
import { listedHolidays, usFederalHolidays, type Holidays } from './holidays.ts';

/** Why nothing is deployed on a day. */
export type Closure = { kind: 'weekend' } | { kind: 'holiday'; date: CivilDate; name: string };

/** What a freeze is compared with. */
export interface FreezeSubject {
  /** Undefined for what applies to every class. */
  class: ConnectorClass | undefined;
  /** The path of the connector's folder; undefined for what applies to every connector. */
  folder: string | undefined;
}

/** A departure of the train. */
export interface Departure {
  /** The weekday of the settings. */
  scheduledOn: CivilDate;
  /** The deployment day on which it departs: later than scheduled if that day is a holiday. */
  departsOn: CivilDate;
  departsAt: Instant;
  /** What is ready at this instant is aboard. */
  cutoffAt: Instant;
  /** Why it does not depart as scheduled. */
  closures: readonly Closure[];
}

/** A departure is at most this many days later than scheduled. */
const maxShift = 35;

/** A search for a day or a departure ends after this many. */
const maxDays = 3_660;

/** Deployment days, departures and freezes. Dates are those of the train's time zone. */
export class Calendar {
  readonly settings: TrainSettings;
  readonly #freezes: readonly Freeze[];
  readonly #holidays: Holidays;
  readonly #closures = new Map<CivilDate, Closure | null>();
  /** Time zones are slow, and the same days are asked for again and again. */
  readonly #instants = new Map<string, Instant>();
  readonly #departures = new Map<CivilDate, Departure | null>();

  /** @param declared freezes besides those of the settings: a day is frozen if any says so */
  constructor(settings: TrainSettings, declared: readonly Freeze[] = []) {
    this.settings = settings;
    this.#freezes = [...settings.freezes, ...declared].toSorted((a, b) =>
      a.from < b.from ? -1 : Number(a.from > b.from),
    );
    this.#holidays =
      settings.holidays === 'us-federal' ? usFederalHolidays() : listedHolidays(settings.holidays);
  }

  /** Elapsed hours from the cutoff to the departure. */
  get noticeHours(): number {
    return Number.parseInt(this.settings.departs.notice);
  }

  get freezes(): readonly Freeze[] {
    return this.#freezes;
  }

  /** The day that it is in the time zone of the train. */
  dateAt(instant: Instant): CivilDate {
    let date = instant.slice(0, 10);
    while (instant < this.#instantOf(date, '00:00')) date = addDays(date, -1);
    for (let next = addDays(date, 1); instant >= this.#instantOf(next, '00:00');) {
      date = next;
      next = addDays(date, 1);
    }
    return date;
  }

  timeAt(instant: Instant): string {
    return timeAt(instant, this.settings.zone);
  }

  /** The name of the time zone, for people: `PT`, `UTC`. */
  get zoneName(): string {
    return zoneName(this.settings.zone);
  }

  /** The instant at which rings start on a day. */
  startOf(date: CivilDate): Instant {
    return this.#instantOf(date, this.settings.departs.at);
  }

  #instantOf(date: CivilDate, time: string): Instant {
    const key = `${date} ${time}`;
    let instant = this.#instants.get(key);
    if (instant === undefined) {
      instant = instantOf(date, time, this.settings.zone);
      this.#instants.set(key, instant);
    }
    return instant;
  }

  /**
   * Names the period around an instant in which no plan and no state changes because time passes:
   * it ends at midnight, when rings start, and at a cutoff.
   */
  periodAt(now: Instant): string {
    const date = this.dateAt(now);
    const [departure] = this.departuresFrom(now);
    const start = compareStrings(now, this.startOf(date));
    return `${date} ${Math.sign(start)} ${departure?.scheduledOn ?? ''}`;
  }

  /** Why nothing is deployed on a day; undefined on a deployment day. Freezes do not count. */
  closureOn(date: CivilDate): Closure | undefined {
    let closure = this.#closures.get(date);
    if (closure === undefined) {
      closure = this.#findClosure(date) ?? null;
      this.#closures.set(date, closure);
    }
    return closure ?? undefined;
  }

  #findClosure(date: CivilDate): Closure | undefined {
    const name = this.#holidays(date);
    if (name !== undefined) return { kind: 'holiday', date, name };
    const weekday = weekdayOf(date);
    return weekday === 'saturday' || weekday === 'sunday' ? { kind: 'weekend' } : undefined;
  }

  /**
   * The first deployment day that is not before a day, with the closures that it is later for.
   * @throws Error if the settings declare every day of ten years a holiday
   */
  deploymentDayFrom(date: CivilDate): { date: CivilDate; closures: Closure[] } {
    const closures: Closure[] = [];
    let day = date;
    for (let count = 0; count < maxDays; count += 1) {
      const closure = this.closureOn(day);
      if (!closure) return { date: day, closures };
      // Saturday and Sunday are one weekend.
      if (closure.kind !== 'weekend' || closures.at(-1)?.kind !== 'weekend') closures.push(closure);
      day = addDays(day, 1);
    }
    throw new Error(`There is no deployment day within ten years of ${date}.`);
  }

  /** The deployment day a number of deployment days after a day, with the closures in between. */
  deploymentDayAfter(date: CivilDate, days = 1): { date: CivilDate; closures: Closure[] } {
    const closures: Closure[] = [];
    let day = date;
    for (let count = 0; count < days; count += 1) {
      const next = this.deploymentDayFrom(addDays(day, 1));
      closures.push(...next.closures);
      day = next.date;
    }
    return { date: day, closures };
  }

  /**
   * The freeze that stops a ring on a day, the longest if there are several.
   * @param ring its name; undefined for freezes of a connector on all rings
   */
  freezeOn(date: CivilDate, subject: FreezeSubject, ring: string): Freeze | undefined {
    let found: Freeze | undefined;
    for (const freeze of this.#freezes) {
      if (freeze.from > date) break;
      if (freeze.to >= date && applies(freeze, subject, ring) && freeze.to > (found?.to ?? ''))
        found = freeze;
    }
    return found;
  }

  /** The freezes that apply to a connector in any ring, and that end on a day or later. */
  freezesOf(subject: FreezeSubject, from: CivilDate): Freeze[] {
    return this.#freezes.filter(
      (freeze) =>
        freeze.to >= from && this.settings.rings.some(({ name }) => applies(freeze, subject, name)),
    );
  }

  /** The departure of a scheduled day; undefined if that day is a holiday and is skipped. */
  departureOn(scheduledOn: CivilDate): Departure | undefined {
    let departure = this.#departures.get(scheduledOn);
    if (departure === undefined) {
      departure = this.#findDeparture(scheduledOn) ?? null;
      this.#departures.set(scheduledOn, departure);
    }
    return departure ?? undefined;
  }

  #findDeparture(scheduledOn: CivilDate): Departure | undefined {
    const { onHoliday } = this.settings.departs;
    const { date: departsOn, closures } = this.deploymentDayFrom(scheduledOn);
    if (
      departsOn !== scheduledOn &&
      (onHoliday === 'skip' || departsOn > addDays(scheduledOn, maxShift))
    )
      return undefined;
    const departsAt = this.startOf(departsOn);
    return {
      scheduledOn,
      departsOn,
      departsAt,
      cutoffAt: addHours(departsAt, -this.noticeHours),
      closures,
    };
  }

  /** Departures in order, the first that can still be boarded at an instant. */
  *departuresFrom(instant: Instant): Generator<Departure> {
    const { weekday } = this.settings.departs;
    // A departure that holidays shift may still be boarded weeks after its scheduled day.
    let day = nextWeekday(addDays(this.dateAt(instant), -maxShift), weekday);
    const lastYear = yearOf(day) + 10;
    for (; yearOf(day) <= lastYear; day = addDays(day, 7)) {
      const departure = this.departureOn(day);
      if (departure && departure.cutoffAt >= instant) yield departure;
    }
  }
}

function applies({ scope = 'all' }: Freeze, subject: FreezeSubject, ring: string): boolean {
  if (scope === 'all') return true;
  if ('class' in scope) return scope.class === subject.class;
  return 'ring' in scope ? scope.ring === ring : scope.connector === subject.folder;
}
