import { join, posix, relative, sep } from 'node:path';
import {
  definitionName,
  type ConnectorClass,
  type ConnectorFolder,
  type FileEntry,
} from '../connector/connector.ts';
import { limits } from '../shared/limits.ts';
import { UserError } from '../shared/user-error.ts';
import { statsOf } from './files.ts';
import { runGit, GitError, openCheckout, withoutFilters } from './git-command.ts';

/**
 * The state of a repository that a change is held against: the merge base of a ref and what is
 * checked out.
 */
export interface Base {
  /** The top folder of the checkout. */
  root: string;
  commit: string;
  /**
   * The commit that the ref names: the base branch of today. What guards a repository is read
   * there.
   */
  tip: string;
  /**
   * Every file that differs between the base and the files on disk, from the root, with slashes; a
   * renamed one under both names.
   */
  changed: string[];
  /**
   * Folders whose definition git takes for a renamed one: the folder it is in now, and the one it
   * was in.
   */
  renamed: ReadonlyMap<string, string>;
  /** What of it is a submodule now. */
  submodules: readonly string[];
}

const git = (root: string, ...args: string[]): Promise<Buffer> => runGit(root, args);

/** One line that git answers; undefined where it says no. */
const said = async (root: string, ...args: string[]): Promise<string | undefined> => {
  try {
    return (await git(root, ...args)).toString().trim();
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
};

/** Where to look for the checkout. */
export interface GitOptions {
  /** The names of folders whose subfolders are connectors. */
  classFolders: readonly string[];
  /** The highest folder that it may be in. */
  top?: string;
}

/** Finds what a change is held against. Throws a Problem that says how to get there. */
export async function findBase(
  directory: string,
  ref: string,
  { classFolders, top }: GitOptions,
): Promise<Base> {
  const root = await openCheckout(directory, classFolders, top);
  if (root === undefined)
    throw new UserError(`--base needs a git checkout, and ${directory} is in none.`);
  const tip = await said(
    root,
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${ref}^{commit}`,
  );
  if (!tip)
    throw new UserError(
      `git knows no commit ${ref}. Fetch it first, for example: git fetch origin dev`,
    );
  const [commit, filters] = await Promise.all([
    said(root, 'merge-base', tip, 'HEAD'),
    withoutFilters(root),
  ]);
  if (!commit)
    throw new UserError(
      `${ref} and HEAD have no common ancestor here. ` +
        'A shallow clone must be fetched with its history: git fetch --unshallow',
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
    ).catch(incomplete),
    git(root, 'ls-files', '--others', '--exclude-standard', '-z'),
  ]);
  const { changed, renamed, submodules } = readRaw(names(differing));
  return { root, commit, tip, changed: [...changed, ...names(untracked)], renamed, submodules };
}

/**
 * A partial clone lacks contents, and nothing is fetched behind anybody's back: a remote can be a
 * command.
 */
const lacksContents =
  'The clone lacks contents of the base, and Gatehouse fetches nothing. Fetch them: ' +
  'git fetch --refetch --no-filter origin';

function incomplete(error: unknown): never {
  throw error instanceof GitError && /promisor|lazy|not allowed|unable to read/.test(error.message)
    ? new UserError(lacksContents)
    : error;
}

/** What is checked out. */
export interface Clone {
  root: string;
  /** The commit, and those that it names as its parents; a shallow clone lacks some of them. */
  head: string;
  parents: string[];
  shallow: boolean;
  has: (commit: string) => Promise<boolean>;
  /** Whether a commit and what is checked out have a common ancestor here. */
  joins: (commit: string) => Promise<boolean>;
}

/** The clone that a folder is in; undefined where it is in none, or nothing is checked out. */
export async function cloneOf(
  directory: string,
  { classFolders, top }: GitOptions,
): Promise<Clone | undefined> {
  const root = await openCheckout(directory, classFolders, top);
  const head =
    root !== undefined && (await said(root, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}'));
  if (root === undefined || !head) return undefined;
  // As it is written: what git itself tells of a shallow clone's end leaves out the parents that
  // are missing.
  const [commit, shallow] = await Promise.all([
    git(root, 'cat-file', 'commit', head),
    said(root, 'rev-parse', '--is-shallow-repository'),
  ]);
  const [header = ''] = commit.toString('latin1').split('\n\n', 1);
  return {
    root,
    head,
    parents: Array.from(header.matchAll(/^parent ([0-9a-f]+)$/gm), (match) => match[1] ?? ''),
    shallow: shallow === 'true',
    has: async (sha) => (await said(root, 'cat-file', '-e', `${sha}^{commit}`)) !== undefined,
    joins: async (sha) => (await said(root, 'merge-base', sha, head)) !== undefined,
  };
}

const names = (list: Buffer): string[] =>
  list
    .toString()
    .split('\0')
    .filter((name) => name !== '');

/**
 * git's list of modes, objects and a status, each with a name; a renamed or copied file has its old
 * name before the new one.
 */
function readRaw(list: readonly string[]): Pick<Base, 'changed' | 'renamed' | 'submodules'> {
  const changed: string[] = [];
  const submodules: string[] = [];
  const renamed = new Map<string, string>();
  for (let at = 0; at + 1 < list.length;) {
    const [about = '', name = '', newName = ''] = list.slice(at, at + 3);
    const [, mode, , , status = ''] = about.split(' ');
    const two = /^[RC]/.test(status);
    changed.push(...(two ? [name, newName] : [name]));
    if (mode === '160000') submodules.push(two ? newName : name);
    if (two && newName.endsWith(`/${definitionName}`))
      renamed.set(posix.dirname(newName), posix.dirname(name));
    at += two ? 3 : 2;
  }
  return { changed, renamed, submodules };
}

/**
 * The folders two below the root, in one of the class folders, that had a definition at the base
 * and are gone, not renamed.
 */
export async function deletedFolders(base: Base, classes: readonly string[]): Promise<string[]> {
  const moved = new Set(base.renamed.values());
  const candidates = new Set(
    base.changed
      .map((path) => path.split('/'))
      .filter(([first = '', , third]) => classes.includes(first) && third !== undefined)
      .map((parts) => parts.slice(0, 2).join('/')),
  );
  const gone: string[] = [];
  for (const folder of candidates) {
    if (moved.has(folder) || statsOf(join(base.root, folder))) continue;
    if (await isFileAt(base, `${folder}/${definitionName}`)) gone.push(folder);
  }
  return gone.sort();
}

/** A path on disk as git names it: from the root, with slashes. */
export const fromRoot = ({ root }: Pick<Base, 'root'>, directory: string): string =>
  relative(root, directory).split(sep).join(posix.sep);

/**
 * A connector's folder as it was at the base, perhaps under another name; undefined where it did
 * not exist. Within the same limits as one on disk.
 */
export async function readBase(
  base: Base,
  directory: string,
  path: string,
  connectorClass: ConnectorClass,
): Promise<ConnectorFolder | undefined> {
  const here = fromRoot(base, directory);
  const was = base.renamed.get(here);
  const folder =
    was === undefined || (await isFileAt(base, `${here}/${definitionName}`)) ? here : was;
  const listing = await git(
    base.root,
    'ls-tree',
    '-r',
    '-z',
    '-l',
    '--full-tree',
    base.commit,
    ...(folder === '' ? [] : ['--', `${folder}/`]),
  ).catch(incomplete);
  const files: FileEntry[] = [];
  const wanted: { entry: FileEntry; object: string }[] = [];
  let total = 0;
  for (const line of listing.toString().split('\0')) {
    const match = /^(\d+) (\w+) ([0-9a-f]+)\s+(\d+|-)\t(.*)$/s.exec(line);
    if (!match || files.length > limits.files) continue;
    const [, mode, type, object = '', bytes, name = ''] = match;
    const size = Number(bytes) || 0;
    const kind = kindOf(type ?? '', mode ?? '');
    total += size;
    const entry: FileEntry = {
      path: folder === '' ? name : name.slice(folder.length + 1),
      kind,
      size,
    };
    if (kind === 'file' && size <= limits.fileBytes && total <= limits.totalBytes)
      wanted.push({ entry, object });
    files.push(entry);
  }
  const contents = await readObjects(
    base.root,
    wanted.map(({ object }) => object),
  );
  wanted.forEach(({ entry }, index) => Object.assign(entry, { bytes: contents[index] }));
  return files.length === 0
    ? undefined
    : { path: folder === here ? path : folder, class: connectorClass, files };
}

/**
 * The contents of objects, asked of one process: a line with the size before each, a line end
 * behind it.
 */
async function readObjects(root: string, objects: readonly string[]): Promise<Uint8Array[]> {
  if (objects.length === 0) return [];
  const answer = await runGit(root, ['cat-file', '--batch'], {
    input: `${objects.join('\n')}\n`,
  }).catch(incomplete);
  let at = 0;
  return objects.map((object) => {
    const start = answer.indexOf('\n', at) + 1;
    const [name, type, size] = answer.toString('latin1', at, start - 1).split(' ');
    if (name !== object || type !== 'blob') throw new UserError(lacksContents);
    const bytes = answer.subarray(start, start + Number(size));
    at = start + Number(size) + 1;
    return bytes;
  });
}

interface TreeItem {
  kind: FileEntry['kind'] | 'folder';
  object: string;
  size: number;
}

/**
 * What is at a path at a commit, or at a folder above it where something else than a folder is
 * there; undefined where nothing is.
 */
async function entryAt(
  root: string,
  commit: string,
  path: string,
): Promise<(TreeItem & { path: string }) | undefined> {
  const parts = path.split('/');
  const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  const listed = names(
    await git(root, 'ls-tree', '-z', '-l', '--full-tree', commit, '--', ...above),
  ).flatMap((line) => {
    const match = /^(\d+) (\w+) ([0-9a-f]+)\s+(\d+|-)\t(.*)$/s.exec(line);
    if (!match) return [];
    const [, mode = '', type = '', object = '', bytes, name = ''] = match;
    return [
      {
        path: name,
        kind: type === 'tree' ? ('folder' as const) : kindOf(type, mode),
        object,
        size: Number(bytes) || 0,
      },
    ];
  });
  return (
    listed.find((one) => one.path === path) ??
    listed.find((one) => one.kind !== 'folder' && path.startsWith(`${one.path}/`))
  );
}

function kindOf(type: string, mode: string): FileEntry['kind'] {
  if (type === 'commit') return 'submodule';
  return mode === '120000' ? 'link' : 'file';
}

const isFileAt = async ({ root, commit }: Base, path: string): Promise<boolean> => {
  const entry = await entryAt(root, commit, path);
  return entry?.path === path && entry.kind === 'file';
};

const called: Record<TreeItem['kind'], string> = {
  file: 'a file',
  folder: 'a folder',
  link: 'a symbolic link',
  submodule: 'a git submodule',
  special: 'no file',
};

/**
 * A file as it is at a commit; undefined where there is none.
 * @throws Problem where something else stands in its place, or it has more than `most` bytes: to go
 * on without it would be to go on with less than was said
 *
 */
export async function readBaseFile(
  root: string,
  commit: string,
  path: string,
  most: number,
): Promise<Uint8Array | undefined> {
  const entry = await entryAt(root, commit, path);
  if (!entry) return undefined;
  if (entry.path !== path || entry.kind !== 'file')
    throw new UserError(
      `${entry.path} is ${called[entry.kind]} at ${commit.slice(0, 10)}, so ${path} cannot ` +
        `be read there. Commit ${path} as a file.`,
    );
  if (entry.size > most)
    throw new UserError(
      `${path} has ${entry.size.toLocaleString('en-US')} bytes at ${commit.slice(0, 10)}, ` +
        `and at most ${most.toLocaleString('en-US')} are read. Make it smaller.`,
    );
  const [bytes] = await readObjects(root, [entry.object]);
  return bytes;
}
