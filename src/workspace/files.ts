import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { UserError } from '../shared/user-error.ts';

/** Why a file was not read. */
export type Obstacle = 'missing' | 'link' | 'folder' | 'special' | 'large' | 'unreadable';

/**
 * A file's bytes, or why it was not read. `description` continues a sentence that begins with the
 * name of the file: "does not exist".
 */
export type FileResult =
  | { bytes: Buffer; size: number }
  | { obstacle: Obstacle; description: string; size: number };

export interface ReadOptions {
  /** A larger file is not read. */
  maxBytes: number;
  /**
   * Read the file that a symbolic link points to. Only for a path that the user typed, never for a
   * file of a checkout.
   */
  follow?: boolean;
}

/** Opening a named pipe without O_NONBLOCK waits until a process opens its other end. */
const nonBlocking = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
/** Makes opening a symbolic link fail. 0 on Windows, which has no such flag. */
export const noLink = constants.O_NOFOLLOW ?? 0;

/** What is on disk instead of a regular file; undefined for a regular file. */
function obstacleIn(stats: Stats): 'link' | 'folder' | 'special' | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isSymbolicLink()) return 'link';
  return stats.isDirectory() ? 'folder' : 'special';
}

const descriptions: Record<Exclude<Obstacle, 'large' | 'unreadable'>, string> = {
  missing: 'does not exist',
  link: 'is a symbolic link, and links are not followed',
  folder: 'is a folder, not a file',
  special: 'is not a regular file but a named pipe, a socket or a device',
};

/**
 * Reads a file. All files of a checkout are read with this function, because a checkout may hold
 * anything: it follows no symbolic link (without `follow`), never blocks, and reads no more bytes
 * than the file had when it was opened. Never throws.
 */
export function readRegularFile(
  path: string,
  { maxBytes, follow = false }: ReadOptions,
): FileResult {
  const unread = (obstacle: Exclude<Obstacle, 'large' | 'unreadable'>): FileResult => ({
    obstacle,
    description: descriptions[obstacle],
    size: 0,
  });
  try {
    // Checked before it is opened, because opening a device can have effects.
    const stats = follow ? statSync(path) : lstatSync(path);
    const obstacle = obstacleIn(stats);
    if (obstacle !== undefined) return unread(obstacle);
    const opened = openFile(path, follow);
    if (typeof opened === 'string') return unread(opened);
    try {
      const { size } = opened.stats;
      if (size > maxBytes)
        return {
          obstacle: 'large',
          description:
            `has ${size.toLocaleString('en-US')} bytes, and at most ` +
            `${maxBytes.toLocaleString('en-US')} are read`,
          size,
        };
      return { bytes: readStart(opened.file, Buffer.allocUnsafe(size)), size };
    } finally {
      closeSync(opened.file);
    }
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EMLINK' || (code === 'ELOOP' && !follow)) return unread('link');
    if (code !== undefined && missingCodes.has(code)) return unread('missing');
    return {
      obstacle: 'unreadable',
      description: `cannot be read (${code ?? String(error)})`,
      size: 0,
    };
  }
}

/**
 * Reads a file that the user named.
 * @throws UserError if it cannot be read, or is larger than `maxBytes`
 */
export function readNamedFile(path: string, maxBytes: number): string {
  const read = readRegularFile(path, { maxBytes, follow: true });
  if (!('bytes' in read)) throw new UserError(`${path} could not be read: it ${read.description}.`);
  return new TextDecoder().decode(read.bytes);
}

/**
 * Opens a regular file, or returns what is there instead. The caller closes the file.
 * @throws the error of the system if the file cannot be opened
 */
export function openFile(
  path: string,
  follow = false,
): { file: number; stats: Stats } | 'link' | 'folder' | 'special' {
  const file = openSync(path, nonBlocking | (follow ? 0 : noLink));
  let stats: Stats | undefined;
  try {
    stats = fstatSync(file);
  } finally {
    if (!stats?.isFile()) closeSync(file);
  }
  return obstacleIn(stats) ?? { file, stats };
}

/** Reads an open file from its start until the buffer is full or the file ends. */
export function readStart(file: number, buffer: Buffer): Buffer {
  let length = 0;
  while (length < buffer.length) {
    const count = readSync(file, buffer, length, buffer.length - length, length);
    if (count === 0) break;
    length += count;
  }
  return buffer.subarray(0, length);
}

/**
 * Like `lstat`; undefined if nothing is at the path.
 * @throws UserError if the system does not allow it
 */
export function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    const code = errorCode(error);
    if (code !== undefined && missingCodes.has(code)) return undefined;
    throw new UserError(
      `${path} cannot be accessed (${code ?? String(error)}). ` +
        'Change its permissions so that this user can read it.',
    );
  }
}

/**
 * Error codes for a path at which nothing can be: also below a file, through a link to itself, or
 * with a name that is too long.
 */
const missingCodes = new Set([
  'ENOENT',
  'ENOTDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'ERR_INVALID_ARG_VALUE',
]);

export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

/**
 * Writes a file atomically: a reader, or a machine that stops in the middle, sees either the old
 * file or the new one.
 */
export function writeWhole(path: string, bytes: Uint8Array): void {
  // The name is random and the file must be new: otherwise a symbolic link that was placed there
  // would decide which file is overwritten.
  const temporary = `${path}.gatehouse-${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, bytes, { flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
