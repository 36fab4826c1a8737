import { shownPlace } from '../shared/finding.ts';
import type { Report } from './report.ts';
import { summaryOf, terminalPath, toPlainText, visible, withoutCommand } from './text.ts';

/**
 * Renders a line for each finding, for editors and their problem matchers:
 * `path/file.json:37:24: error: message [Rule]`. Paths lead from the working directory. The last
 * line is a summary.
 */
export function* toCompact(report: Report): Iterable<string> {
  for (const connector of report.connectors) {
    for (const { location, severity, rule, message, existing } of connector.findings) {
      const { line, column, entry } = location;
      const inEntry = entry ? ` (${visible(shownPlace(location).file)}:${entry.line})` : '';
      yield `${withoutCommand(
        `${terminalPath(connector, location.file)}:${line}:${column}: ${severity}: ` +
          `${toPlainText(message)}${inEntry}${existing ? ' (existing)' : ''} [${rule}]`,
      )}\n`;
    }
  }
  yield `${summaryOf(report)}\n`;
}
