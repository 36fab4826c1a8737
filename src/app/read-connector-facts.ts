import { analyzeIcon } from '../analyzers/icon.ts';
import type { ConnectorFacts } from '../catalog/connector-record.ts';
import { readHeader } from '../catalog/entry.ts';
import { readFacts } from '../catalog/read-facts.ts';
import { findIcon, readConnector, type ConnectorFolder } from '../connector/connector.ts';
import type { FileFacts } from '../review/model/snapshot.ts';

/** A connector's folder to be indexed. */
export interface FactsInput {
  folder: ConnectorFolder;
  /** The SHA of the blob of each file, by its path within the folder. */
  blobs: ReadonlyMap<string, string>;
  /** Of all paths and blobs. */
  digest: string;
}

/** What the catalog keeps of a connector, and what reviews compare other connectors with. */
export interface ReadConnectorFacts {
  facts: ConnectorFacts;
  /** By the SHA of the blob. */
  files: ReadonlyMap<string, FileFacts>;
}

/** Reads a connector for the catalog, whatever its files contain. */
export async function readConnectorFacts({
  folder,
  blobs,
  digest,
}: FactsInput): Promise<ReadConnectorFacts> {
  const icon = findIcon(folder.files);
  const iconAnalysis = icon?.bytes && (await analyzeIcon(icon.bytes));
  const connector = readConnector({ ...folder, ...(iconAnalysis && { iconAnalysis }) });
  const files = new Map<string, FileFacts>();
  const add = (path: string | undefined, facts: FileFacts): void => {
    const blob = path === undefined ? undefined : blobs.get(path);
    if (blob !== undefined) files.set(blob, facts);
  };
  const { definition, properties } = connector.entries;
  const { bytes } = definition ?? {};
  add(definition?.path, bytes ? readHeader(bytes, () => bytes) : {});
  const publisher = connector.properties?.publisher;
  add(properties?.path, publisher === undefined ? {} : { publisher });
  const hash = iconAnalysis?.picture?.hash;
  add(icon?.path, hash === undefined ? {} : { iconHash: hash });
  return { facts: readFacts(connector, blobs, digest), files };
}
