import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHeader, type DefinitionHeader } from '../../src/catalog/entry.ts';
import { definitionName, readConnector } from '../../src/connector/connector.ts';
import { asObject, asText } from '../../src/json/values.ts';
import { corpus, corpusFolders } from '../support/corpus.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** The header, read from that many first bytes. */
const read = (text: string, size: number): DefinitionHeader =>
  readHeader(bytes(text).subarray(0, size), () => bytes(text));

const otherKeys = fc.dictionary(
  fc
    .string({ unit: 'grapheme' })
    .filter((key) => !['info', 'host', 'basePath', '__proto__'].includes(key)),
  fc.jsonValue({ maxDepth: 3 }),
  { maxKeys: 4 },
);
const text = fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined });
const document = fc.record({
  before: otherKeys,
  between: otherKeys,
  title: text,
  host: text,
  basePath: text,
  space: fc.constantFrom('', '  ', '\t'),
  last: fc.boolean(),
});

describe('the header of a definition', () => {
  test('is the same wherever its keys are, and however many bytes are read at first', () => {
    fc.assert(
      fc.property(
        document,
        fc.nat(200),
        ({ before, between, title, host, basePath, space, last }, size) => {
          const info = { ...before, title };
          const definition = last
            ? { ...before, ...between, basePath, host, info }
            : { info, ...between, host, basePath, ...before };
          expect(read(JSON.stringify(definition, null, space), size)).toEqual(
            JSON.parse(JSON.stringify({ title, host, basePath })),
          );
        },
      ),
    );
  });

  test('is read from broken JSON as the recovering parser reads it', () => {
    expect(
      read(
        '{ // ours\n "info": { "title": "Contoso", }, "host": "a.example.com" "basePath": "/v1" ]',
        30,
      ),
    ).toEqual({ title: 'Contoso', host: 'a.example.com', basePath: '/v1' });
    expect(read('\ufeff{"info":{"title":"Con\\u0074oso"},"host":7,"basePath":null}', 4096)).toEqual(
      { title: 'Contoso' },
    );
    for (const broken of [
      '',
      '[',
      '{',
      '{"info":',
      '{"info":{"title":"',
      'null',
      '\u0000',
      '{"host":"a"}}}',
    ])
      expect(() => read(broken, 5)).not.toThrow();
  });

  test('never throws for any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(20), (rest, size) => void read(`{"info":${rest}`, size)),
    );
  });

  test.skipIf(corpus === undefined)(
    'of real definitions is the same in the first 4 KB as in the whole file',
    () => {
      let count = 0;
      for (const folder of corpusFolders(7)) {
        const file = folder.files.find(({ path }) => path === definitionName)?.bytes;
        const raw = readConnector(folder).definition?.raw;
        if (!file || !raw) continue;
        count += 1;
        const whole = {
          title: asText(asObject(raw.info)?.title),
          host: asText(raw.host),
          basePath: asText(raw.basePath),
        };
        expect({
          path: folder.path,
          title: undefined,
          host: undefined,
          basePath: undefined,
          ...readHeader(file.subarray(0, 4096), () => file),
        }).toEqual({ path: folder.path, ...whole });
      }
      expect(count).toBeGreaterThan(0);
    },
  );
});
