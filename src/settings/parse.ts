import { validate } from '../generated/settings.ts';
import type { ConnectorClass } from '../connector/connector.ts';
import type { Json } from '../json/values.ts';
import { closestMatch } from '../shared/did-you-mean.ts';
import { safe } from '../shared/finding.ts';
import {
  defaultSettings,
  type ClaSettings,
  type ConfigurableGate,
  type GateMode,
  type GateModes,
  type LabelNames,
  type Settings,
} from './defaults.ts';
import { parseYaml, type SettingsMistake, type YamlFile } from './parse-yaml.ts';
import { explainSchemaErrors, type SettingsError } from './schema-errors.ts';
import schema from './settings.schema.json' with { type: 'json' };

export type { SettingsMistake } from './parse-yaml.ts';

/** What a settings file sets itself, without defaults. */
export type SettingsInput = Partial<Omit<Settings, 'labels' | 'cla' | 'gates'>> & {
  gates?: Partial<Record<ConfigurableGate, GateMode | Partial<Record<ConnectorClass, GateMode>>>>;
  labels?: Partial<LabelNames>;
  cla?: Partial<ClaSettings>;
};

/**
 * Reads the settings of a guarded repository. Never throws, whatever the bytes are.
 *
 * @param file The path that a mistake names.
 * @param ruleIds The ids of all rules; severities of others are a mistake.
 * @returns `input` is what the file sets itself, `settings` the same with defaults; an empty file
 *   sets nothing. Or `mistake`: the first thing in the file that is wrong.
 */
export function parseSettings(
  file: string,
  bytes: Uint8Array | string,
  ruleIds: readonly string[],
): { settings: Settings; input: SettingsInput } | { mistake: SettingsMistake } {
  const yaml = parseYaml(file, bytes);
  if ('mistake' in yaml) return yaml;
  const input: Json = yaml.value ?? {};
  if (!isSettingsInput(input))
    return {
      mistake:
        firstOf(explainSchemaErrors(validate.errors ?? [], input, schema), yaml) ??
        yaml.mistakeAt(0, 'The settings do not match their schema.'),
    };
  const mistake = firstOf(unknownRules(input, ruleIds), yaml);
  return mistake ? { mistake } : { settings: withDefaults(input), input };
}

/** The settings schema holds for exactly the values of this type. */
const isSettingsInput = (value: unknown): value is SettingsInput => validate(value);

/** Entries of `gates`, `labels` and `cla` have defaults of their own; any other setting replaces its default. */
const withDefaults = (input: SettingsInput): Settings => ({
  ...defaultSettings,
  ...input,
  gates: withGateModes(defaultSettings.gates, input.gates),
  labels: { ...defaultSettings.labels, ...input.labels },
  cla: { ...defaultSettings.cla, ...input.cla },
});

/** The modes of all gates, with those that a file sets. */
export const withGateModes = (modes: GateModes, input: SettingsInput['gates'] = {}): GateModes => ({
  package: withModes(modes.package, input.package),
  'sign-in': withModes(modes['sign-in'], input['sign-in']),
  publisher: withModes(modes.publisher, input.publisher),
  identity: withModes(modes.identity, input.identity),
});

const withModes = (
  modes: GateModes[ConfigurableGate],
  input: GateMode | Partial<Record<ConnectorClass, GateMode>> = {},
): GateModes[ConfigurableGate] =>
  typeof input === 'string'
    ? { certified: input, 'independent-publisher': input, custom: input }
    : { ...modes, ...input };

/** The error that comes first in the file. */
function firstOf(errors: readonly SettingsError[], yaml: YamlFile): SettingsMistake | undefined {
  let first: { error: SettingsError; offset: number } | undefined;
  for (const error of errors) {
    const offset = yaml.offset(error.path, error.name);
    if (!first || offset < first.offset) first = { error, offset };
  }
  return first && yaml.mistakeAt(first.offset, first.error.message());
}

function unknownRules({ rules = {} }: SettingsInput, ruleIds: readonly string[]): SettingsError[] {
  const ids = new Set(ruleIds);
  return Object.keys(rules)
    .filter((id) => !ids.has(id))
    .map((id) => {
      const match = closestMatch(id, ruleIds);
      const hint =
        match === undefined
          ? ' Remove it. All rules are in docs/rules.'
          : safe` Did you mean ${match}?`;
      return {
        path: ['rules'],
        name: id,
        message: () => safe`The rule ${id} does not exist.` + hint,
      };
    });
}
