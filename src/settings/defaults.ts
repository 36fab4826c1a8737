import type { ConnectorClass } from '../connector/connector.ts';
import type { Attestation } from '../rules/rule.ts';
import type { SeverityOverrides } from '../rules/severity.ts';
import type { ReferenceInput, ReferenceSettings } from './reference-settings.ts';
import type { BusinessDays, DeployTime, TrainInput, TrainSettings } from './train-settings.ts';

/** The path of the settings file, from the root of a guarded repository. */
export const settingsPath = '.github/gatehouse.yml';

/** The settings of a guarded repository. `settings.schema.json` documents each. */
export interface Settings {
  /** The preset that the defaults come from. Undefined if nothing says. */
  preset?: PresetName;
  mode: Mode;
  /** `YYYY-MM-DD`: only pull requests opened or pushed since are reviewed; '' for all. */
  since: string;
  suggestions: SuggestionMode;
  /** The top-level folders that contain connectors, and the class of the connectors in each. */
  folders: Readonly<Record<string, ConnectorClass>>;
  /** Severities that replace those of the rules. */
  rules: SeverityOverrides;
  /** Words that are correct besides those of the dictionary, in any case. */
  words: readonly string[];
  /** The publishers whose connectors are the platform's own. */
  platform: readonly string[];
  /** The path of the baseline of known errors, from the root of the repository. */
  baseline: string;
  /** The branch that connectors go to; '' for the default branch of the repository. */
  base: string;
  approvals: number;
  /** Whether the approval of someone who wrote a commit of the pull request counts. */
  commitAuthorApproval: boolean;
  /** Whether someone other than the author of the last push must approve it. */
  lastPushApproval: boolean;
  screenshots: number;
  ring: string;
  train: TrainSettings;
  /** When connectors of a class are deployed. */
  deploy: Readonly<Record<ConnectorClass, DeployTime>>;
  /** Business days within which a version is everywhere; nothing is promised without an entry. */
  promise: Readonly<Partial<Record<ConnectorClass, number>>>;
  gates: GateModes;
  /** The login of the account that answers `certify-connector`; '' for none. */
  certificationAccount: string;
  labels: LabelNames;
  cla: ClaSettings;
  attestations: readonly AttestationSettings[];
  reference: ReferenceSettings;
}

/** `none`: no preset, also where another one would apply. */
export type PresetName = 'none' | 'microsoft';

/**
 * What Gatehouse does on pull requests. `observe`: a neutral check run only. `comment`: the check
 * run, the comment, and replies to commands. `full`: everything.
 */
export const modeNames = ['observe', 'comment', 'full'] as const;
export type Mode = (typeof modeNames)[number];

/** The findings whose fixes are suggested on the lines of the diff: errors, all, or none. */
export type SuggestionMode = 'errors' | 'all' | 'off';

/** The gates that a repository can turn off or make advisory, by class. */
export type ConfigurableGate = 'package' | 'sign-in' | 'publisher' | 'identity';

/** From loose to strict. An advisory gate shows what is wrong and never blocks. */
export const gateModes = ['off', 'advisory', 'required'] as const;
export type GateMode = (typeof gateModes)[number];
export type GateModes = Readonly<
  Record<ConfigurableGate, Readonly<Record<ConnectorClass, GateMode>>>
>;

/** Names of labels. A label with an empty name is not used. */
export type LabelNames = Readonly<
  Record<
    | 'certified'
    | 'independentPublisher'
    | 'custom'
    | 'new'
    | 'minorUpdate'
    | 'majorUpdate'
    | 'breaking'
    | 'author'
    | 'reviewer'
    | 'validation'
    | 'deploying'
    | 'deployed',
    string
  >
>;

export interface ClaSettings {
  /** Undefined if nothing says what people are to agree to: then nobody is asked. */
  required?: boolean;
  name: string;
  /** '' if nothing says. */
  url: string;
  version: string;
  digest: string;
  /** Whether a signature counts in all repositories of the owner, or only where it was signed. */
  scope: 'owner' | 'repository';
  /** Account ids by login. */
  allow: Readonly<Record<string, number>>;
  companies: readonly CompanySettings[];
  assistants: readonly string[];
}

export interface CompanySettings {
  name: string;
  version: string;
  digest?: string;
  accounts?: Readonly<Record<string, number>>;
  organizations?: readonly string[];
}

export interface AttestationSettings {
  box: string;
  verify?: Attestation | 'unique' | 'definition' | 'title' | 'screenshots';
  of?: 'new' | 'independent-publisher';
}

/** What a settings file sets itself, with the values of its preset, but without defaults. */
export type SettingsInput = Partial<
  Omit<Settings, 'labels' | 'cla' | 'gates' | 'train' | 'deploy' | 'promise' | 'reference'>
> & {
  gates?: Partial<Record<ConfigurableGate, GateMode | Partial<Record<ConnectorClass, GateMode>>>>;
  labels?: Partial<LabelNames>;
  cla?: Partial<ClaSettings>;
  train?: TrainInput;
  deploy?: Partial<Settings['deploy']>;
  promise?: Partial<Record<ConnectorClass, BusinessDays>>;
  reference?: ReferenceInput;
};

const off = { certified: 'off', 'independent-publisher': 'off', custom: 'off' } as const;

/** The settings of a repository that sets nothing. They are of no organization's in particular. */
export const defaultSettings: Settings = {
  mode: 'observe',
  since: '',
  suggestions: 'errors',
  folders: {
    'certified-connectors': 'certified',
    'independent-publisher-connectors': 'independent-publisher',
    'custom-connectors': 'custom',
  },
  rules: {},
  words: [],
  platform: [],
  baseline: '.github/gatehouse-baseline.json',
  base: '',
  approvals: 1,
  commitAuthorApproval: false,
  lastPushApproval: true,
  screenshots: 0,
  ring: '',
  train: {
    zone: 'UTC',
    departs: { weekday: 'friday', at: '09:00', notice: '24h', onHoliday: 'shift' },
    first: 'departure',
    holidays: [],
    stranding: { new: 'avoid', major: 'avoid', minor: 'allow' },
    secondVersion: { new: 'hold', major: 'hold', minor: 'stack' },
    preview: { answerWithin: 3, evidence: 'optional' },
    rings: [],
    soak: 0,
    late: 1,
    freezes: [],
  },
  deploy: {
    certified: 'after-merge',
    'independent-publisher': 'after-merge',
    custom: 'after-merge',
  },
  promise: {},
  gates: { package: off, 'sign-in': off, publisher: off, identity: off },
  certificationAccount: '',
  labels: {
    certified: '',
    independentPublisher: '',
    custom: '',
    new: 'new-connector',
    minorUpdate: '',
    majorUpdate: '',
    breaking: 'breaking-change',
    author: 'waiting-for-author',
    reviewer: 'waiting-for-review',
    validation: '',
    deploying: '',
    deployed: '',
  },
  cla: {
    name: 'Contributor License Agreement',
    url: '',
    version: '1.0',
    digest: '',
    scope: 'owner',
    allow: { 'dependabot[bot]': 49699333 },
    companies: [],
    assistants: [],
  },
  attestations: [],
  reference: { order: 'reader', availability: {}, limits: {}, connectors: {} },
};
