import { isObject } from '../json/values.ts';
import { memoize } from '../shared/memoize.ts';
import { wholeFile, type EntryLocation, type Location } from '../shared/finding.ts';
import {
  definitionName,
  iconName,
  propertiesName,
  readConnector,
  type Connector,
  type FileEntry,
} from './connector.ts';
import { connectorFile, jsonOf, withoutMark, type PackageEntry, type Solution } from './package.ts';

/** The connector in a package, as if it were in a folder. */
export interface PackagedConnector {
  /**
   * Its files are named as those of a folder, so that rules find the same in both. Other text files
   * of the package have their places as names. Its properties are only the connection parameters
   * and the policies, because nothing else of them is packaged.
   */
  connector: Connector;
  definition: PackageEntry;
  /** The location in the package of a location in `connector`; undefined for what it has not. */
  locate: (location: Location) => Location | undefined;
}

/** The parts of apiProperties.json that a package has in files of their own. */
const propertyFiles = {
  connectionParameters: 'connectionparameters.json',
  connectionParameterSets: 'connectionparametersets.json',
  policyTemplateInstances: 'policytemplateinstances.json',
} as const;

const signInKeys: readonly string[] = ['connectionParameters', 'connectionParameterSets'];

/** Lines of the properties that were made of files of the package. */
interface PropertyLines {
  entry: PackageEntry;
  pointer: string;
  /** The first line, and the line after the last one. */
  start: number;
  end: number;
}

/** Undefined without a package that has the definition of a connector. */
export const packagedConnectorOf = memoize((folder: Connector): PackagedConnector | undefined => {
  const solution = folder.package?.isComplete ? folder.package.solution('connector') : undefined;
  const definition = solution && connectorFile(solution, 'openapidefinition.json');
  if (!folder.package || !solution || !definition?.bytes) return undefined;
  const { file: zip } = folder.package;
  const properties = propertiesOf(solution, folder);
  const script = connectorFile(solution, 'customcodeblobcontent.csx');
  const icon = connectorFile(solution, 'iconblob.png');
  const files = [
    fileOf(definitionName, withoutMark(definition.bytes)),
    fileOf(propertiesName, properties.bytes),
    ...(script?.bytes ? [fileOf('script.csx', script.bytes)] : []),
    ...(icon?.bytes ? [fileOf(iconName, icon.bytes)] : []),
  ];
  const places = new Map<string, string>([
    [definitionName, definition.place],
    ...(script ? [['script.csx', script.place] as const] : []),
  ]);
  for (const { place, bytes } of otherTexts(folder, solution, new Set(places.values()))) {
    files.push(fileOf(place, bytes));
    places.set(place, place);
  }
  return {
    connector: readConnector({ path: folder.path, class: folder.class, files }),
    definition,
    locate: (location) => {
      const part = properties.lines.find(
        ({ start, end }) =>
          location.file === propertiesName && start <= location.line && location.line < end,
      );
      if (part)
        return inPackage(zip, {
          path: part.entry.place,
          pointer: location.pointer.startsWith(part.pointer)
            ? location.pointer.slice(part.pointer.length)
            : '',
          line: location.line - part.start + 1,
          column: location.column,
        });
      if (location.file === propertiesName) return undefined;
      const path = places.get(location.file);
      const { pointer, line, column } = location;
      // A name in which a secret was masked leads nowhere.
      return path === undefined ? wholeFile(zip) : inPackage(zip, { path, pointer, line, column });
    },
  };
});

/** The location of a place in a package: the package as a whole, with the place in it. */
export const inPackage = (zip: string, entry: EntryLocation): Location => ({
  ...wholeFile(zip),
  entry,
});

const fileOf = (path: string, bytes: Uint8Array): FileEntry => ({
  path,
  kind: 'file',
  size: bytes.length,
  bytes,
});

/**
 * Puts the files of a package together as the properties of a folder, each on lines of its own, so
 * that a line and a column lead back to the file. Files that are not JSON are left out. If none says
 * how users sign in, which is a finding of its own, the rest is as in the folder.
 */
function propertiesOf(
  solution: Solution,
  folder: Connector,
): { bytes: Uint8Array; lines: PropertyLines[] } {
  let text = '{"properties":{';
  let line = 2;
  let separator = '';
  let hasSignIn = false;
  const lines: PropertyLines[] = [];
  for (const [key, ending] of Object.entries(propertyFiles)) {
    const entry = connectorFile(solution, ending);
    const file = entry && jsonOf(entry);
    hasSignIn ||=
      file?.issues.length === 0 &&
      signInKeys.includes(key) &&
      (file.value === null || isObject(file.value));
    if (
      !file ||
      (Array.isArray(file.value) && signInKeys.includes(key)) ||
      file.issues.length > 0 ||
      (!isObject(file.value) && !Array.isArray(file.value))
    )
      continue;
    text += `${separator}"${key}":\n${file.text}\n`;
    separator = ',';
    const end = line + file.text.split('\n').length;
    lines.push({ entry, pointer: `/properties/${key}`, start: line, end });
    line = end + 1;
  }
  if (!hasSignIn)
    for (const key of signInKeys) {
      const value = folder.properties?.inner[key];
      if (value === undefined) continue;
      text += `${separator}"${key}":${JSON.stringify(value)}\n`;
      separator = ',';
    }
  return { bytes: new TextEncoder().encode(`${text}}}`), lines };
}

/** Files of the package that rules about all files look into, without copies of others. */
function otherTexts(
  { package: connectorPackage }: Connector,
  solution: Solution,
  used: ReadonlySet<string>,
): { place: string; bytes: Uint8Array }[] {
  const { entries = [], innerEntries = [], solutions = [] } = connectorPackage ?? {};
  const isCopy = (entry: PackageEntry): boolean =>
    solution.entries.some(
      (own) => own.path === entry.path && own.place !== entry.place && hasSameBytes(own, entry),
    );
  return [...entries, ...innerEntries, ...solutions.flatMap((of) => of.entries)].flatMap((entry) =>
    entry.bytes && !/\.png$/i.test(entry.path) && !used.has(entry.place) && !isCopy(entry)
      ? [{ place: entry.place, bytes: entry.bytes }]
      : [],
  );
}

const hasSameBytes = ({ bytes: a }: PackageEntry, { bytes: b }: PackageEntry): boolean =>
  a?.length === b?.length && a?.every((byte, index) => byte === b?.[index]) === true;
