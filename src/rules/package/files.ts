import { definitionName, propertiesName, type Connector } from '../../connector/connector.ts';
import { say, whole } from '../../connector/finding.ts';
import { limits } from '../../connector/limits.ts';
import { certification, type Found, type Rule } from '../rule.ts';

const megabytes = (bytes: number): string => `${Number((bytes / 1024 / 1024).toFixed(2))} MB`;

const has = (connector: Connector, name: string): boolean => connector.files.some(({ path }) => path.toLowerCase() === name.toLowerCase());

/** The files a connector consists of, in small letters; `intro.md` is the documentation site's own. */
const belongs = new Set(['apidefinition.swagger.json', 'apiproperties.json', 'readme.md', 'script.csx', 'icon.png', 'intro.md']);
/** The platform's size limit for a definition and for a script. */
const maxPlatformBytes = 1024 * 1024;

const missing = (name: string, rule: Omit<Rule, 'check'>, message: string): Rule => ({
  ...rule,
  *check(connector): Iterable<Found> {
    if (!has(connector, name)) yield { place: whole(name), message };
  },
});

export const files: Rule[] = [
  missing(
    definitionName,
    {
      id: 'DefinitionFileMissing',
      severity: 'error',
      says: `A connector has a definition, ${definitionName}.`,
      because: 'The definition is the connector: operations, parameters and responses come from it and from nowhere else.',
    },
    say`The folder has no ${definitionName}. Export the definition of the connector and add it under this name.`,
  ),
  missing(
    propertiesName,
    {
      id: 'PropertiesFileMissing',
      severity: certification,
      says: `A connector has a properties file, ${propertiesName}.`,
      because: 'It says how users sign in, who publishes the connector and which colour it has; without it the connector cannot be deployed.',
    },
    say`The folder has no ${propertiesName}. Download it with the connector, or write it as the templates show.`,
  ),
  missing(
    'readme.md',
    {
      id: 'ReadmeMissing',
      severity: { certified: 'warning', 'independent-publisher': 'error', custom: 'warning' },
      says: 'A connector has a readme.',
      because: 'It becomes the documentation page: who publishes the connector, what one needs for it, how to get credentials, what is known not to work.',
    },
    say`The folder has no ${'readme.md'}. Write one as the template of the class shows.`,
  ),
  {
    id: 'FileNameSpelling',
    severity: 'warning',
    says: `The files are called ${definitionName} and ${propertiesName}, with these capitals.`,
    because: 'Deployment runs where capitals in file names matter.',
    *check(connector) {
      for (const name of [definitionName, propertiesName]) {
        for (const { path } of connector.files) {
          if (path !== name && path.toLowerCase() === name.toLowerCase()) yield { place: whole(path), message: say`The file is called ${path}. Rename it to ${name}.` };
        }
      }
    },
  },
  {
    id: 'FileNotAllowed',
    severity: { certified: 'warning', 'independent-publisher': 'error', custom: 'warning' },
    says: 'A connector folder contains the definition, the properties, the readme, the script and the icon, and nothing else.',
    because: 'Screenshots, archives, build output and settings make every clone larger for ever, and settings give away environment ids.',
    *check(connector) {
      for (const { path, kind } of connector.files) {
        if (kind !== 'file' || belongs.has(path.toLowerCase()) || path === connector.icon?.path) continue;
        const settings = path.toLowerCase() === 'settings.json';
        yield {
          place: whole(path),
          message: settings
            ? say`${path} holds the ids of somebody's environment. Remove it; the command line tool writes it anew for everybody.`
            : say`${path} does not belong into a connector folder. Remove it; put pictures into the pull request's description.`,
        };
      }
    },
  },
  {
    id: 'LinkNotAllowed',
    severity: 'error',
    says: 'A connector folder contains no symbolic links and no submodules.',
    because: 'A link can point at any file of the machine that reads it. Links are never followed.',
    *check(connector) {
      for (const { path, kind } of connector.files) {
        if (kind === 'file') continue;
        const name = kind === 'link' ? 'a symbolic link' : 'a git submodule';
        yield { place: whole(path), message: `${say`${path} is`} ${name}. Put the file itself here.` };
      }
    },
  },
  {
    id: 'FileTooLarge',
    severity: 'error',
    says: `A file has at most ${megabytes(limits.fileBytes)}, a definition or a script at most ${megabytes(maxPlatformBytes)}.`,
    because: 'The platform refuses larger definitions and scripts; other files of that size have no business in a connector folder.',
    *check(connector) {
      for (const { path, size } of connector.files) {
        const platform = path.toLowerCase() === definitionName.toLowerCase() || path.toLowerCase() === 'script.csx';
        if (size > limits.fileBytes) {
          yield { place: whole(path), message: `${say`${path} has`} ${megabytes(size)}, more than the ${megabytes(limits.fileBytes)} that are read. It was not checked. Make it smaller.` };
        } else if (platform && size > maxPlatformBytes) {
          yield { place: whole(path), message: `${say`${path} has`} ${megabytes(size)}; the platform takes ${megabytes(maxPlatformBytes)}. Remove operations and schemas that nobody needs, or split the connector.` };
        }
      }
    },
  },
  {
    id: 'ConnectorTooLarge',
    severity: 'error',
    says: `A connector folder has at most ${limits.files} files and ${megabytes(limits.totalBytes)} together.`,
    because: 'What is beyond that is not read, so that nobody can keep the checks busy with one pull request.',
    *check(connector) {
      const total = connector.files.reduce((sum, { size }) => sum + size, 0);
      if (connector.files.length > limits.files) {
        yield { place: whole(''), detail: 'files', message: `The folder has more than ${limits.files} files. The others were not checked. Keep what belongs to the connector.` };
      }
      if (total > limits.totalBytes) {
        yield { place: whole(''), detail: 'bytes', message: `The folder has ${megabytes(total)}, more than the ${megabytes(limits.totalBytes)} that are read. Some files were not checked. Keep what belongs to the connector.` };
      }
    },
  },
];
