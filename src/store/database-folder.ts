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
import { UserError, errorMessage } from '../shared/user-error.ts';

/** Whether a database may be made where there is none: `unless marked` there was one before. */
export type CreatePolicy = 'yes' | 'no' | 'unless marked';

/** How often to look whether the locks are still there, in milliseconds. */
const lookEvery = 500;
/** How long to wait for a process whose lock is gone to notice it, in milliseconds. */
const noticedWithin = 3_000;

const backup = 'docs/operate.md#backup';

/** The folder of the embedded database, locked: one process at a time works in it. */
export class DatabaseFolder {
  /** What the database itself is in. */
  readonly database: string;
  /** True where there was none when the folder was opened. */
  readonly isNew: boolean;
  readonly #path: string;
  readonly #locks: Lock[];
  readonly #sqlite: typeof Sqlite;
  #looking: NodeJS.Timeout | undefined;

  /**
   * Locks the folder, which is made if it is not there.
   * @throws Problem where another process has it, it is damaged, or there is no database and none
   * may be made
   *
   */
  static async open(path: string, mayMake: CreatePolicy): Promise<DatabaseFolder> {
    const database = join(path, 'database');
    if (isEmpty(database)) expectNone(path, mayMake);
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
        expectNone(path, mayMake);
        writeFileSync(
          join(path, unfinished),
          'A new database is being made. ' +
            'If this file stays, that was interrupted, and the next start begins anew.\n',
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
   * To be called when the database can be used: from now on it is one that must not get lost.
   * @param lost is called once if a lock or the database is removed or replaced: whoever finds the
   * folder without a lock may start to work in it
   *
   */
  ready(lost: (problem: UserError) => void): void {
    if (this.isNew) {
      this.#locks.push(new Lock(this.#sqlite, join(this.database, innerLock), this.#path));
      rmSync(join(this.#path, unfinished), { force: true });
    }
    mark(this.#path);
    this.#looking = setInterval(() => {
      const gone = this.#locks.find((one) => !one.stands());
      if (gone === undefined) return;
      clearInterval(this.#looking);
      lost(
        new UserError(
          `${gone.path} was removed or replaced while this process was working in the ` +
            'database, so another process may start to write to it. ' +
            'This one has stopped before both ruin it. ' +
            'Leave that folder alone, and start again.',
        ),
      );
    }, lookEvery).unref();
  }

  release(): void {
    clearInterval(this.#looking);
    for (const one of this.#locks) one.release();
  }
}

const unfinished = 'unfinished';
const innerLock = 'gatehouse.lock';

const isEmpty = (database: string): boolean =>
  !existsSync(database) || readdirSync(database).length === 0;

/** @throws Problem where there should be a database */
function expectNone(path: string, mayMake: CreatePolicy): void {
  const made = marked(path);
  if (mayMake === 'no')
    throw new UserError(
      `There is no database in ${path}. ` +
        `Mount its volume, restore its backup (${backup}), or set GATEHOUSE_FOLDER to where ` +
        'it is. A new one is made by gatehouse serve, unless GATEHOUSE_NEW_DATABASE is no.',
    );
  if (mayMake === 'unless marked' && made !== undefined) {
    throw new UserError(
      `The database that was in ${path} is gone (${markOf(path)}: ${made}). ` +
        `Mount its volume, or restore its backup (${backup}). ` +
        'To begin with an empty one, without the signatures that were in it, set ' +
        'GATEHOUSE_NEW_DATABASE=yes for one start.',
    );
  }
}

/**
 * A second lock where nobody removes it by accident: a process whose first lock is gone is still
 * found by it. Where one was missing, such a process is given the time to notice.
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
  await setTimeout(noticedWithin);
  if (outer.stands() && inner.stands()) return inner;
  inner.release();
  throw inUse(path);
}

const inUse = (path: string): UserError =>
  new UserError(
    `Another process is using the embedded database in ${path}. ` +
      'Stop that one, or let both share a PostgreSQL: set DATABASE_URL.',
  );

/** The database cannot be opened, or not be read. */
export const damaged = (path: string, because: string): UserError =>
  new UserError(
    `The embedded database in ${path} cannot be opened, so it is damaged or of another ` +
      `version: ${because.split('\n', 1).join('').replace(/\.$/, '')}. ` +
      `Move that folder away and restore its backup (${backup}); ` +
      'signatures that were exported come back with gatehouse signatures import.',
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
 * A file that one process at a time has locked. The system itself takes the lock back when the
 * process dies: SQLite has such a lock on every platform, and Node.js has SQLite.
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
            `Make sure that no other gatehouse works in ${folder}, remove ${path}, and start ` +
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

  /** Whether it is still the file that others find at this path. */
  stands(): boolean {
    return this.#id !== undefined && idOf(this.path) === this.#id;
  }

  release(): void {
    this.#file.close();
  }
}

/** SQLite's codes: somebody else has locked it; it is no file of SQLite's. */
const busy = 5;
const notLock = 26;

function idOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

/**
 * Beside the folder, so that it is still there when the folder was emptied or its volume is not
 * mounted.
 */
const markOf = (path: string): string => `${resolve(path)}.database`;

/** What the mark says; undefined where there is none. */
const marked = (path: string): string | undefined =>
  existsSync(markOf(path))
    ? readFileSync(markOf(path), 'utf8').split('\n', 1).join('').slice(0, 200)
    : undefined;

function mark(path: string): void {
  if (existsSync(markOf(path))) return;
  try {
    writeFileSync(
      markOf(path),
      `made on ${new Date().toISOString().slice(0, 10)}\nGatehouse keeps its database in ` +
        `${resolve(path)}. By this file it notices when that folder is empty although it ` +
        `should not be.\n`,
    );
  } catch {
    // It may not write there; GATEHOUSE_NEW_DATABASE=no does the same.
  }
}
