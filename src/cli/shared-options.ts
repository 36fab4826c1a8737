import { availableParallelism } from 'node:os';
import { connectorClasses } from '../connector/connector.ts';
import { formats } from '../report/format.ts';
import { UserError } from '../shared/user-error.ts';
import type { Options } from './options.ts';

/** Options that several commands have. */
export const sharedOptions = {
  class: {
    type: 'string',
    value: 'class',
    description: 'Class of connectors in folders outside the usual layout',
    choices: connectorClasses,
    defaultDescription: 'certified',
  },
  config: {
    type: 'string',
    value: 'file',
    description: 'Settings file',
    defaultDescription: '.github/gatehouse.yml of the checkout',
  },
  baseline: {
    type: 'string',
    value: 'file',
    description: 'Baseline: errors that already exist and do not fail the check',
    defaultDescription: '.github/gatehouse-baseline.json, or the file that the settings name',
  },
  format: {
    type: 'string',
    value: 'format',
    description: 'Format of the report',
    choices: formats,
    default: 'pretty',
  },
  output: { type: 'string', value: 'file', description: 'Write the report to this file' },
  jobs: {
    type: 'string',
    value: 'n',
    description: 'Number of threads',
    defaultDescription: 'one for each core',
  },
} as const satisfies Options;

/**
 * The number of threads for `--jobs`.
 * @throws UserError if the value is not a number from 1 to 9999
 */
export function jobCount(jobs: string | undefined): number {
  if (jobs === undefined) return availableParallelism();
  if (!/^[1-9]\d{0,3}$/.test(jobs))
    throw new UserError(`--jobs needs a number from 1 to 9999, not ${jobs}.`);
  return Number(jobs);
}
