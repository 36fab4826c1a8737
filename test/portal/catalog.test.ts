import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ChangedConnector } from '../../src/catalog/catalog-update.ts';
import { pageFiles } from '../../src/catalog/page-files.ts';
import { contoso } from '../support/cli.ts';
import { connector, index } from './catalog-scene.ts';
import { PortalScene, repository } from './portal-scene.ts';

const invoices = 'certified-connectors/Contoso Invoices';
const at = '/api/v1/connectors/certified-connectors/Contoso%20Invoices';

test('a connector has everything that the catalog knows of it', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  await index(scene, [connector(invoices)]);
  const id = await scene.ride({ folder: invoices, pull: 7 });
  await scene.append(id, '2026-11-20T17:00:00.000Z', {
    kind: 'deploy-started',
    ring: 'testing',
    deployment: 1,
  });
  await scene.append(id, '2026-11-20T18:00:00.000Z', {
    kind: 'succeeded',
    ring: 'testing',
    deployment: 1,
  });
  scene.pass();
  const { list } = (await scene.get('/api/v1/connectors')).json;
  expect(list).toEqual([
    expect.objectContaining({
      uri: 'connector://contoso/connectors/certified-connectors/Contoso%20Invoices',
      folder: invoices,
      class: 'certified',
      title: 'Contoso Invoices',
      rings: ['testing'],
    }),
  ]);
  const { json } = await scene.get(at);
  expect(json).toMatchObject(list[0] ?? {});
  const kinds = async (path: string) =>
    (await scene.get(`${at}${path}`)).json.list.map((each) => String(Reflect.get(each, 'kind')));
  expect(new Set(await kinds('/actions'))).toEqual(new Set(['action']));
  expect(await kinds('/triggers')).not.toContain('action');
  expect((await scene.get(`${at}/definitions`)).json.list).not.toEqual([]);
  expect((await scene.get(`${at}/live`)).json.list).toEqual([
    {
      ring: 'testing',
      version: '1.0',
      since: '2026-11-20T18:00:00.000Z',
      pull: 7,
      pullUrl: 'https://github.com/contoso/connectors/pull/7',
      commit: 'a'.repeat(40),
    },
  ]);
  expect((await scene.get(`${at}/history`)).json.list).toEqual([
    {
      version: '1.0',
      kind: 'minor',
      pull: 7,
      pullUrl: 'https://github.com/contoso/connectors/pull/7',
      commit: 'a'.repeat(40),
      createdAt: '2026-11-16T12:00:00.000Z',
      reached: [{ ring: 'testing', since: '2026-11-20T18:00:00.000Z' }],
    },
  ]);
  const [{ key, name } = { key: '', name: '' }] = await scene.store.catalog.publishers(repository);
  expect(list[0]).toMatchObject({ publisher: name });
  const feed = async (publisher: string) =>
    (await scene.get(`/feeds/train.ics?publisher=${encodeURIComponent(publisher)}`)).text;
  expect(await feed(key)).toContain('SUMMARY:Contoso Invoices 1.0: ');
  expect(await feed('nobody')).not.toContain('Contoso Invoices');
  const actionsOf = async (publisher: string) =>
    (
      await scene.get(
        `/api/v1/actions/search?connectorProviderCorpId=${encodeURIComponent(publisher)}`,
      )
    ).json.list;
  expect((await actionsOf(key)).length).toBeGreaterThan(1);
  expect(await actionsOf('nobody')).toEqual([]);
  const whole = (await scene.get('/catalog/index.json')).json;
  expect(whole).toEqual({
    schemaVersion: 1,
    repository,
    commit: 'c'.repeat(40),
    connectors: list,
  });
  for (const path of ['', '/actions', '/triggers', '/definitions', '/live', '/history'])
    expect((await scene.get(`/api/v1/connectors/certified-connectors/X${path}`)).json.code).toBe(
      '4004',
    );
});

