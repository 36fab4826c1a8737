/** What the certification service, or the platform's Solution Checker, answers with. */
export interface Policy {
  /** What the answer says: verbatim, or as people who received it retell it. See `wording`. */
  message: string;
  /**
   * Who answers, and where the message is from: the documentation of the policies, a comment in a
   * pull request of the model repository, an answer of the Solution Checker in February 2025, or a
   * publisher's account of certification in Partner Center from May to August 2026.
   */
  source: string;
  /** `retold` if only accounts of others are known, `cut` if only the beginning is known. */
  wording: 'verbatim' | 'retold' | 'cut';
  /** When it was given, as far as that is known. */
  condition?: string;
  /**
   * The part of the connector that the code is about. A rule that holds for several files stands
   * for the code only in that part.
   */
  part?: 'definition' | 'properties' | 'icon';
  /** Whether it says that something in a file is wrong, but not what: no single rule is behind it. */
  general?: true;
  /** Why no rule stands for it. */
  unchecked?: string;
}

/** The source of the codes that Microsoft's documentation lists. */
export const documentation = 'documentation';
const account = 'account of a publisher';
const checker = 'Solution Checker';

/**
 * All codes that are known: `5000.*` of the certification service, `connector-validate-*` of the
 * Solution Checker. The service has answered without codes since July 2026; the messages are the
 * same.
 */
