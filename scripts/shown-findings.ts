import type { Connector } from '../src/connector/connector.ts';
import { toPretty } from '../src/report/pretty.ts';
import { reportOf } from '../src/report/report.ts';
import { withSnippet } from '../src/report/snippet.ts';
import type { Finding } from '../src/shared/finding.ts';

/** What the command line prints about findings, without the summary. */
export function shownFindings(connector: Connector, findings: readonly Finding[]): string {
  const reported = findings.map((finding) => withSnippet(finding, connector));
  const report = reportOf(
    [{ path: connector.path, class: connector.class, findings: reported, directory: '' }],
    '',
  );
  const lines = toPretty(report, { color: false, width: 100 }).trimEnd().split('\n');
  return lines
    .slice(
      2,
      lines.findLastIndex((line) => line === ''),
    )
    .join('\n')
    .trim();
}

/**
 * What to do about a finding: its message without the first sentence. The whole message if there is
 * only one sentence, or if the second says only "it". A period in a code span ends no sentence.
 */
export function adviceOf({ message }: Pick<Finding, 'message'>): string {
  const problem = /^(?:`[^`]*`|[^`])*?[.?!:] (?=[A-Z`])/.exec(message)?.[0] ?? '';
  const advice = message.slice(problem.length);
  return /^(?:Add|Remove|Correct|Delete) it[.,]/.test(advice) ? message : advice;
}

/** The paragraphs of a page with lines of at most 100 characters; code blocks stay as they are. */
export const wrapped = (markdown: string): string =>
  markdown
    .split(/(^```[^]*?^```$)/m)
    .map((part) => (part.startsWith('```') ? part : part.split('\n').map(wrappedLine).join('\n')))
    .join('');

function wrappedLine(line: string): string {
  if (line.length <= 100 || line.startsWith('#') || line.startsWith('|')) return line;
  const indent = line.startsWith('- ') ? '  ' : '';
  const lines: string[] = [];
  // A code span or a link is not broken.
  for (const word of line.match(/(?:`[^`]*`|\[[^\]]*\]\([^)]*\)|[^\s`])+/g) ?? []) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= 100)
      lines[lines.length - 1] += ` ${word}`;
    else lines.push((lines.length > 0 ? indent : '') + word);
  }
  return lines.join('\n');
}
