import { type ConnectorFolderName } from '../model/connector-folder-name.ts';
import { findIcon, type ConnectorClass } from '../../connector/connector.ts';
import { lettersAndDigits } from '../../shared/text.ts';
import { skeletonOf } from '../../catalog/skeleton.ts';
import type { ChangedFile, ConnectorAt } from '../model/snapshot.ts';

/** If a pull request changes more connectors, the rest is named but not read. */
export const maxConnectors = 3;

/** The connector folder that a path is in, or undefined. */
export function connectorFolderOf(
  path: string,
  folders: Readonly<Record<string, ConnectorClass>>,
): ConnectorFolderName | undefined {
  const [top = '', name, ...below] = path.split('/');
  const connectorClass = Object.hasOwn(folders, top) ? folders[top] : undefined;
  return connectorClass === undefined || name === undefined || below.length === 0
    ? undefined
    : { path: `${top}/${name}`, class: connectorClass };
}

/**
 * Whether a path is in a place for connector folders only: a class folder itself, something
 * directly in it, or anything in a folder whose name looks like a class folder's.
 */
export function isMisplaced(
  path: string,
  folders: Readonly<Record<string, ConnectorClass>>,
): boolean {
  const [top = '', ...below] = path.split('/');
  if (Object.hasOwn(folders, top)) return below.length < 2;
  const look = lookOfFolder(top);
  return Object.keys(folders).some((folder) => lookOfFolder(folder) === look);
}

const lookOfFolder = (name: string): string => lettersAndDigits(skeletonOf(name));

/** The path of a changed file, and the previous one if it was renamed. */
export const pathsOf = ({ path, previousPath, status }: ChangedFile): string[] =>
  previousPath === undefined || status === 'copied' ? [path] : [path, previousPath];

/**
 * The connector folders of changed files, in the order of the files.
 * @param folders `Settings.folders`
 */
export function connectorFoldersOf(
  files: readonly ChangedFile[],
  folders: Readonly<Record<string, ConnectorClass>>,
): ConnectorFolderName[] {
  const found = new Map<string, ConnectorFolderName>();
  for (const path of files.flatMap(pathsOf)) {
    const folder = connectorFolderOf(path, folders);
    if (folder && !found.has(folder.path)) found.set(folder.path, folder);
  }
  return [...found.values()];
}

/** The SHA of the blob of a connector's icon. */
export const iconBlobOf = (side: ConnectorAt['after']): string | undefined =>
  side.ok && side.value ? findIcon(side.value.files)?.blob : undefined;
