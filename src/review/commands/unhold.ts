import type { Command } from './command.ts';

export const unhold: Command = {
  name: 'unhold',
  usage: '/unhold',
  description: 'ends a hold',
  argumentKind: 'nothing',
  allowedRoles: ['maintainer'],
  boundToHead: false,
  run: (_invocation, _facts, { hold }) =>
    hold
      ? { reply: 'No longer on hold.', consents: { hold: null } }
      : { refused: 'This pull request is not on hold.' },
};
