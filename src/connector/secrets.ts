import type { TextFile } from './document.ts';
import { remember } from './remember.ts';

/** A part of a text that gives access to something, or looks very much like it. */
export interface Secret {
  /** Offsets in the text. */
  start: number;
  end: number;
  /** What it is, with its article; undefined where only what it is called and its random look speak for it. */
  name: string | undefined;
  /** Whether it may be out of date by the time somebody reads it. */
  expires: boolean;
}

interface Shape {
  name: string;
  /**
   * How it begins, as a regular expression that matches next to nothing else: everything after it is tried only there. One that begins with a
   * letter (and has no `before`) is looked for where a word begins.
   */
  begins: string;
  /** All of it from there on; a group in it is the part that is secret. */
  pattern: string;
  /** So many characters of it stand before `begins`: its mark is in its middle. */
  before?: number;
  /** Whether such a secret lives for hours or days only. */
  expires?: true;
}

const alphanumeric = '[A-Za-z0-9]';
const base64 = '[A-Za-z0-9+/]';
const url64 = '[A-Za-z0-9_-]';
const hex = '[0-9a-f]';

/** A format that begins with its mark: `rest` follows it. */
const marked = (name: string, begins: string, rest: string): Shape => ({ name, begins, pattern: begins + rest });
/** A format with a mark behind a number of characters. */
const inside = (name: string, character: string, before: number, begins: string, rest: string): Shape => ({
  name,
  begins,
  before,
  pattern: `(?:(?<!${character})|(?<=\\\\[nrt]))${character}{${before}}${begins}${rest}`,
});

/**
 * The formats, as those who issue them document them: docs/decisions/0013-together.md. What cannot be told from an ordinary number or id,
 * such as Twilio's auth token of 32 hexadecimal digits, is left to what it is called. A format whose run of characters is long begins at the
 * start of a run alone (`(?<!-sk-)`): else a file of nothing but beginnings would cost seconds.
 */
