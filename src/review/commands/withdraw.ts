import { rejectionReason, rejectionOf } from '../facts/rejected-effect.ts';
import type { Command } from './command.ts';

export const withdraw: Command = {
  name: 'withdraw',
  usage: '/withdraw',
  description: 'converts the pull request to a draft',
  argumentKind: 'nothing',
  allowedRoles: ['author'],
  boundToHead: false,
  changesPullRequest: true,
  run(_invocation, { snapshot }) {
    const rejection = rejectionOf(snapshot);
    return rejection?.effect === 'convert-to-draft'
      ? {
          refused:
            `GitHub refused to convert this to a draft: ${rejectionReason(rejection)}. ` +
            'Click *Convert to draft* on this page instead.',
        }
      : {
          reply: 'This is a draft now. Click *Ready for review* when you want to go on.',
          withdraw: true,
        };
  },
};
