import { entriesOf, isUtf8, kindOf, slashes } from './list-folder.ts';
import { type Dirent } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import {
  definitionName,
  propertiesName,
  type ConnectorClass,
  type Misplaced,
} from '../connector/connector.ts';
import { findFiles } from '../connector/file-names.ts';
import { compareBy } from '../shared/compare-strings.ts';
import { closestMatch } from '../shared/did-you-mean.ts';
import { UserError } from '../shared/user-error.ts';
import { findCheckout, foldersUpFrom, linkOnTheWay } from './find-checkout.ts';
import { statsOf } from './files.ts';

/** The class of the connectors in each class folder, by the name of the folder. */
export type ClassFolders = Readonly<Record<string, ConnectorClass>>;

/** A connector's folder that was found but not read yet. */
export interface Candidate {
  /** The absolute path of the folder. */
  directory: string;
  /** The path that reports show. */
  path: string;
  class: ConnectorClass;
  /** Whether the class follows from the class folder. Otherwise it is an assumption. */
  classKnown: boolean;
  /** What is in the place of a readable folder, if anything else is. */
  misplaced?: Misplaced;
  /**
   * Paths in the folder that are submodules according to git, '' for the folder itself. On disk a
   * submodule that was not fetched is an empty folder.
   */
  submodules?: readonly string[];
}

/** Not searched for connectors. */
const ignoredFolders = new Set(['.git', 'node_modules']);

/**
 * Finds the connector folders at paths; a file stands for the folder of its connector. A folder with a definition or a properties file is a
 * connector. For the root of a repository, the connectors are the folders in its class folders. For
 * any other folder, they are the folders below it that have a definition. The result also contains
 * entries of a class folder that are not folders, such as symbolic links; files, which many
 * repositories have there, only with `strays`.
 * @throws UserError if a path does not exist, is not a folder, or has no connector in it
 */
export function findConnectors(
  paths: readonly string[],
  classes: ClassFolders,
  assumed: ConnectorClass,
  { strays = false } = {},
): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const path of paths) {
    const directory = connectorAt(resolve(path), classes) ?? resolve(path);
    requireFolder(path, directory);
    const connectors = connectorsBelow(directory, classes).filter(
      ({ misplaced }) => strays || misplaced !== 'file',
    );
    if (
      connectors.length === 0 &&
      (Object.hasOwn(classes, basename(dirname(directory))) || hasDefinition(directory))
    )
      connectors.push({ directory });
    if (connectors.length === 0) {
      throw new UserError(
        `There is no connector in ${path}: no folder below it has an ${definitionName}. ` +
          'Give the folder of a connector, or of a repository of connectors.',
      );
    }
    for (const connector of connectors)
      found.set(connector.directory, toCandidate(connector, directory, classes, assumed));
  }
  return [...found.values()].sort(compareBy(({ path }) => path));
}

/**
 * @throws UserError if there is no folder at the path, or the path leads through a symbolic link of
 * the checkout
 */
function requireFolder(path: string, directory: string): void {
  const hint = 'Give the folder of a connector, or of a repository of connectors.';
  const stats = statsOf(directory);
  if (!stats)
    throw new UserError(`${path} does not exist. ${similarPath(path, directory) ?? hint}`);
  if (stats.isSymbolicLink())
    throw new UserError(
      `${path} is a symbolic link, not a folder, and links are not followed. ${hint}`,
    );
  if (!stats.isDirectory())
    throw new UserError(`${path} is not a folder, and not a file of a connector. ${hint}`);
  const link = linkOnTheWay(directory);
  if (link !== undefined)
    throw new UserError(
      `${path} leads through ${link}, which is a symbolic link, and links of a checkout are ` +
        `not followed. ${hint}`,
    );
}

/**
 * The folder of the connector that a file is in; undefined if there is no file at the path, or no
 * connector around it.
 */
function connectorAt(file: string, classes: ClassFolders): string | undefined {
  if (statsOf(file)?.isFile() !== true) return undefined;
  const top = findCheckout(dirname(file));
  for (const folder of foldersUpFrom(dirname(file))) {
    const isInClassFolder = Object.hasOwn(classes, basename(dirname(folder)));
    if (isInClassFolder || hasDefinition(folder)) return folder;
    if (folder === top) return undefined;
  }
  return undefined;
}

/** "Did you mean …?" for a path that does not exist. */
function similarPath(path: string, directory: string): string | undefined {
  const entries = entriesOf(dirname(directory));
  if (!Array.isArray(entries)) return undefined;
  const match = closestMatch(
    basename(directory),
    entries.map(({ name }) => name),
  );
  return match === undefined ? undefined : `Did you mean ${slashes(join(dirname(path), match))}?`;
}

