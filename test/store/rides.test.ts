import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { NewRide, NewRideEvent } from '../../src/release/ride.ts';
import { RideChangedError, type Store } from '../../src/store/store.ts';
import { databases } from './databases.ts';
import { openStores } from './open-stores.ts';
import { hasPostgres } from './postgres.ts';

const newPostgres = databases();
const newStore = openStores();

const repository = 'Contoso/Connectors';
const newRide = (change: Partial<NewRide> = {}): NewRide => ({
  folder: 'certified-connectors/A',
  class: 'certified',
  kind: 'minor',
  pull: 1,
  sha: 'a'.repeat(40),
  digest: 'd'.repeat(64),
  createdAt: '2026-11-16T12:00:00.000Z',
  ...change,
});
const event = (detail: NewRideEvent['detail']): NewRideEvent => ({
  at: '2026-11-20T17:00:00.000Z',
  by: 'gatehouse',
  detail,
});
const started = event({ kind: 'deploy-started', ring: 'testing', deployment: 3_000_000_000 });
const succeeded = event({ kind: 'succeeded', ring: 'testing', deployment: 3_000_000_000 });

describe.each([
  ['the embedded database', () => Promise.resolve<string | undefined>(undefined), true],
  ['PostgreSQL', newPostgres, hasPostgres],
])('on %s', (_, newDatabase, has) => {
  const openStore = async (): Promise<Store> => newStore(await newDatabase());
  const record = (store: Store, ...rides: NewRide[]): Promise<void> =>
    store.record({ repository, number: rides[0]?.pull ?? 1 }, [{ kind: 'rides', rides }]);
  const only = async (store: Store) => {
    const [stored, ...others] = await store.rides(repository, 'open');
    expect(others).toEqual([]);
    if (!stored) throw new Error('there is no ride');
    return stored;
  };

  test.runIf(has)('a ride waits from when it is ready to its first deployment', async () => {
    const store = await openStore();
    await record(store, newRide());
    const waiting = async (): Promise<number> => (await store.rides(repository, 'waiting')).length;
    expect(await waiting()).toBe(0);
    const { ride } = await only(store);
    await store.appendRideEvents(ride.id, 0, [event({ kind: 'ready', note: '' })]);
    expect(await waiting()).toBe(1);
    await store.appendRideEvents(ride.id, 1, [started]);
    expect(await waiting()).toBe(0);
  });

  test.runIf(has)('a merge begins one ride for each connector, once', async () => {
    const store = await openStore();
    const other = newRide({ folder: 'certified-connectors/B', kind: 'new' });
    const at = { repository, number: 1 };
    await Promise.all([record(store, newRide(), other), record(store, newRide(), other)]);
    await record(
      store,
      newRide({ pull: 2, sha: 'b'.repeat(40), createdAt: '2026-11-17T12:00:00.000Z' }),
    );
    const rides = await store.rides('contoso/CONNECTORS', 'open');
    expect(rides.map(({ ride: { folder, version } }) => `${folder} ${version}`).sort()).toEqual([
      'certified-connectors/A 1.0',
      'certified-connectors/A 1.1',
      'certified-connectors/B 1.0',
    ]);
    expect(rides.at(-1)).toEqual({
      ride: {
        ...newRide({ pull: 2, sha: 'b'.repeat(40), createdAt: '2026-11-17T12:00:00.000Z' }),
        id: expect.any(String) as unknown,
        version: '1.1',
      },
      events: [],
    });
    expect((await store.records(at)).records.rides).toEqual([newRide(), other]);
    expect(await store.rides(repository, { pull: 1 })).toHaveLength(2);
    expect(await store.rides(repository, { folders: ['certified-connectors/A'] })).toHaveLength(2);
    expect(await store.rides('contoso/other', 'open')).toEqual([]);
    expect(await store.repositoriesWithOpenRides()).toEqual(['contoso/connectors']);
  });

  test.runIf(has)('of a transaction that fails, no ride stays', async () => {
    const store = await openStore();
    const bad = newRide({ folder: 'certified-connectors/B', pull: 2 ** 40 });
    await expect(
      store.record({ repository, number: 1 }, [{ kind: 'rides', rides: [newRide(), bad] }]),
    ).rejects.toThrow('out of range');
    expect(await store.rides(repository, 'open')).toEqual([]);
    expect((await store.records({ repository, number: 1 })).records.rides).toBeUndefined();
  });

  test.runIf(has)('events are numbered, and a result that comes twice is there once', async () => {
    const store = await openStore();
    await record(store, newRide());
    const { ride } = await only(store);
    expect(await store.appendRideEvents(ride.id, 0, [started, succeeded])).toBe(true);
    expect(await store.appendRideEvents(ride.id, 2, [succeeded, started])).toBe(true);
    const hold = event({ kind: 'hold', reason: 'x' });
    expect(await store.appendRideEvents(ride.id, 2, [succeeded, hold])).toBe(true);
    expect((await only(store)).events).toEqual([
      { seq: 1, at: started.at, by: 'gatehouse', ...started.detail },
      { seq: 2, at: started.at, by: 'gatehouse', ...succeeded.detail },
      { seq: 3, at: started.at, by: 'gatehouse', kind: 'hold', reason: 'x' },
    ]);
  });

  test.runIf(has)('of several who append to what they have read, one does', async () => {
    const store = await openStore();
    await record(store, newRide());
    const { ride } = await only(store);
    const appended = await Promise.all(
      ['a', 'b', 'c', 'd'].map((reason) =>
        store.appendRideEvents(ride.id, 0, [event({ kind: 'hold', reason })]),
      ),
    );
    expect(appended.filter(Boolean)).toHaveLength(1);
    expect((await only(store)).events).toHaveLength(1);
  });

  test.runIf(has)('a ride that ended is not open, until something else happens to it', async () => {
    const store = await openStore();
    await record(store, newRide());
    const { ride } = await only(store);
    await store.appendRideEvents(ride.id, 0, [started, succeeded]);
    // Someone who has not seen the last event does not know that the ride has ended.
    await store.endRide(ride.id, 1, new Date());
    expect(await store.rides(repository, 'open')).toHaveLength(1);
    await store.endRide(ride.id, 2, new Date());
    expect(await store.rides(repository, 'open')).toEqual([]);
    expect(await store.repositoriesWithOpenRides()).toEqual([]);
    expect(await store.rides(repository, { pull: 1 })).toHaveLength(1);
    await store.appendRideEvents(ride.id, 2, [
      event({ kind: 'rolled-back', to: '0.9', reason: 'x', rings: [] }),
    ]);
    expect((await only(store)).events).toHaveLength(3);
  });

  const second = (change: Partial<NewRide>): NewRide =>
    newRide({ pull: 2, sha: 'b'.repeat(40), createdAt: '2026-11-17T12:00:00.000Z', ...change });
  const superseding = (ride: string, lastSeq: number) => ({
    rides: [{ ride, lastSeq }],
    at: '2026-11-17T13:00:00.000Z',
    by: 'mona',
    reason: 'A security fix',
  });

  test.runIf(has)('a ride that supersedes another one points to it, and back', async () => {
    const store = await openStore();
    await record(store, newRide());
    const { ride: first } = await only(store);
    const hold = event({ kind: 'hold', reason: 'x' });
    await record(store, second({ events: [hold], supersedes: superseding(first.id, 0) }));
    await record(store, second({ events: [hold], supersedes: superseding(first.id, 0) }));
    const [earlier, later, ...others] = await store.rides(repository, 'open');
    expect(others).toEqual([]);
    const by = { at: '2026-11-17T13:00:00.000Z', by: 'mona', reason: 'A security fix' };
    expect(earlier?.events).toEqual([
      { seq: 1, kind: 'superseded', ride: later?.ride.id, version: '1.1', ...by },
    ]);
    expect(later?.events).toEqual([
      { seq: 1, at: hold.at, by: 'gatehouse', kind: 'hold', reason: 'x' },
      { seq: 2, kind: 'supersedes', ride: first.id, version: '1.0', ...by },
    ]);
  });

  test.runIf(has)('nothing is superseded that has moved on since it was decided', async () => {
    const store = await openStore();
    await record(store, newRide());
    const { ride: first } = await only(store);
    await store.appendRideEvents(first.id, 0, [started]);
    await expect(record(store, second({ supersedes: superseding(first.id, 0) }))).rejects.toThrow(
      RideChangedError,
    );
    expect((await only(store)).events).toHaveLength(1);
    expect((await store.records({ repository, number: 2 })).records.rides).toBeUndefined();
  });

  test.runIf(has)('a merge that is recorded after a later one is not deployed', async () => {
    const store = await openStore();
    await record(store, second({}));
    await record(store, newRide());
    await record(
      store,
      newRide({ pull: 3, sha: 'c'.repeat(40), createdAt: '2026-11-18T12:00:00.000Z' }),
    );
    const rides = await store.rides(repository, { folders: ['certified-connectors/A'] });
    expect(rides.map(({ ride, events }) => [ride.pull, ride.version, events.length])).toEqual([
      [1, '1.1', 1],
      [2, '1.0', 0],
      [3, '1.2', 0],
    ]);
    expect(rides[0]?.events[0]).toMatchObject({ kind: 'superseded', version: '1.0' });
    // A version that is not merged does not contain it.
    const folder = 'certified-connectors/B';
    const before = event({ kind: 'begun-before-merge' });
    await record(store, second({ folder, events: [before] }));
    await record(store, newRide({ folder, pull: 4 }));
    const others = await store.rides(repository, { folders: [folder] });
    expect(others.map(({ ride, events }) => [ride.pull, events.length])).toEqual([
      [4, 0],
      [2, 1],
    ]);
  });

  test.runIf(has)('a declared freeze lasts until someone ends it', async () => {
    const store = await openStore();
    const freeze = {
      id: randomUUID(),
      from: '2026-12-20',
      to: '2027-01-06',
      reason: 'Year-end',
      scope: { ring: 'europe' },
      by: 'maria',
      at: '2026-11-20T17:00:00.000Z',
    };
    const everything = { ...freeze, id: randomUUID(), from: '2026-12-01', scope: 'all' as const };
    await store.declareFreeze(repository, freeze);
    await store.declareFreeze(repository, { ...freeze, reason: 'again' });
    await store.declareFreeze(repository, everything);
    expect(await store.freezes('contoso/connectors')).toEqual([everything, freeze]);
    const end = { by: 'maria', at: '2026-11-21T17:00:00.000Z', reason: 'not needed' };
    expect(await store.endFreeze(everything.id, end)).toBe(true);
    expect(await store.endFreeze(everything.id, end)).toBe(false);
    expect(await store.freezes('contoso/connectors')).toEqual([freeze]);
    expect(await store.freezes('contoso/other')).toEqual([]);
  });
});
