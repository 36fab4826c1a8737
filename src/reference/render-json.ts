import type { Block } from './block.ts';

/** A page as JSON: the blocks as `Block` describes them. */
export interface JsonPage {
  /** Of the format. Fields are only added. */
  version: 1;
  title: string;
  blocks: readonly Block[];
}

/** A page as JSON. Texts are as the connector has them, so they are not HTML and not Markdown. */
export const toJsonPage = (blocks: readonly Block[]): JsonPage => ({
  version: 1,
  title: titleOf(blocks),
  blocks,
});

/** The title of a page: its first heading. */
export function titleOf(blocks: readonly Block[]): string {
  const heading = blocks.find((block) => block.kind === 'heading');
  return heading?.text ?? '';
}
