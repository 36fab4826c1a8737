import { UserError } from '../../shared/user-error.ts';
import { defineCommand } from '../command.ts';

export const lsp = defineCommand({
  name: 'lsp',
  summary: 'Run the language server: checks and fixes in an editor',
  usage: 'gatehouse lsp --stdio',
  example: 'gatehouse lsp --stdio',
  details: [
    'Editors start it. docs/editors.md has the configuration for VS Code, Neovim, Helix, Emacs and ' +
      'JetBrains.',
  ],
  options: {
    stdio: {
      type: 'boolean',
      description: 'Talk to the editor over standard input and output; required',
    },
    clientProcessId: {
      type: 'string',
      value: 'pid',
      description: 'The server ends when this process does; editors pass it',
    },
  },
  isServer: true,

  async run(_, { stdio }) {
    if (!stdio)
      throw new UserError(
        'The language server talks over standard input and output only: gatehouse lsp --stdio',
      );
    const { serve } = await import('../../lsp/serve.ts');
    serve(process.stdin, process.stdout, new URL('./validation-thread.js', import.meta.url));
    // The client ends the process.
    return new Promise(() => undefined);
  },
});
