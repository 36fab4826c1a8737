import type { Severity } from '../shared/finding.ts';
import type { ConnectorReport, Report, ReportedFinding } from './report.ts';
import {
  blocksCertification,
  codeOf,
  count,
  formatNumber,
  messageWithPlace,
  pathOf,
  severities,
  summaryOf,
  visible,
} from './text.ts';

const commandOf = { error: 'error', warning: 'warning', note: 'notice' } as const;

/**
 * Annotations for the log of a GitHub workflow, which shows them at the lines of a pull request.
 * GitHub shows the first ten errors, warnings and notices of a step, so new findings come before
 * existing ones. The last line is a summary for readers of the log.
 */
export function toWorkflowCommands(report: Report): string {
  const lines = severities.flatMap((severity) =>
    inOrder(report, severity).map((annotated) => annotation(annotated)),
  );
  return `${[...lines, summaryOf(report)].join('\n')}\n`;
}

/** GitHub shows this many errors, warnings and notices each per step, and silently drops the rest. */
const maxAnnotations = 10;
/** An annotation for several findings names this many lines. */
const maxLines = 12;

/**
 * At most ten annotations for each severity, so that GitHub shows them all. If there are more
 * findings, those of one rule in one file share an annotation; if that is still too many, those of
 * one rule do; and the tenth says how many are missing.
 */
export const workflowAnnotations = (report: Report): string[] =>
  severities.flatMap((severity) => fewest(inOrder(report, severity), severity));

interface Annotated {
  connector: ConnectorReport;
  finding: ReportedFinding;
}

/** The findings of a severity; new ones first. */
const inOrder = ({ connectors }: Report, severity: Severity): Annotated[] =>
  connectors
    .flatMap((connector) => connector.findings.map((finding) => ({ connector, finding })))
    .filter(({ finding }) => finding.severity === severity)
    .sort((a, b) => Number(a.finding.existing) - Number(b.finding.existing));

function fewest(all: readonly Annotated[], severity: Severity): string[] {
  if (all.length <= maxAnnotations) return all.map((annotated) => annotation(annotated));
  const inFile = [
    ...Map.groupBy(
      all,
      ({ connector, finding }) => `${finding.rule} ${pathOf(connector, finding)}`,
    ).values(),
  ];
  const ofRule = [...Map.groupBy(all, ({ finding }) => finding.rule).values()];
  const groups = inFile.length <= maxAnnotations ? inFile : ofRule;
  const shown = groups.length <= maxAnnotations ? groups : groups.slice(0, maxAnnotations - 1);
  const left = groups.slice(shown.length).reduce((sum, { length }) => sum + length, 0);
  const lines = shown.flatMap(([first, ...others]) => (first ? [annotation(first, others)] : []));
  return left === 0
    ? lines
    : [
        ...lines,
        workflowCommand(
          commandOf[severity],
          { title: `${formatNumber(left)} more` },
          `${count(left, severity)} of ${formatNumber(groups.length - shown.length)} other rules. ` +
            'See the summary of the job.',
        ),
      ];
}

function annotation({ connector, finding }: Annotated, others: readonly Annotated[] = []): string {
  const { location, severity, rule, existing } = finding;
  const code = codeOf(finding);
  const properties = {
    file: visible(pathOf(connector, finding)),
    line: location.line,
    endLine: location.endLine,
    // GitHub refuses columns where the lines differ.
    ...(location.line === location.endLine && {
      col: location.column,
      endColumn: location.endColumn,
    }),
    title: code === undefined ? rule : `${rule} (${code})`,
  };
  return workflowCommand(
    commandOf[severity],
    properties,
    `${messageWithPlace(finding)}${existing ? ' (existing)' : ''}` +
      `${blocksCertification(finding) ? ' (blocks the certification)' : ''}${likewise(pathOf(connector, finding), others)}`,
  );
}

/** Says how often else the rule is broken, with the lines if all are in one file. */
function likewise(path: string, others: readonly Annotated[]): string {
  if (others.length === 0) return '';
  const files = new Set(others.map(({ connector, finding }) => pathOf(connector, finding))).add(
    path,
  );
  if (files.size > 1)
    return (
      ` The same rule is broken ${count(others.length, 'more time')}, in ` +
      `${count(files.size, 'file')} in total: see the summary of the job.`
    );
  if (others.some(({ finding }) => finding.location.entry))
    return ` The same rule is broken ${count(others.length, 'more time')} in this file.`;
  const lines = [...new Set(others.map(({ finding }) => finding.location.line))];
  const rest = lines.length > maxLines ? ` and ${formatNumber(lines.length - maxLines)} more` : '';
  return (
    ` The same rule is broken ${count(others.length, 'more time')} in this file: ` +
    `${lines.length === 1 ? 'line' : 'lines'} ${lines.slice(0, maxLines).join(', ')}${rest}.`
  );
}

/** A workflow command: a line on standard output that GitHub's runner executes. */
export function workflowCommand(
  name: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const written = Object.entries(properties).map(
    ([key, value]) => `${key}=${escapeProperty(String(value))}`,
  );
  return `::${name}${written.length > 0 ? ` ${written.join(',')}` : ''}::${escapeData(message)}`;
}

// As @actions/core escapes them.
const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
