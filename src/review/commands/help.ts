import { codeSpan } from '../text.ts';
import type { Command } from './command.ts';

/** `commands` are all there are, this one among them. */
export const helpOn = (commands: () => readonly Command[]): Command => ({
  name: 'help',
  usage: '/help',
  does: 'lists the commands',
  takes: 'nothing',
  who: 'anyone',
  ofHead: false,
  whenClosed: true,
  carryOut: () => ({
    words:
      'A command stands alone on a line of a new comment, with nothing after it but what ' +
      'the table says. Quotes, code, folds, and earlier messages below an answer by mail ' +
      `are not heard.\n\n| command | who | does |\n| --- | --- | --- ` +
      `|\n${commands().map(row).join('\n')}`,
  }),
});

const row = ({ usage, who, does }: Command): string =>
  `| ${codeSpan(usage)} | ${typeof who === 'string' ? who : who.join(', ')} | ${does} |`;
