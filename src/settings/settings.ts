import { validate } from '../generated/settings.ts';
import { say } from '../connector/finding.ts';
import {
  defaultSettings,
  type AgreementSettings,
  type LabelNames,
  type Settings,
} from './defaults.ts';
import { departures, type Departure } from './departures.ts';
import { nearest } from '../connector/nearest.ts';
import schema from './settings.schema.json' with { type: 'json' };
import { readYaml, type Mistake, type YamlFile } from './yaml.ts';

export type { Mistake } from './yaml.ts';

/**
 * Reads the settings of a guarded repository. What is not set has its default; an empty file sets
 * nothing. `ruleIds` are the rules there are. `given` has what the file sets itself, `settings` the
 * defaults too. Never throws, whatever the bytes are: the first thing in the file that is wrong is
 * a mistake.
 */
export function readSettings(
  file: string,
  bytes: Uint8Array | string,
  ruleIds: readonly string[],
): { settings: Settings; given: Given } | { mistake: Mistake } {
  const yaml = readYaml(file, bytes);
  if ('mistake' in yaml) return yaml;
  const given = yaml.value ?? {};
  if (!isSettings(given))
    return {
      mistake:
        firstOf(departures(validate.errors ?? [], given, schema), yaml) ??
        yaml.mistakeAt(0, 'The settings do not fit their schema.'),
    };
  const mistake = firstOf(unknownRules(given, ruleIds), yaml);
  return mistake ? { mistake } : { settings: withDefaults(given), given };
}

/** `labels` and `agreement` have a default for each entry, all others as a whole. */
const withDefaults = (given: Given): Settings => ({
  ...defaultSettings,
  ...given,
  labels: { ...defaultSettings.labels, ...given.labels },
  agreement: { ...defaultSettings.agreement, ...given.agreement },
});

/** What a file sets itself. */
export type Given = Partial<Omit<Settings, 'labels' | 'agreement'>> & {
  labels?: Partial<LabelNames>;
  agreement?: Partial<AgreementSettings>;
};

/** The one that stands first in the file. */
function firstOf(wrong: readonly Departure[], yaml: YamlFile): Mistake | undefined {
  let first: { departure: Departure; offset: number } | undefined;
  for (const departure of wrong) {
    const offset = yaml.offset(departure.path, departure.name);
    if (!first || offset < first.offset) first = { departure, offset };
  }
  return first && yaml.mistakeAt(first.offset, first.departure.message());
}

/** The schema says of a value what the type says. */
const isSettings = (value: unknown): value is Given => validate(value);

function unknownRules({ rules = {} }: Given, ruleIds: readonly string[]): Departure[] {
  const known = new Set(ruleIds);
  return Object.keys(rules)
    .filter((id) => !known.has(id))
    .map((id) => {
      const meant = nearest(id, ruleIds);
      const hint =
        meant === undefined
          ? ' Take it out; docs/rules has a page for each rule there is.'
          : say` Did you mean ${meant}?`;
      return { path: ['rules'], name: id, message: () => say`There is no rule ${id}.` + hint };
    });
}
