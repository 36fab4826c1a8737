import { expect, test } from 'vitest';
import { Calendar } from '../../src/release/calendar.ts';
import { foldRide } from '../../src/release/fold-ride.ts';
import { rideSection } from '../../src/release/render-ride.ts';
import { calendar, eventsOf, ride, started, throughTwo, toReady } from './rides.ts';
import { modelTrain } from './settings.ts';

test('a ride in the third ring says what is live, what comes when, and why not sooner', () => {
  const now = '2026-11-24T18:00:00.000Z';
  const events = eventsOf(...throughTwo, started('asia', 3, '2026-11-24T17:14:00.000Z'));
  expect(rideSection(foldRide(ride, events, calendar, now), calendar, now)).toBe(
    [
      '**In ring 3 of 6** — Asia except Japan and India, since Tue 24 Nov. Next: Europe except UK, Wed 25 Nov.',
      '',
      '| ring | regions | state | day |',
      '| --- | --- | --- | --- |',
      '| 1 | Testing | live | Fri 20 Nov |',
      '| 2 | US preview | live | Mon 23 Nov |',
      '| 3 | Asia except Japan and India | deploying since 09:14 | Tue 24 Nov |',
      '| 4 | Europe except UK | planned | Wed 25 Nov |',
      '| 5 | Brazil, Canada, Japan, India | planned | Fri 27 Nov — Thu 26 Nov is Thanksgiving Day |',
      '| 6 | Australia, United Kingdom, United States | planned | Mon 30 Nov — weekend |',
      '',
      'Nobody has to do anything. `/why` explains each day.',
    ].join('\n'),
  );
});

test('a freeze is named before it bites', () => {
  const frozen = new Calendar({
    ...modelTrain,
    freezes: [{ from: '2026-11-24', to: '2027-01-06', reason: 'Year end', scope: 'all' }],
  });
  const now = '2026-11-18T12:00:00.000Z';
  const section = rideSection(foldRide(ride, eventsOf(...toReady), frozen, now), frozen, now);
  expect(section).toContain('**Waits for the train of Fri 20 Nov.**');
  expect(section).toContain(
    '| planned | Thu 7 Jan 2027 — the freeze `Year end` ends on Wed 6 Jan 2027 |',
  );
});

test('what a deployer and a person write is quoted, and nothing in it breaks out', () => {
  const now = '2026-11-24T19:00:00.000Z';
  const events = eventsOf(...throughTwo, started('asia', 3, '2026-11-24T17:14:00.000Z'), [
    '2026-11-24T18:00:00.000Z',
    { kind: 'failed', ring: 'asia', deployment: 3, reason: '@all ` | <img src=x> [a](b)' },
  ]);
  const section = rideSection(foldRide(ride, events, calendar, now), calendar, now);
  expect(section).toContain('failed: `');
  expect(section.replaceAll(/`[^`]*`/g, '')).not.toMatch(/@all|<img|\]\(/);
});
