import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

export interface Heading {
  level: number;
  id: string;
  /** Without markup. */
  text: string;
}

export interface Rendered {
  html: string;
  headings: Heading[];
}

interface Options {
  /** What a link or picture becomes; undefined leaves a picture out. */
  link: (href: string) => string | undefined;
  /** The address of what a word in code names, for example a rule; undefined if it names nothing. */
  named: (word: string) => string | undefined;
}

/**
 * A document of the repository as HTML: headings with the ids that GitHub gives them, tables that
 * scroll on their own, links for what is named in code. The documents are ours; HTML in them stays.
 */
export function renderMarkdown(markdown: string, { link, named }: Options): Rendered {
  const html = micromark(markdown.replaceAll(/<!--[^]*?-->\n?/g, ''), {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  const headings: Heading[] = [];
  const taken = new Map<string, number>();
  const linked = html
    .replaceAll(/<(?:img|source)\b[^>]*>/g, (tag) => pictureWith(tag, link))
    .replaceAll(/(<a\b[^>]*\bhref=")([^"]*)"/g, (_, start: string, href: string) => {
      const address = link(textOf(href)) ?? '';
      return `${start}${escapeHtml(address)}"${/^https?:/.test(address) ? ' rel="noopener"' : ''}`;
    })
    .split(/(<a\b[^]*?<\/a>|<pre>[^]*?<\/pre>|<h1>[^]*?<\/h1>)/)
    .map((part, index) => (index % 2 === 1 ? part : withNames(part, named)))
    .join('')
    .replaceAll(
      /<table>[^]*?<\/table>/g,
      (table) => `<div class="table" tabindex="0" role="group">${breakable(table)}</div>`,
    )
    .replaceAll(
      /<blockquote>\n<p>\[!(\w)(\w+)\]\n/g,
      (_, first: string, rest: string) =>
        `<blockquote class="alert">\n<p><strong>${first}${rest.toLowerCase()}</strong></p>\n<p>`,
    )
    .replaceAll('<pre>', '<pre tabindex="0">')
    .replaceAll(/<h([1-6])>([^]*?)<\/h\1>/g, (_, digit: string, inner: string) => {
      const level = Number(digit);
      const text = textOf(inner.replaceAll(/<[^>]*>/g, ''));
      const id = idOf(text, taken);
      headings.push({ level, id, text });
      const anchor =
        level === 1
          ? ''
          : ` <a class="anchor" href="#${id}" aria-label="Link to “${escapeHtml(text)}”">#</a>`;
      return `<h${level} id="${id}">${breakable(inner)}${anchor}</h${level}>`;
    });
  return { html: linked, headings };
}

/** Pictures on other servers, such as badges, are left out. */
function pictureWith(tag: string, link: Options['link']): string {
  let isLeftOut = false;
  const rewritten = tag.replace(/\b(src|srcset)="([^"]*)"/, (_, name: string, href: string) => {
    const address = link(textOf(href));
    isLeftOut = address === undefined || /^https?:/.test(address);
    return `${name}="${escapeHtml(address ?? '')}"`;
  });
  return isLeftOut ? '' : rewritten.replace('<img ', '<img loading="lazy" ');
}

/** Links each name in code to what it names. */
const withNames = (html: string, named: Options['named']): string =>
  html.replaceAll(/<code>([\w.-]+)<\/code>/g, (code, word: string) => {
    const address = named(word);
    return address === undefined ? code : `<a href="${escapeHtml(address)}">${code}</a>`;
  });

/** Lets a long name in camel case break between its words. */
export const breakable = (html: string): string =>
  html.replaceAll(/(?<=[a-z])(?=[A-Z][a-z])(?![^<]*>)/g, '<wbr>');

/** As GitHub does. */
function idOf(text: string, taken: Map<string, number>): string {
  const id = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
  const times = taken.get(id) ?? 0;
  taken.set(id, times + 1);
  return times === 0 ? id : `${id}-${times}`;
}

const entities: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
};

/** Text of HTML without tags, as people read it. */
export const textOf = (html: string): string =>
  html.replaceAll(/&(?:amp|lt|gt|quot);/g, (entity) => entities[entity] ?? entity);

export const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
