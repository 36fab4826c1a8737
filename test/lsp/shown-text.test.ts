import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/json/decode.ts';
import { TextFile } from '../../src/json/document.ts';
import { bytesOfDocument, ShownText } from '../../src/lsp/shown-text.ts';
import { applyEdits } from '../../src/shared/text-edit.ts';
import { TextDocument } from 'vscode-languageserver-textdocument';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const mark = '\ufeff';

describe('the bytes of a document', () => {
  test('are those of the file if the editor shows the file', () => {
    const texts = [`${mark}{"a": 1}\r\n`, '{}', 'a\rb\r\nc\n'];
    for (const text of texts) {
      const onDisk = bytes(text);
      const shown = text.replace(mark, '');
      expect(bytesOfDocument(shown, onDisk)).toBe(onDisk);
      expect(bytesOfDocument(shown.replace(/\r\n?/g, '\n'), onDisk)).toBe(onDisk);
    }
    const latin = Uint8Array.of(0x22, 0xe9, 0x22);
    for (const shown of ['"é"', '"\ufffd"']) expect(bytesOfDocument(shown, latin)).toBe(latin);
  });

  test('are those of an edited text, with the byte-order mark of the file', () => {
    expect(bytesOfDocument('{}', undefined)).toEqual(bytes('{}'));
    expect(bytesOfDocument('{"b": 1}', bytes('{}'))).toEqual(bytes('{"b": 1}'));
    expect(bytesOfDocument('{"b": 1}', bytes(`${mark}{}`))).toEqual(bytes(`${mark}{"b": 1}`));
    expect(bytesOfDocument('"ü"', Uint8Array.of(0x22, 0xe9, 0x22))).toEqual(bytes('"ü"'));
  });
});

const piece = fc.constantFrom('a', 'é', '😀', '"', '\r\n', '\n', '\r', '\u2028', ' ');
const texts = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(''));

describe('places in a shown text', () => {
  test('cover the same characters as in the file', () => {
    fc.assert(
      fc.property(texts, fc.boolean(), fc.nat(), fc.nat(), (text, hasMark, from, length) => {
        const file = new TextFile('x', bytes((hasMark ? mark : '') + text));
        const start = (from % (text.length + 1)) + (hasMark ? 1 : 0);
        const end = Math.min(file.text.length, start + (length % 5));
        // An editor has no place within a line break.
        for (const at of [start, end]) fc.pre(file.text.slice(at - 1, at + 1) !== '\r\n');
        for (const shown of [text, mark + text].filter((each) => hasMark || each === text)) {
          const range = new ShownText(file.text, shown).rangeOf(file.span(start, end));
          const document = TextDocument.create('', '', 0, shown);
          expect(document.getText(range)).toBe(file.text.slice(start, end));
        }
      }),
    );
  });

  test('are right of characters that the editor cannot show', () => {
    // Three bytes, of which the editor shows the first two as one.
    const { text } = decode(Uint8Array.from([...bytes('"a'), 0xe2, 0x82, ...bytes('b", "c"')]));
    const shown = '"a\ufffdb", "c"';
    const file = new TextFile('x', bytes(text));
    const at = (value: string) =>
      file.span(text.indexOf(value), text.indexOf(value) + value.length);
    const range = new ShownText(text, shown).rangeOf(at('"c"'));
    expect(TextDocument.create('', '', 0, shown).getText(range)).toBe('"c"');
  });

  test('have the edits of a fix', () => {
    const shown = new ShownText(`${mark}{\r\n  "a": 1\r\n}`, '{\n  "a": 1\n}');
    const edits = shown.editsOf([{ start: 12, end: 12, text: ',\r\n  "b": 2' }]) ?? [];
    expect(applyEdits(shown.text, edits)).toBe('{\n  "a": 1,\n  "b": 2\n}');
    expect(shown.editsOf([{ start: 0, end: 1, text: '' }])).toBeUndefined();
    expect(shown.editsOf([])).toBeUndefined();
    const wrong = new ShownText('"é"', '"\ufffd"');
    expect(applyEdits(wrong.text, wrong.editsOf([]) ?? [])).toBe('"é"');
  });
});
