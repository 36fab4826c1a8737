import type { Connector, FileEntry } from '../../connector/connector.ts';
import { fileNames, roleOf } from '../../connector/file-names.ts';
import { isPackageName } from '../../connector/package.ts';
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
      'again for everyone who needs it.',
    isError: true,
  },
  {
    pattern: /\.(?:exe|dll|msi|msapp|com|jar)$/,
    advice: 'Remove it: reviewers cannot read it, and the platform does not run it.',
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
    pattern: /\.(?:png|jpe?g|gif|webp|bmp|svg|avif|heic|tiff?|mp4|mov|webm|avi)$/,
    advice: 'Remove it; put screenshots in the description of the pull request.',
    isError: false,
  },
  {
    pattern: /(?:^|\/)(?:thumbs\.db|desktop\.ini|\.ds_store)$|\.lnk$/,
    advice: safe`Windows or macOS wrote it. Remove it, and add its name to your ${'.gitignore'}.`,
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
    advice: 'Remove it: it configures a tool of yours.',
    isError: false,
  },
];

/** What to do about a file that does not belong in the connector's folder. */
export function adviceOn(path: string, { entries }: Pick<Connector, 'entries'>): StrayAdvice {
  const role = roleOf(path);
  const used = role && entries[role];
  if (used) return { advice: safe`Remove it: only ${used.path} is read.`, isError: false };
  const name = path.toLowerCase();
  return (
    advices.find(({ pattern }) => pattern.test(name)) ?? { advice: 'Remove it.', isError: false }
  );
}
