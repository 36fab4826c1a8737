import { type ConnectorClass } from '../connector/connector.ts';
import { type Severity } from '../shared/finding.ts';
import type { Rule } from './rule.ts';

/** The severities that a guarded repository sets itself, by rule id: for all classes or for some. */
export type SeverityOverrides = Readonly<
  Record<string, Severity | 'off' | Partial<Record<ConnectorClass, Severity | 'off'>>>
>;

/** The severity of a rule for a class of connectors; `off` if the rule does not hold for it. */
export function severityOf(
  rule: Rule,
  connectorClass: ConnectorClass,
  overrides: SeverityOverrides = {},
): Severity | 'off' {
  const override = Object.hasOwn(overrides, rule.id) ? overrides[rule.id] : undefined;
  const chosen = typeof override === 'object' ? override[connectorClass] : override;
  if (chosen !== undefined) return chosen;
  return typeof rule.severity === 'string' ? rule.severity : rule.severity[connectorClass];
}
