import type { Command } from './command.ts';
import { truncate } from '../../shared/text.ts';

export const hold: Command = {
  name: 'hold',
  usage: '/hold [reason]',
  description: 'keeps it from being merged until `/unhold`',
  argumentKind: 'note',
  allowedRoles: ['maintainer'],
  boundToHead: false,
  run({ comment, argument }, { snapshot: { pull } }) {
    const reason = truncate(argument, 500);
    return {
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
