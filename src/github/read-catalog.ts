import { readHeader, type DefinitionHeader } from '../catalog/entry.ts';
import { definitionName } from '../connector/connector.ts';
import { limits } from '../shared/limits.ts';
import { ok } from '../review/model/result.ts';
import { connectorFoldersOf } from '../review/facts/connector-folders.ts';
import type {
  ConnectorAt,
  Result,
  CatalogConnector,
  OpenPull,
  RepositoryName,
} from '../review/model/snapshot.ts';
import { bareName, folderOf } from '../catalog/connector-index.ts';
import type { Settings } from '../settings/defaults.ts';
import type { Client, PageLimit } from './client.ts';
import { comparison, toChangedFile, type RepositoryParameters } from './commits.ts';
import { data, inner, isData, number, readable, sha, text, writerOf } from './parse-response.ts';
import { blobOf, type TreeEntry } from './git-trees.ts';

/**
 * In one review so many definitions of other connectors are read at most, and so many other pull
 * requests for what they bring: most have been remembered by then.
 */
const mostLookups = { definitions: 3, pulls: 1 };

interface Beside extends CatalogConnector {
  definition?: TreeEntry;
}

/**
 * The connectors of the base branch but for those that are reviewed. Its title, host and base path
 * stand in a file: those are read whose folder is called like something that is new here, or the
 * other way round. Of the 707 readable connectors of our corpus 660 have a folder that is part of
 * their title, or whose part their title is; and such a name fits 0.1 others on average.
 */
export async function readCatalog(
  client: Client,
  repository: RepositoryName,
  tree: readonly TreeEntry[],
  { folders }: Settings,
  connectors: readonly ConnectorAt[],
  contents: Readonly<Record<string, string>>,
): Promise<CatalogConnector[]> {
  const ours = new Set(connectors.map(({ path }) => path));
  const found = new Map<string, Beside>();
  for (const entry of tree) {
    const [top = '', name, file, ...below] = entry.path.split('/');
    const folder = `${top}/${name ?? ''}`;
    if (name === undefined || !Object.hasOwn(folders, top) || below.length > 0 || ours.has(folder))
      continue;
    const one = found.get(folder) ?? { path: folder };
    if (file === undefined ? entry.type === 'tree' : entry.type === 'blob') found.set(folder, one);
    if (file?.toLowerCase() === 'icon.png' && entry.type === 'blob') one.icon = entry.sha;
    if (file === definitionName && entry.mode.startsWith('100')) one.definition = entry;
  }
  const names = connectors
    .flatMap((connector) => newTitles(connector, contents))
    .map(bareName)
    .filter((name) => name.length >= 3);
  const alike = [...found.values()].filter(({ path }) => {
    const folder = bareName(folderOf(path));
    return (
      folder.length >= 3 && names.some((name) => name.includes(folder) || folder.includes(name))
    );
  });
  const read = new Map(
    await Promise.all(
      alike
        .slice(0, mostLookups.definitions)
        .map(
          async ({ path, definition }) =>
            [path, definition && (await headAt(client, repository, definition))] as const,
        ),
    ),
  );
  return Array.from(found.values(), ({ definition: _definition, ...one }) => ({
    ...one,
    ...read.get(one.path),
  }));
}

/** The titles that a connector has now and had not before. */
function newTitles(
  { before, after }: ConnectorAt,
  contents: Readonly<Record<string, string>>,
): string[] {
  const [was, is] = [before, after].map((side) => {
    const blob = side.ok
      ? side.value?.files.find(({ path }) => path === definitionName)?.blob
      : undefined;
    return blob === undefined || contents[blob] === undefined
      ? undefined
      : headIn(contents[blob]).title;
  });
  return is === undefined || is === was ? [] : [is];
}

async function headAt(
  client: Client,
  repository: RepositoryName,
  { sha: blob, size }: TreeEntry,
): Promise<DefinitionHeader> {
  if (size > limits.fileBytes) return {};
  const bytes = await blobOf(client, repository, blob);
  return bytes.ok ? headIn(bytes.value) : {};
}

/** What a definition, in base64, says at its beginning. */
function headIn(base64: string): DefinitionHeader {
  const bytes = Buffer.from(base64, 'base64');
  return readHeader(bytes, () => bytes);
}

/**
 * So many pull requests are looked through, the newest: with more, an older one with the same name
 * is left for people to notice.
 */
const mostListed: PageLimit = { pages: 20, bytes: 64 * 1024 * 1024 };

/**
 * The other pull requests that are open against a branch. What one brings is told by its
 * comparison, which this process remembers from its own review; of others the newest before this
 * one is looked up.
 */
export async function readOpenPullRequests(
  client: Client,
  where: RepositoryParameters,
  base: string,
  but: number,
  { folders }: Settings,
): Promise<Result<{ pulls: readonly OpenPull[]; whole: boolean }>> {
  const read = await client.begin(
    'GET /repos/{owner}/{repo}/pulls',
    { ...where, state: 'open', base },
    mostListed,
  );
  if (!read.ok) return read;
  const others = readable(read.value.items, (one) => {
    const from = data(one, 'a pull request');
    return {
      number: number(from, 'number'),
      title: text(from, 'title'),
      author: writerOf(from.user),
      head: sha(inner(from, 'head'), 'sha'),
    };
  });
  let lookups = mostLookups.pulls;
  const looked = others
    .filter((one) => one.number !== but)
    .sort((a, b) => b.number - a.number)
    .map(async ({ head, ...one }): Promise<OpenPull> => {
      const remembered = client.remembers(...comparison(where, base, head));
      if (!remembered && (one.number > but || lookups-- <= 0))
        return { ...one, folders: [], icons: [] };
      const brings = await client.get(...comparison(where, base, head), { immutable: true });
      const listed =
        brings.ok && isData(brings.value) && Array.isArray(brings.value.files)
          ? brings.value.files
          : [];
      const icons = readable(listed, (file) => data(file, 'a changed file')).filter(
        ({ status, filename }) =>
          status !== 'removed' && typeof filename === 'string' && /\/icon\.png$/i.test(filename),
      );
      return {
        ...one,
        folders: connectorFoldersOf(readable(listed, toChangedFile).flat(), folders).map(
          ({ path }) => path,
        ),
        icons: readable(icons, (file) => sha(data(file, 'an icon'), 'sha')),
      };
    });
  return ok({
    pulls: (await Promise.all(looked)).sort((a, b) => a.number - b.number),
    whole: read.value.more === undefined,
  });
}
