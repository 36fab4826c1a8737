import {
  definitionName,
  propertiesName,
  type Connector,
  type FileEntry,
  type Misplaced,
} from '../../connector/connector.ts';
import { safe, wholeFile } from '../../shared/finding.ts';
import { limits } from '../../shared/limits.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';

const megabytes = (bytes: number): string => `${Number((bytes / 1024 / 1024).toFixed(2))} MB`;

const has = (connector: Connector, name: string): boolean =>
  connector.files.some(({ path }) => path.toLowerCase() === name.toLowerCase());

/**
 * The files a connector consists of, in small letters; `intro.md` is the documentation site's own.
 */
const belongs = new Set([
  'apidefinition.swagger.json',
  'apiproperties.json',
  'readme.md',
  'script.csx',
  'icon.png',
  'intro.md',
]);
/** The platform's size limit for a definition and for a script. */
const maxPlatformBytes = 1024 * 1024;

/** What stands in a path for bytes that are not UTF-8. */
const notUtf8 = '\ufffd';

const kinds: Record<Exclude<FileEntry['kind'], 'file'>, string> = {
  link: 'a symbolic link',
  submodule: 'a git submodule',
  special: 'a named pipe, a socket or a device',
};

const instead: Record<Misplaced, (path: string) => string> = {
  link: (path) => safe`${path} is a symbolic link. Put the folder itself here.`,
  submodule: (path) =>
    safe`${path} is a git submodule or another repository. ` +
    safe`Put the files of the connector themselves here.`,
  special: (path) => safe`${path} is a named pipe, a socket or a device. Remove it.`,
  file: (path) =>
    safe`${path} is a file, and connectors have a folder each. ` +
    safe`Move it into the folder of a connector, or remove it.`,
  name: (path) => safe`The name ${path} is not UTF-8, so nothing in it was checked. Rename it.`,
  unreadable: (path) =>
    safe`${path} cannot be listed, so nothing in it was checked. ` +
    safe`Give it permissions that let it be read.`,
  empty: (path) =>
    safe`${path} is empty, which is also how a git submodule looks that was not fetched. ` +
    safe`Put the files of the connector here, or remove it.`,
};

const missing = (name: string, rule: Omit<Rule, 'check'>, message: string): Rule => ({
  ...rule,
  *check(connector): Iterable<RuleViolation> {
    if (connector.misplaced || has(connector, name)) return;
    const below = connector.files.some(({ path }) =>
      path.toLowerCase().startsWith(`${name.toLowerCase()}/`),
    );
    yield {
      location: wholeFile(name),
      message: below ? safe`${name} is a folder. Put the file of this name in its place.` : message,
    };
  },
});

/**
 * An archive beside the definition: since October 2025 the platform asks independent publishers to
 * hand in their certification package in this way.
 */
const isPackage = (path: string): boolean => /^[^/]+\.zip$/i.test(path);

