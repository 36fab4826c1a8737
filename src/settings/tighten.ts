import { rules } from '../rules/registry.ts';
import { stricterOf } from '../rules/severity.ts';
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
    rules: floor.rules ? stricterOf(rules, own.rules, floor.rules) : own.rules,
    approvals: Math.max(own.approvals, floor.approvals ?? 0),
    commitAuthorApproval: own.commitAuthorApproval && (floor.commitAuthorApproval ?? true),
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
