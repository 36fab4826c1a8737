import type { Card } from '../connector/card.ts';
import type { ConnectorClass } from '../connector/connector.ts';
import { lookOf } from '../connector/letters.ts';
import { distance, sameIcon } from '../connector/icon.ts';

/**
 * The other connectors of a repository: those that have what should be one connector's alone.
 * Custom connectors are samples that nobody publishes: they are others to each other, and a
 * published connector takes nothing away from one.
 */
export interface Others {
  /**
   * Those whose title looks the same (see `lookOf`), apart from spaces and the suffix "(Independent
   * Publisher)".
   */
  titled(title: string): readonly Card[];
  /** Those whose folder's name looks the same, whatever folder of a class it is in. */
  named(folder: string): readonly Card[];
  /** Those that call the same host at the same base path; none for a host that is a placeholder. */
  serving(host: string, basePath: string): readonly Card[];
  /** Those whose icon is the same picture, by its perceptual hash. */
  resembling(icon: string): readonly Card[];
  /** Whether a word, in small letters, is in the title of one of them. */
  mention(word: string): boolean;
}

export const folderOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * A name as its letters and digits alone, without the words for the class: names that come out
 * alike are taken for the same by people.
 */
export const bareName = (name: string): string =>
  lookOf(name.replace(/\(?independent publisher\)?/gi, '')).replace(/[^\p{L}\p{N}]/gu, '');

/**
 * All connectors of a repository, found by what should be one connector's alone. Made once; asking
 * costs the same for ten and ten thousand.
 */
export class Neighbours {
  readonly #cards: readonly Card[];
  readonly #indices = new Map<string, Map<string, Card[]>>();
  #words: ReadonlySet<string> | undefined;

  constructor(cards: readonly Card[]) {
    this.#cards = cards;
  }

  /** The others for the connector in a folder, which is given from the repository's root. */
  apartFrom(path: string, connectorClass: ConnectorClass): Others {
    const isOther = (card: Card): boolean =>
      card.path !== path && (card.class !== 'custom' || connectorClass === 'custom');
    const find = (
      name: string,
      keyOf: (card: Card) => string | undefined,
      key: string | undefined,
    ): readonly Card[] => {
      const found = key === undefined ? undefined : this.#index(name, keyOf).get(key);
      return found?.filter(isOther) ?? [];
    };
    return {
      titled: (title) => find('title', (card) => titleKey(card.title), titleKey(title)),
      named: (folder) =>
        find('folder', (card) => folderKey(folderOf(card.path)), folderKey(folder)),
      resembling: (icon) =>
        this.#cards.filter(
          (card) => card.icon !== undefined && isOther(card) && isSameIcon(card.icon, icon),
        ),
      serving: (host, basePath) =>
        find('host', (card) => serverKey(card.host, card.basePath), serverKey(host, basePath)),
      mention: (word) => (this.#words ??= wordsOf(this.#cards)).has(word),
    };
  }

  #index(name: string, keyOf: (card: Card) => string | undefined): Map<string, Card[]> {
    let index = this.#indices.get(name);
    if (index) return index;
    this.#indices.set(name, (index = new Map()));
    for (const card of this.#cards) {
      const key = keyOf(card);
      if (key === undefined) continue;
      const alike = index.get(key);
      if (alike) alike.push(card);
      else index.set(key, [card]);
    }
    return index;
  }
}

const wordsOf = (cards: readonly Card[]): ReadonlySet<string> =>
  new Set(cards.flatMap(({ title = '' }) => title.toLowerCase().match(/[a-z]+/g) ?? []));

/**
 * Nearly all differ in the colour of the first corner already, `rrggbb`, and comparing the rest
 * costs a hundred times as much.
 */
const isSameIcon = (a: string, b: string): boolean =>
  distance(a.slice(0, 6), b.slice(0, 6)) <= sameIcon && distance(a, b) <= sameIcon;

/** Folders whose names differ in how their words are joined are taken for one another too. */
const folderKey = (folder: string): string | undefined =>
  lookOf(folder).replace(/[\s\-_.,'’&()]/g, '') || undefined;

const titleKey = (title: string | undefined): string | undefined => {
  if (title === undefined) return undefined;
  return lookOf(title).replace(/\s+/g, '').replace(classSuffix, '') || undefined;
};
/** "(Independent Publisher)", as it looks. */
const classSuffix = /\(lndependentpubllsher\)$/;

/** Hosts that stand for one that each user enters. */
const placeholder = /^[^.]*$|[^a-z0-9.:-]|^your|\.your|contoso|fabrikam|example|placeholder|dummy/;

function serverKey(host: string | undefined, basePath = ''): string | undefined {
  const name = host?.toLowerCase().replace(/:443$/, '').replace(/\.$/, '');
  if (name === undefined || placeholder.test(name)) return undefined;
  return `${name}/${basePath
    .toLowerCase()
    .split('/')
    .filter((part) => part !== '')
    .join('/')}`;
}
