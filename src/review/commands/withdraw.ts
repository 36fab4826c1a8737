import type { Command } from './command.ts';

export const withdraw: Command = {
  name: 'withdraw',
  usage: '/withdraw',
  does: 'makes it a draft again',
  takes: 'nothing',
  who: ['author'],
  ofHead: false,
  carryOut: () => ({ withdraw: true }),
};
