import { lstatSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { definitionName, propertiesName, type ConnectorClass, type ConnectorFolder, type FileEntry } from '../connector/connector.ts';
import { limits } from '../connector/limits.ts';
import { Problem } from '../problem.ts';

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
}

/** Above this many entries a directory is read no further: it is over the limit anyway. */
const enough = limits.files + 1;
/** Never part of a connector, and never looked into. */
const skipped = new Set(['.git', 'node_modules']);

/**
 * The connector folders that paths mean: a folder with a definition or properties file is a connector itself; of a
 * repository's root, every folder below the class folders; of any other folder, every folder below it that has a definition.
 * Throws a Problem for a path that does not exist, is no directory, or has no connector in it.
 */
export function findConnectors(paths: readonly string[], classes: ClassFolders, assumed: ConnectorClass): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const path of paths) {
    const directory = resolve(path);
    const stats = lstatSync(directory, { throwIfNoEntry: false });
    if (!stats) throw new Problem(`${path} does not exist. Give the folder of a connector, or of a repository of connectors.`);
    if (!stats.isDirectory()) throw new Problem(`${path} is no folder. Give the folder of a connector, or of a repository of connectors.`);
    const here = connectorsBelow(directory, classes);
    if (here.length === 0 && Object.hasOwn(classes, basename(dirname(directory)))) here.push(directory);
    if (here.length === 0) {
      throw new Problem(`There is no connector in ${path}: no folder below it has an ${definitionName}. Give the folder of a connector, or of a repository of connectors.`);
    }
    for (const connector of here) found.set(connector, toCandidate(connector, directory, classes, assumed));
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function connectorsBelow(directory: string, classes: ClassFolders): string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  const is = (name: string): boolean => entries.some((entry) => !entry.isDirectory() && entry.name.toLowerCase() === name.toLowerCase());
  if (is(definitionName) || is(propertiesName)) return [directory];
  const folders = entries.filter((entry) => entry.isDirectory() && !skipped.has(entry.name));
  const classFolders = folders.filter(({ name }) => Object.hasOwn(classes, name));
  if (classFolders.length > 0) {
    return classFolders.flatMap(({ name }) =>
      readdirSync(join(directory, name), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(directory, name, entry.name)),
    );
  }
  if (Object.hasOwn(classes, basename(directory))) return folders.map(({ name }) => join(directory, name));
  return folders.flatMap(({ name }) => connectorsBelow(join(directory, name), classes));
}

function toCandidate(directory: string, given: string, classes: ClassFolders, assumed: ConnectorClass): Candidate {
  const parent = basename(dirname(directory));
  const known = Object.hasOwn(classes, parent) ? classes[parent] : undefined;
  const path = known ? `${parent}/${basename(directory)}` : slashes(relative(process.cwd(), directory) || basename(given));
  return { directory, path, class: known ?? assumed, classKnown: known !== undefined };
}

const slashes = (path: string): string => (sep === '/' ? path : path.replaceAll(sep, '/'));

/** Reads a connector's folder, within the limits: what is over them is listed without its bytes, links are not followed. */
export function readFolder({ directory, path, class: connectorClass }: Candidate): ConnectorFolder {
  const files: FileEntry[] = [];
  let total = 0;
  const walk = (at: string, prefix: string, depth: number): void => {
    const entries = readdirSync(at, { withFileTypes: true });
    if (prefix !== '' && entries.some(({ name }) => name === '.git')) {
      files.push({ path: prefix.slice(0, -1), kind: 'submodule', size: 0 });
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (files.length >= enough) return;
      const name = prefix + entry.name;
      const full = join(at, entry.name);
      if (entry.isDirectory()) {
        if (entry.name === '.git') continue;
        if (depth < 20) walk(full, `${name}/`, depth + 1);
      } else if (entry.isFile()) {
        const { size } = lstatSync(full);
        total += size;
        if (size > limits.fileBytes || total > limits.totalBytes) files.push({ path: name, kind: 'file', size });
        else files.push({ path: name, kind: 'file', size, bytes: readFileSync(full) });
      } else {
        files.push({ path: name, kind: 'link', size: 0 });
      }
    }
  };
  walk(directory, '', 0);
  return { path, class: connectorClass, files };
}

/** A connector's folder, or the one file of it that is a definition; for a comparison. Throws a Problem where there is neither. */
export function readOne(path: string, connectorClass: ConnectorClass): ConnectorFolder {
  const full = resolve(path);
  const stats = lstatSync(full, { throwIfNoEntry: false });
  if (!stats) throw new Problem(`${path} does not exist. Give a definition file or the folder of a connector.`);
  if (stats.isDirectory()) return readFolder({ directory: full, path: slashes(path), class: connectorClass, classKnown: false });
  if (!stats.isFile()) throw new Problem(`${path} is neither a file nor a folder. Give a definition file or the folder of a connector.`);
  const file: FileEntry = { path: definitionName, kind: 'file', size: stats.size, ...(stats.size <= limits.fileBytes && { bytes: readFileSync(full) }) };
  return { path: slashes(path), class: connectorClass, files: [file] };
}

export const isFile = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** Writes a file as a whole or not at all: who reads it meanwhile, or a machine that stops, sees the old or the new one. */
export function writeWhole(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.gatehouse-${process.pid}.tmp`;
  writeFileSync(temporary, bytes);
  renameSync(temporary, path);
}
