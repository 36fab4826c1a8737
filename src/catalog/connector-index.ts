import type { CatalogEntry } from './entry.ts';
import type { ConnectorClass } from '../connector/connector.ts';
import { skeletonOf } from './skeleton.ts';
import { hashDistance, sameIconDistance } from '../connector/icon.ts';

/**
 * The other connectors of a repository, for rules about names, icons and hosts that must be unique.
 * Custom connectors are samples that are not published: they only count as others for each other.
 */
export interface OtherConnectors {
  /**
   * Connectors whose title looks the same (see `skeletonOf`), apart from spaces and the suffix
   * "(Independent Publisher)".
   */
  withTitle(title: string): readonly CatalogEntry[];
  /** Connectors whose folder name looks the same, in any class. */
  withName(folder: string): readonly CatalogEntry[];
  /** Connectors with the same host and base path; none if the host is a placeholder. */
  withServer(host: string, basePath: string): readonly CatalogEntry[];
  /** Connectors whose icon is the same picture, by its perceptual hash. */
  withSimilarIcon(icon: string): readonly CatalogEntry[];
  /** Whether the title of a connector has a word. The word is in lower case. */
  mentions(word: string): boolean;
}

/** The last part of a path. */
export const folderOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * The letters and digits of a name's skeleton, without "independent publisher". People take two
 * names with the same result for the same name.
 */
export const bareName = (name: string): string =>
  skeletonOf(name.replace(/\(?independent publisher\)?/gi, '')).replace(/[^\p{L}\p{N}]/gu, '');

/**
 * All connectors of a repository, indexed by what must be unique. Each index is built at its first
 * use; a lookup then takes constant time, except for icons, which are compared one by one.
 */
export class ConnectorIndex {
  readonly #entries: readonly CatalogEntry[];
  readonly #indices = new Map<string, Map<string, CatalogEntry[]>>();
  #words: ReadonlySet<string> | undefined;

  constructor(entries: readonly CatalogEntry[]) {
    this.#entries = entries;
  }

  /**
   * The connectors other than the one in a folder.
   *
   * @param path The folder, from the repository's root.
   */
  exclude(path: string, connectorClass: ConnectorClass): OtherConnectors {
    const isOther = (entry: CatalogEntry): boolean =>
      entry.path !== path && (entry.class !== 'custom' || connectorClass === 'custom');
    const find = (
      name: string,
      keyOf: (entry: CatalogEntry) => string | undefined,
      key: string | undefined,
    ): readonly CatalogEntry[] => {
      const matches = key === undefined ? undefined : this.#index(name, keyOf).get(key);
      return matches?.filter(isOther) ?? [];
    };
    return {
      withTitle: (title) => find('title', (entry) => titleKey(entry.title), titleKey(title)),
      withName: (folder) =>
        find('folder', (entry) => folderKey(folderOf(entry.path)), folderKey(folder)),
      withSimilarIcon: (icon) =>
        this.#entries.filter(
          (entry) => entry.icon !== undefined && isOther(entry) && isSameIcon(entry.icon, icon),
        ),
      withServer: (host, basePath) =>
        find('host', (entry) => serverKey(entry.host, entry.basePath), serverKey(host, basePath)),
      mentions: (word) => (this.#words ??= wordsOf(this.#entries)).has(word),
    };
  }

  #index(
    name: string,
    keyOf: (entry: CatalogEntry) => string | undefined,
  ): Map<string, CatalogEntry[]> {
    let index = this.#indices.get(name);
    if (index) return index;
    this.#indices.set(name, (index = new Map()));
    for (const entry of this.#entries) {
      const key = keyOf(entry);
      if (key === undefined) continue;
      const sameKey = index.get(key);
      if (sameKey) sameKey.push(entry);
      else index.set(key, [entry]);
    }
    return index;
  }
}

const wordsOf = (entries: readonly CatalogEntry[]): ReadonlySet<string> =>
  new Set(entries.flatMap(({ title = '' }) => title.toLowerCase().match(/[a-z]+/g) ?? []));

/**
 * Whether two icons are the same picture, by their perceptual hashes. Compares the first cell,
 * `rrggbb`, first: nearly all icons differ there, and comparing the rest takes a hundred times as
 * long (decision 13).
 */
export const isSameIcon = (a: string, b: string): boolean =>
  hashDistance(a.slice(0, 6), b.slice(0, 6)) <= sameIconDistance &&
  hashDistance(a, b) <= sameIconDistance;

/** Ignores how the words of a folder name are joined. */
const folderKey = (folder: string): string | undefined =>
  skeletonOf(folder).replace(/[\s\-_.,'’&()]/g, '') || undefined;

const titleKey = (title: string | undefined): string | undefined => {
  if (title === undefined) return undefined;
  return skeletonOf(title).replace(/\s+/g, '').replace(classSuffix, '') || undefined;
};
/** "(Independent Publisher)" as a skeleton. */
const classSuffix = /\(lndependentpubllsher\)$/;

/** Hosts that each user replaces by their own. */
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
