import SwaggerParser from '@apidevtools/swagger-parser';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { apiRoutes } from '../../src/portal/api/routes.ts';
import { readParameters } from '../../src/portal/api/parameters.ts';
import { modelTrain } from '../release/settings.ts';
import { PortalScene, repository } from './portal-scene.ts';

const folder = 'certified-connectors/A';

test('nothing of a repository is shown that is not known to be public', async () => {
  const scene = await PortalScene.open();
  const name = 'contoso/secret-plans';
  const paths = [
    '/api/v1/trains',
    '/api/v1/trains/2026-11-20',
    '/api/v1/freezes',
    '/feeds/train.ics',
  ];
  const answers = async () => {
    scene.pass();
    const all = await Promise.all(
      paths.flatMap((path) => [scene.get(path), scene.get(`${path}?repository=${name}`)]),
    );
    // Not even that it exists.
    expect(all.map(({ text }) => text).join('\n')).not.toMatch(/secret|3f2e/i);
    return all.map(({ json, status }) => json?.code ?? status);
  };
  const hidden = paths.flatMap(() => ['4003', '4004']);

  expect(await answers()).toEqual(hidden);
  const id = await scene.ride({}, name);
  expect(await answers()).toEqual(hidden);
  await scene.record(name, { isPublic: false });
  expect(await answers()).toEqual(hidden);
  expect((await scene.get(`/api/v1/rides/${id}`)).json.code).toBe('4003');
  expect((await scene.get(`/api/v1/rides/${id}?repository=${name}`)).json.code).toBe('4004');

  await scene.record(name);
  expect((await scene.get('/api/v1/trains')).status).toBe(200);
  // What a delivery says against it counts at once, and only GitHub can take it back.
  await scene.store.hideRepositories([name.toUpperCase()]);
  expect(await answers()).toEqual(hidden);
  await scene.record(name);
  const { etag = '' } = (await scene.get('/api/v1/freezes')).headers;
  // GitHub was not asked for a day.
  scene.pass('2026-11-19T12:01:00.000Z');
  expect(await answers()).toEqual(hidden);
  expect((await scene.get('/api/v1/freezes', { 'if-none-match': etag })).status).toBe(403);

  await scene.record(name);
  expect((await scene.get('/api/v1/freezes')).status).toBe(200);
  await scene.record(name, { isPublic: false });
  await scene.record('contoso/connectors');
  expect((await scene.get('/api/v1/freezes')).status).toBe(200);
  expect((await scene.get(`/api/v1/rides/${id}`)).json.code).toBe('4004');
});

test('a server with several repositories is asked for one of them', async () => {
  const scene = await PortalScene.open();
  await scene.record('contoso/a');
  await scene.record('Contoso/B', { train: null });
  await scene.record('contoso/secret', { isPublic: false });
  const { status, json } = await scene.get('/api/v1/trains');
  expect({ status, ...json }).toMatchObject({
    status: 400,
    code: '4001',
    invalid: [
      { name: 'repository', reason: 'Choose one of several, such as contoso/a, Contoso/B.' },
    ],
  });
  expect((await scene.get('/api/v1/trains?repository=CONTOSO/A')).json.list).toHaveLength(8);
  expect((await scene.get('/api/v1/trains?repository=contoso/b')).json).toEqual({
    hasMore: false,
    list: [],
  });
  expect((await scene.get('/feeds/train.ics?repository=contoso/b')).json).toMatchObject({
    code: '4004',
    detail: 'Nothing is deployed by a train in this repository.',
  });
});

