import { Definition } from './definition.ts';
import { JsonFile, TextFile } from '../json/document.ts';
import { isIconName, type IconAnalysis } from './icon.ts';
import { Properties } from './properties.ts';
import type { ScriptAnalysis } from './script.ts';
import { isObject, type JsonContainer } from '../json/values.ts';

export const connectorClasses = ['certified', 'independent-publisher', 'custom'] as const;
export type ConnectorClass = (typeof connectorClasses)[number];

/**
 * A file of a connector's folder as it was found. Only files have bytes, and not those that are
 * over a limit or cannot be read.
 */
export interface FileEntry {
  /** The path within the folder, with slashes. What is not UTF-8 in it is U+FFFD. */
  path: string;
  /** `special`: a named pipe, a socket or a device. */
  kind: 'file' | 'link' | 'submodule' | 'special';
  /** Bytes. */
  size: number;
  bytes?: Uint8Array;
  /** Why a file that is within the limits could not be read. */
  unreadable?: string;
}

/**
 * What stands in the place of a connector's folder, or is wrong with the folder so that nothing in
 * it was looked at.
 */
export type Misplaced =
  | Exclude<FileEntry['kind'], 'file'>
  | 'file'
  | 'name'
  | 'unreadable'
  | 'empty';

/** What instruments tell of a connector's files beyond what stands in them. */
export interface Analysis {
  /** What a C# grammar told about the script, where it was asked. */
  scriptAnalysis?: ScriptAnalysis;
  /** What was measured of the icon, where it was asked. */
  iconAnalysis?: IconAnalysis;
}

/** What goes in to make a connector. */
export interface ConnectorFolder extends Analysis {
  /** How the connector is called in reports: its path from the repository's root. */
  path: string;
  class: ConnectorClass;
  files: readonly FileEntry[];
  /** Where there is no folder that could be read; `files` is empty then. */
  misplaced?: Misplaced;
}

export interface Connector {
  path: string;
  class: ConnectorClass;
  files: readonly FileEntry[];
  misplaced: Misplaced | undefined;
  /** The JSON and text files that were read, whatever is in them. */
  texts: readonly TextFile[];
  /** Undefined where the file is missing, could not be read, or is no JSON object. */
  definition: Definition | undefined;
  definitionFile: JsonFile | undefined;
  properties: Properties | undefined;
  propertiesFile: JsonFile | undefined;
  readme: TextFile | undefined;
  script: TextFile | undefined;
  /** Undefined where there is no script, or nobody has read it with a C# grammar. */
  scriptAnalysis: ScriptAnalysis | undefined;
  /** See `findIcon`. */
  icon: FileEntry | undefined;
  /** Undefined where there is no icon with bytes, or nobody has measured it. */
  iconAnalysis: IconAnalysis | undefined;
}

export const definitionName = 'apiDefinition.swagger.json';
export const propertiesName = 'apiProperties.json';
export const iconName = 'icon.png';

/** The file of a name, in other capitals where there is none in these. */
const findFile = (files: readonly FileEntry[], name: string): FileEntry | undefined =>
  files.find((file) => file.path === name) ??
  files.find((file) => file.path.toLowerCase() === name.toLowerCase());

/** `icon.png` in whatever capitals, else a file whose name says that it is meant as one. */
export const findIcon = (files: readonly FileEntry[]): FileEntry | undefined =>
  findFile(files, iconName) ?? files.find(({ path }) => isIconName(path));

/**
 * Reads what is in a connector's folder. Never throws, whatever the files contain: what is wrong
 * with them is a finding.
 */
export function readConnector({
  path,
  class: connectorClass,
  files,
  misplaced,
  scriptAnalysis,
  iconAnalysis,
}: ConnectorFolder): Connector {
  const named = (name: string): FileEntry | undefined => findFile(files, name);
  const text = (file: FileEntry | undefined): TextFile | undefined =>
    file?.bytes ? new TextFile(file.path, file.bytes) : undefined;
  const json = (file: FileEntry | undefined): JsonFile | undefined =>
    file?.bytes ? new JsonFile(file.path, file.bytes) : undefined;

  const definitionFile = json(named(definitionName));
  const propertiesFile = json(named(propertiesName));
  const readme = text(named('readme.md'));
  const script = text(named('script.csx'));
  const icon = findIcon(files);
  return {
    path,
    class: connectorClass,
    files,
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
  };
}

/** The file an object was written in. Throws for an object of no file, which is our mistake. */
export function fileOf(connector: Connector, at: JsonContainer): JsonFile {
  if (connector.definitionFile?.has(at)) return connector.definitionFile;
  if (connector.propertiesFile?.has(at)) return connector.propertiesFile;
  throw new Error('an object that is of no file of the connector');
}
