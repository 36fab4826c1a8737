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
  carryOut: () => ({ words: `A command stands at the beginning of a line of a new comment.\n\n| command | who | does |\n| --- | --- | --- |\n${commands().map(row).join('\n')}` }),
});

const row = ({ usage, who, does }: Command): string => `| ${codeSpan(usage)} | ${typeof who === 'string' ? who : who.join(', ')} | ${does} |`;
