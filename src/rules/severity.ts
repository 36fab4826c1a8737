import { connectorClasses, type ConnectorClass } from '../connector/connector.ts';
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

/** From loose to strict. */
const byStrictness = ['off', 'note', 'warning', 'error'] as const;

/** For each rule that `a` or `b` sets, and for each class, the stricter of the two severities. */
export const stricterOf = (
  rules: readonly Rule[],
  a: SeverityOverrides,
  b: SeverityOverrides,
): SeverityOverrides =>
  Object.fromEntries(
    rules
      .filter(({ id }) => Object.hasOwn(a, id) || Object.hasOwn(b, id))
      .map((rule) => [
        rule.id,
        Object.fromEntries(
          connectorClasses.map((connectorClass) => {
            const severities = new Set(
              [a, b].map((overrides) => severityOf(rule, connectorClass, overrides)),
            );
            return [
              connectorClass,
              byStrictness.findLast((severity) => severities.has(severity)) ?? 'off',
            ];
          }),
        ),
      ]),
  );
