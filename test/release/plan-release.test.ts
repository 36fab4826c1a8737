import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Calendar } from '../../src/release/calendar.ts';
import { addDays } from '../../src/release/civil-date.ts';
import { planRelease, type ReleasePlan } from '../../src/release/plan-release.ts';
import {
  releaseKinds,
  type Freeze,
  type FreezeScope,
  type TrainSettings,
} from '../../src/settings/train-settings.ts';
import { modelTrain } from './settings.ts';

const invoices = { folder: 'certified-connectors/Contoso Invoices', class: 'certified' } as const;

const datesOf = (plan: ReleasePlan | undefined): string[] | undefined =>
  plan?.rings.map(({ date }) => date);

const plan = (
  readyAt: string,
  kind: 'new' | 'major' | 'minor' = 'minor',
  settings: TrainSettings = modelTrain,
): ReleasePlan | undefined => planRelease(readyAt, { ...invoices, kind }, new Calendar(settings));

const freeze = (from: string, to: string, rest: Partial<Freeze> = {}): Freeze => ({
  from,
  to,
  reason: 'Change freeze',
  scope: 'all',
  ...rest,
});

describe('the train of the model repository', () => {
  test('of 20 November 2026 pauses for weekends and Thanksgiving', () => {
    const found = plan('2026-11-17T12:00:00.000Z');
    expect(datesOf(found)).toEqual([
      '2026-11-20',
      '2026-11-23',
      '2026-11-24',
      '2026-11-25',
      '2026-11-27',
      '2026-11-30',
    ]);
    expect(found?.departure.cutoffAt).toBe('2026-11-19T17:00:00.000Z');
    expect(found?.rings.map(({ reasons }) => reasons)).toEqual([
      [],
      [{ kind: 'weekend' }],
      [],
      [],
      [{ kind: 'holiday', date: '2026-11-26', name: 'Thanksgiving Day' }],
      [{ kind: 'weekend' }],
    ]);
  });

  test('of 25 December 2026 departs on the Monday after, because the Friday is a holiday', () => {
    const found = plan('2026-12-22T12:00:00.000Z');
    expect(datesOf(found)).toEqual([
      '2026-12-28',
      '2026-12-29',
      '2026-12-30',
      '2026-12-31',
      '2027-01-04',
      '2027-01-05',
    ]);
    expect(found?.rings[0]?.reasons).toEqual([
      { kind: 'holiday', date: '2026-12-25', name: 'Christmas Day' },
      { kind: 'weekend' },
    ]);
  });

  test('of 15 November 2024 is half deployed during the freeze, if that is allowed', () => {
    expect(datesOf(plan('2024-11-12T12:00:00.000Z'))).toEqual([
      '2024-11-15',
      '2024-11-18',
      '2024-11-19',
      '2025-01-07',
      '2025-01-08',
      '2025-01-09',
    ]);
  });

  test('of 15 November 2024 leaves without new connectors, which would be half deployed', () => {
    const found = plan('2024-11-12T12:00:00.000Z', 'new');
    expect(datesOf(found)?.[0]).toBe('2025-01-10');
    const reasons = found?.rings[0]?.reasons;
    expect(reasons?.map(({ kind }) => kind)).toEqual(['stranding', 'freeze']);
    expect(reasons?.[0]).toMatchObject({ departure: { departsOn: '2024-11-15' } });
  });

  test.each([
    ['2026-11-19T17:00:00.000Z', '2026-11-20', 'exactly 24 hours before the departure'],
    ['2026-11-19T17:00:00.001Z', '2026-11-27', 'a millisecond later'],
    // A holiday on the day of the cutoff does not move it.
    ['2026-11-26T17:00:00.000Z', '2026-11-27', 'on Thanksgiving'],
    ['2026-11-20T17:00:00.000Z', '2026-11-27', 'at the departure'],
  ])('of what is ready at %s, departs on %s: %s', (readyAt, departsOn) => {
    expect(plan(readyAt)?.departure.departsOn).toBe(departsOn);
  });

  test('says which departure was missed', () => {
    expect(plan('2026-11-19T17:00:00.001Z')?.rings[0]?.reasons).toEqual([
      { kind: 'cutoff', departure: expect.objectContaining({ departsOn: '2026-11-20' }) },
    ]);
  });
});

