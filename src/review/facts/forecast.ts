import type { Calendar, Departure } from '../../release/calendar.ts';
import { addHours, type CivilDate, type Instant } from '../../release/civil-date.ts';
import { foldRides, type Stop } from '../../release/fold-ride.ts';
import type { Reason } from '../../release/plan-release.ts';
import type { Ride } from '../../release/ride.ts';
import type { DeployTime, Freeze } from '../../settings/train-settings.ts';
import type { Facts } from '../model/facts.ts';
import { environmentOf } from './deployment.ts';
import { releaseKindOf } from './new-rides.ts';
import { trainOf } from './train.ts';
import { isDraft } from './waiting-on.ts';

/** When the version of an open pull request would be where. */
export interface Forecast {
  calendar: Calendar;
  departure: Departure;
  stops: readonly Stop[];
  everywhereOn: CivilDate;
  deploys: DeployTime;
  /** Whether someone has to test a preview first. */
  needsTest: boolean;
  /** Why it is later than usual. */
  delays: readonly Reason[];
  /** A freeze that stops what is ready later than an instant, and when that is everywhere. */
  ahead: { freeze: Freeze; deadline: Instant; everywhereOn: CivilDate } | undefined;
}

type Plan = Pick<Forecast, 'departure' | 'stops' | 'everywhereOn' | 'delays'>;

/** A freeze is announced this many departures before it stops something. */
const departuresAhead = 6;

/**
 * The forecast for an open pull request that could be merged. Undefined if nothing is deployed, or
 * if freezes stop every departure.
 */
export function forecastOf(facts: Facts): Forecast | undefined {
  const { snapshot, settings, scope, connectors } = facts;
  const { pull, now } = snapshot;
  const train = trainOf(facts);
  if (!train || !settings.ok || pull.state.kind !== 'open' || isDraft(facts)) return undefined;
  if (scope.proposal || pull.base.ref !== settings.value.base) return undefined;
  const { calendar } = train;
  const needsTest =
    environmentOf({ settings, snapshot }) !== '' &&
    settings.value.train.preview.evidence !== 'none';
  const candidates = connectors.flatMap(({ folder, validation }): Forecast[] => {
    const kind = validation.ok ? releaseKindOf(validation.value) : undefined;
    if (kind === undefined) return [];
    const ride: Ride = {
      id: folder.path,
      folder: folder.path,
      class: folder.class,
      kind,
      version: '',
      pull: pull.number,
      sha: pull.head.sha,
      digest: '',
      createdAt: now,
    };
    const planAt = (readyAt: Instant): Plan | undefined => planOf(ride, readyAt, facts, calendar);
    const plan = planAt(now);
    if (!plan) return [];
    const deploys = settings.value.deploy[folder.class];
    const ahead = plan.delays.some(isFreeze) ? undefined : freezeAhead(plan, planAt);
    return [{ calendar, ...plan, deploys, needsTest, ahead }];
  });
  const [forecast] = candidates.toSorted((a, b) => (a.everywhereOn < b.everywhereOn ? 1 : -1));
  return candidates.length < connectors.length ? undefined : forecast;
}

/** What would become of a version that is ready at an instant, after those in flight. */
function planOf(
  ride: Ride,
  readyAt: Instant,
  { snapshot: { train, now } }: Facts,
  calendar: Calendar,
): Plan | undefined {
  const ready = { seq: 1, at: readyAt, by: 'gatehouse', kind: 'ready', note: '' } as const;
  const rides = [...(train?.rides ?? []), { ride, events: [ready] }];
  const view = foldRides(rides, calendar, now).at(-1);
  const everywhereOn = view?.stops.at(-1)?.estimate?.date;
  if (!view?.departure || everywhereOn === undefined) return undefined;
  const { departure, stops } = view;
  const delays = stops.flatMap(({ estimate }) => estimate?.reasons ?? []).filter(isDelay);
  return { departure, stops, everywhereOn, delays };
}

/** Weekends and soaking are as usual. A missed cutoff is in the past. */
const isDelay = ({ kind }: Reason): boolean =>
  kind !== 'weekend' && kind !== 'soak' && kind !== 'cutoff';

const isFreeze = (reason: Reason): reason is Extract<Reason, { freeze: Freeze }> =>
  'freeze' in reason;

/** The freeze that stops what misses one of the next departures. */
function freezeAhead(
  { departure }: Plan,
  planAt: (readyAt: Instant) => Plan | undefined,
): Forecast['ahead'] {
  let deadline = departure.cutoffAt;
  for (let count = 0; count < departuresAhead; count += 1) {
    const next = planAt(addHours(deadline, 1 / 3_600));
    const stopping = next?.delays.find(isFreeze);
    if (!next) return undefined;
    if (stopping) return { freeze: stopping.freeze, deadline, everywhereOn: next.everywhereOn };
    deadline = next.departure.cutoffAt;
  }
  return undefined;
}
