import { githubAnchors } from './with-anchors.ts';
import type { Block, Inline } from './block.ts';
import { codeSpan, escapeMarkdown, fencedCode, markdownTable } from '../report/markdown.ts';
import { visible } from '../report/text.ts';

/**
 * A page as Markdown for GitHub. Whatever the texts are, they come out as text: they make no heading,
 * list, table cell, emphasis, image or mention, and no link besides those of the page.
 */
export function renderMarkdown(blocks: readonly Block[]): string {
  return `${new Markdown(githubAnchors(blocks)).blocks(blocks)}\n`;
}

class Markdown {
  readonly #anchors: ReadonlyMap<string, string>;

  constructor(anchors: ReadonlyMap<string, string>) {
    this.#anchors = anchors;
  }

  blocks(blocks: readonly Block[]): string {
    return blocks.map((block) => this.#block(block)).join('\n\n');
  }

  #block(block: Block): string {
    switch (block.kind) {
      case 'heading':
        // A number sign at the end would belong to the mark of the heading.
        return `${'#'.repeat(block.level)} ${escapeText(block.text.trim()).replace(/#$/, '\\#')}`;
      case 'paragraph':
        return atLineStart(this.#content(block.content));
      case 'icon':
        // GitHub shows no image that is written into the page.
        return block.address.startsWith('data:') ? '' : `![](<${block.address}>)`;
      case 'table':
        return markdownTable(
          block.head.map(escapeText),
          block.rows.map((row) => row.map((cell) => this.#content(cell))),
        );
      case 'list':
        return block.items
          .map((item, index) => {
            const mark = block.ordered ? `${index + 1}. ` : '- ';
            return indent(this.#item(item), mark);
          })
          .join('\n');
      case 'quote':
        return this.blocks(block.content)
          .split('\n')
          .map((line) => `> ${line}`)
          .join('\n');
      case 'code':
        return fencedCode(linesOf(block.text));
    }
  }

  /** A list follows what it belongs to directly; an empty line would set all items apart. */
  #item(blocks: readonly Block[]): string {
    return blocks
      .map((block, index) => {
        if (index === 0) return this.#block(block);
        return (block.kind === 'list' ? '\n' : '\n\n') + this.#block(block);
      })
      .join('');
  }

  #content(content: readonly Inline[]): string {
    return content.map((part) => this.#inline(part)).join('');
  }

  #inline(part: Inline): string {
    if (typeof part === 'string') return escapeText(part);
    switch (part.kind) {
      case 'code':
        return codeSpan(part.text);
      case 'link':
        return `[${escapeText(part.text)}](<${part.target.replaceAll('&', '&amp;')}>)`;
      case 'reference': {
        const anchor = this.#anchors.get(part.to);
        const text = escapeText(part.text);
        return anchor === undefined ? text : `[${text}](#${encodeURIComponent(anchor)})`;
      }
      case 'strong':
        return marked('**', this.#content(part.content));
      case 'emphasis':
        return marked('_', this.#content(part.content));
      case 'deleted':
        return marked('~~', this.#content(part.content));
      case 'break':
        return '<br>';
    }
  }
}

const escapeText = (text: string): string => escapeMarkdown(visible(text.replace(/\s+/g, ' ')));

/** Marks do not count beside spaces, and mean something else around nothing. */
function marked(mark: string, content: string): string {
  const text = content.trim();
  if (text === '') return content;
  const at = content.indexOf(text);
  return content.slice(0, at) + mark + text + mark + content.slice(at + text.length);
}

/** Escapes what would make a heading, a list or a line of the first line of a block. */
const atLineStart = (markdown: string): string =>
  markdown
    .trimStart()
    .replace(/^[#+=-]/, '\\$&')
    .replace(/^(\d{1,9})([.)])/, '$1\\$2');

/** Puts a mark before the first line, and as many spaces before the others. */
const indent = (text: string, mark: string): string =>
  text
    .split('\n')
    .map((line, index) => {
      if (index === 0) return mark + line;
      return line === '' ? '' : ' '.repeat(mark.length) + line;
    })
    .join('\n');

const linesOf = (code: string): string[] => code.replaceAll('\t', '    ').split(/\r\n|[\r\n]/);
