import { resolve } from 'node:path';
import type { Calendar } from '../../release/calendar.ts';
import { connectorClasses, type ConnectorClass } from '../../connector/connector.ts';
import type { Settings } from '../../settings/defaults.ts';
import { releaseKinds, type ReleaseKind } from '../../settings/train-settings.ts';
import { UserError } from '../../shared/user-error.ts';
import { loadSettings } from '../../workspace/validate-checkout.ts';
import { defineCommand } from '../command.ts';
import { write } from '../output.ts';
import { hasColors } from '../terminal.ts';
import { sharedOptions } from '../shared-options.ts';

/** Departures that the calendar file shows. */
const departuresInFeed = 8;

export const train = defineCommand({
  name: 'train',
  summary: 'Show when a version would reach which region, and why not sooner',
  usage: 'gatehouse train',
  example: 'gatehouse train --at 2026-11-17T12:00:00Z --kind major',
  details: [
    'Reads the train of the settings: rings, departures, holidays and freezes.',
    '--simulate plays a year of these trains with random failures, holds and withdrawals, and ' +
      'shows how long versions took.',
  ],
  options: {
    at: {
      type: 'string',
      value: 'instant',
      description: 'When the version is ready, as ISO 8601',
      defaultDescription: 'now',
    },
    kind: {
      type: 'string',
      value: 'kind',
      description: 'What the version is: it decides whether a freeze may strand it',
      choices: releaseKinds,
      default: 'minor',
    },
    class: {
      type: 'string',
      value: 'class',
      description: 'The class of the connector, for freezes of a class',
      choices: connectorClasses,
      default: 'certified',
    },
    connector: {
      type: 'string',
      value: 'folder',
      description: 'The folder of the connector, for freezes of a connector',
    },
    simulate: { type: 'boolean', description: 'Play a year of trains with 10,000 versions' },
    seed: {
      type: 'string',
      value: 'n',
      description: 'With --simulate, the start of the random numbers',
      default: '1',
    },
    config: sharedOptions.config,
    format: {
      type: 'string',
      value: 'format',
      description: 'Format of the calendar; ics is a file for calendar programs',
      choices: ['pretty', 'json', 'ics'],
      default: 'pretty',
    },
    output: sharedOptions.output,
  },

  async run(_, values) {
    const settings = await loadSettings(values.config, undefined, resolve('.'));
    if (settings.train.rings.length === 0)
      throw new UserError(
        'The settings have no train. Add rings to train in .github/gatehouse.yml, or ' +
          'preset: microsoft.',
      );
    const { Calendar } = await import('../../release/calendar.ts');
    const calendar = new Calendar(settings.train);
    const now = instantOption(values.at);
    const text = values.simulate
      ? await simulation(calendar, now, values)
      : await timetable(calendar, now, values, settings.promise);
    await write([text], values.output);
    return 0;
  },
});

/** @throws UserError if it is not an instant */
function instantOption(at: string | undefined): string {
  if (at === undefined) return new Date().toISOString();
  const hasZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(at);
  if (!hasZone || Number.isNaN(Date.parse(at)))
    throw new UserError(
      `--at needs an instant with its offset, such as 2026-11-17T12:00:00Z, not ${at}.`,
    );
  return new Date(at).toISOString();
}

interface TrainValues {
  kind: ReleaseKind;
  class: ConnectorClass;
  connector: string | undefined;
  seed: string;
  format: 'pretty' | 'json' | 'ics';
  output: string | undefined;
}

/** The days of a version that is ready at an instant. */
async function timetable(
  calendar: Calendar,
  now: string,
  values: TrainValues,
  promise: Settings['promise'],
): Promise<string> {
  if (values.format === 'ics') {
    const { trainFeed } = await import('../../release/train-feed.ts');
    const departures = Array.from(calendar.departuresFrom(now).take(departuresInFeed));
    return `${trainFeed('this repository', [], departures, calendar, now)}\r\n`;
  }
  const { planRelease } = await import('../../release/plan-release.ts');
  const { planToJson, planToText } = await import('../../release/train-report.ts');
  const release = { kind: values.kind, class: values.class, folder: values.connector ?? '' };
  const plan = planRelease(now, release, calendar);
  const days = promise[values.class];
  return values.format === 'json'
    ? `${JSON.stringify(planToJson(plan, days, calendar, now), undefined, 2)}\n`
    : planToText(plan, days, calendar, now, hasColors(values.output));
}

/** @throws UserError if the seed is not a number */
async function simulation(
  calendar: Calendar,
  now: string,
  { seed, format }: TrainValues,
): Promise<string> {
  if (!/^\d{1,9}$/.test(seed))
    throw new UserError(`--seed needs a number with at most nine digits, not ${seed}.`);
  const { randomFrom, simulateTrains } = await import('../../release/simulate-trains.ts');
  const { simulationToText } = await import('../../release/train-report.ts');
  const from = calendar.dateAt(now);
  const result = simulateTrains({
    random: randomFrom(Number(seed)),
    calendar,
    from,
    trains: 52,
    releases: 10_000,
  });
  return format === 'json' ? `${JSON.stringify(result)}\n` : simulationToText(result);
}
