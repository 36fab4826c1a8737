import { maskFormattedSecrets } from '../secrets/mask.ts';
import { codeSpan, details, toMarkdown, maxCommentLength } from './markdown.ts';
import type { Report } from './report.ts';

/** Begins the Action's comment, by which the Action recognizes it. GitHub does not show it. */
export const commentMarker = '<!-- gatehouse action -->';

/** What an update means besides its findings. Trusted Markdown, '' for nothing. */
export interface UpdateTexts {
  changelog: string;
  /** What readers of the reference pages will see differently, folded. */
  pageChanges: string;
}

interface About extends UpdateTexts {
  /** The SHA of the commit that was checked. */
  head: string;
  /** The address of the workflow run. */
  run: string | undefined;
  /** The address of the files at that commit, as for `toMarkdown`. */
  files: string | undefined;
  /** Whether the report comes from a workflow run of the pull request, which can be manipulated. */
  handedOver: boolean;
}

/** The Action's comment on a pull request: the findings, then what the update means. */
export function reportComment(
  report: Report,
  { head, run, files, handedOver, ...texts }: About,
): string {
  const log = run !== undefined && /^https?:\/\/[\w.:/-]+$/.test(run) ? ` · [log](${run})` : '';
  const end =
    `\n<sub>Checked at ` +
    `${codeSpan(head.slice(0, 7))}${log}${handedOver ? ' · as reported by that run' : ''}</sub>\n`;
  const maxLength = maxCommentLength - commentMarker.length - end.length - 2;
  const findings = toMarkdown(report, { limit: maxLength, files });
  return maskFormattedSecrets(
    `${commentMarker}\n${findings}${foldedTexts(texts, maxLength - findings.length)}${end}`,
  );
}

/** What an update means, folded; without what does not fit into `maxLength` characters. */
export function foldedTexts({ changelog, pageChanges }: UpdateTexts, maxLength: number): string {
  let text = '';
  for (const part of [changelog === '' ? '' : details('Changelog', changelog), pageChanges])
    if (part !== '' && text.length + part.length + 2 <= maxLength) text += `\n${part}\n`;
  return text;
}
