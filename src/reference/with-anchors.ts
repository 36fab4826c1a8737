import type { Block } from './block.ts';

/**
 * Gives every heading an anchor that no other heading has.
 * @param fixed anchors by the keys of headings, which nothing else on the page may change
 */
export function withAnchors(blocks: readonly Block[], fixed: ReadonlyMap<string, string>): Block[] {
  const free = new FreeAnchors(fixed.values());
  return blocks.map((block) =>
    block.kind === 'heading'
      ? { ...block, anchor: fixed.get(block.key) ?? free.take(block.text) }
      : block,
  );
}

/**
 * The anchors that GitHub gives the headings of a page when it shows its Markdown, by the keys of the
 * headings.
 */
export function githubAnchors(blocks: readonly Block[]): ReadonlyMap<string, string> {
  const free = new FreeAnchors([]);
  return new Map(
    blocks.flatMap((block) =>
      block.kind === 'heading' ? [[block.key, free.take(block.text)]] : [],
    ),
  );
}

/** The anchors of the headings of a page, by the keys of the headings. */
export const anchorsOf = (blocks: readonly Block[]): ReadonlyMap<string, string> =>
  new Map(blocks.flatMap((block) => (block.kind === 'heading' ? [[block.key, block.anchor]] : [])));

/**
 * Makes anchors of texts as GitHub does: of several headings with one text, the second gets `-1`, and
 * so on, past anchors that are taken.
 */
class FreeAnchors {
  readonly #counts: Map<string, number>;

  constructor(reserved: Iterable<string>) {
    this.#counts = new Map(Array.from(reserved, (anchor) => [anchor, 0]));
  }

  take(text: string): string {
    const base = slugOf(text);
    let anchor = base;
    let count = this.#counts.get(base) ?? 0;
    while (anchor === '' || this.#counts.has(anchor)) {
      count += 1;
      anchor = `${base}-${count}`;
    }
    this.#counts.set(base, count);
    this.#counts.set(anchor, this.#counts.get(anchor) ?? 0);
    return anchor;
  }
}

const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .trim()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
