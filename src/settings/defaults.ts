import type { ConnectorClass } from '../connector/connector.ts';
import type { Attestation } from '../rules/rule.ts';
import type { SeverityOverrides } from '../rules/severity.ts';

/** The path of the settings file, from the root of a guarded repository. */
export const settingsPath = '.github/gatehouse.yml';

/** The settings of a guarded repository. `settings.schema.json` documents each. */
export interface Settings {
  /** The top-level folders that contain connectors, and the class of the connectors in each. */
  folders: Readonly<Record<string, ConnectorClass>>;
  /** Severities that replace those of the rules. */
  rules: SeverityOverrides;
  /** Words that are correct besides those of the dictionary, in any case. */
  words: readonly string[];
  /** The path of the baseline of known errors, from the root of the repository. */
  baseline: string;
  base: string;
  approvals: number;
  /** Whether the approval of someone who wrote a commit of the pull request counts. */
  commitAuthorApproval: boolean;
  /** Whether someone other than the author of the last push must approve it. */
  lastPushApproval: boolean;
  screenshots: number;
  ring: string;
  gates: GateModes;
  /** The login of the account that answers `certify-connector`; '' for none. */
  certificationAccount: string;
  labels: LabelNames;
  cla: ClaSettings;
  attestations: readonly AttestationSettings[];
}

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
  required: boolean;
  name: string;
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

/** The settings of a repository that sets nothing. They suit microsoft/PowerPlatformConnectors. */
export const defaultSettings: Settings = {
  folders: {
    'certified-connectors': 'certified',
    'independent-publisher-connectors': 'independent-publisher',
    'custom-connectors': 'custom',
  },
  rules: {},
  words: [],
  baseline: '.github/gatehouse-baseline.json',
  base: 'dev',
  approvals: 1,
  commitAuthorApproval: false,
  lastPushApproval: true,
  screenshots: 4,
  ring: 'first-ring',
  gates: {
    package: { certified: 'off', 'independent-publisher': 'required', custom: 'off' },
    'sign-in': { certified: 'off', 'independent-publisher': 'required', custom: 'off' },
    publisher: { certified: 'advisory', 'independent-publisher': 'required', custom: 'off' },
    identity: { certified: 'off', 'independent-publisher': 'required', custom: 'off' },
  },
  certificationAccount: 'certificationteam',
  labels: {
    certified: 'certified-connector',
    independentPublisher: 'independent-publisher-connector',
    custom: 'custom-connector',
    new: 'New',
    minorUpdate: 'minor-update',
    majorUpdate: '',
    breaking: 'breaking-change',
    author: 'needs:partner-attention',
    reviewer: 'needs:attention',
    validation: 'Validation phase',
    deploying: 'deployment-in-progress',
    deployed: 'deployed',
  },
  cla: {
    required: true,
    name: 'Microsoft Contributor License Agreement',
    url: 'https://opensource.microsoft.com/pdf/microsoft-contribution-license-agreement.pdf',
    version: '1.0',
    digest: '',
    scope: 'owner',
    allow: { 'dependabot[bot]': 49699333 },
    companies: [],
    assistants: [],
  },
  attestations: [
    { box: "connector doesn't exist on the Power Platform", verify: 'unique', of: 'new' },
    { box: 'connector works and I verified' },
    { box: 'detailed descriptions for all operations', verify: 'descriptions' },
    { box: 'added response schemas', verify: 'responses' },
    { box: 'validated the swagger file', verify: 'definition' },
    { box: 'valid brand color', verify: 'brand' },
    { box: 'named this PR after the pattern', verify: 'title', of: 'independent-publisher' },
    { box: '3 unique operations', verify: 'screenshots', of: 'independent-publisher' },
    { box: 'Test operations section', verify: 'screenshots', of: 'independent-publisher' },
    { box: 'connector uses OAuth', verify: 'credentials', of: 'independent-publisher' },
  ],
};
