import { Definition } from './definition.ts';
import { fileNames, findFiles, type FileRole } from './file-names.ts';
import { JsonFile, TextFile } from '../json/document.ts';
import { isIconName, type IconAnalysis } from './icon.ts';
import type { Archive } from './archive.ts';
import { findPackage, readPackage, type ConnectorPackage } from './package.ts';
import { Properties } from './properties.ts';
import type { ScriptAnalysis } from './script.ts';
import { isObject, type JsonContainer } from '../json/values.ts';

export const connectorClasses = ['certified', 'independent-publisher', 'custom'] as const;
export type ConnectorClass = (typeof connectorClasses)[number];

/** A file of a connector's folder. Only a file that is readable and within the limits has bytes. */
export interface FileEntry {
  /** The path within the folder, with slashes. Bytes that are not UTF-8 are U+FFFD. */
  path: string;
  /** `special`: a named pipe, a socket or a device. */
  kind: 'file' | 'link' | 'submodule' | 'special';
  /** Bytes. */
  size: number;
  bytes?: Uint8Array;
  /** Why a file that is within the limits could not be read. */
  unreadable?: string;
}

/** Why a connector's folder was not read: what is there instead, or what is wrong with it. */
export type Misplaced =
  | Exclude<FileEntry['kind'], 'file'>
  | 'file'
  | 'name'
  | 'unreadable'
  | 'empty';

/** Results of analyzers, which use libraries outside this layer. */
export interface Analysis {
  /** Absent if the script was not analyzed. */
  scriptAnalysis?: ScriptAnalysis;
  /** Absent if the icon was not analyzed. */
  iconAnalysis?: IconAnalysis;
  /** What the certification package contains. Absent if it was not analyzed. */
  packageArchive?: Archive;
}

/** The input of `readConnector`. */
export interface ConnectorFolder extends Analysis {
  /** The path from the repository's root, which is the connector's name in reports. */
  path: string;
  class: ConnectorClass;
  files: readonly FileEntry[];
  /** Set if the folder was not read; `files` is empty then. */
  misplaced?: Misplaced;
}

export interface Connector {
  path: string;
  class: ConnectorClass;
  files: readonly FileEntry[];
  /** The files that have a role, also under another name and if they could not be read. */
  entries: Readonly<Record<FileRole, FileEntry | undefined>>;
  misplaced: Misplaced | undefined;
  /** The JSON and text files that were read, valid or not. */
  texts: readonly TextFile[];
  /** Undefined if the file is missing, unreadable, or not a JSON object. */
  definition: Definition | undefined;
  definitionFile: JsonFile | undefined;
  properties: Properties | undefined;
  propertiesFile: JsonFile | undefined;
  readme: TextFile | undefined;
  script: TextFile | undefined;
  /** Undefined without a script, or if it was not analyzed. */
  scriptAnalysis: ScriptAnalysis | undefined;
  /** See `findIcon`. */
  icon: FileEntry | undefined;
  /** Undefined without a readable icon, or if it was not analyzed. */
  iconAnalysis: IconAnalysis | undefined;
  /** Undefined without a zip, and for a class whose package is not committed. */
  package: ConnectorPackage | undefined;
}

export const definitionName = fileNames.definition;
export const propertiesName = fileNames.properties;
export const iconName = 'icon.png';

/** `icon.png`, in any case; else the first file with the name of an icon (see `isIconName`). */
export const findIcon = <File extends Pick<FileEntry, 'path'>>(
  files: readonly File[],
): File | undefined =>
  files.find(({ path }) => path === iconName) ??
  files.find(({ path }) => path.toLowerCase() === iconName) ??
  files.find(({ path }) => isIconName(path));

/** The files of a connector that analyzers look into. */
export interface AnalyzedFiles extends Pick<Connector, 'script' | 'icon'> {
  /** The certification package, if the folder may have one. */
  packageFile: FileEntry | undefined;
}

/** The files that analyzers look into, without parsing the others. */
export function analyzedFilesOf({
  class: connectorClass,
  files,
}: Pick<ConnectorFolder, 'class' | 'files'>): AnalyzedFiles {
  const packagePath = findPackage(packagePaths(connectorClass, files));
  return {
    script: readText(findFiles(files).script),
    icon: findIcon(files),
    packageFile: files.find(({ path }) => path === packagePath),
  };
}

/** The names among which the package is: only independent publishers commit it. */
const packagePaths = (
  connectorClass: ConnectorClass,
  files: readonly FileEntry[],
): readonly string[] =>
  connectorClass === 'independent-publisher'
    ? files.filter(({ kind }) => kind === 'file').map(({ path }) => path)
    : [];

const readText = (file: FileEntry | undefined): TextFile | undefined =>
  file?.bytes ? new TextFile(file.path, file.bytes) : undefined;

/** Parses the files of a connector's folder. Never throws: rules report what is wrong with them. */
export function readConnector({
  path,
  class: connectorClass,
  files,
  misplaced,
  scriptAnalysis,
  iconAnalysis,
  packageArchive,
}: ConnectorFolder): Connector {
  const json = (file: FileEntry | undefined): JsonFile | undefined =>
    file?.bytes ? new JsonFile(file.path, file.bytes) : undefined;

  const entries = findFiles(files);
  const definitionFile = json(entries.definition);
  const propertiesFile = json(entries.properties);
  const readme = readText(entries.readme);
  const script = readText(entries.script);
  const icon = findIcon(files);
  return {
    path,
    class: connectorClass,
    files,
    entries,
    misplaced,
    texts: [definitionFile, propertiesFile, readme, script].filter((file) => file !== undefined),
    definition:
      definitionFile && isObject(definitionFile.value)
        ? new Definition(definitionFile, definitionFile.value)
        : undefined,
    definitionFile,
    properties:
      propertiesFile && isObject(propertiesFile.value)
        ? new Properties(propertiesFile, propertiesFile.value)
        : undefined,
    propertiesFile,
    readme,
    script,
    scriptAnalysis: script && scriptAnalysis,
    icon,
    iconAnalysis: icon?.bytes && iconAnalysis,
    package: readPackage(packagePaths(connectorClass, files), packageArchive),
  };
}

/**
 * The file that an object or array is written in.
 *
 * @throws Error if it is not part of a file of the connector.
 */
export function fileOf(connector: Connector, at: JsonContainer): JsonFile {
  if (connector.definitionFile?.has(at)) return connector.definitionFile;
  if (connector.propertiesFile?.has(at)) return connector.propertiesFile;
  throw new Error('The object is not part of a file of the connector.');
}
