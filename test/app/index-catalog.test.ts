import { expect, describe, test } from 'vitest';
import { Clients } from '../../src/app/clients.ts';
import { systemClock } from '../../src/app/clock.ts';
import { indexCatalog } from '../../src/app/jobs/index-catalog.ts';
import { startReviewProcesses } from '../../src/app/review-processes.ts';
import { LeaseLostError } from '../../src/app/review-pull-request.ts';
import { withApp } from '../../src/app/with-app.ts';
import type { ConnectorRecord } from '../../src/catalog/connector-record.ts';
import type { Store } from '../../src/store/store.ts';
import type { Files } from '../github/fake/git-objects.ts';
import { connectorFiles, goodUpdate, startApp, waitUntilIdle, type TestApp } from './test-app.ts';
import { testApps } from './test-apps.ts';

const newApp = testApps();
const repository = 'contoso/connectors';
const folder = 'certified-connectors/Contoso Invoices';

interface Indexing {
  store: Store;
  /** Runs the job once. */
  index(isHeld?: () => Promise<boolean>, of?: string): Promise<void>;
}

/** Lends a store and the job, without a server. */
const indexing = <T>(app: TestApp, use: (indexing: Indexing) => Promise<T>): Promise<T> =>
  withApp(app.env, async ({ environment, app: probot, store }) => {
    const processes = startReviewProcesses(environment, (name, excess) =>
      expect.fail(`${name} ${excess}`),
    );
    const log = { info: () => undefined, warn: () => undefined };
    const context = { log, clients: new Clients(probot), store, processes, clock: systemClock };
    try {
      return await use({
        store,
        index: (isHeld = () => Promise.resolve(true), of = repository) =>
          indexCatalog({ repository: of }, isHeld, context),
      });
    } finally {
      await processes.close();
    }
  });

async function allOf({ store }: Indexing): Promise<ConnectorRecord[]> {
  const records = [];
  for await (const record of store.catalog.all(repository)) records.push(record);
  return records;
}

const operationsOf = ({ github }: TestApp): string[] =>
  github.requests
    .map(({ operation }) => operation ?? '')
    .filter((operation) => operation !== 'apps/create-installation-access-token');