test('what a client has already is not sent again, and costs no query', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  const id = await scene.ride();
  scene.pass();
  for (const path of ['/api/v1/trains', `/api/v1/rides/${id}`, '/feeds/train.ics']) {
    const first = await scene.get(path);
    const { etag = '' } = first.headers;
    expect(etag).toMatch(/^W\/"\d+\.\d+-[\w-]{16}"$/);
    expect(first.headers).toMatchObject({ 'cache-control': 'public, max-age=60' });
    scene.queries.length = 0;
    for (const tags of [etag, `"other", ${etag}`, etag.slice(2)]) {
      const second = await scene.get(path, { 'if-none-match': tags });
      expect([second.status, second.text, second.headers.etag]).toEqual([304, '', etag]);
    }
    expect(scene.queries).toEqual([]);
    expect((await scene.get(path, { 'if-none-match': etag }, 'HEAD')).status).toBe(304);
    const head = await scene.get(path, {}, 'HEAD');
    expect([head.status, head.headers.etag]).toEqual([200, etag]);
    expect((await scene.get(path, { 'if-none-match': 'W/"1-x", *' })).status).toBe(200);
  }
  const { etag = '' } = (await scene.get('/api/v1/trains')).headers;
  const has = async (path = '/api/v1/trains') =>
    (await scene.get(path, { 'if-none-match': etag })).status === 304;
  // The next five seconds need no query at all; after that, one for all repositories.
  scene.queries.length = 0;
  scene.pass();
  expect(await has()).toBe(true);
  expect(scene.queries).not.toContain('rides');
  expect(await has('/api/v1/trains?maxResults=9')).toBe(false);
  // Every write is seen: an event, a freeze, its end, settings.
  const changes = [
    () => scene.append(id, '2026-11-17T12:00:00.000Z', { kind: 'ready', note: '' }, 'ada'),
    () =>
      scene.store.declareFreeze(repository, {
        id: '3f2e1d0c-0000-4000-8000-000000000000',
        from: '2026-12-21',
        to: '2026-12-31',
        reason: 'Holidays',
        by: 'rita',
        at: scene.now,
      }),
    () =>
      scene.store.endFreeze('3f2e1d0c-0000-4000-8000-000000000000', {
        by: 'rita',
        at: scene.now,
        reason: 'no longer needed',
      }),
    () => scene.record(repository, { train: null }),
  ];
  const tags = new Set<string>();
  for (const change of changes) {
    const before = (await scene.get('/api/v1/trains')).headers.etag ?? '';
    tags.add(before);
    await change();
    scene.pass();
    expect((await scene.get('/api/v1/trains', { 'if-none-match': before })).status).toBe(200);
  }
  expect(tags.size).toBe(changes.length);
  // Reading the same again changes nothing.
  const { etag: last = '' } = (await scene.get('/api/v1/trains')).headers;
  await scene.record(repository, { train: null });
  await scene.record(repository, { train: undefined });
  expect((await scene.get('/api/v1/trains', { 'if-none-match': last })).status).toBe(304);
});

test('time alone changes the tag when it changes what is shown', async () => {
  const scene = await PortalScene.open();
  scene.now = '2026-11-19T16:00:00.000Z';
  await scene.record();
  const { etag = '' } = (await scene.get('/api/v1/trains')).headers;
  const at = async (now: string) => {
    scene.now = now;
    return (await scene.get('/api/v1/trains', { 'if-none-match': etag })).status;
  };
  expect(await at('2026-11-19T16:59:00.000Z')).toBe(304);
  // The cutoff passes.
  expect(await at('2026-11-19T17:00:01.000Z')).toBe(200);
});

const uuid = '0b6d8c1e-7a3f-4d0e-9b5a-2f1c3e4d5a6b';
const tooLong = 'x'.repeat(3_000);

