import { safe } from '../shared/finding.ts';
import type { SettingsError } from './schema-errors.ts';
import type { TrainInput } from './train-settings.ts';

/** What is wrong with a train that fits the schema. */
export const trainErrors = (train: TrainInput = {}): SettingsError[] => [
  ...unknownZone(train),
  ...repeatedRings(train),
  ...wrongHolidays(train),
  ...wrongFreezes(train),
];

const error = (path: string[], name: string, message: string): SettingsError => ({
  path: ['train', ...path],
  name,
  message: () => message,
});

function unknownZone({ zone }: TrainInput): SettingsError[] {
  if (zone === undefined || isTimeZone(zone)) return [];
  return [
    error(
      [],
      'zone',
      safe`${zone} is not a time zone. Use a name of the IANA database, such as ` +
        safe`${'America/Los_Angeles'}.`,
    ),
  ];
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function repeatedRings({ rings = [] }: TrainInput): SettingsError[] {
  const names = rings.map(({ name }) => name);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [
          error(
            ['rings', String(index)],
            'name',
            safe`The ring ${name} is listed twice. Give each ring a name of its own.`,
          ),
        ],
  );
}

const wrongHolidays = ({ holidays = [] }: TrainInput): SettingsError[] =>
  typeof holidays === 'string'
    ? []
    : holidays.flatMap((date, index) =>
        isDate(date) ? [] : [error(['holidays'], String(index), notADate(date))],
      );

function wrongFreezes({ freezes = [], rings }: TrainInput): SettingsError[] {
  return freezes.flatMap(({ from, to, scope }, index) => {
    const path = ['freezes', String(index)];
    const wrong = Object.entries({ from, to }).find(([, date]) => !isDate(date));
    if (wrong) return [error(path, wrong[0], notADate(wrong[1]))];
    if (to < from)
      return [
        error(path, 'to', safe`The freeze ends on ${to}, before it begins on ${from}. Swap them.`),
      ];
    const ring = typeof scope === 'object' && 'ring' in scope ? scope.ring : undefined;
    if (ring === undefined || !rings || rings.some(({ name }) => name === ring)) return [];
    return [
      error(
        [...path, 'scope'],
        'ring',
        safe`The train has no ring ${ring}. Its rings are ${rings.map(({ name }) => name)}.`,
      ),
    ];
  });
}

const notADate = (date: string): string =>
  safe`The calendar has no day ${date}. Correct the date (year-month-day).`;

/**
 * Whether the calendar has a day.
 * @param text `YYYY-MM-DD`, for example `2026-02-29`, which it does not have
 */
const isDate = (text: string): boolean =>
  !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().slice(0, 10) === text;
