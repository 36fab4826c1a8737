import { realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { readRegularFile, statsOf } from './files.ts';

/** A folder and the folders that it is in, up to the root of the file system. */
export function* foldersUpFrom(directory: string): Iterable<string> {
  for (let at = resolve(directory); ; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) return;
  }
}

/**
 * Finds the top folder of the checkout that a directory is in: the nearest one with a `.git`,
 * spelled as the path was. git is not asked, because it also accepts a folder that holds the files
 * of a bare repository. Those can be committed to a repository; `.git` cannot.
 * @param top the highest folder to search
 */
export function findCheckout(directory: string, top?: string): string | undefined {
  for (const at of foldersUpFrom(directory)) {
    if (gitDirectoryOf(at) !== undefined) return at;
    if (at === top) return undefined;
  }
  return undefined;
}

/**
 * The real path of the folder `.git`, or of the folder that the file `.git` of a linked worktree or
 * submodule names; undefined if there is neither.
 */
export function gitDirectoryOf(root: string): string | undefined {
  const path = join(root, '.git');
  try {
    if (statSync(path).isDirectory())
      return statsOf(join(path, 'HEAD')) ? realpathSync(path) : undefined;
    const content = readRegularFile(path, { maxBytes: 8192, follow: true });
    if (!('bytes' in content)) return undefined;
    const [, folder] = /^gitdir: ([^\0]+?)[\r\n]*$/.exec(content.bytes.toString()) ?? [];
    return folder === undefined ? undefined : realpathSync(resolve(root, folder));
  } catch {
    return undefined;
  }
}

/**
 * The first symbolic link among the folders from the top of the checkout down to an absolute path
 * in it, the path included; undefined if there is none.
 */
export function linkOnTheWay(path: string, top = findCheckout(dirname(path))): string | undefined {
  if (top === undefined || !isWithin(top, path)) return undefined;
  let at = top;
  for (const part of relative(top, path).split(sep)) {
    at = join(at, part);
    if (statsOf(at)?.isSymbolicLink() === true) return at;
  }
  return undefined;
}

/** Whether an absolute path is the folder itself, or is in it. */
export function isWithin(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}
