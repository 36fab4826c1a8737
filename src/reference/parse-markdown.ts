import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfm } from 'micromark-extension-gfm';
import { textOf, type Block, type Inline } from './block.ts';
import { contentOf } from './text-content.ts';
import { webAddress } from './web-address.ts';

type Root = ReturnType<typeof fromMarkdown>;
type Node = Root['children'][number];
type Phrase = Extract<Node, { type: 'paragraph' }>['children'][number];
type Options = Exclude<Parameters<typeof fromMarkdown>[1], string | null | undefined>;
type Handle = NonNullable<
  Exclude<NonNullable<Options['mdastExtensions']>[number], readonly unknown[]>['enter']
>[string];

/** Lists and quotes within one another. */
const maxNesting = 8;

/** Pairs of marks that the parser compares, about half a second. Real guides have a thousandth. */
const maxEmphasisCost = 1_000_000;

/** The parser's time for emphasis grows with the square of its marks in a paragraph. */
const emphasisCost = (text: string): number =>
  text
    .split(/\n[ \t]*\n/)
    .reduce((sum, paragraph) => sum + (paragraph.match(/[*_]+/g) ?? []).length ** 2, 0);

const enterRow: Handle = function (token) {
  this.enter({ type: 'tableRow', children: [] }, token);
};
const enterCell: Handle = function (token) {
  this.enter({ type: 'tableCell', children: [] }, token);
};
const exit: Handle = function (token) {
  this.exit(token);
};

/** The parser of GitHub's Markdown reads tables, and these handlers make nodes of what it reads. */
const tableNodes = {
  enter: {
    table: function (token) {
      this.enter({ type: 'table', children: [] }, token);
    } satisfies Handle as Handle,
    tableRow: enterRow,
    tableHeader: enterCell,
    tableData: enterCell,
  },
  exit: { table: exit, tableRow: exit, tableHeader: exit, tableData: exit },
};

/**
 * Markdown of a connector as parts of a page: headings, paragraphs, lists, tables, quotes and code.
 * HTML is dropped; an image leaves its description; a link that is not `http`, `https` or `mailto`
 * leaves its text. The keys and anchors of headings are ''.
 */
export function parseMarkdown(text: string): Block[] {
  const { children } = fromMarkdown(text, {
    // Of GitHub's extensions only tables: the others matter to no guide.
    extensions: [
      { flow: gfm().flow ?? {} },
      ...(emphasisCost(text) > maxEmphasisCost ? [{ disable: { null: ['attention'] } }] : []),
    ],
    mdastExtensions: [tableNodes],
  });
  return new Conversion(children).blocks(children, 0);
}

class Conversion {
  /** The addresses that links refer to by name. */
  readonly #addresses = new Map<string, string>();

  constructor(nodes: readonly Node[]) {
    for (const node of nodes)
      if (node.type === 'definition' && !this.#addresses.has(node.identifier))
        this.#addresses.set(node.identifier, node.url);
  }

  blocks(nodes: readonly Node[], nesting: number): Block[] {
    return nesting > maxNesting ? [] : nodes.flatMap((node) => this.#block(node, nesting));
  }

  #block(node: Node, nesting: number): Block[] {
    if (node.type === 'heading') {
      const text = textOf(this.#content(node.children)).trim();
      return text === '' ? [] : [{ kind: 'heading', level: node.depth, text, key: '', anchor: '' }];
    }
    if (node.type === 'paragraph') {
      const content = this.#content(node.children);
      return textOf(content).trim() === '' ? [] : [{ kind: 'paragraph', content }];
    }
    if (node.type === 'list') {
      const items = node.children
        .map((item) => this.blocks(item.children, nesting + 1))
        .filter((item) => item.length > 0);
      return items.length === 0 ? [] : [{ kind: 'list', ordered: node.ordered === true, items }];
    }
    if (node.type === 'blockquote') {
      const content = this.blocks(node.children, nesting + 1);
      return content.length === 0 ? [] : [{ kind: 'quote', content }];
    }
    if (node.type === 'code')
      return node.value.trim() === '' ? [] : [{ kind: 'code', text: node.value }];
    return node.type === 'table' ? this.#table(node) : [];
  }

  #table(node: Extract<Node, { type: 'table' }>): Block[] {
    const [head, ...rows] = node.children.map(({ children }) =>
      children.map((cell) => this.#content(cell.children)),
    );
    if (!head) return [];
    return [
      {
        kind: 'table',
        head: head.map(textOf),
        rows: rows.map((row) => head.map((_, column) => row[column] ?? [])),
      },
    ];
  }

  #content(nodes: readonly Phrase[]): Inline[] {
    return nodes.flatMap((node) => this.#phrase(node));
  }

  #phrase(node: Phrase): Inline[] {
    if (node.type === 'text') return contentOfLines(node.value);
    if (node.type === 'inlineCode') return [{ kind: 'code', text: node.value }];
    if (node.type === 'break') return [{ kind: 'break' }];
    if (node.type === 'strong' || node.type === 'emphasis')
      return [{ kind: node.type, content: this.#content(node.children) }];
    if (node.type === 'link') return this.#link(node.url, node.children);
    if (node.type === 'linkReference')
      return this.#link(this.#addresses.get(node.identifier) ?? '', node.children);
    if (node.type === 'image' || node.type === 'imageReference') return [node.alt ?? ''];
    return [];
  }

  #link(url: string, children: readonly Phrase[]): Inline[] {
    const content = this.#content(children);
    const text = textOf(content).trim();
    const target = webAddress(url);
    if (target === undefined) return content;
    return [{ kind: 'link', text: text === '' ? target : text, target }];
  }
}

/** Markdown breaks a paragraph into lines that readers do not see. */
function contentOfLines(text: string): Inline[] {
  const line = text.replace(/\s+/g, ' ');
  const [start, end] = [line.startsWith(' '), line.endsWith(' ') && line.length > 1];
  return [...(start ? [' '] : []), ...contentOf(line), ...(end ? [' '] : [])];
}
