import type { Command } from './command.ts';

/** The words come from the decision: see `explanation`. */
export const why: Command = {
  name: 'why',
  usage: '/why',
  description: 'says what was decided and from which facts',
  argumentKind: 'nothing',
  allowedRoles: 'anyone',
  boundToHead: false,
  whenClosed: true,
  run: () => ({ explain: true }),
};
