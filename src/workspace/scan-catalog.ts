import { closeSync, readdirSync, type Stats } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { readHeader, type CatalogEntry, type DefinitionHeader } from '../catalog/entry.ts';
import { readPublisher } from '../catalog/publisher.ts';
import { definitionName, findIcon } from '../connector/connector.ts';
import { findFiles } from '../connector/file-names.ts';
import type { IconAnalysis } from '../connector/icon.ts';
import { limits } from '../shared/limits.ts';
import { openFile, readRegularFile, readStart, statsOf } from './files.ts';
import type { Candidate, ClassFolders } from './find-connectors.ts';
import { entriesOf } from './list-folder.ts';

/**
 * The number of bytes of a definition that are read first. In the corpus, this is enough for 29 of
 * 30 definitions.
 */
const firstBytes = 4096;

/**
 * The root folder of the repository that a connector is in; undefined if the connector is not in a
 * class folder.
 */
export const repositoryOf = ({ directory, classKnown, misplaced }: Candidate): string | undefined =>
  classKnown && !misplaced ? dirname(dirname(directory)) : undefined;

/** The catalog of each repository that candidates are in, by the root folder of the repository. */
export function scanCatalogs(
  candidates: readonly Candidate[],
  classes: ClassFolders,
): Record<string, CatalogEntry[]> {
  const roots = new Set(candidates.map(repositoryOf).filter((root) => root !== undefined));
  return Object.fromEntries([...roots].map((root) => [root, readCatalog(root, classes)]));
}

/**
 * The path of each candidate's icon, by the candidate's folder; undefined if it has none that can
 * be read.
 */
export const iconsOf = (
  candidates: readonly Candidate[],
): ReadonlyMap<string, string | undefined> =>
  new Map(
    candidates.map(({ directory, misplaced }) => [
      directory,
      misplaced ? undefined : iconPath(directory),
    ]),
  );

/**
 * Adds the hash of its icon and its publisher to every entry of the candidates' repositories. Analyzing an icon takes
 * milliseconds, so callers pass only candidates that have an icon to compare with.
 * @param icons paths of icons that were found already, by the folder
 */
export async function addIcons(
  catalogs: Readonly<Record<string, readonly CatalogEntry[]>>,
  candidates: readonly Candidate[],
  icons: ReadonlyMap<string, string | undefined>,
  analyzeIcon: (bytes: Uint8Array) => Promise<IconAnalysis>,
): Promise<void> {
  const roots = new Set(candidates.map(repositoryOf));
  for (const [root, entries] of Object.entries(catalogs)) {
    if (!roots.has(root)) continue;
    for (const entry of entries) {
      const directory = join(root, entry.path);
      const path = icons.has(directory) ? icons.get(directory) : iconPath(directory);
      if (path === undefined) continue;
      const content = readRegularFile(path, { maxBytes: limits.fileBytes });
      const { picture } = 'bytes' in content ? await analyzeIcon(content.bytes) : {};
      if (!picture) continue;
      entry.icon = picture.hash;
      const publisher = publisherIn(directory);
      if (publisher !== undefined) entry.publisher = publisher;
    }
  }
}

/**
 * The path of a folder's icon, under any of the names for one; undefined if it is not a regular
 * file, or is too large.
 */
function iconPath(directory: string): string | undefined {
  const icon = findIcon(namesIn(directory).map((path) => ({ path })));
  if (!icon) return undefined;
  const path = join(directory, icon.path);
  const stats = statsOf(path);
  return stats?.isFile() === true && stats.size <= limits.fileBytes ? path : undefined;
}

/** The publisher that the properties in a folder name. */
function publisherIn(directory: string): string | undefined {
  const properties = findFiles(namesIn(directory).map((path) => ({ path }))).properties;
  if (!properties) return undefined;
  const content = readRegularFile(join(directory, properties.path), { maxBytes: limits.fileBytes });
  return 'bytes' in content ? readPublisher(content.bytes) : undefined;
}

/** The names in a folder; empty if it cannot be read. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // a finding in that connector, not in the one that is being checked
  }
}

/**
 * An entry for every folder in the class folders of a repository, whatever it contains. A
 * definition is parsed only if its first bytes are not enough.
 */
function readCatalog(root: string, classes: ClassFolders): CatalogEntry[] {
  const buffer = Buffer.allocUnsafe(firstBytes);
  return Object.entries(classes).flatMap(([parent, connectorClass]) => {
    const classFolder = join(root, parent);
    return foldersIn(classFolder).map((folder) => ({
      path: `${parent}/${folder}`,
      class: connectorClass,
      ...headerIn(`${classFolder}${sep}${folder}`, buffer),
    }));
  });
}

function foldersIn(directory: string): string[] {
  // Not every repository has all class folders.
  if (statsOf(directory)?.isDirectory() !== true) return [];
  const entries = entriesOf(directory);
  return Array.isArray(entries)
    ? entries
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort()
    : [];
}

/**
 * The header of a folder's definition; empty if it cannot be read, which is a finding in that
 * connector and not in the one that is being checked.
 * @param buffer is overwritten, so that a thousand calls allocate no memory
 */
function headerIn(directory: string, buffer: Buffer): DefinitionHeader {
  const opened = openDefinition(directory);
  if (!opened) return {};
  const { file, stats } = opened;
  try {
    return readHeader(readStart(file, buffer), () =>
      stats.size <= limits.fileBytes ? readStart(file, Buffer.allocUnsafe(stats.size)) : undefined,
    );
  } catch {
    return {};
  } finally {
    closeSync(file);
  }
}

/**
 * Opens a folder's definition, also under another name. It does not check first whether the
 * file exists: for a thousand folders that would double the time.
 */
function openDefinition(directory: string): { file: number; stats: Stats } | undefined {
  const open = (name: string): { file: number; stats: Stats } | undefined => {
    try {
      const opened = openFile(`${directory}${sep}${name}`);
      return typeof opened === 'string' ? undefined : opened;
    } catch {
      return undefined;
    }
  };
  const opened = open(definitionName);
  if (opened) return opened;
  const variant = findFiles(namesIn(directory).map((path) => ({ path }))).definition;
  return variant && open(variant.path);
}
