import type { FileEntry } from '../connector/connector.ts';
import { compareBy } from '../shared/compare-strings.ts';
import { limits } from '../shared/limits.ts';
import { ok, unavailable } from '../review/model/result.ts';
import type {
  ChangedFile,
  FileAt,
  FolderAt,
  RepositoryName,
  Result,
} from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import { notShown } from './http-error.ts';
import {
  booleanAt,
  enumAt,
  integerAt,
  orUnreadable,
  shaAt,
  stringAt,
  toList,
  toObject,
  type ResponseObject,
  type Unchecked,
} from './parse-response.ts';
import type { ResponseOf } from './routes.ts';

/** An entry of a git tree. */
export interface TreeEntry {
  /** From the root of the tree. */
  path: string;
  type: 'blob' | 'tree' | 'commit';
  mode: string;
  sha: string;
  /** Bytes; 0 if it is not a blob. */
  size: number;
}

const treeRoute = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}';
const contentsRoute = 'GET /repos/{owner}/{repo}/contents/{path}';
const blobRoute = 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}';

type TreeResponse = ResponseOf<typeof treeRoute>;

function toTreeEntry(value: Unchecked<TreeResponse['tree'][number]>): TreeEntry {
  const from = toObject(value, 'an entry of a tree');
  const type = enumAt(from, 'type', ['blob', 'tree', 'commit']);
  return {
    path: stringAt(from, 'path'),
    type,
    mode: stringAt(from, 'mode'),
    sha: shaAt(from, 'sha'),
    size: type === 'blob' ? integerAt(from, 'size') : 0,
  };
}

/**
 * All entries of a tree, at every depth. Unavailable if GitHub truncates the list.
 * @param sha Of a tree or a commit.
 */
export const readTree = (
  client: Client,
  { owner, repo }: RepositoryName,
  sha: string,
): Promise<Result<readonly TreeEntry[]>> =>
  orUnreadable(async () => {
    const response = await client.get(
      treeRoute,
      { owner, repo, tree_sha: sha, recursive: '1' },
      { immutable: true },
    );
    if (!response.ok) return response;
    const from = toObject(response.value, 'a tree');
    return booleanAt(from, 'truncated')
      ? unavailable('it has more files than GitHub lists')
      : ok(toList(from.tree, 'tree').map(toTreeEntry));
  });

export function fileKindOf({ type, mode }: TreeEntry): FileEntry['kind'] {
  if (type === 'commit') return 'submodule';
  return mode === '120000' ? 'link' : 'file';
}

/**
 * The files below a folder, null if there are none. Stops at one file more than a connector may
 * have, so that the limit is seen to be exceeded.
 */
export function filesBelow(entries: readonly TreeEntry[], folder: string): FileAt[] | null {
  const files: FileAt[] = [];
  for (const entry of entries) {
    if (entry.type === 'tree' || !(folder === '' || entry.path.startsWith(`${folder}/`))) continue;
    files.push({
      path: folder === '' ? entry.path : entry.path.slice(folder.length + 1),
      kind: fileKindOf(entry),
      size: entry.size,
      blob: entry.sha,
    });
    if (files.length > limits.files) break;
  }
  return files.length === 0 ? null : files;
}

/**
 * A connector's folder at a commit, null if the commit has no such folder. The commit must be
 * readable: only then does a 404 mean that the folder does not exist.
 *
 * The contents API lists the folder in one request. It shows submodules as files and does not list
 * subfolders; if the folder may have either, this reads the tree too.
 */
export const readFolder = (
  client: Client,
  { owner, repo }: RepositoryName,
  path: string,
  commit: string,
): Promise<Result<FolderAt | null>> =>
  orUnreadable(async () => {
    const response = await client.get(
      contentsRoute,
      { owner, repo, path, ref: commit },
      { media: 'object', immutable: true },
    );
    if (!response.ok) return response.reason === notShown ? ok(null) : response;
    const from = toObject(response.value, path);
    // For a symbolic link to a file, GitHub shows the file.
    if (from.type !== 'dir') return ok({ files: [], misplaced: misplacedKind(from), analysis: {} });
    const entries = toList(from.entries, 'entries').map((entry) => toObject(entry, path));
    if (entries.every(isCertainlyFile) && entries.length < maxListed)
      return ok({ files: entries.slice(0, limits.files + 1).map(toFile), analysis: {} });
    const tree = await readTree(client, { owner, repo }, shaAt(from, 'sha'));
    return tree.ok ? ok({ files: filesBelow(tree.value, '') ?? [], analysis: {} }) : tree;
  });

