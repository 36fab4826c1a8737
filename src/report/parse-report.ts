import { blockable, type EntryLocation, type Finding, type Severity } from '../shared/finding.ts';
import { connectorClasses } from '../connector/connector.ts';
import { isObject, type Json, type JsonObject } from '../json/values.ts';
import { reportOf, updateSizes, type ConnectorReport, type Report } from './report.ts';
import { severities } from './text.ts';

/** Limits of an untrusted report: more than a person reads, small enough for memory. */
export const parseLimits = {
  bytes: 20 * 1024 * 1024,
  connectors: 5_000,
  findings: 100_000,
  text: 2_000,
  message: 4_000,
  policies: 20,
};

class InvalidReport extends Error {}
/** @param pointer RFC 6901 */
const reject = (pointer: string, expected: string): never => {
  throw new InvalidReport(`${pointer === '' ? 'The whole' : pointer} is not ${expected}.`);
};

/**
 * Parses an untrusted report. Checks types and limits, that all rules exist, and that paths stay in
 * the repository. Ignores everything else, and counts the findings itself.
 * @returns the report, or what is wrong with it
 */
export function parseReport(
  bytes: Uint8Array,
  ruleIds: ReadonlySet<string>,
): { report: Report } | { wrong: string } {
  if (bytes.length > parseLimits.bytes)
    return { wrong: `It has ${bytes.length} bytes, and at most ${parseLimits.bytes} are read.` };
  try {
    const value: Json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const { tool, connectors } = isObject(value) ? value : reject('', 'an object');
    const version = isObject(tool)
      ? text(tool, 'version', '/tool', 40)
      : reject('/tool', 'an object');
    let left = parseLimits.findings;
    const read = list(connectors, '/connectors', parseLimits.connectors).map((entry, index) => {
      const connector = connectorOf(entry, `/connectors/${index}`, ruleIds, left);
      left -= connector.findings.length;
      return connector;
    });
    return { report: reportOf(read, version) };
  } catch (error) {
    if (error instanceof InvalidReport) return { wrong: error.message };
    if (error instanceof SyntaxError || error instanceof TypeError)
      return { wrong: 'It is not JSON in UTF-8.' };
    throw error;
  }
}

function connectorOf(
  value: Json,
  at: string,
  ruleIds: ReadonlySet<string>,
  maxFindings: number,
): ConnectorReport {
  const from = isObject(value) ? value : reject(at, 'an object');
  return {
    path: path(from, 'path', at),
    class: oneOf(from, 'class', connectorClasses, at),
    ...(from.verdict !== undefined && { verdict: oneOf(from, 'verdict', updateSizes, at) }),
    findings: list(from.findings, `${at}/findings`, maxFindings).map((entry, index) =>
      findingOf(entry, `${at}/findings/${index}`, ruleIds),
    ),
  };
}

function findingOf(value: Json, at: string, ruleIds: ReadonlySet<string>): Finding {
  const from = isObject(value) ? value : reject(at, 'an object');
  const rule = text(from, 'rule', at, 200);
  const policies = list(from.policies ?? [], `${at}/policies`, parseLimits.policies).map(
    (code, index) => policyCode(code, `${at}/policies/${index}`),
  );
  if (!ruleIds.has(rule))
    reject(`${at}/rule`, 'a rule that this Gatehouse knows; let both halves use the same version');
  return {
    rule,
    severity: oneOf<Severity>(from, 'severity', severities, at),
    message: text(from, 'message', at, parseLimits.message),
    location: {
      file: path(from, 'file', at),
      pointer: text(from, 'pointer', at),
      line: position(from, 'line', at),
      column: position(from, 'column', at),
      endLine: position(from, 'endLine', at),
      endColumn: position(from, 'endColumn', at),
      ...(from.entry !== undefined && { entry: entryOf(from.entry, `${at}/entry`) }),
    },
    ...(from.subject !== undefined && { subject: text(from, 'subject', at) }),
    existing: flag(from, 'existing', at),
    fixable: flag(from, 'fixable', at),
    fingerprint: text(from, 'fingerprint', at, 100),
    ...(policies.length > 0 && { policies }),
    ...(from.blocks !== undefined &&
      oneOf(from, 'blocks', blockable, at) === 'certification' && { failsCertification: true }),
  };
}

function entryOf(value: Json, at: string): EntryLocation {
  const from = isObject(value) ? value : reject(at, 'an object');
  return {
    path: text(from, 'path', at),
    pointer: text(from, 'pointer', at),
    line: position(from, 'line', at),
    column: position(from, 'column', at),
  };
}

const list = (value: Json | undefined, at: string, maxLength: number): Json[] => {
  if (!Array.isArray(value)) return reject(at, 'a list');
  return value.length > maxLength ? reject(at, `a list of at most ${maxLength}`) : value;
};
const text = (from: JsonObject, name: string, at: string, maxLength = parseLimits.text): string => {
  const value = from[name];
  return typeof value === 'string' && value.length <= maxLength
    ? value
    : reject(`${at}/${name}`, `a text of at most ${maxLength} characters`);
};
const policyCode = (value: Json, at: string): string =>
  typeof value === 'string' &&
  /^(?:5000(?:\.\d{1,3}){1,4}|connector-validate-[a-z0-9-]{1,60})$/.test(value)
    ? value
    : reject(at, 'a policy code');
const flag = (from: JsonObject, name: string, at: string): boolean => {
  const value = from[name];
  return typeof value === 'boolean' ? value : reject(`${at}/${name}`, 'true or false');
};
const position = (from: JsonObject, name: string, at: string): number => {
  const value = from[name];
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
    ? value
    : reject(`${at}/${name}`, 'a whole number from 1 on');
};
const oneOf = <T extends string>(
  from: JsonObject,
  name: string,
  words: readonly T[],
  at: string,
): T =>
  words.find((word) => word === from[name]) ??
  reject(`${at}/${name}`, `one of ${words.join(', ')}`);
const path = (from: JsonObject, name: string, at: string): string => {
  const value = text(from, name, at);
  return value === '' || value.startsWith('/') || value.split('/').includes('..')
    ? reject(`${at}/${name}`, 'a path within the repository')
    : value;
};
