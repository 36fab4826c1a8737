import type { Block } from './block.ts';
import { parseMarkdown } from './parse-markdown.ts';
import type { Connector } from '../connector/connector.ts';
import { TextFile } from '../json/document.ts';
import { asObject, asText } from '../json/values.ts';
import { lettersAndDigits } from '../shared/text.ts';

/**
 * The characters of a guide that are read. Real ones are shorter (the longest has 46,704), and the
 * time of the parser grows with the square of some lists, links and marks.
 */
const maxLength = 50_000;

/**
 * Sections of a readme that are not for people who use the connector: the page has the operations
 * itself, and how a custom connector is deployed is for its developers.
 */
const leftOut = new RegExp(
  `^(?:${[
    'supported (?:operations?|actions?|triggers?)',
    '(?:list of )?(?:actions|triggers|operations)',
    'publisher',
    'deployment',
    'deploying',
    'building the connector',
    'api documentation',
    'contribut',
    'table of contents',
  ].join('|')})`,
  'i',
);

/**
 * The user guide as parts of the page: the sections of intro.md, else of the readme, without its
 * title. What is above the first section counts only in intro.md: in a readme it repeats the
 * description.
 */
export function userGuide({ files, readme, definition }: Connector): Block[] {
  const intro = files.find(({ path }) => path.toLowerCase() === 'intro.md');
  const file = intro?.bytes ? new TextFile(intro.path, intro.bytes) : readme;
  if (!file) return [];
  const blocks = parseMarkdown(file.text.slice(0, maxLength));
  const top = topLevelOf(blocks);
  const first = blocks.find((block) => block.kind === 'heading');
  const title = lettersOf(asText(asObject(definition?.raw.info)?.title) ?? '');
  const shown: Block[] = [];
  const showsPreface = file !== readme;
  let isShown = showsPreface;
  let count = 0;
  for (const block of blocks) {
    if (block.kind === 'heading') {
      const isTitle =
        block.level < top ||
        (block === first && title !== '' && lettersOf(block.text).startsWith(title));
      if (isTitle) isShown = showsPreface;
      else if (block.level === top) isShown = !leftOut.test(block.text.trim());
      if (isTitle || !isShown) continue;
      count += 1;
      shown.push({ ...block, level: levelOnPage(block.level - top), key: `guide/${count}` });
    } else if (isShown) shown.push(block);
  }
  return withoutEmptySections(shown);
}

const lettersOf = (text: string): string => lettersAndDigits(text).toLowerCase();

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
