/** The format of a secret, as its issuer documents it. */
export interface SecretFormat {
  /** What it is, with its article. */
  name: string;
  /**
   * A regular expression for its start that matches hardly anything else; `pattern` is tried only
   * where it matches. If it starts with a letter and `before` is not set, it is searched at word
   * boundaries.
   */
  begins: string;
  /** A regular expression for all of it. If it has a group, that part is the secret. */
  pattern: string;
  /** The number of characters before `begins`, if the mark is in the middle. */
  before?: number;
  /** Whether such secrets expire within hours or days. */
  expires?: true;
  /** Whether a person chooses it, so that it may contain words. */
  chosen?: true;
  /** A further condition on the part that is secret. */
  holds?: (value: string) => boolean;
}

const alphanumeric = '[A-Za-z0-9]';
const base64 = '[A-Za-z0-9+/]';
const url64 = '[A-Za-z0-9_-]';
const hex = '[0-9a-f]';
const uuid = `${hex}{8}-(?:${hex}{4}-){3}${hex}{12}`;

/** A format that starts with its mark. */
const marked = (name: string, begins: string, rest: string): SecretFormat => ({
  name,
  begins,
  pattern: begins + rest,
});
/** A format with its mark behind a number of characters. */
const inside = (
  name: string,
  character: string,
  before: number,
  begins: string,
  rest: string,
): SecretFormat => ({
  name,
  begins,
  before,
  pattern: `(?:(?<!${character})|(?<=\\\\[nrt]))${character}{${before}}${begins}${rest}`,
});

/** Names in a connection string beside the password; one must be near a password to make it one. */
const companion = [
  '(?:[Ss]erver|SERVER|[Hh]ost(?:[Nn]ame)?|HOST|[Aa]ddr(?:ess)?|[Dd]ata ' +
    '?[Ss]ource|[Ii]nitial ?[Cc]atalog|[Dd]atabase|DATABASE|[Uu](?:ser(?: ' +
    '?[Nn]ame| ?[Ii][Dd])?|id)|U(?:ID|SER)|[Pp]rovider|[Dd]river|DRIVER',
  '[Ee]ndpoint|[Aa]ccount[Nn]ame|[Ss]sl|[Aa]bort(?:[Oo]n)?[Cc]onnect(?:[Ff]ail)?|[Ee]ncrypt|[Ii]ntegrated ' +
    '[Ss]ecurity|[Pp]ersist [Ss]ecurity [Ii]nfo|[Tt]rust ?[Ss]erver ?[Cc]ertificate)\\s?=',
].join('|');
const password = "\\s?=\\s?(?:'([^'\\n\"]{6,128})'|([^;\\s\"'<>{}\\[\\]$*\\\\]{6,128}))";
const connection = (letter: string): SecretFormat => ({
  name: 'a password in a connection string',
  begins: `${letter}(?:assword|wd|WD|ASSWORD)\\s?=`,
  pattern: [
    `(?<=(?:^|[;,"'\`\\s=])${companion}[^\\n"&]{0,300})${letter}(?:assword|wd|WD|ASSWORD)${password}`,
    `${letter}(?:assword|wd|WD|ASSWORD)${password}(?=[;,][^\\n"&]{0,300}(?<=[;,]\\s?)${companion})`,
  ].join('|'),
  chosen: true,
});

const hasDigits = (value: string): boolean => (value.match(/\d/g)?.length ?? 0) >= 3;

/** Whether a value is a user name, a colon and a password in base64. */
function isBasic(value: string): boolean {
  try {
    const [, secret] = /^[\x21-\x39\x3b-\x7e]{1,200}:([\x21-\x7e]{4,200})$/.exec(atob(value)) ?? [];
    return secret !== undefined && !isExample(secret);
  } catch {
    return false; // not base64
  }
}

/**
 * The known formats; see decision 13 for how they were chosen. Formats that look like ordinary
 * numbers or ids, such as Twilio's auth token of 32 hexadecimal digits, are left out: such secrets
 * are found by their names. A format with a long run of characters only starts near the start of a
 * run (`(?<![A-Za-z0-9_-]{24}sk-)`): otherwise a file of nothing but prefixes would take seconds.
 */
