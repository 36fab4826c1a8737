import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/shared/user-error.ts';
import type { RecordEntry } from '../../src/review/model/effects.ts';
import type { Acknowledgement, Answer, Signature } from '../../src/review/model/snapshot.ts';
import { migrations } from '../../src/store/migrations.ts';
import { Store, type PullJob, type Work } from '../../src/store/store.ts';
import { temporaryFolders } from './temporary-folders.ts';
import { databases } from './databases.ts';
import { hasPostgres } from './postgres.ts';

const newPostgres = databases();
const { newFolder, newDatabase: newEmbedded } = temporaryFolders();
const open: Store[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((store) => store.close(1)));
});

const openStore = async (url: string | undefined, folder = newEmbedded()): Promise<Store> => {
  const store = await Store.open({
    url,
    folder,
    lease: 10,
    onQueueError: (error) => expect.fail(error.message),
  });
  open.push(store);
  return store;
};

/** A database as it was before a migration, with what `fill` puts into it. */
async function asBefore(
  migration: string,
  url: string | undefined,
  folder: string,
  fill: (kysely: Kysely<unknown>) => Promise<void>,
): Promise<void> {
  const dialect =
    url === undefined
      ? new PGliteDialect({ pglite: await PGlite.create(join(folder, 'database')) })
      : new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) });
  const kysely = new Kysely<unknown>({ dialect });
  const at = Object.keys(migrations).indexOf(migration);
  expect(at).toBeGreaterThan(0);
  const migrator = new Migrator({
    db: kysely,
    provider: {
      getMigrations: () =>
        Promise.resolve(Object.fromEntries(Object.entries(migrations).slice(0, at))),
    },
    migrationTableSchema: 'gatehouse',
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  await fill(kysely);
  await kysely.destroy();
}

/** A worker that says what it was given, and finishes a job when it is told to. */
function worker(store: Store, concurrency = 4) {
  const begun: PullJob[] = [];
  const finish: (() => void)[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  let atOnce = 0;
  let most = 0;
  const pull = async (work: Work<PullJob>): Promise<void> => {
    begun.push(work.data);
    most = Math.max(most, ++atOnce);
    for (const { count, resolve } of waiting) if (begun.length >= count) resolve();
    await new Promise<void>((resolve) => finish.push(resolve));
    atOnce--;
  };
  return {
    begun,
    start: () =>
      store.work({ pull, sweep: () => Promise.resolve() }, { concurrency, sweepCron: '0 0 1 1 *' }),
    hasBegun: (count: number) =>
      new Promise<void>((resolve) =>
        begun.length >= count ? resolve() : waiting.push({ count, resolve }),
      ),
    finishAll: () => finish.splice(0).forEach((done) => done()),
    most: () => most,
  };
}

const hint = (number: number) => ({ repository: 'Contoso/Connectors', number, installation: 7 });
const settled = async (store: Store): Promise<void> => {
  await expect
    .poll(() => store.jobCounts())
    .toEqual({
      waiting: 0,
      retrying: 0,
      active: 0,
      sweeps: 0,
      trains: 0,
      notices: 0,
      indexes: 0,
    });
};

describe.each([
  ['the embedded database', () => Promise.resolve<string | undefined>(undefined), true],
  ['PostgreSQL', newPostgres, hasPostgres],
])('on %s', (_, newDatabase, has) => {
  test.runIf(has)('what pull requests add is known once they were reviewed', async () => {
    const store = await openStore(await newDatabase());
    const pull = { repository: 'Contoso/Connectors', number: 1 };
    await store.requestReviews([1, 2, 3].map(hint), 'test');
    const identities = [
      { path: 'certified-connectors/A', class: 'certified' as const, isNew: true, title: 'A' },
    ];
    await store.record(pull, [{ kind: 'identities', identities: [] }]);
    await store.record(pull, [{ kind: 'identities', identities }]);
    for (const number of [1, 2])
      await store.reviewed({ ...pull, number }, new Date(), { head: 'a'.repeat(40) });
    expect((await store.records(pull)).records.identities).toEqual(identities);
    expect(await store.identities('contoso/connectors', [1, 2, 3, 4])).toEqual(
      new Map<number, unknown>([
        [1, identities],
        [2, []],
      ]),
    );
  });

  test.runIf(has)('the last confirmation of an identity counts', async () => {
    const store = await openStore(await newDatabase());
    const confirmed = {
      account: { id: 1, login: 'ada' },
      owner: 'Contoso',
      verifiedAt: '2026-03-01T00:00:00.000Z',
      until: '2027-03-01',
      source: { kind: 'import' as const },
    };
    const later = { ...confirmed, verifiedAt: '2026-04-01T00:00:00.000Z', until: '2026-05-01' };
    expect(await store.addVerifications([confirmed])).toBe(1);
    const pull = { repository: 'Contoso/Connectors', number: 1 };
    await store.record(pull, [{ kind: 'verification', verification: later }]);
    expect(await store.addVerifications([confirmed])).toBe(0);
    expect(await store.verifications({ owner: 'contoso', account: 1 })).toEqual([
      { ...later, owner: 'contoso' },
    ]);
    expect(await store.verifications({ owner: 'fabrikam', account: 1 })).toEqual([]);
  });

  test.runIf(has)('merged pull requests are known by folder and by class', async () => {
    const store = await openStore(await newDatabase());
    const publication = {
      paths: ['certified-connectors/A'],
      class: 'certified' as const,
      author: { id: 1, login: 'ada', type: 'user' as const },
      openedAt: '2026-03-01T00:00:00Z',
      mergedAt: '2026-03-11T00:00:00Z',
    };
    const repository = 'Contoso/Connectors';
    await store.record({ repository, number: 1 }, [{ kind: 'publication', publication }]);
    const filters = [
      { path: 'certified-connectors/A' },
      { path: 'certified-connectors/B' },
      { class: 'certified' as const },
      { class: 'custom' as const },
    ];
    expect(
      await Promise.all(filters.map((filter) => store.publications(repository, filter))),
    ).toEqual([[publication], [], [publication], []]);
  });

  test.runIf(has)('what was found out about a file stays', async () => {
    const store = await openStore(await newDatabase());
    await store.addFileFacts('Contoso/Connectors', new Map([['a', { title: 'A' }]]));
    await store.addFileFacts(
      'contoso/connectors',
      new Map([
        ['a', {}],
        ['b', {}],
      ]),
    );
    expect(await store.fileFacts('contoso/Connectors', ['a', 'b', 'c'])).toEqual(
      new Map([
        ['a', { title: 'A' }],
        ['b', {}],
      ]),
    );
    expect(await store.fileFacts('contoso/other', ['a'])).toEqual(new Map());
  });

  test.runIf(has)('a repeated delivery requests no review', async () => {
    const store = await openStore(await newDatabase());
    expect(
      await store.receive({ id: 'a', event: 'pull_request', action: 'opened' }, [hint(1)]),
    ).toBe(true);
    const { start, begun, hasBegun, finishAll } = worker(store);
    await start();
    await hasBegun(1);
    expect(
      await store.receive({ id: 'a', event: 'pull_request', action: 'opened' }, [hint(1)]),
    ).toBe(false);
    finishAll();
    await settled(store);
    expect(begun).toEqual([{ ...hint(1), delivery: 'a' }]);
  });

  test.runIf(has)(
    'requests before a review starts become one job, and requests during it become one more',
    async () => {
      const store = await openStore(await newDatabase());
      for (const id of ['a', 'b', 'c']) await store.receive({ id, event: 'push' }, [hint(1)]);
      const { start, begun, hasBegun, finishAll } = worker(store);
      await start();
      await hasBegun(1);
      await Promise.all(
        ['d', 'e', 'f'].map((id) => store.receive({ id, event: 'push' }, [hint(1)])),
      );
      expect(await store.jobCounts()).toMatchObject({ waiting: 1, retrying: 0, active: 1 });
      finishAll();
      await hasBegun(2);
      finishAll();
      await settled(store);
      expect(begun.map(({ delivery }) => delivery)).toEqual([
        'c',
        expect.stringMatching(/^[def]$/),
      ]);
    },
  );

  test.runIf(has)(
    'a pull request is reviewed by one worker at a time, several pull requests by several',
    async () => {
      const store = await openStore(await newDatabase());
      const { start, begun, hasBegun, finishAll } = worker(store);
      await start();
      await store.receive({ id: 'a', event: 'push' }, [hint(1), hint(2), hint(3)]);
      await hasBegun(3);
      await store.receive({ id: 'b', event: 'push' }, [hint(1)]);
      await store.receive({ id: 'c', event: 'push' }, [hint(4)]);
      await hasBegun(4);
      expect(begun.map(({ number }) => number).sort((a, b) => a - b)).toEqual([1, 2, 3, 4]);
      finishAll();
      await hasBegun(5);
      finishAll();
      await settled(store);
    },
  );

  test.runIf(has)('trains are advanced when a worker starts, and after a delivery', async () => {
    const store = await openStore(await newDatabase());
    const advanced: boolean[] = [];
    await store.receive({ id: 'a', event: 'deployment_status' }, [], [], true);
    await store.receive({ id: 'b', event: 'deployment_status' }, [], [], true);
    await store.work(
      {
        pull: () => Promise.resolve(),
        sweep: () => Promise.resolve(),
        train: async ({ isHeld }) => void advanced.push(await isHeld()),
      },
      { concurrency: 1, sweepCron: '0 0 1 1 *', trainCron: '0 0 1 1 *' },
    );
    await settled(store);
    const atStart = advanced.length;
    expect(atStart).toBeGreaterThan(0);
    await store.receive({ id: 'c', event: 'deployment_status' }, [], [], true);
    await settled(store);
    expect(advanced).toEqual(Array.from({ length: atStart + 1 }, () => true));
  });

  test.runIf(has)(
    'a failed review is tried again, immediately if a delivery requests it',
    async () => {
      const store = await openStore(await newDatabase());
      const attempts: [string, number][] = [];
      const pull = ({ data, attempt }: Work<PullJob>): Promise<void> => {
        attempts.push([data.delivery, attempt]);
        return attempt < 3 ? Promise.reject(new Error('GitHub did not answer')) : Promise.resolve();
      };
      await store.work(
        { pull, sweep: () => Promise.resolve() },
        { concurrency: 1, sweepCron: '0 0 1 1 *' },
      );
      await store.receive({ id: 'a', event: 'push' }, [hint(1)]);
      await expect
        .poll(() => store.jobCounts())
        .toMatchObject({ waiting: 0, retrying: 1, active: 0 });
      await store.receive({ id: 'b', event: 'push' }, [hint(1)]);
      await expect.poll(() => attempts.length).toBe(2);
      await expect
        .poll(() => store.jobCounts())
        .toMatchObject({ waiting: 0, retrying: 1, active: 0 });
      await store.receive({ id: 'c', event: 'push' }, [hint(1)]);
      await settled(store);
      expect(attempts).toEqual([
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ]);
    },
  );

  test.runIf(has)(
    'the newest announced comment is stored, in whatever order deliveries arrive',
    async () => {
      const store = await openStore(await newDatabase());
      const late = new Date('2026-01-01T11:00:00Z');
      await store.receive({ id: 'a', event: 'issue_comment' }, [
        { ...hint(1), comment: 3_000_000_002 },
      ]);
      await store.receive({ id: 'b', event: 'issue_comment' }, [
        { ...hint(1), comment: 3_000_000_001 },
      ]);
      await store.receive({ id: 'c', event: 'push' }, [hint(1)]);
      expect(await store.history({ repository: 'contoso/CONNECTORS', number: 1 })).toEqual({
        announcedComment: 3_000_000_002,
        heads: [],
        head: null,
        reviewedAt: null,
        failure: null,
      });
      await store.reviewed(hint(1), late, { head: 'abc' });
      expect(await store.pullsAt('Contoso/Connectors', 'abc')).toEqual([1]);
      await store.reviewed(hint(1), late, { failure: 'no answer' });
      expect(await store.history(hint(1))).toEqual({
        announcedComment: 3_000_000_002,
        heads: [],
        head: 'abc',
        reviewedAt: late,
        failure: 'no answer',
      });
    },
  );

  test.runIf(has)('the first of two equal signatures counts', async () => {
    const store = await openStore(await newDatabase());
    const source = { kind: 'import', from: 'cla-assistant', where: 'signatures.csv:2' } as const;
    const signature: Signature = {
      account: { id: 3_000_000_000, login: 'ada' },
      cla: { version: '1', digest: 'd1' },
      signedAt: '2026-01-01T00:00:00.000Z',
      source,
      recipient: { owner: 'contoso' },
    };
    const another: Signature = {
      ...signature,
      account: { id: 2, login: 'grace' },
      company: 'Fabrikam "&", Inc.',
      signedAt: '2026-01-02T00:00:00.000Z',
    };
    expect(await store.addSignatures([signature, another])).toBe(2);
    const newVersion: Signature = {
      ...signature,
      cla: {
        name: 'Contoso CLA',
        url: 'https://contoso.com/cla',
        version: '2',
        digest: 'd2',
      },
      signedAt: '2026-01-03T00:00:00.000Z',
    };
    expect(
      await store.addSignatures([
        { ...signature, signedAt: '2026-01-04T00:00:00.000Z' },
        newVersion,
      ]),
    ).toBe(1);
    expect(await store.signatures({ recipient: 'Contoso', accounts: [3_000_000_000] })).toEqual([
      signature,
      newVersion,
    ]);
    expect(await store.signatures({ recipient: 'contoso', accounts: [] })).toEqual([]);
    expect(await store.signatures()).toEqual([signature, another, newVersion]);
  });

  test.runIf(has)(
    'signatures given to two owners, in two repositories, or to two texts are strictly apart',
    async () => {
      const store = await openStore(await newDatabase());
      const given = (owner: string, repo: string, text: object = {}): Signature => ({
        account: { id: 7, login: 'ada' },
        cla: {
          name: 'CLA',
          url: 'https://contoso.com/cla',
          version: '1.0',
          digest: '',
          ...text,
        },
        signedAt: '2026-01-01T00:00:00.000Z',
        source: { kind: 'comment', repository: { owner, repo }, pull: 1, comment: 2 },
      });
      const contoso = [
        given('Contoso', 'connectors'),
        given('contoso', 'samples'),
        given('contoso', 'samples', { name: 'Another' }),
        given('contoso', 'samples', { url: 'https://contoso.com/another' }),
        given('contoso', 'samples', { digest: 'a'.repeat(64) }),
      ];
      const fabrikam = [given('fabrikam', 'connectors')];
      expect(await store.addSignatures([...contoso, ...fabrikam])).toBe(6);
      expect(await store.addSignatures([given('CONTOSO', 'Connectors'), ...fabrikam])).toBe(0);
      const byOrder = (list: Signature[]): Signature[] =>
        list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      expect(byOrder(await store.signatures({ recipient: 'contoso', accounts: [7] }))).toEqual(
        byOrder(contoso),
      );
      expect(await store.signatures({ recipient: 'FABRIKAM', accounts: [6, 7] })).toEqual(fabrikam);
      expect(await store.signatures({ recipient: 'northwind', accounts: [7] })).toEqual([]);
      expect(await store.signatures({ recipient: '', accounts: [7] })).toEqual([]);
    },
  );

  test.runIf(has)(
    'signatures are found among more accounts than a statement takes parameters, and of texts with the longest names',
    async () => {
      const store = await openStore(await newDatabase());
      const long: Signature = {
        account: { id: 70_000, login: 'ada' },
        cla: {
          name: '😀'.repeat(50),
          url: `https://${'\u{4e00}'.repeat(492)}`,
          version: '\u{4e00}'.repeat(50),
          digest: 'a'.repeat(64),
        },
        signedAt: '2026-01-01T00:00:00.000Z',
        source: {
          kind: 'comment',
          repository: { owner: 'c'.repeat(39), repo: 'n'.repeat(100) },
          pull: 1,
          comment: 2,
        },
      };
      expect(await store.addSignatures([long])).toBe(1);
      expect(
        await store.signatures({
          recipient: 'c'.repeat(39),
          accounts: [...Array.from({ length: 70_001 }).keys()],
        }),
      ).toEqual([long]);
    },
  );

  test.runIf(has)(
    'a signature without a recipient has no effect until it is assigned',
    async () => {
      const store = await openStore(await newDatabase());
      const source = {
        kind: 'import',
        from: 'contributor-assistant',
        where: 'repository 7, pull request 3, comment 5',
      } as const;
      const unknown: Signature = {
        account: { id: 7, login: 'ada' },
        cla: { version: '1.0', digest: '' },
        signedAt: '2026-01-01T00:00:00.000Z',
        source,
      };
      const known: Signature = {
        ...unknown,
        account: { id: 8, login: 'ben' },
        recipient: { owner: 'contoso' },
      };
      await store.addSignatures([unknown, { ...unknown, account: known.account }, known]);
      expect([
        await store.unassignedSignatures(),
        await store.signatures({ recipient: 'contoso', accounts: [7, 8] }),
      ]).toEqual([2, [known]]);
      const cla = { name: 'CLA', url: 'https://contoso.com/cla', version: '1.0', digest: '' };
      expect(
        await store.assignSignatures('', (one) => ({
          ...one,
          recipient: { owner: 'Contoso' },
          ...(one.account.id === 7 && { cla }),
        })),
      ).toBe(2);
      const [assigned, ...others] = await store.signatures();
      expect([assigned, others]).toEqual([
        { ...unknown, cla, recipient: { owner: 'contoso' } },
        [known],
      ]);
      expect(await store.unassignedSignatures()).toBe(0);
    },
  );

  test.runIf(has)('a record is stored once, and a hold until it ends', async () => {
    const store = await openStore(await newDatabase());
    const by = { id: 5, login: 'ada', type: 'user' } as const;
    const at = '2026-01-01T00:00:00.000Z';
    const acknowledgement: Acknowledgement = {
      by,
      as: 'author',
      fingerprints: ['f1', 'f2'],
      comment: 12,
      at,
    };
    const answer: Answer = { comment: 11, outcome: 'refused', reply: 'Only a maintainer may.' };
    const hold = { by, reason: "It's not the time; drop table", comment: 13, at };
    const entries: RecordEntry[] = [
      { kind: 'acknowledgement', acknowledgement },
      { kind: 'answer', answer },
      { kind: 'hold', hold },
    ];
    await store.record(hint(1), entries);
    await store.record(hint(1), entries);
    expect((await store.records(hint(1))).records).toEqual({
      answers: [answer],
      acknowledgements: [acknowledgement],
      hold,
      merge: null,
      rejection: null,
    });
    await store.record(hint(1), [
      { kind: 'hold', hold: null },
      { kind: 'merge', merge: { by, comment: 14, at, connector: 'digest' } },
    ]);
    expect((await store.records(hint(1))).records).toMatchObject({
      hold: null,
      merge: { comment: 14 },
    });
    const rejection = { effect: 'merge', reason: '"build" is expected', head: 'c0ffee' } as const;
    await store.record(hint(1), [
      { kind: 'rejection', rejection: { ...rejection, effect: 'react' } },
    ]);
    await store.record(hint(1), [{ kind: 'rejection', rejection }]);
    expect((await store.records(hint(1))).records).toMatchObject({
      merge: { comment: 14 },
      rejection,
    });
    await store.record(hint(1), [{ kind: 'rejection', rejection: null }]);
    expect((await store.records(hint(1))).records).toMatchObject({
      merge: { comment: 14 },
      rejection: null,
    });
    expect((await store.records(hint(2))).records).toEqual({
      answers: [],
      acknowledgements: [],
      hold: null,
      merge: null,
      rejection: null,
    });
  });

  test.runIf(has)(
    'signatures of a database that an earlier version made belong to whom they were given to',
    async () => {
      const url = await newDatabase();
      const folder = newFolder();
      const comment = (owner: string, name: string) => ({
        is: 'comment',
        repository: { owner, name },
        pull: 1,
        comment: 2,
      });
      const imported = (from: string, where: string) => ({ is: 'import', from, where });
      const rows: [account: number, source: object][] = [
        [1, comment('Contoso', 'Connectors')],
        [2, comment('fabrikam', 'x')],
        [3, imported('cla-assistant', 'Northwind/cla.text https://gist.github.com/1 abc')],
        [4, imported('cla-assistant', 'northwind https://gist.github.com/1 abc')],
        [5, imported('cla-assistant', 'https://gist.github.com/1 abc')],
        [6, imported('contributor-assistant', 'repository 7, pull request 3, comment 5')],
      ];
      await asBefore('0002-signatures-of-an-owner', url, folder, async (kysely) => {
        await sql`insert into gatehouse.pulls (repository, number, installation) values ('contoso/connectors', 1, 7), ('fabrikam/x', 1, 8)`.execute(
          kysely,
        );
        for (const [account, source] of rows)
          await sql`insert into gatehouse.signatures (account, login, version, digest, signed_at, source) values (${account}, 'ada', '1.0', '', '2026-01-01', ${JSON.stringify(source)}::jsonb)`.execute(
            kysely,
          );
      });
      const store = await openStore(url, folder);
      const accounts = rows.map(([account]) => account);
      const of = async (recipient: string): Promise<number[]> =>
        (await store.signatures({ recipient, accounts })).map(({ account }) => account.id);
      expect([await of('contoso'), await of('fabrikam'), await of('northwind')]).toEqual([
        [1],
        [2],
        [3, 4],
      ]);
      expect(
        (await store.signatures({ recipient: 'northwind', accounts })).map(
          ({ recipient }) => recipient,
        ),
      ).toEqual([{ owner: 'northwind', repository: 'cla.text' }, { owner: 'northwind' }]);
      expect([await store.unassignedSignatures(), (await store.signatures()).length]).toEqual([
        2, 6,
      ]);
      expect(
        (await store.signatures()).every(
          ({ cla }) => cla.name === undefined && cla.url === undefined,
        ),
      ).toBe(true);
      // They can be kept again for another owner, and are not kept twice for the same.
      const [first] = await store.signatures({ recipient: 'contoso', accounts });
      expect(
        first &&
          (await store.addSignatures([first, { ...first, recipient: { owner: 'fabrikam' } }])),
      ).toBe(1);
    },
  );

  test.runIf(has)(
    'signatures that an earlier version took over are those of the owner that it served, where it served one alone',
    async () => {
      const url = await newDatabase();
      const folder = newFolder();
      await asBefore('0002-signatures-of-an-owner', url, folder, async (kysely) => {
        await sql`insert into gatehouse.pulls (repository, number, installation) values ('contoso/connectors', 1, 7), ('contoso/samples', 1, 7)`.execute(
          kysely,
        );
        await sql`insert into gatehouse.signatures (account, login, version, digest, signed_at, source) values (6, 'ada', '1.0', '', '2026-01-01', '{"is":"import","from":"contributor-assistant","where":"repository 7"}')`.execute(
          kysely,
        );
      });
      const store = await openStore(url, folder);
      expect([
        (await store.signatures({ recipient: 'contoso', accounts: [6] })).map(
          ({ recipient }) => recipient,
        ),
        await store.unassignedSignatures(),
      ]).toEqual([[{ owner: 'contoso' }], 0]);
    },
  );

  test.runIf(has)(
    'recent answers on the other pull requests of a repository are returned',
    async () => {
      const store = await openStore(await newDatabase());
      const answered = (comment: number, minute: number): Answer => ({
        comment,
        outcome: 'done',
        reply: 'A command …',
        account: 5,
        at: `2026-01-01T10:${minute}:00.000Z`,
        stranger: true,
      });
      for (const [number, minute] of [
        [1, 30],
        [2, 31],
        [3, 10],
      ] as const)
        await store.record(hint(number), [{ kind: 'answer', answer: answered(number, minute) }]);
      await store.record(hint(4), [{ kind: 'answer', answer: { comment: 9, outcome: 'done' } }]);
      await store.record({ ...hint(5), repository: 'contoso/others' }, [
        { kind: 'answer', answer: answered(5, 32) },
      ]);
      expect(await store.answersElsewhere(hint(1), new Date('2026-01-01T10:20:00Z'))).toEqual([
        answered(2, 31),
      ]);
    },
  );

  test.runIf(has)(
    'text that PostgreSQL rejects is stored with U+FFFD in place of NUL and half surrogate pairs',
    async () => {
      const store = await openStore(await newDatabase());
      const [odd, kept] = ['a\0b \ud83d c \udc00', 'a\ufffdb \ufffd c \ufffd'];
      const by = { id: 5, login: odd, type: 'user' } as const;
      const signedAt = '2026-01-01T00:00:00.000Z';
      const source = { kind: 'import', from: 'cla-assistant', where: odd } as const;
      const signature: Signature = {
        account: { id: 5, login: odd },
        company: odd,
        cla: { version: odd, digest: odd, name: odd, url: odd },
        recipient: { owner: odd },
        signedAt,
        source,
      };
      await store.record(hint(1), [
        { kind: 'hold', hold: { by, reason: odd, comment: 1, at: signedAt } },
        {
          kind: 'acknowledgement',
          acknowledgement: {
            by,
            as: 'author',
            fingerprints: [odd],
            reason: odd,
            comment: 2,
            at: signedAt,
          },
        },
        { kind: 'answer', answer: { comment: 3, outcome: 'refused', reply: odd } },
        { kind: 'merge', merge: { by, comment: 4, at: signedAt, connector: odd } },
        { kind: 'rejection', rejection: { effect: 'merge', reason: odd, head: odd } },
        { kind: 'signature', signature },
      ]);
      const { hold, acknowledgements, answers, merge, rejection } = (await store.records(hint(1)))
        .records;
      expect([
        hold?.reason,
        hold?.by.login,
        acknowledgements[0]?.reason,
        acknowledgements[0]?.fingerprints[0],
        answers[0]?.reply,
        merge?.connector,
        rejection?.reason,
      ]).toEqual(Array.from({ length: 7 }, () => kept));
      const asKept: Signature = {
        account: { id: 5, login: kept },
        company: kept,
        cla: { version: kept, digest: kept, name: kept, url: kept },
        recipient: { owner: kept },
        signedAt,
        source: { ...source, where: kept },
      };
      expect(await store.signatures()).toEqual([asKept]);
      expect(await store.addSignatures([signature])).toBe(0);
      expect(
        await store.receive({ id: odd, event: odd, action: odd }, [
          {
            ...hint(1),
            repository: odd,
            push: { sha: odd, at: new Date(signedAt) },
            group: { sha: odd, baseSha: odd },
          },
        ]),
      ).toBe(true);
      expect(await store.receive({ id: odd, event: odd }, [])).toBe(false);
      await store.reviewed({ repository: odd, number: 1 }, new Date(signedAt), { failure: odd });
      expect(await store.history({ repository: odd, number: 1 })).toMatchObject({
        failure: kept,
        heads: [kept],
      });
      expect(await store.pullsAt(odd, odd)).toEqual([]);
      await store.requestReviews([{ ...hint(2), repository: odd }], odd);
      await store.postpone({ ...hint(2), repository: odd, delivery: odd }, new Date(signedAt));
    },
  );

  test.runIf(has)(
    'pushes are listed in the order of their announcement, the current head last',
    async () => {
      const store = await openStore(await newDatabase());
      const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 10, minute));
      const push = (id: string, sha: string, minute: number) =>
        store.receive({ id, event: 'pull_request', action: 'synchronize' }, [
          { ...hint(1), push: { sha, at: at(minute) } },
        ]);
      await push('b', 'two', 2);
      await push('a', 'one', 1);
      expect(await store.pushes(hint(1), 'two', at(9))).toEqual([
        { sha: 'one', at: at(1).toISOString() },
        { sha: 'two', at: at(2).toISOString() },
      ]);
      await store.receive({ id: 'pushed by', event: 'pull_request' }, [
        { ...hint(2), push: { sha: 'one', at: at(1), by: 8 } },
      ]);
      expect(await store.pushes(hint(2), 'one', at(9))).toEqual([
        { sha: 'one', at: at(1).toISOString(), by: 8 },
      ]);
      const unheard = await store.pushes(hint(1), 'three', at(9));
      expect(unheard.at(-1)).toEqual({ sha: 'three', at: at(9).toISOString() });
      expect(await store.pushes(hint(1), 'three', at(10))).toEqual(unheard);
      await push('c', 'one', 11);
      expect((await store.pushes(hint(1), 'one', at(12))).map(({ sha }) => sha)).toEqual([
        'one',
        'two',
        'three',
        'one',
      ]);
    },
  );
});

