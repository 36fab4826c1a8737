import {
  definitionName,
  propertiesName,
  type Connector,
  type FileEntry,
  type Misplaced,
} from '../../connector/connector.ts';
import { fileNames } from '../../connector/file-names.ts';
import { safe, wholeFile } from '../../shared/finding.ts';
import { limits } from '../../shared/limits.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';
import { adviceOn, strayFiles } from './stray-files.ts';

/** Rounds up, so that a file over a limit is not said to have exactly that size. */
const megabytes = (bytes: number): string =>
  `${Math.ceil((bytes / 1024 / 1024) * 100) / 100} MB`;

/** The platform's size limit for a definition or a script. */
const maxPlatformBytes = 1024 * 1024;

/** Replaces bytes of a path that are not UTF-8. */
const notUtf8 = '\ufffd';

const kinds: Record<Exclude<FileEntry['kind'], 'file'>, string> = {
  link: 'a symbolic link',
  submodule: 'a git submodule',
  special: 'a named pipe, a socket or a device',
};

const instead: Record<Misplaced, (path: string) => string> = {
  link: (path) => safe`${path} is a symbolic link. Replace it with the folder itself.`,
  submodule: (path) =>
    safe`${path} is a git submodule or another repository. Replace it with the files of ` +
    'the connector.',
  special: (path) => safe`${path} is a named pipe, a socket or a device. Remove it.`,
  file: (path) =>
    safe`${path} is a file, but each connector has its own folder. Move the file into a ` +
    "connector's folder, or remove it.",
  name: (path) =>
    safe`The name ${path} is not valid UTF-8, so its contents were not checked. Rename it.`,
  unreadable: (path) =>
    safe`${path} cannot be listed, so its contents were not checked. Make it readable.`,
  empty: (path) =>
    safe`${path} is empty; a git submodule that was not fetched looks the same. Add the ` +
    'files of the connector, or remove the folder.',
};

/** What to say if there is a folder in the place of a file. */
const isFolder = ({ files: entries }: Connector, name: string): string | undefined =>
  entries.some(({ path }) => path.toLowerCase().startsWith(`${name.toLowerCase()}/`))
    ? safe`${name} is a folder. Replace it with the file of that name.`
    : undefined;

/** Whether the folder has neither the definition nor the properties. */
const hasNoFiles = ({ entries }: Connector): boolean => !entries.definition && !entries.properties;

/**
 * A rule about a file that is missing. If nothing of the connector is there, DefinitionFileMissing
 * names all files that are missing. If the certification package of an independent publisher is
 * there, a missing file is a warning: 4 of the 62 accepted since November 2024 lack one.
 */
const missing = (
  role: 'definition' | 'properties' | 'readme',
  rule: Omit<Rule, 'check'>,
  message: (connector: Connector) => string,
): Rule => ({
  ...rule,
  *check(connector): Iterable<RuleViolation> {
    const { entries, misplaced } = connector;
    const name = fileNames[role];
    const folder = isFolder(connector, name);
    const isNamedByDefinition =
      role !== 'definition' &&
      hasNoFiles(connector) &&
      folder === undefined &&
      isFolder(connector, definitionName) === undefined;
    if (misplaced || entries[role] || isNamedByDefinition) return;
    yield {
      location: wholeFile(name),
      message: folder ?? message(connector),
      ...(connector.package && { severity: 'warning' }),
    };
  },
});

function definitionMissing(connector: Connector): string {
  const { entries, package: certificationPackage } = connector;
  const names = (['definition', 'properties', 'readme'] as const)
    .filter((role) => !entries[role])
    .map((role) => fileNames[role]);
  if (certificationPackage)
    return (
      safe`The folder has the package ${certificationPackage.file} but not ${names}. Add the ` +
      'missing files next to it: reviewers read them, and updates are compared with them.'
    );
  return hasNoFiles(connector)
    ? safe`The folder has none of ${names}. Download the files with the connector, or write ` +
        'them from the templates.'
    : safe`The folder has no ${definitionName}. Export the connector's definition and add ` +
        'it under this name.';
}

