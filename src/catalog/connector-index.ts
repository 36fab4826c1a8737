import type { CatalogEntry } from './entry.ts';
import type { ConnectorClass } from '../connector/connector.ts';
import { skeletonOf } from './name-similarity.ts';
import { hashDistance, sameIconDistance } from '../connector/icon.ts';

/**
 * The other connectors of a repository: those that have what should be one connector's alone.
 * Custom connectors are samples that nobody publishes: they are others to each other, and a
 * published connector takes nothing away from one.
 */
export interface OtherConnectors {
  /**
   * Those whose title looks the same (see `lookOf`), apart from spaces and the suffix "(Independent
   * Publisher)".
   */
  withTitle(title: string): readonly CatalogEntry[];
  /** Those whose folder's name looks the same, whatever folder of a class it is in. */
  withName(folder: string): readonly CatalogEntry[];
  /** Those that call the same host at the same base path; none for a host that is a placeholder. */
  withServer(host: string, basePath: string): readonly CatalogEntry[];
  /** Those whose icon is the same picture, by its perceptual hash. */
  withSimilarIcon(icon: string): readonly CatalogEntry[];
  /** Whether a word, in small letters, is in the title of one of them. */
  mentions(word: string): boolean;
}

export const folderOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * A name as its letters and digits alone, without the words for the class: names that come out
 * alike are taken for the same by people.
 */
export const bareName = (name: string): string =>
  skeletonOf(name.replace(/\(?independent publisher\)?/gi, '')).replace(/[^\p{L}\p{N}]/gu, '');

/**
 * All connectors of a repository, found by what should be one connector's alone. Made once; asking
 * costs the same for ten and ten thousand.
 */
export class ConnectorIndex {
  readonly #cards: readonly CatalogEntry[];
  readonly #indices = new Map<string, Map<string, CatalogEntry[]>>();
  #words: ReadonlySet<string> | undefined;

  constructor(cards: readonly CatalogEntry[]) {
    this.#cards = cards;
  }

  /** The others for the connector in a folder, which is given from the repository's root. */
  exclude(path: string, connectorClass: ConnectorClass): OtherConnectors {
    const isOther = (card: CatalogEntry): boolean =>
      card.path !== path && (card.class !== 'custom' || connectorClass === 'custom');
    const find = (
      name: string,
      keyOf: (card: CatalogEntry) => string | undefined,
      key: string | undefined,
    ): readonly CatalogEntry[] => {
      const found = key === undefined ? undefined : this.#index(name, keyOf).get(key);
      return found?.filter(isOther) ?? [];
    };
    return {
      withTitle: (title) => find('title', (card) => titleKey(card.title), titleKey(title)),
      withName: (folder) =>
        find('folder', (card) => folderKey(folderOf(card.path)), folderKey(folder)),
      withSimilarIcon: (icon) =>
        this.#cards.filter(
          (card) => card.icon !== undefined && isOther(card) && isSameIcon(card.icon, icon),
        ),
      withServer: (host, basePath) =>
        find('host', (card) => serverKey(card.host, card.basePath), serverKey(host, basePath)),
      mentions: (word) => (this.#words ??= wordsOf(this.#cards)).has(word),
    };
  }

  #index(
    name: string,
    keyOf: (card: CatalogEntry) => string | undefined,
  ): Map<string, CatalogEntry[]> {
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

const wordsOf = (cards: readonly CatalogEntry[]): ReadonlySet<string> =>
  new Set(cards.flatMap(({ title = '' }) => title.toLowerCase().match(/[a-z]+/g) ?? []));

/**
 * Nearly all differ in the color of the first corner already, `rrggbb`, and comparing the rest
 * costs a hundred times as much.
 */
const isSameIcon = (a: string, b: string): boolean =>
  hashDistance(a.slice(0, 6), b.slice(0, 6)) <= sameIconDistance &&
  hashDistance(a, b) <= sameIconDistance;

/** Folders whose names differ in how their words are joined are taken for one another too. */
const folderKey = (folder: string): string | undefined =>
  skeletonOf(folder).replace(/[\s\-_.,'’&()]/g, '') || undefined;

const titleKey = (title: string | undefined): string | undefined => {
  if (title === undefined) return undefined;
  return skeletonOf(title).replace(/\s+/g, '').replace(classSuffix, '') || undefined;
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
