import type { Block } from './block.ts';

/**
 * Gives every heading its anchor: the one that GitHub makes of the headings of a Markdown file, so
 * that the same links lead to the same places in all formats. Of several headings with one text, the
 * second gets `-1`, and so on, past anchors that are taken.
 */
export function withAnchors(blocks: readonly Block[]): Block[] {
  const counts = new Map<string, number>();
  const anchorOf = (text: string): string => {
    const base = slugOf(text);
    let anchor = base;
    let count = counts.get(base) ?? 0;
    while (counts.has(anchor)) {
      count += 1;
      anchor = `${base}-${count}`;
    }
    counts.set(base, count);
    counts.set(anchor, counts.get(anchor) ?? 0);
    return anchor;
  };
  return blocks.map((block) =>
    block.kind === 'heading' ? { ...block, anchor: anchorOf(block.text) } : block,
  );
}

const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .trim()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');

/** The anchors of the headings of a page, by the keys of the headings. */
export const anchorsOf = (blocks: readonly Block[]): ReadonlyMap<string, string> =>
  new Map(blocks.flatMap((block) => (block.kind === 'heading' ? [[block.key, block.anchor]] : [])));
