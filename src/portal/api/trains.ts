import { yearOf, addHours, type CivilDate, type Instant } from '../../release/civil-date.ts';
import type { Calendar, Departure } from '../../release/calendar.ts';
import { foldRides, type RideView } from '../../release/fold-ride.ts';
import { planDeparture } from '../../release/plan-release.ts';
import { trainFeed, type FeedRide } from '../../release/train-feed.ts';
import { trainsOf, type Train } from '../../release/trains.ts';
import type { RideFilter } from '../../store/rides.ts';
import { Problem } from '../problem.ts';
import { listRoute, listSchema, route, wholeList, type Route, type Source } from './route.ts';
import { ref, text } from './schema.ts';
import { TrainJson } from './train-json.ts';

/** What applies to every connector. */
const everyConnector = { class: undefined, folder: undefined };

/** Departures that the calendar file shows. */
const departuresInFeed = 8;
/** How long the calendar file shows rides that have come to an end, in milliseconds. */
const feedMemory = 90 * 86_400_000;
/** Years before and after today in which trains can be looked up. */
const maxYears = 10;
/** Departures that holidays can shift to one day, of which the calendar moves none by more weeks. */
const maxShiftedToADay = 6;
const uuid = '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$';

/**
 * Rides, folded, with the number of their events. Of each ride, those of the same connector that are
 * ahead of it must be among them.
 */
async function ridesOf(
  { store, repository, now }: Source,
  filter: RideFilter,
  calendar: Calendar,
): Promise<FeedRide[]> {
  const rides = await store.rides(repository.name, filter);
  const changes = new Map(rides.map(({ ride, events }) => [ride.id, events.length]));
  return foldRides(rides, calendar, now).map((view) => ({
    view,
    changes: changes.get(view.ride.id) ?? 0,
  }));
}

/** The trains of all rides that can be on a train which departs between two departures. */
async function trainsBetween(
  first: Departure,
  last: Departure,
  source: Source,
  calendar: Calendar,
): Promise<ReadonlyMap<CivilDate, Train>> {
  const filter = {
    // What is aboard had not come to an end at the cutoff.
    activeSince: new Date(first.cutoffAt),
    createdUntil: new Date(last.cutoffAt),
  };
  const rides = await ridesOf(source, filter, calendar);
  return trainsOf(rides.map(({ view }) => view));
}

function trainJson(
  departure: Departure,
  rides: readonly RideView[],
  calendar: Calendar,
  json: TrainJson,
): object {
  const { rings, freeze } = planDeparture(departure, everyConnector, calendar);
  return {
    departure: json.departure(departure),
    ...(freeze && { freeze: json.freeze(freeze) }),
    rings: rings.map((ring) => json.plannedRing(ring)),
    rides: rides.map((ride, index) => json.ride(ride, index + 1)),
  };
}

/** Departures of trains in motion, then those to come. */
function* departuresOf(
  trains: ReadonlyMap<CivilDate, Train>,
  calendar: Calendar,
  now: Instant,
): Generator<Departure> {
  const [next] = departing(now, calendar);
  for (const { departure } of trains.values())
    if (!next || departure.scheduledOn < next.scheduledOn) yield departure;
  yield* departing(now, calendar);
}

/** Departures in order, the first that is not before an instant. */
const departing = (instant: Instant, calendar: Calendar): Generator<Departure> =>
  calendar.departuresFrom(addHours(instant, -calendar.noticeHours));

const noTrain = (): Problem =>
  new Problem(4004, 'Nothing is deployed by a train in this repository.');

const listTrains = listRoute({
  path: '/api/v1/trains',
  operationId: 'listTrains',
  tag: 'Trains',
  summary: 'Trains that are on their way, and those that will depart',
  description:
    'The list is empty if the repository has no train. The trains of years to come are planned with ' +
    'the settings of today.',
  parameters: {},
  item: ref('Train'),
  results: { default: 8, maximum: 52 },
  sort: () => ({ name: 'scheduledOn', key: ['text'] }),
  async list(source, _, { after, maxResults }) {
    const calendar = await source.repository.calendar();
    if (!calendar) return { items: [] };
    const open = await ridesOf(source, 'open', calendar);
    const inMotion = trainsOf(open.map(({ view }) => view));
    const departures = departuresOf(inMotion, calendar, source.now)
      .filter(({ scheduledOn }) => scheduledOn > String(after?.key[0] ?? ''))
      .take(maxResults + 1)
      .toArray();
    const shown = departures.slice(0, maxResults);
    const [first] = shown;
    const last = shown.at(-1);
    if (!first || !last) return { items: [] };
    const trains = await trainsBetween(first, last, source, calendar);
    const json = new TrainJson(source, calendar);
    return {
      items: shown.map((departure) =>
        trainJson(departure, trains.get(departure.scheduledOn)?.rides ?? [], calendar, json),
      ),
      next: departures.length > maxResults ? { revision: 0, key: [last.scheduledOn] } : undefined,
    };
  },
});

