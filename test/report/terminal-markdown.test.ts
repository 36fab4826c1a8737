import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../src/report/terminal-markdown.ts';

const plain = (markdown: string, width = 40): string =>
  renderMarkdown(markdown, { color: false, width });

describe('a page at a terminal', () => {
  test('has its headings, paragraphs and lists without the marks of Markdown', () => {
    const page = [
      '# Title',
      '<!-- written by a script -->',
      'A **bold** word, `code` and *more* in a',
      'paragraph that is wider than the terminal.',
      '- one that is as long as it takes to be',
      '  wrapped once',
      '- two',
      '',
      '1. first',
      '2. second',
    ].join('\n');
    expect(plain(page)).toBe(`Title

A bold word, code and more in a
paragraph that is wider than the
terminal.

  • one that is as long as it takes to
    be wrapped once
  • two

  1. first
  2. second
`);
  });

  test('has tables whose columns fit', () => {
    const page =
      '| option | does |\n| --- | --- |\n| `--fix` | fixes what can be fixed without doubt |\n' +
      '| `a\\|b` | x |';
    expect(plain(page)).toBe(`option  does
--fix   fixes what can be fixed without
        doubt
a|b     x
`);
  });

  test('has code as it is, and reports with messages that are wrapped', () => {
    const page = [
      '```json',
      '{ "a": 1 }',
      '```',
      '',
      '```text',
      'a.json:1:1  error  Rule',
      '     1 │ "a"',
      '  A message that was wrapped for a line',
      '  of another length.',
      '```',
    ].join('\n');
    expect(plain(page)).toBe(`  { "a": 1 }

  a.json:1:1  error  Rule
       1 │ "a"
    A message that was wrapped for a
    line of another length.
`);
    const colored = renderMarkdown(page, { color: true, width: 40 });
    expect(colored).toContain('\u001b[31merror\u001b[39m');
    expect(stripVTControlCharacters(colored)).toBe(plain(page));
  });

  test('has the addresses of links where the terminal has no links', () => {
    const page = 'See [the page](https://example.org/a) and [a file](../b.md).';
    expect(plain(page, 80)).toBe('See the page (https://example.org/a) and a file.\n');
    const links = { pages: true, filesFrom: undefined };
    expect(renderMarkdown(page, { color: false, width: 80, links })).toContain(
      '\u001b]8;;https://example.org/a\u001b\\the page\u001b]8;;\u001b\\',
    );
  });

  test.each(['rules', 'changes'])('of all %s is within its width and has no marks', (folder) => {
    const pages = join(import.meta.dirname, '../../docs', folder);
    for (const name of readdirSync(pages).filter((file) => file !== 'README.md')) {
      const lines = plain(readFileSync(join(pages, name), 'utf8'), 80).split('\n');
      const prose = lines.filter((line) => !line.startsWith('  '));
      expect(
        // An address stays on one line, so that a terminal can open it.
        prose.filter((line) => stringWidth(line) > 80 && !/^\S*https:\S+$/.test(line)),
        name,
      ).toEqual([]);
      expect(
        prose.filter((line) => /^#+ |\*\*|^```/.test(line)),
        name,
      ).toEqual([]);
    }
  });
});
