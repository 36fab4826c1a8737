import type { Command } from './command.ts';

/** The reply needs the decision, which comes later: see `decisionReport`. */
export const why: Command = {
  name: 'why',
  usage: '/why',
  description: 'explains what was decided, and from which facts',
  argumentKind: 'nothing',
  allowedRoles: 'anyone',
  boundToHead: false,
  whenClosed: true,
  run: () => ({ explain: true }),
};
