import type { Connector } from '../../connector/connector.ts';
import { TextFile } from '../../json/document.ts';
import { safe, wholeFile } from '../../shared/finding.ts';
import { memoize } from '../../shared/memoize.ts';
import { maskFor, namesOf, suspectedValues } from '../../secrets/mask.ts';
import { maskSecret, findSecrets, type Secret } from '../../secrets/find-secrets.ts';
import type { RuleViolation, Rule } from '../rule.ts';

/**
 * The text files of the folder, including files that do not belong there. Remembered, because
 * several rules search them.
 */
const textsOf = memoize(({ files, texts: read }: Connector): readonly TextFile[] => [
  ...read,
  ...files.flatMap(({ path, bytes }) =>
    bytes && !read.some(({ file }) => file === path) && isText(bytes)
      ? [new TextFile(path, bytes)]
      : [],
  ),
]);

/** UTF-16 text contains zero bytes, so only its byte order mark identifies it as text. */
const isText = (bytes: Uint8Array): boolean =>
  !bytes.subarray(0, 8000).includes(0) ||
  (bytes[0] === 0xff && bytes[1] === 0xfe) ||
  (bytes[0] === 0xfe && bytes[1] === 0xff);

/** The names of the folder and its files, each as a text file to search. */
function* names({ path, files }: Connector): Iterable<{ of: 'folder' | 'file'; name: TextFile }> {
  const named = (file: string, text: string): TextFile =>
    new TextFile(file, new TextEncoder().encode(text));
  yield { of: 'folder', name: named('', path) };
  for (const file of files) yield { of: 'file', name: named(file.path, file.path) };
}

function* secretsOf(
  connector: Connector,
  isReported: (secret: Secret) => boolean,
  describe: (secret: Secret) => string,
): Iterable<RuleViolation> {
  for (const file of textsOf(connector)) {
    for (const secret of findSecrets(file).filter(isReported)) {
      const { start, end, value } = secret;
      yield {
        location: file.span(start, end),
        message: `${describe(secret)}${safe`, ${maskSecret(value)}.`} ${withdraw}`,
        detail: value,
      };
    }
  }
  if (findSecrets(namesOf(connector)).length === 0) return;
  const mask = maskFor(connector);
  for (const { of, name } of names(connector)) {
    for (const secret of findSecrets(name).filter(isReported)) {
      const { value } = secret;
      yield {
        location: wholeFile(name.file),
        message:
          `${describe(secret)}${safe`, ${maskSecret(value)}, in the name of the ${of}`} ` +
          `${safe`${mask(name.text)}.`} ${withdraw}`,
        detail: value,
      };
    }
  }
}

const withdraw =
  'Revoke it at the provider, because everything that was ever pushed here is public, and ' +
  'replace it with a placeholder.';

export const secrets: Rule[] = [
  {
    id: 'SecretFound',
    severity: 'error',
    description:
      'No file and no file name contains a key, a token, a password in a URL or ' +
      'connection string, a signature or a private key, whether plain or escaped.',
    rationale:
      'The repository is public, and its history keeps what you remove. Attackers find a ' +
      'key within minutes and use it.',
    check: (connector) =>
      secretsOf(
        connector,
        ({ name, expires }) => name !== undefined && !expires,
        ({ name = '' }) => `This looks like ${name}`,
      ),
  },
  {
    id: 'SecretSuspected',
    severity: 'warning',
    description:
      'A value named password, secret, key or token is an obvious placeholder, and the ' +
      'connector contains no signatures that expire.',
    rationale:
      'Examples and defaults often contain real keys by mistake. Anyone who reads the ' +
      'repository can use them.',
    *check(connector): Iterable<RuleViolation> {
      yield* secretsOf(
        connector,
        ({ name, expires }) => name === undefined || expires,
        ({ name }) =>
          name === undefined
            ? 'This looks like a real secret'
            : `This looks like ${name} that may still be valid`,
      );
      for (const { at, key, name } of suspectedValues(connector))
        yield {
          at,
          key,
          message: `${safe`The ${key} of ${name} looks like a real secret.`} ${withdraw}`,
        };
    },
  },
];
