import type { Account } from './snapshot.ts';

/**
 * The number of https://github.com/ghost, which GitHub shows in place of every account that was
 * deleted.
 */
const ghostNumber = 10_137;

/**
 * Whether an account stands for people who deleted theirs, and so for nobody in particular: it has
 * no role, no rights and no say.
 */
export const isGhost = ({ id, type }: Account): boolean => type === 'ghost' || id === ghostNumber;

/** Whether this is somebody who can act. */
export const isPerson = (account: Account): boolean => account.type === 'user' && !isGhost(account);