describe('a parameter', () => {
  const cases: [what: string, path: string, name: string, reason: RegExp][] = [
    ['with a typo', '/trains?maxResult=5', 'maxResult', /Did you mean maxResults\?/],
    ['in another case', '/trains?MAXRESULTS=5', 'MAXRESULTS', /Did you mean maxResults\?/],
    ['of another API', '/trains?$top=5', '$top', /no such parameter\. There are: repository, /],
    ['without a name', '/trains?=5', '', /no such parameter/],
    ['with a very long name', `/trains?${tooLong}=5`, 'x'.repeat(60), /no such parameter/],
    ['twice', '/trains?maxResults=5&maxResults=6', 'maxResults', /2 values/],
    ['without a value', '/trains?maxResults', 'maxResults', /whole number from 1 to 52/],
    ['that is negative', '/trains?maxResults=-1', 'maxResults', /whole number/],
    ['that is zero', '/trains?maxResults=0', 'maxResults', /whole number/],
    ['that is too large', '/trains?maxResults=53', 'maxResults', /whole number/],
    ['that is an exponent', '/trains?maxResults=1e1', 'maxResults', /whole number/],
    ['that is a fraction', '/trains?maxResults=1.5', 'maxResults', /whole number/],
    ['of other digits', '/trains?maxResults=%D9%A5', 'maxResults', /whole number/],
    ['that is empty', '/trains?repository=', 'repository', /empty/],
    ['with NUL', '/trains?repository=contoso/a%00', 'repository', /control characters/],
    ['with a line break', '/trains?repository=contoso/a%0A', 'repository', /control characters/],
    ['that is no name', '/trains?repository=contoso', 'repository', /such as contoso\/connectors/],
    ['with three parts', '/trains?repository=a/b/c', 'repository', /such as contoso/],
    ['that is too long', `/trains?repository=a/${tooLong}`, 'repository', /more than 201/],
    ['that is not UTF-8', '/trains?repository=a/%FF', 'repository', /such as contoso/],
    ['that is no token', '/trains?nextToken=%21', 'nextToken', /nextToken of the page before/],
    [
      'of other JSON',
      `/trains?nextToken=${btoa('null').replaceAll('=', '')}`,
      'nextToken',
      /token/,
    ],
    ['of no JSON', '/trains?nextToken=abc', 'nextToken', /not of this list/],
    ['that is no day', '/trains/2026-02-30', 'date', /a day such as/],
    ['that is a word', '/trains/today', 'date', /a day such as/],
    ['with encoded slashes', '/trains/..%2F..%2Fhealthz', 'date', /a day such as/],
    ['with NUL in the path', '/trains/2026-11-20%00', 'date', /control characters/],
    ['that is no id', '/rides/1%27%20or%201=1', 'id', /the id of a ride/],
    ['with malformed encoding', '/rides/%', 'id', /the id of a ride/],
  ];
  test('that is not valid is named, with the reason', async () => {
    const scene = await PortalScene.open();
    await scene.record();
    for (const [what, path, name, reason] of cases) {
      const { status, headers, json } = await scene.get(`/api/v1${path}`);
      expect([what, status, json.code]).toEqual([what, 400, '4001']);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers.etag).toBeUndefined();
      expect(json.invalid).toEqual([{ name, reason: expect.stringMatching(reason) as unknown }]);
      expect(json.instance).toBe(`/api/v1${path}`.split('?')[0]);
    }
    const { json } = await scene.get('/api/v1/trains?maxResults=x&repository=y&z=');
    expect(json.invalid.map(({ name }) => name)).toEqual(['z', 'repository', 'maxResults']);
    const folders = [`${folder}\u202e`, "'; drop table rides; --", '../../etc/passwd', '%'];
    for (const each of folders) {
      const path = `/feeds/train.ics?folder=${encodeURIComponent(each)}`;
      expect((await scene.get(path)).status).toBe(200);
    }
  });

  test('of the document has an example that is valid', () => {
    for (const { path, parameters } of apiRoutes)
      for (const [name, { example, ...parameter }] of Object.entries(parameters)) {
        if (name === 'nextToken') continue;
        const query = new URLSearchParams({ [name]: String(example) });
        const value = parameter.schema.items ? String(example).split(',') : example;
        expect([path, readParameters({ [name]: { ...parameter, example } }, {}, query)]).toEqual([
          path,
          { [name]: value },
        ]);
      }
  });
});

test('paths that do not exist are problems, and no others than GET and HEAD are answered', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  for (const path of [
    '/api/v1',
    '/api/v1/',
    '/api/v1/train',
    '/api/v1/trains/2026-11-20/x',
    '/feeds',
    '/catalog/..%2f..%2fetc',
    '/api/v1/__proto__',
    `/api/v1/${tooLong}`,
  ])
    expect([path, (await scene.get(path)).json.code]).toEqual([path, '4004']);
  expect((await scene.get(`/api/v1/rides/${uuid}`)).json.code).toBe('4004');
  expect((await scene.get('/api/v1/trains/1999-01-01')).json.code).toBe('4004');
  expect((await scene.get('/api/v1/trains/9999-12-31')).json.code).toBe('4004');
  expect((await scene.get('/api/v1/trains/2026-11-19')).json.code).toBe('4004');
  expect((await scene.get('/api/v1/trains/')).status).toBe(200);
  expect((await scene.raw('/api/v1/trains', { host: 'evil.example/"<' })).status).toBe(400);
});

