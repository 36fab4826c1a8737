import { titleOf } from './render-json.ts';
import { stylesheet } from './stylesheet.ts';
import { anchorsOf } from './with-anchors.ts';
import type { Block, Heading, Inline } from './block.ts';
import { html, Html } from '../report/html.ts';
import { visible } from '../report/text.ts';

/** A page as a document that works without scripts and loads nothing but, perhaps, its icon. */
export const renderHtml = (blocks: readonly Block[]): string =>
  htmlDocument({
    title: shown(titleOf(blocks)),
    images: "'self' data:",
    content: html`${contentsOf(blocks)} ${element('main', {}, contentOfPage(blocks))}`,
  });

/**
 * A document in the style of the reference pages, in which no script runs.
 * @param images where images may come from: the sources of the directive `img-src`
 */
export const htmlDocument = ({
  title,
  images,
  content,
}: {
  title: string;
  images: string;
  content: Html;
}): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="content-security-policy" content="${policyOf(images)}" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${stylesheet}
        </style>
      </head>
      <body>
        <div class="page">${content}</div>
      </body>
    </html> `.text;

const policyOf = (images: string): string =>
  `default-src 'none'; style-src 'unsafe-inline'; img-src ${images}; base-uri 'none'`;

/**
 * The blocks of a page. Whatever the texts are, they come out as text: there are no elements and
 * attributes besides those of the page.
 */
function contentOfPage(blocks: readonly Block[]): Html {
  const anchors = anchorsOf(blocks);
  return lines(blocks.map((block) => blockHtml(block, anchors)));
}

type Anchors = ReadonlyMap<string, string>;

/** An element without spaces or lines that are not in its content. */
function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: string | Html | readonly Html[],
): Html {
  const written = Object.entries(attributes).map(
    ([attribute, value]) => html` ${new Html(attribute)}="${value}"`,
  );
  const tag = new Html(name);
  return html`<${tag}${written}>${content}</${tag}>`;
}

/** An element that has no content. */
const emptyElement = (name: string, attributes: Readonly<Record<string, string>>): Html =>
  new Html(element(name, attributes, '').text.replace(`></${name}>`, '>'));

const lines = (parts: readonly Html[]): Html => new Html(parts.map(({ text }) => text).join('\n'));

const shown = (text: string): string => visible(text.replace(/\s+/g, ' '));

/** Links to the sections, and to what is in those that have parts of one kind. */
function contentsOf(blocks: readonly Block[]): Html {
  const sections: { heading: Heading; parts: Heading[] }[] = [];
  for (const block of blocks) {
    if (block.kind !== 'heading') continue;
    if (block.level === 2) sections.push({ heading: block, parts: [] });
    else if (block.level === 3 && /^(?:operation|definition|type)\//.test(block.key))
      sections.at(-1)?.parts.push(block);
  }
  const items = sections.map(({ heading, parts }) =>
    element('li', {}, [
      linkTo(heading),
      ...(parts.length === 0
        ? []
        : [element('ul', {}, lines(parts.map((part) => element('li', {}, [linkTo(part)]))))]),
    ]),
  );
  return element('nav', { 'aria-label': 'Contents' }, [element('ul', {}, lines(items))]);
}

const linkTo = ({ anchor, text }: Heading): Html =>
  element('a', { href: `#${anchor}` }, shown(text));

function blockHtml(block: Block, anchors: Anchors): Html {
  switch (block.kind) {
    case 'heading':
      return element(`h${block.level}`, { id: block.anchor }, shown(block.text));
    case 'paragraph':
      return element('p', {}, contentHtml(block.content, anchors));
    case 'icon':
      return emptyElement('img', { class: 'icon', src: block.address, alt: '' });
    case 'table':
      return tableHtml(block, anchors);
    case 'list': {
      const items = block.items.map((item) => element('li', {}, itemHtml(item, anchors)));
      return element(block.ordered ? 'ol' : 'ul', {}, lines(items));
    }
    case 'quote':
      return element(
        'blockquote',
        {},
        block.content.map((each) => blockHtml(each, anchors)),
      );
    case 'code':
      return element('pre', {}, [
        element(
          'code',
          {},
          block.text
            .split(/\r\n|[\r\n]/)
            .map(visible)
            .join('\n'),
        ),
      ]);
  }
}

/** A paragraph at the start of an item needs no element of its own. */
function itemHtml([first, ...rest]: readonly Block[], anchors: Anchors): Html[] {
  if (!first) return [];
  const start =
    first.kind === 'paragraph' ? contentHtml(first.content, anchors) : [blockHtml(first, anchors)];
  return [...start, ...rest.map((block) => blockHtml(block, anchors))];
}

function tableHtml({ head, rows }: Extract<Block, { kind: 'table' }>, anchors: Anchors): Html {
  const cells = head.map((cell) => element('th', {}, shown(cell)));
  const body = rows.map((row) =>
    element(
      'tr',
      {},
      row.map((cell) => element('td', {}, contentHtml(cell, anchors))),
    ),
  );
  const table = element('table', {}, [
    element('thead', {}, [element('tr', {}, cells)]),
    element('tbody', {}, lines(body)),
  ]);
  return element('div', { class: 'table' }, [table]);
}

const contentHtml = (content: readonly Inline[], anchors: Anchors): Html[] =>
  content.map((part) => inlineHtml(part, anchors));

const elementOf = { strong: 'strong', emphasis: 'em', deleted: 'del' } as const;

function inlineHtml(part: Inline, anchors: Anchors): Html {
  if (typeof part === 'string') return html`${shown(part)}`;
  switch (part.kind) {
    case 'code':
      return element('code', {}, visible(part.text));
    case 'link':
      return element(
        'a',
        { href: part.target, rel: 'nofollow noopener noreferrer' },
        shown(part.text),
      );
    case 'reference': {
      const anchor = anchors.get(part.to);
      return anchor === undefined
        ? html`${shown(part.text)}`
        : element('a', { href: `#${anchor}` }, shown(part.text));
    }
    case 'strong':
    case 'emphasis':
    case 'deleted':
      return element(elementOf[part.kind], {}, contentHtml(part.content, anchors));
    case 'break':
      return emptyElement('br', {});
  }
}
