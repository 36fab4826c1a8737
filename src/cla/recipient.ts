import type { Recipient, Signature } from '../review/model/snapshot.ts';

/** Whether two names of owners, or of repositories, are one: GitHub ignores their case. */
export const isSameName = (one: string, other: string): boolean =>
  one.toLowerCase() === other.toLowerCase();

/**
 * Whom a signature was given to: what it says, or else the repository that it was said in.
 * Undefined for nobody.
 */
export const recipientOf = ({
  recipient,
  source,
}: Pick<Signature, 'recipient' | 'source'>): Recipient | undefined =>
  recipient ??
  (source.kind === 'comment'
    ? { owner: source.repository.owner, repository: source.repository.repo }
    : undefined);