type ContentsResponse = ResponseObject<ResponseOf<typeof contentsRoute>>;

type ContentsEntry = ResponseObject<{ type: string; name: string; size: number; sha: string }>;

/** What the contents API shows in place of a folder. */
function misplacedKind({ type }: ContentsResponse): 'submodule' | 'link' | 'file' {
  if (type === 'submodule') return 'submodule';
  return type === 'symlink' ? 'link' : 'file';
}

/** The contents API lists at most 1,000 entries of a folder. */
const maxListed = 1000;
/** The contents API shows a submodule as a file without a size. */
const isCertainlyFile = ({ type, size }: ContentsEntry): boolean =>
  type === 'file' && typeof size === 'number' && size > 0;
const toFile = (entry: ContentsEntry): FileAt => ({
  path: stringAt(entry, 'name'),
  kind: 'file',
  size: integerAt(entry, 'size'),
  blob: shaAt(entry, 'sha'),
});

/** A folder at the head, and what changed between another commit and the head. */
interface FolderChanges {
  path: string;
  /** The commit to read the folder at. */
  commit: string;
  after: FolderAt | null;
  /** All files that changed since the commit. */
  files: readonly ChangedFile[];
}

/**
 * A connector's folder before the changes: the unchanged files are those at the head, the others
 * are read at the commit. Each of those takes one request, which also caches the blob.
 */
export async function readFolderBefore(
  client: Client,
  repository: RepositoryName,
  { path: folder, commit, after, files }: FolderChanges,
): Promise<Result<FolderAt | null>> {
  const isInFolder = (path: string | undefined): path is string =>
    path?.startsWith(`${folder}/`) === true;
  const changedPaths = new Set(files.flatMap(({ path }) => (isInFolder(path) ? [path] : [])));
  const previousPaths = files
    .flatMap(({ path, previousPath, status }) =>
      status === 'added' || status === 'copied' ? [] : [previousPath ?? path],
    )
    .filter(isInFolder);
  const previousFiles = await Promise.all(
    previousPaths.map(async (path) => readFile(client, repository, folder, path, commit)),
  );
  const failed = previousFiles.find((file) => !file.ok);
  if (failed && !failed.ok) return failed;
  const unchangedFiles = (after?.files ?? []).filter(
    ({ path }) => !changedPaths.has(`${folder}/${path}`),
  );
  const before = [
    ...unchangedFiles,
    ...previousFiles.flatMap((file) => (file.ok ? [file.value] : [])),
  ].sort(compareBy(({ path }) => path));
  return ok(before.length === 0 ? null : { files: before, analysis: {} });
}

const readFile = (
  client: Client,
  { owner, repo }: RepositoryName,
  folder: string,
  path: string,
  commit: string,
): Promise<Result<FileAt>> =>
  orUnreadable(async () => {
    const response = await client.get(
      contentsRoute,
      { owner, repo, path, ref: commit },
      { media: 'object', immutable: true },
    );
    if (!response.ok) return response;
    const from = toObject(response.value, path);
    const type = enumAt(from, 'type', ['file', 'symlink', 'submodule']);
    const blob = shaAt(from, 'sha');
    // The response has the bytes of files up to 1 MB.
    if (type === 'file' && from.encoding === 'base64')
      client.addToCache(
        blobRoute,
        { owner, repo, file_sha: blob },
        { encoding: 'base64', content: from.content },
      );
    return ok({
      path: path.slice(folder.length + 1),
      kind: type === 'symlink' ? 'link' : type,
      size: integerAt(from, 'size'),
      blob,
    });
  });

/**
 * The files of a folder whose bytes are read. Files beyond a limit are only listed, by the same
 * count as in the readers of `workspace/`.
 */
export function readableFiles({ files }: FolderAt): FileAt[] {
  let total = 0;
  return files.slice(0, limits.files).filter(({ kind, size }) => {
    total += size;
    return kind === 'file' && size <= limits.fileBytes && total <= limits.totalBytes;
  });
}

/** The bytes of a blob in base64, without line breaks. */
export const readBlob = (
  client: Client,
  { owner, repo }: RepositoryName,
  blob: string,
): Promise<Result<string>> =>
  orUnreadable(async () => {
    const response = await client.get(
      blobRoute,
      { owner, repo, file_sha: blob },
      { immutable: true },
    );
    if (!response.ok) return response;
    const from = toObject(response.value, 'a blob');
    enumAt(from, 'encoding', ['base64']);
    return ok(stringAt(from, 'content').replace(/\s/g, ''));
  });
