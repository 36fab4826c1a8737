import { defaultSettings, type PresetName, type Settings } from './defaults.ts';
import type { AvailabilitySettings, LimitSettings } from './reference-settings.ts';

/** The repository whose settings the preset `microsoft` has. */
export const modelRepository = 'microsoft/PowerPlatformConnectors';

/**
 * The preset of a repository whose settings name none: only the model repository has one.
 * @param repository `owner/name`
 */
export const presetOf = (repository: string): PresetName | undefined =>
  repository.toLowerCase() === modelRepository.toLowerCase() ? 'microsoft' : undefined;

const regions = (product: string, except: readonly string[]) => ({
  regions: `All ${product} regions`,
  except,
});
const governments = [
  'US Government (GCC)',
  'US Government (GCC High)',
  'China Cloud operated by 21Vianet',
  'US Department of Defense (DoD)',
];
/** Where connectors of other companies are available. */
const thirdParty: readonly AvailabilitySettings[] = [
  { service: 'Copilot Studio', class: 'Premium', ...regions('Power Automate', governments) },
  {
    service: 'Logic Apps',
    class: 'Standard',
    ...regions('Logic Apps', [
      'Azure Government regions',
      'Azure China regions',
      'US Department of Defense (DoD)',
    ]),
  },
  { service: 'Power Apps', class: 'Premium', ...regions('Power Apps', governments) },
  { service: 'Power Automate', class: 'Premium', ...regions('Power Automate', governments) },
];
const throttling: readonly LimitSettings[] = [
  { name: 'API calls per connection', calls: 100, period: '60 seconds' },
  { name: 'Frequency of trigger polls', calls: 1, period: '15 seconds', polling: true },
];

/** The settings of each preset, which the settings of a file override. */
export const presets: Readonly<Record<PresetName, Partial<Settings>>> = {
  none: {},
  microsoft: {
    base: 'dev',
    platform: ['Microsoft'],
    screenshots: 4,
    ring: 'first-ring',
    train: {
      ...defaultSettings.train,
      zone: 'America/Los_Angeles',
      holidays: 'us-federal',
      preview: { answerWithin: 2, evidence: 'required' },
      rings: [
        { name: 'testing', regions: ['Testing'] },
        { name: 'us-preview', regions: ['US preview'] },
        { name: 'asia', regions: ['Asia except Japan and India'] },
        { name: 'europe', regions: ['Europe except UK'] },
        { name: 'br-ca-jp-in', regions: ['Brazil', 'Canada', 'Japan', 'India'] },
        { name: 'au-uk-us', regions: ['Australia', 'United Kingdom', 'United States'] },
      ],
    },
    deploy: { ...defaultSettings.deploy, 'independent-publisher': 'before-merge' },
    promise: { certified: 15, 'independent-publisher': 15 },
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
      ...defaultSettings.cla,
      required: true,
      name: 'Microsoft Contributor License Agreement',
      url: 'https://opensource.microsoft.com/pdf/microsoft-contribution-license-agreement.pdf',
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
    reference: {
      ...defaultSettings.reference,
      availability: { certified: thirdParty, 'independent-publisher': thirdParty },
      limits: { certified: throttling, 'independent-publisher': throttling },
    },
  },
};
