import type { Command } from './command.ts';

/** Every review looks at everything afresh: that it was asked for is all it takes. */
export const check: Command = {
  name: 'check',
  usage: '/check',
  description: 'reviews again',
  argumentKind: 'nothing',
  allowedRoles: 'anyone',
  boundToHead: false,
  run: () => ({}),
};
