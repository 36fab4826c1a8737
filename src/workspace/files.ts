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

/** What kept a file from being read. */
export type Obstacle = 'missing' | 'link' | 'folder' | 'special' | 'large' | 'unreadable';

/**
 * A file's bytes, or what stands in their place. `says` continues a sentence that begins with the
 * name.
 */
export type FileResult =
  | { bytes: Buffer; size: number }
  | { not: Obstacle; says: string; size: number };

export interface ReadOptions {
  /** Files with more bytes are not read. */
  most: number;
  /**
   * Read the file that a link points to. Only for what the person who runs Gatehouse named, never
   * for what is in a checkout.
   */
  follow?: boolean;
}

/**
 * Neither follows a link nor waits: to open a named pipe that nobody writes into would take
 * forever.
 */
const withoutWaiting = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
export const noLink = constants.O_NOFOLLOW ?? 0;

/** What something on disk is, where a file is expected; undefined for a file. */
function obstacleIn(stats: Stats): 'link' | 'folder' | 'special' | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isSymbolicLink()) return 'link';
  return stats.isDirectory() ? 'folder' : 'special';
}

const words: Record<Exclude<Obstacle, 'large' | 'unreadable'>, string> = {
  missing: 'does not exist',
  link: 'is a symbolic link, and links are not followed',
  folder: 'is a folder, not a file',
  special: 'is no regular file but a named pipe, a socket or a device',
};

/**
 * Reads a file: the only way in which files of a checkout are read. Never follows a link (unless
 * told to), never waits for what is no regular file, and reads no more bytes than it had when it
 * was opened. Never throws.
 */
export function readRegularFile(path: string, { most, follow = false }: ReadOptions): FileResult {
  const not = (obstacle: Exclude<Obstacle, 'large' | 'unreadable'>): FileResult => ({
    not: obstacle,
    says: words[obstacle],
    size: 0,
  });
  try {
    // Before it is opened, because opening a device can already set something off.
    const stats = follow ? statSync(path) : lstatSync(path);
    const obstacle = obstacleIn(stats);
    if (obstacle !== undefined) return not(obstacle);
    const opened = openFile(path, follow);
    if (typeof opened === 'string') return not(opened);
    try {
      const { size } = opened.stats;
      if (size > most)
        return {
          not: 'large',
          says:
            `has ${size.toLocaleString('en-US')} bytes, and at most ` +
            `${most.toLocaleString('en-US')} are read`,
          size,
        };
      return { bytes: readStart(opened.file, Buffer.allocUnsafe(size)), size };
    } finally {
      closeSync(opened.file);
    }
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EMLINK' || (code === 'ELOOP' && !follow)) return not('link');
    if (code !== undefined && nothing.has(code)) return not('missing');
    return { not: 'unreadable', says: `cannot be read (${code ?? String(error)})`, size: 0 };
  }
}

/**
 * Opens a regular file; or says what is there instead. The caller closes it. Throws what the system
 * says no with.
 */
export function openFile(
  path: string,
  follow = false,
): { file: number; stats: Stats } | 'link' | 'folder' | 'special' {
  const file = openSync(path, withoutWaiting | (follow ? 0 : noLink));
  let stats: Stats | undefined;
  try {
    stats = fstatSync(file);
  } finally {
    if (!stats?.isFile()) closeSync(file);
  }
  return obstacleIn(stats) ?? { file, stats };
}

/** The bytes of an open file from its beginning on, as many as there is room for. */
export function readStart(file: number, room: Buffer): Buffer {
  let length = 0;
  while (length < room.length) {
    const count = readSync(file, room, length, room.length - length, length);
    if (count === 0) break;
    length += count;
  }
  return room.subarray(0, length);
}

/**
 * What is at a path, a link as a link; undefined where nothing is. Throws a Problem where that is
 * not told.
 */
export function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    const code = errorCode(error);
    if (code !== undefined && nothing.has(code)) return undefined;
    throw new UserError(
      `${path} cannot be looked at (${code ?? String(error)}). ` +
        'Give it permissions that let it be read.',
    );
  }
}
/**
 * What the system says where nothing can be: also below a file, through a link to itself, under a
 * name of a megabyte.
 */
const nothing = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']);

export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

/**
 * Writes a file as a whole or not at all: who reads it meanwhile, or a machine that stops, sees the
 * old or the new one.
 */
export function writeWhole(path: string, bytes: Uint8Array): void {
  // A name that nobody can know beforehand, and only where nothing is: a link that waits there
  // would be written through.
  const temporary = `${path}.gatehouse-${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, bytes, { flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
