import { diffArrays } from 'diff';
import type { Block, Heading, Inline } from './block.ts';
import { truncate } from '../shared/text.ts';

/** What readers of a page see differently after an update. */
export interface PageDifference {
  /** In the order of the page; those that are gone come last. At most `maxSections`. */
  sections: readonly SectionDifference[];
  /** How many further sections differ. */
  omitted: number;
}

export interface SectionDifference {
  /** The heading of the section. */
  title: string;
  kind: 'added' | 'removed' | 'changed';
  /** At most `maxLines`. */
  lines: readonly DifferentLine[];
  /** How many further lines differ. */
  omitted: number;
}

export interface DifferentLine {
  /** `same`: the heading above the lines that differ. */
  kind: 'same' | 'added' | 'removed';
  /** One line, at most `maxLineLength` characters. The cells of a table are separated by `|`. */
  text: string;
}

const maxSections = 25;
const maxLines = 16;
const maxLineLength = 240;
/** Lines that differ between two versions of a section, before they count as replaced. */
const maxEdits = 400;

interface Section {
  heading: Heading;
  lines: readonly Line[];
}

interface Line {
  text: string;
  /** The heading within the section: `Parameters`, `Returns`; '' above the first. */
  under: string;
}

/**
 * What differs between the pages of two versions of a connector. Compares sections by the keys of
 * their headings, so that an operation that moves is not a difference. Takes bounded time.
 */
export function pageDifference(before: readonly Block[], after: readonly Block[]): PageDifference {
  const earlier = sectionsOf(before);
  const later = sectionsOf(after);
  const differences: SectionDifference[] = [];
  for (const [key, section] of later) {
    const other = earlier.get(key);
    const difference = other ? changed(other, section) : whole(section, 'added');
    if (difference) differences.push(difference);
  }
  for (const [key, section] of earlier)
    if (!later.has(key)) differences.push(whole(section, 'removed'));
  return {
    sections: differences.slice(0, maxSections),
    omitted: Math.max(0, differences.length - maxSections),
  };
}

/** The tables of operations, which repeat what their sections say. */
const isList = ({ key }: Heading): boolean => /^section\/(?:actions|triggers)$/.test(key);

/** The sections of a page by the keys of their headings; those without content are left out. */
function sectionsOf(blocks: readonly Block[]): Map<string, Section> {
  const sections = new Map<string, Section>();
  let current: { heading: Heading; lines: Line[] } | undefined;
  let under = '';
  for (const block of blocks) {
    if (block.kind === 'heading' && block.level <= 3) {
      current = { heading: block, lines: [{ text: block.text, under: '' }] };
      under = '';
      if (!isList(block)) sections.set(block.key, current);
    } else if (block.kind === 'heading') under = block.text;
    else current?.lines.push(...linesOf(block).map((text) => ({ text, under })));
  }
  return sections;
}

/** A block as lines of text. */
function linesOf(block: Block): string[] {
  switch (block.kind) {
    case 'heading':
      return [block.text];
    case 'paragraph':
      return [textOfLine(block.content)];
    case 'table':
      return block.rows.map((row) => row.map(textOfLine).join(' | '));
    case 'list':
      return block.items.map(
        (item) =>
          `• ${item
            .flatMap(linesOf)
            .map((line) => line.replace(/^• /, ''))
            .join(': ')}`,
      );
    case 'quote':
      return block.content.flatMap(linesOf);
    case 'code':
      return block.text.split(/\r\n|[\r\n]/);
    case 'icon':
      return [];
  }
}

const textOfLine = (content: readonly Inline[]): string =>
  content
    .map((part) => {
      if (typeof part === 'string') return part;
      if (part.kind === 'break') return ' ';
      return 'text' in part ? part.text : textOfLine(part.content);
    })
    .join('')
    .replace(/\s+/g, ' ')
    .trim();

const whole = ({ heading, lines }: Section, kind: 'added' | 'removed'): SectionDifference =>
  bounded(
    heading,
    kind,
    lines.slice(1).map((line) => ({ ...line, kind })),
  );

/** Undefined if nothing differs. */
function changed(before: Section, after: Section): SectionDifference | undefined {
  const textsOf = ({ lines }: Section): string[] =>
    lines.map(({ text, under }) => `${under}\n${text}`);
  const parts = diffArrays(textsOf(before), textsOf(after), { maxEditLength: maxEdits });
  const lines: (Line & { kind: 'added' | 'removed' })[] = [];
  if (parts) {
    let [at, was] = [0, 0];
    for (const { added, removed, value } of parts) {
      if (removed)
        lines.push(...before.lines.slice(was, was + value.length).map(withKind('removed')));
      else if (added)
        lines.push(...after.lines.slice(at, at + value.length).map(withKind('added')));
      if (!added) was += value.length;
      if (!removed) at += value.length;
    }
  } else {
    lines.push(...before.lines.map(withKind('removed')), ...after.lines.map(withKind('added')));
  }
  return lines.length === 0 ? undefined : bounded(after.heading, 'changed', lines);
}

const withKind =
  <Kind extends string>(kind: Kind) =>
  (line: Line): Line & { kind: Kind } => ({ ...line, kind });

/** Names the heading above lines once, and cuts what is too long. */
function bounded(
  { text: title }: Heading,
  kind: SectionDifference['kind'],
  lines: readonly (Line & { kind: 'added' | 'removed' })[],
): SectionDifference {
  const shown: DifferentLine[] = [];
  let under = '';
  for (const line of lines.slice(0, maxLines)) {
    if (line.under !== under) {
      under = line.under;
      shown.push({ kind: 'same', text: cut(under) });
    }
    shown.push({ kind: line.kind, text: cut(line.text) });
  }
  return {
    title: cut(title),
    kind,
    lines: shown,
    omitted: Math.max(0, lines.length - maxLines),
  };
}

const cut = (text: string): string => {
  const shown = truncate(text, maxLineLength);
  return shown.length < text.length ? `${shown}…` : shown;
};
