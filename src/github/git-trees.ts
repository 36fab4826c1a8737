import type { FileEntry } from '../connector/connector.ts';
import { compareBy } from '../shared/compare-strings.ts';
import { limits } from '../shared/limits.ts';
import { ok, unavailable } from '../review/model/result.ts';
import type {
  ChangedFile,
  FileAt,
  FolderAt,
  Result,
  RepositoryName,
} from '../review/model/snapshot.ts';
import { notShown, type Client } from './client.ts';
import {
  data,
  flag,
  list,
  number,
  oneOf,
  sha,
  text,
  orUnreadable,
  type ResponseObject,
} from './parse-response.ts';

/** An entry of a tree of git. */
export interface TreeEntry {
  /** From the tree's root. */
  path: string;
  type: 'blob' | 'tree' | 'commit';
  mode: string;
  sha: string;
  /** Bytes; 0 for what is no blob. */
  size: number;
}

const entryOf = (value: unknown): TreeEntry => {
  const from = data(value, 'an entry of a tree');
  const type = oneOf(from, 'type', ['blob', 'tree', 'commit']);
  return {
    path: text(from, 'path'),
    type,
    mode: text(from, 'mode'),
    sha: sha(from, 'sha'),
    size: type === 'blob' ? number(from, 'size') : 0,
  };
};

/**
 * All that is in a tree, or in the tree of a commit, at every depth. Unknown where GitHub does not
 * list it whole.
 */
export const treeOf = (
  client: Client,
  repository: RepositoryName,
  of: string,
): Promise<Result<readonly TreeEntry[]>> => orUnreadable(() => treeRead(client, repository, of));

async function treeRead(
  client: Client,
  { owner, repo }: RepositoryName,
  of: string,
): Promise<Result<readonly TreeEntry[]>> {
  const answer = await client.get(
    'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
    { owner, repo, tree_sha: of, recursive: '1' },
    { immutable: true },
  );
  if (!answer.ok) return answer;
  const from = data(answer.value, 'a tree');
  return flag(from, 'truncated')
    ? unavailable('it has more files than GitHub lists')
    : ok(list(from.tree, 'tree').map(entryOf));
}

function kindOf({ type, mode }: TreeEntry): FileEntry['kind'] {
  if (type === 'commit') return 'submodule';
  return mode === '120000' ? 'link' : 'file';
}

/**
 * The files below a folder, one more than a connector may have at most; null where there are none.
 */
export function filesBelow(entries: readonly TreeEntry[], folder: string): FileAt[] | null {
  const files: FileAt[] = [];
  for (const entry of entries) {
    if (entry.type === 'tree' || !(folder === '' || entry.path.startsWith(`${folder}/`))) continue;
    files.push({
      path: folder === '' ? entry.path : entry.path.slice(folder.length + 1),
      kind: kindOf(entry),
      size: entry.size,
      blob: entry.sha,
    });
    if (files.length > limits.files) break;
  }
  return files.length === 0 ? null : files;
}

/**
 * A connector's folder at a commit. The contents API lists it, and where that leaves open what
 * something is (it calls submodules files, and does not look into folders) the tree tells. The
 * commit is one that could be read: where the folder is missing there is none.
 */
export const folderAt = (
  client: Client,
  repository: RepositoryName,
  path: string,
  commit: string,
): Promise<Result<FolderAt | null>> =>
  orUnreadable(() => folderRead(client, repository, path, commit));

async function folderRead(
  client: Client,
  { owner, repo }: RepositoryName,
  path: string,
  commit: string,
): Promise<Result<FolderAt | null>> {
  const answer = await client.get(
    'GET /repos/{owner}/{repo}/contents/{path}',
    { owner, repo, path, ref: commit },
    { media: 'object', immutable: true },
  );
  if (!answer.ok) return answer.reason === notShown ? ok(null) : answer;
  const from = data(answer.value, path);
  // Of a link to a file GitHub shows that file.
  if (from.type !== 'dir') return ok({ files: [], misplaced: misplacedBy(from), analysis: {} });
  const entries = list(from.entries, 'entries').map((one) => data(one, path));
  if (entries.every(isPlain) && entries.length < mostListed)
    return ok({ files: entries.slice(0, limits.files + 1).map(plainFile), analysis: {} });
  const tree = await treeOf(client, { owner, repo }, sha(from, 'sha'));
  return tree.ok ? ok({ files: filesBelow(tree.value, '') ?? [], analysis: {} }) : tree;
}

