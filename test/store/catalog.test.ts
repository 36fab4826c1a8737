import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  connectorSorts,
  type ConnectorFilters,
  type ConnectorQuery,
  type Cursor,
} from '../../src/catalog/catalog-source.ts';
import type { CatalogUpdate, ChangedConnector } from '../../src/catalog/catalog-update.ts';
import type { ConnectorFacts, OperationRecord } from '../../src/catalog/connector-record.ts';
import { publisherKeyOf } from '../../src/catalog/publisher.ts';
import type { Store } from '../../src/store/store.ts';
import { databases } from './databases.ts';
import { openStores } from './open-stores.ts';
import { hasPostgres } from './postgres.ts';

const newPostgres = databases();
const newStore = openStores();

const repository = 'Contoso/Connectors';
const now = new Date('2026-11-28T12:00:00Z');

const operation = (change: Partial<OperationRecord> = {}): OperationRecord => ({
  id: 'GetInvoice',
  kind: 'action',
  summary: 'Get an invoice',
  method: 'get',
  path: '/invoices/{id}',
  isDeprecated: false,
  anchor: 'get-an-invoice',
  ...change,
});

type Change = Partial<ConnectorFacts> & Partial<Omit<ChangedConnector, 'facts'>>;

/** A connector that was changed, by its title. */
function connector(
  title: string,
  { type = 'third_party', commit, createdAt, modifiedAt, ...change }: Change = {},
): ChangedConnector {
  const operations = change.operations ?? [operation()];
  const facts: ConnectorFacts = {
    folder: `certified-connectors/${title}`,
    class: 'certified',
    title,
    categories: [],
    authentication: ['api-key'],
    configuration: 'required',
    isDeprecated: false,
    isPreview: false,
    hasScript: false,
    counts: {
      actions: operations.filter(({ kind }) => kind === 'action').length,
      triggers: operations.filter(({ kind }) => kind !== 'action').length,
      definitions: 0,
    },
    digest: 'd'.repeat(64),
    files: {},
    bytes: 100,
    operations,
    definitions: [],
    ...change,
  };
  const publisherKey = facts.publisher === undefined ? undefined : publisherKeyOf(facts.publisher);
  return {
    facts: { ...facts, ...(publisherKey !== undefined && { publisherKey }) },
    type,
    ...(commit !== undefined && { commit }),
    ...(createdAt !== undefined && { createdAt }),
    ...(modifiedAt !== undefined && { modifiedAt }),
  };
}

