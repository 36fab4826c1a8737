import { describe, expect, test } from 'vitest';
import { Calendar } from '../../src/release/calendar.ts';
import { addDays, instantOf, weekdayOf } from '../../src/release/civil-date.ts';
import { usFederalHolidays } from '../../src/release/holidays.ts';
import { modelTrain } from './settings.ts';

/** The holidays of a year by the law (5 U.S.C. 6103) and their observed days, for comparison. */
function holidaysOfLaw(year: number): string[] {
  const date = (month: number, day: number): string =>
    new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
  const nthMonday = (month: number, n: number): string => nthWeekday(month, 'monday', n);
  const nthWeekday = (month: number, weekday: string, n: number): string => {
    let day = date(month, 1);
    while (weekdayOf(day) !== weekday) day = addDays(day, 1);
    return addDays(day, 7 * (n - 1));
  };
  const lastMondayOfMay = [5, 4]
    .map((n) => nthMonday(5, n))
    .find((day) => day.slice(5, 7) === '05');
  const observed = (day: string): string => {
    const weekday = weekdayOf(day);
    if (weekday === 'saturday') return addDays(day, -1);
    return weekday === 'sunday' ? addDays(day, 1) : day;
  };
  return [
    date(1, 1),
    nthMonday(1, 3),
    nthMonday(2, 3),
    lastMondayOfMay ?? '',
    date(6, 19),
    date(7, 4),
    nthMonday(9, 1),
    nthMonday(10, 2),
    date(11, 11),
    nthWeekday(11, 'thursday', 4),
    date(12, 25),
  ].map(observed);
}

describe('federal holidays', () => {
  test('are observed on the days of the law, from 2022 to 2100', () => {
    const holidays = usFederalHolidays();
    const found: string[] = [];
    for (let day = '2022-01-03'; day < '2100-12-01'; day = addDays(day, 1))
      if (holidays(day) !== undefined) found.push(day);
    const expected: string[] = [];
    for (let year = 2022; year <= 2101; year += 1) expected.push(...holidaysOfLaw(year));
    expect(found).toEqual(
      expected.filter((day) => day >= '2022-01-03' && day < '2100-12-01').toSorted(),
    );
  });

  test('include 31 December 2027, on which New Year 2028 is observed', () => {
    expect(usFederalHolidays()('2027-12-31')).toBe("New Year's Day");
  });

  test('do not depend on the time zone of the machine', () => {
    const zone = process.env.TZ;
    try {
      process.env.TZ = 'Asia/Tokyo';
      expect(usFederalHolidays()('2026-07-03')).toBe('Independence Day');
      expect(usFederalHolidays()('2026-07-02')).toBeUndefined();
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });
});

describe('dates and instants', () => {
  test.each([
    ['2026-03-07', '09:00', '2026-03-07T17:00:00.000Z'],
    // Clocks go forward on 8 March 2026 at 02:00, and back on 1 November 2026 at 02:00.
    ['2026-03-08', '02:30', '2026-03-08T10:30:00.000Z'],
    ['2026-03-08', '09:00', '2026-03-08T16:00:00.000Z'],
    ['2026-11-01', '01:30', '2026-11-01T08:30:00.000Z'],
    ['2026-11-01', '09:00', '2026-11-01T17:00:00.000Z'],
  ])('%s %s in Los Angeles is %s', (date, time, instant) => {
    expect(instantOf(date, time, 'America/Los_Angeles')).toBe(instant);
  });

  test('the day depends on the time zone', () => {
    const dateIn = (zone: string): string =>
      new Calendar({ ...modelTrain, zone }).dateAt('2026-11-20T10:30:00.000Z');
    expect(dateIn('America/Los_Angeles')).toBe('2026-11-20');
    expect(dateIn('Pacific/Pago_Pago')).toBe('2026-11-19');
    expect(dateIn('Pacific/Kiritimati')).toBe('2026-11-21');
  });
});

test('a notice across a change of the clock is as many elapsed hours', () => {
  const calendar = new Calendar({
    ...modelTrain,
    departs: { ...modelTrain.departs, weekday: 'monday' },
  });
  expect(calendar.departureOn('2026-03-09')).toMatchObject({
    departsAt: '2026-03-09T16:00:00.000Z',
    cutoffAt: '2026-03-08T16:00:00.000Z',
  });
  expect(calendar.departureOn('2026-11-02')).toMatchObject({
    departsAt: '2026-11-02T17:00:00.000Z',
    cutoffAt: '2026-11-01T17:00:00.000Z',
  });
});

test('a calendar without deployment days is refused instead of searched for ever', () => {
  const holidays = Array.from({ length: 4_000 }, (_, index) => addDays('2026-01-01', index));
  const calendar = new Calendar({ ...modelTrain, holidays });
  expect(() => calendar.deploymentDayFrom('2026-01-01')).toThrow('no deployment day');
});
