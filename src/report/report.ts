import type { ConnectorClass } from '../connector/connector.ts';
import type { Finding } from '../shared/finding.ts';
import { maskFormattedSecrets } from '../secrets/mask.ts';

/** Lines of a finding's file around it, for formats that show source. */
export interface Snippet {
  /** The number of the first line. */
  from: number;
  /**
   * At most 400 characters of each line; an `…` stands in place of the first or last of them where
   * more were left out.
   */
  lines: string[];
  /** How many characters were left out at the beginning of all lines. */
  cut: number;
}

export interface ReportedFinding extends Finding {
  snippet?: Snippet;
}

/** How much an update changes for the people who use a connector, the least first. */
export const updateSizes = ['none', 'minor', 'major'] as const;

export interface ConnectorReport {
  /**
   * From the repository's root, with slashes; for a folder outside the usual layout, as it was
   * given.
   */
  path: string;
  class: ConnectorClass;
  /** Only where there is a before: how much the update changes. */
  verdict?: (typeof updateSizes)[number];
  findings: ReportedFinding[];
  /** The changelog of the update in Markdown, where it was asked for. */
  changelog?: string;
}

/** What the command line found: what every format is made of. */
export interface Report {
  tool: { name: 'gatehouse'; version: string };
  connectors: ConnectorReport[];
  summary: { connectors: number; errors: number; warnings: number; notes: number };
}

/**
 * A report on connectors, with its sums; existing findings count too. A folder's name shows no
 * secret either.
 */
export function reportOf(checked: readonly ConnectorReport[], version: string): Report {
  const connectors = checked.map((one) => withPath(one, one.path));
  const summary = { connectors: connectors.length, errors: 0, warnings: 0, notes: 0 };
  for (const { findings } of connectors)
    for (const { severity } of findings) summary[`${severity}s`] += 1;
  return { tool: { name: 'gatehouse', version }, connectors, summary };
}

/** The report on a connector under another path. */
export function withPath(report: ConnectorReport, path: string): ConnectorReport {
  const shown = maskFormattedSecrets(path);
  return shown === report.path ? report : { ...report, path: shown };
}

/** What a format may need to know of a rule. */
export interface RuleInfo {
  id: string;
  description: string;
  rationale: string;
  /** The address of its page. */
  page?: string;
}

/** Up to so many connectors are shown with source; beyond, `pretty` gives an overview. */
export const maxShown = 20;
