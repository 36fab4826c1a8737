import type { ConnectorReport, Report, ReportedFinding } from './report.ts';
import { pathOf, plain, severities, summaryOf, visible } from './text.ts';

const commandOf = { error: 'error', warning: 'warning', note: 'notice' } as const;

/**
 * Annotations for the log of a GitHub workflow, which shows them at the lines of a pull request. It shows the first ten errors,
 * warnings and notices of a step: what is new comes before what was there. The last line is a summary for readers of the log.
 */
export function github(report: Report): string {
  const lines: string[] = [];
  for (const severity of severities) {
    for (const existing of [false, true]) {
      for (const connector of report.connectors) {
        for (const finding of connector.findings) {
          if (finding.severity === severity && finding.existing === existing) lines.push(annotation(connector, finding));
        }
      }
    }
  }
  return `${[...lines, summaryOf(report)].join('\n')}\n`;
}

function annotation(connector: ConnectorReport, finding: ReportedFinding): string {
  const { place, severity, rule, existing, message } = finding;
  const properties = {
    file: visible(pathOf(connector, finding)),
    line: place.line,
    endLine: place.endLine,
    // GitHub refuses columns where the lines differ.
    ...(place.line === place.endLine && { col: place.column, endColumn: place.endColumn }),
    title: rule,
  };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${commandOf[severity]} ${written.join(',')}::${escapeData(plain(message) + (existing ? ' (was there before)' : ''))}`;
}

// As @actions/core escapes them.
const escapeData = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
