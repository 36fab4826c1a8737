import { connectorClasses } from '../connector/connector.ts';
import { severityOf, type SeverityOverrides } from '../rules/severity.ts';
import { rules } from '../rules/registry.ts';
import type { Settings } from './defaults.ts';
import type { SettingsInput } from './parse.ts';

/**
 * The settings that hold for a branch other than the default branch. Whoever may push to such a
 * branch must not be able to loosen what the default branch asks for: what that one sets holds, and
 * the branch's own settings count where they are stricter or it sets nothing.
 * @param own what the branch's file says, with the defaults
 * @param floor what the default branch's file says: with the defaults, or, for the branch that
 * connectors go to, what it sets itself
 * @param base the branch that the default branch says connectors go to: no other branch can say
 * another one
 *
 */
export function tighten(own: Settings, floor: SettingsInput | Settings, base: string): Settings {
  return {
    ...own,
    ...floor,
    base,
    folders: { ...own.folders, ...floor.folders },
    rules: stricterOf(own.rules, floor.rules),
    approvals: Math.max(own.approvals, floor.approvals ?? 0),
    lastPushApproval: own.lastPushApproval || (floor.lastPushApproval ?? false),
    screenshots: Math.max(own.screenshots, floor.screenshots ?? 0),
    labels: { ...own.labels, ...floor.labels },
    cla: {
      ...own.cla,
      ...floor.cla,
      required: own.cla.required || (floor.cla?.required ?? false),
    },
  };
}

const byStrictness = ['off', 'note', 'warning', 'error'] as const;

/**
 * Of each rule and class the stricter severity. Where the floor sets no severities at all, the
 * branch's own hold.
 */
function stricterOf(
  own: SeverityOverrides,
  floor: SeverityOverrides | undefined,
): SeverityOverrides {
  if (floor === undefined) return own;
  const set = rules.filter(({ id }) => Object.hasOwn(own, id) || Object.hasOwn(floor, id));
  return Object.fromEntries(
    set.map((rule) => [
      rule.id,
      Object.fromEntries(
        connectorClasses.map((connectorClass) => {
          const severities = new Set(
            [own, floor].map((one) => severityOf(rule, connectorClass, one)),
          );
          return [connectorClass, byStrictness.findLast((one) => severities.has(one)) ?? 'off'];
        }),
      ),
    ]),
  );
}
