import type { RejectedEffect, Snapshot } from '../model/snapshot.ts';

import { codeSpan } from '../../report/markdown.ts';
import { truncate } from '../../shared/text.ts';

/** Longer reasons are lists of what GitHub expected instead. */
const mostReason = 300;

/** What GitHub refused when it was last tried at this head. */
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
 * GitHub's reason in its own words, without the address of its documentation and without a stop.
 */
export const rejectionReason = ({ reason }: RejectedEffect): string =>
  codeSpan(
    truncate(
      reason.replace(/ - https:\/\/docs\.github\.com\/\S*$/, '').replace(/\s+/g, ' '),
      mostReason,
    ).replace(/[.\s]+$/, ''),
  );

const steps: Readonly<Record<RejectedEffect['effect'], string>> = {
  'write-check': 'write the check',
  'create-comment': 'write a comment',
  'edit-comment': 'edit a comment',
  'add-labels': 'put labels on',
  'remove-label': 'take a label off',
  react: 'react to a command',
  suggest: 'make suggestions',
  'commit-files': 'commit the fixes',
  'convert-to-draft': 'make it a draft',
  'edit-description': 'tick boxes in the description',
  merge: 'merge it',
  enqueue: 'put it into the merge queue',
  dequeue: 'take it out of the merge queue',
  'create-deployment': 'create the deployment',
};

/**
 * What is said of it in the comment; '' where nothing was refused, or where a command was answered
 * with it.
 */
export function rejectionSection(snapshot: Pick<Snapshot, 'records' | 'pull'>): string {
  const rejection = rejectionOf(snapshot);
  if (!rejection || rejection.effect === 'commit-files' || rejection.effect === 'convert-to-draft')
    return '';
  return (
    `**GitHub refused to ${steps[rejection.effect]}:** ${rejectionReason(rejection)}. ` +
    'Gatehouse tries it again whenever something happens here; ' +
    `\`/check\` makes it try now.`
  );
}