describe('settings of the train', () => {
  test('a departure on a holiday can be skipped', () => {
    const settings: TrainSettings = {
      ...modelTrain,
      departs: { ...modelTrain.departs, onHoliday: 'skip' },
    };
    expect(datesOf(plan('2026-12-22T12:00:00.000Z', 'minor', settings))?.[0]).toBe('2027-01-08');
  });

  test('the first ring can start on the day after the departure', () => {
    const settings: TrainSettings = { ...modelTrain, first: 'next-day' };
    expect(datesOf(plan('2026-11-17T12:00:00.000Z', 'minor', settings))).toEqual([
      '2026-11-23',
      '2026-11-24',
      '2026-11-25',
      '2026-11-27',
      '2026-11-30',
      '2026-12-01',
    ]);
  });

  test('rings soak for deployment days, each for its own', () => {
    const settings: TrainSettings = {
      ...modelTrain,
      soak: 1,
      rings: modelTrain.rings.map((ring, index) => (index === 2 ? { ...ring, soak: 0 } : ring)),
    };
    expect(datesOf(plan('2026-06-02T12:00:00.000Z', 'minor', settings))).toEqual([
      '2026-06-05',
      '2026-06-09',
      '2026-06-11',
      '2026-06-12',
      '2026-06-16',
      '2026-06-18',
    ]);
  });

  test('freezes overlap, and the longest counts', () => {
    const settings = {
      ...modelTrain,
      freezes: [freeze('2026-06-08', '2026-06-09'), freeze('2026-06-09', '2026-06-11')],
    };
    expect(datesOf(plan('2026-06-02T12:00:00.000Z', 'minor', settings))?.slice(0, 3)).toEqual([
      '2026-06-05',
      '2026-06-12',
      '2026-06-15',
    ]);
  });

  test.each([
    [{ class: 'certified' } as const, true],
    [{ class: 'independent-publisher' } as const, false],
    [{ connector: invoices.folder }, true],
    [{ connector: 'certified-connectors/Fabrikam Tickets' }, false],
    [{ ring: 'us-preview' }, true],
    [{ ring: 'asia' }, false],
  ])('a freeze of %o stops the second ring: %s', (scope, isStopped) => {
    const settings = {
      ...modelTrain,
      freezes: [freeze('2026-06-08', '2026-06-08', { scope })],
    };
    const [, second] = datesOf(plan('2026-06-02T12:00:00.000Z', 'minor', settings)) ?? [];
    expect(second).toBe(isStopped ? '2026-06-09' : '2026-06-08');
  });

  test('without rings there is no plan', () => {
    expect(plan('2026-06-02T12:00:00.000Z', 'minor', { ...modelTrain, rings: [] })).toBeUndefined();
  });

  test('freezes that stop every departure of two years leave no plan', () => {
    const settings = { ...modelTrain, freezes: [freeze('2026-01-01', '2029-12-31')] };
    expect(plan('2026-06-02T12:00:00.000Z', 'minor', settings)).toBeUndefined();
  });
});

const days = fc.integer({ min: 0, max: 1_500 }).map((offset) => addDays('2024-01-01', offset));
const instants = fc
  .integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2027, 11, 31) })
  .map((time) => new Date(time).toISOString());
const trains = fc
  .record({
    zone: fc.constantFrom('America/Los_Angeles', 'Europe/Berlin', 'Asia/Kolkata', 'UTC'),
    weekday: fc.constantFrom('monday', 'wednesday', 'friday'),
    at: fc.constantFrom('00:00', '02:30', '09:00', '23:59'),
    onHoliday: fc.constantFrom('shift', 'skip'),
    first: fc.constantFrom('departure', 'next-day'),
    notice: fc.integer({ min: 0, max: 72 }).map((hours) => `${hours}h`),
    soak: fc.integer({ min: 0, max: 2 }),
    freezes: fc.array(
      fc
        .tuple(
          days,
          fc.integer({ min: 0, max: 30 }),
          fc.constantFrom<FreezeScope>('all', { ring: 'asia' }, { class: 'custom' }),
        )
        .map(([from, length, scope]) => freeze(from, addDays(from, length), { scope })),
      { maxLength: 4 },
    ),
  })
  .map(({ weekday, at, onHoliday, notice, ...rest }): TrainSettings => ({
    ...modelTrain,
    ...rest,
    departs: { weekday, at, onHoliday, notice },
  }));

describe('every plan', () => {
  test('keeps to deployment days, freezes, the notice and the order of rings', () => {
    fc.assert(
      fc.property(trains, instants, fc.constantFrom(...releaseKinds), (settings, readyAt, kind) => {
        const calendar = new Calendar(settings);
        const found = planRelease(readyAt, { ...invoices, kind }, calendar);
        if (!found) return;
        expect(found.departure.cutoffAt >= readyAt).toBe(true);
        const elapsed =
          Date.parse(found.departure.departsAt) - Date.parse(found.departure.cutoffAt);
        expect(elapsed).toBe(calendar.noticeHours * 3_600_000);
        let before = '';
        for (const { ring, date } of found.rings) {
          expect(date > before).toBe(true);
          expect(calendar.closureOn(date)).toBeUndefined();
          expect(calendar.freezeOn(date, invoices, ring.name)).toBeUndefined();
          before = date;
        }
        const isStranded = found.rings
          .slice(1)
          .some(({ reasons }) => reasons.some((reason) => reason.kind === 'freeze'));
        expect(isStranded && settings.stranding[kind] === 'avoid').toBe(false);
      }),
    );
  });

  test('of what is ready later departs no earlier', () => {
    fc.assert(
      fc.property(trains, instants, instants, (settings, a, b) => {
        const calendar = new Calendar(settings);
        const [first, second] = [a, b]
          .toSorted()
          .map((at) => planRelease(at, { ...invoices, kind: 'minor' }, calendar));
        fc.pre(first !== undefined && second !== undefined);
        expect(second && first && second.departure.departsAt >= first.departure.departsAt).toBe(
          true,
        );
      }),
    );
  });
});
