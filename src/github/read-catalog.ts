import { readHeader, type DefinitionHeader } from '../catalog/entry.ts';
import { folderOf } from '../catalog/connector-index.ts';
import { isSimilarName } from '../catalog/name-similarity.ts';
import { readPublisher } from '../catalog/publisher.ts';
import { findIcon } from '../connector/connector.ts';
import { findFiles } from '../connector/file-names.ts';
import { isIconName } from '../connector/icon.ts';
import { limits } from '../shared/limits.ts';
import { ok } from '../review/model/result.ts';
import { connectorFoldersOf, iconBlobOf } from '../review/facts/connector-folders.ts';
import type {
  CatalogConnector,
  ConnectorAt,
  ConnectorIdentity,
  FileFacts,
  OpenPull,
  RepositoryName,
  Result,
  Snapshot,
} from '../review/model/snapshot.ts';
import type { Settings } from '../settings/defaults.ts';
import type { Client, ListLimit } from './client.ts';
import { comparisonRequest, toChangedFiles } from './commits.ts';
import { readBlob, type TreeEntry } from './git-trees.ts';
import {
  integerAt,
  isObject,
  objectAt,
  parseValid,
  shaAt,
  stringAt,
  toAuthor,
  toList,
  toObject,
} from './parse-response.ts';

/**
 * How many definitions and properties of other connectors, and comparisons of other pull requests,
 * one review reads. The cache has most of them from earlier reviews.
 */
const maxLookups = { definitions: 3, properties: 3, comparisons: 1 };

/** Looks up what is known of connectors without reading them from GitHub. */
export interface KnownConnectors {
  /** What reviewed pull requests add that must be unique, by their number. */
  identities(pulls: readonly number[]): Promise<ReadonlyMap<number, readonly ConnectorIdentity[]>>;
  /** What is known of files, by the SHA of their blob. */
  fileFacts(shas: readonly string[]): Promise<ReadonlyMap<string, FileFacts>>;
}

export const nothingKnown: KnownConnectors = {
  identities: () => Promise.resolve(new Map()),
  fileFacts: () => Promise.resolve(new Map()),
};

interface ConnectorInTree extends CatalogConnector {
  definition?: TreeEntry;
  properties?: TreeEntry;
}

/**
 * The connectors of the base branch, except those under review. To read the title, host and base
 * path of all of them would take too many requests. So of those that are not known yet, this reads
 * only definitions in a folder with a name similar to a new title, and the publishers of connectors
 * with the same icon.
 */
export async function readCatalog(
  client: Client,
  repository: RepositoryName,
  tree: readonly TreeEntry[],
  settings: Settings,
  { connectors, contents }: Pick<Snapshot, 'connectors' | 'contents'>,
  known: KnownConnectors,
): Promise<CatalogConnector[]> {
  const others = connectorsInTree(tree, settings, new Set(connectors.map(({ path }) => path)));
  const facts = await known.fileFacts(
    others.flatMap(({ definition, properties, icon }) => [
      ...(definition ? [definition.sha] : []),
      ...(properties ? [properties.sha] : []),
      ...(icon === undefined ? [] : [icon]),
    ]),
  );
  const titles = connectors.flatMap((connector) => newTitles(connector, contents));
  const similar = others.filter(
    ({ path, definition }) =>
      !(definition && facts.has(definition.sha)) &&
      titles.some((title) => isSimilarName(title, folderOf(path))),
  );
  const headers = new Map(
    await Promise.all(
      similar
        .slice(0, maxLookups.definitions)
        .map(
          async ({ path, definition }) =>
            [
              path,
              definition && (await readDefinitionHeader(client, repository, definition)),
            ] as const,
        ),
    ),
  );
  const publishers = await readPublishers(client, repository, others, connectors, facts);
  return others.map(({ definition, properties, ...connector }) => ({
    ...connector,
    ...publishers.get(connector.path),
    ...(properties && facts.get(properties.sha)),
    ...(definition && facts.get(definition.sha)),
    ...(connector.icon !== undefined && facts.get(connector.icon)),
    ...headers.get(connector.path),
  }));
}

/** The publishers of connectors that have the icon of a connector under review, by their path. */
async function readPublishers(
  client: Client,
  repository: RepositoryName,
  others: readonly ConnectorInTree[],
  connectors: Snapshot['connectors'],
  known: ReadonlyMap<string, FileFacts>,
): Promise<ReadonlyMap<string, Pick<CatalogConnector, 'publisher'>>> {
  const icons = new Set(connectors.map(({ after }) => iconBlobOf(after)));
  const withSameIcon = others.filter(
    ({ icon, properties }) =>
      icon !== undefined && icons.has(icon) && !known.has(properties?.sha ?? ''),
  );
  return new Map(
    await Promise.all(
      withSameIcon.slice(0, maxLookups.properties).map(async ({ path, properties }) => {
        if (!properties || properties.size > limits.fileBytes) return [path, {}] as const;
        const blob = await readBlob(client, repository, properties.sha);
        const publisher = blob.ok ? readPublisher(Buffer.from(blob.value, 'base64')) : undefined;
        return [path, publisher === undefined ? {} : { publisher }] as const;
      }),
    ),
  );
}

/** The folders `<class folder>/<name>` of a tree, each with its icon, definition and properties. */
function connectorsInTree(
  tree: readonly TreeEntry[],
  { folders }: Settings,
  except: ReadonlySet<string>,
): ConnectorInTree[] {
  const isClassFolder = (name: string): boolean => Object.hasOwn(folders, name);
  return [...filesByFolder(tree, isClassFolder)].flatMap(([path, files]) => {
    if (except.has(path)) return [];
    const { definition, properties } = findFiles(files);
    const icon = findIcon(files);
    return {
      path,
      ...(icon && { icon: icon.entry.sha }),
      ...(definition && { definition: definition.entry }),
      ...(properties && { properties: properties.entry }),
    };
  });
}

