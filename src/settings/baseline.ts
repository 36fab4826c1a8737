import { connectorClasses, type ConnectorClass } from '../connector/connector.ts';
import { say, type Finding } from '../connector/finding.ts';
import { maskKnown } from '../connector/mask.ts';
import { compareStrings } from '../connector/order.ts';
import { isObject } from '../connector/values.ts';
import { said } from '../problem.ts';
import { severityOf, type SeverityOverrides } from '../rules/check.ts';
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
  known: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
}

/** What a check found in one connector. */
interface Checked {
  path: string;
  class: ConnectorClass;
  findings: readonly Finding[];
}

export const emptyBaseline: Baseline = { covered: new Map(), known: new Map() };

const version = 1;

/**
 * Reads a baseline file. Never throws: what is wrong is one sentence, and another that says what to
 * do.
 */
export function readBaseline(text: string): { baseline: Baseline } | { wrong: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      wrong:
        `${say`It is no JSON: ${said(error)}.`} Take it from the repository's history again, ` +
        'or delete it and have it written anew.',
    };
  }
  if (!isObject(value) || !isObject(value.rules) || !isObject(value.findings))
    return {
      wrong: say`It has no ${'rules'} and ${'findings'}. Delete it and have it written anew.`,
    };
  if (value.version !== version)
    return {
      wrong:
        say`Its version is ${JSON.stringify(value.version ?? null)}, and this is read: ` +
        say`${version}. Use the version of gatehouse that wrote it.`,
    };
  const covered = new Map<string, Set<ConnectorClass>>();
  for (const [rule, classes] of Object.entries(value.rules)) {
    const known = connectorClasses.filter((one) => Array.isArray(classes) && classes.includes(one));
    if (!Array.isArray(classes) || known.length !== classes.length)
      return {
        wrong: say`${rule} must have a list of classes in ${'rules'}: ${connectorClasses}.`,
      };
    covered.set(rule, new Set(known));
  }
  const known = new Map<string, Map<string, Set<string>>>();
  for (const [path, byRule] of Object.entries(value.findings)) {
    const rules = new Map<string, Set<string>>();
    for (const [rule, fingerprints] of Object.entries(isObject(byRule) ? byRule : {})) {
      const texts = Array.isArray(fingerprints)
        ? fingerprints.filter((one) => typeof one === 'string')
        : [];
      if (!Array.isArray(fingerprints) || texts.length !== fingerprints.length)
        return {
          wrong:
            say`${rule} of ${path} must have a list of fingerprints. ` +
            say`Take it from the repository's history again.`,
        };
      rules.set(rule, new Set(texts));
    }
    known.set(path, rules);
  }
  return { baseline: { covered, known } };
}

/**
 * The text of a baseline file: sorted, and each rule of a connector on a line of its own, so that a
 * difference shows what was mended.
 */
export function writeBaseline({ covered, known }: Baseline): string {
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
  const connectors = byKey(known).map(
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
  [...map].sort(([a], [b]) => compareStrings(a, b));

/** What the file calls a connector: it shows no secret, as no report does. */
const nameOf = maskKnown;

/** The same findings, with those of the baseline marked as existing. */
export function markKnown(
  { known }: Baseline,
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
export function shrink({ covered, known }: Baseline, connectors: readonly Checked[]): Baseline {
  const still = new Map<string, Map<string, Set<string>>>();
  for (const { path, findings } of connectors) {
    const before = known.get(nameOf(path));
    for (const { rule, fingerprint } of before ? findings : [])
      if (before?.get(rule)?.has(fingerprint)) add(still, nameOf(path), rule, fingerprint);
  }
  return { covered, known: still };
}

/**
 * A baseline with the errors of some rules taken in, for the classes that it does not cover them
 * for yet. `severities` are the repository's. What it covers already does not change.
 */
export function takeIn(
  baseline: Baseline,
  rules: readonly Rule[],
  severities: SeverityOverrides,
  connectors: readonly Checked[],
): Baseline {
  const covered = new Map(baseline.covered);
  const fresh = new Map<string, Set<ConnectorClass>>();
  for (const rule of rules) {
    const classes = uncovered(baseline, rule, severities);
    if (classes.length === 0) continue;
    fresh.set(rule.id, new Set(classes));
    covered.set(rule.id, new Set([...(baseline.covered.get(rule.id) ?? []), ...classes]));
  }
  const known = new Map(
    [...baseline.known].map(([path, byRule]) => [
      path,
      new Map([...byRule].map(([rule, fingerprints]) => [rule, new Set(fingerprints)])),
    ]),
  );
  for (const { path, class: ofClass, findings } of connectors) {
    for (const { rule, fingerprint } of findings)
      if (fresh.get(rule)?.has(ofClass)) add(known, nameOf(path), rule, fingerprint);
  }
  return { covered, known };
}

/** The classes that a rule is an error for and that a baseline does not cover it for. */
export const uncovered = (
  { covered }: Baseline,
  rule: Rule,
  severities: SeverityOverrides,
): ConnectorClass[] =>
  connectorClasses.filter(
    (one) => severityOf(rule, one, severities) === 'error' && !covered.get(rule.id)?.has(one),
  );

/** How many findings a baseline has. */
export const findingsIn = ({ known }: Baseline): number =>
  [...known.values()]
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
