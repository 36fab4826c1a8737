import type { Connector } from '../../connector/connector.ts';
import { TextFile } from '../../connector/document.ts';
import { say } from '../../connector/finding.ts';
import { isRandom, masked, secretsIn, type Secret } from '../../connector/secrets.ts';
import { asList, asText } from '../../connector/values.ts';
import type { Found, Rule } from '../rule.ts';

const secretName = /(?:password|passwd|secret|api[-_ ]?key|access[-_ ]?key|auth[-_ ]?token|access[-_ ]?token|authorization)(?:[-_ ]?(?:value|header))?$/i;

/** The text files of the folder, those included that do not belong there. */
function* texts({ files, texts: read }: Connector): Iterable<TextFile> {
  yield* read;
  for (const { path, bytes } of files) {
    if (bytes && !read.some(({ file }) => file === path) && !bytes.subarray(0, 8000).includes(0)) yield new TextFile(path, bytes);
  }
}

function* secretsOf(connector: Connector, wanted: (secret: Secret) => boolean, describe: (secret: Secret) => string): Iterable<Found> {
  for (const file of texts(connector)) {
    for (const secret of secretsIn(file).filter(wanted)) {
      const { start, end } = secret;
      const value = file.text.slice(start, end);
      yield { place: file.span(start, end), message: `${describe(secret)}${say`, ${masked(value)}.`} ${withdraw}`, detail: value };
    }
  }
}

const withdraw = 'Withdraw it where it was issued, since what was public once stays known, and write a placeholder here.';

export const secrets: Rule[] = [
  {
    id: 'SecretFound',
    severity: 'error',
    says: 'No file contains a key, a token, a password in a URL or connection string, a signature or a private key.',
    because: 'The repository is public, and its history keeps what was removed. Others find a key within minutes, and use it.',
    check: (connector) => secretsOf(connector, ({ name, expires }) => name !== undefined && !expires, ({ name = '' }) => `This looks like ${name}`),
  },
  {
    id: 'SecretSuspected',
    severity: 'warning',
    says: 'What is called a password, secret, key or token has no random-looking value, and nothing is signed for a while.',
    because: 'Real keys are often left over in examples and defaults. Whoever reads the repository can use them.',
    *check(connector) {
      yield* secretsOf(
        connector,
        ({ name, expires }) => name === undefined || expires,
        ({ name }) => (name === undefined ? 'The value may be a real secret' : `This looks like ${name}, which may be valid still`),
      );
      for (const keyword of ['default', 'example', 'enum']) {
        for (const { raw, name } of connector.definition?.having(keyword) ?? []) {
          if (name === undefined || !secretName.test(name)) continue;
          const value = [raw[keyword], ...asList(raw[keyword])].map(asText).find((one) => one !== undefined && isRandom(withoutScheme(one)));
          if (value !== undefined) yield { at: raw, key: keyword, message: `${say`The ${keyword} of ${name} may be a real secret.`} ${withdraw}` } satisfies Found;
        }
      }
    },
  },
];

const withoutScheme = (value: string): string => value.replace(/^(?:Bearer|Basic) /i, '');
