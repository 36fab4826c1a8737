import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { NewRide } from '../../src/release/ride.ts';
import { openDatabase } from '../../src/store/database.ts';
import { nameRepository } from '../../src/store/name-repository.ts';
import type { Store } from '../../src/store/store.ts';
import { databases } from './databases.ts';
import { openStores } from './open-stores.ts';
import { hasPostgres } from './postgres.ts';
import { temporaryFolders } from './temporary-folders.ts';

const newPostgres = databases();
const folders = temporaryFolders();
const newStore = openStores(folders);

const hold = {
  kind: 'hold',
  hold: {
    by: { id: 1, login: 'rita', type: 'user' },
    comment: 5,
    at: '2026-11-16T12:00:00Z',
  },
} as const;
const ride: NewRide = {
  folder: 'certified-connectors/A',
  class: 'certified',
  kind: 'minor',
  pull: 7,
  sha: 'a'.repeat(40),
  digest: 'd'.repeat(64),
  createdAt: '2026-11-16T12:00:00.000Z',
};
const freeze = {
  id: crypto.randomUUID(),
  from: '2026-11-20',
  to: '2026-11-27',
  reason: 'Year-end',
  by: 'maria',
  at: '2026-11-16T12:00:00.000Z',
};

describe.each([
  ['the embedded database', () => Promise.resolve<string | undefined>(undefined), true],
  ['PostgreSQL', newPostgres, hasPostgres],
])('on %s', (_, newDatabase, has) => {
  const openStore = async (): Promise<Store> => newStore(await newDatabase());
  const pull = (repository: string, number = 7) => ({ repository, number });
  /** Everything that the database has of a pull request and its repository. */
  const stored = async (store: Store, repository: string) => ({
    heads: (await store.history(pull(repository)))?.heads,
    hold: (await store.records(pull(repository))).records.hold?.comment,
    rides: (await store.rides(repository, { pull: 7 })).length,
    freezes: (await store.freezes(repository)).length,
    files: (await store.fileFacts(repository, ['b'])).size,
  });
  const fill = async (store: Store, repository: string): Promise<void> => {
    const push = { sha: 'c', at: new Date('2026-11-16T12:00:00Z') };
    await store.requestReviews([{ repository, number: 7, installation: 1, push }], 'test');
    await store.record(pull(repository), [hold, { kind: 'rides', rides: [ride] }]);
    await store.declareFreeze(repository, { ...freeze, id: crypto.randomUUID() });
    await store.addFileFacts(repository, new Map([['b', { title: 'B' }]]));
  };
  const all = { heads: ['c'], hold: 5, rides: 1, freezes: 1, files: 1 };
  const none = { heads: undefined, hold: undefined, rides: 0, freezes: 0, files: 0 };

  test.runIf(has)('what is stored of a repository goes with its name, there and back', async () => {
    const store = await openStore();
    await fill(store, 'contoso/Old');
    expect(await store.nameRepository(1, 'contoso/Old')).toBe(false);
    expect(await store.nameRepository(1, 'contoso/old')).toBe(false);
    expect(await store.nameRepository(1, 'fabrikam/New')).toBe(true);
    expect(await store.nameRepository(1, 'fabrikam/New')).toBe(false);
    expect(await stored(store, 'contoso/old')).toEqual(none);
    expect(await stored(store, 'Fabrikam/new')).toEqual(all);
    expect(await store.nameRepository(1, 'contoso/Old')).toBe(true);
    expect(await stored(store, 'contoso/old')).toEqual(all);
  });

  test.runIf(has)('what a delivery stored under the new name stays', async () => {
    const store = await openStore();
    await store.nameRepository(1, 'contoso/old');
    await fill(store, 'contoso/old');
    const push = { sha: 'd', at: new Date('2026-11-17T12:00:00Z') };
    const request = { repository: 'contoso/new', number: 7, installation: 2, comment: 9, push };
    await store.requestReviews([request], 'test');
    expect(await store.nameRepository(1, 'contoso/new')).toBe(true);
    expect(await stored(store, 'contoso/new')).toEqual({ ...all, heads: ['c', 'd'] });
    expect((await store.history(pull('contoso/new')))?.announcedComment).toBe(9);
  });

  test.runIf(has)('a ride that both names have is not deployed twice', async () => {
    const store = await openStore();
    await store.nameRepository(1, 'contoso/old');
    await fill(store, 'contoso/old');
    await fill(store, 'contoso/new');
    await store.nameRepository(1, 'contoso/new');
    expect(await store.repositoriesWithOpenRides()).toEqual(['contoso/new']);
    expect(await store.rides('contoso/new', 'open')).toHaveLength(1);
  });

  test.runIf(has)('a new repository with a former name does not get what it had', async () => {
    const store = await openStore();
    await store.nameRepository(1, 'contoso/old');
    await fill(store, 'contoso/old');
    // The first repository was renamed, which nobody noticed.
    expect(await store.nameRepository(2, 'contoso/old')).toBe(false);
    expect(await stored(store, 'contoso/old')).toEqual(none);
    await fill(store, 'contoso/old');
    expect(await store.nameRepository(1, 'contoso/new')).toBe(true);
    expect(await stored(store, 'contoso/new')).toEqual(all);
    expect(await stored(store, 'contoso/old')).toEqual(all);
  });

  test.runIf(has)('two repositories that swap their names keep what is theirs', async () => {
    const store = await openStore();
    await store.nameRepository(1, 'contoso/a');
    await store.nameRepository(2, 'contoso/b');
    await fill(store, 'contoso/a');
    await store.nameRepository(1, 'contoso/b');
    await store.nameRepository(2, 'contoso/a');
    expect(await stored(store, 'contoso/a')).toEqual(none);
    expect(await stored(store, 'contoso/b')).toEqual(all);
  });

  test.runIf(has)('of two processes at once, one moves', async () => {
    const store = await openStore();
    await store.nameRepository(1, 'contoso/old');
    await fill(store, 'contoso/old');
    const moved = await Promise.all(
      Array.from({ length: 4 }, () => store.nameRepository(1, 'contoso/new')),
    );
    expect(moved.filter(Boolean)).toHaveLength(1);
    expect(await stored(store, 'contoso/new')).toEqual(all);
  });

  test.runIf(has)(
    'a signature for one repository goes with it, but to no other owner',
    async () => {
      const store = await openStore();
      await store.nameRepository(1, 'contoso/old');
      await store.addSignatures([
        {
          account: { id: 1, login: 'ada' },
          cla: { version: '1.0', digest: '' },
          signedAt: '2026-11-16T12:00:00Z',
          source: { kind: 'import', from: 'contributor-assistant', where: 'x' },
          recipient: { owner: 'contoso', repository: 'old' },
        },
      ]);
      const recipients = async () => (await store.signatures()).map(({ recipient }) => recipient);
      await store.nameRepository(1, 'contoso/new');
      expect(await recipients()).toEqual([{ owner: 'contoso', repository: 'new' }]);
      await store.nameRepository(1, 'fabrikam/new');
      expect(await recipients()).toEqual([{ owner: 'contoso', repository: 'new' }]);
    },
  );

  test.runIf(has)('every table with the name of a repository takes part', async () => {
    const database = await openDatabase({
      url: await newDatabase(),
      folder: folders.newDatabase(),
    });
    try {
      // One that a later version adds, and that has the name in two of its keys.
      await sql`
        create table gatehouse.later (
          repository text, part text, number int,
          primary key (repository, part), unique (repository, number)
        )`.execute(database.kysely);
      await nameRepository(database.kysely, 1, 'contoso/old');
      await sql`insert into gatehouse.later values ('contoso/old', 'a', 1), ('contoso/old', 'b', 2), ('contoso/old', 'c', 3), ('contoso/new', 'a', 9), ('contoso/new', 'z', 2)`.execute(
        database.kysely,
      );
      await nameRepository(database.kysely, 1, 'contoso/new');
      const { rows } = await sql`select * from gatehouse.later order by part`.execute(
        database.kysely,
      );
      expect(rows).toEqual([
        { repository: 'contoso/new', part: 'a', number: 9 },
        { repository: 'contoso/new', part: 'c', number: 3 },
        { repository: 'contoso/new', part: 'z', number: 2 },
      ]);
    } finally {
      await database.close();
    }
  });
});