test.runIf(hasPostgres)(
  'several processes start on an empty database at once, and share the work',
  async () => {
    const url = await newPostgres();
    const stores = await Promise.all([1, 2, 3].map(() => openStore(url)));
    const workers = stores.map((store) => worker(store, 1));
    for (const { start } of workers) await start();
    await Promise.all(
      stores.flatMap((store, nth) =>
        Array.from({ length: 20 }, (_, index) =>
          store.receive({ id: `d${nth}-${index}`, event: 'push' }, [hint(index % 3)]),
        ),
      ),
    );
    const atWork = async (): Promise<boolean> => {
      workers.forEach(({ finishAll }) => finishAll());
      const jobs = await stores[0]?.jobCounts();
      return jobs !== undefined && jobs.waiting + jobs.retrying + jobs.active > 0;
    };
    await expect.poll(atWork).toBe(false);
    expect(new Set(workers.flatMap(({ begun }) => begun.map(({ number }) => number)))).toEqual(
      new Set([0, 1, 2]),
    );
    expect(workers.map(({ most }) => most()).every((most) => most <= 1)).toBe(true);
  },
);

test.runIf(hasPostgres)(
  'a worker whose job was given to another, because nothing was heard of it, is told so before it does anything more',
  async () => {
    const url = await newPostgres();
    const [first, second] = [await openStore(url), await openStore(url)];
    const taken: Work<PullJob>[] = [];
    const ends: (() => void)[] = [];
    const pull = async (work: Work<PullJob>): Promise<void> => {
      taken.push(work);
      await new Promise<void>((resolve) => ends.push(resolve));
    };
    const options = { concurrency: 1, sweepCron: '0 0 1 1 *' };
    await first.work({ pull, sweep: () => Promise.resolve() }, options);
    await first.receive({ id: 'a', event: 'push' }, [hint(1)]);
    await expect.poll(() => taken.length).toBe(1);
    expect(await taken[0]?.isHeld()).toBe(true);
    // What the queue's monitor does to a job whose lease has run out.
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(
      "update pgboss.job set state = 'retry', retry_count = retry_count + 1, start_after = " +
        "now() where name = 'pulls' and state = 'active'",
    );
    await client.end();
    await second.work({ pull, sweep: () => Promise.resolve() }, options);
    await expect.poll(() => taken.length).toBe(2);
    expect([await taken[0]?.isHeld(), await taken[1]?.isHeld()]).toEqual([false, true]);
    ends.forEach((end) => end());
  },
);

