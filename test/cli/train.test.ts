import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { folder, run } from '../support/cli.ts';

const settings = join(folder, 'train.yml');
const train = (...words: string[]) => run(['train', '--config', settings, ...words]);

beforeAll(() => {
  writeFileSync(
    settings,
    'preset: microsoft\ntrain:\n  freezes:\n' +
      '    - { from: 2026-12-21, to: 2027-01-06, reason: Year-end freeze }\n',
  );
});

describe('gatehouse train', () => {
  test('shows the day of each ring, and why not sooner', () => {
    const { status, out } = train('--at', '2026-11-19T18:00:00Z');
    expect(status).toBe(0);
    expect(out).toBe(
      [
        'Ready at Thu 19 Nov 10:00 (America/Los_Angeles).',
        'Departs Fri 27 Nov 09:00, cutoff Thu 26 Nov 09:00.',
        'Promised within 15 business days, by Fri 11 Dec: kept.',
        '',
        'ring  day         regions                                   why not sooner',
        '1     Fri 27 Nov  Testing                                   ' +
          'the cutoff of the train of Fri 20 Nov was Thu 19 Nov 09:00',
        '2     Mon 30 Nov  US preview                                weekend',
        '3     Tue 1 Dec   Asia except Japan and India',
        '4     Wed 2 Dec   Europe except UK',
        '5     Thu 3 Dec   Brazil, Canada, Japan, India',
        '6     Fri 4 Dec   Australia, United Kingdom, United States',
        '',
      ].join('\n'),
    );
  });

  test('says which freeze a new connector waits for, as JSON', () => {
    const { out } = train('--at', '2026-12-15T18:00:00+01:00', '--kind', 'new', '--format', 'json');
    const plan: unknown = JSON.parse(out);
    expect(plan).toMatchObject({
      readyAt: '2026-12-15T17:00:00.000Z',
      zone: 'America/Los_Angeles',
      promise: { days: 15, by: '2027-01-07', late: 6 },
      departure: { departsOn: '2027-01-08', cutoffAt: '2027-01-07T17:00:00.000Z' },
      rings: [
        {
          name: 'testing',
          date: '2027-01-08',
          reasons: [
            {
              kind: 'stranding',
              text:
                'the train of Fri 18 Dec would be between two rings when the freeze ' +
                '`Year-end freeze` begins on Mon 21 Dec',
            },
            { kind: 'freeze' },
          ],
        },
        {},
        {},
        {},
        {},
        {},
      ],
    });
  });

  test('writes departures and freezes for calendar programs', () => {
    const { out } = train('--at', '2026-11-19T18:00:00Z', '--format', 'ics');
    expect(
      out
        .match(/^SUMMARY:.*/gm)
        ?.map((line) => line.trim())
        .slice(0, 2),
    ).toEqual([
      'SUMMARY:Cutoff of the train of 2026-11-27',
      'SUMMARY:Cutoff of the train of 2026-12-04',
    ]);
    expect(out).toContain('SUMMARY:Freeze: Year-end freeze');
    expect(out.trimEnd().endsWith('END:VCALENDAR')).toBe(true);
  });

  test.each([
    [['--at', 'tomorrow'], '--at needs an instant with its offset'],
    [['--at', '2026-11-19T18:00:00'], '--at needs an instant with its offset'],
    [['--at', '2026-02-31T99:00:00Z'], '--at needs an instant with its offset'],
    [['--simulate', '--seed', 'x'], '--seed needs a number'],
  ])('refuses %j', (words, message) => {
    const { status, out, err } = train(...words);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(message);
  });

  test('says what to add if the settings have no train', () => {
    const elsewhere = join(folder, 'without');
    mkdirSync(elsewhere);
    const { status, err } = run(['train'], elsewhere);
    expect(status).toBe(2);
    expect(err).toContain('Add rings to train in .github/gatehouse.yml');
  });
});
