import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import type * as Sqlite from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { runsAs } from '../shared/project.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';

/**
 * Whether to create a database if there is none. `unless marked`: only if the mark beside the folder
 * does not show that there was one.
 */
export type CreatePolicy = 'yes' | 'no' | 'unless marked';

/** How often to check that the locks are still there, in milliseconds. */
const checkInterval = 500;
/** How long a process whose lock is gone may take to notice it, in milliseconds. */
const noticeTimeout = 3_000;

const backup = 'docs/operate.md#backup';

/** The locked folder of the embedded database: only one process at a time may use it. */
export class DatabaseFolder {
  /** The folder of PGlite's files. */
  readonly database: string;
  /** Whether there was no database when the folder was opened. */
  readonly isNew: boolean;
  readonly #path: string;
  readonly #locks: Lock[];
  readonly #sqlite: typeof Sqlite;
  #checking: NodeJS.Timeout | undefined;

  /**
   * Locks the folder, and creates it if it is missing.
   * @throws UserError if another process uses it, it is damaged, or there is no database and the
   * policy does not allow to create one
   */
  static async open(path: string, createPolicy: CreatePolicy): Promise<DatabaseFolder> {
    const database = join(path, 'database');
    if (isEmpty(database)) expectNone(path, createPolicy);
    let lock: Lock | undefined;
    try {
      mkdirSync(path, { recursive: true });
      const outer = join(path, 'lock');
      const hadLock = existsSync(outer);
      const sqlite = await loadSqlite();
      lock = new Lock(sqlite, outer, path);
      // It was never finished, so nothing was ever kept in it.
      if (existsSync(join(path, unfinished))) rmSync(database, { recursive: true, force: true });
      if (isEmpty(database)) {
        expectNone(path, createPolicy);
        writeFileSync(
          join(path, unfinished),
          'A new database is being created. ' +
            'If this file stays, that was interrupted, and the next start begins again.\n',
        );
        return new DatabaseFolder(path, database, true, sqlite, [lock]);
      }
      if (!existsSync(join(database, 'PG_VERSION'))) throw damaged(path, 'PG_VERSION is missing');
      return new DatabaseFolder(path, database, false, sqlite, [
        lock,
        await lockInside(sqlite, database, lock, hadLock, path),
      ]);
    } catch (error) {
      lock?.release();
      throw error instanceof UserError
        ? error
        : new UserError(
            `The folder of the database cannot be used: ${errorMessage(error)}. ` +
              'Set GATEHOUSE_FOLDER to one that this user may write to and whose disk is not ' +
              'full.',
          );
    }
  }

  private constructor(
    path: string,
    database: string,
    isNew: boolean,
    sqlite: typeof Sqlite,
    locks: Lock[],
  ) {
    this.#path = path;
    this.database = database;
    this.isNew = isNew;
    this.#sqlite = sqlite;
    this.#locks = locks;
  }