test('commands that were answered before reactions were stored have a reaction', async () => {
  const folder = newFolder();
  await asBefore('0004-reactions', undefined, folder, async (kysely) => {
    await sql`insert into gatehouse.records (repository, number, "is", comment, entry) values
      ('contoso/connectors', 1, 'answer', 11, '{"is":"answer","answer":{"comment":11,"outcome":"done"}}'),
      ('contoso/connectors', 1, 'answer', 12, '{"is":"answer","answer":{"comment":12,"outcome":"refused","words":"No."}}')`.execute(
      kysely,
    );
  });
  const store = await openStore(undefined, folder);
  expect((await store.records(hint(1))).reactions).toEqual(
    new Map([
      [11, ['+1']],
      [12, ['-1']],
    ]),
  );
  expect((await store.records(hint(1))).records.answers).toHaveLength(2);
});

test('a second process cannot open the embedded database, and its error says what to do', async () => {
  const folder = newEmbedded();
  await openStore(undefined, folder);
  const second = Store.open({ url: undefined, folder, lease: 10, onQueueError: () => {} });
  await expect(second).rejects.toThrow(UserError);
  await expect(second).rejects.toThrow(/Another process .* DATABASE_URL/);
});

test('a PostgreSQL that does not answer is a user error', async () => {
  const gone = Store.open({
    url: 'postgres://nobody@127.0.0.1:1/nothing',
    folder: newFolder(),
    lease: 10,
    onQueueError: () => {},
  });
  await expect(gone).rejects.toThrow(/DATABASE_URL cannot be used/);
});

test('a job whose process was killed is started again by the next process', async () => {
  const folder = newEmbedded();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'hold-job.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const store = await openStore(undefined, folder);
  const { start, begun, hasBegun, finishAll } = worker(store);
  await start();
  await hasBegun(1);
  finishAll();
  await settled(store);
  expect(begun.map(({ delivery }) => delivery)).toEqual(['a']);
});

test('the embedded database is maintained, at most once a day', async () => {
  const folder = newFolder();
  const store = await openStore(undefined, folder);
  const receive = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) await store.receive({ id, event: 'push' }, []);
  };
  await receive(['a', 'b', 'c']);
  await store.maintain();
  await receive(['d', 'e']);
  await store.maintain();
  await open.pop()?.close(1);
  const pglite = await PGlite.create(join(folder, 'database'));
  const { rows } = await pglite.query<{ rows: number }>(
    "select reltuples::int as rows from pg_class where oid = 'gatehouse.deliveries'::regclass",
  );
  await pglite.close();
  // What the planner of queries knows, since the first time.
  expect(rows).toEqual([{ rows: 3 }]);
});
