import { compareStrings } from '../shared/compare-strings.ts';
import type {
  ConnectorRecord,
  ConnectorSummary,
  DefinitionRecord,
  OperationRecord,
} from './connector-record.ts';

/** The version of the shape of `IndexJson`. Fields are only added within a version. */
const schemaVersion = 1;

/** What the API and `index.json` say of a connector in lists. Fields without a value are absent. */
export interface ConnectorJson extends Omit<
  ConnectorSummary,
  'isDeprecated' | 'isPreview' | 'hasScript' | 'publisherKey'
> {
  /** Identifies the connector everywhere: `connector://owner/name/certified-connectors/Contoso`. */
  uri: string;
  publisherKey?: string;
  deprecated: boolean;
  preview: boolean;
  script: boolean;
}

/** An operation, as the API and the files of `gatehouse catalog` have it. */
export interface OperationJson extends Omit<OperationRecord, 'isDeprecated'> {
  /** `connector://owner/name/certified-connectors/Contoso/actions/GetInvoice`. */
  uri: string;
  deprecated: boolean;
}

/** Everything that the catalog says of a connector. */
export interface ConnectorDetailJson
  extends
    ConnectorJson,
    Pick<ConnectorRecord, 'host' | 'basePath' | 'contact' | 'files' | 'bytes'> {
  operations: readonly OperationJson[];
  definitions: readonly DefinitionRecord[];
}

/** `index.json`: the whole catalog. */
export interface IndexJson {
  schemaVersion: number;
  /** `owner/name`. */
  repository: string;
  /** The commit that the catalog was made from. Absent if it is not known. */
  commit?: string;
  /** By folder. */
  connectors: readonly ConnectorJson[];
}

/** Percent-encodes one part of a path. Half of a surrogate pair becomes U+FFFD. */
const encode = (part: string): string => encodeURIComponent(part.toWellFormed());
const encodePath = (path: string): string => path.split('/').map(encode).join('/');

/** @param repository `owner/name` */
export const connectorUri = (repository: string, folder: string): string =>
  `connector://${encodePath(repository)}/${encodePath(folder)}`;

/** @param repository `owner/name` */
export const operationUri = (repository: string, folder: string, id: string): string =>
  `${connectorUri(repository, folder)}/actions/${encode(id)}`;

/** What a URI of a connector or of one of its operations names; undefined if it is neither. */
export function parseConnectorUri(
  uri: string,
): { repository: string; folder: string; operation?: string } | undefined {
  const parts = /^connector:\/\/([^/]+\/[^/]+)\/([^/]+\/[^/]+)(?:\/actions\/([^/]+))?$/.exec(uri);
  if (!parts) return undefined;
  try {
    const [repository = '', folder = '', operation] = parts
      .slice(1)
      .map((part: string | undefined) => part && decodeURIComponent(part));
    return { repository, folder, ...(operation !== undefined && { operation }) };
  } catch {
    return undefined;
  }
}

/** @param repository `owner/name` */
export function connectorJson(repository: string, summary: ConnectorSummary): ConnectorJson {
  const { folder, isDeprecated, isPreview, hasScript } = summary;
  return {
    uri: connectorUri(repository, folder),
    folder,
    class: summary.class,
    type: summary.type,
    title: summary.title,
    ...present(summary, ['description', 'publisher', 'publisherKey', 'stackOwner']),
    ...present(summary, ['website', 'privacyPolicy', 'brandColor']),
    categories: summary.categories,
    authentication: summary.authentication,
    configuration: summary.configuration,
    deprecated: isDeprecated,
    preview: isPreview,
    visibility: summary.visibility,
    script: hasScript,
    counts: {
      actions: summary.counts.actions,
      triggers: summary.counts.triggers,
      definitions: summary.counts.definitions,
    },
    rings: summary.rings,
    ...present(summary, ['problem']),
    digest: summary.digest,
    ...present(summary, ['commit', 'createdAt', 'modifiedAt']),
  };
}

/** @param repository `owner/name` */
export const connectorDetailJson = (
  repository: string,
  record: ConnectorRecord,
): ConnectorDetailJson => ({
  ...connectorJson(repository, record),
  ...present(record, ['host', 'basePath']),
  ...(record.contact && { contact: present(record.contact, ['name', 'url', 'email']) }),
  files: filesJson(record.files),
  bytes: record.bytes,
  operations: record.operations.map((operation) =>
    operationJson(repository, record.folder, operation),
  ),
  definitions: record.definitions.map(({ name, usedBy }) => ({ name, usedBy })),
});

/** The files in a fixed order: a database does not keep the order of keys. */
function filesJson(files: ConnectorRecord['files']): ConnectorRecord['files'] {
  const roles = ['definition', 'properties', 'readme', 'icon', 'script'] as const;
  const found: ConnectorRecord['files'] = {};
  for (const role of roles) {
    const file = files[role];
    if (file) found[role] = { path: file.path, blob: file.blob };
  }
  return found;
}

/** @param repository `owner/name` */
export const operationJson = (
  repository: string,
  folder: string,
  operation: OperationRecord,
): OperationJson => ({
  uri: operationUri(repository, folder, operation.id),
  id: operation.id,
  kind: operation.kind,
  summary: operation.summary,
  ...present(operation, ['description', 'visibility', 'status', 'family', 'revision']),
  method: operation.method,
  path: operation.path,
  deprecated: operation.isDeprecated,
  anchor: operation.anchor,
});

/** @param connectors in any order */
export const indexJson = (
  repository: string,
  commit: string | undefined,
  connectors: readonly ConnectorJson[],
): IndexJson => ({
  schemaVersion,
  repository,
  ...(commit !== undefined && { commit }),
  connectors: connectors.toSorted((a, b) => compareStrings(a.folder, b.folder)),
});

/** The fields of an object that have a value, in the given order. */
function present<Source extends object, Key extends keyof Source>(
  source: Source,
  keys: readonly Key[],
): Pick<Source, Key> {
  const entries = keys.filter((key) => source[key] !== undefined).map((key) => [key, source[key]]);
  const picked: Pick<Source, Key> = Object.fromEntries(entries);
  return picked;
}
