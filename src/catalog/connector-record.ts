import type { ConnectorClass } from '../connector/connector.ts';

/**
 * `official`: by a publisher that the repository's settings name as the platform's. `self_built`: a
 * custom connector, a sample that is not published. `third_party`: all others.
 */
export const connectorTypes = ['official', 'third_party', 'self_built'] as const;
export type ConnectorType = (typeof connectorTypes)[number];

/** What users sign in with, by the connection parameters. `none`: there is nothing to enter. */
export const authenticationKinds = [
  'oauth',
  'api-key',
  'basic',
  'certificate',
  'gateway',
  'other',
  'none',
] as const;
export type AuthenticationKind = (typeof authenticationKinds)[number];

/**
 * `action`: a step of a flow. A flow starts with one of the others: the platform polls
 * `trigger-single` for one item at a time and `trigger-batch` for a list, and the service itself
 * calls back a `subscription` (a webhook).
 */
export const operationKinds = [
  'action',
  'trigger-single',
  'trigger-batch',
  'subscription',
] as const;
export type OperationKind = (typeof operationKinds)[number];

/** An operation of a connector, also one that users do not see. */
export interface OperationRecord {
  /**
   * `operationId`; without one the method and the path: `GET /invoices`. If several operations of a
   * connector have one id, which is an error, the first counts.
   */
  id: string;
  kind: OperationKind;
  /** The name that users see: `summary`, else the id. */
  summary: string;
  description?: string;
  /** `x-ms-visibility` as written. Users do not see `internal` operations. */
  visibility?: string;
  /** `x-ms-api-annotation.status` as written, for example `Preview`. */
  status?: string;
  /** `x-ms-api-annotation.family` and `revision`: operations of a family replace each other. */
  family?: string;
  revision?: number;
  /** In lower case. */
  method: string;
  path: string;
  isDeprecated: boolean;
  /** The fragment of the operation on the connector's reference page, unique there. */
  anchor: string;
}

/** An entry of the definition's `definitions`. */
export interface DefinitionRecord {
  name: string;
  /** The ids of operations that use it, directly or through others; the first 100. */
  usedBy: readonly string[];
}

/** A file of a connector at the indexed version. */
export interface FileRecord {
  /** Within the folder. */
  path: string;
  /** The SHA of its git blob. */
  blob: string;
}

/**
 * What the catalog says of a connector in lists. Texts are as written and cut at a length: untrusted,
 * not escaped.
 */
export interface ConnectorSummary {
  /**
   * The path from the repository's root, which identifies the connector in its repository:
   * `certified-connectors/Contoso Invoices`. The same as `Ride.folder`.
   */
  folder: string;
  class: ConnectorClass;
  type: ConnectorType;
  /** `info.title`; without one the name of the folder. */
  title: string;
  description?: string;
  /** The publisher that the properties name, else their stack owner. */
  publisher?: string;
  /** See `publisherKeyOf`. Absent for a name without one. */
  publisherKey?: string;
  stackOwner?: string;
  /** Addresses start with `http:` or `https:`; others are left out. */
  website?: string;
  privacyPolicy?: string;
  /** In the platform's spelling, as far as they are the platform's. Without repetition. */
  categories: readonly string[];
  /** `#rrggbb`. */
  brandColor?: string;
  /** In the order of `authenticationKinds`, without repetition; never empty. */
  authentication: readonly AuthenticationKind[];
  /** Whether a connection asks for something before it can be used. */
  configuration: 'none' | 'required';
  /** Whether all shown operations are deprecated, or the connector says that it is. */
  isDeprecated: boolean;
  isPreview: boolean;
  /** Whether the repository is visible to everybody. */
  visibility: 'public' | 'private';
  hasScript: boolean;
  /** Counts of operations that users see; `definitions` counts all entries. */
  counts: { actions: number; triggers: number; definitions: number };
  /** The rings in which a version is live, by name, sorted. */
  rings: readonly string[];
  /** Why the connector could not be indexed completely. What is known is there all the same. */
  problem?: string;
  /** SHA-256 of the paths and blobs of the folder: changes with every file. */
  digest: string;
  /** The last commit that changed the folder. Absent until it is known. */
  commit?: string;
  /** Instants, as in `2026-11-28T19:00:00.000Z`: of the first and of that commit, if known. */
  createdAt?: string;
  modifiedAt?: string;
}

/** Everything that the catalog says of a connector. */
export interface ConnectorRecord extends ConnectorSummary {
  host?: string;
  basePath?: string;
  contact?: { name?: string; url?: string; email?: string };
  files: {
    definition?: FileRecord;
    properties?: FileRecord;
    readme?: FileRecord;
    icon?: FileRecord;
    script?: FileRecord;
  };
  /** Bytes of all files. */
  bytes: number;
  /** The perceptual hash of the icon, if it is a readable picture. */
  iconHash?: string;
  /** In the order of the definition. */
  operations: readonly OperationRecord[];
  /** In the order of the definition. */
  definitions: readonly DefinitionRecord[];
}

/** What the files of a connector say, without what depends on the repository and on time. */
export type ConnectorFacts = Omit<
  ConnectorRecord,
  'type' | 'visibility' | 'rings' | 'commit' | 'createdAt' | 'modifiedAt'
>;

/** The class and the publisher of a connector decide its type. */
export function connectorType(
  { class: connectorClass, publisherKey }: Pick<ConnectorFacts, 'class' | 'publisherKey'>,
  platform: ReadonlySet<string>,
): ConnectorType {
  if (connectorClass === 'custom') return 'self_built';
  return publisherKey !== undefined && platform.has(publisherKey) ? 'official' : 'third_party';
}
