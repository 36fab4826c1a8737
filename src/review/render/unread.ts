import type { Snapshot } from '../model/snapshot.ts';

/**
 * What is said where a conversation is longer than is read, Markdown; '' where all of it was.
 * Without a number, which each further comment would change.
 */
export const unreadSection = ({ unread }: Pick<Snapshot, 'unread'>): string =>
  unread?.comments === undefined
    ? ''
    : '**The oldest comments here were not read:** there are more than Gatehouse reads. ' +
      'If a command among them has no answer, write it again.';
