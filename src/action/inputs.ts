import { connectorClasses, type ConnectorClass } from '../connector/connector.ts';
import { UserError } from '../shared/user-error.ts';
import { formats, type FormatName } from '../report/format.ts';
import type { Environment } from './outputs.ts';

/** Severities that a step fails on; `never` for none. */
export const thresholds = ['error', 'warning', 'note', 'never'] as const;
export type Threshold = (typeof thresholds)[number];

/** What a workflow says `with`. */
export interface Inputs {
  paths: string[];
  base: string | undefined;
  class: ConnectorClass | undefined;
  config: string | undefined;
  failOn: Threshold;
  format: FormatName;
  sarifFile: string | undefined;
  comment: boolean;
  annotations: boolean;
  workingDirectory: string;
  token: string;
  handover: string | undefined;
  claBranch: string | undefined;
}

/** The names of all inputs: action.yml has these and no others. */
export const inputNames = [
  'paths',
  'base',
  'class',
  'config',
  'fail-on',
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

/** Reads the inputs. Throws a Problem that names the one it does not understand. */
export function readInputs(environment: Environment): Inputs {
  const text = (name: Name): string | undefined =>
    environment[`INPUT_${name.toUpperCase()}`]?.trim() || undefined;
  const oneOf = <T extends string>(name: Name, allowed: readonly T[]): T | undefined => {
    const given = text(name);
    const found = allowed.find((one) => one === given);
    if (given !== undefined && found === undefined)
      throw new UserError(
        `The input ${name} is ${JSON.stringify(given)}. It can be ${allowed.join(', ')}.`,
      );
    return found;
  };
  const flag = (name: Name, otherwise: boolean): boolean => {
    const given = oneOf(name, ['true', 'false']);
    return given === undefined ? otherwise : given === 'true';
  };
  const branch = (name: Name): string | undefined => {
    const given = text(name);
    if (given !== undefined && !isBranch(given))
      throw new UserError(
        `The input ${name} is ${JSON.stringify(given)}, which no branch can be called. ` +
          'Give the name alone, for example signatures.',
      );
    return given;
  };
  return {
    paths: (text('paths') ?? '')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== ''),
    base: text('base'),
    class: oneOf('class', connectorClasses),
    config: text('config'),
    failOn: oneOf('fail-on', thresholds) ?? 'error',
    format: oneOf('format', formats) ?? 'json',
    sarifFile: text('sarif-file'),
    comment: flag('comment', false),
    annotations: flag('annotations', true),
    workingDirectory: text('working-directory') ?? '.',
    token: text('token') ?? '',
    handover: text('handover'),
    claBranch: branch('cla-branch'),
  };
}

/** What git takes for the name of a branch, and GitHub does not take for a full ref or a commit. */
const isBranch = (name: string): boolean =>
  !/[\p{Cc}\s~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[./]$|(?:^|\/)\.|\.lock(?:\/|$)|^@$|^(?:refs|heads)\/|^[0-9a-f]{40}$/u.test(
    name,
  );
