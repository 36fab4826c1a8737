import { connectorClasses, type ConnectorClass } from '../connector/connector.ts';
import { UserError } from '../shared/user-error.ts';
import type { Severity } from '../shared/finding.ts';
import { formats, type FormatName } from '../report/format.ts';
import { severities } from '../report/text.ts';
import type { Environment } from './environment.ts';

/** The least severity that fails the step; `never` for none. */
export const thresholds = ['error', 'warning', 'note', 'never'] as const;
export type Threshold = (typeof thresholds)[number];

/** The inputs of the step: `with` in a workflow. */
export interface Inputs {
  paths: string[];
  base: string | undefined;
  class: ConnectorClass | undefined;
  config: string | undefined;
  failOn: Threshold;
  /** The least severity that the step shows. */
  level: Severity;
  format: FormatName;
  sarifFile: string | undefined;
  comment: boolean;
  annotations: boolean;
  workingDirectory: string;
  token: string;
  handover: string | undefined;
  claBranch: string | undefined;
}

/** The names of all inputs, in the order of action.yml; a test compares the two. */
export const inputNames = [
  'paths',
  'base',
  'class',
  'config',
  'fail-on',
  'level',
  'format',
  'sarif-file',
  'comment',
  'annotations',
  'working-directory',
  'token',
  'handover',
  'cla-branch',
] as const;
type Name = (typeof inputNames)[number];

/**
 * Reads the inputs from the environment.
 * @throws UserError if the value of an input is not valid; names the input
 */
export function readInputs(environment: Environment): Inputs {
  const text = (name: Name): string | undefined =>
    environment[`INPUT_${name.toUpperCase()}`]?.trim() || undefined;
  const choice = <T extends string>(name: Name, allowed: readonly T[]): T | undefined => {
    const value = text(name);
    const match = allowed.find((option) => option === value);
    if (value !== undefined && match === undefined)
      throw new UserError(
        `The input ${name} is ${JSON.stringify(value)}. It can be ${allowed.join(', ')}.`,
      );
    return match;
  };
  const flag = (name: Name, defaultValue: boolean): boolean => {
    const value = choice(name, ['true', 'false']);
    return value === undefined ? defaultValue : value === 'true';
  };
  const branch = (name: Name): string | undefined => {
    const value = text(name);
    if (value !== undefined && !isBranch(value))
      throw new UserError(
        `The input ${name} is ${JSON.stringify(value)}, which is not a valid branch name. ` +
          'Give the name alone, for example signatures.',
      );
    return value;
  };
  const failOn = choice('fail-on', thresholds) ?? 'error';
  const level = choice('level', severities) ?? 'note';
  if (failOn !== 'never' && severities.indexOf(failOn) > severities.indexOf(level))
    throw new UserError(
      `With the input fail-on: ${failOn} the step could fail because of a finding that level: ` +
        `${level} hides. Set level to ${failOn}, or leave it out.`,
    );
  return {
    paths: (text('paths') ?? '')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== ''),
    base: text('base'),
    class: choice('class', connectorClasses),
    config: text('config'),
    failOn,
    level,
    format: choice('format', formats) ?? 'json',
    sarifFile: text('sarif-file'),
    comment: flag('comment', false),
    annotations: flag('annotations', true),
    workingDirectory: text('working-directory') ?? '.',
    token: text('token') ?? '',
    handover: text('handover'),
    claBranch: branch('cla-branch'),
  };
}

/** Whether git accepts it as a branch name, and GitHub would not read it as a full ref or a SHA. */
const isBranch = (name: string): boolean =>
  !/[\p{Cc}\s~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[./]$|(?:^|\/)\.|\.lock(?:\/|$)|^@$|^(?:refs|heads)\/|^[0-9a-f]{40}$/u.test(
    name,
  );
