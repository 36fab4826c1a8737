import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, posix, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { definitionName, type ConnectorClass, type ConnectorFolder, type FileEntry } from '../connector/connector.ts';
import { limits } from '../connector/limits.ts';
import { Problem } from '../problem.ts';

const run = promisify(execFile);

/** The state of a repository that a change is held against: the merge base of a ref and what is checked out. */
export interface Base {
  /** The top folder of the checkout. */
  root: string;
  commit: string;
  /** The commit that the ref names: the base branch of today. What guards a repository is read there. */
  tip: string;
  /** Every file that differs between the base and the files on disk, from the root, with slashes; a renamed one under both names. */
  changed: string[];
  /** Folders whose definition git takes for a renamed one: the folder it is in now, and the one it was in. */
  renamed: ReadonlyMap<string, string>;
}

const git = (directory: string, ...args: string[]): Promise<Buffer> => ask(directory, args);

/** What git answers to arguments, and perhaps to lines on its standard input. */
async function ask(directory: string, args: readonly string[], input?: string): Promise<Buffer> {
  const options = { cwd: directory, encoding: 'buffer', maxBuffer: 1 << 30, env: { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' } } as const;
  try {
    const asked = run('git', ['--no-pager', '--literal-pathspecs', '-c', 'core.quotePath=false', ...args], options);
    asked.child.stdin?.on('error', () => undefined); // a git that ends early says why by its status
    asked.child.stdin?.end(input);
    return (await asked).stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new Problem('git was not found. Install it, or run without --base.');
    throw error;
  }
}

const said = async (directory: string, ...args: string[]): Promise<string | undefined> => {
  try {
    return (await git(directory, ...args)).toString().trim();
  } catch (error) {
    if (error instanceof Problem) throw error;
    return undefined; // git's own "no" to a question
  }
};

/** Finds what a change is held against. Throws a Problem that says how to get there. */
export async function findBase(directory: string, ref: string): Promise<Base> {
  const top = await said(directory, 'rev-parse', '--show-toplevel');
  const root = top && resolve(top);
  if (!root) throw new Problem(`--base needs a git checkout, and ${directory} is in none.`);
  const tip = await said(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);
  if (!tip) throw new Problem(`git knows no commit ${ref}. Fetch it first, for example: git fetch origin dev`);
  const commit = await said(root, 'merge-base', tip, 'HEAD');
  if (!commit) throw new Problem(`${ref} and HEAD have no common ancestor here. A shallow clone must be fetched with its history: git fetch --unshallow`);
  const [differing, untracked] = await Promise.all([
    git(root, 'diff', '--name-status', '--find-renames', '--no-ext-diff', '-z', commit, '--'),
    git(root, 'ls-files', '--others', '--exclude-standard', '-z'),
  ]);
  const { changed, renamed } = readStatus(names(differing));
  return { root, commit, tip, changed: [...changed, ...names(untracked)], renamed };
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
export async function cloneOf(directory: string): Promise<Clone | undefined> {
  const top = await said(directory, 'rev-parse', '--show-toplevel');
  const head = top && (await said(top, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}'));
  if (!top || !head) return undefined;
  const root = resolve(top);
  // As it is written: what git itself tells of a shallow clone's end leaves out the parents that are missing.
  const [commit, shallow] = await Promise.all([git(root, 'cat-file', 'commit', head), said(root, 'rev-parse', '--is-shallow-repository')]);
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

const names = (list: Buffer): string[] => list.toString().split('\0').filter((name) => name !== '');

/** git's list of a status and a name each; a renamed or copied file has its old name before the new one. */
function readStatus(list: readonly string[]): Pick<Base, 'changed' | 'renamed'> {
  const changed: string[] = [];
  const renamed = new Map<string, string>();
  for (let at = 0; at + 1 < list.length; ) {
    const [status = '', name = '', newName = ''] = list.slice(at, at + 3);
    const two = /^[RC]/.test(status);
    changed.push(...(two ? [name, newName] : [name]));
    if (two && newName.endsWith(`/${definitionName}`)) renamed.set(posix.dirname(newName), posix.dirname(name));
    at += two ? 3 : 2;
  }
  return { changed, renamed };
}

/** The folders two below the root, in one of the class folders, that had a definition at the base and are gone, not renamed. */
export async function deletedFolders(base: Base, classes: readonly string[]): Promise<string[]> {
  const moved = new Set(base.renamed.values());
  const candidates = new Set(base.changed.map((path) => path.split('/')).filter(([first = '', , third]) => classes.includes(first) && third !== undefined).map((parts) => parts.slice(0, 2).join('/')));
  const gone: string[] = [];
  for (const folder of candidates) {
    if (moved.has(folder) || existsSync(join(base.root, folder, definitionName))) continue;
    if (!existsSync(join(base.root, folder)) && (await readBaseFile(base.root, base.commit, `${folder}/${definitionName}`))) gone.push(folder);
  }
  return gone.sort();
}

/** A path on disk as git names it: from the root, with slashes. */
export const fromRoot = ({ root }: Pick<Base, 'root'>, directory: string): string => relative(root, directory).split(sep).join(posix.sep);

/** A connector's folder as it was at the base, perhaps under another name; undefined where it did not exist. Within the same limits as one on disk. */
export async function readBase(base: Base, directory: string, path: string, connectorClass: ConnectorClass): Promise<ConnectorFolder | undefined> {
  const here = fromRoot(base, directory);
  const was = base.renamed.get(here);
  const folder = was === undefined || (await readBaseFile(base.root, base.commit, `${here}/${definitionName}`)) ? here : was;
  const listing = await git(base.root, 'ls-tree', '-r', '-z', '-l', '--full-tree', base.commit, ...(folder === '' ? [] : ['--', `${folder}/`]));
  const files: FileEntry[] = [];
  const wanted: { entry: FileEntry; object: string }[] = [];
  let total = 0;
  for (const line of listing.toString().split('\0')) {
    const match = /^(\d+) (\w+) ([0-9a-f]+)\s+(\d+|-)\t(.*)$/s.exec(line);
    if (!match || files.length > limits.files) continue;
    const [, mode, type, object = '', bytes, name = ''] = match;
    const size = Number(bytes) || 0;
    const kind = type === 'commit' ? 'submodule' : mode === '120000' ? 'link' : 'file';
    total += size;
    const entry: FileEntry = { path: folder === '' ? name : name.slice(folder.length + 1), kind, size };
    if (kind === 'file' && size <= limits.fileBytes && total <= limits.totalBytes) wanted.push({ entry, object });
    files.push(entry);
  }
  const contents = await readObjects(base.root, wanted.map(({ object }) => object));
  wanted.forEach(({ entry }, index) => Object.assign(entry, { bytes: contents[index] }));
  return files.length === 0 ? undefined : { path: folder === here ? path : folder, class: connectorClass, files };
}

/** The contents of objects, asked of one process: a line with the size before each, a line end behind it. */
async function readObjects(root: string, objects: readonly string[]): Promise<Uint8Array[]> {
  if (objects.length === 0) return [];
  const answer = await ask(root, ['cat-file', '--batch'], `${objects.join('\n')}\n`);
  let at = 0;
  return objects.map((object) => {
    const start = answer.indexOf('\n', at) + 1;
    const [name, type, size] = answer.toString('latin1', at, start - 1).split(' ');
    if (name !== object || type !== 'blob') throw new Problem(`git has no content for ${object}. A partial clone must be able to fetch it: git fetch --refetch`);
    const bytes = answer.subarray(start, start + Number(size));
    at = start + Number(size) + 1;
    return bytes;
  });
}

/** A file as it is at a commit; undefined where there is none. */
export async function readBaseFile(root: string, commit: string, path: string): Promise<Uint8Array | undefined> {
  try {
    return await git(root, 'cat-file', 'blob', `${commit}:${path}`);
  } catch (error) {
    if (error instanceof Problem) throw error;
    return undefined;
  }
}
