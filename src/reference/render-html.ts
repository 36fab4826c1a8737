import { titleOf } from './render-json.ts';
import { stylesheet } from './stylesheet.ts';
import { anchorsOf } from './with-anchors.ts';
import type { Block, Heading, Inline } from './block.ts';
import { html, Html } from '../report/html.ts';
import { visible } from '../report/text.ts';

/** A page as a document that works without scripts and loads nothing but, perhaps, its icon. */
export const renderHtml = (blocks: readonly Block[]): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="content-security-policy" content="${policy}" />
        <title>${shown(titleOf(blocks))}</title>
        <link rel="icon" href="data:," />
        <style>
          ${stylesheet}
        </style>
      </head>
      <body>
        <div class="page">
          ${contentsOf(blocks)}
          <main>${renderFragment(blocks)}</main>
        </div>
      </body>
    </html> `.text;

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'";

/**
 * A page as HTML without the document around it. Whatever the texts are, they come out as text: there
 * are no elements and attributes besides those of the page.
 */
function renderFragment(blocks: readonly Block[]): Html {
  const anchors = anchorsOf(blocks);
  return joined(blocks.map((block) => blockHtml(block, anchors)));
}

type Anchors = ReadonlyMap<string, string>;

const joined = (parts: readonly Html[]): Html => new Html(parts.map(({ text }) => text).join('\n'));

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
  const items = sections.map(
    ({ heading, parts }) =>
      html`<li>
        ${linkTo(heading)}${
          parts.length === 0
            ? ''
            : html`<ul>
                ${parts.map((part) => html`<li>${linkTo(part)}</li>`)}
              </ul>`
        }
      </li>`,
  );
  return html`<nav aria-label="Contents">
    <ul>
      ${items}
    </ul>
  </nav>`;
}

const linkTo = ({ anchor, text }: Heading): Html => html`<a href="#${anchor}">${shown(text)}</a>`;

function blockHtml(block: Block, anchors: Anchors): Html {
  switch (block.kind) {
    case 'heading':
      return headingHtml(block);
    case 'paragraph':
      return html`<p>${contentHtml(block.content, anchors)}</p>`;
    case 'icon':
      return html`<img class="icon" src="${block.address}" alt="" />`;
    case 'table':
      return tableHtml(block, anchors);
    case 'list': {
      const items = block.items.map((item) => html`<li>${itemHtml(item, anchors)}</li>`);
      return block.ordered
        ? html`<ol>
            ${items}
          </ol>`
        : html`<ul>
            ${items}
          </ul>`;
    }
    case 'quote':
      return html`<blockquote>
        ${joined(block.content.map((each) => blockHtml(each, anchors)))}
      </blockquote>`;
    case 'code':
      return html`<pre><code>${block.text
        .split(/\r\n|[\r\n]/)
        .map(visible)
        .join('\n')}</code></pre>`;
  }
}

/** A paragraph at the start of an item needs no element of its own. */
function itemHtml([first, ...rest]: readonly Block[], anchors: Anchors): Html {
  if (!first) return html``;
  const start =
    first.kind === 'paragraph' ? contentHtml(first.content, anchors) : blockHtml(first, anchors);
  return html`${start}${rest.map((block) => blockHtml(block, anchors))}`;
}

function headingHtml({ level, text, anchor }: Heading): Html {
  const name = new Html(`h${level}`);
  return html`<${name} id="${anchor}">${shown(text)}</${name}>`;
}

function tableHtml({ head, rows }: Extract<Block, { kind: 'table' }>, anchors: Anchors): Html {
  const heading = head.some((cell) => cell !== '')
    ? html`<thead>
        <tr>
          ${head.map((cell) => html`<th>${shown(cell)}</th>`)}
        </tr>
      </thead>`
    : html``;
  const body = rows.map(
    (row) =>
      html`<tr>
        ${row.map((cell) => html`<td>${contentHtml(cell, anchors)}</td>`)}
      </tr> `,
  );
  return html`<div class="table">
    <table>
      ${heading}
      <tbody>
        ${body}
      </tbody>
    </table>
  </div>`;
}

const contentHtml = (content: readonly Inline[], anchors: Anchors): Html =>
  html`${content.map((part) => inlineHtml(part, anchors))}`;

function inlineHtml(part: Inline, anchors: Anchors): Html {
  if (typeof part === 'string') return html`${shown(part)}`;
  switch (part.kind) {
    case 'code':
      return html`<code>${visible(part.text)}</code>`;
    case 'link':
      return html`<a href="${part.target}" rel="nofollow noopener noreferrer"
        >${shown(part.text)}</a
      >`;
    case 'reference': {
      const anchor = anchors.get(part.to);
      return anchor === undefined
        ? html`${shown(part.text)}`
        : html`<a href="#${anchor}">${shown(part.text)}</a>`;
    }
    case 'strong':
      return html`<strong>${contentHtml(part.content, anchors)}</strong>`;
    case 'emphasis':
      return html`<em>${contentHtml(part.content, anchors)}</em>`;
    case 'deleted':
      return html`<del>${contentHtml(part.content, anchors)}</del>`;
    case 'break':
      return html`<br />`;
  }
}