  /**
   * Marks the database as created, and starts to check the locks. To be called when the database is
   * ready for use.
   * @param onLost is called once if a lock or the database is removed or replaced, because another
   * process may then start to use the folder
   */
  ready(onLost: (error: UserError) => void): void {
    if (this.isNew) {
      this.#locks.push(new Lock(this.#sqlite, join(this.database, innerLock), this.#path));
      rmSync(join(this.#path, unfinished), { force: true });
    }
    mark(this.#path);
    this.#checking = setInterval(() => {
      const lost = this.#locks.find((lock) => !lock.isInPlace());
      if (lost === undefined) return;
      clearInterval(this.#checking);
      onLost(
        new UserError(
          `${lost.path} was removed or replaced while this process was using the ` +
            'database, so another process may start to write to it. ' +
            'This process stopped before both damage the database. ' +
            'Do not change files in that folder, and start again.',
        ),
      );
    }, checkInterval).unref();
  }

  release(): void {
    clearInterval(this.#checking);
    for (const lock of this.#locks) lock.release();
  }
}

const unfinished = 'unfinished';
const innerLock = 'gatehouse.lock';

const isEmpty = (database: string): boolean =>
  !existsSync(database) || readdirSync(database).length === 0;

/** @throws UserError if there should be a database */
function expectNone(path: string, createPolicy: CreatePolicy): void {
  const markText = readMark(path);
  if (createPolicy === 'no')
    throw new UserError(
      `There is no database in ${path}. ` +
        `Mount its volume, restore its backup (${backup}), or set GATEHOUSE_FOLDER to where ` +
        'it is. gatehouse serve creates a new one, unless GATEHOUSE_NEW_DATABASE is no.',
    );
  if (createPolicy === 'unless marked' && markText !== undefined) {
    throw new UserError(
      `The database that was in ${path} is gone (${markPathOf(path)}: ${markText}). ` +
        `Mount its volume, or restore its backup (${backup}). ` +
        'To start with an empty one, without the signatures that were in it, set ' +
        'GATEHOUSE_NEW_DATABASE=yes for one start.',
    );
  }
}

/**
 * Takes a second lock, inside the database, where it is not removed by accident. It reveals a
 * process whose outer lock was removed. If one of the two locks was missing, waits until such a
 * process must have noticed.
 */
async function lockInside(
  sqlite: typeof Sqlite,
  database: string,
  outer: Lock,
  hadOuter: boolean,
  path: string,
): Promise<Lock> {
  const at = join(database, innerLock);
  const hadInner = existsSync(at);
  const inner = new Lock(sqlite, at, path);
  if (hadOuter && hadInner) return inner;
  await setTimeout(noticeTimeout);
  if (outer.isInPlace() && inner.isInPlace()) return inner;
  inner.release();
  throw inUse(path);
}

const inUse = (path: string): UserError =>
  new UserError(
    `Another process is using the embedded database in ${path}. ` +
      'Stop it, or let both processes share a PostgreSQL: set DATABASE_URL.',
  );

/** The error for a database that cannot be opened or read. */
export const damaged = (path: string, reason: string): UserError =>
  new UserError(
    `The embedded database in ${path} cannot be opened, so it is damaged or of another ` +
      `version: ${reason.split('\n', 1).join('').replace(/\.$/, '')}. ` +
      `Move that folder away and restore its backup (${backup}); ` +
      `import exported signatures with ${runsAs} signatures import.`,
  );

/**
 * Loads SQLite only for the embedded database: Node.js 22 has it from 22.13 on, and warns at the
 * first use that it is experimental.
 * @throws UserError if this Node.js has none
 */
async function loadSqlite(): Promise<typeof Sqlite> {
  try {
    return await import('node:sqlite');
  } catch {
    throw new UserError(
      `The embedded database needs Node.js 22.13 or later; this is ${process.versions.node}. ` +
        'Update Node.js, or set DATABASE_URL to a PostgreSQL.',
    );
  }
}

/**
 * A file that one process at a time can lock. The system releases the lock when the process dies.
 * SQLite has such a lock on every platform, and Node.js has SQLite.
 */
class Lock {
  readonly path: string;
  readonly #file: Sqlite.DatabaseSync;
  readonly #id: string | undefined;

  constructor(sqlite: typeof Sqlite, path: string, folder: string) {
    this.path = path;
    let file: Sqlite.DatabaseSync | undefined;
    try {
      file = new sqlite.DatabaseSync(path, { timeout: 0 });
      file.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      file?.close();
      const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
      if (code === busy) throw inUse(folder);
      if (code === notLock)
        throw new UserError(
          `The lock ${path} is damaged: it is a file that Gatehouse did not write. ` +
            `Make sure that no other gatehouse uses ${folder}, remove ${path}, and start ` +
            'again.',
        );
      throw new UserError(
        `The lock ${path} cannot be taken: ${errorMessage(error)}. ` +
          'Make sure that this user may write to it and that its disk is not full.',
      );
    }
    this.#file = file;
    this.#id = idOf(path);
  }

  /** Whether the locked file is still the one at this path. */
  isInPlace(): boolean {
    return this.#id !== undefined && idOf(this.path) === this.#id;
  }

  release(): void {
    this.#file.close();
  }
}

/** SQLite's result codes SQLITE_BUSY and SQLITE_NOTADB. */
const busy = 5;
const notLock = 26;

function idOf(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.dev}:${stats.ino}`;
}

/**
 * The file that shows that there was a database. It is beside the folder, so that it is still there
 * if the folder was emptied or its volume is not mounted.
 */
const markPathOf = (path: string): string => `${resolve(path)}.database`;

/** The first line of the mark; undefined if there is none. */
const readMark = (path: string): string | undefined =>
  existsSync(markPathOf(path))
    ? readFileSync(markPathOf(path), 'utf8').split('\n', 1).join('').slice(0, 200)
    : undefined;

function mark(path: string): void {
  if (existsSync(markPathOf(path))) return;
  try {
    writeFileSync(
      markPathOf(path),
      `created on ${new Date().toISOString().slice(0, 10)}\nGatehouse has its database in ` +
        `${resolve(path)}. This file shows that the folder should not be empty.\n`,
    );
  } catch {
    // No permission to write there. GATEHOUSE_NEW_DATABASE=no serves the same purpose.
  }
}