describe.each([
  ['the embedded database', () => Promise.resolve<string | undefined>(undefined), true],
  ['PostgreSQL', newPostgres, hasPostgres],
])('on %s', (_, newDatabase, has) => {
  const openStore = async (): Promise<Store> => newStore(await newDatabase());
  const update = async (
    store: Store,
    change: Partial<CatalogUpdate>,
    at = now,
  ): Promise<boolean> => {
    const { updates } = await store.indexedCatalog(repository);
    return store.updateCatalog(
      {
        repository,
        visibility: 'public',
        updates,
        commit: 'c'.repeat(40),
        changed: [],
        amended: [],
        removed: [],
        ...change,
      },
      at,
    );
  };
  const query = (change: Partial<ConnectorQuery> = {}): ConnectorQuery => ({
    filters: {},
    sort: 'title',
    limit: 50,
    ...change,
  });
  const titles = async (store: Store, change: Partial<ConnectorQuery> = {}): Promise<string[]> => {
    const page = await store.catalog.list(repository, query(change));
    if (page === 'expired') throw new Error('the page is expired');
    return page.items.map(({ title }) => title);
  };

  test.runIf(has)('what was stored is what readers get', async () => {
    const store = await openStore();
    const changed = connector('Contoso Invoices', {
      description: 'Invoices of Contoso.',
      publisher: 'Contoso, Inc.',
      stackOwner: 'Contoso',
      website: 'https://contoso.example',
      categories: ['Finance', 'Data'],
      authentication: ['oauth', 'gateway'],
      problem: 'Something \ufffd.',
      host: 'api.contoso.example',
      contact: { email: 'help@contoso.example' },
      files: { definition: { path: 'apiDefinition.swagger.json', blob: 'a'.repeat(40) } },
      iconHash: '00ff00',
      operations: [operation(), operation({ id: 'B', visibility: 'internal', revision: 2 })],
      definitions: [{ name: 'Invoice', usedBy: ['GetInvoice'] }],
      commit: 'e'.repeat(40),
      createdAt: '2026-01-01T00:00:00.000Z',
      modifiedAt: '2026-11-01T00:00:00.000Z',
    });
    await update(store, { changed: [changed] });
    const { facts, ...more } = changed;
    expect(await store.catalog.connector('contoso/CONNECTORS', facts.folder)).toEqual({
      ...facts,
      ...more,
      visibility: 'public',
      rings: [],
    });
    const all = [];
    for await (const record of store.catalog.all(repository)) all.push(record);
    expect(all).toEqual([await store.catalog.connector(repository, facts.folder)]);
    expect(await store.catalog.state(repository)).toEqual({
      repository,
      visibility: 'public',
      revision: 1,
      commit: 'c'.repeat(40),
      changedAt: now.toISOString(),
    });
    expect(await store.catalog.connector(repository, 'certified-connectors/None')).toBeUndefined();
    expect(await store.catalog.state('contoso/none')).toBeUndefined();
    expect(await titles(store)).toEqual(['Contoso Invoices']);
  });

  test.runIf(has)('the revision grows only if something changed', async () => {
    const store = await openStore();
    const revision = async (): Promise<number | undefined> =>
      (await store.catalog.state(repository))?.revision;
    await update(store, { changed: [connector('A')] });
    expect(await revision()).toBe(1);
    await update(store, {});
    expect(await revision()).toBe(1);
    await update(store, { visibility: 'private' });
    expect(await revision()).toBe(2);
    await update(store, { visibility: 'private', removed: ['certified-connectors/A'] });
    expect(await revision()).toBe(3);
    expect(await titles(store)).toEqual([]);
    await store.deleteCatalog(repository);
    expect(await revision()).toBeUndefined();
  });

  test.runIf(has)('of two updates from the same state, the first counts', async () => {
    const store = await openStore();
    const both = { updates: 0, changed: [connector('A')] };
    expect(await update(store, both)).toBe(true);
    expect(await update(store, { ...both, changed: [connector('B')] })).toBe(false);
    expect(await titles(store)).toEqual(['A']);
  });

  test.runIf(has)('an amendment keeps everything else, and the day of creation stays', async () => {
    const store = await openStore();
    const createdAt = '2026-01-01T00:00:00.000Z';
    await update(store, { changed: [connector('A', { createdAt })] });
    const folder = 'certified-connectors/A';
    const before = await store.catalog.connector(repository, folder);
    const commit = { commit: 'f'.repeat(40), modifiedAt: '2026-11-02T00:00:00.000Z' };
    await update(store, { amended: [{ folder, type: 'official', ...commit }] });
    expect(await store.catalog.connector(repository, folder)).toEqual({
      ...before,
      ...commit,
      type: 'official',
    });
    await update(store, { changed: [connector('A', { description: 'New.', ...commit })] });
    expect(await store.catalog.connector(repository, folder)).toMatchObject({
      description: 'New.',
      createdAt,
    });
    expect(
      (await store.catalog.news(repository, 10)).map(({ kind, at }) => ({ kind, at })),
    ).toEqual([{ kind: 'updated', at: commit.modifiedAt }]);
  });

  test.runIf(has)('filters add up, and counts say what each value would give', async () => {
    const store = await openStore();
    await update(store, {
      changed: [
        connector('A', { publisher: 'Contoso', categories: ['AI', 'Data'], type: 'official' }),
        connector('B', { publisher: 'Contoso Inc.', categories: ['Data'], isDeprecated: true }),
        connector('C', {
          folder: 'custom-connectors/C',
          class: 'custom',
          type: 'self_built',
          authentication: ['oauth', 'api-key'],
          operations: [operation({ kind: 'trigger-batch' }), operation({ kind: 'subscription' })],
          problem: 'Broken.',
          isPreview: true,
        }),
      ],
    });
    const list = (filters: ConnectorFilters): Promise<string[]> => titles(store, { filters });
    expect(await list({ category: ['Data'] })).toEqual(['A', 'B']);
    expect(await list({ category: ['AI', 'Data'], state: ['deprecated'] })).toEqual(['B']);
    expect(await list({ type: ['official', 'self_built'] })).toEqual(['A', 'C']);
    expect(await list({ class: ['custom'], authentication: ['oauth'] })).toEqual(['C']);
    expect(await list({ publisher: ['contoso'] })).toEqual(['A', 'B']);
    expect(await list({ trigger: ['none'] })).toEqual(['A', 'B']);
    expect(await list({ trigger: ['batch'] })).toEqual(['C']);
    expect(await list({ trigger: ['single', 'subscription'] })).toEqual(['C']);
    expect(await list({ state: ['current'] })).toEqual(['A']);
    expect(await list({ state: ['problem'] })).toEqual(['C']);
    expect(await list({ ring: ['europe'] })).toEqual([]);
    const facets = await store.catalog.facets(repository, {
      filters: { category: ['Data'], state: ['deprecated'] },
    });
    expect(facets).toMatchObject({
      category: [{ value: 'Data', count: 1 }],
      state: [
        { value: 'current', count: 1 },
        { value: 'deprecated', count: 1 },
      ],
      publisher: [{ value: 'contoso', label: 'Contoso Inc.', count: 1 }],
      ring: [],
    });
    expect(await store.catalog.facets(repository, { filters: {}, q: 'nothing' })).toMatchObject({
      type: [],
      category: [],
    });
    expect(await store.catalog.publishers(repository)).toEqual([
      { key: 'contoso', name: expect.stringContaining('Contoso'), connectors: 2 },
    ]);
  });

  test.runIf(has)('a search finds the exact name first, then names, then texts', async () => {
    const store = await openStore();
    await update(store, {
      changed: [
        connector('Billing', { description: 'Sends an invoice by mail.' }),
        connector('Zoho Invoice', { modifiedAt: '2026-11-02T00:00:00.000Z' }),
        connector('Invoice Ninja'),
        connector('Invoice'),
        connector('Weather', {
          operations: [operation({ id: 'GetForecast', summary: 'Forecast' })],
        }),
      ],
    });
    const find = (q: string): Promise<string[]> => titles(store, { q, sort: 'relevance' });
    expect(await find('invoice')).toEqual(['Invoice', 'Invoice Ninja', 'Zoho Invoice', 'Billing']);
    expect(await find('INVOI')).toEqual(['Invoice', 'Invoice Ninja', 'Zoho Invoice', 'Billing']);
    expect(await find('the invoices')).toHaveLength(4);
    expect(await find('forecasting')).toEqual(['Weather']);
    expect(await find('getForecast')).toEqual(['Weather']);
    expect(await find('zoho weather')).toEqual([]);
    expect(await find("it's | & ! :* '")).toEqual([]);
    expect(await find(' …')).toHaveLength(5);
    const meant = (q: string): Promise<string | undefined> =>
      store.catalog.didYouMean(repository, q);
    expect(await meant('zoho invocie')).toBe('zoho invoice');
    expect(await meant('wheather')).toBe('weather');
    expect(await meant('weather')).toBeUndefined();
    expect(await meant('entirely other things')).toBeUndefined();
  });

  test.runIf(has)('every beginning of every word of a title finds it', async () => {
    const store = await openStore();
    const names = [
      'Abilities',
      'Happy Categories',
      'The Invoices',
      'Überraschung 365',
      'Running Ponies',
    ];
    await update(store, { changed: names.map((title) => connector(title)) });
    for (const title of names) {
      for (const word of title.toLowerCase().split(' '))
        for (let length = 1; length <= word.length; length += 1)
          expect(
            await titles(store, { q: word.slice(0, length) }),
            word.slice(0, length),
          ).toContain(title);
      expect((await titles(store, { q: title.toLowerCase(), sort: 'relevance' }))[0]).toBe(title);
    }
    expect(await titles(store, { q: 'run pony' })).toEqual(['Running Ponies']);
    expect(await titles(store, { q: 'running ponie' })).toEqual(['Running Ponies']);
  });

  test.runIf(has)('actions are found by name, by kind and by connector', async () => {
    const store = await openStore();
    await update(store, {
      changed: [
        connector('A', {
          operations: [
            operation({ id: 'Create', summary: 'Create an invoice' }),
            operation({ id: 'Hidden', summary: 'Create it', visibility: 'internal' }),
            operation({ id: 'When', summary: 'When created', kind: 'subscription' }),
          ],
        }),
        connector('B', { type: 'official', operations: [operation({ summary: 'Create' })] }),
      ],
    });
    const find = async (change: object): Promise<string[]> => {
      const found = [];
      let after: Cursor | undefined;
      do {
        const page = await store.catalog.searchActions(repository, {
          limit: 1,
          ...change,
          ...(after && { after }),
        });
        if (page === 'expired') throw new Error('the page is expired');
        found.push(...page.items);
        after = page.next;
      } while (after);
      return found.map(({ connector: { title }, operation: { id } }) => `${title} ${id}`);
    };
    expect(await find({ q: 'create' })).toEqual(['B GetInvoice', 'A Create']);
    expect(await find({})).toEqual(['A Create', 'B GetInvoice']);
    expect(
      await find({ kind: ['action', 'subscription'], folder: 'certified-connectors/A' }),
    ).toEqual(['A Create', 'A When']);
    expect(await find({ type: ['official'] })).toEqual(['B GetInvoice']);
  });

  test.runIf(has)('a ring that gets a version is a new revision', async () => {
    const store = await openStore();
    const folder = 'certified-connectors/A';
    await update(store, { changed: [connector('A')] });
    await store.record({ repository, number: 1 }, [
      {
        kind: 'rides',
        rides: [
          {
            folder,
            class: 'certified',
            kind: 'minor',
            pull: 1,
            sha: 'a'.repeat(40),
            digest: 'd'.repeat(64),
            createdAt: '2026-11-16T12:00:00.000Z',
          },
        ],
      },
    ]);
    const [ride] = await store.rides(repository, 'open');
    const at = '2026-11-20T17:00:00.000Z';
    const event = (detail: Parameters<Store['appendRideEvents']>[2][number]['detail']) => ({
      at,
      by: 'gatehouse',
      detail,
    });
    const before = await store.catalog.state(repository);
    await store.appendRideEvents(ride?.ride.id ?? '', 0, [
      event({ kind: 'deploy-started', ring: 'europe', deployment: 1 }),
      event({ kind: 'inconclusive', ring: 'europe', deployment: 1, reason: 'No answer.' }),
      event({ kind: 'passed-by-person', ring: 'europe', reason: 'It works.' }),
    ]);
    expect((await store.catalog.state(repository))?.revision).toBe((before?.revision ?? 0) + 1);
    expect(await titles(store, { filters: { ring: ['europe'] } })).toEqual(['A']);
    expect(await store.catalog.connector(repository, folder)).toMatchObject({
      rings: ['europe'],
      operations: [{ id: 'GetInvoice' }],
    });
    const version = ride?.ride.version ?? '';
    expect(await store.catalog.live(repository, folder)).toEqual([
      { ring: 'europe', version, since: at, pull: 1, commit: 'a'.repeat(40) },
    ]);
    expect(await store.catalog.versions(repository, folder)).toMatchObject([
      { version, kind: 'minor', pull: 1, reached: [{ ring: 'europe', since: at }] },
    ]);
    // Reading the connector again keeps where it is live.
    await update(store, { changed: [connector('A', { description: 'New.' })] });
    expect(await titles(store, { filters: { ring: ['europe'] } })).toEqual(['A']);
  });

  test.runIf(has)('a walk over pages expires a day after its revision was replaced', async () => {
    const store = await openStore();
    await update(store, { changed: [connector('A'), connector('B')] });
    const first = await store.catalog.list(repository, query({ limit: 1 }));
    if (first === 'expired') throw new Error('the first page is expired');
    const second = () =>
      store.catalog.list(repository, query({ limit: 1, ...(first.next && { after: first.next }) }));
    const hours = (count: number): Date => new Date(now.getTime() + count * 3_600_000);
    await update(store, { changed: [connector('B', { title: 'Z' })] }, hours(1));
    await update(store, { removed: ['certified-connectors/A'] }, hours(24));
    expect(await second()).toMatchObject({ items: [{ title: 'B' }] });
    await update(store, { changed: [connector('C')] }, hours(26));
    expect(await second()).toBe('expired');
    expect(await titles(store)).toEqual(['C', 'Z']);
  });

  test.runIf(has)('cursors that nobody was given are expired', async () => {
    const store = await openStore();
    await update(store, { changed: [connector('A')] });
    const cursors: Cursor[] = [
      { revision: 99, key: ['a', 0, 'x'] },
      { revision: -1, key: ['a', 0, 'x'] },
      { revision: 0.5, key: ['a', 0, 'x'] },
      { revision: 1, key: [1, 0, 'x'] },
      { revision: 1, key: ['a'] },
      { revision: 1, key: ['a', 0, 0] },
      { revision: 1, key: ['a', 'b', 'c'] },
      { revision: 1, key: ['a', Number.NaN, 'c'] },
    ];
    for (const after of cursors)
      expect(await store.catalog.list(repository, query({ after }))).toBe('expired');
    for (const key of [
      ['a', 'b', 0],
      [0, 'b', 'c'],
      [0, 0, 0],
    ])
      expect(
        await store.catalog.searchActions(repository, { limit: 1, after: { revision: 1, key } }),
      ).toBe('expired');
  });

  const word = fc.constantFrom('Alpha', 'beta', 'Gamma', 'Ärger', 'delta alpha', 'İ', '');
  const change = fc.record({
    folder: fc.integer({ min: 0, max: 12 }).map((number) => `certified-connectors/${number}`),
    title: word,
    isRemoved: fc.boolean(),
    day: fc.option(fc.integer({ min: 1, max: 28 })),
    operations: fc.integer({ min: 0, max: 3 }),
    category: fc.constantFrom('AI', 'Data'),
  });
  type RandomChange = typeof change extends fc.Arbitrary<infer Value> ? Value : never;
  const toUpdate = (changes: readonly RandomChange[]): Partial<CatalogUpdate> => {
    const last = [...new Map(changes.map((each) => [each.folder, each])).values()];
    return {
      removed: last.filter(({ isRemoved }) => isRemoved).map(({ folder }) => folder),
      changed: last
        .filter(({ isRemoved }) => !isRemoved)
        .map(({ folder, title, day, operations, category }) =>
          connector(title, {
            folder,
            categories: [category],
            operations: Array.from({ length: operations }, () => operation()),
            ...(day !== null && {
              commit: 'a',
              modifiedAt: new Date(Date.UTC(2026, 0, day)).toISOString(),
            }),
          }),
        ),
    };
  };

  test.runIf(has)(
    'a walk over all pages sees each connector once, whatever changes meanwhile',
    async () => {
      const store = await openStore();
      await fc.assert(
        fc.asyncProperty(
          fc.array(change, { minLength: 3, maxLength: 15 }),
          fc.array(fc.array(change, { maxLength: 5 }), { maxLength: 6 }),
          fc.constantFrom(...connectorSorts),
          fc.constantFrom<ConnectorFilters>({}, { category: ['AI'] }, { state: ['current'] }),
          fc.constantFrom(undefined, 'alpha', 'invoice'),
          fc.integer({ min: 1, max: 4 }),
          async (start, changes, sort, filters, q, limit) => {
            await update(store, toUpdate(start));
            const asked = query({ sort, filters, ...(q !== undefined && { q }) });
            const whole = await store.catalog.list(repository, { ...asked, limit: 1000 });
            if (whole === 'expired') throw new Error('the first page is expired');
            const seen: string[] = [];
            let after: Cursor | undefined;
            let turn = 0;
            do {
              const page = await store.catalog.list(repository, {
                ...asked,
                limit,
                ...(after && { after }),
              });
              if (page === 'expired') throw new Error('a page is expired');
              expect(page.items.length).toBeLessThanOrEqual(limit);
              seen.push(...page.items.map(({ folder }) => folder));
              // A token keeps the cursor as JSON.
              after = page.next && JSON.parse(JSON.stringify(page.next));
              await update(store, toUpdate(changes[turn] ?? []));
              turn += 1;
            } while (after);
            expect(seen).toEqual(whole.items.map(({ folder }) => folder));
            expect(new Set(seen).size).toBe(seen.length);
          },
        ),
        { numRuns: 60 },
      );
    },
    120_000,
  );
});
