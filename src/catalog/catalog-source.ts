import type { ConnectorClass } from '../connector/connector.ts';
import type {
  AuthenticationKind,
  ConnectorRecord,
  ConnectorSummary,
  ConnectorType,
  OperationKind,
  OperationRecord,
} from './connector-record.ts';

/** The catalog of one repository, as of one revision. */
export interface CatalogState {
  /** `owner/name`, as GitHub spells it. */
  repository: string;
  visibility: 'public' | 'private';
  /** Grows by one with every change of what the catalog says, also of what is live where. */
  revision: number;
  /** The indexed commit. Undefined until all connectors have been indexed once. */
  commit: string | undefined;
  /** When the last change was stored: an instant. */
  changedAt: string;
}

/** What a connector must match. Values of one filter are alternatives; filters add up. */
export interface ConnectorFilters {
  type?: readonly ConnectorType[];
  class?: readonly ConnectorClass[];
  category?: readonly string[];
  authentication?: readonly AuthenticationKind[];
  /** Keys of publishers (`publisherKeyOf` of a name). */
  publisher?: readonly string[];
  trigger?: readonly TriggerFilter[];
  state?: readonly ConnectorState[];
  /** Names of rings in which a version is live. */
  ring?: readonly string[];
}

/** A kind of trigger that users see, or that there is none. */
export const triggerFilters = ['single', 'batch', 'subscription', 'none'] as const;
export type TriggerFilter = (typeof triggerFilters)[number];

/** `current`: none of the others. */
export const connectorStates = ['current', 'preview', 'deprecated', 'problem'] as const;
export type ConnectorState = (typeof connectorStates)[number];

/**
 * `title`: A to Z. `modified`: newest first, unknown last. `operations`: most first. `relevance`:
 * exact name, then names that begin with the words, then by text, then newest.
 */
export const connectorSorts = ['title', 'modified', 'operations', 'relevance'] as const;
export type ConnectorSort = (typeof connectorSorts)[number];

/**
 * Where a page ends. JSON for a page token: the next page is of the same revision, so that a walk
 * over all pages sees each connector once, whatever changes meanwhile.
 */
export interface Cursor {
  revision: number;
  /** The sort key of the last item; the last part identifies it. */
  key: readonly (string | number)[];
}

/** What `list` looks for. A cursor only continues the query that it came from. */
export interface ConnectorQuery {
  filters: ConnectorFilters;
  /** Words that people look for. Undefined or without a letter or digit: everything. */
  q?: string;
  /** `relevance` without words is `title`. */
  sort: ConnectorSort;
  after?: Cursor;
  /** At least 1. */
  limit: number;
}

/** What `searchActions` looks for, in shown operations. */
export interface ActionQuery {
  q?: string;
  /** The connector's folder. */
  folder?: string;
  /** Of the connector. */
  type?: readonly ConnectorType[];
  /** The key of the connector's publisher. */
  publisher?: string;
  /** Only `action` if left out. */
  kind?: readonly OperationKind[];
  after?: Cursor;
  limit: number;
}

/**
 * A page of a walk. `expired`: the cursor's revision is not kept anymore (a day after it was
 * replaced), or its key has another shape; the walk has to start again.
 */
export type Page<Item> = { items: readonly Item[]; revision: number; next?: Cursor } | 'expired';

/** An operation that a search found, and its connector. */
export interface FoundAction {
  connector: Pick<ConnectorSummary, 'folder' | 'class' | 'type' | 'title' | 'publisher'>;
  operation: OperationRecord;
}

/** How many connectors have a value of a filter; the most frequent first. */
export interface FacetValue {
  value: string;
  /** What people read, if that is not the value: the publisher's name. */
  label?: string;
  count: number;
}

/**
 * By filter. Counts are of connectors that match the words and all other filters, so that they say
 * what choosing the value would give. At most 50 publishers and 50 categories.
 */
export type Facets = Readonly<Record<keyof ConnectorFilters, readonly FacetValue[]>>;

export interface PublisherRecord {
  key: string;
  /** The most frequent spelling. */
  name: string;
  connectors: number;
}

/** What the people of a ring have. */
export interface LiveRecord {
  ring: string;
  version: string;
  /** An instant. */
  since: string;
  /** The pull request and the commit; undefined for versions from before there were rides. */
  pull?: number;
  commit?: string;
}

/** A version of a connector on its way or at its end, and the rings that it reached. */
export interface VersionRecord {
  version: string;
  kind: string;
  pull: number;
  commit: string;
  /** An instant. */
  createdAt: string;
  /** The rings where it is or was live, in the order in which it reached them. */
  reached: readonly { ring: string; since: string }[];
}

/** A connector that is new, or that changed. */
export interface CatalogNews {
  kind: 'added' | 'updated';
  connector: ConnectorSummary;
  /** An instant. */
  at: string;
}

/**
 * What readers may ask of the catalogs. `repository` is `owner/name` in any case, and `folder` a
 * connector's path from the repository's root. A repository without a catalog has no connectors,
 * and revision 0. Says nothing of who may read: the caller refuses private repositories.
 */
export interface CatalogSource {
  /** All catalogs, by the repository's name. */
  catalogs(): Promise<readonly CatalogState[]>;
  /** One primary-key lookup: for an ETag. */
  state(repository: string): Promise<CatalogState | undefined>;
  list(repository: string, query: ConnectorQuery): Promise<Page<ConnectorSummary>>;
  /** Counts beside filters, for the words and the filters of a list. */
  facets(repository: string, query: Pick<ConnectorQuery, 'filters' | 'q'>): Promise<Facets>;
  /** What the words were probably meant to be, if they match no connector. */
  didYouMean(repository: string, q: string): Promise<string | undefined>;
  /** A connector with its operations and definitions. */
  connector(repository: string, folder: string): Promise<ConnectorRecord | undefined>;
  /** Operations that users see. */
  searchActions(repository: string, query: ActionQuery): Promise<Page<FoundAction>>;
  /** The folders of the connectors of a publisher, by its key. */
  foldersOf(repository: string, publisher: string): Promise<ReadonlySet<string>>;
  /** By name. */
  publishers(repository: string): Promise<readonly PublisherRecord[]>;
  /** Every connector with its operations and definitions, by folder, without all in memory. */
  all(repository: string): AsyncIterable<ConnectorRecord>;
  /** The newest changes whose time is known, newest first. */
  news(repository: string, limit: number): Promise<readonly CatalogNews[]>;
  /** What is live where, by ring. Empty without a train. */
  live(repository: string, folder: string): Promise<readonly LiveRecord[]>;
  /** The versions of a connector, newest first. Empty without a train. */
  versions(repository: string, folder: string): Promise<readonly VersionRecord[]>;
}
