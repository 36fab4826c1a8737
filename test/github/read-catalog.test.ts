import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConnectorIndex } from '../../src/catalog/connector-index.ts';
import { readConnectorFacts } from '../../src/app/read-connector-facts.ts';
import { readBase } from '../../src/github/read-base-branch.ts';
import { nothingKnown, readCatalog, type KnownConnectors } from '../../src/github/read-catalog.ts';
import { foldersInTree, readIndexedFolder } from '../../src/github/read-index.ts';
import { folderDigest } from '../../src/release/folder-digest.ts';
import { ok } from '../../src/review/model/result.ts';
import type { CatalogConnector, FileFacts, Snapshot } from '../../src/review/model/snapshot.ts';
import { drawIcon } from '../../src/analyzers/icon.ts';
import { startScene, type Scene } from './scene.ts';

const name = { owner: 'contoso', repo: 'connectors' };
const icon = await drawIcon(
  '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect width="100" height="50" fill="#0f6cbd"/></svg>',
);
const title = 'Northwind Orders';
const definition = (titleText: string, host: string): string =>
  JSON.stringify({ swagger: '2.0', info: { title: titleText }, host, basePath: '/v1', paths: {} });
const properties = (publisher: string): string =>
  JSON.stringify({ properties: { publisher, connectionParameters: {} } });

/** Ten connectors, of which some have the title, the host or the icon of a new one. */
const files = Object.fromEntries(
  Array.from({ length: 10 }, (_, number) => {
    const at = `certified-connectors/Folder ${number}`;
    return [
      [
        `${at}/apiDefinition.swagger.json`,
        definition(number === 4 ? title : `Title ${number}`, `api${number}.northwind.com`),
      ],
      [`${at}/apiProperties.json`, properties(`Publisher ${number}`)],
      [`${at}/icon.png`, number % 5 === 0 ? icon : `no picture ${number}`],
    ] as const;
  }).flat(),
);

describe('the connectors that a new one is compared with', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene();
    scene.repository.push('dev', { by: scene.repository.owner, files });
  });
  afterEach(async () => scene.github.stop());

  /** Reads the catalog for a new connector with a title and an icon, and counts the requests. */
  async function read(known: KnownConnectors) {
    const base = await readBase(scene.client, name, 'dev');
    if (!base.ok) throw new Error(base.reason);
    const sha = scene.repository.store.writeBlob(definition(title, 'api7.northwind.com'));
    const iconSha = scene.repository.store.writeBlob(icon);
    const { length: size } = icon;
    const after = {
      files: [
        { path: 'apiDefinition.swagger.json', kind: 'file', size: 100, blob: sha },
        { path: 'icon.png', kind: 'file', size, blob: iconSha },
      ],
      analysis: {},
    } as const;
    const snapshot: Pick<Snapshot, 'connectors' | 'contents'> = {
      connectors: [
        {
          path: 'certified-connectors/New',
          class: 'certified',
          before: ok(null),
          after: ok(after),
        },
      ],
      contents: {
        [sha]: Buffer.from(definition(title, 'api7.northwind.com')).toString('base64'),
      },
    };
    scene.github.forget();
    const { settings, tip } = base.value;
    const connectors = await readCatalog(scene.client, name, tip.tree, settings, snapshot, known);
    return { connectors, requests: scene.github.count().reads };
  }

  /** What indexing finds out, by blob. */
  async function indexed(): Promise<KnownConnectors> {
    const facts = new Map<string, FileFacts>();
    const base = await readBase(scene.client, name, 'dev');
    if (!base.ok) throw new Error(base.reason);
    for (const folder of foldersInTree(base.value.tip.tree, base.value.settings)) {
      const content = await readIndexedFolder(scene.client, name, folder);
      if (!content.ok) throw new Error(content.reason);
      const { files: found } = await readConnectorFacts({
        folder: content.value,
        blobs: new Map(folder.files.map(({ path, blob }) => [path, blob])),
        digest: folderDigest(folder.files),
      });
      for (const [blob, each] of found) facts.set(blob, each);
    }
    return { ...nothingKnown, fileFacts: () => Promise.resolve(facts) };
  }

  const others = (connectors: readonly CatalogConnector[]) =>
    new ConnectorIndex(
      connectors.map(({ iconHash, ...entry }) => ({
        ...entry,
        class: 'certified' as const,
        ...(iconHash !== undefined && { icon: iconHash }),
      })),
    ).exclude('certified-connectors/New', 'certified');

  test('are all known from the index, without a request', async () => {
    const { connectors, requests } = await read(await indexed());
    expect(requests).toBe(0);
    const found = others(connectors);
    expect(found.withTitle(title).map(({ path }) => path)).toEqual([
      'certified-connectors/Folder 4',
    ]);
    expect(found.withServer('api7.northwind.com', '/v1').map(({ path }) => path)).toEqual([
      'certified-connectors/Folder 7',
    ]);
    const first = connectors.find(({ iconHash }) => iconHash !== undefined);
    expect(
      found.withSimilarIcon(first?.iconHash ?? '').map(({ path, publisher }) => [path, publisher]),
    ).toEqual([
      ['certified-connectors/Folder 0', 'Publisher 0'],
      ['certified-connectors/Folder 5', 'Publisher 5'],
    ]);
  });

  test('are read from GitHub as far as the index lacks them, with the same answers', async () => {
    const before = await read(nothingKnown);
    expect(before.requests).toBe(2);
    const after = await read(await indexed());
    const byPath = new Map(after.connectors.map((connector) => [connector.path, connector]));
    for (const connector of before.connectors)
      expect(byPath.get(connector.path)).toMatchObject(connector);
    // Without the index, nothing tells that this connector has the title: its folder has another name.
    expect(others(before.connectors).withTitle(title)).toEqual([]);
  });
});
