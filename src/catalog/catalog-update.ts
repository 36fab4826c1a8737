import type { ConnectorFacts, ConnectorRecord, ConnectorType } from './connector-record.ts';

/** What is stored of a connector, to find out what has changed since. */
export interface IndexedFolder extends Pick<
  ConnectorFacts,
  'folder' | 'class' | 'publisherKey' | 'digest'
> {
  type: ConnectorType;
  /** `factsVersion` when it was read. */
  factsVersion: number;
  /** Whether its last commit is known. */
  hasCommit: boolean;
}

/** What is stored of a repository, to find out what has changed since. */
export interface IndexedCatalog {
  /** Counts the updates that were stored; 0 if there was none. */
  updates: number;
  /** The commit that everything is of. Undefined until all connectors have been read once. */
  commit: string | undefined;
  folders: readonly IndexedFolder[];
}

/** The last commit that changed a folder, as far as it is known. */
export type FolderCommit = Pick<ConnectorRecord, 'commit' | 'createdAt' | 'modifiedAt'>;

/** A connector to store: it is new, or its files changed. */
export interface ChangedConnector extends FolderCommit {
  facts: ConnectorFacts;
  type: ConnectorType;
  /** The files that its reference page is made of, by their paths within the folder. */
  contents?: ReadonlyMap<string, Uint8Array>;
}

/** What changed of a connector that does not come from its files. */
export interface AmendedConnector extends FolderCommit {
  folder: string;
  type: ConnectorType;
}

/** What changed in the catalog of a repository. It is stored as a whole, or not at all. */
export interface CatalogUpdate {
  /** `owner/name`, as GitHub spells it. */
  repository: string;
  visibility: 'public' | 'private';
  /** `IndexedCatalog.updates` that the changes were found against. */
  updates: number;
  /** The commit that everything is of afterwards; undefined if connectors remain to be read. */
  commit: string | undefined;
  changed: readonly ChangedConnector[];
  amended: readonly AmendedConnector[];
  /** Folders whose connectors are gone. */
  removed: readonly string[];
}
