import { shownPlace, type Severity } from '../shared/finding.ts';
import type { ReportedFinding } from './report.ts';
import { severities, visible } from './text.ts';

/** The findings of one rule in one connector: new ones first, otherwise in the order of the files. */
export interface FindingGroup {
  rule: string;
  severity: Severity;
  findings: ReportedFinding[];
}

/** Groups findings by rule. Errors come first, and within a severity rules with new findings. */
export function groupFindings(findings: readonly ReportedFinding[]): FindingGroup[] {
  const inOrder = findings.toSorted((a, b) => Number(a.existing) - Number(b.existing));
  const groups = Map.groupBy(inOrder, ({ severity, rule }) => `${severity} ${rule}`);
  return [...groups.values()]
    .flatMap((group) =>
      group[0] ? [{ rule: group[0].rule, severity: group[0].severity, findings: group }] : [],
    )
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

interface Position {
  text: string;
  /** How many findings are there. */
  findings: number;
}

/**
 * The positions of findings: "12:5", "40:9 (2)" for two at one position, and
 * "apiProperties.json:3:7" if the file differs from the one before.
 * @param file the file of the finding before these
 */
export function positionsOf(
  findings: readonly ReportedFinding[],
  file: string | undefined,
): Position[] {
  let current = file;
  const places = Map.groupBy(findings, ({ location }) => {
    const { file: name, line, column } = shownPlace(location);
    return `${name}:${line}:${column}`;
  });
  return [...places.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { file: shown, line, column } = shownPlace(first.location);
    const name = shown === current ? '' : `${visible(shown)}:`;
    current = shown;
    const times = group.length > 1 ? ` (${group.length})` : '';
    return [{ text: `${name}${line}:${column}${times}`, findings: group.length }];
  });
}
