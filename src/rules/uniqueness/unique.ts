import type { CatalogEntry } from '../../catalog/entry.ts';
import { safe, wholeFile } from '../../shared/finding.ts';
import { lazyRegExp } from '../../shared/lazy-regexp.ts';
import { isAscii } from '../../shared/text.ts';
import { maskFormattedSecrets } from '../../secrets/mask.ts';
import { asObject, asText } from '../../json/values.ts';
import { folderOf } from '../../catalog/connector-index.ts';
import { isSamePublisher } from '../../catalog/publisher.ts';
import { measured, ofCertified } from '../icon/file.ts';
import { certificationSeverity, type Rule } from '../rule.ts';

/**
 * How many other connectors a message names. The message is masked for this connector's secrets
 * only, so secrets in the names of others are masked here.
 */
const maxNamed = 3;
const named = (others: readonly CatalogEntry[]): string =>
  safe`${others.slice(0, maxNamed).map(({ path }) => maskFormattedSecrets(path))}` +
  (others.length > maxNamed ? ` and ${others.length - maxNamed} more` : '');

/**
 * Printable ASCII except characters that Windows reserves, and the letters of Western and Central
 * European languages.
 */
const folderNameCharacter =
  /^[ !#-).+,\-0-9;=@A-Z[\]^_`a-z{}~\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f]$/;

const word = lazyRegExp('[\\p{L}\\p{M}]+', 'gu');
const latin = lazyRegExp('\\p{Script=Latin}', 'u');
/** Letters with the script Common, such as ª and º, belong to all scripts. */
const notLatin = lazyRegExp('[^\\P{L}\\p{Script=Latin}\\p{Script=Common}]', 'gu');

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

export const unique: Rule[] = [
  {
    id: 'TitleNotUnique',
    source: 'certification',
    severity: certificationSeverity,
    description:
      'The title of a connector is unique in the repository. Spaces, look-alike letters ' +
      'and the suffix "(Independent Publisher)" do not make titles different.',
    rationale:
      'Makers find a connector by its title alone. If two connectors have the same title, ' +
      'makers pick the wrong one.',
    policies: ['5000.2.2.5', 'connector-validate-title'],
    *check({ definition }, { others }) {
      const info = asObject(definition?.raw.info);
      const title = asText(info?.title);
      if (!info || !others || title === undefined) return;
      const duplicates = others.withTitle(title);
      if (duplicates.length > 0) {
        yield {
          at: info,
          key: 'title',
          message:
            `${safe`The title ${title} is already used by`} ${named(duplicates)}. Choose a ` +
            'title that distinguishes this connector; if it replaces the other one, ' +
            'update that folder instead.',
        };
      }
    },
  },
  {
    id: 'FolderNotUnique',
    severity: certificationSeverity,
    description:
      'The folder name of a connector is unique across all classes. Look-alike letters do ' +
      'not make names different.',
    rationale:
      'Reviewers, owners and reports identify a connector by its folder. On Windows and ' +
      'macOS, two names that differ only in capitalization are one folder, so a checkout ' +
      'loses one connector.',
    *check({ path }, { others }) {
      const duplicates = others?.withName(folderOf(path)) ?? [];
      if (duplicates.length > 0)
        yield {
          location: wholeFile(''),
          message:
            `${safe`The folder name ${folderOf(path)} is the same as or looks like`} ` +
            `${named(duplicates)}. Rename the folder so that the names are clearly different.`,
        };
    },
  },
  {
    id: 'FolderNameCharacters',
    severity: 'error',
    description:
      'A folder name contains only Latin letters, digits, spaces and common punctuation, ' +
      'does not start or end with a space, and does not end with a period.',
    rationale:
      'Letters of other scripts and invisible characters can imitate the name of another ' +
      'connector. A name that Windows does not allow prevents Windows users from checking ' +
      'out the repository.',
    *check({ path }, { others }) {
      const name = folderOf(path);
      if (!others || name.includes('\ufffd')) return;
      const foreign = Array.from(name.normalize('NFC')).filter(
        (character) => !folderNameCharacter.test(character),
      );
      const [first] = foreign;
      if (first !== undefined) {
        yield {
          location: wholeFile(''),
          detail: foreign.join(''),
          message:
            `${safe`The folder name ${name} contains the character ${first}`} ` +
            `(${codePoint(first)}), which is invisible, reserved or easily mistaken for ` +
            'another. Use the letters a to z, with or without accents, digits, spaces and ' +
            "- _ . ' & ( ).",
        };
      } else if (/^ |[ .]$/.test(name)) {
        yield {
          location: wholeFile(''),
          detail: 'ends',
          message:
            safe`The folder name ${`"${name}"`} starts or ends with a space, or ends with ` +
            'a period. Remove that character: users cannot see it, and Windows drops ' +
            'it.',
        };
      }
    },
  },
  {
    id: 'TitleLettersMixed',
    severity: certificationSeverity,
    description: 'No word of a title mixes letters of two scripts.',
    rationale:
      'A Cyrillic or Greek letter in a Latin word looks like a Latin letter. It can ' +
      'imitate the title of another connector, and users who type the word do not find ' +
      'it.',
    policies: ['5000.2.2.5'],
    *check({ definition }) {
      const info = asObject(definition?.raw.info);
      const title = asText(info?.title);
      if (!info || title === undefined || isAscii(title)) return;
      const foreign =
        title
          .match(word())
          ?.filter((letters) => latin().test(letters))
          .flatMap((letters) => letters.match(notLatin()) ?? []) ?? [];
      const [first] = foreign;
      if (first !== undefined)
        yield {
          at: info,
          key: 'title',
          detail: foreign.join(''),
          message:
            `${safe`The title ${title} contains the letter ${first}`} ` +
            `(${codePoint(first)}) in a word of Latin letters. Write the word in one ` +
            'script.',
        };
    },
  },
  {
    id: 'IconNotUnique',
    severity: ofCertified('error'),
    description:
      'No connector of another publisher has the same icon; a scaled or recompressed copy ' +
      'counts as the same icon.',
    rationale:
      'Makers recognize a connector by its icon. They confuse two connectors that look ' +
      'alike, in the list and in every flow. Connectors of one publisher may share its logo.',
    check: (connector, { others }) =>
      measured(connector, ({ picture }, path) => {
        const publisher = connector.properties?.publisher;
        const duplicates =
          others && picture
            ? others
                .withSimilarIcon(picture.hash)
                .filter((other) => !isSamePublisher(other.publisher, publisher))
            : [];
        return duplicates.length === 0
          ? undefined
          : {
              message:
                `${safe`${path} shows the same picture as the icon of`} ${named(duplicates)}. ` +
                'Use a different icon, or change its color, letter or mark.',
              detail: picture?.hash ?? '',
            };
      }),
  },
  {
    id: 'HostNotUnique',
    severity: 'note',
    description: 'Each service has one connector: no two connectors share a host and base path.',
    rationale:
      'Makers expect one connector for everything a service can do, with one connection. ' +
      'If the service changes, two connectors break.',
    *check({ definition }, { others }) {
      const host = asText(definition?.raw.host);
      if (!definition || !others || host === undefined) return;
      const basePath = asText(definition.raw.basePath) ?? '';
      const duplicates = others.withServer(host, basePath);
      if (duplicates.length > 0) {
        yield {
          at: definition.raw,
          key: 'host',
          message:
            `${safe`${host + basePath.replace(/\/+$/, '')} is also called by`} ` +
            `${named(duplicates)}. Ask whether these operations should be added to that ` +
            'connector.',
        };
      }
    },
  },
];
