import type { ConnectorClass } from '../connector/connector.ts';
import type { ClassImpact, Impact, RuleImpact } from '../report/impact.ts';
import { withPath, type ConnectorReport, type RuleInfo } from '../report/report.ts';
import { pathOf } from '../report/text.ts';
import { compareStrings } from '../shared/compare-strings.ts';
import type { Finding } from '../shared/finding.ts';

/** The severities of a rule for a class of connectors. */
type SeveritiesOf = (
  rule: string,
  connectorClass: ConnectorClass,
) => Pick<ClassImpact, 'now' | 'severity'>;

/**
 * Sums up what the rules found in all connectors.
 * @param checked reports in which the findings of the baseline are marked as existing
 * @returns first the rules that fail most connectors, then those that find something in most
 */
export function computeImpact(
  checked: readonly ConnectorReport[],
  rules: readonly RuleInfo[],
  severitiesOf: SeveritiesOf,
  about: Pick<Impact, 'tool' | 'baseline'>,
): Impact {
  const reports = checked.map((report) => withPath(report, report.path));
  const byClass = Map.groupBy(reports, (report) => report.class);
  const impacts = new Map(
    rules.map((rule) => [rule.id, withoutFindings(rule, byClass, severitiesOf)]),
  );
  for (const report of reports)
    for (const [id, findings] of Map.groupBy(report.findings, ({ rule }) => rule))
      addFindings(impacts.get(id), report, findings);
  for (const { connectors } of impacts.values())
    connectors.sort(
      (a, b) => b.new - a.new || b.findings - a.findings || compareStrings(a.path, b.path),
    );
  const byImpact = (a: RuleImpact, b: RuleImpact): number =>
    b.stopped - a.stopped ||
    b.wrong - a.wrong ||
    b.findings - a.findings ||
    compareStrings(a.rule.id, b.rule.id);
  return { ...about, connectors: reports.length, rules: [...impacts.values()].sort(byImpact) };
}

const withoutFindings = (
  rule: RuleInfo,
  byClass: ReadonlyMap<ConnectorClass, readonly ConnectorReport[]>,
  severitiesOf: SeveritiesOf,
): RuleImpact => ({
  rule,
  classes: [...byClass].map(([connectorClass, { length }]) => ({
    class: connectorClass,
    connectors: length,
    wrong: 0,
    findings: 0,
    new: 0,
    ...severitiesOf(rule.id, connectorClass),
  })),
  wrong: 0,
  findings: 0,
  new: 0,
  stopped: 0,
  connectors: [],
});

/** Adds the findings of one rule in one connector. */
function addFindings(
  impact: RuleImpact | undefined,
  report: ConnectorReport,
  findings: readonly Finding[],
): void {
  const newFindings = findings.filter(({ existing }) => !existing);
  const example = newFindings[0] ?? findings[0];
  if (!impact || !example) return;
  for (const sums of [impact, ...impact.classes.filter((sum) => sum.class === report.class)]) {
    sums.wrong += 1;
    sums.findings += findings.length;
    sums.new += newFindings.length;
  }
  if (newFindings.some(({ severity }) => severity === 'error')) impact.stopped += 1;
  impact.connectors.push({
    path: report.path,
    class: report.class,
    findings: findings.length,
    new: newFindings.length,
    example: {
      path: pathOf(report, example),
      line: example.location.line,
      column: example.location.column,
      message: example.message,
      new: !example.existing,
    },
  });
}
