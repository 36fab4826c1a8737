import { blocks } from '../shared/finding.ts';
import type { ConnectorReport, Report, ReportedFinding } from './report.ts';

/**
 * Renders the report as JSON, the contract for other programs (see docs/cli.md). Yields parts: as
 * one string, the report on a whole repository would be in memory twice, and one character beyond
 * Latin-1 would double its size. A report on one connector is indented for people; otherwise each
 * finding takes a line.
 */
export function* toJson(report: Report): Iterable<string> {
  const { tool, connectors, summary } = report;
  const [only] = connectors;
  if (only && connectors.length === 1) {
    const connector = { ...headOf(only), findings: only.findings.map(entryOf) };
    const json = JSON.stringify({ tool, connectors: [connector], summary }, null, 2);
    yield `${escapeForWorkflow(json)}\n`;
    return;
  }
  yield `{ "tool": ${JSON.stringify(tool)},\n  "connectors": [\n`;
  for (const [index, connector] of connectors.entries()) {
    const end = index < connectors.length - 1 ? '},\n' : '}\n';
    const head = `    ${JSON.stringify(headOf(connector)).slice(0, -1)},"findings":[`;
    const entries = connector.findings.map((finding) => JSON.stringify(entryOf(finding)));
    yield escapeForWorkflow(
      entries.length === 0
        ? `${head}]${end}`
        : `${head}\n      ${entries.join(',\n      ')} ]${end}`,
    );
  }
  yield `  ],\n  "summary": ${JSON.stringify(summary)} }\n`;
}

const headOf = ({ path, class: connectorClass, verdict }: ConnectorReport): object => ({
  path,
  class: connectorClass,
  ...(verdict && { verdict }),
});

const entryOf = (finding: ReportedFinding): object => {
  const { rule, severity, message, location, subject, existing, fixable, fingerprint } = finding;
  return {
    rule,
    severity,
    message,
    file: location.file,
    line: location.line,
    column: location.column,
    endLine: location.endLine,
    endColumn: location.endColumn,
    pointer: location.pointer,
    ...(location.entry && { entry: location.entry }),
    ...(subject !== undefined && { subject }),
    existing,
    fixable,
    fingerprint,
    policies: finding.policies ?? [],
    blocks: blocks(finding),
  };
};

/** Escapes characters in JSON that would act on a terminal or on GitHub's runner. */
export const escapeForWorkflow = (json: string): string =>
  json
    .replace(
      /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll('##[', '#\\u0023[');
