import type { Command } from './command.ts';
import { codeSpan, markdownTable } from '../../report/markdown.ts';

/** @param commands all commands, `/help` among them */
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
      'Write a command on its own line of a new comment, with nothing after it except what the ' +
      'table shows. Gatehouse ignores commands in quotes, code, folded sections, and earlier ' +
      `messages below a reply by email.\n\n${markdownTable(['command', 'who', 'does'], commands().map(rowOf))}`,
  }),
});

const rowOf = ({ usage, allowedRoles, description }: Command): string[] => [
  codeSpan(usage),
  typeof allowedRoles === 'string' ? allowedRoles : allowedRoles.join(', '),
  description,
];