/** Whether a folder has a definition or properties, under whatever names. */
function hasDefinition(directory: string): boolean {
  const entries = entriesOf(directory);
  if (!Array.isArray(entries)) return false;
  const { definition, properties } = findFiles(
    entries.filter((entry) => entry.isFile()).map(({ name }) => ({ path: name })),
  );
  return definition !== undefined || properties !== undefined;
}

/** The connector in a folder, whatever the folder contains, with its path from another folder. */
export const candidateAt = (
  directory: string,
  classes: ClassFolders,
  assumed: ConnectorClass,
  from: string,
): Candidate => {
  const candidate = toCandidate({ directory }, directory, classes, assumed);
  return candidate.classKnown
    ? candidate
    : { ...candidate, path: slashes(relative(from, directory) || basename(directory)) };
};

type FoundFolder = Pick<Candidate, 'directory' | 'misplaced'>;

function connectorsBelow(directory: string, classes: ClassFolders): FoundFolder[] {
  const entries = entriesOf(directory);
  if (!Array.isArray(entries)) return [{ directory, misplaced: 'unreadable' }];
  const hasFile = (name: string): boolean =>
    entries.some(
      (entry) => !entry.isDirectory() && entry.name.toLowerCase() === name.toLowerCase(),
    );
  const isClass = ({ name }: Dirent): boolean => Object.hasOwn(classes, name);
  const isRepository =
    entries.some((entry) => isClass(entry) && (entry.isDirectory() || entry.isSymbolicLink())) &&
    !Object.hasOwn(classes, basename(dirname(directory)));
  if (isRepository)
    return entries
      .filter(isClass)
      .flatMap((entry) =>
        entry.isDirectory()
          ? foldersInClassFolder(join(directory, entry.name), { within: directory })
          : foundAs(entry, directory),
      );
  if (hasFile(definitionName) || hasFile(propertiesName)) return [{ directory }];
  if (Object.hasOwn(classes, basename(directory))) return foldersInClassFolder(directory);
  return entries
    .filter((entry) => entry.isDirectory() && !ignoredFolders.has(entry.name))
    .flatMap((entry): FoundFolder[] =>
      isUtf8(entry.name)
        ? connectorsBelow(join(directory, entry.name), classes)
        : foundAs(entry, directory),
    );
}

/**
 * All entries of a class folder: connectors' folders, and whatever is in the place of one.
 * @param within the root of the repository that the class folder is in
 */
function foldersInClassFolder(
  directory: string,
  { within }: { within?: string } = {},
): FoundFolder[] {
  const entries = entriesOf(directory);
  if (!Array.isArray(entries)) return [{ directory, misplaced: 'unreadable' }];
  const isNested =
    within !== undefined &&
    entries.some(({ name }) => name === '.git') &&
    findCheckout(within) !== undefined;
  return isNested
    ? [{ directory, misplaced: 'submodule' }]
    : entries.filter(({ name }) => name !== '.git').flatMap((entry) => foundAs(entry, directory));
}

function foundAs(entry: Dirent, above: string): FoundFolder[] {
  const directory = join(above, entry.name);
  const misplaced = misplacedBy(entry);
  return [{ directory, ...(misplaced && { misplaced }) }];
}

/** Why an entry cannot be read as a folder; undefined if it can. */
function misplacedBy(entry: Dirent): Misplaced | undefined {
  if (!isUtf8(entry.name)) return 'name';
  return entry.isDirectory() ? undefined : kindOf(entry);
}

/** The class of a folder by the name of the folder that it is in; undefined if it is in none. */
const classByParent = (directory: string, classes: ClassFolders): ConnectorClass | undefined => {
  const parent = basename(dirname(directory));
  return Object.hasOwn(classes, parent) ? classes[parent] : undefined;
};

/** The class of a connector's folder, or of a file in it; undefined if it is in no class folder. */
export function classOfPath(path: string, classes: ClassFolders): ConnectorClass | undefined {
  const full = resolve(path);
  return classByParent(full, classes) ?? classByParent(dirname(full), classes);
}

function toCandidate(
  { directory, misplaced }: FoundFolder,
  searched: string,
  classes: ClassFolders,
  assumed: ConnectorClass,
): Candidate {
  const name = basename(directory);
  const parent = basename(dirname(directory));
  const classOfParent = classByParent(directory, classes);
  const classOfItself = misplaced && Object.hasOwn(classes, name) ? classes[name] : undefined;
  let path: string;
  if (classOfParent) path = `${parent}/${name}`;
  else if (classOfItself) path = name;
  else path = slashes(relative(process.cwd(), directory) || basename(searched));
  return {
    directory,
    path,
    class: classOfParent ?? classOfItself ?? assumed,
    classKnown: (classOfParent ?? classOfItself) !== undefined,
    ...(misplaced && { misplaced }),
  };
}
