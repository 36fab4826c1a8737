/** What a file of a connector is for. */
export type FileRole = 'definition' | 'properties' | 'readme' | 'script';

/** The name that the platform and the documentation expect of each file. */
export const fileNames = {
  definition: 'apiDefinition.swagger.json',
  properties: 'apiProperties.json',
  readme: 'readme.md',
  script: 'script.csx',
} as const satisfies Record<FileRole, string>;

/**
 * Other names that people give these files, in lower case. From accepted connectors:
 * `apiDefinition.json`, `CQC-Connector.swagger.json`, `openapidefinition.json`, `readme.md.txt` and
 * `Script.cs`.
 */
const otherNames: Readonly<Record<FileRole, RegExp>> = {
  definition:
    /^(?!.*(?:propert|schema|settings)).*(?:swagger|openapi|api[\W_]*def|definition).*\.(?:json|txt)$/,
  properties: /^(?!.*schema).*(?:propert|api[\W_]*(?:prop|settings)).*\.(?:json|txt)$/,
  readme: /^read[\W_]*me(?:[\W_]\w{1,20})?(?:\.md|\.markdown|\.txt){0,2}$/,
  script: /^script\.(?:cs|txt|csx\.txt)$|^[^.].*\.csx$/,
};

/** A longer name is not one of these files. */
const maxNameLength = 100;

const roles = ['properties', 'definition', 'readme', 'script'] as const;

/** The folder of a path, with a slash at its end; `''` for the connector's own folder. */
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** The name of a file without its folder, in lower case. */
const baseName = (path: string): string => path.slice(folderOf(path).length).toLowerCase();

const hasOfficialName = (path: string, role: FileRole): boolean =>
  baseName(path) === fileNames[role].toLowerCase();

/** What a file is for, by its name alone. Undefined if the name fits no role. */
export function roleOf(path: string): FileRole | undefined {
  const name = baseName(path);
  return (
    roles.find((role) => hasOfficialName(name, role)) ??
    (name.length > maxNameLength ? undefined : roles.find((role) => otherNames[role].test(name)))
  );
}

/** Lower is better; Infinity if the file does not have the role. */
function rankOf(path: string, role: FileRole): number {
  if (path === fileNames[role]) return 0;
  const depth = path.split('/').length - 1;
  if (hasOfficialName(path, role)) return 1 + depth;
  return depth === 0 && roleOf(path) === role ? 1000 : Infinity;
}

/** The file that fits a role best; the first of several that fit equally. */
function bestOf<File extends { path: string }>(
  files: readonly File[],
  role: FileRole,
): File | undefined {
  let best: File | undefined;
  let smallest = Infinity;
  for (const file of files) {
    const rank = rankOf(file.path, role);
    if (rank < smallest) [best, smallest] = [file, rank];
  }
  return best;
}

/** Keys at the top of a definition, and in the properties. */
const contents = {
  definition: /^\s*\{[^]*?"(?:swagger|openapi)"\s*:\s*"[23]\./,
  properties: /^\s*\{[^]*?"(?:connectionParameters|connectionParameterSets|iconBrandColor)"\s*:/,
} as const satisfies Partial<Record<FileRole, RegExp>>;

/** The bytes of a file in which `contents` are looked for. */
const firstBytes = 4096;

/** The only JSON file of the folder without a role whose text shows what it is for. */
function byContents<File extends NamedFile>(
  files: readonly File[],
  role: keyof typeof contents,
): File | undefined {
  const fitting = files.filter(
    ({ path, bytes }) =>
      bytes !== undefined &&
      /^[^/]+\.json$/i.test(path) &&
      roleOf(path) === undefined &&
      contents[role].test(new TextDecoder().decode(bytes.subarray(0, firstBytes))),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

interface NamedFile {
  path: string;
  bytes?: Uint8Array;
}

/**
 * The files of a connector's folder that have a role: by their official names, else in another case,
 * in a folder below, under a name that people give them, or by what they contain, if that was read.
 * `FileNameSpelling` reports other names.
 */
export function findFiles<File extends NamedFile>(
  files: readonly File[],
): { [role in FileRole]: File | undefined } {
  const definition = bestOf(files, 'definition') ?? byContents(files, 'definition');
  const properties = bestOf(files, 'properties') ?? byContents(files, 'properties');
  const folder = folderOf((definition ?? properties)?.path ?? '');
  const beside = files.filter(({ path }) => ['', folder].includes(folderOf(path)));
  return {
    definition,
    properties,
    readme: bestOf(beside, 'readme'),
    script: bestOf(beside, 'script'),
  };
}
