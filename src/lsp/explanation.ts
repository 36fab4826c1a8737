import { pageOf } from '../shared/project.ts';
import type { Severity } from '../shared/finding.ts';
import { memoize } from '../shared/memoize.ts';
import { explainableRules } from '../workspace/validate-checkout.ts';
import type { RuleInfo } from '../report/report.ts';

const ruleById = memoize(
  (rules: readonly RuleInfo[]) => new Map(rules.map((rule) => [rule.id, rule])),
);

const severityNames: Record<Severity, string> = {
  error: 'error',
  warning: 'warning',
  note: 'information',
};

/** Explains the rule or kind of change of a finding, in Markdown. */
export function explanationOf(finding: {
  rule: string;
  severity: Severity;
  existing: boolean;
}): string {
  const { rule: id, severity, existing } = finding;
  const rule = ruleById(explainableRules).get(id);
  return [
    `**${id}** (${severityNames[severity]}${existing ? ', was there before' : ''})`,
    ...(rule ? [rule.description, `**Why.** ${rule.rationale}`] : []),
    `[How to fix it, with an example](${pageOf(id)})`,
  ].join('\n\n');
}