test('words and filters find connectors and actions, and typos are noticed', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  await index(scene, [
    connector(invoices),
    connector(
      'custom-connectors/Fabrikam',
      { class: 'custom' },
      { title: 'Fabrikam Weather', type: 'self_built' },
    ),
    connector('certified-connectors/Broken', { definition: null }, { type: 'official' }),
  ]);
  const titles = async (query: string) =>
    (await scene.get(`/api/v1/connectors?${query}`)).json.list.map((each) =>
      String(Reflect.get(each, 'title')),
    );
  expect(await titles('q=weather')).toEqual(['Fabrikam Weather']);
  expect(await titles('type=self_built,official&sort=title')).toEqual([
    'Broken',
    'Fabrikam Weather',
  ]);
  expect(await titles('class=custom&type=official')).toEqual([]);
  expect(await titles('state=problem')).toEqual(['Broken']);
  const typo = (await scene.get('/api/v1/connectors?q=wether')).json;
  expect(typo).toEqual({
    hasMore: false,
    list: [],
    didYouMean: expect.stringMatching(/weather/i) as unknown,
  });
  const facets = (await scene.get('/api/v1/facets?type=self_built')).json;
  expect(Reflect.get(facets, 'type')).toHaveLength(3);
  expect(Reflect.get(facets, 'class')).toEqual([{ value: 'custom', count: 1 }]);
  const { list } = (await scene.get('/api/v1/actions/search?q=invoice')).json;
  expect(list.length).toBeGreaterThan(1);
  const uri = encodeURIComponent('connector://Contoso/Connectors/custom-connectors/Fabrikam');
  const one = (await scene.get(`/api/v1/actions/search?connectorId=${uri}`)).json.list;
  expect(one.map((each) => Reflect.get(each, 'connector'))).toEqual(
    one.map(() => expect.objectContaining({ folder: 'custom-connectors/Fabrikam' }) as unknown),
  );
  const elsewhere = encodeURIComponent('connector://fabrikam/connectors/a/b');
  expect(
    (await scene.get(`/api/v1/actions/search?connectorId=${elsewhere}`)).json.invalid,
  ).toMatchObject([{ name: 'connectorId' }]);
  expect((await scene.get('/api/v1/publishers')).status).toBe(200);
  const wrong = (await scene.get('/api/v1/connectors?type=offical,x&class=a')).json.invalid;
  expect(wrong).toEqual([
    { name: 'type', reason: expect.stringContaining('Did you mean official?') as unknown },
    { name: 'class', reason: expect.stringContaining('must be one of') as unknown },
  ]);
  const many = Array.from({ length: 21 }, () => 'custom').join(',');
  expect((await scene.get(`/api/v1/connectors?class=${many}`)).json.invalid).toMatchObject([
    { reason: 'The value has more than 20 items.' },
  ]);
  expect((await scene.get('/api/v1/connectors?class=custom,')).status).toBe(400);
});

test('the feed has what is new, whatever its texts are', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  const hostile = '<img src=x onerror=alert(1)> \u202e [x](javascript:alert(1)) | @all `x`';
  await index(scene, [
    connector(invoices, {}, { modifiedAt: '2026-11-17T12:00:00.000Z' }),
    connector('certified-connectors/A<b>', {
      definition: { info: { title: hostile, description: hostile } },
    }),
  ]);
  const { headers, json, text } = await scene.get('/feeds/connectors.json');
  expect(headers['content-type']).toBe('application/feed+json');
  expect(Reflect.get(json, 'items')).toMatchObject([
    { title: 'Updated: Contoso Invoices', date_modified: '2026-11-17T12:00:00.000Z' },
    {
      url: `https://github.com/${repository}/tree/${'c'.repeat(40)}/certified-connectors/A%3Cb%3E`,
    },
  ]);
  expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test('walking all pages misses and repeats nothing that was there all the time', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  const names = Array.from({ length: 30 }, (_, number) => `C${String(number).padStart(2, '0')}`);
  const named = (name: string, title = name) =>
    connector(`certified-connectors/${name}`, {}, { title });
  await index(
    scene,
    names.map((name) => named(name)),
  );
  let changes = 0;
  const sorts = fc.constantFrom('title', 'modified', 'operations', 'relevance');
  await fc.assert(
    fc.asyncProperty(
      sorts,
      fc.boolean(),
      fc.array(fc.integer({ min: 3, max: 12 }), { minLength: 10, maxLength: 10 }),
      async (sort, hasWords, sizes) => {
        const query = `sort=${sort}${hasWords ? '&q=invoice' : ''}`;
        const seen: string[] = [];
        let next: string | undefined = `/api/v1/connectors?${query}`;
        for (const size of sizes) {
          if (next === undefined) break;
          const address = new URL(next, 'http://portal.invalid');
          address.searchParams.set('maxResults', String(size));
          const { headers, json } = await scene.get(`${address.pathname}${address.search}`);
          seen.push(...json.list.map((each) => String(Reflect.get(each, 'folder'))));
          next = /^<([^>]+)>; rel="next"$/.exec(String(headers.link))?.[1];
          expect(json.hasMore).toBe(next !== undefined);
          // Some get another title, one comes, and one goes.
          changes += 1;
          await index(
            scene,
            [
              named(`C${String(changes % 30).padStart(2, '0')}`, `Z${changes}`),
              named(`New${changes}`),
            ],
            changes > 1 ? [`certified-connectors/New${changes - 1}`] : [],
          );
        }
        expect(next).toBeUndefined();
        expect(new Set(seen).size).toBe(seen.length);
        for (const name of names) expect(seen).toContain(`certified-connectors/${name}`);
      },
    ),
    { numRuns: 6 },
  );
  const { nextToken = '' } = (await scene.get('/api/v1/connectors?maxResults=2&sort=title')).json;
  for (const query of [
    `sort=modified&nextToken=${nextToken}`,
    `sort=title&class=custom&nextToken=${nextToken}`,
    `sort=title&q=x&nextToken=${nextToken}`,
  ])
    expect((await scene.get(`/api/v1/connectors?${query}`)).json.invalid).toMatchObject([
      { name: 'nextToken', reason: expect.stringContaining('not of this list') as unknown },
    ]);
  // A client that makes tokens up gets no error of the database.
  const content: Record<string, unknown> = JSON.parse(
    Buffer.from(nextToken, 'base64url').toString(),
  );
  for (const change of [
    { revision: 'x' },
    { revision: 1e300 },
    { revision: -1 },
    { key: [1, 2, 3] },
    { key: ['a', 'b', 'c'] },
    { key: ['a', 1.5, 'c'] },
    { key: ['a\0', 0, '\ud800'] },
    { key: {} },
    { key: null },
  ]) {
    const forged = Buffer.from(JSON.stringify({ ...content, ...change })).toString('base64url');
    expect([200, 400]).toContain(
      (await scene.get(`/api/v1/connectors?maxResults=2&sort=title&nextToken=${forged}`)).status,
    );
  }
  expect(scene.errors).toEqual([]);
});

