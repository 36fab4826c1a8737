import type { Finding, Severity } from '../shared/finding.ts';
import { connectorClasses } from '../connector/connector.ts';
import { isObject, type Json, type JsonObject } from '../json/values.ts';
import { reportOf, updateSizes, type ConnectorReport, type Report } from './report.ts';
import { severities } from './text.ts';

/**
 * What a report that somebody else hands over may have: far more than a person reads, little enough
 * to hold.
 */
export const parseLimits = {
  bytes: 20 * 1024 * 1024,
  connectors: 5_000,
  findings: 100_000,
  text: 2_000,
  message: 4_000,
};

/** What is wrong with a report, at an RFC 6901 pointer. */
class Wrong extends Error {}
const wrong = (at: string, wanted: string): never => {
  throw new Wrong(`${at === '' ? 'The whole' : at} is not ${wanted}.`);
};

/**
 * Reads a report in JSON that comes from where nobody can be trusted. Each value is of its type and
 * within the limits, the rules are known ones, paths stay in the repository; anything else that is
 * in it is left behind, its sums are made anew. Or says what is wrong.
 */
export function parseReport(
  bytes: Uint8Array,
  known: ReadonlySet<string>,
): { report: Report } | { wrong: string } {
  if (bytes.length > parseLimits.bytes)
    return { wrong: `It has ${bytes.length} bytes, and at most ${parseLimits.bytes} are read.` };
  try {
    const value: Json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const { tool, connectors } = isObject(value) ? value : wrong('', 'an object');
    const version = isObject(tool)
      ? text(tool, 'version', '/tool', 40)
      : wrong('/tool', 'an object');
    let left = parseLimits.findings;
    const read = list(connectors, '/connectors', parseLimits.connectors).map((one, index) => {
      const connector = connectorOf(one, `/connectors/${index}`, known, left);
      left -= connector.findings.length;
      return connector;
    });
    return { report: reportOf(read, version) };
  } catch (error) {
    if (error instanceof Wrong) return { wrong: error.message };
    if (error instanceof SyntaxError || error instanceof TypeError)
      return { wrong: 'It is no JSON in UTF-8.' };
    throw error;
  }
}

function connectorOf(
  value: Json,
  at: string,
  known: ReadonlySet<string>,
  left: number,
): ConnectorReport {
  const from = isObject(value) ? value : wrong(at, 'an object');
  return {
    path: path(from, 'path', at),
    class: oneOf(from, 'class', connectorClasses, at),
    ...(from.verdict !== undefined && { verdict: oneOf(from, 'verdict', updateSizes, at) }),
    findings: list(from.findings, `${at}/findings`, left).map((one, index) =>
      findingOf(one, `${at}/findings/${index}`, known),
    ),
  };
}

function findingOf(value: Json, at: string, known: ReadonlySet<string>): Finding {
  const from = isObject(value) ? value : wrong(at, 'an object');
  const rule = text(from, 'rule', at, 200);
  if (!known.has(rule))
    wrong(`${at}/rule`, 'a rule that this Gatehouse knows; let both halves use the same version');
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
    },
    ...(from.subject !== undefined && { subject: text(from, 'subject', at) }),
    existing: flag(from, 'existing', at),
    fixable: flag(from, 'fixable', at),
    fingerprint: text(from, 'fingerprint', at, 100),
  };
}

const list = (value: Json | undefined, at: string, most: number): Json[] => {
  if (!Array.isArray(value)) return wrong(at, 'a list');
  return value.length > most ? wrong(at, `a list of at most ${most}`) : value;
};
const text = (from: JsonObject, name: string, at: string, most = parseLimits.text): string => {
  const value = from[name];
  return typeof value === 'string' && value.length <= most
    ? value
    : wrong(`${at}/${name}`, `a text of at most ${most} characters`);
};
const flag = (from: JsonObject, name: string, at: string): boolean => {
  const value = from[name];
  return typeof value === 'boolean' ? value : wrong(`${at}/${name}`, 'true or false');
};
const position = (from: JsonObject, name: string, at: string): number => {
  const value = from[name];
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
    ? value
    : wrong(`${at}/${name}`, 'a whole number from 1 on');
};
const oneOf = <T extends string>(
  from: JsonObject,
  name: string,
  words: readonly T[],
  at: string,
): T =>
  words.find((word) => word === from[name]) ?? wrong(`${at}/${name}`, `one of ${words.join(', ')}`);
const path = (from: JsonObject, name: string, at: string): string => {
  const value = text(from, name, at);
  return value === '' || value.startsWith('/') || value.split('/').includes('..')
    ? wrong(`${at}/${name}`, 'a path within the repository')
    : value;
};
