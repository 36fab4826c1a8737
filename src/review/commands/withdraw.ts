import { rejectionReason, rejectionOf } from '../facts/rejected-effect.ts';
import type { Command } from './command.ts';

export const withdraw: Command = {
  name: 'withdraw',
  usage: '/withdraw',
  description: 'makes it a draft again',
  argumentKind: 'nothing',
  allowedRoles: ['author'],
  boundToHead: false,
  run(_said, { snapshot }) {
    const rejection = rejectionOf(snapshot);
    return rejection?.effect === 'convert-to-draft'
      ? {
          refused:
            `GitHub refused to make it a draft: ${rejectionReason(rejection)}. ` +
            '*Convert to draft* on this page does it too.',
        }
      : { withdraw: true };
  },
};
