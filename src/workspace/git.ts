import { join, posix, relative, sep } from 'node:path';
import type { ConnectorClass, ConnectorFolder, FileEntry } from '../connector/connector.ts';
import { findFiles, roleOf } from '../connector/file-names.ts';
import { closestMatch } from '../shared/did-you-mean.ts';
import { limits } from '../shared/limits.ts';
import { UserError } from '../shared/user-error.ts';
import { statsOf } from './files.ts';
import { runGit, GitError, openCheckout, withoutFilters } from './git-command.ts';

/** What a change is compared with: the merge base of a ref and HEAD. */
export interface Base {
  /** The top folder of the checkout. */
  root: string;
  /** The SHA of the merge base. */
  commit: string;
  /** The SHA of the ref: the base branch as it is today. Settings and owners are read from it. */
  tip: string;
  /**
   * Every file that differs between the merge base and the disk: paths from the root, with slashes.
   * A renamed file is in the list under both names.
   */
  changed: string[];
  /** Folders whose definition was renamed, according to git: the new folder, and the old one. */
  renamed: ReadonlyMap<string, string>;
  /** Those of the changed paths that are submodules now. */
  submodules: readonly string[];
}

const git = (root: string, ...args: string[]): Promise<Buffer> => runGit(root, args);

/** The output of git, trimmed; undefined if git ends with an error. */
const tryGit = async (root: string, ...args: string[]): Promise<string | undefined> => {
  try {
    return (await git(root, ...args)).toString().trim();
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
};

/** Where to search for the checkout. */
export interface GitOptions {
  /** The names of folders whose subfolders are connectors. */
  classFolders: readonly string[];
  /** The highest folder to search. */
  top?: string;
}

/** As many branches and tags are compared with a ref that does not exist. */
const maxRefs = 1_000;

/** What to do about a ref that the clone lacks: a similar one, or how to fetch it. */
async function suggestRef(root: string, ref: string): Promise<string> {
  const refs = await tryGit(
    root,
    'for-each-ref',
    `--count=${maxRefs}`,
    '--format=%(refname:short)',
    'refs/heads',
    'refs/remotes',
    'refs/tags',
  );
  const names = refs?.split('\n').filter((name) => name !== '') ?? [];
  const match = names.find((name) => name.endsWith(`/${ref}`)) ?? closestMatch(ref, names);
  return match === undefined
    ? 'Fetch it first, for example: git fetch origin dev'
    : `Did you mean ${match}?`;
}

/**
 * The default branch of the remote `origin`, such as `origin/main`, as the clone knows it.
 * @returns undefined if the directory is in no checkout, or the clone does not know the branch
 * @throws UserError if git rejects the checkout
 */
export async function defaultBranchOf(
  directory: string,
  { classFolders, top }: GitOptions,
): Promise<string | undefined> {
  const root = await openCheckout(directory, classFolders, top);
  if (root === undefined) return undefined;
  return tryGit(root, 'symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD');
}

/**
 * Finds the base of a change.
 * @param ref a branch, tag or commit of the clone
 * @throws UserError if the clone lacks it, or the history that joins it to HEAD; says what to fetch
 */
export async function findBase(
  directory: string,
  ref: string,
  { classFolders, top }: GitOptions,
): Promise<Base> {
  const root = await openCheckout(directory, classFolders, top);
  if (root === undefined)
    throw new UserError(`--base needs a git checkout, and ${directory} is not in one.`);
  const tip = await tryGit(
    root,
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${ref}^{commit}`,
  );
  if (!tip) throw new UserError(`The clone has no commit ${ref}. ${await suggestRef(root, ref)}`);
  const [commit, filters] = await Promise.all([
    tryGit(root, 'merge-base', tip, 'HEAD'),
    withoutFilters(root),
  ]);
  if (!commit)
    throw new UserError(
      `${ref} and HEAD have no common ancestor in this clone. ` +
        'If it is shallow, fetch its history: git fetch --unshallow',
    );
  const [differing, untracked] = await Promise.all([
    runGit(
      root,
      [
        'diff',
        '--raw',
        '--no-abbrev',
        '--find-renames',
        '--no-ext-diff',
        '--no-textconv',
        '--no-color',
        '--no-relative',
        '--ignore-submodules=dirty',
        '-O/dev/null',
        '-z',
        commit,
        '--',
      ],
      { more: filters },
    ).catch(explainMissingContents),
    git(root, 'ls-files', '--others', '--exclude-standard', '-z'),
  ]);
  const { changed, renamed, submodules } = parseRawDiff(splitNul(differing));
  return { root, commit, tip, changed: [...changed, ...splitNul(untracked)], renamed, submodules };
}

/**
 * A partial clone lacks contents. Gatehouse does not fetch them, because the remote of a stranger's
 * checkout can be a command.
 */
const missingContents =
  'The clone lacks file contents of the base, and Gatehouse does not fetch. Fetch them: ' +
  'git fetch --refetch --no-filter origin';

function explainMissingContents(error: unknown): never {
  throw error instanceof GitError && /promisor|lazy|not allowed|unable to read/.test(error.message)
    ? new UserError(missingContents)
    : error;
}

/** A clone, and the commit that is checked out. */
export interface Clone {
  root: string;
  head: string;
  /** The parents of `head`. A shallow clone may lack them. */
  parents: string[];
  shallow: boolean;
  /** Whether the clone has a commit. */
  has: (commit: string) => Promise<boolean>;
  /** Whether a commit and `head` have a common ancestor in the clone. */
  joins: (commit: string) => Promise<boolean>;
}

/** The clone that a folder is in; undefined if it is in none, or no commit is checked out. */
export async function cloneOf(
  directory: string,
  { classFolders, top }: GitOptions,
): Promise<Clone | undefined> {
  const root = await openCheckout(directory, classFolders, top);
  const head =
    root !== undefined && (await tryGit(root, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}'));
  if (root === undefined || !head) return undefined;
  // The raw commit, because at the end of a shallow clone `git log` hides the parents that the
  // clone lacks.
  const [commit, shallow] = await Promise.all([
    git(root, 'cat-file', 'commit', head),
    tryGit(root, 'rev-parse', '--is-shallow-repository'),
  ]);
  const [header = ''] = commit.toString('latin1').split('\n\n', 1);
  return {
    root,
    head,
    parents: Array.from(header.matchAll(/^parent ([0-9a-f]+)$/gm), (match) => match[1] ?? ''),
    shallow: shallow === 'true',
    has: async (sha) => (await tryGit(root, 'cat-file', '-e', `${sha}^{commit}`)) !== undefined,
    joins: async (sha) => (await tryGit(root, 'merge-base', sha, head)) !== undefined,
  };
}

/** Splits the output of git with `-z`. */
const splitNul = (list: Buffer): string[] =>
  list
    .toString()
    .split('\0')
    .filter((name) => name !== '');

/**
 * Parses the output of `git diff --raw -z`: each item is a string with modes, objects and a status,
 * followed by a name. A renamed or copied file has two names, the old one first.
 */
function parseRawDiff(list: readonly string[]): Pick<Base, 'changed' | 'renamed' | 'submodules'> {
  const changed: string[] = [];
  const submodules: string[] = [];
  const renamed = new Map<string, string>();
  for (let at = 0; at + 1 < list.length;) {
    const [header = '', name = '', newName = ''] = list.slice(at, at + 3);
    const [, mode, , , status = ''] = header.split(' ');
    const hasTwoNames = /^[RC]/.test(status);
    changed.push(...(hasTwoNames ? [name, newName] : [name]));
    if (mode === submoduleMode) submodules.push(hasTwoNames ? newName : name);
    if (hasTwoNames && roleOf(newName) === 'definition' && roleOf(name) === 'definition')
      renamed.set(posix.dirname(newName), posix.dirname(name));
    at += hasTwoNames ? 3 : 2;
  }
  return { changed, renamed, submodules };
}

/**
 * Connector folders that had a definition at the base and were deleted: paths from the root, sorted.
 * A renamed folder is not deleted.
 * @param classes the names of the class folders
 */
export async function deletedFolders(base: Base, classes: readonly string[]): Promise<string[]> {
  const renamed = new Set(base.renamed.values());
  const candidates = new Set(
    base.changed
      .map((path) => path.split('/'))
      .filter(([first = '', , third]) => classes.includes(first) && third !== undefined)
      .map((parts) => parts.slice(0, 2).join('/')),
  );
  const deleted: string[] = [];
  for (const folder of candidates) {
    if (renamed.has(folder) || statsOf(join(base.root, folder))) continue;
    if (await hasDefinitionAt(base, folder)) deleted.push(folder);
  }
  return deleted.sort();
}

/** The path of a file or folder from the root of the checkout, with slashes. */
export const fromRoot = ({ root }: Pick<Base, 'root'>, directory: string): string =>
  relative(root, directory).split(sep).join(posix.sep);

/**
 * Reads a connector's folder as it was at the base, under its old name if it was renamed. The
 * limits are those for a folder on disk.
 * @param directory the folder on disk
 * @param path the path that reports show
 * @returns undefined if the folder did not exist
 */
export async function readBase(
  base: Base,
  directory: string,
  path: string,
  connectorClass: ConnectorClass,
): Promise<ConnectorFolder | undefined> {
  const current = fromRoot(base, directory);
  const previous = base.renamed.get(current);
  const isRenamed = previous !== undefined && !(await hasDefinitionAt(base, current));
  const folder = isRenamed ? previous : current;
  const items = (
    await listTree(base.root, base.commit, ['-r', ...(folder === '' ? [] : ['--', `${folder}/`])])
  )
    .filter(isNotFolder)
    .slice(0, limits.files + 1);
  if (items.length === 0) return undefined;
  const readable = withinLimits(items);
  const contents = await readBlobs(
    base.root,
    Array.from(readable, ({ object }) => object),
  );
  return {
    path: isRenamed ? folder : path,
    class: connectorClass,
    files: items.map((item): FileEntry => {
      const bytes = readable.has(item) ? contents.get(item.object) : undefined;
      return {
        path: folder === '' ? item.path : item.path.slice(folder.length + 1),
        kind: item.kind,
        size: item.size,
        ...(bytes && { bytes }),
      };
    }),
  };
}

/** An item of `git ls-tree`; its path is from the root. */
interface TreeItem {
  path: string;
  kind: FileEntry['kind'] | 'folder';
  /** The SHA of its content. */
  object: string;
  /** Bytes; 0 if it is not a file. */
  size: number;
}

const submoduleMode = '160000';
const linkMode = '120000';

async function listTree(
  root: string,
  commit: string,
  args: readonly string[],
): Promise<TreeItem[]> {
  const output = await git(root, 'ls-tree', '-z', '-l', '--full-tree', commit, ...args).catch(
    explainMissingContents,
  );
  return splitNul(output).flatMap((line) => {
    const match = /^(\d+) (\w+) ([0-9a-f]+)\s+(\d+|-)\t(.*)$/s.exec(line);
    if (!match) return [];
    const [, mode = '', type = '', object = '', size, path = ''] = match;
    return [{ path, kind: kindOf(type, mode), object, size: Number(size) || 0 }];
  });
}

function kindOf(type: string, mode: string): TreeItem['kind'] {
  if (type === 'tree') return 'folder';
  if (type === 'commit') return 'submodule';
  return mode === linkMode ? 'link' : 'file';
}

const isNotFolder = (item: TreeItem): item is TreeItem & { kind: FileEntry['kind'] } =>
  item.kind !== 'folder';

/** The files to read: those that are within the limits of one file and, in order, of all files. */
function withinLimits(items: readonly TreeItem[]): ReadonlySet<TreeItem> {
  let total = 0;
  return new Set(
    items.filter(({ kind, size }) => {
      total += size;
      return kind === 'file' && size <= limits.fileBytes && total <= limits.totalBytes;
    }),
  );
}

/**
 * Reads blobs with one process, and returns their contents by SHA. `git cat-file --batch` writes a
 * line with the SHA, the type and the size before each, and a newline after it.
 */
async function readBlobs(
  root: string,
  objects: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  if (objects.length === 0) return contents;
  const output = await runGit(root, ['cat-file', '--batch'], {
    input: `${objects.join('\n')}\n`,
  }).catch(explainMissingContents);
  let at = 0;
  for (const object of objects) {
    const start = output.indexOf('\n', at) + 1;
    const [sha, type, size] = output.toString('latin1', at, start - 1).split(' ');
    if (sha !== object || type !== 'blob') throw new UserError(missingContents);
    contents.set(object, output.subarray(start, start + Number(size)));
    at = start + Number(size) + 1;
  }
  return contents;
}

/**
 * Finds the item at a path of a commit. If a folder above the path is not a folder in that commit,
 * returns the item in its place.
 */
async function itemAt(root: string, commit: string, path: string): Promise<TreeItem | undefined> {
  const parts = path.split('/');
  const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  const items = await listTree(root, commit, ['--', ...paths]);
  return (
    items.find((item) => item.path === path) ??
    items.find((item) => item.kind !== 'folder' && path.startsWith(`${item.path}/`))
  );
}

/** Whether a folder of a commit has a definition, under whatever name. */
const hasDefinitionAt = async ({ root, commit }: Base, folder: string): Promise<boolean> => {
  const items = await listTree(root, commit, ['--', `${folder}/`]);
  const files = items
    .filter(({ kind }) => kind === 'file')
    .map(({ path }) => ({ path: path.slice(folder.length + 1) }));
  return findFiles(files).definition !== undefined;
};

const kindNames: Record<TreeItem['kind'], string> = {
  file: 'a file',
  folder: 'a folder',
  link: 'a symbolic link',
  submodule: 'a git submodule',
  special: 'not a file',
};

/**
 * Reads a file of a commit; undefined if there is none.
 * @throws UserError if something else is at the path, or the file has more than `maxBytes`: to go on
 * without it would mean to apply fewer settings than the repository has
 */
export async function readBaseFile(
  root: string,
  commit: string,
  path: string,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const item = await itemAt(root, commit, path);
  if (!item) return undefined;
  if (item.path !== path || item.kind !== 'file')
    throw new UserError(
      `${item.path} is ${kindNames[item.kind]} at ${commit.slice(0, 10)}, so ${path} cannot ` +
        `be read there. Commit ${path} as a file.`,
    );
  if (item.size > maxBytes)
    throw new UserError(
      `${path} has ${item.size.toLocaleString('en-US')} bytes at ${commit.slice(0, 10)}, ` +
        `and at most ${maxBytes.toLocaleString('en-US')} are read. Make it smaller.`,
    );
  return (await readBlobs(root, [item.object])).get(item.object);
}
