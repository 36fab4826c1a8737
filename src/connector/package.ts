import { JsonFile } from '../json/document.ts';
import { asObject, asText, isObject, type JsonObject } from '../json/values.ts';
import { memoize } from '../shared/memoize.ts';
import { bytesOfBase64 } from '../shared/text.ts';
import type { Archive, ArchiveEntry, ArchiveProblem, XmlElement } from './archive.ts';

/** A file in the package, or in an archive in it. */
export interface PackageEntry extends Omit<ArchiveEntry, 'content'> {
  bytes: Uint8Array | undefined;
  /** The way to it from the package: `package.zip → PkgAssets/Flow.zip → solution.xml`. */
  place: string;
}

/** A problem of the package, or of an archive in it. */
export interface PackageProblem extends ArchiveProblem {
  /** The archive that has the problem; `''` for the package itself. */
  place: string;
}

/** A component that solution.xml lists. */
export interface RootComponent {
  /** The number of the platform: see `componentTypes`. */
  type: string;
  schemaName: string | undefined;
}

/** The platform's numbers of the components that a package contains. */
export const componentTypes = { connector: '372', workflow: '29' } as const;

/** A connector that customizations.xml lists. */
interface SolutionConnector {
  id: string | undefined;
  /** The name of the platform, such as `contoso_invoices`; also that of its files. */
  name: string | undefined;
  /** The files that it names, within the solution: `Connector/contoso_invoices_iconblob.Png`. */
  files: readonly string[];
}

/** A connection that a flow uses. */
interface ConnectionReference {
  /** The name by which the actions of the flow refer to it. */
  key: string;
  /** The name of its connector: `logicalName` if there is one, else `name`. */
  connector: string;
  /** Whether its connector may be the packaged one. */
  isPackaged: boolean;
}

/** An action or trigger of a flow that calls an operation of a connector. */
interface FlowCall {
  /** The `host` object, which has the `operationId`. */
  host: JsonObject;
  operationId: string;
  connectionName: string;
}

/** A flow of the flow solution. */
export interface Flow {
  entry: PackageEntry;
  file: JsonFile;
  connections: readonly ConnectionReference[];
  calls: readonly FlowCall[];
}

/** A zip in `PkgAssets/`. */
export interface Solution {
  /** In the package zip: `PkgAssets/Flow.zip`. */
  path: string;
  place: string;
  kind: 'connector' | 'flow' | 'other';
  entries: readonly PackageEntry[];
  connectors: readonly SolutionConnector[];
  /** The paths of the flows that customizations.xml lists, within the solution. */
  listedFlows: readonly string[];
  /** The files in `Workflows/`. */
  flowFiles: readonly PackageEntry[];
  /** Undefined if solution.xml cannot be read. */
  rootComponents: readonly RootComponent[] | undefined;
}

/** The certification package of an independent publisher: a zip in the connector's folder. */
export class ConnectorPackage {
  /** The name of the zip in the connector's folder. */
  readonly file: string;
  /** Other zips beside it. */
  readonly others: readonly string[];
  /** Undefined if the zip was not analyzed. */
  readonly archive: Archive | undefined;
  /** Of all archives. */
  readonly problems: readonly PackageProblem[];
  /** The files directly in the package. */
  readonly entries: readonly PackageEntry[];
  /** The zips at the root of the package; there must be one. */
  readonly inner: readonly PackageEntry[];
  /** The files in that zip. */
  readonly innerEntries: readonly PackageEntry[];
  /** Empty if the package has another layout. */
  readonly solutions: readonly Solution[];

  constructor(file: string, others: readonly string[], archive: Archive | undefined) {
    this.file = file;
    this.others = others;
    this.archive = archive;
    this.problems = problemsOf(archive, '');
    this.entries = placed(archive, '');
    this.inner = this.entries.filter((entry) => entry.archive && !entry.path.includes('/'));
    const [inner] = this.inner;
    this.innerEntries = inner && this.inner.length === 1 ? placed(inner.archive, inner.place) : [];
    this.solutions = this.innerEntries
      .filter(({ path, archive: nested }) => nested && /^PkgAssets\/[^/]+$/.test(path))
      .map(readSolution);
  }

