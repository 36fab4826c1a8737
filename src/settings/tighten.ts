import { rules } from '../rules/registry.ts';
import { stricterOf } from '../rules/severity.ts';
import {
  defaultSettings,
  gateModes,
  type ClaSettings,
  type ConfigurableGate,
  type GateMode,
  type GateModes,
  type Settings,
  type SettingsInput,
} from './defaults.ts';
import { promiseOf, withGateModes } from './parse.ts';
import { mergeReference } from './reference-settings.ts';
import { mergeTrain } from './train-settings.ts';

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
    // The default branch alone switches Gatehouse on and off.
    mode: floor.mode ?? defaultSettings.mode,
    since: floor.since ?? defaultSettings.since,
    train: mergeTrain(defaultSettings.train, floor.train),
    deploy: { ...defaultSettings.deploy, ...floor.deploy },
    promise: promiseOf(floor.promise),
    reference: mergeReference(own.reference, floor.reference),
    folders: { ...own.folders, ...floor.folders },
    rules: floor.rules ? stricterOf(rules, own.rules, floor.rules) : own.rules,
    approvals: Math.max(own.approvals, floor.approvals ?? 0),
    commitAuthorApproval: own.commitAuthorApproval && (floor.commitAuthorApproval ?? true),
    lastPushApproval: own.lastPushApproval || (floor.lastPushApproval ?? false),
    screenshots: Math.max(own.screenshots, floor.screenshots ?? 0),
    gates: strictest(own.gates, floor.gates),
    labels: { ...own.labels, ...floor.labels },
    cla: tightenCla(own.cla, floor.cla),
  };
}

/** A branch may ask for a CLA of its own only if the default branch names none. */
function tightenCla(own: ClaSettings, floor: Partial<ClaSettings> = {}): ClaSettings {
  const { name, url, version, digest } = own;
  const isOwnText = own.required === true && (floor.url ?? '') === '';
  const required = own.required === true || (floor.required ?? own.required);
  return {
    ...own,
    ...floor,
    ...(isOwnText && { name, url, version, digest }),
    ...(required !== undefined && { required }),
  };
}

/** For each gate and class, the stricter of the two modes; what the floor does not set is `off`. */
function strictest(own: GateModes, floor: SettingsInput['gates']): GateModes {
  const least = withGateModes(defaultSettings.gates, floor);
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
