import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageFilter } from '../../src/lsp/message-filter.ts';

const message = (body: string, more = ''): string =>
  `Content-Length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;

const passed = async (chunks: readonly Buffer[]): Promise<string> => {
  const filter = new MessageFilter();
  const parts: Buffer[] = [];
  filter.on('data', (data: Buffer) => parts.push(data));
  for (const chunk of chunks) filter.write(chunk);
  await new Promise((resolve) => filter.end(resolve));
  return Buffer.concat(parts).toString('latin1');
};

test('all messages pass, and nothing else, however the bytes arrive', async () => {
  const messages = fc
    .tuple(fc.string({ unit: 'binary', maxLength: 40 }), fc.boolean())
    .map(([body, hasType]) => message(body, hasType ? 'Content-Type: a/b\r\n' : ''));
  const garbage = fc.oneof(
    fc.constantFrom(
      '',
      '\r\n\r\n',
      'Content-Length: nope\r\n\r\n',
      'Content-Length: 1\r\nX\r\n\r\n',
    ),
    fc.string({ maxLength: 20 }).filter((text) => !/content-|[:]$/i.test(text)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(garbage, messages), { maxLength: 6 }),
      fc.integer({ min: 1, max: 50 }),
      async (parts, size) => {
        const bytes = Buffer.from(parts.flat().join(''));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        const expected = Buffer.from(parts.map(([, each]) => each).join('')).toString('latin1');
        expect(await passed(chunks)).toBe(expected);
      },
    ),
  );
});

test('a header without an end is dropped', async () => {
  const endless = Buffer.from(`Content-Length: 1${' '.repeat(10_000)}`);
  expect(await passed([endless, Buffer.from(message('{}'))])).toBe(message('{}'));
});
