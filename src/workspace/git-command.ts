import { execFile } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../shared/user-error.ts';
import { findCheckout, gitDirectoryOf, isWithin } from './find-checkout.ts';
import { errorCode } from './files.ts';

const run = promisify(execFile);

/** git answered, and the answer is no. */
export class GitError extends UserError {}

/**
 * What git is told about every repository, above everything that its own configuration says. A
 * checkout may have been made by a stranger, down to files that git itself would take for a
 * repository: nothing in it may start a program or leave the machine.
 */
const configuration = [
  'safe.bareRepository=explicit', // a folder of a checkout is no repository, whatever is in it
  'core.fsmonitor=false', // a command that is run to ask which files have changed
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
 * Variables that begin with GIT_ say where the repository is, what it contains and what git is to
 * run. These say none of that.
 */
const harmless = new Set([
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_TEST_ASSUME_DIFFERENT_OWNER',
]);

/**
 * A git that waits for something in the checkout, such as a named pipe called `.gitattributes`,
 * would wait forever.
 */
const mostSeconds = 60;

/** The environment of git for a checkout: what could steer it is left out. */
function environmentFor(root: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^GIT_/i.test(name) || harmless.has(name),
  );
  return {
    ...Object.fromEntries(own),
    LC_ALL: 'C',
    GIT_WORK_TREE: root, // and not what core.worktree says
    // where `.git` is no repository, none further up is meant
    GIT_CEILING_DIRECTORIES: dirname(root),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    // none: an older git, which knows no GIT_NO_LAZY_FETCH, reaches no remote either
    GIT_ALLOW_PROTOCOL: ':',
    GIT_TERMINAL_PROMPT: '0',
  };
}

/**
 * The folders that the caller's environment tells git to trust although they belong to somebody
 * else: nothing else is taken from there.
 */
function trustedFolders({
  GIT_CONFIG_COUNT: count = '0',
  ...environment
}: NodeJS.ProcessEnv): string[] {
  const many = /^\d{1,4}$/.test(count) ? Number(count) : 0;
  return Array.from(
    { length: many },
    (_, index) =>
      [environment[`GIT_CONFIG_KEY_${index}`], environment[`GIT_CONFIG_VALUE_${index}`]] as const,
  ).flatMap(([key, value]) =>
    key?.toLowerCase() === 'safe.directory' && value !== undefined
      ? [`safe.directory=${value}`]
      : [],
  );
}

/**
 * Where git is. Windows looks for a program in the folder that it is to run in first, and `PATH`
 * may name folders of the checkout (npx adds `node_modules/.bin`): what is called git there is
 * taken only if there is no other.
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
    throw new UserError('git was not found. Install it, or run without --base.');
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
 * What git answers to arguments, and perhaps to lines on its standard input: the only place that
 * starts it. `root` is a folder that `findCheckout` found.
 * @throws GitRefusal where git says no; Problem where it cannot be asked
 *
 */
export async function runGit(
  root: string,
  args: readonly string[],
  { input, more = [] }: { input?: string; more?: readonly string[] } = {},
): Promise<Buffer> {
  const settings = [...configuration, ...trustedFolders(process.env), ...more].flatMap((one) => [
    '-c',
    one,
  ]);
  const options = {
    cwd: root,
    encoding: 'buffer',
    maxBuffer: 1 << 30,
    timeout: mostSeconds * 1000,
    killSignal: 'SIGKILL',
    env: environmentFor(root),
  } as const;
  try {
    const asked = run(
      findGit(root),
      ['--no-pager', '--literal-pathspecs', ...settings, ...args],
      options,
    );
    asked.child.stdin?.on('error', () => undefined); // a git that ends early says why by its status
    asked.child.stdin?.end(input);
    return (await asked).stdout;
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    if ('code' in error && typeof error.code === 'number')
      throw new GitError(
        `git ${args[0]} failed: ${firstLine('stderr' in error ? error.stderr : undefined)}`,
      );
    if ('killed' in error && error.killed === true && errorCode(error) === undefined)
      throw new UserError(
        `git ${args[0]} has not answered within ${mostSeconds} seconds. ` +
          'Look for a named pipe in the checkout, for example: find . -type p',
      );
    throw new UserError(`git ${args[0]} could not be run (${errorCode(error) ?? error.name}).`);
  }
}

/** git's reason, which may quote names from the checkout. */
function firstLine(stderr: unknown): string {
  const text = Buffer.isBuffer(stderr) ? stderr.toString() : '';
  const [line = ''] = text.trim().split('\n');
  return line.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 300) || 'it gave no reason';
}

/**
 * The checkout that a directory is in, after git has confirmed it.
 * @param classFolders the names of folders whose subfolders are connectors
 * @param top the highest folder that it may be
 * @throws Problem where there is none, where it is none of its own, or where git refuses it
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
      `${root} is a git repository of its own inside of ${outer}, in the place of a ` +
        'connector. Put the files of the connector themselves there: ' +
        'what another repository says about them does not count.',
    );
  }
  const answer = await runGit(root, ['rev-parse', '--absolute-git-dir']).catch((error: unknown) => {
    throw error instanceof GitError
      ? new UserError(`git cannot work in ${root}: ${error.message}`)
      : error;
  });
  const asked = realpathSync(answer.toString().replace(/\r?\n$/, ''));
  if (asked !== gitDirectoryOf(root))
    throw new UserError(
      `git takes ${asked} for the repository of ${root}, and ${join(root, '.git')} is another one.`,
    );
  return root;
}

/**
 * Settings that turn off the programs through which the repository's configuration has files pass,
 * such as Git LFS: which files go through one is up to `.gitattributes`, and with it to whoever
 * wrote the change.
 */
export async function withoutFilters(root: string): Promise<string[]> {
  const listed = await runGit(root, [
    'config',
    '-z',
    '--name-only',
    '--get-regexp',
    '^filter\\.',
  ]).catch((error: unknown) => {
    if (error instanceof GitError) return Buffer.alloc(0); // there is none
    throw error;
  });
  const drivers = new Set(
    listed
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
