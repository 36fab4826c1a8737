import { readdirSync, type Dirent } from 'node:fs';
import { sep } from 'node:path';
import { errorCode } from './files.ts';

export function kindOf(entry: Dirent): 'file' | 'link' | 'special' {
  if (entry.isFile()) return 'file';
  return entry.isSymbolicLink() ? 'link' : 'special';
}

/**
 * Whether a file name is valid UTF-8. Node.js replaces what is not, and no file can be opened by
 * the resulting name.
 */
export const isUtf8 = (name: string): boolean => !name.includes('\ufffd');

/** The entries of a folder, or the error code if it cannot be read. */
export function entriesOf(directory: string): Dirent[] | string {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

/** A path with slashes, also on Windows. */
export const slashes = (path: string): string => (sep === '/' ? path : path.replaceAll(sep, '/'));
