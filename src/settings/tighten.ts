import { connectorClasses } from '../connector/connector.ts';
import { severityOf, type SeverityOverrides } from '../rules/severity.ts';
import { rules } from '../rules/registry.ts';
import type { Settings } from './defaults.ts';
import type { SettingsInput } from './parse.ts';

/**
 * Combines the settings of a branch with those of the default branch. Someone who may push to a
 * branch must not be able to loosen the policy of the default branch: settings of the default branch
 * win, and the branch's own count if they are stricter or the default branch does not set them.
 *
 * @param own The settings of the branch, with defaults.
 * @param floor The settings of the default branch: with defaults, or without if the branch is the
 *   one that connectors go to.
 * @param base The branch that connectors go to, by the settings of the default branch.
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

/** From loose to strict. */
const byStrictness = ['off', 'note', 'warning', 'error'] as const;

/** The stricter severity of each rule and class; `own` if the floor does not set `rules`. */
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
            [own, floor].map((overrides) => severityOf(rule, connectorClass, overrides)),
          );
          return [
            connectorClass,
            byStrictness.findLast((severity) => severities.has(severity)) ?? 'off',
          ];
        }),
      ),
    ]),
  );
}