test('every answer has the headers that make it harmless, and that let other pages read it', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  const { etag = '' } = (await scene.get('/api/v1/trains')).headers;
  const answers = [
    await scene.get('/api/v1/trains'),
    await scene.get('/api/v1/trains', { 'if-none-match': etag }),
    await scene.get('/api/v1/trains', {}, 'HEAD'),
    await scene.get('/api/v1/trains?x=1'),
    await scene.get('/api/v1/nothing'),
    await scene.get('/feeds/train.ics'),
    await scene.raw('/api/openapi.json'),
  ];
  for (const { headers } of answers)
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'ETag, Link, Retry-After',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      vary: 'Accept, Accept-Encoding',
    });
});

test('long answers are compressed for clients that accept it', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  const plain = await scene.get('/api/v1/trains?maxResults=20');
  const { headers, bytes } = await scene.bytes('/api/v1/trains?maxResults=20', {
    'accept-encoding': 'gzip',
  });
  expect([headers['content-encoding'], headers.etag]).toEqual(['gzip', plain.headers.etag]);
  expect(gunzipSync(bytes).toString()).toBe(plain.text);
  expect(bytes.length).toBeLessThan(plain.text.length / 4);
});

test('a client has 600 requests a minute, and others have theirs', async () => {
  const scene = await PortalScene.open(1);
  await scene.record();
  const from = (address: string) =>
    scene.get('/api/v1/trains?x', { 'x-forwarded-for': `203.0.113.9, ${address}` });
  for (let count = 0; count < 600; count += 1)
    await scene.raw('/api/v1/trains?x', { 'x-forwarded-for': '198.51.100.1' });
  const { status, headers, json } = await from('198.51.100.1');
  expect([status, json.code, headers['retry-after']]).toEqual([429, '4029', '60']);
  expect((await from('198.51.100.2')).status).toBe(400);
  scene.pass(new Date(Date.parse(scene.now) + 60_000).toISOString());
  expect((await from('198.51.100.1')).status).toBe(400);
});

test('an error of the server is logged, and says nothing of what happened', async () => {
  const scene = await PortalScene.open();
  await scene.record();
  await scene.store.recordRepository(
    // A time zone that this version of Node.js does not know.
    {
      name: repository,
      isPublic: true,
      train: { ...modelTrain, zone: 'Atlantis/Capital' },
      reference: undefined,
    },
    new Date(scene.now),
  );
  scene.pass();
  const { status, json } = await scene.get('/api/v1/trains');
  expect([status, json.code]).toEqual([500, '5000']);
  expect(JSON.stringify(json)).not.toMatch(/atlantis/i);
  expect(scene.errors.map(String)).toEqual([expect.stringMatching(/atlantis/i)]);
});

describe('the document of the API', () => {
  test('is valid OpenAPI 3.1, the same for everyone, and not sent twice', async () => {
    const scene = await PortalScene.open();
    const { headers, json, text } = await scene.raw('/api/openapi.json');
    await expect(SwaggerParser.validate(JSON.parse(text))).resolves.toBeTruthy();
    expect(json.openapi).toBe('3.1.1');
    const { etag = '' } = headers;
    expect((await scene.raw('/api/openapi.json', { 'if-none-match': etag })).status).toBe(304);
    expect((await scene.raw('/api/openapi.json?x=1')).json.code).toBe('4001');
    await scene.record();
    expect((await scene.raw('/api/openapi.json')).text).toBe(text);
    const ids = apiRoutes.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('refers to every schema that it has', async () => {
    const scene = await PortalScene.open();
    const { json, text } = await scene.raw('/api/openapi.json');
    for (const name of Object.keys(json.components.schemas))
      expect(text).toContain(`"#/components/schemas/${name}"`);
  });
});
