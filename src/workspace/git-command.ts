import { execFile } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../shared/user-error.ts';
import { findCheckout, gitDirectoryOf, isWithin } from './find-checkout.ts';
import { errorCode } from './files.ts';

const run = promisify(execFile);

/** git ran and ended with an error. */
export class GitError extends UserError {}

/**
 * Settings that override the configuration of every repository. A stranger may have made the
 * checkout, down to files that git itself would accept as a repository: nothing in it may start a
 * program or send data from this machine.
 */
const configuration = [
  'safe.bareRepository=explicit', // a folder of a checkout is not a repository, whatever it contains
  'core.fsmonitor=false', // a command that lists changed files
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'core.askPass=',
  'core.sshCommand=false',
  'credential.helper=',
  'diff.external=',
  'log.showSignature=false', // would run gpg.program
  'submodule.recurse=false',
  'core.quotePath=false',
];

/**
 * The variables that begin with GIT_ can change which repository git uses, what is in it, and which
 * programs git runs. These cannot.
 */
const harmlessVariables = new Set([
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_TEST_ASSUME_DIFFERENT_OWNER',
]);

/** Without a timeout, git would wait forever for a named pipe called `.gitattributes`. */
const timeoutSeconds = 60;

/** The environment of git for a checkout, without the variables that could misdirect it. */
function environmentFor(root: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^GIT_/i.test(name) || harmlessVariables.has(name),
  );
  return {
    ...Object.fromEntries(inherited),
    LC_ALL: 'C',
    GIT_WORK_TREE: root, // overrides core.worktree
    // if `.git` is not a repository, git must not search the folders above
    GIT_CEILING_DIRECTORIES: dirname(root),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    // no protocol: an older git, which does not know GIT_NO_LAZY_FETCH, cannot fetch either
    GIT_ALLOW_PROTOCOL: ':',
    GIT_TERMINAL_PROMPT: '0',
  };
}

/**
 * The `safe.directory` settings of the environment: folders of other users that git may read. No
 * other setting of the environment is used.
 */
function trustedFolders({
  GIT_CONFIG_COUNT: count = '0',
  ...environment
}: NodeJS.ProcessEnv): string[] {
  const length = /^\d{1,4}$/.test(count) ? Number(count) : 0;
  return Array.from(
    { length },
    (_, index) =>
      [environment[`GIT_CONFIG_KEY_${index}`], environment[`GIT_CONFIG_VALUE_${index}`]] as const,
  ).flatMap(([key, value]) =>
    key?.toLowerCase() === 'safe.directory' && value !== undefined
      ? [`safe.directory=${value}`]
      : [],
  );
}

/**
 * Finds the git program. Windows searches the working directory first, and `PATH` may name folders
 * of the checkout (npx adds `node_modules/.bin`). A git in the checkout is used only if there is no
 * other.
 * @throws UserError if there is none
 */
function findGit(root: string): string {
  const name = process.platform === 'win32' ? 'git.exe' : 'git';
  const folders = (process.env.PATH ?? process.env.Path ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder));
  const [inside, outside] = [true, false].map((within) =>
    folders.filter((folder) => isWithin(root, folder) === within),
  );
  const program = [...(outside ?? []), ...(inside ?? [])]
    .map((folder) => join(folder, name))
    .find(isProgram);
  if (program === undefined)
    throw new UserError('git is not installed, or not in PATH. Install it, or run without --base.');
  return program;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Runs git and returns its standard output. Nothing else starts git.
 * @param root a folder that `findCheckout` found
 * @param args the command and its arguments
 * @param options `input` is for the standard input; `more` are further settings
 * @throws GitError if git ends with an error; UserError if it cannot be started or times out
 */
