import { dirname, relative } from 'node:path';
import { findFiles } from '../connector/file-names.ts';
import { isWithin } from '../workspace/find-checkout.ts';
import { entriesOf, slashes } from '../workspace/list-folder.ts';

/** Folders above a document that are searched for a definition. */
const maxLevels = 10;

/**
 * The folder of the connector that a document is part of: the nearest one with a definition or
 * properties, on disk or open.
 * @param path the absolute path of the document
 * @param workspaceFolder the highest folder to search; outside of a workspace, only the document's
 *   own folder is
 * @param openPaths the absolute paths of all open documents
 * @returns undefined if the document is part of no connector
 */
export function findFolder(
  path: string,
  workspaceFolder: string | undefined,
  openPaths: readonly string[],
): string | undefined {
  let folder = dirname(path);
  for (let level = 0; level < maxLevels; level += 1) {
    if (workspaceFolder !== undefined && !isWithin(workspaceFolder, folder)) return undefined;
    if (isConnector(folder, openPaths)) return folder;
    if (workspaceFolder === undefined || dirname(folder) === folder) return undefined;
    folder = dirname(folder);
  }
  return undefined;
}

function isConnector(folder: string, openPaths: readonly string[]): boolean {
  const entries = entriesOf(folder);
  const names = Array.isArray(entries)
    ? entries.filter((entry) => entry.isFile()).map(({ name }) => name)
    : [];
  const open = openPaths
    .filter((path) => dirname(path) === folder)
    .map((path) => slashes(relative(folder, path)));
  const { definition, properties } = findFiles([...names, ...open].map((name) => ({ path: name })));
  return definition !== undefined || properties !== undefined;
}