  /** The paths of all files in it, and of those that have a problem. */
  get names(): readonly string[] {
    const problems = this.problems.flatMap(({ entry }) => entry ?? []);
    return [...problems, ...namesIn(this.archive)];
  }

  /** Whether all of it was read, so that what is not found is not there. */
  get isComplete(): boolean {
    return this.archive !== undefined && this.problems.length === 0;
  }

  /** The solution of a kind, if there is exactly one. */
  solution(kind: Solution['kind']): Solution | undefined {
    const [first, ...others] = this.solutions.filter((solution) => solution.kind === kind);
    return others.length === 0 ? first : undefined;
  }

  /** The flows of the flow solution that are JSON objects. */
  get flows(): readonly Flow[] {
    this.#flowsCache ??= this.#readFlows();
    return this.#flowsCache;
  }
  #flowsCache: readonly Flow[] | undefined;

  #readFlows(): Flow[] {
    const [connector] = this.solution('connector')?.connectors ?? [];
    return (this.solution('flow')?.flowFiles ?? []).flatMap((entry) => {
      const file = jsonOf(entry);
      return file && isObject(file.value)
        ? [readFlow(entry, file, file.value, connector?.name)]
        : [];
    });
  }
}

/**
 * Finds the package among the names of a folder's files: `ConnectorPackage.zip`, else the first zip
 * named like a package, else the first zip. Undefined without a zip at the root of the folder.
 */
export function findPackage(names: readonly string[]): string | undefined {
  const zips = names.filter(isPackageName);
  return (
    zips.find((name) => name.toLowerCase() === packageName.toLowerCase()) ??
    zips.find((name) => name.toLowerCase().includes('package')) ??
    zips[0]
  );
}

export const packageName = 'ConnectorPackage.zip';

/** Whether a file is a zip archive at the root of the connector's folder. */
export const isPackageName = (path: string): boolean => /^[^/]+\.zip$/i.test(path);

/** Reads the package of a folder, of which `names` are the files. */
export function readPackage(
  names: readonly string[],
  archive: Archive | undefined,
): ConnectorPackage | undefined {
  const file = findPackage(names);
  return file === undefined
    ? undefined
    : new ConnectorPackage(
        file,
        names.filter((name) => name !== file && isPackageName(name)),
        archive,
      );
}

const namesIn = (archive: Archive | undefined): string[] =>
  (archive?.entries ?? []).flatMap(({ path, archive: nested }) => [path, ...namesIn(nested)]);

const within = (place: string, path: string): string =>
  place === '' ? path : `${place} → ${path}`;

const placed = (archive: Archive | undefined, place: string): PackageEntry[] =>
  (archive?.entries ?? []).map(({ content, ...entry }) => ({
    ...entry,
    bytes: content === undefined ? undefined : bytesOfBase64(content),
    place: within(place, entry.path),
  }));

const problemsOf = (archive: Archive | undefined, place: string): PackageProblem[] => [
  ...(archive?.problems ?? []).map((problem) => ({ ...problem, place })),
  ...(archive?.entries ?? []).flatMap((entry) =>
    problemsOf(entry.archive, within(place, entry.path)),
  ),
];

/** The paths of entries, to look up paths in any case. */
export const lowerCasedPaths = (entries: readonly PackageEntry[]): ReadonlySet<string> =>
  new Set(entries.map(({ path }) => path.toLowerCase()));

/** The entry at a path, in any case. */
export const entryAt = (entries: readonly PackageEntry[], path: string): PackageEntry | undefined =>
  entries.find((entry) => entry.path.toLowerCase() === path.toLowerCase());

/** Without the byte-order mark that exports may begin with. */
export const withoutMark = (bytes: Uint8Array): Uint8Array =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;

/** A JSON file of the package, named by its place. Exports may begin with a byte-order mark. */
export const jsonOf = memoize(
  ({ place, bytes }: PackageEntry): JsonFile | undefined =>
    bytes && new JsonFile(place, withoutMark(bytes)),
);

/** A file of the connector in a solution, by the end of its name: `openapidefinition.json`. */
export const connectorFile = (
  { entries }: Pick<Solution, 'entries'>,
  ending: string,
): PackageEntry | undefined =>
  entries.find(
    ({ path }) =>
      /^Connector\/[^/]+$/i.test(path) && path.toLowerCase().endsWith(`_${ending.toLowerCase()}`),
  );