test('the icon of a connector is served as a picture, and only if it is one', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  const large = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(600_000)]);
  const named = (name: string, icon: Uint8Array | string | undefined): ChangedConnector => {
    const made = connector(`certified-connectors/${name}`);
    const contents = new Map(made.contents);
    if (icon === undefined) return made;
    contents.delete('icon.png');
    for (const [path, bytes] of pageFiles([
      { path: 'icon.png', kind: 'file', size: icon.length, bytes: Buffer.from(icon) },
    ]))
      contents.set(path, bytes);
    return { ...made, contents };
  };
  await index(scene, [
    named('Good', undefined),
    named('Page', '<svg onload="alert(1)"><script>alert(1)</script>'),
    named('Large', large),
    connector('independent-publisher-connectors/None', { class: 'independent-publisher' }),
  ]);
  const iconOf = (name: string): string => `/api/v1/connectors/certified-connectors/${name}/icon`;
  const { status, headers } = await scene.get(iconOf('Good'));
  const { bytes } = await scene.bytes(iconOf('Good'));
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('image/png');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(bytes).toEqual(readFileSync(join(contoso, 'icon.png')));
  expect((await scene.get(iconOf('Good'), { 'if-none-match': String(headers.etag) })).status).toBe(
    304,
  );
  for (const path of [
    iconOf('Page'),
    iconOf('Large'),
    iconOf('Nobody'),
    '/api/v1/connectors/independent-publisher-connectors/None/icon',
  ])
    expect((await scene.get(path)).json.code, path).toBe('4004');
  // The page shows it, beside itself.
  const page = (name: string) =>
    scene.get(`/api/v1/connectors/certified-connectors/${name}/page.md`);
  expect((await page('Good')).text).toContain('![](<icon>)');
  expect((await page('Page')).text).not.toContain('![]');
});

test('the page of a connector and the schemas of its operations need no request to GitHub', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  await index(scene, [connector(invoices)]);
  const page = await scene.get(`${at}/page.md`);
  expect(page.headers['content-type']).toBe('text/markdown; charset=utf-8');
  expect(page.text).toMatch(/^# Contoso Invoices/);
  expect(page.text).toContain('## Actions');
  const { list } = (await scene.get(`${at}/actions`)).json;
  for (const operation of list) {
    const uri = encodeURIComponent(String(Reflect.get(operation, 'uri')));
    const path = `/api/v1/actions/details?connectAssetUri=${uri}`;
    const { json } = await scene.get(path);
    const objects = (await scene.get(`${path}&schemas=objects`)).json;
    expect(json).toMatchObject({ refId: operation.id, refType: 'action' });
    for (const name of ['inputSchema', 'outputSchema']) {
      const schema: unknown = JSON.parse(String(Reflect.get(json, name)));
      expect(Reflect.get(objects, name)).toEqual(schema);
      expect(() =>
        new Ajv2020({ strict: false, logger: false }).compile(Object(schema)),
      ).not.toThrow();
    }
  }
  const of = (uri: string) =>
    scene.get(`/api/v1/actions/details?connectAssetUri=${encodeURIComponent(uri)}`);
  const base = `connector://${repository}/certified-connectors`;
  expect((await of(`${base}/Contoso%20Invoices/actions/Nothing`)).json.code).toBe('4004');
  expect((await of(`${base}/X/actions/ListInvoices`)).json.code).toBe('4004');
  for (const wrong of [`${base}/Contoso%20Invoices`, 'connector://a/b/c/d/actions/e', 'x', '%'])
    expect((await of(wrong)).json.invalid).toMatchObject([{ name: 'connectAssetUri' }]);
  // A connector that is removed takes its files with it.
  await index(scene, [connector('certified-connectors/B')], [invoices]);
  expect((await scene.get(`${at}/page.md`)).json.code).toBe('4004');
});
