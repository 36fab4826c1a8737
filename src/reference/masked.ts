import type { Block, Inline } from './block.ts';
import type { Mask } from '../secrets/mask.ts';

/** A page without the secrets that its connector contains. Keys of headings are masked too. */
export const masked = (blocks: readonly Block[], mask: Mask): Block[] =>
  blocks.map((block) => maskedBlock(block, mask));

function maskedBlock(block: Block, mask: Mask): Block {
  switch (block.kind) {
    case 'heading':
      return {
        ...block,
        text: mask(block.text),
        key: mask(block.key),
        anchor: mask(block.anchor),
      };
    case 'paragraph':
      return { ...block, content: maskedContent(block.content, mask) };
    case 'table':
      return {
        ...block,
        head: block.head.map(mask),
        rows: block.rows.map((row) => row.map((cell) => maskedContent(cell, mask))),
      };
    case 'list':
      return { ...block, items: block.items.map((item) => masked(item, mask)) };
    case 'quote':
      return { ...block, content: masked(block.content, mask) };
    case 'code':
      return { ...block, text: mask(block.text) };
    case 'icon':
      return block;
  }
}

const maskedContent = (content: readonly Inline[], mask: Mask): Inline[] =>
  content.map((part): Inline => {
    if (typeof part === 'string') return mask(part);
    switch (part.kind) {
      case 'code':
        return { ...part, text: mask(part.text) };
      case 'link': {
        const target = mask(part.target);
        // An address with a secret leads nowhere without it.
        return target === part.target ? { ...part, text: mask(part.text) } : mask(part.text);
      }
      case 'reference':
        return { ...part, text: mask(part.text), to: mask(part.to) };
      case 'strong':
      case 'emphasis':
      case 'deleted':
        return { ...part, content: maskedContent(part.content, mask) };
      case 'break':
        return part;
    }
  });
