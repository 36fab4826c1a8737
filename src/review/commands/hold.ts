import { clip } from '../text.ts';
import type { Command } from './command.ts';

export const hold: Command = {
  name: 'hold',
  usage: '/hold [reason]',
  does: 'keeps it from being merged until `/unhold`',
  takes: 'note',
  who: ['maintainer'],
  ofHead: false,
  carryOut({ comment, rest }, { snapshot: { pull } }) {
    const reason = clip(rest, 500);
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