const getTrain = route({
  path: '/api/v1/trains/{date}',
  operationId: 'getTrain',
  tag: 'Trains',
  summary: 'The train of a day',
  description: 'With all versions aboard, also those that have arrived or were taken back.',
  parameters: {
    date: {
      schema: { type: 'string', format: 'date' },
      description: 'The day on which the train departs, in its time zone.',
      example: '2026-11-20',
      required: true,
    },
  },
  content: { type: 'application/json', schema: ref('Train') },
  async respond(source, { date }) {
    const calendar = await source.repository.calendar();
    if (!calendar) throw noTrain();
    const today = calendar.dateAt(source.now);
    const departure =
      Math.abs(yearOf(date) - yearOf(today)) <= maxYears ? departureOn(date, calendar) : undefined;
    if (!departure) throw new Problem(4004, `No train departs on ${date}.`);
    const trains = await trainsBetween(departure, departure, source, calendar);
    const rides = trains.get(departure.scheduledOn)?.rides ?? [];
    return trainJson(departure, rides, calendar, new TrainJson(source, calendar));
  },
});

/** The departure of a day. If holidays shift several to the same day, the last to be scheduled. */
const departureOn = (date: CivilDate, calendar: Calendar): Departure | undefined =>
  departing(calendar.startOf(date), calendar)
    .take(maxShiftedToADay)
    .filter(({ departsOn }) => departsOn === date)
    .toArray()
    .at(-1);

const getRide = route({
  path: '/api/v1/rides/{id}',
  operationId: 'getRide',
  tag: 'Trains',
  summary: 'A version of a connector on its way through the rings',
  description:
    'The same as the comment on the pull request shows: where the version is, what it waits for, and ' +
    'the day of each ring.',
  parameters: {
    id: {
      schema: { type: 'string', format: 'uuid', pattern: uuid },
      expected: 'the id of a ride, a UUID',
      description: 'The id of the ride, from a train or from the history of a connector.',
      example: '0b6d8c1e-7a3f-4d0e-9b5a-2f1c3e4d5a6b',
      required: true,
    },
  },
  content: { type: 'application/json', schema: ref('Ride') },
  async respond(source, { id }) {
    const calendar = await source.repository.calendar();
    if (!calendar) throw noTrain();
    const [stored] = await source.store.rides(source.repository.name, { id });
    // What is ahead of it is of the same connector.
    const folders = stored ? [stored.ride.folder] : [];
    const rides = await ridesOf(source, { folders }, calendar);
    const view = rides.map((ride) => ride.view).find(({ ride }) => ride.id === id);
    if (!view) throw new Problem(4004, 'There is no ride with this id in this repository.');
    const { departure } = view;
    const trains = departure && (await trainsBetween(departure, departure, source, calendar));
    const aboard = trains?.get(departure?.scheduledOn ?? '')?.rides ?? [];
    const position = aboard.findIndex((other) => other.ride.id === id) + 1;
    return new TrainJson(source, calendar).ride(view, position === 0 ? undefined : position);
  },
});

const listFreezes = route({
  path: '/api/v1/freezes',
  operationId: 'listFreezes',
  tag: 'Trains',
  summary: 'Days on which no ring starts',
  description:
    'Those of the settings, and those that people declared and nobody ended. The first to begin is ' +
    'first.',
  parameters: {},
  content: { type: 'application/json', schema: listSchema(ref('Freeze')) },
  async respond(source) {
    const calendar = await source.repository.calendar();
    const json = calendar && new TrainJson(source, calendar);
    return wholeList(json ? calendar.freezes.map((each) => json.freeze(each)) : []);
  },
});

const trainCalendar = route({
  path: '/feeds/train.ics',
  operationId: 'getTrainCalendar',
  tag: 'Feeds',
  summary: 'Departures, freezes and the days of all versions, for calendar programs',
  description:
    'What is withdrawn stays in the file as cancelled for 90 days, so that calendars that ' +
    'subscribe to it remove it.',
  parameters: {
    folder: {
      schema: { type: 'string', maxLength: 300 },
      description: 'Only the versions of the connector in this folder.',
      example: 'certified-connectors/Contoso Invoices',
    },
    publisher: {
      schema: { type: 'string', maxLength: 300 },
      description: 'Only the versions of the publisher with this key, from `/api/v1/publishers`.',
      example: 'contoso',
    },
  },
  content: { type: 'text/calendar; charset=utf-8', schema: text() },
  async respond(source, { folder, publisher }) {
    const { store, repository, now } = source;
    const calendar = await repository.calendar();
    if (!calendar) throw noTrain();
    const filter = {
      activeSince: new Date(Date.parse(now) - feedMemory),
      createdUntil: new Date(now),
    };
    const rides = await ridesOf(source, filter, calendar);
    const ofPublisher =
      publisher === undefined
        ? undefined
        : await store.catalog.foldersOf(repository.name, publisher);
    const shown = rides.filter(
      ({ view: { ride } }) =>
        (folder === undefined || ride.folder === folder) &&
        (ofPublisher === undefined || ofPublisher.has(ride.folder)),
    );
    const departures = departing(now, calendar).take(departuresInFeed).toArray();
    return `${trainFeed(repository.name, shown, departures, calendar, now)}\r\n`;
  },
});

export const trainRoutes: readonly Route[] = [
  listTrains,
  getTrain,
  getRide,
  listFreezes,
  trainCalendar,
];
