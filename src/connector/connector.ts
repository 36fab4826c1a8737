import { Definition } from './definition.ts';
import { JsonFile, TextFile } from './document.ts';
import { Properties } from './properties.ts';
import type { ScriptFacts } from './script.ts';
import { isObject, type JsonContainer } from './values.ts';

export const connectorClasses = ['certified', 'independent-publisher', 'custom'] as const;
export type ConnectorClass = (typeof connectorClasses)[number];

/** A file of a connector's folder as it was found. Links, submodules and files over a limit have no bytes. */
export interface FileEntry {
  /** The path within the folder, with slashes. */
  path: string;
  kind: 'file' | 'link' | 'submodule';
  /** Bytes. */
  size: number;
  bytes?: Uint8Array;
}

/** What goes in to make a connector. */
export interface ConnectorFolder {
  /** How the connector is called in reports: its path from the repository's root. */
  path: string;
  class: ConnectorClass;
  files: readonly FileEntry[];
  /** What a C# grammar told about the script, where it was asked. */
  scriptFacts?: ScriptFacts;
}

export interface Connector {
  path: string;
  class: ConnectorClass;
  files: readonly FileEntry[];
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
  scriptFacts: ScriptFacts | undefined;
  icon: FileEntry | undefined;
}

export const definitionName = 'apiDefinition.swagger.json';
export const propertiesName = 'apiProperties.json';

/** Reads what is in a connector's folder. Never throws, whatever the files contain: what is wrong with them is a finding. */
export function readConnector({ path, class: connectorClass, files, scriptFacts }: ConnectorFolder): Connector {
  const named = (name: string): FileEntry | undefined =>
    files.find((file) => file.path === name) ?? files.find((file) => file.path.toLowerCase() === name.toLowerCase());
  const text = (file: FileEntry | undefined): TextFile | undefined => (file?.bytes ? new TextFile(file.path, file.bytes) : undefined);
  const json = (file: FileEntry | undefined): JsonFile | undefined => (file?.bytes ? new JsonFile(file.path, file.bytes) : undefined);

  const definitionFile = json(named(definitionName));
  const propertiesFile = json(named(propertiesName));
  const readme = text(named('readme.md'));
  const script = text(named('script.csx'));
  return {
    path,
    class: connectorClass,
    files,
    texts: [definitionFile, propertiesFile, readme, script].filter((file) => file !== undefined),
    definition: definitionFile && isObject(definitionFile.value) ? new Definition(definitionFile, definitionFile.value) : undefined,
    definitionFile,
    properties: propertiesFile && isObject(propertiesFile.value) ? new Properties(propertiesFile, propertiesFile.value) : undefined,
    propertiesFile,
    readme,
    script,
    scriptFacts: script && scriptFacts,
    icon: named('icon.png'),
  };
}

/** The file an object was written in. Throws for an object of no file, which is our mistake. */
export function fileOf(connector: Connector, at: JsonContainer): JsonFile {
  if (connector.definitionFile?.has(at)) return connector.definitionFile;
  if (connector.propertiesFile?.has(at)) return connector.propertiesFile;
  throw new Error('an object that is of no file of the connector');
}