/** A file of a connector, by its path within the folder. */
interface FileInTree {
  path: string;
  entry: TreeEntry;
}

/** The regular files of each folder that is directly in a class folder of a tree. */
function filesByFolder(
  tree: readonly TreeEntry[],
  isClassFolder: (name: string) => boolean,
): ReadonlyMap<string, readonly FileInTree[]> {
  const found = new Map<string, FileInTree[]>();
  for (const entry of tree) {
    const [top = '', name, ...below] = entry.path.split('/');
    if (name === undefined || !isClassFolder(top)) continue;
    if (below.length === 0 && entry.type !== 'tree') continue;
    const folder = `${top}/${name}`;
    const files = found.get(folder) ?? [];
    found.set(folder, files);
    if (entry.mode.startsWith('100')) files.push({ path: below.join('/'), entry });
  }
  return found;
}

/** Whether an update changes a title or an icon. */
export const changesIdentity = ({
  connectors,
  contents,
}: Pick<Snapshot, 'connectors' | 'contents'>): boolean =>
  connectors.some((connector) => {
    const icon = iconBlobOf(connector.after);
    return (
      newTitles(connector, contents).length > 0 ||
      (icon !== undefined && icon !== iconBlobOf(connector.before))
    );
  });

/** The title of a connector if the pull request sets or changes it. */
function newTitles(
  { before, after }: ConnectorAt,
  contents: Readonly<Record<string, string>>,
): string[] {
  const titleOf = (side: ConnectorAt['after']): string | undefined => {
    const blob = side.ok && side.value ? findFiles(side.value.files).definition?.blob : undefined;
    const bytes = blob === undefined ? undefined : contents[blob];
    return bytes === undefined ? undefined : toHeader(bytes).title;
  };
  const title = titleOf(after);
  return title === undefined || title === titleOf(before) ? [] : [title];
}

async function readDefinitionHeader(
  client: Client,
  repository: RepositoryName,
  { sha, size }: TreeEntry,
): Promise<DefinitionHeader> {
  if (size > limits.fileBytes) return {};
  const bytes = await readBlob(client, repository, sha);
  return bytes.ok ? toHeader(bytes.value) : {};
}

function toHeader(base64: string): DefinitionHeader {
  const bytes = Buffer.from(base64, 'base64');
  return readHeader(bytes, () => bytes);
}

/** Beyond this, people have to notice that an older pull request has the same name. */
const openPullsLimit: ListLimit = { pages: 20, bytes: 64 * 1024 * 1024 };

/** The newest other open pull requests. */
interface OpenPullList {
  pulls: readonly OpenPull[];
  /** Whether `pulls` has all of them. */
  isComplete: boolean;
}

/**
 * Reads the other open pull requests against a branch. What a pull request adds is known from its
 * last review. If there was none, it is in the comparison: the cache may have that, and of the
 * others this looks up only the newest one that is older than the pull request under review.
 * @param reviewed The number of the pull request under review.
 */
export async function readOpenPullRequests(
  client: Client,
  repository: RepositoryName,
  base: string,
  reviewed: number,
  settings: Settings,
  known: KnownConnectors,
): Promise<Result<OpenPullList>> {
  const list = await client.listFirst(
    'GET /repos/{owner}/{repo}/pulls',
    { ...repository, state: 'open', base },
    openPullsLimit,
  );
  if (!list.ok) return list;
  const others = parseValid(list.value.items, (item) => {
    const from = toObject(item, 'a pull request');
    return {
      number: integerAt(from, 'number'),
      title: stringAt(from, 'title'),
      author: toAuthor(from.user),
      head: shaAt(objectAt(from, 'head'), 'sha'),
    };
  })
    .filter(({ number }) => number !== reviewed)
    .sort((a, b) => b.number - a.number);
  const recorded = await known.identities(others.map(({ number }) => number));
  let lookups = maxLookups.comparisons;
  const pulls = await Promise.all(
    others.map(async ({ head, ...pull }): Promise<OpenPull> => {
      const connectors = recorded.get(pull.number);
      if (connectors) return { ...pull, folders: [], icons: [], connectors };
      const request = comparisonRequest(repository, base, head);
      const isCached = client.hasCached(...request);
      if (!isCached && (pull.number > reviewed || lookups-- <= 0))
        return { ...pull, folders: [], icons: [] };
      return { ...pull, ...(await readAdditions(client, request, settings)) };
    }),
  );
  return ok({
    pulls: pulls.sort((a, b) => a.number - b.number),
    isComplete: list.value.exceeded === undefined,
  });
}

/** The connector folders that a comparison touches, and the blobs of the icons that it adds. */
async function readAdditions(
  client: Client,
  request: ReturnType<typeof comparisonRequest>,
  { folders }: Settings,
): Promise<Pick<OpenPull, 'folders' | 'icons'>> {
  const response = await client.get(...request, { immutable: true });
  const files =
    response.ok && isObject(response.value) && Array.isArray(response.value.files)
      ? toList(response.value.files, 'files')
      : [];
  const icons = parseValid(files, (file) => toObject(file, 'a changed file')).filter(
    ({ status, filename }) =>
      status !== 'removed' && typeof filename === 'string' && isIconName(filename),
  );
  return {
    folders: connectorFoldersOf(parseValid(files, toChangedFiles).flat(), folders).map(
      ({ path }) => path,
    ),
    icons: parseValid(icons, (file) => shaAt(file, 'sha')),
  };
}
