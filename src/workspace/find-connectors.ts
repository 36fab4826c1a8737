import { readdirSync, type Dirent } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import {
  definitionName,
  propertiesName,
  type ConnectorClass,
  type ConnectorFolder,
  type FileEntry,
  type Misplaced,
} from '../connector/connector.ts';
import { limits } from '../shared/limits.ts';
import { compareBy } from '../shared/compare-strings.ts';
import { UserError } from '../shared/user-error.ts';
import { findCheckout, linkOnTheWay } from './find-checkout.ts';
import { errorCode, readRegularFile, statsOf } from './files.ts';

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

/** A folder with more files is over the limit anyway, so the rest is not read. */
const maxListedFiles = limits.files + 1;
/** Not searched for connectors. */
const ignoredFolders = new Set(['.git', 'node_modules']);

/**
 * Finds the connector folders at paths. A folder with a definition or a properties file is a
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
    const directory = resolve(path);
    requireFolder(path, directory);
    const connectors = connectorsBelow(directory, classes).filter(
      ({ misplaced }) => strays || misplaced !== 'file',
    );
    if (connectors.length === 0 && Object.hasOwn(classes, basename(dirname(directory))))
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
  if (!stats) throw new UserError(`${path} does not exist. ${hint}`);
  if (stats.isSymbolicLink())
    throw new UserError(
      `${path} is a symbolic link, not a folder, and links are not followed. ${hint}`,
    );
  if (!stats.isDirectory()) throw new UserError(`${path} is not a folder. ${hint}`);
  const link = linkOnTheWay(directory);
  if (link !== undefined)
    throw new UserError(
      `${path} leads through ${link}, which is a symbolic link, and links of a checkout are ` +
        `not followed. ${hint}`,
    );
}

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

function kindOf(entry: Dirent): 'file' | 'link' | 'special' {
  if (entry.isFile()) return 'file';
  return entry.isSymbolicLink() ? 'link' : 'special';
}

/**
 * Whether a file name is valid UTF-8. Node.js replaces what is not, and no file can be opened by
 * the resulting name.
 */
const isUtf8 = (name: string): boolean => !name.includes('\ufffd');

/** The entries of a folder, or the error code if it cannot be read. */
function entriesOf(directory: string): Dirent[] | string {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

function toCandidate(
  { directory, misplaced }: FoundFolder,
  searched: string,
  classes: ClassFolders,
  assumed: ConnectorClass,
): Candidate {
  const name = basename(directory);
  const parent = basename(dirname(directory));
  const classOfParent = Object.hasOwn(classes, parent) ? classes[parent] : undefined;
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

const slashes = (path: string): string => (sep === '/' ? path : path.replaceAll(sep, '/'));

/**
 * Reads a connector's folder. A file that is over the limits is listed without its bytes; symbolic
 * links are not followed. Never throws: a file that cannot be read has the reason in `unreadable`.
 */
export function readFolder({
  directory,
  path,
  class: connectorClass,
  classKnown,
  misplaced,
  submodules = [],
}: Candidate): ConnectorFolder {
  const files: FileEntry[] = [];
  const unread = (reason: Misplaced): ConnectorFolder => ({
    path,
    class: connectorClass,
    files: [],
    misplaced: reason,
  });
  if (misplaced) return unread(misplaced);
  if (submodules.includes('')) return unread('submodule');
  let total = 0;
  const walk = (at: string, prefix: string, depth: number): void => {
    const entries = entriesOf(at);
    if (!Array.isArray(entries)) {
      files.push({ path: prefix.slice(0, -1), kind: 'file', size: 0, unreadable: entries });
      return;
    }
    if (prefix !== '' && entries.some(({ name }) => name === '.git')) {
      files.push({ path: prefix.slice(0, -1), kind: 'submodule', size: 0 });
      return;
    }
    for (const entry of entries.sort(compareBy(({ name }) => name))) {
      if (files.length >= maxListedFiles) return;
      const name = prefix + entry.name;
      const full = join(at, entry.name);
      if (!isUtf8(entry.name))
        files.push({ path: name, kind: entry.isDirectory() ? 'file' : kindOf(entry), size: 0 });
      else if (entry.isDirectory()) {
        if (entry.name === '.git') continue;
        if (depth < 20) walk(full, `${name}/`, depth + 1);
      } else if (entry.isFile()) {
        const content = readRegularFile(full, {
          maxBytes: Math.min(limits.fileBytes, limits.totalBytes - total),
        });
        const { size } = content;
        total += size;
        if ('bytes' in content)
          files.push({ path: name, kind: 'file', size, bytes: content.bytes });
        else
          files.push({
            path: name,
            kind: 'file',
            size,
            ...(content.obstacle !== 'large' && { unreadable: content.description }),
          });
      } else {
        files.push({ path: name, kind: kindOf(entry), size: 0 });
      }
    }
  };
  const ownEntries = entriesOf(directory);
  if (!Array.isArray(ownEntries)) return unread('unreadable');
  if (ownEntries.length === 0) return unread('empty');
  if (
    classKnown &&
    ownEntries.some(({ name }) => name === '.git') &&
    findCheckout(dirname(directory)) !== undefined
  )
    return unread('submodule');
  walk(directory, '', 0);
  for (const name of submodules)
    if (!files.some((file) => file.path === name))
      files.push({ path: name, kind: 'submodule', size: 0 });
  return { path, class: connectorClass, files };
}

/**
 * Reads a connector's folder, or a single definition file as a folder that has nothing else.
 * @throws UserError if there is neither at the path
 */
export function readFolderAt(path: string, connectorClass: ConnectorClass): ConnectorFolder {
  const full = resolve(path);
  const link = linkOnTheWay(full);
  if (link !== undefined)
    throw new UserError(
      `${path} cannot be read: ${link} is a symbolic link, and links of a checkout are not ` +
        'followed. Give a definition file or the folder of a connector.',
    );
  const stats = statsOf(full);
  if (!stats)
    throw new UserError(
      `${path} does not exist. Give a definition file or the folder of a connector.`,
    );
  if (stats.isDirectory())
    return readFolder({
      directory: full,
      path: slashes(path),
      class: connectorClass,
      classKnown: false,
    });
  const content = readRegularFile(full, { maxBytes: limits.fileBytes });
  if (!('bytes' in content) && content.obstacle !== 'large')
    throw new UserError(
      `${path} ${content.description}. Give a definition file or the folder of a connector.`,
    );
  const file: FileEntry = {
    path: definitionName,
    kind: 'file',
    size: content.size,
    ...('bytes' in content && { bytes: content.bytes }),
  };
  return { path: slashes(path), class: connectorClass, files: [file] };
}

export const isFile = (path: string): boolean => statsOf(path)?.isFile() === true;
