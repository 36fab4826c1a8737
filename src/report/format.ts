import { toCompact } from './compact.ts';
import { toWorkflowCommands } from './github.ts';
import { toJson } from './json.ts';
import { toJunit } from './junit.ts';
import type { TerminalLinks } from './links.ts';
import { toMarkdown } from './markdown.ts';
import type { View } from './pretty.ts';
import { maxShown, type Report, type RuleInfo } from './report.ts';
import { toSarif } from './sarif.ts';

export const formats = [
  'pretty',
  'json',
  'markdown',
  'sarif',
  'github',
  'junit',
  'compact',
] as const;
export type FormatName = (typeof formats)[number];

/** Formats of an impact report. */
export const impactFormats = ['pretty', 'json', 'markdown'] as const;
export type ImpactFormatName = (typeof impactFormats)[number];

interface Setting {
  /** Whether the terminal supports colors. */
  color: boolean;
  /** Width of the terminal in columns. */
  width: number;
  /** All rules, for formats that describe them. */
  rules: readonly RuleInfo[];
  /** The text of a rule's page in `docs/`, for formats that include it. */
  pageText?: (id: string) => string | undefined;
  /** Which links the terminal supports; none if missing. */
  links?: TerminalLinks;
  /** What `pretty` shows. */
  view?: View;
}

/** Renders a report. The parts together are a text that ends with a line break. */
export async function format(
  report: Report,
  name: FormatName,
  { color, width, rules, pageText, links, view }: Setting,
): Promise<Iterable<string>> {
  switch (name) {
    case 'pretty':
      // Loaded on demand: measuring the width of characters needs the tables of Unicode.
      return [
        (await import('./pretty.ts')).toPretty(report, {
          color,
          width,
          ...(links && { links }),
          ...(view && { view }),
        }),
      ];
    case 'json':
      return toJson(report);
    case 'markdown':
      return [toMarkdown(report)];
    case 'sarif':
      return [toSarif(report, rules, pageText)];
    case 'github':
      return [toWorkflowCommands(report)];
    case 'junit':
      return [toJunit(report)];
    case 'compact':
      return toCompact(report);
  }
}

/** Whether a format shows source for this many connectors. If not, reports need no snippets. */
export const showsSource = (name: FormatName, connectors: number, all = false): boolean =>
  name === 'pretty' && (all || connectors <= maxShown);
