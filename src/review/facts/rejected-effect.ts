import type { RejectedEffect, Snapshot } from '../model/snapshot.ts';

import { codeSpan } from '../../report/markdown.ts';
import { truncate } from '../../shared/text.ts';

/** Characters. Longer reasons are lists of what GitHub expected instead. */
const maxReason = 300;

/** The effect that GitHub rejected at this head when Gatehouse last tried it. */
export const rejectionOf = ({
  records,
  pull,
}: Pick<Snapshot, 'records' | 'pull'>): RejectedEffect | undefined =>
  records.ok && records.value.rejection?.head === pull.head.sha
    ? records.value.rejection
    : undefined;

export const isMergeRejected = (snapshot: Pick<Snapshot, 'records' | 'pull'>): boolean =>
  ['merge', 'enqueue'].includes(rejectionOf(snapshot)?.effect ?? '');

/**
 * GitHub's reason in its own words, without the link to its documentation and without a period.
 */
export const rejectionReason = ({ reason }: RejectedEffect): string =>
  codeSpan(
    truncate(
      reason.replace(/ - https:\/\/docs\.github\.com\/\S*$/, '').replace(/\s+/g, ' '),
      maxReason,
    ).replace(/[.\s]+$/, ''),
  );

const steps: Readonly<Record<RejectedEffect['effect'], string>> = {
  'write-check': 'write the check run',
  'create-comment': 'write a comment',
  'edit-comment': 'edit a comment',
  'minimize-comment': 'fold a comment',
  'add-labels': 'add labels',
  'remove-label': 'remove a label',
  react: 'react to a command',
  suggest: 'suggest fixes',
  'commit-files': 'commit the fixes',
  'convert-to-draft': 'convert this to a draft',
  'edit-description': 'check boxes in the description',
  merge: 'merge this',
  enqueue: 'add this to the merge queue',
  dequeue: 'remove this from the merge queue',
  'create-deployment': 'create the deployment',
  'open-pull-request': 'open a pull request',
};

const isReportedByReply: ReadonlySet<RejectedEffect['effect']> = new Set<RejectedEffect['effect']>([
  'commit-files',
  'convert-to-draft',
  'open-pull-request',
]);

/**
 * The part of the status comment about the rejected effect. Empty if GitHub rejected nothing, or if
 * the reply to a command already reports it.
 */
export function rejectionSection(snapshot: Pick<Snapshot, 'records' | 'pull'>): string {
  const rejection = rejectionOf(snapshot);
  if (!rejection || isReportedByReply.has(rejection.effect)) return '';
  return (
    `**GitHub refused to ${steps[rejection.effect]}:** ${rejectionReason(rejection)}. ` +
    'Gatehouse tries again whenever something happens on this pull request; ' +
    'reply `/check` to try now.'
  );
}