function readSolution({ path, place, archive }: PackageEntry): Solution {
  const entries = placed(archive, place);
  const customizations = rootOf(entryAt(entries, 'customizations.xml'));
  const connectors = (customizations ? below(customizations, 'Connectors', 'Connector') : []).map(
    readSolutionConnector,
  );
  const listedFlows = (
    customizations ? below(customizations, 'Workflows', 'Workflow', 'JsonFileName') : []
  ).map(({ text }) => withoutSlash(text));
  const flowFiles = entries.filter((entry) => /^Workflows\/[^/]+\.json$/i.test(entry.path));
  const manifest = rootOf(entryAt(entries, 'solution.xml'));
  return {
    path,
    place,
    kind: kindOf(entries, connectors.length > 0, listedFlows.length + flowFiles.length > 0),
    entries,
    connectors,
    listedFlows,
    flowFiles,
    rootComponents:
      manifest &&
      below(manifest, 'SolutionManifest', 'RootComponents', 'RootComponent').map(
        ({ attributes: { type = '', schemaName } }) => ({ type, schemaName }),
      ),
  };
}

/** A flow solution may contain its connector too. */
function kindOf(
  entries: readonly PackageEntry[],
  hasConnectors: boolean,
  hasFlows: boolean,
): Solution['kind'] {
  if (hasFlows) return 'flow';
  const hasFiles = entries.some(({ path }) => /^Connector\//i.test(path));
  return hasConnectors || hasFiles ? 'connector' : 'other';
}

const rootOf = (entry: PackageEntry | undefined): XmlElement | undefined =>
  entry?.xml && 'root' in entry.xml ? entry.xml.root : undefined;

const withoutSlash = (path: string): string => path.replace(/^\//, '');

/** The elements at the end of a path of names. */
function below(element: XmlElement, ...path: readonly string[]): readonly XmlElement[] {
  let elements: readonly XmlElement[] = [element];
  for (const name of path)
    elements = elements.flatMap(({ children }) => children.filter((child) => child.name === name));
  return elements;
}

function readSolutionConnector(element: XmlElement): SolutionConnector {
  const textOf = (name: string): string | undefined => below(element, name)[0]?.text;
  return {
    id: textOf('connectorid'),
    name: textOf('name'),
    files: element.children
      .map(({ text }) => text)
      .filter((text) => /^\/Connector\/[^/]+$/i.test(text))
      .map(withoutSlash),
  };
}

function readFlow(
  entry: PackageEntry,
  file: JsonFile,
  value: JsonObject,
  connector: string | undefined,
): Flow {
  const properties = asObject(value.properties);
  const references = asObject(properties?.connectionReferences) ?? {};
  const connections = Object.keys(references).map((key): ConnectionReference => {
    const api = asObject(asObject(references[key])?.api);
    const name = asText(api?.name) ?? '';
    const logicalName = asText(api?.logicalName);
    return {
      key,
      connector: logicalName ?? name,
      isPackaged:
        logicalName === undefined || connector === undefined
          ? isCustomApi.test(name)
          : logicalName.toLowerCase() === connector.toLowerCase(),
    };
  });
  const calls: FlowCall[] = [];
  collectCalls(asObject(properties?.definition), calls);
  return { entry, file, connections, calls };
}

/**
 * The name of the API of any connector that is not certified yet. It ends with a number of the
 * environment, and says little about the name of the connector.
 */
const isCustomApi = /^shared_.*-5f[0-9a-f]{16,}/i;

/** Actions contain actions: loops, conditions, scopes. The parser limits the depth. */
function collectCalls(value: unknown, calls: FlowCall[]): void {
  if (Array.isArray(value)) for (const item of value) collectCalls(item, calls);
  if (!isObject(value)) return;
  const host = asObject(value.host);
  const operationId = asText(host?.operationId);
  const connectionName = asText(host?.connectionName);
  if (host && operationId !== undefined && connectionName !== undefined)
    calls.push({ host, operationId, connectionName });
  for (const item of Object.values(value)) collectCalls(item, calls);
}
