import { type ConnectorClass } from '../connector/connector.ts';
import { type Severity } from '../shared/finding.ts';
import type { Rule } from './rule.ts';

/**
 * By rule: how bad a breach is in a guarded repository that has its own mind about it, for all
 * classes or for some.
 */
export type SeverityOverrides = Readonly<
  Record<string, Severity | 'off' | Partial<Record<ConnectorClass, Severity | 'off'>>>
>;

/** How bad a breach of a rule is for a class of connectors; `off` where it is none. */
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
