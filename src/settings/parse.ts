import { validate } from '../generated/settings.ts';
import { connectorClasses, type ConnectorClass } from '../connector/connector.ts';
import { isObject, own, type Json } from '../json/values.ts';
import { closestMatch } from '../shared/did-you-mean.ts';
import { safe } from '../shared/finding.ts';
import {
  defaultSettings,
  modeNames,
  type ConfigurableGate,
  type GateMode,
  type GateModes,
  type Mode,
  type PresetName,
  type Settings,
  type SettingsInput,
} from './defaults.ts';
import { parseYaml, type SettingsMistake, type YamlFile } from './parse-yaml.ts';
import { presets } from './presets.ts';
import { explainSchemaErrors, type SettingsError } from './schema-errors.ts';
import { trainErrors } from './train-errors.ts';
import { mergeReference } from './reference-settings.ts';
import { businessDaysOf, mergeTrain, type PreviewInput } from './train-settings.ts';
import schema from './settings.schema.json' with { type: 'json' };

export type { SettingsMistake } from './parse-yaml.ts';

/** A settings file that is read, or that has a mistake. */
export type ParsedSettings =
  | { settings: Settings; input: SettingsInput }
  | {
      mistake: SettingsMistake;
      /** The mode that the file plainly sets, wherever the mistake is. */
      mode?: Mode;
    };

/**
 * Reads the settings of a guarded repository. Never throws, whatever the bytes are.
 *
 * @param file The path that a mistake names.
 * @param ruleIds The ids of all rules; severities of others are a mistake.
 * @param preset The preset if the file sets none.
 * @returns `input` is what the file sets itself or by its preset, `settings` the same with defaults;
 *   an empty file sets nothing. Or `mistake`: the first thing in the file that is wrong.
 */
export function parseSettings(
  file: string,
  bytes: Uint8Array | string,
  ruleIds: readonly string[],
  preset?: PresetName,
): ParsedSettings {
  const yaml = parseYaml(file, bytes);
  if ('mistake' in yaml) return yaml;
  const value: Json = yaml.value ?? {};
  if (!isSettingsFile(value))
    return {
      mistake:
        firstOf(explainSchemaErrors(validate.errors ?? [], value, schema), yaml) ??
        yaml.mistakeAt(0, 'The settings do not match their schema.'),
      ...modeIn(value),
    };
  const input = withPreset(inputOf(value), preset);
  const mistake = firstOf(
    [...unknownRules(input, ruleIds), ...incompleteCla(input), ...trainErrors(value.train)],
    yaml,
  );
  return mistake ? { mistake, ...modeIn(value) } : { settings: withDefaults(input), input };
}

function modeIn(value: Json): { mode?: Mode } {
  const mode = isObject(value) ? modeNames.find((name) => name === own(value, 'mode')) : undefined;
  return mode === undefined ? {} : { mode };
}

/** What a file contains. It has `preview` beside `train`, because it is about another environment. */
type SettingsFile = SettingsInput & { preview?: PreviewInput };

/** The settings schema holds for exactly the values of this type. */
const isSettingsFile = (value: unknown): value is SettingsFile => validate(value);

const inputOf = ({ preview, ...input }: SettingsFile): SettingsInput =>
  preview ? { ...input, train: { ...input.train, preview } } : input;

/**
 * Adds the values of the preset. Entries of maps with fixed names, such as `labels` and `train`,
 * override those of the preset; any other setting replaces the preset's. A CLA is required unless
 * the file says that it is not.
 */
function withPreset(input: SettingsInput, implied: PresetName | undefined): SettingsInput {
  const name = input.preset ?? implied;
  const preset = name === undefined ? {} : presets[name];
  const cla = input.cla || preset.cla ? { required: true, ...preset.cla, ...input.cla } : undefined;
  return {
    ...preset,
    ...input,
    ...(name !== undefined && { preset: name }),
    ...(preset.gates && { gates: withGateModes(preset.gates, input.gates) }),
    ...(preset.labels && { labels: { ...preset.labels, ...input.labels } }),
    ...(cla && { cla }),
    ...(preset.train && { train: mergeTrain(preset.train, input.train) }),
    ...(preset.deploy && { deploy: { ...preset.deploy, ...input.deploy } }),
    ...(preset.promise && { promise: { ...preset.promise, ...input.promise } }),
    ...(preset.reference && { reference: mergeReference(preset.reference, input.reference) }),
  };
}

/**
 * Entries of maps with fixed names, such as `labels` and `train`, have defaults of their own; any
 * other setting replaces its default.
 */
const withDefaults = (input: SettingsInput): Settings => ({
  ...defaultSettings,
  ...input,
  gates: withGateModes(defaultSettings.gates, input.gates),
  labels: { ...defaultSettings.labels, ...input.labels },
  cla: { ...defaultSettings.cla, ...input.cla },
  train: mergeTrain(defaultSettings.train, input.train),
  deploy: { ...defaultSettings.deploy, ...input.deploy },
  promise: promiseOf(input.promise),
  reference: mergeReference(defaultSettings.reference, input.reference),
});

/** What is promised, in numbers. */
export const promiseOf = (input: SettingsInput['promise'] = {}): Settings['promise'] => {
  const promise: Partial<Record<ConnectorClass, number>> = {};
  for (const connectorClass of connectorClasses) {
    const days = input[connectorClass];
    if (days !== undefined) promise[connectorClass] = businessDaysOf(days);
  }
  return promise;
};

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

/** Without the address of its text, nobody could know what they agree to. */
const incompleteCla = ({ cla }: SettingsInput): SettingsError[] =>
  cla?.required === true && (cla.url ?? '') === ''
    ? [
        {
          path: [],
          name: 'cla',
          message: () =>
            'Nothing says what people are to agree to. Add `url:` with the address of the text ' +
            'to `cla`, or `required: false` if nobody has to.',
        },
      ]
    : [];

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
