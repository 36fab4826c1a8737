import { realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { readRegularFile, statsOf } from './files.ts';

/**
 * The top folder of the checkout that a directory is in: the nearest one with a `.git`, as the path
 * was given. Looked for here because git would also take a folder that has the files of a
 * repository itself, which everybody can commit; `.git` nobody can.
 * @param top the highest folder that it may be
 *
 */
export function findCheckout(directory: string, top?: string): string | undefined {
  for (let at = resolve(directory); ; at = dirname(at)) {
    if (gitDirectoryOf(at) !== undefined) return at;
    if (at === top || dirname(at) === at) return undefined;
  }
}

/**
 * The folder that `.git` is, or that the file `.git` of a linked worktree or submodule names;
 * undefined where there is none.
 */
export function gitDirectoryOf(root: string): string | undefined {
  const path = join(root, '.git');
  try {
    if (statSync(path).isDirectory())
      return statsOf(join(path, 'HEAD')) ? realpathSync(path) : undefined;
    const read = readRegularFile(path, { most: 8192, follow: true });
    const [, named] =
      'bytes' in read ? (/^gitdir: ([^\0]+?)[\r\n]*$/.exec(read.bytes.toString()) ?? []) : [];
    return named === undefined ? undefined : realpathSync(resolve(root, named));
  } catch {
    return undefined;
  }
}

/**
 * The first symbolic link on the way from the top of the checkout to an absolute path in it, or at
 * its end; undefined where there is none.
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

/** Whether a path is a folder or in it; both are absolute. */
export function isWithin(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}
