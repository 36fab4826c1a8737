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

/** The folders of a connectors repository, and the class that a connector below each is of. */
export type ClassFolders = Readonly<Record<string, ConnectorClass>>;

/** A connector's folder that was found, not yet read. */
export interface Candidate {
  /** Where it is on this disk. */
  directory: string;
  /** What reports call it. */
  path: string;
  class: ConnectorClass;
  /** Whether its place told the class; false where it is an assumption. */
  classKnown: boolean;
  /** Where no folder of a connector is there that could be read: what is there instead. */
  misplaced?: Misplaced;
  /**
   * Paths in it, or '' for itself, that git says are submodules: on disk one that was not fetched
   * is an empty folder.
   */
  submodules?: readonly string[];
}

/** Above this many entries a directory is read no further: it is over the limit anyway. */
const enough = limits.files + 1;
/** Never part of a connector, and never looked into where connectors are searched for. */
const skipped = new Set(['.git', 'node_modules']);

/**
 * The connector folders that paths mean: a folder with a definition or properties file is a
 * connector itself; of a repository's root, every folder below the class folders; of any other
 * folder, every folder below it that has a definition. Also what stands in a class folder in the
 * place of a connector's folder; files do so in many repositories, and come with `strays`. Throws a
 * Problem for a path that does not exist, is no directory, or has no connector in it.
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
    refuseOtherThanFolder(path, directory);
    const here = connectorsBelow(directory, classes).filter(
      ({ misplaced }) => strays || misplaced !== 'file',
    );
    if (here.length === 0 && Object.hasOwn(classes, basename(dirname(directory))))
      here.push({ directory });
    if (here.length === 0) {
      throw new UserError(
        `There is no connector in ${path}: no folder below it has an ${definitionName}. ` +
          'Give the folder of a connector, or of a repository of connectors.',
      );
    }
    for (const one of here) found.set(one.directory, toCandidate(one, directory, classes, assumed));
  }
  return [...found.values()].sort(compareBy(({ path }) => path));
}

/**
 * Throws a Problem for a path at which there is no folder, or to which a link of the checkout
 * leads.
 */
function refuseOtherThanFolder(path: string, directory: string): void {
  const todo = 'Give the folder of a connector, or of a repository of connectors.';
  const stats = statsOf(directory);
  if (!stats) throw new UserError(`${path} does not exist. ${todo}`);
  if (stats.isSymbolicLink())
    throw new UserError(
      `${path} is no folder but a symbolic link, and links are not followed. ${todo}`,
    );
  if (!stats.isDirectory()) throw new UserError(`${path} is no folder. ${todo}`);
  const link = linkOnTheWay(directory);
  if (link !== undefined)
    throw new UserError(
      `${path} is behind ${link}, which is a symbolic link, and links of a checkout are ` +
        `not followed. ${todo}`,
    );
}

type Found = Pick<Candidate, 'directory' | 'misplaced'>;

function connectorsBelow(directory: string, classes: ClassFolders): Found[] {
  const entries = entriesOf(directory);
  if (!Array.isArray(entries)) return [{ directory, misplaced: 'unreadable' }];
  const is = (name: string): boolean =>
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
          ? inClassFolder(join(directory, entry.name), { within: directory })
          : foundAs(entry, directory),
      );
  if (is(definitionName) || is(propertiesName)) return [{ directory }];
  if (Object.hasOwn(classes, basename(directory))) return inClassFolder(directory);
  return entries
    .filter((entry) => entry.isDirectory() && !skipped.has(entry.name))
    .flatMap((entry): Found[] =>
      isUtf8(entry.name)
        ? connectorsBelow(join(directory, entry.name), classes)
        : foundAs(entry, directory),
    );
}

/**
 * What is in a class folder: connectors' folders, and what stands in the place of one. `within`:
 * the repository that it is a folder of.
 */
