import type { Command } from './command.ts';

/** Every review looks at everything afresh: that it was asked for is all it takes. */
export const check: Command = {
  name: 'check',
  usage: '/check',
  does: 'reviews again',
  takes: 'nothing',
  who: 'anyone',
  ofHead: false,
  carryOut: () => ({}),
};
