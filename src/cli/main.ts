import { visible } from '../report/text.ts';
import { maskFormattedSecrets } from '../secrets/mask.ts';
import { UserError } from '../shared/user-error.ts';
import { tuneForShortRun, version } from '../workspace/validate-checkout.ts';
import { invocationOf, isGroup } from './command.ts';
import { gatehouse } from './gatehouse.ts';
import { helpOf } from './help.ts';
import { parseOptions } from './options.ts';
import { print } from './output.ts';
import { checkArgumentCount, resolveCommand } from './resolve-command.ts';

/**
 * Runs the command that the arguments name.
 * @returns the exit status: 0 if no error was found, 1 if errors were found
 * @throws UserError if the command could not run
 */
async function main(argv: readonly string[]): Promise<number> {
  const { command, args, options } = resolveCommand(argv, gatehouse);
  const { values, positionals } = parseOptions(args, options, invocationOf(command));
  // Child processes and libraries read it too.
  if (values['no-color'] === true) process.env.NO_COLOR = '1';
  if (values.version === true) {
    await print([`${version()}\n`]);
    return 0;
  }
  if (values.help === true) {
    await print([helpOf(command)]);
    return 0;
  }
  if (isGroup(command))
    throw new UserError(
      `No command given. Run "${invocationOf(command)} --help" to see the commands.`,
    );
  checkArgumentCount(positionals, command);
  if (!command.isServer) {
    tuneForShortRun();
    process.once('SIGINT', interrupt);
  }
  return command.run(positionals, values);
}

/** Ends after Ctrl-C, without leaving half a progress bar. */
function interrupt(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  process.exit(130);
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0); // the reader closed the pipe: it has seen enough
  throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(
    error instanceof UserError
      ? visible(`gatehouse: ${maskFormattedSecrets(error.message)}`)
      : error,
  );
  // Also for our own errors: 1 would say that the connector has errors.
  process.exitCode = 2;
}
