import { connectorClasses, type ConnectorClass } from '../connector/connector.ts';
import { runsAs } from '../shared/project.ts';
import { safe, type Finding } from '../shared/finding.ts';
import { maskFormattedSecrets } from '../secrets/mask.ts';
import { compareBy } from '../shared/compare-strings.ts';
import { isObject } from '../json/values.ts';
import { errorMessage } from '../shared/user-error.ts';
import { severityOf, type SeverityOverrides } from '../rules/severity.ts';
import type { Rule } from '../rules/rule.ts';

/**
 * The errors that a repository had when it started to use Gatehouse, or when a rule was turned on:
 * they are debt and block no update. A baseline only shrinks, with one exception: the findings of a
 * rule are added once, on request. From then on the baseline covers the rule, for the classes for
 * which it is an error.
 */
export interface Baseline {
  /** The classes that are covered, by rule id. */
  covered: ReadonlyMap<string, ReadonlySet<ConnectorClass>>;
  /** Fingerprints by the connector's path and the rule. */
  findings: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
}

interface ConnectorFindings {
  path: string;
  class: ConnectorClass;
  findings: readonly Finding[];
}

export const emptyBaseline: Baseline = { covered: new Map(), findings: new Map() };

const version = 1;
const recreate = `delete it and run ${runsAs} impact --write-baseline`;

/**
 * Parses a baseline file. Never throws.
 * @returns the baseline, or a problem: what is wrong and what to do, in two sentences
 */
export function parseBaseline(text: string): { baseline: Baseline } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      problem:
        `${safe`It is not JSON: ${errorMessage(error)}.`} Restore it from the repository's history, ` +
        `or ${recreate}.`,
    };
  }
  if (!isObject(value) || !isObject(value.rules) || !isObject(value.findings))
    return {
      problem: safe`It has no ${'rules'} and ${'findings'}. To replace it, ` + `${recreate}.`,
    };
  if (value.version !== version)
    return {
      problem:
        safe`Its version is ${JSON.stringify(value.version ?? null)}, but this gatehouse reads ` +
        safe`version ${version}. Use the gatehouse that wrote it.`,
    };
  const covered = new Map<string, Set<ConnectorClass>>();
  for (const [rule, classes] of Object.entries(value.rules)) {
    const validClasses = connectorClasses.filter(
      (connectorClass) => Array.isArray(classes) && classes.includes(connectorClass),
    );
    if (!Array.isArray(classes) || validClasses.length !== classes.length)
      return {
        problem: safe`${rule} must have a list of classes in ${'rules'}: ${connectorClasses}.`,
      };
    covered.set(rule, new Set(validClasses));
  }
  const findings = new Map<string, Map<string, Set<string>>>();
  for (const [path, byRule] of Object.entries(value.findings)) {
    const rules = new Map<string, Set<string>>();
    for (const [rule, fingerprints] of Object.entries(isObject(byRule) ? byRule : {})) {
      const texts = Array.isArray(fingerprints)
        ? fingerprints.filter((fingerprint) => typeof fingerprint === 'string')
        : [];
      if (!Array.isArray(fingerprints) || texts.length !== fingerprints.length)
        return {
          problem:
            safe`${rule} of ${path} must have a list of fingerprints. ` +
            safe`Restore the file from the repository's history.`,
        };
      rules.set(rule, new Set(texts));
    }
    findings.set(path, rules);
  }
  return { baseline: { covered, findings } };
}

/**
 * The text of a baseline file. It is sorted and has a line for each rule of a connector, so that a
 * diff shows what was fixed.
 */
