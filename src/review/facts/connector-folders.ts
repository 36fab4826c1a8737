import { type ConnectorFolderName } from '../model/connector-folder-name.ts';
import type { ConnectorClass } from '../../connector/connector.ts';
import { lettersAndDigits } from '../../shared/text.ts';
import { skeletonOf } from '../../catalog/skeleton.ts';
import type { ChangedFile } from '../model/snapshot.ts';

/** Of a pull request that touches more connectors than these, the others are named and not read. */
export const maxConnectors = 3;

/** The connector's folder that a path is in; undefined for what is in none. */
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
 * Whether a path is where only folders of connectors belong: that of a class folder, of what is
 * directly in one, or of anything in a folder that looks like one.
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

/** Every path that a changed file has or had. */
export const pathsOf = ({ path, previousPath, status }: ChangedFile): string[] =>
  previousPath === undefined || status === 'copied' ? [path] : [path, previousPath];

/**
 * The connectors' folders that changed files are in, in the order in which they are first met.
 * `folders` is `Settings.folders`.
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