const shapes: readonly Shape[] = [
  // Microsoft
  { name: 'an account key of Azure', begins: 'AccountKey=', pattern: `AccountKey=(${base64}{86}==)` },
  { name: 'a shared access key of Azure', begins: 'SharedAccess(?:Key|Secret)=', pattern: `SharedAccess(?:Key|Secret)=(${base64}{43}=)` },
  { name: 'an access key of Azure', begins: 'AccessKey=', pattern: `AccessKey=(${base64}{42,86}={0,2})` },
  inside('an account key of Azure', base64, 76, '(?:APIM|ACDb|\\+(?:ABa|AMC|ASt))(?=[A-Za-z0-9+/]{5}[AQgw]==)', `${base64}{6}==`),
  inside('a shared access key of Azure', base64, 33, '(?:AIoT|AZEG|AzCa|\\+(?:ASb|AEh|ARm))(?=[A-P][A-Za-z0-9+/]{5}=)', `${base64}{6}=`),
  inside('a key of Azure Functions', url64, 44, 'AzFu(?=[A-Za-z0-9_-]{5}[AQgw]==)', `${url64}{6}==`),
  inside('a key of Azure AI Search', alphanumeric, 42, 'AzSe(?=[A-D][A-Za-z0-9]{5})', `${alphanumeric}{6}`),
  inside('a key of an Azure container registry', base64, 42, '\\+ACR(?=[A-D][A-Za-z0-9+/]{5})', `${base64}{6}`),
  inside('a key of an Azure service', alphanumeric, 52, 'JQQJ99(?=[A-Za-z0-9]{26})', `${alphanumeric}{26}`),
  inside('a token of Azure DevOps', alphanumeric, 76, 'AZDO(?=[A-Za-z0-9]{4})', `${alphanumeric}{4}`),
  inside('a client secret of Microsoft Entra ID', '[A-Za-z0-9_~.-]', 3, '[78]Q~(?=[A-Za-z0-9_~.-]{31})', '[A-Za-z0-9_~.-]{31,34}'),
  { name: 'the signature of a shared access signature', begins: 'sig=(?=[A-Za-z0-9+/%_-]{43})', pattern: 'sig=([A-Za-z0-9+/_-](?:[A-Za-z0-9+/_-]|%2[BbFf]){42}(?![A-Za-z0-9+/_-])(?:%3[Dd]|=)?)' },
  marked('an incoming webhook of Microsoft Teams', 'webhook\\.office\\.com/webhookb2/(?=[0-9a-f]{8}-)', '[0-9a-f@-]{73}/IncomingWebhook/[0-9a-f]{32}/[0-9a-f-]{36}'),
  ...['P', 'p'].map((letter) => ({
    name: 'a password in a connection string',
    begins: `${letter}(?:assword|wd|WD|ASSWORD)=(?=[^;]{6,128};)`,
    pattern: `(?<=(?:[Ss]erver|Data Source|User I[Dd]|Uid)=[^\\n"]{0,500})${letter}(?:assword|wd|WD|ASSWORD)=([^;\\s"'<>{}\\[\\]$*]{6,128});`,
  })),
  // Other clouds and places of code
  marked('an access key of AWS', 'A(?:KIA|SIA|BIA|CCA)(?=[A-Z2-7]{16})', '[A-Z2-7]{16}(?![A-Za-z0-9])'),
  { ...marked('a signed URL of AWS', 'X-Amz-Signature=', `${hex}{64}`), expires: true },
  marked('an API key of Google', 'AIza', `${url64}{35}(?!${url64})`),
  marked('a client secret of Google', 'GOCSPX-', `${url64}{28}`),
  { ...marked('an access token of Google', 'ya29\\.(?=[A-Za-z0-9_-]{20})', `${url64}{20,}`), expires: true },
  { ...marked('a signed URL of Google', 'X-Goog-Signature=', `${hex}{64,}`), expires: true },
  marked('a token of GitHub', 'gh[pousr]_(?=[A-Za-z0-9]{36})', `${alphanumeric}{36,255}`),
  marked('a token of GitHub', 'github_pat_(?=[A-Za-z0-9])', `${alphanumeric}{22}_${alphanumeric}{59}`),
  marked('a token of GitLab', 'gl(?:pat|oas|dt|rt|ptt|ft|imt|agent|soat)-(?=[A-Za-z0-9_-]{20})', `${url64}{20,}`),
  marked('a token of npm', 'npm_(?=[A-Za-z0-9]{36})', `${alphanumeric}{36}`),
  marked('a token of PyPI', 'pypi-AgE', `${url64}{50,}`),
  marked('a key of NuGet', 'oy2(?=[a-z0-9]{43}(?![A-Za-z0-9]))', '[a-z0-9]{43}'),
  marked('a token of Docker Hub', 'dckr_(?:pat|oat)_', `${url64}{27,}`),
  marked('a token of DigitalOcean', 'do[opr]_v1_', `${hex}{64}`),
  marked('a token of Databricks', 'dapi(?=[0-9a-f]{32})', `${hex}{32}`),
  marked('a token of HashiCorp Vault', 'hv[sb]\\.(?=[A-Za-z0-9_-]{24})', `${url64}{24,}`),
  marked('a token of Terraform', 'atlasv1\\.', `${url64}{60,}`),
  marked('a token of Cloudflare', 'v1\\.0-(?=[0-9a-f]{24}-)', `${hex}{24}-${hex}{146}`),
  marked('a token of Grafana', 'gl(?:sa|c)_(?=[A-Za-z0-9+/=]{32})', '[A-Za-z0-9+/=_]{32,}'),
  // Services that connectors call
  marked('a token of Slack', 'xox[abeoprs]-(?=[A-Za-z0-9-]{10})', '[A-Za-z0-9-]{20,}'),
  marked('a token of Slack', 'xapp-\\d-', '[A-Za-z0-9-]{30,}'),
  marked('an incoming webhook of Slack', 'hooks\\.slack\\.com/(?:services|workflows|triggers)/', '[A-Z0-9]{6,}/[A-Z0-9]{6,}/[A-Za-z0-9]{16,}'),
  marked('a webhook of Discord', 'discord(?:app)?\\.com/api/webhooks/', `\\d{16,}/${url64}{60,}`),
  ...['s', 'r'].map((letter) => marked('a key of Stripe', `${letter}k_(?:live|test)_(?=[A-Za-z0-9]{16})`, `${alphanumeric}{16,}`)),
  marked('a webhook secret of Stripe', 'whsec_(?=[A-Za-z0-9+/]{32})', `${base64}{32,}`),
  marked('a key of SendGrid', 'SG\\.(?=[A-Za-z0-9_-]{22}\\.)', `${url64}{22}\\.${url64}{43}`),
  marked('a key of Twilio', 'SK(?=[0-9a-f]{32})', `${hex}{32}(?!${alphanumeric})`),
  marked('a key of Mailgun', 'key-(?=[0-9a-f]{32})', `${hex}{32}(?!${alphanumeric})`),
  marked('a key of Brevo', 'x(?:keysib|smtpsib)-', `${hex}{64}-[A-Za-z0-9]{16}`),
  marked('a token of HubSpot', 'pat-(?:na|eu)\\d-', `${hex}{8}-(?:${hex}{4}-){3}${hex}{12}`),
  marked('a token of Shopify', 'shp(?:at|ss|ca|pa)_(?=[0-9a-fA-F]{32})', '[0-9a-fA-F]{32}'),
  marked('a token of Square', 'sq0(?:atp|csp)-', `${url64}{22,}`),
  marked('a token of Atlassian', 'AT(?:ATT|CTT|BB|STT)3x', `${url64}{24,}`),
  marked('a token of Notion', 'ntn_(?=[A-Za-z0-9]{40})', `${alphanumeric}{40,50}`),
  marked('a token of Airtable', 'pat(?=[A-Za-z0-9]{14}\\.)', `${alphanumeric}{14}\\.${hex}{64}`),
  marked('a key of Linear', 'lin_(?:api|oauth)_', `${alphanumeric}{40,}`),
  marked('a key of Postman', 'PMAK-', `${hex}{24}-${hex}{34}`),
  marked('a token of Telegram', 'bot\\d{8,10}:AA', `${url64}{33}(?!${url64})`),
  marked('a token of Dropbox', 'sl\\.(?=[A-Za-z0-9_-]{130})', `${url64}{130,}`),
  marked('a token of Figma', 'figd_', `${url64}{40,}`),
  marked('a token of Typeform', 'tfp_', `${url64}{40,}`),
  marked('a key of New Relic', 'NR(?:AK|II|RA)-', `${alphanumeric}{27,}`),
  marked('a token of Sentry', 'sntr(?:ys|yu)_', `${base64}{40,}`),
  marked('a token of Contentful', 'CFPAT-', `${url64}{43}`),
  marked('a token of Mapbox', 'sk\\.eyJ', `${url64}{40,}\\.${url64}{20,}`),
  // Models
  marked('a key of OpenAI', 'sk-(?<!-sk-)(?=[A-Za-z0-9_-]{20,200}T3BlbkFJ)', `${url64}{40,}`),
  marked('a key of Anthropic', 'sk-ant-(?:api|admin)\\d\\d-', `${url64}{80,}`),
  marked('a key of OpenRouter', 'sk-or-v1-', `${hex}{64}`),
  marked('a token of Hugging Face', 'hf_(?=[A-Za-z]{34})', '[A-Za-z]{34}(?![A-Za-z0-9])'),
  marked('a key of Groq', 'gsk_(?=[A-Za-z0-9]{52})', `${alphanumeric}{52}`),
  marked('a token of Replicate', 'r8_(?=[A-Za-z0-9]{37})', `${alphanumeric}{37}(?!${alphanumeric})`),
  marked('a key of Perplexity', 'pplx-(?=[A-Za-z0-9]{40})', `${alphanumeric}{40,}`),
  marked('a key of xAI', 'xai-(?=[A-Za-z0-9]{70})', `${alphanumeric}{70,}`),
  // Of no one service
  { ...marked('a JSON web token', 'eyJ(?<!-eyJ)(?:hbGciOi|0eXAiOi|raWQiOi)', `${url64}{10,500}\\.${url64}{10,4000}\\.${url64}{10,}`), expires: true },
  marked('a private key', '-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----', '(?:\\s|\\\\[rn]|[A-Za-z-]{3,20}: [^\\n\\\\]{0,100}){0,12}([A-Za-z0-9+/=]{32,8000}(?:(?:\\s|\\\\[rn]){1,8}[A-Za-z0-9+/=]{1,8000}){0,400})'),
  { name: 'a password in a URL', begins: '://[^\\s/?#:@"\'<>\\\\]{1,80}:[^\\s/?#@"\'<>\\\\]{6,200}@(?=[A-Za-z0-9])', pattern: '://[^\\s/?#:@"\'<>\\\\]{1,80}:([^\\s/?#@"\'<>{}$*\\[\\]()|%\\\\]{6,200})@[A-Za-z0-9.-]+\\.?[A-Za-z0-9]' },
];

