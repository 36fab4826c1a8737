import type { ConnectorClass } from '../connector/connector.ts';
import type { SeverityOverrides } from '../rules/check.ts';

/** What a guarded repository sets in `.github/gatehouse.yml`. */
export interface Settings {
  /** The folders at the top of the repository that connectors are in, and the class of the connectors in each. */
  folders: Readonly<Record<string, ConnectorClass>>;
  /** Severities that stand in place of the rules' own. */
  rules: SeverityOverrides;
  /** Words that are spelt right besides those of the dictionary, in any capitals. */
  words: readonly string[];
  /** The file of the errors that were there before, from the root of the repository. */
  baseline: string;
}

/** For a repository that sets nothing: suits microsoft/PowerPlatformConnectors. */
export const defaultSettings: Settings = {
  folders: {
    'certified-connectors': 'certified',
    'independent-publisher-connectors': 'independent-publisher',
    'custom-connectors': 'custom',
  },
  rules: {},
  words: [],
  baseline: '.github/gatehouse-baseline.json',
};
