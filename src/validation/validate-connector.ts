import { changelog, versionAdvice } from '../changes/changelog.ts';
import type { Change } from '../changes/change-kinds.ts';
import {
  breakingChangesAmong,
  classify,
  sizeOf,
  type BreakingChange,
  type UpdateSize,
} from '../changes/classify.ts';
import { changesOfDeletion, compareConnectors } from '../changes/compare.ts';
import type { Connector } from '../connector/connector.ts';
import { rules as allRules } from '../rules/registry.ts';
import type { Rule } from '../rules/rule.ts';
import { maskSecretsOf } from '../secrets/mask.ts';
import type { Finding } from '../shared/finding.ts';
import { packageFindings } from './package-findings.ts';
import { runRules, type RunOptions } from './run-rules.ts';

/**
 * A connector before and after a change. Script and icon are analyzed already: the analysis is part
 * of the connector.
 */
export type ConnectorVersions =
  | { before?: Connector | undefined; after: Connector }
  | { before: Connector; after?: undefined };

export interface ValidationOptions extends RunOptions {
  /** All rules by default. */
  rules?: readonly Rule[];
  /** What the rules find in the version before, if the caller knows: it takes as long as the rest. */
  findingsBefore?: readonly Finding[];
}

export interface ValidationResult {
  kind: 'new' | 'update' | 'deletion';
  /** The connector after the change; for a deletion, the one before. */
  connector: Connector;
  /**
   * What the rules found, in the order of the files and lines. `existing` is true if the connector
   * had the finding before the change. Empty for a deletion.
   */
  findings: Finding[];
  /** For an update or a deletion. */
  comparison?: ConnectorComparison;
}

/** What a change of a connector means to its users. */
export interface ConnectorComparison {
  size: UpdateSize;
  /** The number of changes. */
  count: number;
  /** A finding for each change. Those of severity `note` affect no flow. */
  findings: Finding[];
  /** The changes that break flows. */
  breakingChanges: () => BreakingChange[];
  /** The changelog in Markdown; empty for a deletion. */
  changelog: () => string;
  /** What is odd about the version in the definition after an update, if anything is. */
  versionAdvice: () => string | undefined;
}

/**
 * Validates a connector: runs the rules, marks the findings that it had before, and says what the
 * change means to its users. The command line, the Action and the App all call this, so that they
 * find the same. Pure. No finding shows a secret of either version.
 */
export function validateConnector(
  { before, after }: ConnectorVersions,
  { rules = allRules, findingsBefore, ...options }: ValidationOptions = {},
): ValidationResult {
  if (!after)
    return {
      kind: 'deletion',
      connector: before,
      findings: [],
      comparison: compareWithNothing(before),
    };
  const findings = findingsOf(after, rules, options);
  if (!before) return { kind: 'new', connector: after, findings };
  maskSecretsOf(before, findings);
  return {
    kind: 'update',
    connector: after,
    findings: markExisting(
      findings,
      findingsBefore ?? findingsOf(before, rules, { ...options, fixes: false }),
    ),
    comparison: compareVersions(before, after),
  };
}

/** The findings in a folder, then those in its package. */
function findingsOf(connector: Connector, rules: readonly Rule[], options: RunOptions): Finding[] {
  const inFolder = runRules(connector, rules, options);
  return [...inFolder, ...packageFindings(connector, inFolder, rules, options)];
}

/** Compares two versions of a connector without running the rules. */
export function compareVersions(before: Connector, after: Connector): ConnectorComparison {
  const changes = compareConnectors(before, after);
  const description = describe(changes, before, after);
  return {
    ...description,
    size: sizeOf(changes),
    changelog: () => changelog(changes, description.findings, before, after),
    versionAdvice: () => versionAdvice(changes, description.findings, before, after),
  };
}

const compareWithNothing = (before: Connector): ConnectorComparison => ({
  ...describe(changesOfDeletion(before), before, before),
  size: 'major',
  changelog: () => '',
  versionAdvice: () => undefined,
});

function describe(
  changes: readonly Change[],
  before: Connector,
  after: Connector,
): Pick<ConnectorComparison, 'count' | 'findings' | 'breakingChanges'> {
  const findings = classify(changes, after, before);
  return {
    count: changes.length,
    findings,
    breakingChanges: () => breakingChangesAmong(changes, findings, before, after),
  };
}

/** Existing findings are debt, which does not block an update. */
function markExisting(findings: readonly Finding[], before: readonly Finding[]): Finding[] {
  const fingerprints = new Set(before.map(({ fingerprint }) => fingerprint));
  return findings.map((finding) => ({
    ...finding,
    existing: fingerprints.has(finding.fingerprint),
  }));
}