export function formatBaseline({ covered, findings }: Baseline): string {
  const list = (texts: Iterable<string>): string =>
    `[${[...texts]
      .sort()
      .map((text) => JSON.stringify(text))
      .join(', ')}]`;
  const entries = (lines: string[], indent: string): string =>
    lines.length === 0
      ? '{}'
      : `{\n${lines.map((line) => `${indent}  ${line}`).join(',\n')}\n${indent}}`;
  const rules = byKey(covered).map(
    ([rule, classes]) => `${JSON.stringify(rule)}: ${list(classes)}`,
  );
  const connectors = byKey(findings).map(
    ([path, of]) =>
      `${JSON.stringify(path)}: ${entries(
        byKey(of).map(([rule, fingerprints]) => `${JSON.stringify(rule)}: ${list(fingerprints)}`),
        '    ',
      )}`,
  );
  return (
    `{\n  "version": ${version},\n  "rules": ${entries(rules, '  ')},\n  "findings": ` +
    `${entries(connectors, '  ')}\n}\n`
  );
}

const byKey = <Value>(map: ReadonlyMap<string, Value>): [string, Value][] =>
  [...map].sort(compareBy(([key]) => key));

/** The name of a connector in the file, which like a report shows no secret. */
const nameOf = maskFormattedSecrets;

/** The same findings, with those of the baseline marked as existing. */
export function markBaselined(
  baseline: Baseline,
  path: string,
  findings: readonly Finding[],
): Finding[] {
  const byRule = baseline.findings.get(nameOf(path));
  return findings.map((finding) =>
    finding.existing || byRule?.get(finding.rule)?.has(finding.fingerprint) !== true
      ? finding
      : { ...finding, existing: true },
  );
}

/**
 * Removes from a baseline what is not found any more. Adds nothing.
 * @param connectors all connectors of the repository
 */
export function prune(baseline: Baseline, connectors: readonly ConnectorFindings[]): Baseline {
  const remaining = new Map<string, Map<string, Set<string>>>();
  for (const { path, findings } of connectors) {
    const byRule = baseline.findings.get(nameOf(path));
    for (const { rule, fingerprint } of byRule ? findings : [])
      if (byRule?.get(rule)?.has(fingerprint)) add(remaining, nameOf(path), rule, fingerprint);
  }
  return { covered: baseline.covered, findings: remaining };
}

/**
 * Adds the errors of some rules to a baseline, for the classes for which it does not cover them yet.
 * What it covers already does not change.
 * @param severities those that the repository sets
 */
export function addRules(
  baseline: Baseline,
  rules: readonly Rule[],
  severities: SeverityOverrides,
  connectors: readonly ConnectorFindings[],
): Baseline {
  const covered = new Map(baseline.covered);
  const added = new Map<string, Set<ConnectorClass>>();
  for (const rule of rules) {
    const classes = uncoveredClasses(baseline, rule, severities);
    if (classes.length === 0) continue;
    added.set(rule.id, new Set(classes));
    covered.set(rule.id, new Set([...(baseline.covered.get(rule.id) ?? []), ...classes]));
  }
  const all = new Map(
    [...baseline.findings].map(([path, byRule]) => [
      path,
      new Map([...byRule].map(([rule, fingerprints]) => [rule, new Set(fingerprints)])),
    ]),
  );
  for (const { path, class: connectorClass, findings } of connectors) {
    for (const { rule, fingerprint } of findings)
      if (added.get(rule)?.has(connectorClass)) add(all, nameOf(path), rule, fingerprint);
  }
  return { covered, findings: all };
}

/** The classes for which a rule is an error and the baseline does not cover it. */
export const uncoveredClasses = (
  { covered }: Baseline,
  rule: Rule,
  severities: SeverityOverrides,
): ConnectorClass[] =>
  connectorClasses.filter(
    (connectorClass) =>
      severityOf(rule, connectorClass, severities) === 'error' &&
      !covered.get(rule.id)?.has(connectorClass),
  );

/** How many findings a baseline has. */
export const countFindings = ({ findings }: Baseline): number =>
  [...findings.values()]
    .flatMap((byRule) => [...byRule.values()])
    .reduce((sum, { size }) => sum + size, 0);

function add(
  all: Map<string, Map<string, Set<string>>>,
  path: string,
  rule: string,
  fingerprint: string,
): void {
  let byRule = all.get(path);
  if (!byRule) all.set(path, (byRule = new Map()));
  const fingerprints = byRule.get(rule);
  if (fingerprints) fingerprints.add(fingerprint);
  else byRule.set(rule, new Set([fingerprint]));
}
