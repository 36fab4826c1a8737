import type { FileEntry } from '../connector/connector.ts';
import { limits } from '../connector/limits.ts';
import { known, unknown } from '../review/known.ts';
import type { FileAt, FolderAt, Known, RepositoryName } from '../review/snapshot.ts';
import { notShown, type Client } from './client.ts';
import { data, flag, list, number, oneOf, sha, text, type Data } from './data.ts';

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
  return { path: text(from, 'path'), type, mode: text(from, 'mode'), sha: sha(from, 'sha'), size: type === 'blob' ? number(from, 'size') : 0 };
};

/** All that is in a tree, or in the tree of a commit, at every depth. Unknown where GitHub does not list it whole. */
export async function treeOf(client: Client, { owner, name }: RepositoryName, of: string): Promise<Known<readonly TreeEntry[]>> {
  const answer = await client.get('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', { owner, repo: name, tree_sha: of, recursive: '1' }, { immutable: true });
  if (!answer.known) return answer;
  const from = data(answer.value, 'a tree');
  return flag(from, 'truncated') ? unknown('it has more files than GitHub lists') : known(list(from.tree, 'tree').map(entryOf));
}

const kindOf = ({ type, mode }: TreeEntry): FileEntry['kind'] => (type === 'commit' ? 'submodule' : mode === '120000' ? 'link' : 'file');

/** The files below a folder, one more than a connector may have at most; null where there are none. */
export function filesBelow(entries: readonly TreeEntry[], folder: string): FileAt[] | null {
  const files: FileAt[] = [];
  for (const entry of entries) {
    if (entry.type === 'tree' || !(folder === '' || entry.path.startsWith(`${folder}/`))) continue;
    files.push({ path: folder === '' ? entry.path : entry.path.slice(folder.length + 1), kind: kindOf(entry), size: entry.size, blob: entry.sha });
    if (files.length > limits.files) break;
  }
  return files.length === 0 ? null : files;
}

/**
 * A connector's folder at a commit. The contents API lists it, and where that leaves open what something is (it calls submodules files, and
 * does not look into folders) the tree tells. The commit is one that could be read: where the folder is missing there is none.
 */
export async function folderAt(client: Client, { owner, name }: RepositoryName, path: string, commit: string): Promise<Known<FolderAt | null>> {
  const answer = await client.get('GET /repos/{owner}/{repo}/contents/{path}', { owner, repo: name, path, ref: commit }, { media: 'object', immutable: true });
  if (!answer.known) return answer.because === notShown ? known(null) : answer;
  const from = data(answer.value, path);
  if (from.type !== 'dir') return known({ files: [{ path: path.split('/').pop() ?? path, kind: from.type === 'submodule' ? 'submodule' : 'link', size: 0, blob: sha(from, 'sha') }], measured: {} });
  const entries = list(from.entries, 'entries').map((one) => data(one, path));
  if (entries.every(isPlain) && entries.length < mostListed) return known({ files: entries.slice(0, limits.files + 1).map(plainFile), measured: {} });
  const tree = await treeOf(client, { owner, name }, sha(from, 'sha'));
  return tree.known ? known({ files: filesBelow(tree.value, '') ?? [], measured: {} }) : tree;
}

/** The contents API lists no more than these. */
const mostListed = 1000;
/** A file that can be nothing else: a submodule is called a file too, and has no size. */
const isPlain = (entry: Data): boolean => entry.type === 'file' && typeof entry.size === 'number' && entry.size > 0;
const plainFile = (entry: Data): FileAt => ({ path: text(entry, 'name'), kind: 'file', size: number(entry, 'size'), blob: sha(entry, 'sha') });

/** The files of a folder that are within the limits, as readers of a disk count them: what is over one is listed and not read. */
export function readable({ files }: FolderAt): FileAt[] {
  let total = 0;
  return files.slice(0, limits.files).filter(({ kind, size }) => {
    total += size;
    return kind === 'file' && size <= limits.fileBytes && total <= limits.totalBytes;
  });
}

/** The bytes of a blob, in base64. */
export async function blobOf(client: Client, { owner, name }: RepositoryName, blob: string): Promise<Known<string>> {
  const answer = await client.get('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { owner, repo: name, file_sha: blob }, { immutable: true });
  if (!answer.known) return answer;
  const from = data(answer.value, 'a blob');
  oneOf(from, 'encoding', ['base64']);
  return known(text(from, 'content').replace(/\s/g, ''));
}
