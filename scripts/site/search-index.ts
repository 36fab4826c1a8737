import MiniSearch from 'minisearch';
import { textOf, type Rendered } from './render-markdown.ts';
import type { Source } from './sources.ts';
import { indexOptions } from './index-options.ts';

/** What is found: a rule, a change, a policy code, or a section of a document. */
interface Entry {
  title: string;
  kind: string;
  path: string;
  summary: string;
  text: string;
}

const kinds = { rule: 'Rule', change: 'Change', policy: 'Policy code', document: 'Page' } as const;

/** The index of all pages as JSON, for the browser. */
export function searchIndex(pages: readonly (Source & Rendered)[]): string {
  const index = new MiniSearch<Entry & { id: number }>(indexOptions);
  index.addAll(pages.flatMap(entriesOf).map((entry, id) => ({ ...entry, id })));
  return JSON.stringify(index);
}

/** Lists of what has pages of its own. */
const lists: ReadonlySet<string> = new Set([
  'rules/',
  'rules/coverage/',
  'changes/',
  'policies/',
  'calibration/',
]);

function entriesOf(page: Source & Rendered): Entry[] {
  const { title, path, summary, html, kind } = page;
  const whole = { title, path, summary: summary.replaceAll('`', ''), kind: kinds[kind] };
  if (lists.has(path)) return [{ ...whole, text: '' }];
  if (kind !== 'document') return [{ ...whole, text: plainText(html) }];
  const [intro = '', ...sections] = html.split(/(?=<h[23] id=")/);
  return [
    { ...whole, text: plainText(intro) },
    ...sections.map((section) => {
      const [, id = '', heading = ''] =
        /^<h[23] id="([^"]*)">([^]*?)(?: <a|<\/h)/.exec(section) ?? [];
      const text = plainText(section.replace(/^<h[23][^]*?<\/h[23]>/, ''));
      return {
        title: plainText(heading),
        path: `${path}#${id}`,
        summary: text.slice(0, 140),
        kind: title,
        text,
      };
    }),
  ];
}

const plainText = (html: string): string =>
  textOf(html.replaceAll(/<wbr>/g, '').replaceAll(/<[^>]*>/g, ' '))
    .replaceAll(/\s+/g, ' ')
    .trim();