const policyTable = {
  '5000.1.1.1': {
    message: 'Icon validation failure: Package should contain an icon.',
    source: documentation,
    wording: 'verbatim',
  },
  '5000.1.1.2': {
    message: 'Missing readme file: Package should contain a readme file.',
    source: documentation,
    wording: 'verbatim',
  },
  '5000.1.1.3': {
    message: 'Missing apiDefinition.json file: Package should contain apiDefinition.json.',
    source: documentation,
    wording: 'verbatim',
  },
  '5000.1.1.4': {
    message: "Malware error: Package shouldn't contain malware.",
    source: documentation,
    wording: 'verbatim',
    unchecked:
      'Gatehouse does not scan for malware. It rejects files and code that do not belong in a ' +
      'connector.',
  },
  '5000.1.1.5': {
    message:
      'Missing files in package: Package should have three files: 1) A valid CRM package ' +
      '2) Intro.md 3) customProperties.json (in case of multi auth).',
    source: documentation,
    wording: 'verbatim',
  },
  '5000.1.1.6': {
    message:
      'Missing flows in package: Package should contain flow solution and connector solution.',
    source: documentation,
    wording: 'verbatim',
    condition: 'Also without the code: "Package should contain a flow package" (#3833, #3848).',
  },
  '5000.1.1.7': {
    message:
      'Missing flow with connector in package: CRM Package should contain a valid solution, ' +
      'which has a flow containing the connector.',
    source: documentation,
    wording: 'verbatim',
  },
  '5000.1.1.8': {
    message:
      'Missing connector in package: CRM Package should contain a valid solution, which has ' +
      'the connector.',
    source: documentation,
    wording: 'verbatim',
  },
  '5000.1.1.9': {
    message:
      'Missing searchable actions in package: Connectors and actions should be searchable ' +
      'using the sample flow contained in the package.',
    source: documentation,
    wording: 'verbatim',
  },
  '5000.1.1.10': {
    message:
      'Missing connector deployment artifacts in package: Package should contain all the ' +
      'valid artifacts for the connector deployment.',
    source: documentation,
    wording: 'verbatim',
  },
  '5000.1.1.11': {
    message:
      'Incorrect placement of files in the package: Package zip file missing from root ' +
      'location (probably because extra folder was added).',
    source: documentation,
    wording: 'verbatim',
    condition:
      'Also without the code: "Solution package not found at root of the package zip file" ' +
      '(#4204).',
  },
  '5000.1.1.12': {
    message:
      "Invalid package structure: Invalid package structure. Couldn't locate the package " +
      'assets folder.',
    source: documentation,
    wording: 'verbatim',
    condition:
      'Also without the code: "Not able to deserialize the package. Invalid package structure." ' +
      '(#3815, #3832).',
  },
  '5000.1.1.13': {
    message: 'Missing solution zip: No solution zip files found in the package.',
    source: documentation,
    wording: 'verbatim',
  },
  '5000.1.1.14': {
    message: 'Missing workflow folder: Workflows folder not found inside flow solution.',
    source: documentation,
    wording: 'verbatim',
  },
  '5000.1.1.15': {
    message:
      'Invalid workflow solution: Invalid workflow solution. Mismatch between workflows found ' +
      'in customization file and workflow json files present.',
    source: documentation,
    wording: 'verbatim',
  },
  '5000.1.1.16': {
    message:
      'Incorrect placement of solution: Invalid package. Solution not present at correct path ' +
      'or is invalid solution.',
    source: documentation,
    wording: 'verbatim',
    condition:
      'A publisher traced it to an empty policytemplateinstances.json. That is not the cause in ' +
      'general: 18 of 22 accepted packages have an empty list or null there.',
  },
  '5000.1.1.17': {
    message: 'Invalid co…',
    source: documentation,
    wording: 'cut',
    condition:
      'One publisher understood it as: the Connector folder must contain the definition, the ' +
      'connection parameters, the policy template instances, the script and the icon.',
  },
  '5000.2.1.1': {
    message: 'Invalid brand color',
    source: account,
    wording: 'retold',
    condition: '`iconBrandColor` is not a hexadecimal color of 6 digits, or is #ffffff or #007ee5.',
  },
  '5000.2.1.2': {
    message: 'Icon too large',
    source: account,
    wording: 'retold',
    condition: 'The icon is 1 MB or larger.',
    part: 'icon',
  },
  '5000.2.1.3': {
    message: 'Wrong icon format',
    source: account,
    wording: 'retold',
    condition: 'The icon is not a PNG, or is not named `icon.png`.',
  },
  '5000.2.1.4': {
    message: 'Wrong icon dimensions',
    source: account,
    wording: 'retold',
    condition: 'The icon is not square, or is not 100 to 230 pixels wide.',
  },
  '5000.2.1.5': {
    message: 'Icon background',
    source: account,
    wording: 'retold',
    condition:
      'The background is transparent, white or the default color, or differs from the brand color.',
  },
  '5000.2.2.1': {
    message: 'Maximum of 30 characters allowed in the connector title',
    source: 'certification service (#3828, without the code)',
    wording: 'verbatim',
  },
  '5000.2.2.2': {
    message: 'Title cannot contain the reserved words (API,Connector, Power Apps, etc)',
    source: 'certification service (#4202, without the code)',
    wording: 'verbatim',
  },
  '5000.2.2.3': {
    message:
      'Title cannot end in nonaplhanumberic character, including carriage return, new line, or ' +
      'blank space',
    source: 'certification service (#3828, without the code)',
    wording: 'verbatim',
  },
  '5000.2.2.5': {
    message: 'Must be unique and distinguishable from any existing connector and/or agent title.',
    source: 'certification service (#3834)',
    wording: 'verbatim',
  },
  '5000.2.3.1': {
    message: 'Description not in English',
    source: account,
    wording: 'retold',
  },
  '5000.2.3.2': {
    message: 'Grammar or spelling errors in description',
    source: account,
    wording: 'retold',
  },
  '5000.2.3.4': {
    message: 'Description length',
    source: account,
    wording: 'retold',
    condition: 'The description of the connector does not have 30 to 500 characters.',
  },
  '5000.2.3.5': {
    message: 'Restricted product names in description',
    source: account,
    wording: 'retold',
  },
  '5000.2.3.6': {
    message: 'URL or non-ASCII text in a description',
    source: account,
    wording: 'retold',
    condition:
      '13% of the independent publishers’ connectors accepted since 2024 have a URL there, and ' +
      '11% have non-ASCII letters, which no rule looks for.',
  },
  '5000.2.4.1': {
    message: 'Operation response is not an exact schema',
    source: account,
    wording: 'retold',
  },
  '5000.2.4.2': {
    message: 'Default response with a schema',
    source: account,
    wording: 'retold',
  },
  '5000.2.4.4': {
    message: 'Empty response schema',
    source: account,
    wording: 'retold',
    condition: 'A schema is empty, or is an object without properties, and is not dynamic.',
  },
  '5000.2.4.5': {
    message: 'Empty operations',
    source: account,
    wording: 'retold',
    condition: 'An operation has no responses, or is incomplete.',
  },
  '5000.2.4.6': {
    message: 'Empty response schema',
    source: account,
    wording: 'retold',
    condition: 'Same as 5000.2.4.4; the difference between the two is not known.',
  },
  '5000.2.6.2': {
    message: 'Swagger json should be properly structured and complete, and adhere to Open API 2.0',
    source: 'certification service (#3847)',
    wording: 'verbatim',
    condition:
      'Returned for a definition with a path that another path with a variable matches, the ' +
      'media type */*, an empty response schema, a URL in a description, and summaries that end ' +
      'with a period. Which of them caused it is not known.',
    part: 'definition',
    general: true,
  },
  '5000.2.6.3': {
    message: 'Not OpenAPI 2.0',
    source: account,
    wording: 'retold',
    condition: 'The `swagger` version is not "2.0", or there are keywords of OpenAPI 3.',
  },
  '5000.2.6.4': {
    message: 'Host URL is not a production URL',
    source: account,
    wording: 'retold',
    condition: 'The host has a label such as staging, dev or test.',
  },
  '5000.2.6.9': {
    message: 'uiDefinition empty',
    source: account,
    wording: 'retold',
    condition: 'A connection parameter has no `uiDefinition`.',
  },
  '5000.2.6.10': {
    message: 'uiDefinition.description empty',
    source: account,
    wording: 'retold',
    condition: 'A connection parameter has no description.',
  },
  '5000.3.1.2': {
    message: 'Package URI expired',
    source: account,
    wording: 'retold',
    condition: 'The URL of the package must stay valid for at least 4 days; 15 are recommended.',
    unchecked: 'The URL is entered in Partner Center and is not in the repository.',
  },
  '5000.3.1.3': {
    message: 'Invalid website URL',
    source: account,
    wording: 'retold',
    condition: 'The Website in `x-ms-connector-metadata` is missing or does not start with https.',
  },
  '5000.3.1.4': {
    message: 'Invalid support email',
    source: account,
    wording: 'retold',
    condition: 'The `email` of the contact is missing or is not an email address.',
    part: 'definition',
  },
  '5000.3.1.5': {
    message: 'Invalid privacy policy link',
    source: account,
    wording: 'retold',
    condition:
      'The Privacy policy in `x-ms-connector-metadata` is missing or does not start with https.',
  },
  '5000.3.1.6': {
    message: 'Security protocol',
    source: account,
    wording: 'retold',
    condition:
      'A value starts with http://. Which values must start with https is not known; some ' +
      'accepted connectors have URLs that start with http.',
  },
  '5000.5.10': {
    message: 'Icon guidelines',
    source: account,
    wording: 'retold',
    unchecked: 'An older number: 5000.2.1.1 to 5000.2.1.5 are the icon guidelines now.',
  },
  'connector-validate-backgroundwithbrandiconcolor': {
    message: 'The background color of icon image is invalid. Update with consistent background.',
    source: checker,
    wording: 'verbatim',
    condition:
      'Independent publishers may ignore it (#3979): the platform draws the icon of their ' +
      'connectors.',
  },
  'connector-validate-brandcolor': {
    message:
      'Ensure brand color is a valid hexadecimal color and should not be white (#ffffff) or ' +
      'default (#007ee5).',
    source: checker,
    wording: 'verbatim',
  },
  'connector-validate-hexadecimalbrandcolor': {
    message: 'The brand color is invalid. Update the brand color with a valid hexadecimal color.',
    source: checker,
    wording: 'verbatim',
  },
  'connector-validate-iconimage': {
    message:
      "Ensure a) icon is in PNG format with size below 1MB b) icon's dimensions are 1:1 and " +
      'fall within the range of 100x100 to 230x230 pixels c) icon matches the brand color with ' +
      'non-transparent, non-white color (#ffffff) and not-default color (#007ee5) background ' +
      "d) logo dimensions are below 70% for image's height & width with consistent background.",
    source: checker,
    wording: 'verbatim',
  },
  'connector-validate-pngiconimage': {
    message:
      'The icon image is invalid.Icon image should be valid image file and must be submitted ' +
      'in PNG format as icon.png.',
    source: checker,
    wording: 'verbatim',
  },
  'connector-validate-iconsize': {
    message:
      'The icon image size is invalid. Update the icon dimensions to 1:1 within the range of ' +
      '100x100 to 230x230 pixels.',
    source: checker,
    wording: 'verbatim',
  },
  'connector-validate-swagger-isproperjson': {
    message:
      'The openapidefinition.json is not a valid JSON. Ensure the openapidefinition is a well ' +
      'formatted JSON.',
    source: checker,
    wording: 'verbatim',
    part: 'definition',
  },
  'connector-validate-swagger': {
    message: 'Swagger definition does not confirm to the OpenAPI 2.0 standard.',
    source: checker,
    wording: 'verbatim',
    part: 'definition',
    general: true,
  },
  'connector-validate-swagger-extended': {
    message: 'Swagger definition does not confirm to the connector extended standards.',
    source: checker,
    wording: 'verbatim',
    part: 'definition',
    general: true,
  },
  'connector-validate-title': {
    message:
      'Connector title is not unique. Ensure connector title is unique and distinguishable ' +
      'from pre-existing connector title.',
    source: checker,
    wording: 'verbatim',
  },
  'connector-validate-connectionparam-isproperjson': {
    message: 'The connectionparameters.json is not a valid JSON.',
    source: checker,
    wording: 'verbatim',
    part: 'properties',
  },
  'connector-validate-connectionparameters': {
    message:
      'The connectionparameter is not well formed. Ensure the property is updated with ' +
      'appropriate value.',
    source: checker,
    wording: 'verbatim',
    condition:
      'A boolean in the `constraints` of a connection parameter was rejected in August 2026.',
    part: 'properties',
  },
  'connector-validate-connectionparam-oauth2idp': {
    message:
      'Invalid OAuth2 Identity Provider. Ensure the identity provider is from the list of ' +
      'supported oauth2 providers.',
    source: checker,
    wording: 'verbatim',
  },
} as const satisfies Record<string, Policy>;

