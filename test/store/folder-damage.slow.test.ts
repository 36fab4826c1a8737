import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/shared/user-error.ts';
import { Store, type StoreOptions } from '../../src/store/store.ts';
import { cli } from '../support/cli.ts';
import { temporaryFolders } from './temporary-folders.ts';
import { databases } from './databases.ts';
import { hasPostgres } from './postgres.ts';

const told: string[] = [];
const openStore = (folder: string, more: Partial<StoreOptions> = {}): Promise<Store> =>
  Store.open({
    url: undefined,
    folder,
    lease: 10,
    onQueueError: (error) => expect.fail(error.message),
    warn: (words) => told.push(words),
    onLost: (problem) => expect.fail(problem.message),
    ...more,
  });
/** Opens and closes it. */
const opens = async (folder: string, more: Partial<StoreOptions> = {}): Promise<void> =>
  (await openStore(folder, more)).close(1);

const newPostgres = databases();
let toldFirst: string[];
const { newDatabase } = temporaryFolders(async (first) => {
  await opens(first);
  toldFirst = told.splice(0);
});

let folder: string;
let database: string;
beforeEach(() => {
  folder = newDatabase();
  database = join(folder, 'database');
});
describe('a damaged embedded database is reported in one line with the remedy, and not replaced:', () => {
  test.each<[string, () => void]>([
    ['without the file of its version', () => rmSync(join(database, 'PG_VERSION'))],
    ['of another version', () => writeFileSync(join(database, 'PG_VERSION'), '12\n')],
    ['without its control file', () => rmSync(join(database, 'global/pg_control'))],
    ['with half a control file', () => truncateSync(join(database, 'global/pg_control'), 100)],
    [
      'with another control file',
      () => writeFileSync(join(database, 'global/pg_control'), Buffer.alloc(8192, 7)),
    ],
    ['without its log', () => rmSync(join(database, 'pg_wal'), { recursive: true })],
    ['without its tables', () => rmSync(join(database, 'base'), { recursive: true })],
    [
      'with files of somebody else’s alone',
      () => {
        rmSync(database, { recursive: true });
        mkdirSync(database);
        writeFileSync(join(database, 'readme.txt'), 'Backups are in the other building.');
      },
    ],
  ])('%s', async (_, damage) => {
    damage();
    const before = readdirSync(database, { recursive: true }).filter(
      (name) => name !== 'global/pg_internal.init',
    ); // a cache
    const refused = await openStore(folder).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UserError);
    expect(String(refused)).toMatch(
      /^Error: The embedded database in \S+data cannot be opened, so it is damaged or of another version: .*docs\/operate\.md#backup[^\n]*$/,
    );
    expect(readdirSync(database, { recursive: true })).toEqual(expect.arrayContaining(before));
    expect(told).toEqual([]);
    // It is not locked any more.
    rmSync(folder, { recursive: true });
    newDatabase(folder);
    await opens(folder);
  });

  test('the command line prints that line, without a stack trace', () => {
    writeFileSync(join(database, 'global/pg_control'), '');
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'signatures', 'export'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', GATEHOUSE_FOLDER: folder },
    });
    expect({ status, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({
      status: 2,
      stdout: '',
      lines: 1,
    });
    expect(stderr).toMatch(/^gatehouse: The embedded database in .* is damaged/);
  });
});

describe('a database that is missing is never silently replaced:', () => {
  test.each<[string, () => void]>([
    [
      'an emptied folder',
      () => {
        for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
      },
    ],
    ['a folder that is gone', () => rmSync(folder, { recursive: true })],
    [
      'an emptied database',
      () => {
        rmSync(database, { recursive: true });
        mkdirSync(database);
      },
    ],
  ])('%s, where there was one before', async (_, empty) => {
    await opens(folder);
    empty();
    const before = existsSync(folder) ? readdirSync(folder) : undefined;
    await expect(openStore(folder)).rejects.toThrow(
      /^The database that was in \S+data is gone \(\S+data\.database: created on \d{4}-\d\d-\d\d\)\. Mount its volume, or restore its backup \(docs\/operate\.md#backup\)/,
    );
    expect(existsSync(folder) ? readdirSync(folder) : undefined).toEqual(before);
    newDatabase(folder);
    await opens(folder);
    empty();
    expect(told).toEqual([]);
    await opens(folder, { createPolicy: 'yes' });
    expect(told.splice(0)).toEqual([
      expect.stringMatching(
        /created a new database, without any signatures\. If there should be signatures, stop now/,
      ),
    ]);
    await opens(folder);
  });

  test('an empty folder, if the operator set GATEHOUSE_NEW_DATABASE=no', async () => {
    rmSync(folder, { recursive: true });
    await expect(openStore(folder, { createPolicy: 'no' })).rejects.toThrow(
      /^There is no database in \S+data\. Mount its volume/,
    );
    expect(existsSync(folder)).toBe(false);
    const { status, stderr } = spawnSync(
      process.execPath,
      [cli, 'review', 'contoso/connectors#1'],
      {
        encoding: 'utf8',
        env: {
          PATH: process.env.PATH ?? '',
          GATEHOUSE_FOLDER: folder,
          GATEHOUSE_NEW_DATABASE: 'never',
          APP_ID: '1',
          PRIVATE_KEY: '-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----',
        },
      },
    );
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'gatehouse: GATEHOUSE_NEW_DATABASE needs yes or no, not never.\n',
    });
  });

  test.runIf(hasPostgres)(
    'an empty PostgreSQL, if the operator set GATEHOUSE_NEW_DATABASE=no',
    async () => {
      const url = await newPostgres();
      await expect(openStore(folder, { url, createPolicy: 'no' })).rejects.toThrow(
        /^The database of DATABASE_URL has no tables of Gatehouse/,
      );
      await opens(folder, { url });
      expect(told.splice(0)).toEqual([
        expect.stringMatching(
          /^There was no data of Gatehouse in the database of DATABASE_URL: created a new database/,
        ),
      ]);
      await opens(folder, { url, createPolicy: 'no' });
      expect(told).toEqual([]);
    },
  );
});

test('a database whose creation was interrupted is created again', async () => {
  rmSync(join(database, 'global'), { recursive: true });
  writeFileSync(join(folder, 'unfinished'), '');
  await opens(folder);
  expect(told.splice(0)).toHaveLength(1);
  expect(readdirSync(folder).sort()).toEqual(['database', 'lock']);
});

test('a damaged lock is reported', async () => {
  writeFileSync(join(folder, 'lock'), 'no lock, but a note of 40 letters or so.\n'.repeat(100));
  await expect(openStore(folder)).rejects.toThrow(
    /^The lock \S+lock is damaged: .* remove \S+lock, and start again\.$/,
  );
  rmSync(join(folder, 'lock'));
  await opens(folder);
  mkdirSync(join(folder, 'other'));
  rmSync(join(folder, 'lock'));
  mkdirSync(join(folder, 'lock'));
  await expect(openStore(folder)).rejects.toThrow(/^The lock \S+lock cannot be taken: /);
});

test('the first database is created with a warning that it is new', () => {
  expect(toldFirst).toEqual([
    expect.stringMatching(/original: created a new database, without any signatures/),
  ]);
});

test('the mark beside the folder explains itself', async () => {
  await opens(folder);
  expect(readFileSync(`${folder}.database`, 'utf8')).toMatch(
    /^created on [\d-]{10}\nGatehouse has its database in \S+data\. This file shows/,
  );
});