export const secretFormats: readonly SecretFormat[] = [
  // Microsoft
  {
    name: 'an account key of Azure',
    begins: 'AccountKey=',
    pattern: `AccountKey=(${base64}{80,90}(?:==?|%3[Dd](?:%3[Dd])?)?)`,
  },
  {
    name: 'a shared access key of Azure',
    begins: 'SharedAccess(?:Key|Secret)=',
    pattern: `SharedAccess(?:Key|Secret)=(${base64}{40,90}(?:==?|%3[Dd])?)`,
  },
  {
    name: 'an access key of Azure',
    begins: 'AccessKey=',
    pattern: `AccessKey=(${base64}{42,86}={0,2})`,
  },
  inside(
    'an account key of Azure',
    base64,
    76,
    '(?:APIM|ACDb|\\+(?:ABa|AMC|ASt))(?=[A-Za-z0-9+/]{5}[AQgw]==)',
    `${base64}{6}==`,
  ),
  inside(
    'a shared access key of Azure',
    base64,
    33,
    '(?:AIoT|AZEG|AzCa|\\+(?:ASb|AEh|ARm))(?=[A-P][A-Za-z0-9+/]{5}=)',
    `${base64}{6}=`,
  ),
  inside(
    'a key of Azure Functions',
    url64,
    44,
    'AzFu(?=[A-Za-z0-9_-]{5}[AQgw]==)',
    `${url64}{6}==`,
  ),
  {
    name: 'a key of Azure Functions',
    begins: 'code=(?=[A-Za-z0-9/+_-]{50})',
    pattern: 'code=([A-Za-z0-9/+_-]{50,60}(?:==|%3[Dd]%3[Dd]))',
  },
  inside(
    'a key of Azure AI Search',
    alphanumeric,
    42,
    'AzSe(?=[A-D][A-Za-z0-9]{5})',
    `${alphanumeric}{6}`,
  ),
  inside(
    'a key of an Azure container registry',
    base64,
    42,
    '\\+ACR(?=[A-D][A-Za-z0-9+/]{5})',
    `${base64}{6}`,
  ),
  inside(
    'a key of an Azure service',
    alphanumeric,
    52,
    'JQQJ99(?=[A-Za-z0-9]{26})',
    `${alphanumeric}{26}`,
  ),
  inside(
    'a token of Azure DevOps',
    alphanumeric,
    76,
    'AZDO(?=[A-Za-z0-9]{4})',
    `${alphanumeric}{4}`,
  ),
  {
    name: 'a client secret of Microsoft Entra ID',
    begins: 'Q~(?=[A-Za-z0-9_~.-]{31})',
    before: 4,
    pattern: '(?:(?<![A-Za-z0-9_~.-])|(?<=\\\\[nrt]))[A-Za-z0-9_~.-]{3}\\dQ~[A-Za-z0-9_~.-]{31,34}',
  },
  {
    name: 'the signature of a shared access signature',
    begins: 'sig=(?=[A-Za-z0-9+/%_-]{43})',
    pattern:
      'sig=([A-Za-z0-9+/_-](?:[A-Za-z0-9+/_-]|%2[BbFf]){42}(?![A-Za-z0-9+/_-])(?:%3[Dd]|=)?)',
  },
  marked(
    'an incoming webhook of Microsoft Teams',
    'webhook\\.office\\.com/webhookb2/(?=[0-9a-f]{8}-)',
    '[0-9a-f@-]{73}/IncomingWebhook/[0-9a-f]{32}/[0-9a-f-]{36}',
  ),
  ...['P', 'p'].map(connection),
  // Other clouds and code hosts
  marked(
    'an access key of AWS',
    'A(?:KIA|SIA|BIA|CCA)(?=[A-Z2-7]{16})',
    '[A-Z2-7]{16}(?![A-Za-z0-9])',
  ),
  ...['aws_secret_access_key', 'AWS_SECRET_ACCESS_KEY', 'secretAccessKey', 'SecretAccessKey'].map(
    (begins) => ({
      name: 'a secret access key of AWS',
      begins,
      pattern: `${begins}\\\\?["'\`]?\\s{0,5}[:=]\\s{0,5}\\\\?["'\`]?(${base64}{40})(?![A-Za-z0-9+/=])`,
    }),
  ),
  marked('a key of AWS Bedrock', 'ABSK(?=[A-Za-z0-9+/]{109})', `${base64}{109,269}={0,2}`),
  { ...marked('a signed URL of AWS', 'X-Amz-Signature=', `${hex}{64}`), expires: true },
  marked(
    'an access key of Alibaba Cloud',
    'LTAI(?=[A-Za-z0-9]{20})',
    `${alphanumeric}{20}(?!${alphanumeric})`,
  ),
  marked('an API key of Google', 'AIza', `${url64}{35}(?!${url64})`),
  marked('a client secret of Google', 'GOCSPX-', `${url64}{28}`),
  inside(
    'a refresh token of Google',
    alphanumeric,
    1,
    '//0(?=[A-Za-z0-9_-]{40})',
    `${url64}{40,120}`,
  ),
  {
    ...marked(
      'an access token of Google',
      'ya29\\.(?=[A-Za-z0-9_-]{20})',
      `${url64}[A-Za-z0-9_.-]{18,}${url64}`,
    ),
    expires: true,
  },
  { ...marked('a signed URL of Google', 'X-Goog-Signature=', `${hex}{64,}`), expires: true },
  marked('a token of GitHub', 'gh[pousr]_(?=[A-Za-z0-9]{36})', `${alphanumeric}{36,255}`),
  marked(
    'a token of GitHub',
    'ghs_(?=\\d{1,20}_eyJ)',
    `\\d{1,20}_${url64}{10,1000}\\.${url64}{10,4000}\\.${url64}{10,1000}`,
  ),
  marked(
    'a token of GitHub',
    'github_pat_(?=[A-Za-z0-9])',
    `${alphanumeric}{22}_${alphanumeric}{59}`,
  ),
  marked(
    'a token of GitLab',
    'gl(?:pat|oas|dt|rt|ptt|ft|imt|agent|soat|cbt|ffct)-(?=[A-Za-z0-9_-]{20})',
    `[A-Za-z0-9_.-]{19,}${url64}`,
  ),
  marked('a token of npm', 'npm_(?=[A-Za-z0-9]{36})', `${alphanumeric}{36}`),
  marked('a token of PyPI', 'pypi-AgE', `${url64}{50,}`),
  marked('a key of RubyGems', 'rubygems_(?=[0-9a-f]{48})', `${hex}{48}`),
  marked('a key of NuGet', 'oy2(?=[a-z0-9]{43}(?![A-Za-z0-9]))', '[a-z0-9]{43}'),
  marked('a token of Docker Hub', 'dckr_(?:pat|oat)_', `${url64}{27,}`),
  marked('a token of DigitalOcean', 'do[opr]_v1_', `${hex}{64}`),
  marked('a token of Databricks', 'dapi(?=[0-9a-f]{32})', `${hex}{32}(?:-\\d)?`),
  marked('a token of HashiCorp Vault', 'hv[sbr]\\.(?=[A-Za-z0-9_-]{24})', `${url64}{24,}`),
  marked('a token of Terraform', 'atlasv1\\.', `${url64}{60,}`),
  marked('a token of Cloudflare', 'v1\\.0-(?=[0-9a-f]{24}-)', `${hex}{24}-${hex}{146}`),
  marked(
    'a token of Cloudflare',
    'cf(?:k|ut|at)_(?=[A-Za-z0-9]{40})',
    `${alphanumeric}{40}${hex}{8}`,
  ),
  marked('a token of Grafana', 'gl(?:sa|c)_(?=[A-Za-z0-9+/=]{32})', '[A-Za-z0-9+/=_]{32,}'),
  marked('a key of Heroku', 'HRKU-(?=[A-Za-z0-9_-]{36})', `${url64}{36,80}`),
  marked('a token of Pulumi', 'pul-(?=[0-9a-f]{40})', `${hex}{40}`),
  marked('a token of PlanetScale', 'pscale_(?:tkn|pw|oauth)_', `[A-Za-z0-9_.=-]{32,64}`),
  marked('a token of Supabase', 'sb(?:p|_secret)_(?=[A-Za-z0-9_-]{30})', `${url64}{30,80}`),
  marked('a token of Tailscale', 'tskey-[a-z]{2,20}-', '[A-Za-z0-9_]{8,40}-[A-Za-z0-9_]{16,60}'),
  marked('a token of Fly.io', 'fm[12][ar]?_(?=[A-Za-z0-9+/]{100})', `${base64}{100,}={0,3}`),
  marked(
    'a key of Artifactory',
    'AKCp(?=[A-Za-z0-9]{69})',
    `${alphanumeric}{69}(?!${alphanumeric})`,
  ),
  marked('a token of SonarQube', 'sq[upa]_(?=[0-9a-f]{40})', `${hex}{40}`),
  marked(
    'a token of Sourcegraph',
    'sgp_(?=[0-9a-fA-F]{16})',
    '(?:[0-9a-fA-F]{16}_)?[0-9a-fA-F]{40}',
  ),
  marked(
    'a token of Doppler',
    'dp\\.(?:pt|st|ct|sa|scim|audit)\\.(?=[A-Za-z0-9_.-]{40})',
    '[A-Za-z0-9_.-]{40,60}',
  ),
  marked('a token of 1Password', 'ops_ey(?=[A-Za-z0-9+/]{100})', `${base64}{100,1300}={0,3}`),
  marked('a secret key of age', 'AGE-SECRET-KEY-1', '[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}'),
  // Services that connectors call
  marked(
    'a token of Slack',
    'xox[abeoprs](?:\\.xox[bp])?-(?=[A-Za-z0-9-]{10})',
    '[A-Za-z0-9-]{20,}',
  ),
  marked('a token of Slack', 'xapp-\\d-', '[A-Za-z0-9-]{30,}'),
  marked(
    'an incoming webhook of Slack',
    'hooks\\.slack\\.com/(?:services|workflows|triggers)/',
    `${alphanumeric}{6,}/(?:${alphanumeric}{6,}/){1,3}${alphanumeric}{16,}`,
  ),
  marked(
    'a webhook of Discord',
    'discord(?:app)?\\.com/api/(?:v\\d{1,2}/)?webhooks/',
    `\\d{16,}/${url64}{60,}`,
  ),
  ...['M', 'N', 'O'].map((letter) => ({
    ...marked(
      'a token of Discord',
      `${letter}[A-Za-z0-9_-]{23,25}\\.(?=[A-Za-z0-9_-]{6}\\.)`,
      `${url64}{6}\\.${url64}{27,38}(?!${url64})`,
    ),
    holds: hasDigits,
  })),
  ...['s', 'r'].map((letter) =>
    marked(
      'a key of Stripe',
      `${letter}k_(?:live|test|prod)_(?=[A-Za-z0-9]{16})`,
      `${alphanumeric}{16,}`,
    ),
  ),
  marked('a webhook secret of Stripe', 'whsec_(?=[A-Za-z0-9+/]{32})', `${base64}{32,}`),
  marked('a key of SendGrid', 'SG\\.(?=[A-Za-z0-9_-]{22}\\.)', `${url64}{22}\\.${url64}{43}`),
  marked('a key of Twilio', 'SK(?=[0-9a-fA-F]{32})', `[0-9a-fA-F]{32}(?!${alphanumeric})`),
  marked('a key of Mailgun', 'key-(?=[0-9a-f]{32})', `${hex}{32}(?!${alphanumeric})`),
  inside('a key of Mailchimp', hex, 32, '-us\\d{1,2}(?![A-Za-z0-9])', ''),
  marked('a key of Brevo', 'x(?:keysib|smtpsib)-', `${hex}{64}-[A-Za-z0-9]{16}`),
  marked('a token of HubSpot', 'pat-(?:na|eu|ap)\\d-', uuid),
  marked('a token of Shopify', 'shp(?:at|ss|ca|pa)_(?=[0-9a-fA-F]{32})', '[0-9a-fA-F]{32}'),
  marked('a token of Square', 'sq0(?:atp|csp)-', `${url64}{22,}`),
  marked('a token of Square', 'EAAA(?=[A-Za-z0-9_-]{56})', `${url64}{56,80}(?!${url64})`),
  marked('a token of Facebook', 'EAA[A-Z](?=[A-Za-z0-9]{100})', `${alphanumeric}{100,}`),
  marked('a token of Atlassian', 'AT(?:ATT|CTT|STT)3', '[A-Za-z0-9_=-]{24,}'),
  marked('a password of Bitbucket', 'ATBB(?=[A-Za-z0-9]{24})', '[A-Za-z0-9_=-]{24,}'),
  marked('a token of Trello', 'ATTA(?=[0-9a-f]{64})', `${hex}{64}[0-9A-F]{0,8}`),
  marked('a token of Notion', 'ntn_(?=[A-Za-z0-9]{40})', `${alphanumeric}{40,50}`),
  marked('a token of Notion', 'secret_(?=[A-Za-z0-9]{43}(?![A-Za-z0-9]))', `${alphanumeric}{43}`),
  marked('a token of Airtable', 'pat(?=[A-Za-z0-9]{14}\\.)', `${alphanumeric}{14}\\.${hex}{64}`),
  marked('a key of Linear', 'lin_(?:api|oauth)_', `${alphanumeric}{40,}`),
  marked('a key of Postman', 'PMAK-', `${hex}{24}-${hex}{34}`),
  marked('a token of Telegram', 'bot\\d{8,10}:A', `${url64}{34}(?!${url64})`),
  ...[8, 9, 10].map((digits) =>
    inside(
      'a token of Telegram',
      '\\d',
      digits,
      ':AA(?=[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-]))',
      `${url64}{33}`,
    ),
  ),
  marked('a token of Dropbox', 'sl\\.(?=[A-Za-z0-9_-]{130})', `${url64}{130,}`),
  marked('a token of Figma', 'figd_', `${url64}{40,}`),
  marked('a token of Typeform', 'tfp_', `${url64}{40,}`),
  marked('a key of New Relic', 'NR(?:AK|II|RA)-', `${alphanumeric}{27,}`),
  marked('a token of Sentry', 'sntr(?:ys|yu)_', `${base64}{40,}[A-Za-z0-9+/=_]*`),
  marked('a token of Contentful', 'CFPAT-', `${url64}{43}`),
  marked('a token of Mapbox', 'sk\\.eyJ', `${url64}{40,}\\.${url64}{20,}`),
  marked(
    'a token of Dynatrace',
    'dt0[a-z]\\d\\d\\.(?=[A-Za-z0-9]{24}\\.)',
    `${alphanumeric}{24}\\.${alphanumeric}{64}`,
  ),
  marked('a token of Plaid', 'access-(?:sandbox|development|production)-', uuid),
  marked('a key of ReadMe', 'rdme_(?=[a-z0-9]{70})', '[a-z0-9]{70}'),
  marked('a key of Shippo', 'shippo_(?:live|test)_', `${hex}{40}`),
  marked('a key of EasyPost', 'EZ[AT]K(?=[A-Za-z0-9]{54})', `${alphanumeric}{54}`),
  marked('a key of Duffel', 'duffel_(?:test|live)_', `${url64}{43}`),
  marked('a key of ClickUp', 'pk_\\d{5,12}_(?=[A-Z0-9]{32})', '[A-Z0-9]{32}'),
  marked('a token of Okta', 'SSWS 00(?=[A-Za-z0-9_-]{40})', `${url64}{40}`),
  // Language models
  marked(
    'a key of OpenAI',
    'sk-(?<![A-Za-z0-9_-]{24}sk-)(?=[A-Za-z0-9_-]{20,200}T3BlbkFJ)',
    `${url64}{40,}`,
  ),
  marked(
    'a key of OpenAI',
    'sk-(?:proj|svcacct|admin|None)-(?=[A-Za-z0-9_-]{20})',
    `${url64}{20,300}`,
  ),
  marked(
    'a key of Anthropic',
    'sk-ant-(?:[a-z]{3,10}\\d\\d-)?(?=[A-Za-z0-9_-]{24})',
    `${url64}{24,300}`,
  ),
  marked('a key of OpenRouter', 'sk-or-(?:v\\d-)?(?=[0-9a-f]{48})', `${hex}{48,64}`),
  marked(
    'a key of a language model',
    'sk-(?<![A-Za-z0-9_-]{24}sk-)(?=[A-Za-z0-9]{32,64}(?![A-Za-z0-9_-]))(?=[A-Za-z]*\\d)(?=\\d*[A-Za-z])',
    `${alphanumeric}{32,64}`,
  ),
  marked('a token of Hugging Face', 'hf_(?=[A-Za-z0-9]{34})', '[A-Za-z0-9]{34}(?![A-Za-z0-9])'),
  marked('a key of Groq', 'gsk_(?=[A-Za-z0-9]{52})', `${alphanumeric}{52}`),
  marked(
    'a token of Replicate',
    'r8_(?=[A-Za-z0-9]{37})',
    `${alphanumeric}{37}(?!${alphanumeric})`,
  ),
  marked('a key of Perplexity', 'pplx-(?=[A-Za-z0-9]{40})', `${alphanumeric}{40,}`),
  marked('a key of xAI', 'xai-(?=[A-Za-z0-9]{70})', `${alphanumeric}{70,}`),
  marked('a key of NVIDIA', 'nvapi-(?=[A-Za-z0-9_-]{60})', `${url64}{60,80}`),
  marked('a key of Pinecone', 'pcsk_(?=[A-Za-z0-9_]{60})', '[A-Za-z0-9_]{60,90}'),
  marked('a key of LangSmith', 'lsv2_(?:pt|sk)_', `${hex}{32}_${hex}{10}`),
  marked('a key of Tavily', 'tvly-(?:dev-|prod-)?(?=[A-Za-z0-9]{32})', `${alphanumeric}{32,48}`),
  // Not of a single service
  {
    ...marked(
      'a JSON web token',
      'eyJ(?<![A-Za-z0-9_-]{24}eyJ)(?:hbGciOi|0eXAiOi|raWQiOi)',
      `${url64}{10,500}\\.${url64}{10,4000}\\.${url64}{10,}`,
    ),
    expires: true,
  },
  {
    ...marked(
      'a JSON web token',
      'e[wy](?<![A-Za-z0-9_-]{24}e[wy])[A-Z](?=[A-Za-z0-9_-]{16,500}\\.e[wy])',
      `${url64}{16,500}\\.e[wy][A-Z]${url64}{10,4000}\\.${url64}{10,}`,
    ),
    expires: true,
  },
  marked(
    'a private key',
    '-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----',
    '(?:\\s|\\\\[rn]|[A-Za-z-]{3,20}: ' +
      '[^\\n\\\\]{0,100}){0,12}([A-Za-z0-9+/=]{32,8000}(?:(?:\\s|\\\\[rn]){1,8}[A-Za-z0-9+/=]{1,8000}){0,400})',
  ),
  {
    name: 'a password in a URL',
    begins: '://[^\\s/?#:@"\'<>\\\\]{1,80}:[^\\s/?#@"\'<>\\\\]{6,200}@(?=[A-Za-z0-9])',
    pattern:
      '://[^\\s/?#:@"\'<>\\\\]{1,80}:((?:[^\\s/?#@"\'<>{}$*\\[\\]()|%\\\\]|%[0-9A-Fa-f]{2}){6,200})@[A-Za-z0-9.-]+\\.?[A-Za-z0-9]',
    chosen: true,
  },
  ...['B', 'b'].map((letter): SecretFormat => ({
    name: 'a name and password for basic authentication',
    begins: `${letter}asic (?=[A-Za-z0-9+/]{8})`,
    pattern: `${letter}asic (${base64}{8,400}={0,2})(?![A-Za-z0-9+/=])`,
    holds: isBasic,
  })),
];

/** Published values: the keys of emulators, the token of jwt.io, examples of documentation. */
const published = [
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq',
  'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw',
  'eyJzdWIiOiIxMjM0NTY3ODkwIi',
  '4eC39HqLyjWDarjtT1zdp7dc',
  'QWxhZGRpbjpvcGVuIHNlc2FtZQ',
];
const placeholder =
  /example|sample|dummy|your|secret|password|passwd|changeme|redacted|removed|x{4}|0{6}|\.{3}|12345|abcde|^(?:pass|pwd|pw|user|token|apikey|key)$/i;

/**
 * Whether a value is an example. Only the first 100 characters are searched for words: a random
 * value of that length contains one about once in 10,000 times.
 */
export const isExample = (value: string): boolean =>
  new Set(value).size < Math.min(8, value.length / 2) ||
  placeholder.test(value.length > 100 ? value.slice(0, 100) : value) ||
  published.some((part) => value.includes(part));