function inClassFolder(directory: string, { within }: { within?: string } = {}): Found[] {
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

function foundAs(entry: Dirent, above: string): Found[] {
  const directory = join(above, entry.name);
  const misplaced = misplacedBy(entry);
  return [{ directory, ...(misplaced && { misplaced }) }];
}

/** What keeps an entry from being read as a folder; undefined for nothing. */
function misplacedBy(entry: Dirent): Misplaced | undefined {
  if (!isUtf8(entry.name)) return 'name';
  return entry.isDirectory() ? undefined : kindOf(entry);
}

function kindOf(entry: Dirent): 'file' | 'link' | 'special' {
  if (entry.isFile()) return 'file';
  return entry.isSymbolicLink() ? 'link' : 'special';
}

/**
 * Whether a name that was read as UTF-8 can have been it: what was not is replaced, and by that
 * name nothing can be opened.
 */
const isUtf8 = (name: string): boolean => !name.includes('\ufffd');

/** What is in a folder; or why that cannot be read. */
function entriesOf(directory: string): Dirent[] | string {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

function toCandidate(
  { directory, misplaced }: Found,
  given: string,
  classes: ClassFolders,
  assumed: ConnectorClass,
): Candidate {
  const name = basename(directory);
  const parent = basename(dirname(directory));
  const known = Object.hasOwn(classes, parent) ? classes[parent] : undefined;
  const itself = misplaced && Object.hasOwn(classes, name) ? classes[name] : undefined;
  let path: string;
  if (known) path = `${parent}/${name}`;
  else if (itself) path = name;
  else path = slashes(relative(process.cwd(), directory) || basename(given));
  return {
    directory,
    path,
    class: known ?? itself ?? assumed,
    classKnown: (known ?? itself) !== undefined,
    ...(misplaced && { misplaced }),
  };
}

const slashes = (path: string): string => (sep === '/' ? path : path.replaceAll(sep, '/'));

/**
 * Reads a connector's folder, within the limits: what is over them is listed without its bytes,
 * links are not followed. Never throws: what cannot be read says why.
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
  const nothing = (instead: Misplaced): ConnectorFolder => ({
    path,
    class: connectorClass,
    files: [],
    misplaced: instead,
  });
  if (misplaced) return nothing(misplaced);
  if (submodules.includes('')) return nothing('submodule');
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
      if (files.length >= enough) return;
      const name = prefix + entry.name;
      const full = join(at, entry.name);
      if (!isUtf8(entry.name))
        files.push({ path: name, kind: entry.isDirectory() ? 'file' : kindOf(entry), size: 0 });
      else if (entry.isDirectory()) {
        if (entry.name === '.git') continue;
        if (depth < 20) walk(full, `${name}/`, depth + 1);
      } else if (entry.isFile()) {
        const read = readRegularFile(full, {
          most: Math.min(limits.fileBytes, limits.totalBytes - total),
        });
        total += read.size;
        if ('bytes' in read)
          files.push({ path: name, kind: 'file', size: read.size, bytes: read.bytes });
        else
          files.push({
            path: name,
            kind: 'file',
            size: read.size,
            ...(read.not !== 'large' && { unreadable: read.says }),
          });
      } else {
        files.push({ path: name, kind: kindOf(entry), size: 0 });
      }
    }
  };
  const here = entriesOf(directory);
  if (!Array.isArray(here)) return nothing('unreadable');
  if (here.length === 0) return nothing('empty');
  if (
    classKnown &&
    here.some(({ name }) => name === '.git') &&
    findCheckout(dirname(directory)) !== undefined
  )
    return nothing('submodule');
  walk(directory, '', 0);
  for (const name of submodules)
    if (!files.some((file) => file.path === name))
      files.push({ path: name, kind: 'submodule', size: 0 });
  return { path, class: connectorClass, files };
}

/**
 * A connector's folder, or the one file of it that is a definition; for a comparison. Throws a
 * Problem where there is neither.
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
  const read = readRegularFile(full, { most: limits.fileBytes });
  if (!('bytes' in read) && read.not !== 'large')
    throw new UserError(
      `${path} ${read.says}. Give a definition file or the folder of a connector.`,
    );
  const file: FileEntry = {
    path: definitionName,
    kind: 'file',
    size: read.size,
    ...('bytes' in read && { bytes: read.bytes }),
  };
  return { path: slashes(path), class: connectorClass, files: [file] };
}

export const isFile = (path: string): boolean => statsOf(path)?.isFile() === true;
