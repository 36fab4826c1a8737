import type { ConnectorFolderName } from '../review/model/connector-folder-name.ts';
import { folderDigest } from '../release/folder-digest.ts';
import { ok } from '../review/model/result.ts';
import type {
  ChangedFile,
  ConnectorAt,
  FolderAt,
  RepositoryName,
  Result,
} from '../review/model/snapshot.ts';
import { limits } from '../shared/limits.ts';
import type { Client } from './client.ts';
import {
  filesBelow,
  readableFiles,
  readBlob,
  readFolder,
  readFolderBefore,
  type TreeEntry,
} from './git-trees.ts';
import { maxPullFiles } from './request-pull.ts';

/** The two commits to read connectors at. */
export interface ComparedCommits {
  before: Result<string>;
  after: string;
  /** The last commit of the base branch, which `tree` is of. */
  tip: string | undefined;
  tree: Result<readonly TreeEntry[]>;
  /** The changed files. Undefined if they are not those between `before` and `after`. */
  files: Result<readonly ChangedFile[]> | undefined;
}

/** Reads the folders of connectors, before and after the changes. */
export async function readConnectors(
  client: Client,
  repository: RepositoryName,
  folders: readonly ConnectorFolderName[],
  commits: ComparedCommits,
): Promise<ConnectorAt[]> {
  return Promise.all(
    folders.map(async (folder) => {
      const after = await readFolder(client, repository, folder.path, commits.after);
      const before = await readBefore(client, repository, folder.path, commits, after);
      const isBehind = hasBaseChanged(folder.path, commits, before);
      return { ...folder, before, after, ...(isBehind && { isBehind }) };
    }),
  );
}

/** Whether the folder at the tip of the base branch is another one than at the merge base. */
function hasBaseChanged(
  path: string,
  { tree, files }: ComparedCommits,
  before: Result<FolderAt | null>,
): boolean {
  if (!tree.ok || !before.ok || files === undefined) return false;
  const atTip = filesBelow(tree.value, path);
  return folderDigest(atTip ?? []) !== folderDigest(before.value?.files ?? []);
}

/** The folder before the changes, in as few requests as the known facts allow. */
async function readBefore(
  client: Client,
  repository: RepositoryName,
  path: string,
  { before, tip, tree, files }: ComparedCommits,
  after: Result<FolderAt | null>,
): Promise<Result<FolderAt | null>> {
  if (!before.ok) return before;
  if (tree.ok && before.value === tip) {
    const below = filesBelow(tree.value, path);
    return ok(below && { files: below, analysis: {} });
  }
  const isComplete = (after.ok && after.value ? after.value.files.length : 0) <= limits.files;
  if (files?.ok === true && files.value.length < maxPullFiles && after.ok && isComplete)
    return readFolderBefore(client, repository, {
      path,
      commit: before.value,
      after: after.value,
      files: files.value,
    });
  return readFolder(client, repository, path, before.value);
}

/**
 * Reads the bytes of all files within the limits, each blob once. A folder becomes unavailable if
 * one of its blobs is.
 * @returns `contents` has the bytes in base64, by the SHA of the blob.
 */
export async function readContents(
  client: Client,
  repository: RepositoryName,
  connectors: readonly ConnectorAt[],
): Promise<{ connectors: ConnectorAt[]; contents: Record<string, string> }> {
  const folders = connectors
    .flatMap(({ before, after }) => [before, after])
    .flatMap((side) => (side.ok && side.value ? [side.value] : []));
  const shas = new Set(folders.flatMap((folder) => readableFiles(folder).map(({ blob }) => blob)));
  const blobs = new Map(
    await Promise.all(
      Array.from(shas, async (sha) => [sha, await readBlob(client, repository, sha)] as const),
    ),
  );
  const orMissing = (side: Result<FolderAt | null>): Result<FolderAt | null> => {
    if (!side.ok || !side.value) return side;
    const missing = readableFiles(side.value)
      .map(({ blob }) => blobs.get(blob))
      .find((blob) => !blob?.ok);
    return missing && !missing.ok ? missing : side;
  };
  return {
    connectors: connectors.map((connector) => ({
      ...connector,
      before: orMissing(connector.before),
      after: orMissing(connector.after),
    })),
    contents: Object.fromEntries(
      Array.from(blobs).flatMap(([sha, bytes]) => (bytes.ok ? [[sha, bytes.value]] : [])),
    ),
  };
}
