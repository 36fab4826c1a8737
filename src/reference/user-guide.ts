import type { Block } from './block.ts';
import { parseMarkdown } from './parse-markdown.ts';
import type { Connector } from '../connector/connector.ts';
import { TextFile } from '../json/document.ts';

/** The characters of a guide that are read. Real ones are shorter; the parser takes superlinear time. */
const maxLength = 60_000;

/**
 * Sections of a readme that are not for people who use the connector: the page has the operations
 * itself, and how a custom connector is deployed is for its developers.
 */
const leftOut =
  /^(?:supported (?:operations?|actions?|triggers?)|(?:list of )?(?:actions|triggers|operations)|publisher|deployment|deploying|building the connector|api documentation|contribut|table of contents)/i;

/**
 * The user guide as parts of the page: the sections of intro.md, else of the readme, without its
 * title. What is above the first section counts only in intro.md: in a readme it repeats the
 * description.
 */
export function userGuide({ files, readme }: Connector): Block[] {
  const intro = files.find(({ path }) => path.toLowerCase() === 'intro.md');
  const file = intro?.bytes ? new TextFile(intro.path, intro.bytes) : readme;
  if (!file) return [];
  const blocks = parseMarkdown(file.text.slice(0, maxLength));
  const top = topLevelOf(blocks);
  const shown: Block[] = [];
  let isShown = intro !== undefined;
  let count = 0;
  for (const block of blocks) {
    if (block.kind !== 'heading') {
      if (isShown) shown.push(block);
      continue;
    }
    // The title of the page, which the page has already.
    if (block.level < top) {
      isShown = intro !== undefined;
      continue;
    }
    if (block.level === top) isShown = !leftOut.test(block.text.trim());
    if (!isShown) continue;
    count += 1;
    shown.push({ ...block, level: levelOnPage(block.level - top), key: `guide/${count}` });
  }
  return withoutEmptySections(shown);
}

/** The level of the sections: the second that is used if one heading alone has the first. */
function topLevelOf(blocks: readonly Block[]): number {
  const levels = blocks.flatMap((block) => (block.kind === 'heading' ? [block.level] : []));
  const first = Math.min(...levels, 6);
  const isTitle = levels.filter((level) => level === first).length === 1 && levels[0] === first;
  const others = levels.filter((level) => level !== first);
  return isTitle && others.length > 0 ? Math.min(...others) : first;
}

const levels = [2, 3, 4, 5, 6] as const;

/** A section of the guide is a section of the page. */
const levelOnPage = (below: number): (typeof levels)[number] => levels[below] ?? 6;

/** Drops headings of the guide under which nothing is left. */
function withoutEmptySections(blocks: readonly Block[]): Block[] {
  const shown: Block[] = [];
  for (const block of blocks.toReversed()) {
    const next = shown[0];
    const isEmpty =
      block.kind === 'heading' &&
      (next === undefined || (next.kind === 'heading' && next.level <= block.level));
    if (!isEmpty) shown.unshift(block);
  }
  return shown;
}
