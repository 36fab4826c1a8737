import { shortSha } from '../model/markdown.ts';
import type { Command } from './command.ts';

/** Changes nothing itself: the comment starts a review, and each review reads everything again. */
export const check: Command = {
  name: 'check',
  usage: '/check',
  description: 'reviews again',
  argumentKind: 'nothing',
  allowedRoles: 'anyone',
  boundToHead: false,
  run: (_invocation, { snapshot: { pull } }) => ({
    reply: `Reviewed ${shortSha(pull.head.sha)} again.`,
    saysWhatIsLeft: true,
  }),
};
