import type { Command } from './command.ts';

export const unhold: Command = {
  name: 'unhold',
  usage: '/unhold',
  description: 'ends a hold',
  argumentKind: 'nothing',
  allowedRoles: ['maintainer'],
  boundToHead: false,
  run: (_said, _facts, { hold }) =>
    hold ? { consents: { hold: null } } : { refused: 'Nothing holds this pull request.' },
};
