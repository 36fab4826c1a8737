import type { Connector, FileEntry } from '../../connector/connector.ts';
import { fileNames, roleOf } from '../../connector/file-names.ts';
import { isPackageName, packageName } from '../../connector/package.ts';
import { safe } from '../../shared/finding.ts';

/**
 * Files of a connector that have no role, in lower case. `intro.md` belongs to the documentation
 * site; the certification service writes `metadata.json`.
 */
const belongs = new Set(['intro.md', 'metadata.json']);

/** Files that do not belong in a connector's folder: one at its top, or all in a folder below. */
export interface StrayFiles {
  /** The first of them. */
  path: string;
  /** All of them. */
  count: number;
}

/** Finds the files that do not belong in a connector's folder. */
export function strayFiles(connector: Connector): StrayFiles[] {
  const { files, entries, icon } = connector;
  const known = new Set<FileEntry | undefined>([...Object.values(entries), icon]);
  const groups = new Map<string, StrayFiles>();
  for (const file of files) {
    const { path, kind } = file;
    if (kind !== 'file' || known.has(file) || belongs.has(path.toLowerCase())) continue;
    // A second package is PackageNotSingle.
    if (connector.package && isPackageName(path)) continue;
    const slash = path.indexOf('/');
    const key = slash < 0 ? path : path.slice(0, slash + 1);
    const group = groups.get(key);
    if (group) group.count += 1;
    else groups.set(key, { path, count: 1 });
  }
  return [...groups.values()];
}

/** What to do about a file that does not belong. */
export interface StrayAdvice {
  advice: string;
  /**
   * Whether the file keeps the connector out: 4 of the 62 independent publishers' connectors that
   * were accepted since November 2024 have a stray file, such as a screenshot.
   */
  isError: boolean;
}

/** What to do about files that do not belong, by their paths in lower case. */
const advices: readonly (StrayAdvice & { pattern: RegExp })[] = [
  {
    pattern: /(?:^|\/)settings\.json$/,
    advice:
      'It contains the IDs of your environment. Remove it; the command line tool creates it ' +
      'again if someone needs it.',
    isError: true,
  },
  {
    pattern: /\.(?:exe|dll|msi|msapp|com|jar)$/,
    advice: 'Remove it: reviewers cannot read it, and the platform does not run it.',
    isError: true,
  },
  {
    pattern: /\.(?:pfx|p12|pem|key|jks|keystore)$|(?:^|\/)\.env(?:\.[^/]*)?$/,
    advice:
      'Files like this hold keys or passwords. Remove it, and revoke the keys that were in it: ' +
      'they stay in the history.',
    isError: true,
  },
  {
    pattern: /\.(?:zip|7z|rar|tar|t?gz)$/,
    advice:
      'Remove it: reviewers cannot read it, and only independent publishers commit their ' +
      'certification package, next to the definition.',
    isError: true,
  },
  {
    pattern: /(?:^|\/)(?:thumbs\.db|desktop\.ini|\.ds_store|\._[^/]*|~\$[^/]*)$|\.lnk$/,
    advice:
      safe`Your operating system created it. Remove it, and add its name to your ` +
      safe`${'.gitignore'}.`,
    isError: false,
  },
  {
    pattern: /\.(?:png|jpe?g|gif|webp|bmp|svg|avif|heic|tiff?|mp4|mov|webm|avi)$/,
    advice: 'Remove it; put screenshots in the description of the pull request.',
    isError: false,
  },
  {
    pattern: /\.(?:cs|csproj|sln|slnx|props|targets|resx|ruleset)$/,
    advice: safe`Remove it: the platform deploys only ${fileNames.script}.`,
    isError: false,
  },
  {
    pattern: /\.(?:md|markdown|txt|pdf|docx?|pptx?|html?)$/,
    advice: safe`Move what users need to know to ${fileNames.readme}, and remove it.`,
    isError: false,
  },
  {
    pattern: /(?:^|\/)\.[^/]+$/,
    advice: 'Remove it: it configures tools on your machine.',
    isError: false,
  },
];

/** What to do about a file that does not belong in the connector's folder. */
export function adviceOn(path: string, connector: Connector): StrayAdvice {
  const role = roleOf(path);
  const used = role && connector.entries[role];
  if (used) return { advice: safe`Remove it: only ${used.path} is read.`, isError: false };
  const name = path.toLowerCase();
  return (
    adviceOnPackage(name, connector) ??
    adviceOnMissing(path, connector) ??
    advices.find(({ pattern }) => pattern.test(name)) ?? { advice: 'Remove it.', isError: false }
  );
}

/** What to do about the package of an independent publisher that is not where it is looked for. */
function adviceOnPackage(name: string, connector: Connector): StrayAdvice | undefined {
  if (connector.class !== 'independent-publisher' || connector.package) return undefined;
  const isUnpacked = /^[^/]*package[^/]*\/(?:intro\.md|package\.zip|pkgassets\/)/.test(name);
  if (isUnpacked || /^[^/]*package[^/]*\.(?:7z|rar|tar|t?gz)$/.test(name))
    return {
      advice: safe`Commit the certification package as one zip, ${packageName}.`,
      isError: true,
    };
  if (!/\/.*\.zip$/.test(name)) return undefined;
  return {
    advice:
      'If it is the certification package, move it next to the definition, where certification ' +
      'looks for it. Otherwise, remove it.',
    isError: true,
  };
}

/** What to do about a file that is probably one of those that are missing. */
function adviceOnMissing(path: string, { entries }: Connector): StrayAdvice | undefined {
  const role = roleOf(path) ?? roleOf(path.replace(/(?:\.ya?ml|\.swagger)?$/i, '.json'));
  const isBelow = path.includes('/');
  if (role && !entries[role] && !(isBelow && role === 'readme')) {
    const isYaml = /\.ya?ml$/i.test(path);
    const convert = isYaml
      ? 'Convert it to JSON, because the platform does not read YAML, and '
      : '';
    const place = isBelow ? 'move it to the folder of the connector, as' : 'name it';
    const advice = `${convert}${place} ${safe`${fileNames[role]}`}.`;
    return { advice: advice.charAt(0).toUpperCase() + advice.slice(1), isError: false };
  }
  if (!entries.readme && /^[^/]+\.(?:md|markdown)$/i.test(path))
    return {
      advice: safe`If it is the readme, rename it to ${fileNames.readme}. Otherwise, remove it.`,
      isError: false,
    };
  return undefined;
}
