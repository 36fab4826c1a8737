import type { Command } from './command.ts';
import { truncate } from '../../shared/text.ts';

/** Characters. */
const maxReasonLength = 500;

export const hold: Command = {
  name: 'hold',
  usage: '/hold [reason]',
  description: 'blocks the merge until `/unhold`',
  argumentKind: 'note',
  allowedRoles: ['maintainer'],
  boundToHead: false,
  run({ comment, argument }, { snapshot: { pull } }) {
    const reason = truncate(argument, maxReasonLength);
    return {
      reply: 'On hold: nothing is merged until a maintainer replies `/unhold`.',
      consents: {
        hold: {
          by: comment.author,
          ...(reason !== '' && { reason }),
          base: pull.base.ref,
          comment: comment.id,
          at: comment.createdAt,
        },
      },
    };
  },
};
