import type { CatalogEntry } from '../../catalog/entry.ts';
import { safe, wholeFile } from '../../shared/finding.ts';
import { lazyRegExp } from '../../shared/lazy-regexp.ts';
import { isAscii } from '../../shared/text.ts';
import { maskFormattedSecrets } from '../../secrets/mask.ts';
import { asObject, asText } from '../../json/values.ts';
import { folderOf } from '../../catalog/connector-index.ts';
import { measured, ofCertified } from '../icon/file.ts';
import { certificationSeverity, type Rule } from '../rule.ts';

/**
 * So many others are named. What is a secret in their names is none of this connector's, by which
 * the rest of a message is masked.
 */
const most = 3;
const named = (others: readonly CatalogEntry[]): string =>
  safe`${others.slice(0, most).map(({ path }) => maskFormattedSecrets(path))}` +
  (others.length > most ? ` and ${others.length - most} more` : '');

/**
 * Printable ASCII but for what Windows has other uses for, and the letters of Western and Central
 * European languages.
 */
const inFolderNames = /^[ !#-).+,\-0-9;=@A-Z[\]^_`a-z{}~\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f]$/;

const word = lazyRegExp('[\\p{L}\\p{M}]+', 'gu');
const latin = lazyRegExp('\\p{Script=Latin}', 'u');
/** Common letters, such as ª and º, belong to all scripts. */
const notLatin = lazyRegExp('[^\\P{L}\\p{Script=Latin}\\p{Script=Common}]', 'gu');

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

export const unique: Rule[] = [
  {
    id: 'TitleNotUnique',
    severity: certificationSeverity,
    description:
      'No two connectors of the repository have titles that look the same, apart from ' +
      'spaces and the suffix "(Independent Publisher)".',
    rationale:
      'Makers find a connector by its title alone. ' +
      'Of two that are called the same they pick the wrong one.',
    *check({ definition }, { others }) {
      const info = asObject(definition?.raw.info);
      const title = asText(info?.title);
      if (!info || !others || title === undefined) return;
      const same = others.withTitle(title);
      if (same.length > 0) {
        yield {
          at: info,
          key: 'title',
          message:
            `${safe`The title ${title} is that of`} ${named(same)} already. ` +
            'Choose one that tells this connector from the other; ' +
            'if it is meant to replace it, update it in its folder.',
        };
      }
    },
  },
  {
    id: 'FolderNotUnique',
    severity: certificationSeverity,
    description:
      'No two connectors of the repository have folder names that look the same, in the ' +
      'folders of all classes.',
    rationale:
      'Reviewers, owners and reports call a connector by its folder; ' +
      'and on Windows and macOS two names that differ in capitals alone are one folder, so ' +
      'that a checkout loses one of them.',
    *check({ path }, { others }) {
      const same = others?.withName(folderOf(path)) ?? [];
      if (same.length > 0)
        yield {
          location: wholeFile(''),
          message:
            `${safe`The folder ${folderOf(path)} is called like`} ${named(same)}, or looks like ` +
            'it. Rename it to tell the two apart.',
        };
    },
  },
  {
    id: 'FolderNameCharacters',
    severity: 'error',
    description:
      "The name of a connector's folder has Latin letters, digits, spaces and plain " +
      'punctuation, and neither begins nor ends with a space or a full stop.',
    rationale:
      'Letters of other scripts, other widths and characters that are not seen make a name ' +
      'that looks like that of another connector; ' +
      'and what Windows takes for no name keeps everybody there from checking the ' +
      'repository out.',
    *check({ path }, { others }) {
      const name = folderOf(path);
      if (!others || name.includes('\ufffd')) return;
      const strange = Array.from(name.normalize('NFC')).filter(
        (character) => !inFolderNames.test(character),
      );
      const [first] = strange;
      if (first !== undefined) {
        yield {
          location: wholeFile(''),
          detail: strange.join(''),
          message:
            `${safe`The folder name ${name} has the character ${first}`} (${codePoint(first)}) ` +
            'in it, which can be taken for another or not be seen. ' +
            `Use the letters a to z, with or without accents, digits, spaces and - _ . ' & ( ).`,
        };
      } else if (/^ |[ .]$/.test(name)) {
        yield {
          location: wholeFile(''),
          detail: 'ends',
          message:
            safe`The folder name ${`"${name}"`} begins or ends with a space or a full stop. ` +
            safe`Take that out: it is not seen, and Windows drops it.`,
        };
      }
    },
  },
  {
    id: 'TitleLettersMixed',
    severity: certificationSeverity,
    description: 'No word of a title mixes letters of two scripts.',
    rationale:
      'A Cyrillic or Greek letter in a Latin word looks like the Latin one: ' +
      'the title of another connector can be imitated with it, and nobody who types the ' +
      'word finds it.',
    *check({ definition }) {
      const info = asObject(definition?.raw.info);
      const title = asText(info?.title);
      if (!info || title === undefined || isAscii(title)) return;
      const strange =
        title
          .match(word())
          ?.filter((one) => latin().test(one))
          .flatMap((one) => one.match(notLatin()) ?? []) ?? [];
      const [first] = strange;
      if (first !== undefined)
        yield {
          at: info,
          key: 'title',
          detail: strange.join(''),
          message:
            `${safe`The title ${title} has the letter ${first}`} (${codePoint(first)}) in a ` +
            'word of Latin letters. Write the word in one script.',
        };
    },
  },
  {
    id: 'IconNotUnique',
    severity: ofCertified('error'),
    description:
      'No two connectors of the repository have one icon, also scaled or compressed again.',
    rationale:
      'Makers know a connector by its icon. ' +
      'Two that look alike are taken for each other, in the list and in every flow.',
    check: (connector, { others }) =>
      measured(connector, ({ picture }, path) => {
        const same = others && picture ? others.withSimilarIcon(picture.hash) : [];
        return same.length === 0
          ? undefined
          : {
              message:
                `${safe`${path} is the picture of`} ${named(same)}. ` +
                'Draw one of its own, or change what tells the two apart: ' +
                'color, letter or mark.',
              detail: picture?.hash ?? '',
            };
      }),
  },
  {
    id: 'HostNotUnique',
    severity: 'note',
    description:
      'A service is called by one connector: ' +
      'no two of the repository have one host and base path.',
    rationale:
      'Makers look for all that a service can do in one connector, and sign in to it once. ' +
      'Two also break twice when the service changes.',
    *check({ definition }, { others }) {
      const host = asText(definition?.raw.host);
      if (!definition || !others || host === undefined) return;
      const basePath = asText(definition.raw.basePath) ?? '';
      const same = others.withServer(host, basePath);
      if (same.length > 0) {
        yield {
          at: definition.raw,
          key: 'host',
          message:
            `${safe`${host + basePath.replace(/\/+$/, '')} is called by`} ${named(same)} too. ` +
            'Ask whether these operations should be added there.',
        };
      }
    },
  },
];
