import type { Command } from './command.ts';

/**
 * The line by which maintainers of the model repository start the certification. Another program
 * acts on it: Gatehouse records when that was.
 */
export const certifyConnector: Command = {
  name: 'certify-connector',
  usage: 'certify-connector',
  description: 'starts the certification; Gatehouse records when, and shows the answer',
  argumentKind: 'nothing',
  allowedRoles: ['maintainer'],
  boundToHead: false,
  run: ({ comment }) => ({
    consents: {
      certification: { by: comment.author, comment: comment.id, at: comment.createdAt },
    },
  }),
};
