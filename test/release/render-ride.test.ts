import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Calendar } from '../../src/release/calendar.ts';
import { foldRide } from '../../src/release/fold-ride.ts';
import { rideSection, type RideContext } from '../../src/release/render-ride.ts';
import { calendar, eventsOf, ride, started, throughTwo, toReady, type At } from './rides.ts';
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
    '| planned | not before Thu 7 Jan 2027: the freeze `Year end` ends on Wed 6 Jan 2027 |',
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

describe('the first line says', () => {
  const line = (now: string, more: readonly At[], context: RideContext = {}): string =>
    rideSection(foldRide(ride, eventsOf(...more), calendar, now), calendar, now, context).split(
      '\n',
      1,
    )[0] ?? '';
  const hold: At = ['2026-11-24T16:00:00.000Z', { kind: 'hold', reason: 'Outage' }, 'rita'];

  test('that the preview is deployed, and when it is not', () => {
    const now = '2026-11-16T13:00:00.000Z';
    expect(line(now, [])).toBe('**In pre-release.** The preview is being deployed.');
    const failure: At = [now, { kind: 'preview-failed', reason: 'No space' }];
    expect(line(now, [failure])).toContain('could not be deployed');
    expect(line(now, [], { isPreviewRefused: true })).toContain('could not be deployed');
  });

  test('who held it and why, and what it was doing', () => {
    expect(line('2026-11-24T18:00:00.000Z', [...throughTwo, hold])).toMatch(
      /^\*\*On hold\*\* by `rita` since Tue 24 Nov: `Outage` \*\*In ring 2 of 6\*\*/,
    );
    expect(line('2026-11-18T18:00:00.000Z', [...toReady, hold])).toContain(
      'If it is resumed by Thu 19 Nov 09:00 PT, it boards the train of Fri 20 Nov.',
    );
  });

  test('that a deployment is late', () => {
    const events = [...throughTwo, started('asia', 3, '2026-11-24T17:14:00.000Z')];
    expect(line('2026-11-24T18:00:00.000Z', events)).not.toContain('late');
    expect(line('2026-11-25T18:00:00.000Z', events)).toContain(
      'since Tue 24 Nov; its deployment is late.',
    );
  });

  test('in how many rings it is live if some were skipped', () => {
    const skipped = ['asia', 'europe', 'br-ca-jp-in', 'au-uk-us'].map((ring): At => [
      '2026-11-24T18:00:00.000Z',
      { kind: 'skipped', ring, reason: 'Law' },
      'rita',
    ]);
    expect(line('2026-11-24T19:00:00.000Z', [...throughTwo, ...skipped])).toBe(
      '**Live** since Mon 23 Nov in 2 of 6 rings; the others were skipped.',
    );
  });

  test('who withdrew it', () => {
    const end: At = ['2026-11-18T12:00:00.000Z', { kind: 'withdrawn', reason: 'Too early' }, 'ada'];
    expect(line('2026-11-18T13:00:00.000Z', [...toReady, end])).toBe(
      '**Withdrawn** by `ada` on Wed 18 Nov: `Too early`',
    );
  });
});

test('a log is linked only if its address is https, and cannot leave the link', () => {
  const now = '2026-11-24T19:00:00.000Z';
  const section = (logUrl: string): string => {
    const events = eventsOf(...throughTwo, started('asia', 3, '2026-11-24T17:14:00.000Z'), [
      '2026-11-24T18:00:00.000Z',
      { kind: 'failed', ring: 'asia', deployment: 3, reason: 'Quota', logUrl },
    ]);
    return rideSection(foldRide(ride, events, calendar, now), calendar, now);
  };
  expect(section('https://ci.example/7')).toContain('| failed ([log](https://ci.example/7)) |');
  for (const address of [
    'http://ci.example/7',
    'javascript:alert(1)',
    'https://u:p@ci.example/',
    '?',
  ])
    expect(section(address)).not.toContain('[log]');
  expect(section(`https://ci.example/${'a'.repeat(2_000)}`)).not.toContain('[log]');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (path) => {
      const [, address] = /\(\[log\]\((.*?)\)\)/.exec(section(`https://ci.example/${path}`)) ?? [];
      expect(address ?? '').toMatch(/^[\w./:?&=%#,;+-]*$/);
    }),
  );
});

test('what a person has to do has a deadline, and says so when it has passed', () => {
  const turn = (now: string): string =>
    rideSection(foldRide(ride, eventsOf(...toReady.slice(0, 1)), calendar, now), calendar, now)
      .split('\n')
      .at(-1) ?? '';
  expect(turn('2026-11-17T12:00:00.000Z')).toContain(
    '**Waiting for the publisher** until Wed 18 Nov 09:00 PT: Test the preview, then reply `/ready` ',
  );
  expect(turn('2026-11-19T17:00:00.000Z')).toContain('an answer was due Wed 18 Nov 09:00 PT');
});

test.each<[state: string, events: At[], maxEdits: number]>([
  // With each cutoff and each departure.
  ['waits for its publisher', toReady.slice(0, 1), 8],
  ['is aboard, and is not deployed', toReady, 20],
  [
    'failed',
    [
      ...throughTwo,
      started('asia', 3, '2026-11-24T17:14:00.000Z'),
      [
        '2026-11-24T18:00:00.000Z',
        { kind: 'failed', ring: 'asia', deployment: 3, reason: 'Quota' },
      ],
    ],
    // On each deployment day, because the rings after it cannot start before.
    20,
  ],
])('by time alone, a comment changes rarely: a ride that %s', (_, events, maxEdits) => {
  let edits = 0;
  let last = '';
  const start = Date.parse('2026-11-24T18:00:00.000Z');
  for (let minutes = 0; minutes < 28 * 24 * 60; minutes += 180) {
    const now = new Date(start + minutes * 60_000).toISOString();
    const section = rideSection(foldRide(ride, eventsOf(...events), calendar, now), calendar, now);
    if (last !== '' && section !== last) edits += 1;
    last = section;
  }
  expect(edits).toBeLessThanOrEqual(maxEdits);
});
