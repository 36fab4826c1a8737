import type { Snapshot } from '../model/snapshot.ts';

/**
 * A notice in Markdown if the conversation is too long to read in full, otherwise ''. It has no
 * number, because each new comment would change it.
 */
export const unreadSection = ({ unread }: Pick<Snapshot, 'unread'>): string =>
  unread?.comments === undefined
    ? ''
    : '**The oldest comments here were not read:** there are more than Gatehouse reads. ' +
      'If a command in one of them has no answer, write it again.';
