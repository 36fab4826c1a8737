import { toWorkflowCommands } from './github.ts';
import { toJson } from './json.ts';
import { toJunit } from './junit.ts';
import { toMarkdown } from './markdown.ts';
import { maxShown, type Report, type RuleInfo } from './report.ts';
import { toSarif } from './sarif.ts';

export const formats = ['pretty', 'json', 'markdown', 'sarif', 'github', 'junit'] as const;
export type FormatName = (typeof formats)[number];

/** Formats of an impact report. */
export const impactFormats = ['pretty', 'json', 'markdown'] as const;
export type ImpactFormatName = (typeof impactFormats)[number];

interface Setting {
  /** Whether the terminal shows colors. */
  color: boolean;
  /** Columns of the terminal. */
  width: number;
  /** What is known of the rules. */
  rules: readonly RuleInfo[];
}

/** A report as text that ends with a line end, in parts. */
export async function format(
  report: Report,
  name: FormatName,
  { color, width, rules }: Setting,
): Promise<Iterable<string>> {
  switch (name) {
    case 'pretty':
      // measuring characters loads the tables of Unicode
      return [(await import('./pretty.ts')).toPretty(report, { color, width })];
    case 'json':
      return toJson(report);
    case 'markdown':
      return [toMarkdown(report)];
    case 'sarif':
      return [toSarif(report, rules)];
    case 'github':
      return [toWorkflowCommands(report)];
    case 'junit':
      return [toJunit(report)];
  }
}

/**
 * Whether a format shows the source around findings of so many connectors; where it does not,
 * reports need no excerpts.
 */
export const showsSource = (name: FormatName, connectors: number): boolean =>
  name === 'pretty' && connectors <= maxShown;
