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
    name: 'an Azure account key',
    begins: 'AccountKey=',
    pattern: `AccountKey=(${base64}{80,90}(?:==?|%3[Dd](?:%3[Dd])?)?)`,
  },
  {
    name: 'an Azure shared access key',
    begins: 'SharedAccess(?:Key|Secret)=',
    pattern: `SharedAccess(?:Key|Secret)=(${base64}{40,90}(?:==?|%3[Dd])?)`,
  },
  {
    name: 'an Azure access key',
    begins: 'AccessKey=',
    pattern: `AccessKey=(${base64}{42,86}={0,2})`,
  },
  inside(
    'an Azure account key',
    base64,
    76,
    '(?:APIM|ACDb|\\+(?:ABa|AMC|ASt))(?=[A-Za-z0-9+/]{5}[AQgw]==)',
    `${base64}{6}==`,
  ),
  inside(
    'an Azure shared access key',
    base64,
    33,
    '(?:AIoT|AZEG|AzCa|\\+(?:ASb|AEh|ARm))(?=[A-P][A-Za-z0-9+/]{5}=)',
    `${base64}{6}=`,
  ),
  inside('an Azure Functions key', url64, 44, 'AzFu(?=[A-Za-z0-9_-]{5}[AQgw]==)', `${url64}{6}==`),
  {
    name: 'an Azure Functions key',
    begins: 'code=(?=[A-Za-z0-9/+_-]{50})',
    pattern: 'code=([A-Za-z0-9/+_-]{50,60}(?:==|%3[Dd]%3[Dd]))',
  },
  inside(
    'an Azure AI Search API key',
    alphanumeric,
    42,
    'AzSe(?=[A-D][A-Za-z0-9]{5})',
    `${alphanumeric}{6}`,
  ),
  inside(
    'an Azure container registry key',
    base64,
    42,
    '\\+ACR(?=[A-D][A-Za-z0-9+/]{5})',
    `${base64}{6}`,
  ),
  inside(
    'an Azure service key',
    alphanumeric,
    52,
    'JQQJ99(?=[A-Za-z0-9]{26})',
    `${alphanumeric}{26}`,
  ),
  inside('an Azure DevOps token', alphanumeric, 76, 'AZDO(?=[A-Za-z0-9]{4})', `${alphanumeric}{4}`),
  {
    name: 'a Microsoft Entra ID client secret',
    begins: 'Q~(?=[A-Za-z0-9_~.-]{31})',
    before: 4,
    pattern: '(?:(?<![A-Za-z0-9_~.-])|(?<=\\\\[nrt]))[A-Za-z0-9_~.-]{3}\\dQ~[A-Za-z0-9_~.-]{31,34}',
  },
  {
    name: 'a shared access signature',
    begins: 'sig=(?=[A-Za-z0-9+/%_-]{43})',
    pattern:
      'sig=([A-Za-z0-9+/_-](?:[A-Za-z0-9+/_-]|%2[BbFf]){42}(?![A-Za-z0-9+/_-])(?:%3[Dd]|=)?)',
  },
  marked(
    'a Microsoft Teams incoming webhook',
    'webhook\\.office\\.com/webhookb2/(?=[0-9a-f]{8}-)',
    '[0-9a-f@-]{73}/IncomingWebhook/[0-9a-f]{32}/[0-9a-f-]{36}',
  ),
  ...['P', 'p'].map(connection),
  // Other clouds and code hosts
  marked(
    'an AWS access key',
    'A(?:KIA|SIA|BIA|CCA)(?=[A-Z2-7]{16})',
    '[A-Z2-7]{16}(?![A-Za-z0-9])',
  ),
  ...['aws_secret_access_key', 'AWS_SECRET_ACCESS_KEY', 'secretAccessKey', 'SecretAccessKey'].map(
    (begins) => ({
      name: 'an AWS secret access key',
      begins,
      pattern: `${begins}\\\\?["'\`]?\\s{0,5}[:=]\\s{0,5}\\\\?["'\`]?(${base64}{40})(?![A-Za-z0-9+/=])`,
    }),
  ),
  marked('an AWS Bedrock key', 'ABSK(?=[A-Za-z0-9+/]{109})', `${base64}{109,269}={0,2}`),
  { ...marked('a presigned AWS URL', 'X-Amz-Signature=', `${hex}{64}`), expires: true },
  marked(
    'an Alibaba Cloud access key',
    'LTAI(?=[A-Za-z0-9]{20})',
    `${alphanumeric}{20}(?!${alphanumeric})`,
  ),
  marked('a Google API key', 'AIza', `${url64}{35}(?!${url64})`),
  marked('a Google client secret', 'GOCSPX-', `${url64}{28}`),
  inside('a Google refresh token', alphanumeric, 1, '//0(?=[A-Za-z0-9_-]{40})', `${url64}{40,120}`),
  {
    ...marked(
      'a Google access token',
      'ya29\\.(?=[A-Za-z0-9_-]{20})',
      `${url64}[A-Za-z0-9_.-]{18,}${url64}`,
    ),
    expires: true,
  },
  { ...marked('a signed Google URL', 'X-Goog-Signature=', `${hex}{64,}`), expires: true },
  marked('a GitHub token', 'gh[pousr]_(?=[A-Za-z0-9]{36})', `${alphanumeric}{36,255}`),
  marked(
    'a GitHub token',
    'ghs_(?=\\d{1,20}_eyJ)',
    `\\d{1,20}_${url64}{10,1000}\\.${url64}{10,4000}\\.${url64}{10,1000}`,
  ),
  marked('a GitHub token', 'github_pat_(?=[A-Za-z0-9])', `${alphanumeric}{22}_${alphanumeric}{59}`),
  marked(
    'a GitLab token',
    'gl(?:pat|oas|dt|rt|ptt|ft|imt|agent|soat|cbt|ffct)-(?=[A-Za-z0-9_-]{20})',
    `[A-Za-z0-9_.-]{19,}${url64}`,
  ),
  marked('an npm token', 'npm_(?=[A-Za-z0-9]{36})', `${alphanumeric}{36}`),
  marked('a PyPI token', 'pypi-AgE', `${url64}{50,}`),
  marked('a RubyGems API key', 'rubygems_(?=[0-9a-f]{48})', `${hex}{48}`),
  marked('a NuGet API key', 'oy2(?=[a-z0-9]{43}(?![A-Za-z0-9]))', '[a-z0-9]{43}'),
  marked('a Docker Hub token', 'dckr_(?:pat|oat)_', `${url64}{27,}`),
  marked('a DigitalOcean token', 'do[opr]_v1_', `${hex}{64}`),
  marked('a Databricks token', 'dapi(?=[0-9a-f]{32})', `${hex}{32}(?:-\\d)?`),
  marked('a HashiCorp Vault token', 'hv[sbr]\\.(?=[A-Za-z0-9_-]{24})', `${url64}{24,}`),
  marked('a Terraform token', 'atlasv1\\.', `${url64}{60,}`),
  marked('a Cloudflare token', 'v1\\.0-(?=[0-9a-f]{24}-)', `${hex}{24}-${hex}{146}`),
  marked('a Cloudflare token', 'cf(?:k|ut|at)_(?=[A-Za-z0-9]{40})', `${alphanumeric}{40}${hex}{8}`),
  marked('a Grafana token', 'gl(?:sa|c)_(?=[A-Za-z0-9+/=]{32})', '[A-Za-z0-9+/=_]{32,}'),
  marked('a Heroku key', 'HRKU-(?=[A-Za-z0-9_-]{36})', `${url64}{36,80}`),
  marked('a Pulumi token', 'pul-(?=[0-9a-f]{40})', `${hex}{40}`),
  marked('a PlanetScale token', 'pscale_(?:tkn|pw|oauth)_', `[A-Za-z0-9_.=-]{32,64}`),
  marked('a Supabase token', 'sb(?:p|_secret)_(?=[A-Za-z0-9_-]{30})', `${url64}{30,80}`),
  marked('a Tailscale token', 'tskey-[a-z]{2,20}-', '[A-Za-z0-9_]{8,40}-[A-Za-z0-9_]{16,60}'),
  marked('a Fly.io token', 'fm[12][ar]?_(?=[A-Za-z0-9+/]{100})', `${base64}{100,}={0,3}`),
  marked('an Artifactory key', 'AKCp(?=[A-Za-z0-9]{69})', `${alphanumeric}{69}(?!${alphanumeric})`),
  marked('a SonarQube token', 'sq[upa]_(?=[0-9a-f]{40})', `${hex}{40}`),
  marked('a Sourcegraph token', 'sgp_(?=[0-9a-fA-F]{16})', '(?:[0-9a-fA-F]{16}_)?[0-9a-fA-F]{40}'),
  marked(
    'a Doppler token',
    'dp\\.(?:pt|st|ct|sa|scim|audit)\\.(?=[A-Za-z0-9_.-]{40})',
    '[A-Za-z0-9_.-]{40,60}',
  ),
  marked('a 1Password token', 'ops_ey(?=[A-Za-z0-9+/]{100})', `${base64}{100,1300}={0,3}`),
  marked('an age secret key', 'AGE-SECRET-KEY-1', '[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}'),
  // Services that connectors call
  marked('a Slack token', 'xox[abeoprs](?:\\.xox[bp])?-(?=[A-Za-z0-9-]{10})', '[A-Za-z0-9-]{20,}'),
  marked('a Slack token', 'xapp-\\d-', '[A-Za-z0-9-]{30,}'),
  marked(
    'a Slack incoming webhook',
    'hooks\\.slack\\.com/(?:services|workflows|triggers)/',
    `${alphanumeric}{6,}/(?:${alphanumeric}{6,}/){1,3}${alphanumeric}{16,}`,
  ),
  marked(
    'a Discord webhook',
    'discord(?:app)?\\.com/api/(?:v\\d{1,2}/)?webhooks/',
    `\\d{16,}/${url64}{60,}`,
  ),
  ...['M', 'N', 'O'].map((letter) => ({
    ...marked(
      'a Discord token',
      `${letter}[A-Za-z0-9_-]{23,25}\\.(?=[A-Za-z0-9_-]{6}\\.)`,
      `${url64}{6}\\.${url64}{27,38}(?!${url64})`,
    ),
    holds: hasDigits,
  })),
  ...['s', 'r'].map((letter) =>
    marked(
      'a Stripe API key',
      `${letter}k_(?:live|test|prod)_(?=[A-Za-z0-9]{16})`,
      `${alphanumeric}{16,}`,
    ),
  ),
  marked('a Stripe webhook secret', 'whsec_(?=[A-Za-z0-9+/]{32})', `${base64}{32,}`),
  marked('a SendGrid API key', 'SG\\.(?=[A-Za-z0-9_-]{22}\\.)', `${url64}{22}\\.${url64}{43}`),
  marked('a Twilio API key', 'SK(?=[0-9a-fA-F]{32})', `[0-9a-fA-F]{32}(?!${alphanumeric})`),
  marked('a Mailgun API key', 'key-(?=[0-9a-f]{32})', `${hex}{32}(?!${alphanumeric})`),
  inside('a Mailchimp API key', hex, 32, '-us\\d{1,2}(?![A-Za-z0-9])', ''),
  marked('a Brevo API key', 'x(?:keysib|smtpsib)-', `${hex}{64}-[A-Za-z0-9]{16}`),
  marked('a HubSpot token', 'pat-(?:na|eu|ap)\\d-', uuid),
  marked('a Shopify token', 'shp(?:at|ss|ca|pa)_(?=[0-9a-fA-F]{32})', '[0-9a-fA-F]{32}'),
  marked('a Square token', 'sq0(?:atp|csp)-', `${url64}{22,}`),
  marked('a Square token', 'EAAA(?=[A-Za-z0-9_-]{56})', `${url64}{56,80}(?!${url64})`),
  marked('a Facebook token', 'EAA[A-Z](?=[A-Za-z0-9]{100})', `${alphanumeric}{100,}`),
  marked('an Atlassian token', 'AT(?:ATT|CTT|STT)3', '[A-Za-z0-9_=-]{24,}'),
  marked('a Bitbucket app password', 'ATBB(?=[A-Za-z0-9]{24})', '[A-Za-z0-9_=-]{24,}'),
  marked('a Trello token', 'ATTA(?=[0-9a-f]{64})', `${hex}{64}[0-9A-F]{0,8}`),
  marked('a Notion token', 'ntn_(?=[A-Za-z0-9]{40})', `${alphanumeric}{40,50}`),
  marked('a Notion token', 'secret_(?=[A-Za-z0-9]{43}(?![A-Za-z0-9]))', `${alphanumeric}{43}`),
  marked('an Airtable token', 'pat(?=[A-Za-z0-9]{14}\\.)', `${alphanumeric}{14}\\.${hex}{64}`),
  marked('a Linear API key', 'lin_(?:api|oauth)_', `${alphanumeric}{40,}`),
  marked('a Postman API key', 'PMAK-', `${hex}{24}-${hex}{34}`),
  marked('a Telegram token', 'bot\\d{8,10}:A', `${url64}{34}(?!${url64})`),
  ...[8, 9, 10].map((digits) =>
    inside(
      'a Telegram token',
      '\\d',
      digits,
      ':AA(?=[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-]))',
      `${url64}{33}`,
    ),
  ),
  marked('a Dropbox token', 'sl\\.(?=[A-Za-z0-9_-]{130})', `${url64}{130,}`),
  marked('a Figma token', 'figd_', `${url64}{40,}`),
  marked('a Typeform token', 'tfp_', `${url64}{40,}`),
  marked('a New Relic key', 'NR(?:AK|II|RA)-', `${alphanumeric}{27,}`),
  marked('a Sentry token', 'sntr(?:ys|yu)_', `${base64}{40,}[A-Za-z0-9+/=_]*`),
  marked('a Contentful token', 'CFPAT-', `${url64}{43}`),
  marked('a Mapbox token', 'sk\\.eyJ', `${url64}{40,}\\.${url64}{20,}`),
  marked(
    'a Dynatrace token',
    'dt0[a-z]\\d\\d\\.(?=[A-Za-z0-9]{24}\\.)',
    `${alphanumeric}{24}\\.${alphanumeric}{64}`,
  ),
  marked('a Plaid token', 'access-(?:sandbox|development|production)-', uuid),
  marked('a ReadMe API key', 'rdme_(?=[a-z0-9]{70})', '[a-z0-9]{70}'),
  marked('a Shippo key', 'shippo_(?:live|test)_', `${hex}{40}`),
  marked('an EasyPost key', 'EZ[AT]K(?=[A-Za-z0-9]{54})', `${alphanumeric}{54}`),
  marked('a Duffel key', 'duffel_(?:test|live)_', `${url64}{43}`),
  marked('a ClickUp API key', 'pk_\\d{5,12}_(?=[A-Z0-9]{32})', '[A-Z0-9]{32}'),
  marked('an Okta token', 'SSWS 00(?=[A-Za-z0-9_-]{40})', `${url64}{40}`),
  // Language models
  marked(
    'an OpenAI API key',
    'sk-(?<![A-Za-z0-9_-]{24}sk-)(?=[A-Za-z0-9_-]{20,200}T3BlbkFJ)',
    `${url64}{40,}`,
  ),
  marked(
    'an OpenAI API key',
    'sk-(?:proj|svcacct|admin|None)-(?=[A-Za-z0-9_-]{20})',
    `${url64}{20,300}`,
  ),
  marked(
    'an Anthropic API key',
    'sk-ant-(?:[a-z]{3,10}\\d\\d-)?(?=[A-Za-z0-9_-]{24})',
    `${url64}{24,300}`,
  ),
  marked('an OpenRouter API key', 'sk-or-(?:v\\d-)?(?=[0-9a-f]{48})', `${hex}{48,64}`),
  marked(
    'the API key of a language model',
    'sk-(?<![A-Za-z0-9_-]{24}sk-)(?=[A-Za-z0-9]{32,64}(?![A-Za-z0-9_-]))(?=[A-Za-z]*\\d)(?=\\d*[A-Za-z])',
    `${alphanumeric}{32,64}`,
  ),
  marked('a Hugging Face token', 'hf_(?=[A-Za-z0-9]{34})', '[A-Za-z0-9]{34}(?![A-Za-z0-9])'),
  marked('a Groq API key', 'gsk_(?=[A-Za-z0-9]{52})', `${alphanumeric}{52}`),
  marked('a Replicate token', 'r8_(?=[A-Za-z0-9]{37})', `${alphanumeric}{37}(?!${alphanumeric})`),
  marked('a Perplexity API key', 'pplx-(?=[A-Za-z0-9]{40})', `${alphanumeric}{40,}`),
  marked('an xAI API key', 'xai-(?=[A-Za-z0-9]{70})', `${alphanumeric}{70,}`),
  marked('an NVIDIA API key', 'nvapi-(?=[A-Za-z0-9_-]{60})', `${url64}{60,80}`),
  marked('a Pinecone API key', 'pcsk_(?=[A-Za-z0-9_]{60})', '[A-Za-z0-9_]{60,90}'),
  marked('a LangSmith API key', 'lsv2_(?:pt|sk)_', `${hex}{32}_${hex}{10}`),
  marked('a Tavily API key', 'tvly-(?:dev-|prod-)?(?=[A-Za-z0-9]{32})', `${alphanumeric}{32,48}`),
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
    name: 'a username and password for basic authentication',
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
