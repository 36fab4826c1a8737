import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { Answered, PortalScene } from './portal-scene.ts';

interface Document {
  paths: Record<string, { get: { responses: Record<string, { content?: Contents }> } }>;
}
type Contents = Record<string, { schema: object }>;

/** By the text of the document, because all tests have the same. */
const documents = new Map<string, { document: Document; ajv: Ajv2020 }>();

/** Fields that the document does not have are errors here, although clients must ignore them. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, closed(value)]),
  );
  return 'properties' in copy && copy.type === 'object'
    ? { ...copy, additionalProperties: false }
    : copy;
}

async function documentOf(scene: PortalScene): Promise<{ document: Document; ajv: Ajv2020 }> {
  const { text } = await scene.raw('/api/openapi.json');
  let known = documents.get(text);
  if (!known) {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const document: Document = JSON.parse(text);
    ajv.addSchema({ $id: 'https://api.invalid/', components: closed(JSON.parse(text).components) });
    known = { document, ajv };
    documents.set(text, known);
  }
  return known;
}

/** Expects that an answer is one that the API's own document describes. */
export async function expectDescribed(
  scene: PortalScene,
  address: string,
  method: 'GET' | 'HEAD',
  { status, headers, text, json }: Answered,
): Promise<void> {
  if (address.startsWith('/api/openapi.json')) return;
  const { document, ajv } = await documentOf(scene);
  const [pathname = ''] = address.split('?', 1);
  const route = Object.keys(document.paths).find((path) =>
    new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`).test(pathname),
  );
  const responses = route === undefined ? undefined : document.paths[route]?.get.responses;
  if (responses) expect(Object.keys(responses)).toContain(String(status));
  else expect(status).toBe(404);
  if (status === 304) {
    expect(text).toBe('');
    return;
  }
  const type = String(headers['content-type']);
  const content: Contents = responses?.[status]?.content ?? {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  };
  expect(Object.keys(content)).toEqual([type]);
  if (method === 'HEAD') {
    expect(text).toBe('');
    return;
  }
  const [media] = Object.values(content);
  const schema = JSON.parse(
    JSON.stringify(closed(media?.schema)).replaceAll('"#/', '"https://api.invalid/#/'),
  );
  const validate: ValidateFunction = ajv.compile(schema);
  validate(/json/.test(type) ? json : text);
  expect(validate.errors ?? []).toEqual([]);
}
