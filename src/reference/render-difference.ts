import type { DifferentLine, PageDifference, SectionDifference } from './page-difference.ts';
import { details, fencedCode } from '../report/markdown.ts';
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

/**
 * What readers of several connectors' pages will see differently, folded, in Markdown; '' if nothing.
 * @param maxLength characters of the folded text, as for `renderDifference`
 */
export function foldedDifferences(
  differences: readonly PageDifference[],
  maxLength: number,
): string {
  const sections = differences.flatMap((difference) => difference.sections);
  if (sections.length === 0) return '';
  const omitted = differences.reduce((sum, difference) => sum + difference.omitted, 0);
  const total = countOf(sections.length + omitted, 'section');
  return details(
    `What readers of the reference page will see differently (${total})`,
    renderDifference({ sections, omitted }, maxLength),
  );
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