/** The formats that begin where a word begins, behind an escaped line break too, in one expression by their first letters: so it costs least. */
const isWord = ({ begins, before }: Shape): boolean => before === undefined && /^[A-Za-z]/.test(begins);
const byLetter = Map.groupBy(shapes.filter(isWord), ({ begins }) => begins.charAt(0));
const anyWord = [...byLetter].map(([letter, group]) => `${letter}(?:${group.map(({ begins }) => begins.slice(1)).join('|')})`).join('|');

const searches = [
  { beginning: new RegExp(`(?:\\b|\\\\[nrt])(?:${anyWord})`, 'g'), shapes: shapes.filter(isWord) },
  { beginning: new RegExp(shapes.filter((shape) => !isWord(shape)).map(({ begins }) => begins).join('|'), 'g'), shapes: shapes.filter((shape) => !isWord(shape)) },
].map(({ beginning, shapes: some }) => ({
  beginning,
  patterns: some.map(({ name, pattern, before = 0, expires = false }) => ({ name, before, expires, pattern: new RegExp(pattern, 'y') })),
}));

/** A name of a secret, then a colon or an equals sign, then the value, in code, JSON, a URL or prose. */
const assignment = /(?:password|passwd|secret|api[-_ ]?key|access[-_ ]?key|token|authorization)[\w-]{0,20}["'`]?\s{0,5}[:=]\s{0,5}["'`]?(?:Bearer |Basic )?([A-Za-z0-9+/_-]{20,200}={0,2})(?![A-Za-z0-9+/_=.-])/gi;

/** Values of documentation: emulators' keys that are the same for everybody, the token of jwt.io, what says so itself. */
const published = ['Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq', 'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw', 'eyJzdWIiOiIxMjM0NTY3ODkwIi', '4eC39HqLyjWDarjtT1zdp7dc'];
const placeholder = /example|sample|dummy|your|secret|password|passwd|changeme|redacted|removed|x{4}|0{6}|\.{3}|12345|abcde|^(?:pass|pwd|pw|user|token|apikey|key)$/i;

/** So long a random value contains one of the words of `placeholder` by chance about once in ten thousand times, a short one hardly ever. */
const isExample = (value: string): boolean => new Set(value).size < Math.min(8, value.length / 2) || placeholder.test(value.length > 100 ? value.slice(0, 100) : value) || published.some((one) => value.includes(one));

/** Whether a value is made of characters that nobody would choose: digits among letters, hardly any repeated, no words. */
export function isRandom(value: string): boolean {
  if (!/^[A-Za-z0-9+/_=-]{20,500}$/.test(value) || /^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(value)) return false; // an id in hyphens is no secret
  const digits = value.match(/\d/g)?.length ?? 0;
  return digits >= 3 && /[A-Za-z]/.test(value) && new Set(value).size >= 10 && !isExample(value);
}

/** The secrets of a known format in a text. Each beginning is tried once, and what follows it is bounded: linear in the text. */
function* known(text: string): Iterable<Secret> {
  for (const { beginning, patterns } of searches) {
    let behind = 0;
    for (const { index } of text.matchAll(beginning)) {
      const escape = text.startsWith('\\', index) ? 2 : 0;
      for (const { name, before, expires, pattern } of patterns) {
        const from = index + escape - before;
        if (from < behind) continue;
        pattern.lastIndex = from;
        const match = pattern.exec(text);
        if (!match) continue;
        const [all, group = all] = match;
        const start = from + all.lastIndexOf(group);
        behind = from + all.length;
        if (!isExample(group)) yield { start, end: start + group.length, name, expires };
        break;
      }
    }
  }
}

/** What is called a password, a secret, a key or a token and has a random-looking value. */
function* assigned(text: string): Iterable<Secret> {
  for (const match of text.matchAll(assignment)) {
    const [all, value = ''] = match;
    const end = match.index + all.length;
    if (isRandom(value)) yield { start: end - value.length, end, name: undefined, expires: false };
  }
}

/** The secrets in a text of a connector, in its order; of two that overlap the one whose format is known. */
export const secretsIn = remember((file: TextFile): readonly Secret[] => {
  const found = [...known(file.text)];
  for (const one of assigned(file.text)) if (!found.some(({ start, end }) => start < one.end && one.start < end)) found.push(one);
  return found.sort((a, b) => a.start - b.start);
});

const shown = (length: number): number => Math.min(4, Math.floor(length / 4));

/** How much of a secret may be shown: enough to find it again, nothing to use it. */
export const masked = (secret: string): string => `${secret.slice(0, shown(secret.length))}…`;

/** A line of a file with stars in place of what no report may show; every column stays. Lines count from 1. */
export function lineWithoutSecrets(file: TextFile, number: number): string {
  let line = file.line(number);
  if (number === 1 && line.startsWith('\ufeff')) line = line.slice(1); // columns do not count it
  for (const { start, end } of secretsIn(file)) {
    const place = file.span(start, end);
    if (place.line > number || place.endLine < number) continue;
    const from = place.line === number ? place.column - 1 + shown(end - start) : 0;
    const to = place.endLine === number ? place.endColumn - 1 : line.length;
    line = line.slice(0, from) + '*'.repeat(Math.max(0, to - from)) + line.slice(Math.max(from, to));
  }
  return line;
}

/** So much of the beginning of a secret tells that a text quotes it, whole or cut. */
const telling = 8;

/** Takes the secrets of some files out of texts that quote them; undefined where there are none. */
export function concealer(files: readonly TextFile[]): ((text: string) => string) | undefined {
  const beginnings = new Set<string>();
  for (const file of files) for (const { start, end } of secretsIn(file)) beginnings.add(file.text.slice(start, Math.min(end, start + telling)));
  if (beginnings.size === 0) return undefined;
  const lengths = [...new Set([...beginnings].map(({ length }) => length))];
  return (text) => {
    let concealed = '';
    for (let at = 0; at < text.length; ) {
      if (!lengths.some((length) => beginnings.has(text.slice(at, at + length)))) concealed += text.charAt(at++);
      else {
        const [secret] = /^[^\s`"']+/.exec(text.slice(at)) ?? [text.slice(at)];
        concealed += masked(secret);
        at += secret.length;
      }
    }
    return concealed;
  };
}
