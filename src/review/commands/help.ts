import { docsSite } from '../../shared/project.ts';
import type { BaseFacts } from '../model/facts.ts';
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
  run: (_invocation, { allowed, displaySettings: { train } }) => ({
    reply:
      'Write a command on its own line of a new comment, with nothing after it except what the ' +
      'table shows. Gatehouse ignores commands in quotes, code, folded sections, and earlier ' +
      `messages below a reply by email.\n\n${table(commands(), allowed, train.rings.length > 0)}\n\n` +
      `[What happens to a pull request](${docsSite}pull-requests)`,
  }),
});

/** Only the commands that do something with the settings of the repository. */
const table = (
  commands: readonly Command[],
  { changes }: BaseFacts['allowed'],
  hasTrain: boolean,
): string =>
  markdownTable(
    ['Command', 'Who', 'What it does'],
    commands
      .filter(({ changesPullRequest }) => changes || !changesPullRequest)
      .filter(({ needsTrain }) => hasTrain || !needsTrain)
      .flatMap((command) => command.forms ?? [command])
      .map(rowOf),
  );

const rowOf = ({
  usage,
  allowedRoles,
  description,
}: Pick<Command, 'usage' | 'allowedRoles' | 'description'>): string[] => [
  codeSpan(usage),
  typeof allowedRoles === 'string' ? allowedRoles : allowedRoles.join(', '),
  description,
];
