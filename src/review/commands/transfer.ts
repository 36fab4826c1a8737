import { loginText } from '../model/markdown.ts';
import { truncate } from '../../shared/text.ts';
import type { Command } from './command.ts';

/** Characters. */
const maxReasonLength = 500;

export const transfer: Command = {
  name: 'transfer',
  usage: '/transfer [reason]',
  description: 'allows the author to publish a connector that someone else published before',
  argumentKind: 'consent',
  allowedRoles: ['maintainer'],
  boundToHead: false,
  run({ comment, argument }, { snapshot: { pull } }) {
    const reason = truncate(argument, maxReasonLength);
    return {
      reply: `${loginText(pull.author)} may publish this connector.`,
      consents: {
        transfer: {
          by: comment.author,
          to: pull.author.id,
          ...(reason !== '' && { reason }),
          comment: comment.id,
          at: comment.createdAt,
        },
      },
    };
  },
};
