import { describe, expect, it } from 'vitest';
import { TextFile } from '../../src/json/document.ts';
import { snippetOf } from '../../src/report/snippet.ts';
import type { Snippet } from '../../src/report/report.ts';

const around = (text: string, what: string): Snippet => {
  const file = new TextFile('readme.md', new TextEncoder().encode(text));
  const start = text.indexOf(what);
  return snippetOf(file, file.span(start, start + what.length));
};

describe('an excerpt', () => {
  it('is the line of the place and its neighbors', () => {
    expect(around('one\r\ntwo\r\nthree\r\nfour', 'three')).toEqual({
      from: 2,
      lines: ['two', 'three', 'four'],
      cut: 0,
    });
  });

  it('begins with the first line where the place is there', () => {
    expect(around('one\ntwo', 'one')).toEqual({ from: 1, lines: ['one', 'two'], cut: 0 });
  });

  it('has no byte-order mark, which has no column either', () => {
    expect(around('\ufeffone\ntwo', 'one').lines[0]).toBe('one');
  });

  it('is what stands around the place in a line of a megabyte', () => {
    const { cut, lines } = around(
      `{"a":"${'x'.repeat(500_000)}","bad":1,"c":"${'y'.repeat(500_000)}"}`,
      '"bad"',
    );
    expect(lines[0]).toHaveLength(400);
    expect(lines[0]).toMatch(/^…x+","bad":1,"c":"y+…$/);
    expect(lines[0]?.indexOf('"bad"')).toBe(500_008 - cut);
  });
});
