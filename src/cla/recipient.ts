import type { Recipient, Signature } from '../review/model/snapshot.ts';

/** Whether two names of owners or repositories are the same. GitHub ignores their case. */
export const isSameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/**
 * The owner or repository that a signature is for: the recorded one, or else the repository of the
 * comment that signed. Undefined for an import that names none.
 */
export const recipientOf = ({
  recipient,
  source,
}: Pick<Signature, 'recipient' | 'source'>): Recipient | undefined =>
  recipient ??
  (source.kind === 'comment'
    ? { owner: source.repository.owner, repository: source.repository.repo }
    : undefined);