export async function runGit(
  root: string,
  args: readonly string[],
  { input, more = [] }: { input?: string; more?: readonly string[] } = {},
): Promise<Buffer> {
  const settings = [...configuration, ...trustedFolders(process.env), ...more].flatMap(
    (setting) => ['-c', setting],
  );
  const options = {
    cwd: root,
    encoding: 'buffer',
    maxBuffer: 1 << 30,
    timeout: timeoutSeconds * 1000,
    killSignal: 'SIGKILL',
    env: environmentFor(root),
  } as const;
  try {
    const running = run(
      findGit(root),
      ['--no-pager', '--literal-pathspecs', ...settings, ...args],
      options,
    );
    // If git ends before it has read all of its input, its exit status has the reason.
    running.child.stdin?.on('error', () => undefined);
    running.child.stdin?.end(input);
    return (await running).stdout;
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    if ('code' in error && typeof error.code === 'number')
      throw new GitError(
        `git ${args[0]} failed: ${firstLine('stderr' in error ? error.stderr : undefined)}`,
      );
    if ('killed' in error && error.killed === true && errorCode(error) === undefined)
      throw new UserError(
        `git ${args[0]} did not finish within ${timeoutSeconds} seconds. ` +
          'Look for a named pipe in the checkout, for example: find . -type p',
      );
    throw new UserError(`git ${args[0]} could not be run (${errorCode(error) ?? error.name}).`);
  }
}

/** The first line of the error, without control characters: it may quote names of the checkout. */
function firstLine(stderr: unknown): string {
  const text = Buffer.isBuffer(stderr) ? stderr.toString() : '';
  const [line = ''] = text.trim().split('\n');
  return line.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 300) || 'git gave no reason';
}

/**
 * Finds the checkout that a directory is in, and confirms it with git.
 * @param classFolders the names of folders whose subfolders are connectors
 * @param top the highest folder to search
 * @returns the top folder; undefined if the directory is in no checkout
 * @throws UserError if the checkout is nested in the place of a connector, or git rejects it
 */
export async function openCheckout(
  directory: string,
  classFolders: readonly string[],
  top?: string,
): Promise<string | undefined> {
  const root = findCheckout(directory, top);
  if (root === undefined) return undefined;
  const outer = root === top ? undefined : findCheckout(dirname(root), top);
  if (outer !== undefined && classFolders.includes(relative(outer, root).split(sep)[0] ?? '')) {
    throw new UserError(
      `${root} is a separate git repository inside ${outer}, in the place of a connector. ` +
        'Put the files of the connector there instead: the history of another repository ' +
        'does not count.',
    );
  }
  const output = await runGit(root, ['rev-parse', '--absolute-git-dir']).catch((error: unknown) => {
    throw error instanceof GitError
      ? new UserError(`git cannot work in ${root}: ${error.message}`)
      : error;
  });
  const gitDirectory = realpathSync(output.toString().replace(/\r?\n$/, ''));
  if (gitDirectory !== gitDirectoryOf(root))
    throw new UserError(
      `git uses the repository ${gitDirectory} for ${root}, and ${join(root, '.git')} is another one.`,
    );
  return root;
}

/**
 * Settings that turn off the filter programs of the repository's configuration, such as Git LFS.
 * The author of a change decides with `.gitattributes` which files pass through one.
 * @throws UserError if a filter cannot be turned off
 */
export async function withoutFilters(root: string): Promise<string[]> {
  const keys = await runGit(root, [
    'config',
    '-z',
    '--name-only',
    '--get-regexp',
    '^filter\\.',
  ]).catch((error: unknown) => {
    if (error instanceof GitError) return Buffer.alloc(0); // there are no filters
    throw error;
  });
  const drivers = new Set(
    keys
      .toString()
      .split('\0')
      .flatMap((key) => /^filter\.(.+)\.[^.]+$/s.exec(key)?.[1] ?? []),
  );
  return Array.from(drivers).flatMap((name) => {
    if (name.includes('='))
      throw new UserError(
        `The git configuration has a filter called ${JSON.stringify(name)}, which cannot be ` +
          'turned off. Give it a name without an equals sign.',
      );
    return [
      `filter.${name}.clean=`,
      `filter.${name}.smudge=`,
      `filter.${name}.process=`,
      `filter.${name}.required=false`,
    ];
  });
}
