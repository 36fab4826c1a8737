import type { Facts } from '../model/facts.ts';
import { runsAs } from '../../shared/project.ts';
import { count as countOf } from '../../report/text.ts';
import { details, truncateMarkdown } from '../../report/markdown.ts';

/** Characters. The rest of the comment must fit too. */
const maxChangelogLength = 12_000;

/** The changelog of the update, folded; '' if there is none. */
export function changelogSection({ connectors: [connector] }: Facts): string {
  const changes = connector?.validation.ok ? connector.validation.value.changes : undefined;
  if (!changes || changes.count === 0 || changes.changelog === '') return '';
  return details(
    `Changelog of this update (${countOf(changes.count, 'entry', 'entries')})`,
    truncateMarkdown(
      changes.changelog,
      maxChangelogLength,
      `… and more: \`${runsAs} diff\` lists everything.`,
    ),
  );
}
