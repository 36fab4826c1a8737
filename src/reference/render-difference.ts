import type { DifferentLine, PageDifference, SectionDifference } from './page-difference.ts';
import { fencedCode } from '../report/markdown.ts';
import { count as countOf } from '../report/text.ts';

/**
 * What differs between two versions of a page, as a diff in Markdown: as many sections as fit into
 * `maxLength` characters, but at least one, and how many do not.
 */
export function renderDifference({ sections, omitted }: PageDifference, maxLength: number): string {
  const lines: string[] = [];
  let length = 0;
  let shown = 0;
  for (const section of sections) {
    const sectionLines = linesOf(section);
    length += sectionLines.join('\n').length;
    if (shown > 0 && length > maxLength) break;
    lines.push(...sectionLines);
    shown += 1;
  }
  const more = sections.length + omitted - shown;
  return fencedCode(lines, 'diff') + (more > 0 ? `\n… and ${countOf(more, 'more section')}.` : '');
}

const marks: Readonly<Record<DifferentLine['kind'], string>> = {
  same: ' ',
  added: '+',
  removed: '-',
};

const notes: Readonly<Record<SectionDifference['kind'], string>> = {
  added: ' (new)',
  removed: ' (gone)',
  changed: '',
};

const linesOf = ({ title, kind, lines, omitted }: SectionDifference): string[] => [
  `@@ ${title}${notes[kind]} @@`,
  ...lines.map((line) => `${marks[line.kind]} ${line.text}`),
  ...(omitted > 0 ? [`  … and ${countOf(omitted, 'more line')}`] : []),
];
