import { reasonOf, refusalOf } from '../refusal.ts';
import type { Command } from './command.ts';

export const withdraw: Command = {
  name: 'withdraw',
  usage: '/withdraw',
  does: 'makes it a draft again',
  takes: 'nothing',
  who: ['author'],
  ofHead: false,
  carryOut(_said, { snapshot }) {
    const refusal = refusalOf(snapshot);
    return refusal?.step === 'convert-to-draft'
      ? {
          refused:
            `GitHub refused to make it a draft: ${reasonOf(refusal)}. ` +
            '*Convert to draft* on this page does it too.',
        }
      : { withdraw: true };
  },
};
