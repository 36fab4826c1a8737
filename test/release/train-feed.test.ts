import { expect, test } from 'vitest';
import { Calendar } from '../../src/release/calendar.ts';
import { foldRide } from '../../src/release/fold-ride.ts';
import { trainFeed, type FeedRide } from '../../src/release/train-feed.ts';
import { eventsOf, ride, throughTwo, toReady, type At } from './rides.ts';
import { modelTrain } from './settings.ts';

const now = '2026-11-24T12:00:00.000Z';
const calendar = new Calendar({
  ...modelTrain,
  freezes: [{ from: '2026-12-18', to: '2027-01-06', reason: 'Year end; all, of it', scope: 'all' }],
});

const feedRide = (...list: At[]): FeedRide => {
  const events = eventsOf(...list);
  return { view: foldRide(ride, events, calendar, now), changes: events.length };
};

/** The events of a calendar file: unfolded, as properties by name. */
function parseEvents(file: string): Map<string, string>[] {
  const lines = file.replaceAll('\r\n ', '').split('\r\n');
  const events: Map<string, string>[] = [];
  for (const line of lines) {
    if (line === 'BEGIN:VEVENT') events.push(new Map());
    const colon = line.indexOf(':');
    events.at(-1)?.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return events;
}

test('a feed has a day for each ring, the cutoff, and the freezes', () => {
  const departure = calendar.departureOn('2026-11-27');
  const file = trainFeed(
    'contoso/connectors',
    [feedRide(...throughTwo)],
    departure ? [departure] : [],
    calendar,
    now,
  );
  const events = parseEvents(file);
  expect(events.map((event) => event.get('UID'))).toEqual([
    'contoso/connectors/train/2026-11-27/cutoff@gatehouse',
    'contoso/connectors/freeze/2026-12-18/2027-01-06/everything@gatehouse',
    ...modelTrain.rings.map(({ name }) => `contoso/connectors/invoices-2.0/${name}@gatehouse`),
  ]);
  expect(events[0]?.get('DTSTART')).toBe('20261126T170000Z');
  expect(events[1]?.get('DTEND;VALUE=DATE')).toBe('20270107');
  expect(events[1]?.get('SUMMARY')).toBe(String.raw`Freeze: Year end\; all\, of it`);
  expect(events.slice(2).map((event) => event.get('DTSTART;VALUE=DATE'))).toEqual([
    '20261120',
    '20261123',
    '20261124',
    '20261125',
    '20261127',
    '20261130',
  ]);
  expect(events[6]?.get('DESCRIPTION')).toBe('Thu 26 Nov is Thanksgiving Day');
  expect(events[6]?.get('SEQUENCE')).toBe('6');
  expect(file.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
});

test('what is withdrawn stays as cancelled, and what waits for a person is tentative', () => {
  const statuses = (...list: At[]): (string | undefined)[] =>
    parseEvents(trainFeed('c/c', [feedRide(...list)], [], calendar, now))
      .filter((event) => event.get('UID')?.includes('invoices'))
      .map((event) => event.get('STATUS'));
  expect(
    statuses(...throughTwo, [now, { kind: 'withdrawn', reason: 'Not needed' }, 'ada']),
  ).toEqual(['CONFIRMED', 'CONFIRMED', 'CANCELLED', 'CANCELLED', 'CANCELLED', 'CANCELLED']);
  expect(new Set(statuses(...toReady.slice(0, 1)))).toEqual(new Set(['TENTATIVE']));
});

test('the same file is made in any time zone', () => {
  const zone = process.env.TZ;
  const feed = (): string => trainFeed('c/c', [feedRide(...throughTwo)], [], calendar, now);
  const here = feed();
  try {
    process.env.TZ = 'Pacific/Kiritimati';
    expect(feed()).toBe(here);
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

test('nothing in a name begins a line of the file', () => {
  const hostile = { ...ride, folder: 'certified-connectors/A\r\nEND:VCALENDAR\r\nX' };
  const view = foldRide(hostile, eventsOf(...toReady), calendar, now);
  const file = trainFeed('c/c', [{ view, changes: 2 }], [], calendar, now);
  expect(file.match(/^END:VCALENDAR$/gm)).toHaveLength(1);
});
