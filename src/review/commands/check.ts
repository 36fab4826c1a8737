import type { Command } from './command.ts';

/** Does nothing itself: the comment starts a review, and each review reads everything again. */
export const check: Command = {
  name: 'check',
  usage: '/check',
  description: 'reviews again',
  argumentKind: 'nothing',
  allowedRoles: 'anyone',
  boundToHead: false,
  run: () => ({}),
};
