import type { Command } from './command.ts';

export const unhold: Command = {
  name: 'unhold',
  usage: '/unhold',
  does: 'ends a hold',
  takes: 'nothing',
  who: ['maintainer'],
  ofHead: false,
  carryOut: (_said, _facts, { hold }) =>
    hold ? { consents: { hold: null } } : { refused: 'Nothing holds this pull request.' },
};
