import { rules } from '../rules/registry.ts';
import { stricterOf } from '../rules/severity.ts';
import {
  gateModes,
  type ConfigurableGate,
  type GateMode,
  type GateModes,
  type Settings,
} from './defaults.ts';
import { withGateModes, type SettingsInput } from './parse.ts';

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
    gates: strictest(own.gates, floor.gates),
    labels: { ...own.labels, ...floor.labels },
    cla: {
      ...own.cla,
      ...floor.cla,
      required: own.cla.required || (floor.cla?.required ?? false),
    },
  };
}

/** For each gate and class, the stricter of the two modes; what the floor does not set is `off`. */
function strictest(own: GateModes, floor: SettingsInput['gates']): GateModes {
  const least = withGateModes(noGates, floor);
  const ofGate = (gate: ConfigurableGate): GateModes[ConfigurableGate] => ({
    certified: stricter(own[gate].certified, least[gate].certified),
    'independent-publisher': stricter(
      own[gate]['independent-publisher'],
      least[gate]['independent-publisher'],
    ),
    custom: stricter(own[gate].custom, least[gate].custom),
  });
  return {
    package: ofGate('package'),
    'sign-in': ofGate('sign-in'),
    publisher: ofGate('publisher'),
    identity: ofGate('identity'),
  };
}

const stricter = (a: GateMode, b: GateMode): GateMode =>
  gateModes.indexOf(a) < gateModes.indexOf(b) ? b : a;

const off = { certified: 'off', 'independent-publisher': 'off', custom: 'off' } as const;
const noGates: GateModes = { package: off, 'sign-in': off, publisher: off, identity: off };
