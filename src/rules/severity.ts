import { connectorClasses, type ConnectorClass } from '../connector/connector.ts';
import { type Severity } from '../shared/finding.ts';
import type { Rule, RuleViolation, SeverityByClass } from './rule.ts';

/** The severities that a guarded repository sets itself, by rule id: for all classes or for some. */
export type SeverityOverrides = Readonly<
  Record<string, Severity | 'off' | Partial<Record<ConnectorClass, Severity | 'off'>>>
>;

/** From loose to strict. */
const byStrictness = ['off', 'note', 'warning', 'error'] as const;

const strictness = (severity: Severity | 'off'): number => byStrictness.indexOf(severity);

const ofClass = (severity: SeverityByClass, connectorClass: ConnectorClass): Severity | 'off' =>
  typeof severity === 'string' ? severity : severity[connectorClass];

const overrideOf = (
  { id }: Rule,
  connectorClass: ConnectorClass,
  overrides: SeverityOverrides,
): Severity | 'off' | undefined => {
  const override = Object.hasOwn(overrides, id) ? overrides[id] : undefined;
  return typeof override === 'object' ? override[connectorClass] : override;
};

/** The severity of a rule for a class of connectors; `off` if the rule does not hold for it. */
export const severityOf = (
  rule: Rule,
  connectorClass: ConnectorClass,
  overrides: SeverityOverrides = {},
): Severity | 'off' =>
  overrideOf(rule, connectorClass, overrides) ?? ofClass(rule.severity, connectorClass);

/**
 * The severity of a violation: that of the settings if they set it, else the looser of the rule's and
 * its own.
 */
export function severityOfViolation(
  rule: Rule,
  { severity }: RuleViolation,
  connectorClass: ConnectorClass,
  overrides: SeverityOverrides,
): Severity | 'off' {
  const ofRule = severityOf(rule, connectorClass, overrides);
  if (severity === undefined || overrideOf(rule, connectorClass, overrides) !== undefined)
    return ofRule;
  const own = ofClass(severity, connectorClass);
  return strictness(own) < strictness(ofRule) ? own : ofRule;
}

/**
 * For each rule that `a` or `b` sets, and for each class, the stricter of the two severities. A class
 * in which a rule's own severity is stricter than what is set has no entry.
 */
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
          connectorClasses.flatMap((connectorClass) => {
            const set = new Set(
              [a, b].map((overrides) => overrideOf(rule, connectorClass, overrides)),
            );
            const strictest = byStrictness.findLast((severity) => set.has(severity)) ?? 'off';
            const keepsOwn =
              set.has(undefined) &&
              strictness(strictest) < strictness(severityOf(rule, connectorClass));
            return keepsOwn ? [] : [[connectorClass, strictest]];
          }),
        ),
      ]),
  );
