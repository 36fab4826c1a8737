import type { Command } from './command.ts';
import { codeSpan } from '../../report/markdown.ts';

/** `commands` are all there are, this one among them. */
export const helpOn = (commands: () => readonly Command[]): Command => ({
  name: 'help',
  usage: '/help',
  description: 'lists the commands',
  argumentKind: 'nothing',
  allowedRoles: 'anyone',
  boundToHead: false,
  whenClosed: true,
  run: () => ({
    reply:
      'A command stands alone on a line of a new comment, with nothing after it but what ' +
      'the table says. Quotes, code, folds, and earlier messages below an answer by mail ' +
      `are not heard.\n\n| command | who | does |\n| --- | --- | --- ` +
      `|\n${commands().map(row).join('\n')}`,
  }),
});

const row = ({ usage, allowedRoles, description }: Command): string =>
  `| ${codeSpan(usage)} | ${typeof allowedRoles === 'string' ? allowedRoles : allowedRoles.join(', ')} | ${description} |`;
