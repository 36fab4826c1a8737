import type { Refusal, Snapshot } from './snapshot.ts';
import { clip, codeSpan } from './text.ts';

/** Longer reasons are lists of what GitHub expected instead. */
const mostReason = 300;

/** What GitHub refused when it was last tried at this head. */
export const refusalOf = ({
  records,
  pull,
}: Pick<Snapshot, 'records' | 'pull'>): Refusal | undefined =>
  records.known && records.value.refusal?.head === pull.head.sha
    ? records.value.refusal
    : undefined;

export const refusesMerge = (snapshot: Pick<Snapshot, 'records' | 'pull'>): boolean =>
  ['merge', 'enqueue'].includes(refusalOf(snapshot)?.step ?? '');

/**
 * GitHub's reason in its own words, without the address of its documentation and without a stop.
 */
export const reasonOf = ({ because }: Refusal): string =>
  codeSpan(
    clip(
      because.replace(/ - https:\/\/docs\.github\.com\/\S*$/, '').replace(/\s+/g, ' '),
      mostReason,
    ).replace(/[.\s]+$/, ''),
  );

const steps: Readonly<Record<Refusal['step'], string>> = {
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
export function refusalPart(snapshot: Pick<Snapshot, 'records' | 'pull'>): string {
  const refusal = refusalOf(snapshot);
  if (!refusal || refusal.step === 'commit-files' || refusal.step === 'convert-to-draft') return '';
  return (
    `**GitHub refused to ${steps[refusal.step]}:** ${reasonOf(refusal)}. ` +
    'Gatehouse tries it again whenever something happens here; ' +
    `\`/check\` makes it try now.`
  );
}
