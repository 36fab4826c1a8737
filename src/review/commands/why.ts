import type { Command } from './command.ts';

/** The words come from the decision: see `explanation`. */
export const why: Command = {
  name: 'why',
  usage: '/why',
  does: 'says what was decided and from which facts',
  takes: 'nothing',
  who: 'anyone',
  ofHead: false,
  whenClosed: true,
  carryOut: () => ({ explain: true }),
};
