import type { Severity } from '../shared/finding.ts';
import { reportOf, type Report } from './report.ts';
import { severities } from './text.ts';

/** The report without findings that are less severe. */
export function atLeast({ connectors, tool }: Report, least: Severity): Report {
  const rank = severities.indexOf(least);
  return reportOf(
    connectors.map((connector) => ({
      ...connector,
      findings: connector.findings.filter(({ severity }) => severities.indexOf(severity) <= rank),
    })),
    tool.version,
  );
}
