import type { FolderCommit } from '../catalog/catalog-update.ts';
import type { ConnectorFolder, FileEntry } from '../connector/connector.ts';
import { roleOf } from '../connector/file-names.ts';
import { isIconName } from '../connector/icon.ts';
import { ok } from '../review/model/result.ts';
import type { FileAt, RepositoryName, Result } from '../review/model/snapshot.ts';
import type { Settings } from '../settings/defaults.ts';
import { limits } from '../shared/limits.ts';
import type { Client } from './client.ts';
import { readableFiles, readBlob, fileKindOf, type TreeEntry } from './git-trees.ts';
import {
  isObject,
  objectAt,
  orUnreadable,
  shaAt,
  timeAt,
  toList,
  toObject,
} from './parse-response.ts';

/** A connector's folder in a tree, with the paths within it; or what is in the place of one. */
export interface FolderInTree extends Pick<ConnectorFolder, 'path' | 'class' | 'misplaced'> {
  files: readonly FileAt[];
}

/** The connectors' folders of a tree: those directly in a class folder of the settings. */
export function foldersInTree(
  tree: readonly TreeEntry[],
  { folders }: Pick<Settings, 'folders'>,
): FolderInTree[] {
  const found = new Map<string, FolderInTree & { files: FileAt[] }>();
  for (const entry of tree) {
    const [top = '', name, ...below] = entry.path.split('/');
    const connectorClass = Object.hasOwn(folders, top) ? folders[top] : undefined;
    if (connectorClass === undefined || name === undefined) continue;
    const path = `${top}/${name}`;
    const kind = fileKindOf(entry);
    const isTree = entry.type === 'tree';
    // Many repositories have files beside the folders.
    if (below.length === 0 && !isTree && kind === 'file') continue;
    const folder = found.get(path) ?? { path, class: connectorClass, files: [] };
    found.set(path, folder);
    if (isTree) continue;
    folder.files.push({ path: below.join('/'), kind, size: entry.size, blob: entry.sha });
    if (below.length === 0 && kind !== 'file') folder.misplaced = kind;
  }
  return [...found.values()];
}

/** The files that the catalog and the reference page are made of. */
const isIndexed = (path: string): boolean =>
  /\.(?:json|txt)$/i.test(path) || roleOf(path) === 'readme' || isIconName(path);

/**
 * The folder of a connector, with the bytes of the files that the catalog looks into. Unavailable if
 * one of them is.
 */
export async function readIndexedFolder(
  client: Client,
  repository: RepositoryName,
  { path, class: connectorClass, misplaced, files }: FolderInTree,
): Promise<Result<ConnectorFolder>> {
  const folder = { path, class: connectorClass };
  if (misplaced) return ok({ ...folder, misplaced, files: [] });
  const listed = files.slice(0, limits.files + 1);
  const readable = new Set(readableFiles({ files: listed, analysis: {} }));
  const entries: FileEntry[] = [];
  for (const file of listed) {
    const entry: FileEntry = { path: file.path, kind: file.kind, size: file.size };
    if (readable.has(file) && isIndexed(file.path)) {
      const content = await readBlob(client, repository, file.blob);
      if (!content.ok) return content;
      entry.bytes = Buffer.from(content.value, 'base64');
    }
    entries.push(entry);
  }
  return ok({ ...folder, files: entries });
}

/**
 * The last commit that changed a folder. If it is the only one, the folder was created in it.
 * @param commit of the branch, from which to look back
 */
export const readFolderCommit = (
  client: Client,
  { owner, repo }: RepositoryName,
  path: string,
  commit: string,
): Promise<Result<FolderCommit>> =>
  orUnreadable(async () => {
    const response = await client.get(
      'GET /repos/{owner}/{repo}/commits',
      { owner, repo, sha: commit, path, per_page: 2 },
      { immutable: true },
    );
    if (!response.ok) return response;
    const [last, before] = toList(response.value, 'commits');
    if (!isObject(last)) return ok({});
    const item = toObject(last, 'a commit');
    const committer = toObject(objectAt(objectAt(item, 'commit'), 'committer'), 'a committer');
    const at = timeAt(committer, 'date');
    return ok({
      commit: shaAt(item, 'sha'),
      modifiedAt: at,
      ...(before === undefined && { createdAt: at }),
    });
  });