export const files: Rule[] = [
  missing(
    definitionName,
    {
      id: 'DefinitionFileMissing',
      severity: 'error',
      description: `A connector has a definition, ${definitionName}.`,
      rationale:
        'The definition is the connector: ' +
        'operations, parameters and responses come from it and from nowhere else.',
    },
    safe`The folder has no ${definitionName}. ` +
      safe`Export the definition of the connector and add it under this name.`,
  ),
  missing(
    propertiesName,
    {
      id: 'PropertiesFileMissing',
      severity: certificationSeverity,
      description: `A connector has a properties file, ${propertiesName}.`,
      rationale:
        'It says how users sign in, who publishes the connector and which color it has; ' +
        'without it the connector cannot be deployed.',
    },
    safe`The folder has no ${propertiesName}. ` +
      safe`Download it with the connector, or write it as the templates show.`,
  ),
  missing(
    'readme.md',
    {
      id: 'ReadmeMissing',
      severity: { certified: 'warning', 'independent-publisher': 'error', custom: 'warning' },
      description: 'A connector has a readme.',
      rationale:
        'It becomes the documentation page: ' +
        'who publishes the connector, what one needs for it, how to get credentials, what is ' +
        'known not to work.',
    },
    safe`The folder has no ${'readme.md'}. Write one as the template of the class shows.`,
  ),
  {
    id: 'FileNameSpelling',
    severity: 'warning',
    description: `The files are called ${definitionName} and ${propertiesName}, with these capitals.`,
    rationale: 'Deployment runs where capitals in file names matter.',
    *check(connector) {
      for (const name of [definitionName, propertiesName]) {
        for (const { path } of connector.files) {
          if (path !== name && path.toLowerCase() === name.toLowerCase())
            yield {
              location: wholeFile(path),
              message: safe`The file is called ${path}. Rename it to ${name}.`,
            };
        }
      }
    },
  },
  {
    id: 'FileNotAllowed',
    severity: { certified: 'warning', 'independent-publisher': 'error', custom: 'warning' },
    description:
      'A connector folder contains the definition, the properties, the readme, the script ' +
      "and the icon, an independent publisher's its certification package too, and nothing " +
      'else.',
    rationale:
      'Screenshots, archives, build output and settings make every clone larger for ever, ' +
      'and settings give away environment ids.',
    *check(connector) {
      for (const { path, kind } of connector.files) {
        if (
          kind !== 'file' ||
          belongs.has(path.toLowerCase()) ||
          path === connector.icon?.path ||
          path.includes(notUtf8)
        )
          continue;
        if (connector.class === 'independent-publisher' && isPackage(path)) continue;
        const settings = path.toLowerCase() === 'settings.json';
        yield {
          location: wholeFile(path),
          message: settings
            ? safe`${path} holds the ids of somebody's environment. Remove it; ` +
              safe`the command line tool writes it anew for everybody.`
            : safe`${path} does not belong into a connector folder. Remove it; ` +
              safe`put pictures into the pull request's description.`,
        };
      }
    },
  },
  {
    id: 'LinkNotAllowed',
    severity: 'error',
    description:
      'A connector folder contains no symbolic links, no submodules, and nothing else that ' +
      'is not a regular file.',
    rationale:
      'A link can point at any file of the machine that reads it, and a pipe or device can ' +
      'keep that machine waiting. They are never opened.',
    *check(connector) {
      for (const { path, kind } of connector.files) {
        if (kind !== 'file')
          yield {
            location: wholeFile(path),
            message: `${safe`${path} is`} ${kinds[kind]}. Put the file itself here.`,
          };
      }
    },
  },
  {
    id: 'FileUnreadable',
    severity: 'error',
    description: 'Every file of a connector can be read.',
    rationale:
      'What cannot be read was not checked, and a connector that was checked in part is ' +
      'not a checked connector.',
    *check(connector) {
      for (const { path, unreadable } of connector.files) {
        if (unreadable !== undefined)
          yield {
            location: wholeFile(path),
            message:
              safe`${path} was not checked, because it could not be read: ${unreadable}. ` +
              safe`Give it permissions that let it be read, or remove it.`,
          };
      }
    },
  },
  {
    id: 'FileNameNotUtf8',
    severity: 'error',
    description: 'The names of files are UTF-8.',
    rationale:
      'git takes any bytes for a name, but Windows, macOS and most tools do not: ' +
      'a checkout there fails or has another name. Such a file is not opened.',
    *check(connector) {
      for (const { path } of connector.files) {
        const at = path.indexOf(notUtf8);
        if (at < 0) continue;
        const end = path.indexOf('/', at);
        // that of the folder, where it is the folder's
        const name = end < 0 ? path : path.slice(0, end);
        yield {
          location: wholeFile(name),
          message:
            safe`The name ${name} is not UTF-8, so what is under it was not opened. ` +
            safe`Rename it, or remove it.`,
        };
      }
    },
  },
  {
    id: 'ConnectorFolderInvalid',
    severity: 'error',
    description:
      'What is in a class folder is the folder of a connector, not a link, a submodule or ' +
      'a file.',
    rationale:
      'Whatever a link or submodule points to was not checked and can be replaced later ' +
      'without a pull request; a file belongs to no connector, so nobody owns or checks it.',
    *check({ path, misplaced }) {
      if (misplaced) yield { location: wholeFile(''), message: instead[misplaced](path) };
    },
  },
  {
    id: 'FileTooLarge',
    severity: 'error',
    description:
      `A file has at most ${megabytes(limits.fileBytes)}, a definition or a script at most ` +
      `${megabytes(maxPlatformBytes)}.`,
    rationale:
      'The platform refuses larger definitions and scripts; ' +
      'other files of that size have no business in a connector folder.',
    *check(connector) {
      for (const { path, size } of connector.files) {
        const platform =
          path.toLowerCase() === definitionName.toLowerCase() ||
          path.toLowerCase() === 'script.csx';
        if (size > limits.fileBytes) {
          yield {
            location: wholeFile(path),
            message:
              `${safe`${path} has`} ${megabytes(size)}, more than the ` +
              `${megabytes(limits.fileBytes)} that are read. It was not checked. ` +
              'Make it smaller.',
          };
        } else if (platform && size > maxPlatformBytes) {
          yield {
            location: wholeFile(path),
            message:
              `${safe`${path} has`} ${megabytes(size)}; ` +
              `the platform takes ${megabytes(maxPlatformBytes)}. ` +
              'Remove operations and schemas that nobody needs, or split the connector.',
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
      `${megabytes(limits.totalBytes)} together.`,
    rationale:
      'What is beyond that is not read, so that nobody can keep the checks busy with one ' +
      'pull request.',
    *check(connector) {
      const total = connector.files.reduce((sum, { size }) => sum + size, 0);
      if (connector.files.length > limits.files) {
        yield {
          location: wholeFile(''),
          detail: 'files',
          message:
            `The folder has more than ${limits.files} files. The others were not checked. ` +
            'Keep what belongs to the connector.',
        };
      }
      if (total > limits.totalBytes) {
        yield {
          location: wholeFile(''),
          detail: 'bytes',
          message:
            `The folder has ${megabytes(total)}, more than the ${megabytes(limits.totalBytes)} ` +
            'that are read. Some files were not checked. Keep what belongs to the connector.',
        };
      }
    },
  },
];
