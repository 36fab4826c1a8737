import { closeSync, readdirSync, type Stats } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { readHeader, type CatalogEntry, type DefinitionHeader } from '../catalog/entry.ts';
import { definitionName, findIcon } from '../connector/connector.ts';
import type { IconAnalysis } from '../connector/icon.ts';
import { limits } from '../shared/limits.ts';
import { openFile, readRegularFile, readStart, statsOf } from './files.ts';
import type { Candidate, ClassFolders } from './find-connectors.ts';

/**
 * Of a definition so many bytes are read at first. In the corpus all but one in thirty have all
 * that is wanted of them there.
 */
const firstBytes = 4096;

/**
 * The repository that a connector's folder is in; undefined where its place is not that of a
 * connector in one.
 */
export const repositoryOf = ({ directory, classKnown, misplaced }: Candidate): string | undefined =>
  classKnown && !misplaced ? dirname(dirname(directory)) : undefined;

/**
 * The entries of all connectors of the repositories that candidates are in, by the repository's
 * folder.
 */
export function scanCatalogs(
  candidates: readonly Candidate[],
  classes: ClassFolders,
): Record<string, CatalogEntry[]> {
  const roots = new Set(candidates.map(repositoryOf).filter((root) => root !== undefined));
  return Object.fromEntries([...roots].map((root) => [root, readCards(root, classes)]));
}

/**
 * The icon's file of each candidate, by the candidate's folder; undefined where it has none that
 * can be read.
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
 * Adds the hashes of icons to the entries of the repositories of candidates that have an icon: where
 * none has, there is nothing to compare. Each is measured, which takes milliseconds an icon.
 * `icons` are those that are known already.
 */
export async function addIcons(
  catalogs: Readonly<Record<string, readonly CatalogEntry[]>>,
  candidates: readonly Candidate[],
  icons: ReadonlyMap<string, string | undefined>,
  measureIcon: (bytes: Uint8Array) => Promise<IconAnalysis>,
): Promise<void> {
  const roots = new Set(candidates.map(repositoryOf));
  for (const [root, entries] of Object.entries(catalogs)) {
    if (!roots.has(root)) continue;
    for (const entry of entries) {
      const directory = join(root, entry.path);
      const path = icons.has(directory) ? icons.get(directory) : iconPath(directory);
      if (path === undefined) continue;
      const read = readRegularFile(path, { most: limits.fileBytes });
      const { picture } = 'bytes' in read ? await measureIcon(read.bytes) : {};
      if (picture) entry.icon = picture.hash;
    }
  }
}

/**
 * The icon of a folder, however it is called; undefined where it is none of the folder's own files,
 * or too large to be read.
 */
function iconPath(directory: string): string | undefined {
  const icon = findIcon(namesIn(directory).map((path) => ({ path, kind: 'file', size: 0 })));
  if (!icon) return undefined;
  const path = join(directory, icon.path);
  const stats = statsOf(path);
  return stats?.isFile() === true && stats.size <= limits.fileBytes ? path : undefined;
}

/** The names in a folder; none where it cannot be read. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // a finding in that connector, not in the one that is checked
  }
}

/**
 * The entry of every folder below the class folders of a repository, whatever is in it. Nothing is
 * parsed where its first bytes tell enough.
 */
function readCards(root: string, classes: ClassFolders): CatalogEntry[] {
  const first = Buffer.allocUnsafe(firstBytes);
  return Object.entries(classes).flatMap(([parent, connectorClass]) => {
    const above = join(root, parent);
    return foldersIn(above).map((folder) => ({
      path: `${parent}/${folder}`,
      class: connectorClass,
      ...headIn(`${above}${sep}${folder}`, first),
    }));
  });
}

function foldersIn(directory: string): string[] {
  // a repository need not have all class folders
  if (statsOf(directory)?.isDirectory() !== true) return [];
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

/**
 * What a folder's definition says at its beginning; nothing where it cannot be read, which is a
 * finding in that connector and not in the one that is checked.
 */
function headIn(directory: string, first: Buffer): DefinitionHeader {
  const opened = openDefinition(directory);
  if (!opened) return {};
  const { file, stats } = opened;
  try {
    return readHeader(readStart(file, first), () =>
      stats.size <= limits.fileBytes ? readStart(file, Buffer.allocUnsafe(stats.size)) : undefined,
    );
  } catch {
    return {};
  } finally {
    closeSync(file);
  }
}

/**
 * A folder's definition, however it is spelled, opened as it is: a thousand are, and to ask about
 * each first would take as long again.
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
  const other = namesIn(directory).find(
    (one) => one !== definitionName && one.toLowerCase() === definitionName.toLowerCase(),
  );
  return other === undefined ? undefined : open(other);
}
