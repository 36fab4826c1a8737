import { validate } from '../generated/settings.ts';
import { safe } from '../shared/finding.ts';
import { defaultSettings, type ClaSettings, type LabelNames, type Settings } from './defaults.ts';
import { explainSchemaErrors, type SettingsError } from './schema-errors.ts';
import { closestMatch } from '../shared/did-you-mean.ts';
import schema from './settings.schema.json' with { type: 'json' };
import { parseYaml, type SettingsMistake, type YamlFile } from './parse-yaml.ts';

export type { SettingsMistake } from './parse-yaml.ts';

/**
 * Reads the settings of a guarded repository. What is not set has its default; an empty file sets
 * nothing. `ruleIds` are the rules there are. `given` has what the file sets itself, `settings` the
 * defaults too. Never throws, whatever the bytes are: the first thing in the file that is wrong is
 * a mistake.
 */
export function parseSettings(
  file: string,
  bytes: Uint8Array | string,
  ruleIds: readonly string[],
): { settings: Settings; given: SettingsInput } | { mistake: SettingsMistake } {
  const yaml = parseYaml(file, bytes);
  if ('mistake' in yaml) return yaml;
  const given = yaml.value ?? {};
  if (!isSettings(given))
    return {
      mistake:
        firstOf(explainSchemaErrors(validate.errors ?? [], given, schema), yaml) ??
        yaml.mistakeAt(0, 'The settings do not fit their schema.'),
    };
  const mistake = firstOf(unknownRules(given, ruleIds), yaml);
  return mistake ? { mistake } : { settings: withDefaults(given), given };
}

/** `labels` and `agreement` have a default for each entry, all others as a whole. */
const withDefaults = (given: SettingsInput): Settings => ({
  ...defaultSettings,
  ...given,
  labels: { ...defaultSettings.labels, ...given.labels },
  cla: { ...defaultSettings.cla, ...given.cla },
});

/** What a file sets itself. */
export type SettingsInput = Partial<Omit<Settings, 'labels' | 'cla'>> & {
  labels?: Partial<LabelNames>;
  cla?: Partial<ClaSettings>;
};

/** The one that stands first in the file. */
function firstOf(wrong: readonly SettingsError[], yaml: YamlFile): SettingsMistake | undefined {
  let first: { departure: SettingsError; offset: number } | undefined;
  for (const departure of wrong) {
    const offset = yaml.offset(departure.path, departure.name);
    if (!first || offset < first.offset) first = { departure, offset };
  }
  return first && yaml.mistakeAt(first.offset, first.departure.message());
}

/** The schema says of a value what the type says. */
const isSettings = (value: unknown): value is SettingsInput => validate(value);

function unknownRules({ rules = {} }: SettingsInput, ruleIds: readonly string[]): SettingsError[] {
  const known = new Set(ruleIds);
  return Object.keys(rules)
    .filter((id) => !known.has(id))
    .map((id) => {
      const meant = closestMatch(id, ruleIds);
      const hint =
        meant === undefined
          ? ' Take it out; docs/rules has a page for each rule there is.'
          : safe` Did you mean ${meant}?`;
      return { path: ['rules'], name: id, message: () => safe`There is no rule ${id}.` + hint };
    });
}