describe('the catalog of a repository', () => {
  test('has each connector, also one that cannot be parsed, and is read without a write', async () => {
    const app = await newApp();
    app.repository.push('dev', {
      by: app.ada,
      files: {
        'certified-connectors/Broken/apiDefinition.swagger.json': '{"swagger": "2.0", "info": {',
        'certified-connectors/readme.md': '# Certified\n',
        'custom-connectors/Link': { link: '../certified-connectors/Broken' },
        'other/Contoso/apiDefinition.swagger.json': '{}',
      },
    });
    await indexing(app, async (at) => {
      app.github.forget();
      await at.index();
      expect(app.github.writes).toEqual([]);
      const records = await allOf(at);
      expect(records.map(({ folder: path, title, problem }) => ({ path, title, problem }))).toEqual(
        [
          {
            path: 'certified-connectors/Broken',
            title: 'Broken',
            problem: 'The definition is not valid JSON: line 1.',
          },
          { path: folder, title: 'Contoso Invoices', problem: undefined },
          {
            path: 'custom-connectors/Link',
            title: 'Link',
            problem: 'A symbolic link is in the place of the folder.',
          },
        ],
      );
      expect(await at.store.catalog.state(repository)).toMatchObject({
        repository,
        visibility: 'public',
        commit: app.repository.tip('dev'),
      });
      expect(records[1]).toMatchObject({ publisher: 'Contoso Ltd', type: 'third_party' });
      // The reference page is made of them.
      const { digest = '' } = records[1] ?? {};
      const files = await at.store.connectorFiles(repository, { folder, digest });
      expect([...files.keys()].toSorted()).toEqual([
        'apiDefinition.swagger.json',
        'apiProperties.json',
        'icon.png',
        'readme.md',
      ]);
    });
  });

  test('after a push, only the folder that changed is read', async () => {
    const app = await newApp();
    app.repository.push('dev', {
      by: app.ada,
      files: connectorFiles({}, 'certified-connectors/Other'),
    });
    await indexing(app, async (at) => {
      await at.index();
      app.github.forget();
      await at.index();
      expect(operationsOf(app).filter((operation) => operation.startsWith('git/'))).toEqual([]);
      const revision = (await at.store.catalog.state(repository))?.revision ?? 0;

      app.github.world.pass(60);
      const commit = app.repository.push('dev', { by: app.ada, files: goodUpdate });
      app.github.forget();
      await at.index();
      // The definition is the only new blob; the cache has the others.
      expect(operationsOf(app).filter((operation) => operation.startsWith('git/'))).toEqual([
        'git/get-tree',
        'git/get-blob',
      ]);
      expect(await at.store.catalog.state(repository)).toMatchObject({
        commit,
        revision: revision + 1,
      });
      expect(await at.store.catalog.connector(repository, folder)).toMatchObject({
        commit,
        description: expect.stringContaining('hear of those that are paid'),
      });
      expect(await at.store.catalog.news(repository, 1)).toMatchObject([
        { kind: 'updated', connector: { folder } },
      ]);
    });
  });

  test('connectors that are deleted or moved leave their old place', async () => {
    const app = await newApp();
    await indexing(app, async (at) => {
      await at.index();
      const gone = Object.fromEntries(Object.keys(connectorFiles({})).map((path) => [path, null]));
      const moved: Files = connectorFiles({}, 'independent-publisher-connectors/Contoso');
      app.repository.push('dev', { by: app.ada, files: { ...gone, ...moved } });
      await at.index();
      expect((await allOf(at)).map(({ folder: path }) => path)).toEqual([
        'independent-publisher-connectors/Contoso',
      ]);
    });
  });

  test('the setting `platform` decides the type, without reading a connector again', async () => {
    const app = await newApp();
    await indexing(app, async (at) => {
      await at.index();
      app.repository.push('dev', {
        by: app.ada,
        files: { '.github/gatehouse.yml': 'platform: [contoso inc.]\n' },
      });
      app.github.forget();
      await at.index();
      // That of the settings.
      expect(operationsOf(app).filter((operation) => operation === 'git/get-blob')).toHaveLength(1);
      expect(await allOf(at)).toMatchObject([{ type: 'official' }]);
    });
  });

  test('a worker that lost the job stores nothing, and the next one everything', async () => {
    const app = await newApp();
    await indexing(app, async (at) => {
      await expect(at.index(() => Promise.resolve(false))).rejects.toThrow(LeaseLostError);
      expect(await at.store.catalog.state(repository)).toBeUndefined();
      await at.index();
      expect(await allOf(at)).toHaveLength(1);
    });
  });

  test('a repository of many connectors is read in parts, each of which is complete', async () => {
    const app = await newApp();
    const names = Array.from({ length: 120 }, (_, index) => `custom-connectors/C${index}`);
    app.repository.push('dev', {
      by: app.ada,
      files: Object.fromEntries(names.map((name) => [`${name}/readme.md`, `# ${name}\n`])),
    });
    await indexing(app, async (at) => {
      await at.index();
      expect(await at.store.catalog.state(repository)).toMatchObject({ commit: undefined });
      expect(await allOf(at)).toHaveLength(100);
      await at.index();
      expect(await at.store.catalog.state(repository)).toMatchObject({
        commit: app.repository.tip('dev'),
      });
      expect(await allOf(at)).toHaveLength(121);
      // As far as a job reads no connectors, it looks up last commits.
      expect((await allOf(at)).filter(({ commit }) => commit !== undefined)).toHaveLength(79);
      await at.index();
      expect((await allOf(at)).every(({ createdAt }) => createdAt !== undefined)).toBe(true);
    });
  });

  test('a repository that becomes private is private at once; without the App it is gone', async () => {
    const app = await newApp();
    await indexing(app, async (at) => {
      await at.index();
      app.repository.isPrivate = true;
      await at.index();
      expect(await at.store.catalog.state(repository)).toMatchObject({ visibility: 'private' });
      expect(await allOf(at)).toMatchObject([{ visibility: 'private' }]);
      app.github.world.installations.delete(app.installation);
      await at.index();
      expect(await at.store.catalog.catalogs()).toEqual([]);
      expect(await allOf(at)).toEqual([]);
    });
  });

  test('a server indexes what is pushed', async () => {
    const app = await newApp();
    const server = await startApp(app);
    await waitUntilIdle(app);
    app.repository.push('dev', { by: app.ada, files: goodUpdate });
    await waitUntilIdle(app);
    await server.stop();
    await indexing(app, async (at) => {
      expect(await at.store.catalog.state(repository)).toMatchObject({
        commit: app.repository.tip('dev'),
      });
    });
  });
});