/** What the contents API shows in the place of a folder. */
function misplacedBy({ type }: ResponseObject): 'submodule' | 'link' | 'file' {
  if (type === 'submodule') return 'submodule';
  return type === 'symlink' ? 'link' : 'file';
}

/** A folder at the merge base, and what has become of it since. */
interface Since {
  path: string;
  commit: string;
  after: FolderAt | null;
  /** All files that changed. */
  files: readonly ChangedFile[];
}

/**
 * A connector's folder as it was before the files changed: what did not change is there still; what
 * did is read at the merge base, each file with its bytes in one request, which remembers them as
 * the blob that they are.
 */
export async function folderWithout(
  client: Client,
  repository: RepositoryName,
  { path: folder, commit, after, files }: Since,
): Promise<Result<FolderAt | null>> {
  const here = (path: string | undefined): path is string =>
    path?.startsWith(`${folder}/`) === true;
  const changed = new Set(files.flatMap(({ path }) => (here(path) ? [path] : [])));
  const were = files
    .flatMap(({ path, previousPath, status }) =>
      status === 'added' || status === 'copied' ? [] : [previousPath ?? path],
    )
    .filter(here);
  const read = await Promise.all(
    were.map(async (path) => fileAt(client, repository, folder, path, commit)),
  );
  const missing = read.find((file) => !file.ok);
  if (missing && !missing.ok) return missing;
  const kept = (after?.files ?? []).filter(({ path }) => !changed.has(`${folder}/${path}`));
  const before = [...kept, ...read.flatMap((file) => (file.ok ? [file.value] : []))].sort(
    compareBy(({ path }) => path),
  );
  return ok(before.length === 0 ? null : { files: before, analysis: {} });
}

const fileAt = (
  client: Client,
  repository: RepositoryName,
  folder: string,
  path: string,
  commit: string,
): Promise<Result<FileAt>> =>
  orUnreadable(() => fileRead(client, repository, folder, path, commit));

async function fileRead(
  client: Client,
  { owner, repo }: RepositoryName,
  folder: string,
  path: string,
  commit: string,
): Promise<Result<FileAt>> {
  const answer = await client.get(
    'GET /repos/{owner}/{repo}/contents/{path}',
    { owner, repo, path, ref: commit },
    { media: 'object', immutable: true },
  );
  if (!answer.ok) return answer;
  const from = data(answer.value, path);
  const type = oneOf(from, 'type', ['file', 'symlink', 'submodule']);
  const blob = sha(from, 'sha');
  // Up to 1 MB the bytes are there too.
  if (type === 'file' && from.encoding === 'base64')
    client.remember(
      blobRoute,
      { owner, repo, file_sha: blob },
      { encoding: 'base64', content: from.content },
    );
  return ok({
    path: path.slice(folder.length + 1),
    kind: type === 'symlink' ? 'link' : type,
    size: number(from, 'size'),
    blob,
  });
}

/** The contents API lists no more than these. */
const mostListed = 1000;
/** A file that can be nothing else: a submodule is called a file too, and has no size. */
const isPlain = (entry: ResponseObject): boolean =>
  entry.type === 'file' && typeof entry.size === 'number' && entry.size > 0;
const plainFile = (entry: ResponseObject): FileAt => ({
  path: text(entry, 'name'),
  kind: 'file',
  size: number(entry, 'size'),
  blob: sha(entry, 'sha'),
});

/**
 * The files of a folder that are within the limits, as readers of a disk count them: what is over
 * one is listed and not read.
 */
export function readable({ files }: FolderAt): FileAt[] {
  let total = 0;
  return files.slice(0, limits.files).filter(({ kind, size }) => {
    total += size;
    return kind === 'file' && size <= limits.fileBytes && total <= limits.totalBytes;
  });
}

const blobRoute = 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}';

/** The bytes of a blob, in base64. */
export const blobOf = (
  client: Client,
  repository: RepositoryName,
  blob: string,
): Promise<Result<string>> => orUnreadable(() => blobRead(client, repository, blob));

async function blobRead(
  client: Client,
  { owner, repo }: RepositoryName,
  blob: string,
): Promise<Result<string>> {
  const answer = await client.get(blobRoute, { owner, repo, file_sha: blob }, { immutable: true });
  if (!answer.ok) return answer;
  const from = data(answer.value, 'a blob');
  oneOf(from, 'encoding', ['base64']);
  return ok(text(from, 'content').replace(/\s/g, ''));
}
