import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { contoso, definition, folder } from '../support/cli.ts';
import { runs } from '../fuzz/runs.ts';
import { LanguageClient } from './language-client.ts';

const root = join(folder, 'edits');
const [edited, anew] = ['Edited', 'Anew'].map((name) => join(root, name, 'Contoso Invoices'));
for (const connector of [edited, anew]) cpSync(contoso, connector ?? '', { recursive: true });
const path = join(edited ?? '', definition);
const text = readFileSync(path, 'utf8');
const client = await LanguageClient.start({ folders: [root] });
afterAll(() => client.process.kill('SIGKILL'));

const insertions = fc.oneof(
  fc.constantFrom('"', '{', '}', ',', ':', '[', ']', '\n', '\r\n', '\r', '\ufeff', '😀', '\ud83d'),
  fc.constantFrom('"operationId": "ListInvoices",', '"x-ms-visibility": "none",', 'docuemnt'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const edits = fc.array(
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(40), insertions }),
  { minLength: 1, maxLength: 8 },
);

test('a document edited bit by bit has the diagnostics of the same file read anew', async () => {
  const uri = client.open(path, text);
  await fc.assert(
    fc.asyncProperty(edits, async (steps) => {
      client.edit(uri, { text });
      for (const { at, length, insertions: inserted } of steps) {
        const current = client.textOf(uri);
        const start = Math.floor(at * current.length);
        client.edit(uri, {
          range: {
            start: client.positionAt(uri, start),
            end: client.positionAt(uri, start + length),
          },
          text: inserted,
        });
      }
      const diagnostics = await client.diagnostics(uri);
      // Lone surrogates cannot be written to a file, nor sent to a server.
      const result = client.textOf(uri).toWellFormed();
      const other = join(anew ?? '', definition);
      writeFileSync(other, result);
      const opened = client.open(other, result);
      expect(diagnostics).toEqual(await client.diagnostics(opened));
      client.close(opened);
    }),
    runs(15),
  );
  client.close(uri);
});

test('no document stops the server', async () => {
  const uri = client.open(path, '');
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.json(),
        fc.constant({ nested: 5_000 }),
      ),
      async (garbage) => {
        const isDeep = typeof garbage === 'object';
        client.edit(uri, { text: isDeep ? '[{"a":'.repeat(garbage.nested) : garbage });
        const position = { line: 0, character: 1 };
        await client.hover(uri, position);
        await client.completions(uri, position);
        await client.codeActions(uri, { start: position, end: position });
        expect(await client.diagnostics(uri)).not.toEqual([]);
      },
    ),
    runs(25),
  );
  client.close(uri);
  expect(await client.stop()).toBe(0);
  expect(client.stderr).toBe('');
  expect(client.messages).toEqual([]);
});