export const files: Rule[] = [
  missing(
    'definition',
    {
      id: 'DefinitionFileMissing',
      severity: 'error',
      description: `A connector has a definition file, ${definitionName}.`,
      rationale:
        'The definition is the connector: its operations, parameters and responses come ' +
        'only from this file.',
    },
    definitionMissing,
  ),
  missing(
    'properties',
    {
      id: 'PropertiesFileMissing',
      severity: certificationSeverity,
      description: `A connector has a properties file, ${propertiesName}.`,
      rationale:
        'It defines how users sign in, who publishes the connector, and its brand color. ' +
        'Without it, the connector cannot be deployed.',
    },
    () =>
      safe`The folder has no ${propertiesName}. Download it with the connector, or write ` +
      'one from the templates.',
  ),
  missing(
    'readme',
    {
      id: 'ReadmeMissing',
      severity: { certified: 'warning', 'independent-publisher': 'error', custom: 'warning' },
      description: 'A connector has a readme.',
      rationale:
        'It becomes the documentation page: who publishes the connector, what users need, ' +
        'how they get credentials, and which issues are known.',
      policies: ['5000.1.1.2'],
    },
    () =>
      safe`The folder has no ${'readme.md'}. Write one from the template for this class of ` +
      'connector.',
  ),
  {
    id: 'FileNameSpelling',
    severity: certificationSeverity,
    description: `The files are named ${Object.values(fileNames)
      .map((name) => `\`${name}\``)
      .join(', ')}, and are next to each other in the folder of the connector.`,
    rationale:
      'Deployment looks for these names, on a system where file names are case-sensitive. ' +
      'A definition with another name is checked here, but not deployed.',
    *check({ entries }) {
      const moved = new Map<string, string[]>();
      for (const role of ['definition', 'properties', 'readme', 'script'] as const) {
        const path = entries[role]?.path;
        const name = fileNames[role];
        if (path === undefined || path === name) continue;
        const slash = path.lastIndexOf('/');
        if (slash >= 0) {
          const folder = path.slice(0, slash);
          moved.set(folder, [...(moved.get(folder) ?? []), path]);
          continue;
        }
        const isCaseOnly = path.toLowerCase() === name.toLowerCase();
        if (isCaseOnly && role === 'readme') continue;
        const isNeeded = role === 'definition' || role === 'properties';
        yield {
          location: wholeFile(path),
          message:
            `${safe`The file is named ${path}.`} Rename it to ` +
            safe`${name}, the name that deployment looks for.`,
          ...((isCaseOnly || !isNeeded) && { severity: 'warning' }),
        };
      }
      for (const [folder, [path = '', ...others]] of moved) {
        const more = others.length === 0 ? 'is' : `and ${others.length} more are`;
        yield {
          location: wholeFile(path),
          message:
            `${safe`${path}`} ${more} in the folder ${safe`${folder}`}, where deployment does ` +
            'not look. Move the contents of that folder into the folder of the connector.',
        };
      }
    },
  },
  {
    id: 'FileNotAllowed',
    severity: { certified: 'warning', 'independent-publisher': 'error', custom: 'warning' },
    description:
      'A connector folder contains only the definition, the properties, the readme, the ' +
      "script and the icon. An independent publisher's folder may also contain the " +
      'certification package.',
    rationale:
      'Screenshots, archives, build output and settings make every clone larger forever, ' +
      'and settings reveal environment IDs.',
    *check(connector) {
      for (const { path, count } of strayFiles(connector)) {
        if (path.includes(notUtf8)) continue;
        const { advice, isError } = adviceOn(path, connector);
        const more =
          count > 1
            ? ` and ${count - 1} more in ${safe`${path.slice(0, path.indexOf('/'))}`} do`
            : ' does';
        yield {
          location: wholeFile(path),
          message: `${safe`${path}`}${more} not belong in a connector folder. ${advice}`,
          ...(!isError && { severity: 'warning' }),
        };
      }
    },
  },
  {
    id: 'LinkNotAllowed',
    severity: 'error',
    description:
      'A connector folder contains only regular files: no symbolic links, submodules, ' +
      'pipes or devices.',
    rationale:
      'A link can point at any file on the machine that reads it, and a pipe or device ' +
      'can block that machine. They are never opened.',
    *check(connector) {
      for (const { path, kind } of connector.files) {
        if (kind !== 'file')
          yield {
            location: wholeFile(path),
            message: `${safe`${path} is`} ${kinds[kind]}. Replace it with the file itself.`,
          };
      }
    },
  },
  {
    id: 'FileUnreadable',
    severity: 'error',
    description: 'Every file of a connector can be read.',
    rationale:
      'A file that cannot be read was not checked, so the result would cover only part of ' +
      'the connector.',
    *check(connector) {
      for (const { path, unreadable } of connector.files) {
        if (unreadable !== undefined)
          yield {
            location: wholeFile(path),
            message:
              safe`${path} could not be read, so it was not checked: ${unreadable}. Make ` +
              'it readable, or remove it.',
          };
      }
    },
  },
  {
    id: 'FileNameNotUtf8',
    severity: 'error',
    description: 'File names are valid UTF-8.',
    rationale:
      'git accepts any bytes in a name, but Windows, macOS and most tools do not: a ' +
      'checkout fails or changes the name. Such a file is not opened.',
    *check(connector) {
      for (const { path } of connector.files) {
        const at = path.indexOf(notUtf8);
        if (at < 0) continue;
        const end = path.indexOf('/', at);
        // If the bytes are in the name of a folder, report the folder.
        const name = end < 0 ? path : path.slice(0, end);
        yield {
          location: wholeFile(name),
          message:
            safe`The name ${name} is not valid UTF-8, so its contents were not opened. ` +
            'Rename it, or remove it.',
        };
      }
    },
  },
  {
    id: 'ConnectorFolderInvalid',
    severity: 'error',
    description:
      'Each entry in a class folder is the folder of a connector, not a link, a submodule ' +
      'or a file.',
    rationale:
      'The target of a link or submodule was not checked and can change later without a ' +
      'pull request. A file belongs to no connector, so nobody owns or checks it.',
    *check({ path, misplaced }) {
      if (misplaced) yield { location: wholeFile(''), message: instead[misplaced](path) };
    },
  },
  {
    id: 'FileTooLarge',
    severity: 'error',
    description:
      `A file has at most ${megabytes(limits.fileBytes)}; a definition or a script has at ` +
      `most ${megabytes(maxPlatformBytes)}.`,
    rationale:
      'The platform rejects larger definitions and scripts, and no other file of a ' +
      'connector needs that much space.',
    policies: ['5000.2.1.2'],
    *check(connector) {
      const { definition, script } = connector.entries;
      for (const file of connector.files) {
        const { path, size } = file;
        const platform = file === definition || file === script;
        if (size > limits.fileBytes) {
          yield {
            location: wholeFile(path),
            message:
              `${safe`${path} has`} ${megabytes(size)}, more than the limit of ` +
              `${megabytes(limits.fileBytes)}, so it was not checked. Reduce its size.`,
          };
        } else if (platform && size > maxPlatformBytes) {
          yield {
            location: wholeFile(path),
            message:
              `${safe`${path} has`} ${megabytes(size)}, but the platform accepts at most ` +
              `${megabytes(maxPlatformBytes)}. Remove operations and schemas that users ` +
              'do not need, or split the connector.',
          };
        }
      }
    },
  },
  {
    id: 'ConnectorTooLarge',
    severity: 'error',
    description:
      `A connector folder has at most ${limits.files} files and ` +
      `${megabytes(limits.totalBytes)} in total.`,
    rationale:
      'Files beyond the limit are not read, so that no pull request can keep the checks busy.',
    *check(connector) {
      const total = connector.files.reduce((sum, { size }) => sum + size, 0);
      if (connector.files.length > limits.files) {
        yield {
          location: wholeFile(''),
          detail: 'files',
          message:
            `The folder has more than ${limits.files} files, so the rest were not ` +
            'checked. Keep only the files of the connector.',
        };
      }
      if (total > limits.totalBytes) {
        yield {
          location: wholeFile(''),
          detail: 'bytes',
          message:
            `The folder has ${megabytes(total)}, more than the limit of ` +
            `${megabytes(limits.totalBytes)}, so some files were not checked. Keep only ` +
            'the files of the connector.',
        };
      }
    },
  },
];
