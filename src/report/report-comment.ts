import { maskFormattedSecrets } from '../secrets/mask.ts';
import { codeSpan, toMarkdown, maxCommentLength } from './markdown.ts';
import type { Report } from './report.ts';

/** Begins the Action's comment, by which the Action recognizes it. GitHub does not show it. */
export const commentMarker = '<!-- gatehouse action -->';

interface About {
  /** The SHA of the commit that was checked. */
  head: string;
  /** The address of the workflow run. */
  run: string | undefined;
  /** The address of the files at that commit, as for `toMarkdown`. */
  files: string | undefined;
  /** Trusted Markdown, '' for none. */
  changelog: string;
  /** Whether the report comes from a workflow run of the pull request, which can be manipulated. */
  handedOver: boolean;
}

/** The Action's comment on a pull request: the findings, then the changelog. */
export function reportComment(
  report: Report,
  { head, run, files, changelog, handedOver }: About,
): string {
  const log = run !== undefined && /^https?:\/\/[\w.:/-]+$/.test(run) ? ` · [log](${run})` : '';
  const end =
    `\n<sub>Checked at ` +
    `${codeSpan(head.slice(0, 7))}${log}${handedOver ? ' · as reported by that run' : ''}</sub>\n`;
  const maxLength = maxCommentLength - commentMarker.length - end.length - 2;
  const findings = toMarkdown(report, { limit: maxLength, files });
  return maskFormattedSecrets(
    `${commentMarker}\n${findings}${folded(changelog, maxLength - findings.length)}${end}`,
  );
}

/** A folded changelog, or '' if it has more than `maxLength` characters. */
export function folded(changelog: string, maxLength: number): string {
  const text =
    changelog === '' ? '' : `\n<details><summary>Changelog</summary>\n\n${changelog}\n</details>\n`;
  return text.length > maxLength ? '' : text;
}
