import { hash } from 'node:crypto';
import { basename, relative, resolve } from 'node:path';
import { connectorType, type ConnectorRecord } from '../catalog/connector-record.ts';
import { publisherKeyOf } from '../catalog/publisher.ts';
import { readFacts } from '../catalog/read-facts.ts';
import { readConnector, type Connector, type FileEntry } from '../connector/connector.ts';
import { folderDigest } from '../release/folder-digest.ts';
import type { Settings } from '../settings/defaults.ts';
import { compareBy } from '../shared/compare-strings.ts';
import { findConnectors, type Candidate } from './find-connectors.ts';
import { slashes } from './list-folder.ts';
import { readFolder } from './read-folder.ts';

/** A connector of a checkout, and what the catalog says of it. */
export interface CheckoutConnector {
  connector: Connector;
  record: ConnectorRecord;
}

/**
 * Reads the connectors below a folder one after the other, by their path, so that memory does not
 * grow with their number.
 * @param folder the root of a repository, or any folder with connectors below it
 * @throws UserError if there is no connector
 */
export function* readCheckoutCatalog(
  folder: string,
  settings: Pick<Settings, 'folders' | 'platform'>,
): Iterable<CheckoutConnector> {
  const platform = new Set(
    settings.platform.map(publisherKeyOf).filter((key) => key !== undefined),
  );
  const candidates = findConnectors([folder], settings.folders, 'certified')
    .map((candidate) => ({ ...candidate, path: pathWithin(folder, candidate) }))
    .sort(compareBy(({ path }) => path));
  for (const candidate of candidates) {
    const connector = readConnector(readFolder(candidate));
    const blobs = new Map(connector.files.map((file) => [file.path, blobOf(file)] as const));
    const digest = folderDigest([...blobs].map(([path, blob]) => ({ path, blob })));
    const facts = readFacts(connector, blobs, digest);
    const record: ConnectorRecord = {
      ...facts,
      type: connectorType(facts, platform),
      visibility: 'public',
      rings: [],
    };
    yield { connector, record };
  }
}

/** The path of a connector within the folder that is read, never outside of it. */
function pathWithin(folder: string, { directory, path, classKnown }: Candidate): string {
  if (classKnown) return path;
  return slashes(relative(resolve(folder), directory)) || basename(directory);
}

/** The SHA that git gives the bytes of a file. A file that was not read has that of no bytes. */
function blobOf({ bytes = new Uint8Array() }: FileEntry): string {
  const header = new TextEncoder().encode(`blob ${bytes.length}\0`);
  return hash('sha1', Buffer.concat([header, bytes]));
}
