import type { AmendedConnector, CatalogUpdate, IndexedCatalog } from './catalog-update.ts';
import { connectorType } from './connector-record.ts';
import type { ConnectorClass } from '../connector/connector.ts';
import { factsVersion } from './read-facts.ts';

/** A connector's folder as it is now. */
export interface CurrentFolder {
  path: string;
  class: ConnectorClass;
  /** Of all paths and blobs in it. */
  digest: string;
}

/** What is to be done for a catalog to be of a commit. */
export interface IndexPlan<Folder extends CurrentFolder> extends Pick<
  CatalogUpdate,
  'amended' | 'removed'
> {
  /** The folders to read, in their order. */
  changed: readonly Folder[];
  /** The paths of folders that need no reading, and whose last commit is not known. */
  undated: readonly string[];
}

/**
 * Compares a catalog with the folders of a commit: only what differs is to be read.
 * @param platform keys of the publishers whose connectors are official
 */
export function planIndex<Folder extends CurrentFolder>(
  { folders: indexed }: IndexedCatalog,
  current: readonly Folder[],
  platform: ReadonlySet<string>,
): IndexPlan<Folder> {
  const known = new Map(indexed.map((folder) => [folder.folder, folder]));
  const changed: Folder[] = [];
  const amended: AmendedConnector[] = [];
  const undated: string[] = [];
  for (const folder of current) {
    const before = known.get(folder.path);
    known.delete(folder.path);
    const isCurrent =
      before?.digest === folder.digest &&
      before.class === folder.class &&
      before.factsVersion === factsVersion;
    if (!isCurrent) {
      changed.push(folder);
      continue;
    }
    if (!before.hasCommit) undated.push(folder.path);
    const type = connectorType(before, platform);
    if (type !== before.type) amended.push({ folder: folder.path, type });
  }
  return { changed, amended, undated, removed: [...known.keys()] };
}
