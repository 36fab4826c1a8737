import type { Account } from './snapshot.ts';

/** The id of https://github.com/ghost, which GitHub shows in place of deleted accounts. */
const ghostNumber = 10_137;

/** Whether this is the placeholder for deleted accounts. It has no role and no rights. */
export const isGhost = ({ id, type }: Account): boolean => type === 'ghost' || id === ghostNumber;

/** Whether this is the account of a person who can act. */
export const isPerson = (account: Account): boolean => account.type === 'user' && !isGhost(account);
