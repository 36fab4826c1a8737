import type { ConnectorClass } from '../connector/connector.ts';
import type { Finding } from '../shared/finding.ts';
import { maskFormattedSecrets } from '../secrets/mask.ts';

/** Lines of a finding's file around it, for formats that show source. */
export interface Snippet {
  /** The number of the first line. */
  from: number;
  /** At most 400 characters of each line; `…` replaces the first or last if there were more. */
  lines: string[];
  /** The number of characters cut from the beginning of each line. */
  cut: number;
}

export interface ReportedFinding extends Finding {
  snippet?: Snippet;
}

/** How much an update changes for the users of a connector, smallest first. */
export const updateSizes = ['none', 'minor', 'major'] as const;

export interface ConnectorReport {
  /** From the repository root, with slashes; for a folder outside of the layout, as given. */
  path: string;
  class: ConnectorClass;
  /** The size of the update; missing if there is nothing to compare with. */
  verdict?: (typeof updateSizes)[number];
  findings: ReportedFinding[];
  /** The changelog of the update in Markdown, if it was requested. */
  changelog?: string;
  /** What is odd about the version in the definition, for a report on an update. */
  versionAdvice?: string;
  /** The folder as people at a terminal reach it; missing if it is not on this disk. */
  directory?: string;
  /** What was fixed, or would be, if that was requested. */
  fixes?: ConnectorFixes;
}

/** How many places of a file were fixed for a rule. */
export interface FixCount {
  file: string;
  rule: string;
  places: number;
}

/** What was fixed in a connector. */
export interface ConnectorFixes {
  /** One entry for each file and rule. */
  counts: readonly FixCount[];
  /** A unified diff of the changes, if they were not written. */
  patch?: string;
}

/** The result of a check, from which every format is rendered. */
export interface Report {
  tool: { name: 'gatehouse'; version: string };
  connectors: ConnectorReport[];
  summary: { connectors: number; errors: number; warnings: number; notes: number };
}

/** Makes a report and counts its findings, existing ones included. Masks secrets in paths. */
export function reportOf(checked: readonly ConnectorReport[], version: string): Report {
  const connectors = checked.map((connector) => withPath(connector, connector.path));
  const summary = { connectors: connectors.length, errors: 0, warnings: 0, notes: 0 };
  for (const { findings } of connectors)
    for (const { severity } of findings) summary[`${severity}s`] += 1;
  return { tool: { name: 'gatehouse', version }, connectors, summary };
}

/** The report on a connector under another path, in which secrets are masked. */
export function withPath(report: ConnectorReport, path: string): ConnectorReport {
  const shown = maskFormattedSecrets(path);
  const { directory } = report;
  return {
    ...report,
    path: shown,
    ...(directory !== undefined && { directory: maskFormattedSecrets(directory) }),
  };
}

/** What formats show about a rule. */
export interface RuleInfo {
  id: string;
  description: string;
  rationale: string;
  /** The policy codes that it stands for. */
  policies?: readonly string[];
  /** What the rule is about, for rules. */
  category?: string;
  /** The address of its page. */
  page?: string;
}

/** The `pretty` format shows up to this many connectors with source, and an overview of more. */
export const maxShown = 20;
