import { maskFormattedSecrets } from '../secrets/mask.ts';
import { codeSpan, toMarkdown, maxCommentLength } from './markdown.ts';
import type { Report } from './report.ts';

/** Stands at the beginning of the Action's comment, where nobody sees it. */
export const commentMarker = '<!-- gatehouse action -->';

interface About {
  /** The commit that was checked. */
  head: string;
  /** The page of the run that found it. */
  run: string | undefined;
  /** The changelog in Markdown, '' for none. Never from where nobody can be trusted. */
  changelog: string;
  /** Whether the report was handed over by a run of the pull request itself. */
  handedOver: boolean;
}

/** The one comment on a pull request: what stands in its way, then what it changes. */
export function reportComment(report: Report, { head, run, changelog, handedOver }: About): string {
  const log = run !== undefined && /^https?:\/\/[\w.:/-]+$/.test(run) ? ` · [log](${run})` : '';
  const end =
    `\n<sub>Checked at ` +
    `${codeSpan(head.slice(0, 7))}${log}${handedOver ? ' · as that run tells it' : ''}</sub>\n`;
  const room = maxCommentLength - commentMarker.length - end.length - 2;
  const found = toMarkdown(report, { limit: room });
  return maskFormattedSecrets(
    `${commentMarker}\n${found}${folded(changelog, room - found.length)}${end}`,
  );
}

/** A changelog to unfold, where there is room for it. */
export function folded(changelog: string, room: number): string {
  const text =
    changelog === '' ? '' : `\n<details><summary>Changelog</summary>\n\n${changelog}\n</details>\n`;
  return text.length > room ? '' : text;
}
