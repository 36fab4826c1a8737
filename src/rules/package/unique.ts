import type { Card } from '../../connector/card.ts';
import { say, whole } from '../../connector/finding.ts';
import { asObject, asText } from '../../connector/values.ts';
import { folderOf } from '../others.ts';
import { measured, ofCertified } from '../icon/file.ts';
import { certification, type Rule } from '../rule.ts';

/** So many others are named. */
const most = 3;
const named = (others: readonly Card[]): string =>
  say`${others.slice(0, most).map(({ path }) => path)}` + (others.length > most ? ` and ${others.length - most} more` : '');

export const unique: Rule[] = [
  {
    id: 'TitleNotUnique',
    severity: certification,
    says: 'No two connectors of the repository have one title, also apart from capitals, spaces and the suffix "(Independent Publisher)".',
    because: 'Makers find a connector by its title alone. Of two that are called the same they pick the wrong one.',
    *check({ definition }, { others }) {
      const info = asObject(definition?.raw.info);
      const title = asText(info?.title);
      if (!info || !others || title === undefined) return;
      const same = others.titled(title);
      if (same.length > 0) {
        yield { at: info, key: 'title', message: `${say`The title ${title} is that of`} ${named(same)} already. Choose one that tells this connector from the other; if it is meant to replace it, update it in its folder.` };
      }
    },
  },
  {
    id: 'FolderNotUnique',
    severity: certification,
    says: 'No two connectors of the repository have one folder name, also apart from capitals and in the folders of other classes.',
    because: 'Reviewers, owners and reports call a connector by its folder; and on Windows and macOS two names that differ in capitals alone are one folder, so that a checkout loses one of them.',
    *check({ path }, { others }) {
      const same = others?.named(folderOf(path)) ?? [];
      if (same.length > 0) yield { place: whole(''), message: `${say`The folder ${folderOf(path)} is called like`} ${named(same)}. Rename it to tell the two apart.` };
    },
  },
  {
    id: 'IconNotUnique',
    severity: ofCertified('error'),
    says: 'No two connectors of the repository have one icon, also scaled or compressed again.',
    because: 'Makers know a connector by its icon. Two that look alike are taken for each other, in the list and in every flow.',
    check: (connector, { others }) =>
      measured(connector, ({ picture }, path) => {
        const same = others && picture ? others.resembling(picture.hash) : [];
        return same.length === 0 ? undefined : { message: `${say`${path} is the picture of`} ${named(same)}. Draw one of its own, or change what tells the two apart: colour, letter or mark.`, detail: picture?.hash ?? '' };
      }),
  },
  {
    id: 'HostAlreadyServed',
    severity: 'note',
    says: 'A service is called by one connector: no two of the repository have one host and base path.',
    because: 'Makers look for all that a service can do in one connector, and sign in to it once. Two also break twice when the service changes.',
    *check({ definition }, { others }) {
      const host = asText(definition?.raw.host);
      if (!definition || !others || host === undefined) return;
      const basePath = asText(definition.raw.basePath) ?? '';
      const same = others.serving(host, basePath);
      if (same.length > 0) {
        yield { at: definition.raw, key: 'host', message: `${say`${host + basePath.replace(/\/+$/, '')} is called by`} ${named(same)} too. Ask whether these operations should be added there.` };
      }
    },
  },
];
