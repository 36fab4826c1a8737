import type { Severity } from '../shared/finding.ts';
import type { ReportedFinding } from './report.ts';
import { severities, visible } from './text.ts';

/** The breaches of one rule in one connector: new ones first, else in the order of the files. */
export interface FindingGroup {
  rule: string;
  severity: Severity;
  findings: ReportedFinding[];
}

/** Errors first; of one severity, rules with new breaches first, then as they come in the files. */
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
  /** How many findings stand there. */
  findings: number;
}

/**
 * "12:5", "40:9 (2)", "apiProperties.json:3:7": where findings stand, together where they stand at
 * one place. A file is named where it is another one than before.
 */
export function positionsOf(
  findings: readonly ReportedFinding[],
  file: string | undefined,
): Position[] {
  let current = file;
  const places = Map.groupBy(
    findings,
    ({ location }) => `${location.file}:${location.line}:${location.column}`,
  );
  return [...places.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { location } = first;
    const name = location.file === current ? '' : `${visible(location.file)}:`;
    current = location.file;
    const many = group.length > 1 ? ` (${group.length})` : '';
    return [{ text: `${name}${location.line}:${location.column}${many}`, findings: group.length }];
  });
}
