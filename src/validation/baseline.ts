import { connectorClasses, type ConnectorClass } from '../connector/connector.ts';
import { safe, type Finding } from '../shared/finding.ts';
import { maskFormattedSecrets } from '../secrets/mask.ts';
import { compareBy } from '../shared/compare-strings.ts';
import { isObject } from '../json/values.ts';
import { errorMessage } from '../shared/user-error.ts';
import { severityOf, type SeverityOverrides } from '../rules/severity.ts';
import type { Rule } from '../rules/rule.ts';

/**
 * The errors that a repository had when it was put under guard, or when a rule was turned on: they
 * are debt and stop nobody. It only ever shrinks. A rule's findings come in once, when somebody
 * names the rule; from then on the rule is covered for the classes it is an error for.
 */
export interface Baseline {
  /** The classes that each rule is covered for. */
  covered: ReadonlyMap<string, ReadonlySet<ConnectorClass>>;
  /** Fingerprints by the connector's path and the rule. */
  findings: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
}

/** What a check found in one connector. */
interface ConnectorFindings {
  path: string;
  class: ConnectorClass;
  findings: readonly Finding[];
}

export const emptyBaseline: Baseline = { covered: new Map(), findings: new Map() };

const version = 1;

/**
 * Reads a baseline file. Never throws: what is wrong is one sentence, and another that says what to
 * do.
 */
export function parseBaseline(text: string): { baseline: Baseline } | { wrong: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      wrong:
        `${safe`It is no JSON: ${errorMessage(error)}.`} Take it from the repository's history again, ` +
        'or delete it and have it written anew.',
    };
  }
  if (!isObject(value) || !isObject(value.rules) || !isObject(value.findings))
    return {
      wrong: safe`It has no ${'rules'} and ${'findings'}. Delete it and have it written anew.`,
    };
  if (value.version !== version)
    return {
      wrong:
        safe`Its version is ${JSON.stringify(value.version ?? null)}, and this is read: ` +
        safe`${version}. Use the version of gatehouse that wrote it.`,
    };
  const covered = new Map<string, Set<ConnectorClass>>();
  for (const [rule, classes] of Object.entries(value.rules)) {
    const known = connectorClasses.filter((one) => Array.isArray(classes) && classes.includes(one));
    if (!Array.isArray(classes) || known.length !== classes.length)
      return {
        wrong: safe`${rule} must have a list of classes in ${'rules'}: ${connectorClasses}.`,
      };
    covered.set(rule, new Set(known));
  }
  const findings = new Map<string, Map<string, Set<string>>>();
  for (const [path, byRule] of Object.entries(value.findings)) {
    const rules = new Map<string, Set<string>>();
    for (const [rule, fingerprints] of Object.entries(isObject(byRule) ? byRule : {})) {
      const texts = Array.isArray(fingerprints)
        ? fingerprints.filter((one) => typeof one === 'string')
        : [];
      if (!Array.isArray(fingerprints) || texts.length !== fingerprints.length)
        return {
          wrong:
            safe`${rule} of ${path} must have a list of fingerprints. ` +
            safe`Take it from the repository's history again.`,
        };
      rules.set(rule, new Set(texts));
    }
    findings.set(path, rules);
  }
  return { baseline: { covered, findings } };
}

/**
 * The text of a baseline file: sorted, and each rule of a connector on a line of its own, so that a
 * difference shows what was mended.
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

/** What the file calls a connector: it shows no secret, as no report does. */
const nameOf = maskFormattedSecrets;

/** The same findings, with those of the baseline marked as existing. */
export function markBaselined(
  { findings: known }: Baseline,
  path: string,
  findings: readonly Finding[],
): Finding[] {
  const byRule = known.get(nameOf(path));
  return findings.map((finding) =>
    finding.existing || byRule?.get(finding.rule)?.has(finding.fingerprint) !== true
      ? finding
      : { ...finding, existing: true },
  );
}

/**
 * What is left of a baseline after all connectors of a repository were checked: what is still
 * found. Nothing comes in.
 */
export function prune(
  { covered, findings: known }: Baseline,
  connectors: readonly ConnectorFindings[],
): Baseline {
  const still = new Map<string, Map<string, Set<string>>>();
  for (const { path, findings } of connectors) {
    const before = known.get(nameOf(path));
    for (const { rule, fingerprint } of before ? findings : [])
      if (before?.get(rule)?.has(fingerprint)) add(still, nameOf(path), rule, fingerprint);
  }
  return { covered, findings: still };
}

/**
 * A baseline with the errors of some rules taken in, for the classes that it does not cover them
 * for yet. `severities` are the repository's. What it covers already does not change.
 */
export function addRules(
  baseline: Baseline,
  rules: readonly Rule[],
  severities: SeverityOverrides,
  connectors: readonly ConnectorFindings[],
): Baseline {
  const covered = new Map(baseline.covered);
  const fresh = new Map<string, Set<ConnectorClass>>();
  for (const rule of rules) {
    const classes = isUncovered(baseline, rule, severities);
    if (classes.length === 0) continue;
    fresh.set(rule.id, new Set(classes));
    covered.set(rule.id, new Set([...(baseline.covered.get(rule.id) ?? []), ...classes]));
  }
  const known = new Map(
    [...baseline.findings].map(([path, byRule]) => [
      path,
      new Map([...byRule].map(([rule, fingerprints]) => [rule, new Set(fingerprints)])),
    ]),
  );
  for (const { path, class: ofClass, findings } of connectors) {
    for (const { rule, fingerprint } of findings)
      if (fresh.get(rule)?.has(ofClass)) add(known, nameOf(path), rule, fingerprint);
  }
  return { covered, findings: known };
}

/** The classes that a rule is an error for and that a baseline does not cover it for. */
export const isUncovered = (
  { covered }: Baseline,
  rule: Rule,
  severities: SeverityOverrides,
): ConnectorClass[] =>
  connectorClasses.filter(
    (one) => severityOf(rule, one, severities) === 'error' && !covered.get(rule.id)?.has(one),
  );

/** How many findings a baseline has. */
export const countFindings = ({ findings }: Baseline): number =>
  [...findings.values()]
    .flatMap((byRule) => [...byRule.values()])
    .reduce((sum, { size }) => sum + size, 0);

function add(
  known: Map<string, Map<string, Set<string>>>,
  path: string,
  rule: string,
  fingerprint: string,
): void {
  let byRule = known.get(path);
  if (!byRule) known.set(path, (byRule = new Map()));
  const fingerprints = byRule.get(rule);
  if (fingerprints) fingerprints.add(fingerprint);
  else byRule.set(rule, new Set([fingerprint]));
}
