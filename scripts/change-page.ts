import { folderOf, updates } from '../fixtures/cases.ts';
import { compareConnectors } from '../src/changes/compare.ts';
import { classify } from '../src/changes/classify.ts';
import type { Verdict } from '../src/changes/verdicts.ts';
import { readConnector } from '../src/connector/connector.ts';
import { repository } from '../src/shared/project.ts';
import { adviceOf, shownFindings, wrapped } from './shown-findings.ts';

/** What all verdicts have, whatever the kind of change. */
export type Meaning = Pick<
  Verdict,
  'severity' | 'size' | 'description' | 'rationale' | 'acknowledgeable'
>;

/** The page of a kind of change, as Markdown. */
export function changePage(kind: string, verdict: Meaning): string {
  const [, , update] = updates().find(([each]) => each === kind) ?? [];
  const after = update && readConnector(folderOf(update.after));
  const before = readConnector(folderOf(update?.before ?? {}));
  const findings = after ? classify(compareConnectors(before, after), after, before) : [];
  const finding = findings.find(({ rule }) => rule === kind);
  const sections = [
    `# ${kind}`,
    verdict.description,
    `**Why.** ${verdict.rationale}`,
    `**Severity.** ${verdict.severity}. **Size of the update.** ${verdict.size}.`,
    after &&
      finding &&
      `## Example\n\n\`\`\`text\n${shownFindings(after, [finding])}\n\`\`\`\n\nIts subject is ` +
        `\`${finding.subject ?? ''}\`.`,
    finding && verdict.severity !== 'note' && `## How to avoid it\n\n${adviceOf(finding)}`,
    settingsSection(verdict),
    `Is this wrong? [Open an issue](https://github.com/${repository}/issues/new?title=${kind}).`,
  ];
  return wrapped(`${sections.filter((part) => typeof part === 'string').join('\n\n')}\n`);
}

function settingsSection({ severity, acknowledgeable }: Meaning): string {
  const fixed = 'The settings do not change the severity of a change.';
  if (severity !== 'error') return `## Settings\n\n${fixed}`;
  return acknowledgeable === undefined
    ? `## Settings\n\n${fixed} If the change is intended, the author and a reviewer each reply ` +
        '`/acknowledge` on the pull request: [a breaking change](../pull-requests.md#a-breaking-change).'
    : `## Settings\n\n${fixed} No update may do this, even if the author and a reviewer agree.`;
}
