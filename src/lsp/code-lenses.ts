import type { CodeLens } from 'vscode-languageserver/node';
import { commands } from './commands.ts';
import type { EditorReport } from './thread-messages.ts';

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Says at each operation how many of its changes since the base break flows. */
export const codeLensesOf = (
  uri: string,
  { base = '', breakingChanges }: Pick<EditorReport, 'base' | 'breakingChanges'>,
): CodeLens[] =>
  breakingChanges.map(({ range, breaking, possible, messages }) => {
    const counts = [
      ...(breaking > 0 ? [plural(breaking, 'breaking change')] : []),
      ...(possible > 0 ? [`${plural(possible, 'change')} that may break flows`] : []),
    ];
    return {
      range,
      command: {
        title: `${counts.join(', ')} since ${base}`,
        command: commands.showBreakingChanges,
        arguments: [uri, range, messages],
      },
    };
  });
