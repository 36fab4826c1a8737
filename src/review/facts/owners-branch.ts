import { fingerprintOf } from '../../shared/finding.ts';

/** How the names of our branches with more owners of a connector begin. */
export const ownersBranchPrefix = (folder: string): string =>
  `gatehouse/owners-${fingerprintOf(folder).slice(0, 12)}-`;

/** The branch with the owners that a comment asks for. */
export const ownersBranch = (folder: string, comment: number): string =>
  `${ownersBranchPrefix(folder)}${comment}`;