/** A code of the certification service or of the Solution Checker. */
export type PolicyCode = keyof typeof policyTable;

/** Answers of the certification service that were only seen without a code. */
export const answersWithoutCode: readonly { message: string; source: string; meaning: string }[] = [
  {
    message: "The required property 'x-ms-connector-metadata' is missing in '…'. Please validate.",
    source: '#4202',
    meaning:
      'This is about the definition in the package, not the one in the folder. ' +
      'RequiredPropertyMissing and ConnectorMetadataPropertiesMissing look for it.',
  },
  {
    message: 'More than one zip file…',
    source: '#3956, cut',
    meaning: 'A folder must contain exactly one package.',
  },
  {
    message: 'Not able to download the package',
    source: '#3815',
    meaning: 'A problem with the service. Ask a maintainer to try again.',
  },
  {
    message:
      'Publisher Mismatch Detected: This connector was originally submitted under a different ' +
      'publisher account.',
    source: '#3832; #3831 in other words',
    meaning: 'The publisher is the GitHub account that opened the first pull request.',
  },
  {
    message: 'The connection parameters must not be an empty payload',
    source: '#4290, retold',
    meaning:
      'Add a hidden parameter that is not required. 9 of 22 packages were accepted without it.',
  },
  {
    message:
      "The length of the 'openapidefinition' attribute of the 'connector' entity exceeded the " +
      "maximum allowed length of '500000'.",
    source: '#3567, Dataverse 0x80044331',
    meaning: 'The definition in a solution can have at most 500,000 characters.',
  },
];

/** By code, in the order of the codes. */
export const policyByCode: ReadonlyMap<string, Policy> = new Map(Object.entries(policyTable));

/** For rules about what JSON is. */
export const properJson: readonly PolicyCode[] = [
  '5000.2.6.2',
  'connector-validate-swagger-isproperjson',
  'connector-validate-connectionparam-isproperjson',
];

/** For rules about what Swagger 2.0 prescribes. */
export const openApiStandard: readonly PolicyCode[] = ['5000.2.6.2', 'connector-validate-swagger'];

/** For rules about what the platform prescribes beyond Swagger 2.0. */
export const connectorStandard: readonly PolicyCode[] = ['connector-validate-swagger-extended'];
