import type { Connector } from '../../connector/connector.ts';
import { TextFile } from '../../connector/document.ts';
import { say } from '../../connector/finding.ts';
import { asList, asText } from '../../connector/values.ts';
import type { Found, Rule } from '../rule.ts';

/** Secrets that are known by their look. Each pattern is tried where `beginning` has found its first letters. */
const shapes: { name: string; pattern: RegExp }[] = [
  { name: 'a GitHub token', pattern: /gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60}/y },
  { name: 'a GitLab token', pattern: /glpat-[A-Za-z0-9_-]{20}/y },
  { name: 'an npm token', pattern: /npm_[A-Za-z0-9]{36}/y },
  { name: 'an AWS access key', pattern: /(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/y },
  { name: 'a Google API key', pattern: /AIza[A-Za-z0-9_-]{35}/y },
  { name: 'a Slack token', pattern: /xox[abeoprs]-[A-Za-z0-9-]{20}/y },
  { name: 'a live Stripe key', pattern: /[sr]k_live_[A-Za-z0-9]{16}/y },
  { name: 'an access key of Azure', pattern: /(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40}/y },
  { name: 'a JSON web token', pattern: /eyJ[A-Za-z0-9_-]{10,300}\.[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10}/y },
  { name: 'a private key', pattern: /-----BEGIN (?:[A-Z]{1,12} ){0,3}PRIVATE KEY-----/y },
];
const beginning = /(?:gh[pousr]_|github_pat_|glpat-|npm_|AKIA|ASIA|AIza|xox[abeoprs]-|[sr]k_live_|AccountKey=|SharedAccessKey=|eyJhbGciOi|eyJ0eXAiOi|-----BEGIN )[A-Za-z0-9 _+/-]{10}/g;

const secretName = /(?:password|passwd|secret|api[-_ ]?key|access[-_ ]?key|auth[-_ ]?token|access[-_ ]?token|authorization)(?:[-_ ]?(?:value|header))?$/i;
/** A name of a secret, then a colon or an equals sign, then the value, in code, JSON, a URL or prose. */
const assignment = /(?:password|passwd|secret|api[-_ ]?key|access[-_ ]?key|token|authorization)[\w-]{0,20}["'`]?\s{0,5}[:=]\s{0,5}["'`]?(?:Bearer |Basic )?([A-Za-z0-9+/_-]{20,200}={0,2})(?![A-Za-z0-9+/_=.-])/gi;

/** Whether a value is made of characters that nobody would choose: digits among letters, hardly any repeated, no words. */
function isRandom(value: string): boolean {
  if (!/^[A-Za-z0-9+/_=-]{20,500}$/.test(value) || /^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(value)) return false; // an id in hyphens is no secret
  const digits = value.match(/\d/g)?.length ?? 0;
  return digits >= 3 && /[A-Za-z]/.test(value) && new Set(value).size >= 10 && !isExample(value);
}

const isExample = (value: string): boolean => /example|sample|dummy|your|x{5}|0{6}|12345|abcde/i.test(value) || new Set(value).size < 8;

/** The text files of the folder, those included that do not belong there. */
function* texts({ files, texts: read }: Connector): Iterable<TextFile> {
  yield* read;
  for (const { path, bytes } of files) {
    if (bytes && !read.some(({ file }) => file === path) && !bytes.subarray(0, 8000).includes(0)) yield new TextFile(path, bytes);
  }
}

const withdraw = 'Withdraw it where it was issued, since what was public once stays known, and write a placeholder here.';

export const secrets: Rule[] = [
  {
    id: 'SecretFound',
    severity: 'error',
    says: 'No file contains a token, an access key or a private key.',
    because: 'The repository is public, and its history keeps what was removed. Others find a key within minutes, and use it.',
    *check(connector) {
      for (const file of texts(connector)) {
        for (const { index } of file.text.matchAll(beginning)) {
          for (const { name, pattern } of shapes) {
            pattern.lastIndex = index;
            const secret = pattern.exec(file.text)?.[0];
            if (secret === undefined || isExample(secret)) continue;
            yield { place: file.span(index, index + secret.length), message: `This looks like ${name}. ${withdraw}`, detail: secret };
          }
        }
      }
    },
  },
  {
    id: 'SecretSuspected',
    severity: 'warning',
    says: 'What is called a password, secret, key or token has no random-looking value.',
    because: 'Real keys are often left over in examples and defaults. Whoever reads the repository can use them.',
    *check(connector) {
      const { definition, definitionFile } = connector;
      for (const file of texts(connector)) {
        if (file === definitionFile) continue;
        for (const match of file.text.matchAll(assignment)) {
          const [all, value = ''] = match;
          const end = match.index + all.length;
          if (isRandom(value)) yield { place: file.span(end - value.length, end), message: `The value may be a real secret. ${withdraw}`, detail: value };
        }
      }
      for (const keyword of ['default', 'example', 'enum']) {
        for (const { raw, name } of definition?.having(keyword) ?? []) {
          if (name === undefined || !secretName.test(name)) continue;
          const value = [raw[keyword], ...asList(raw[keyword])].map(asText).find((one) => one !== undefined && isRandom(withoutScheme(one)));
          if (value !== undefined) yield { at: raw, key: keyword, message: `${say`The ${keyword} of ${name} may be a real secret.`} ${withdraw}` } satisfies Found;
        }
      }
    },
  },
];

const withoutScheme = (value: string): string => value.replace(/^(?:Bearer|Basic) /i, '');
