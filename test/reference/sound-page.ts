import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { readConnector, type ConnectorFolder } from '../../src/connector/connector.ts';
import { nameOf } from '../../src/connector/definition.ts';
import { operationAnchors } from '../../src/connector/operation-anchors.ts';
import { unescapeToken } from '../../src/json/pointer.ts';
import type { JsonObject } from '../../src/json/values.ts';
import type { Block, Inline } from '../../src/reference/block.ts';
import { operationSchemas } from '../../src/reference/operation-schemas.ts';
import { pageOf } from '../../src/reference/page-of.ts';
import { renderMarkdown } from '../../src/reference/render-markdown.ts';
import { githubAnchors } from '../../src/reference/with-anchors.ts';
import { presets } from '../../src/settings/presets.ts';

/** The order of the sections of a page: the guide, then these. */
const sections = [
  'section/general-limits',
  'section/connection',
  'section/throttling',
  'section/actions',
  'section/triggers',
  'section/definitions',
];

const ajv = new Ajv2020({ strict: false, validateFormats: false });

/** What holds for the page and the schemas of every connector. */
export function expectSound(folder: ConnectorFolder): void {
  const connector = readConnector(folder);
  const blocks = pageOf(connector, { settings: presets.microsoft.reference });
  const headings = blocks.filter((block) => block.kind === 'heading');
  const keys = headings.map(({ key }) => key);

  expect(headings.filter(({ level }) => level === 1)).toEqual([headings[0]]);
  const order = keys.filter((key) => sections.includes(key));
  expect(order).toEqual(sections.filter((key) => order.includes(key)));
  const guide = keys.findLastIndex((key) => key.startsWith('guide/'));
  const first = keys.findIndex((key) => key.startsWith('section/'));
  if (first >= 0) expect(guide).toBeLessThan(first);

  expect(new Set(keys).size).toBe(keys.length);
  const anchors = headings.map(({ anchor }) => anchor);
  expect(new Set(anchors).size).toBe(anchors.length);
  const known = new Set(keys);
  for (const { to } of referencesIn(blocks)) expect(known).toContain(to);
  const onGitHub = new Set(githubAnchors(blocks).values());
  expect(onGitHub.size).toBe(headings.length);
  for (const [, anchor = ''] of renderMarkdown(blocks).matchAll(/(?<!\\)\]\(#([^)]*)\)/g))
    expect(onGitHub).toContain(decodeURIComponent(anchor));

  const operations = connector.definition?.operations ?? [];
  const all = operationAnchors(operations);
  const visible = operations.flatMap((operation, index) =>
    operation.visibility?.toLowerCase() === 'internal'
      ? []
      : [{ name: nameOf(operation), anchor: all[index] }],
  );
  const shown = headings.filter(({ key, level }) => level === 3 && key.startsWith('operation/'));
  expect(shown.length).toBe(visible.length);
  expect(new Set(shown.map(({ anchor }) => anchor))).toEqual(
    new Set(visible.map(({ anchor }) => anchor)),
  );
  expect(
    new Set(shown.map(({ key }) => key.slice('operation/'.length).replace(/#\d+$/, ''))),
  ).toEqual(new Set(visible.map(({ name }) => name)));

  for (const [index, operation] of operations.entries()) {
    for (const schema of Object.values(operationSchemas(connector, operation))) {
      expect(ajv.validateSchema(schema), nameOf(operation)).toBe(true);
      for (const ref of refsIn(schema))
        expect(Object.keys(schema.$defs ?? {}), nameOf(operation)).toContain(ref);
      // To compile a schema takes a hundred times as long.
      if (index >= 2) continue;
      expect(() => ajv.compile(schema), nameOf(operation)).not.toThrow();
      ajv.removeSchema(schema);
    }
  }
}

/** The names of the definitions that a schema refers to. */
function refsIn(schema: JsonObject): Set<string> {
  const refs = new Set<string>();
  JSON.stringify(schema, (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string')
      refs.add(unescapeToken(decodeURIComponent(value.slice('#/$defs/'.length))));
    return value;
  });
  return refs;
}

function* referencesIn(blocks: readonly Block[]): Iterable<{ to: string }> {
  for (const block of blocks) {
    if (block.kind === 'paragraph') yield* referencesInside(block.content);
    if (block.kind === 'table')
      for (const row of block.rows) for (const cell of row) yield* referencesInside(cell);
    if (block.kind === 'list') for (const item of block.items) yield* referencesIn(item);
    if (block.kind === 'quote') yield* referencesIn(block.content);
  }
}

function* referencesInside(content: readonly Inline[]): Iterable<{ to: string }> {
  for (const part of content) {
    if (typeof part === 'string') continue;
    if (part.kind === 'reference') yield part;
    if ('content' in part) yield* referencesInside(part.content);
  }
}
