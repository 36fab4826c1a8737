import { basename, relative } from 'node:path';
import { UserError } from '../shared/user-error.ts';
import { readNamedFile } from './files.ts';
import type { Candidate } from './find-connectors.ts';
import { openCheckout, runGit } from './git-command.ts';
import { slashes } from './list-folder.ts';

/** When connectors arrived in the repository. */
export interface Arrivals {
  /** Where the dates are from, for a report. */
  source: string;
  /** The date, as `2026-06-16`; undefined if it is not known. */
  dateOf: (candidate: Candidate) => string | undefined;
}

/**
 * Reads from the history of a checkout when each folder got its first file. A folder that was renamed
 * keeps its date. The date is that of the commit on the branch itself: of a merge, not of the commits
 * that it merged.
 * @param directory the repository of connectors
 * @param candidates the connectors whose dates are needed
 * @throws UserError if it is not in a checkout, or the history is cut off
 */
export async function arrivalsFromHistory(
  directory: string,
  classFolders: readonly string[],
  candidates: readonly Pick<Candidate, 'directory'>[],
): Promise<Arrivals> {
  const root = await openCheckout(directory, classFolders);
  if (root === undefined)
    throw new UserError(
      `--by arrival needs the history of a git checkout, and ${directory} is not in one. ` +
        'Or name a file with the dates: --arrivals <file>',
    );
  const shallow = (await runGit(root, ['rev-parse', '--is-shallow-repository'])).toString().trim();
  if (shallow === 'true')
    throw new UserError(
      'The clone is shallow, so it lacks the dates of older connectors. ' +
        'Fetch its history: git fetch --unshallow',
    );
  const log = await runGit(root, [
    'log',
    '--first-parent',
    '--diff-merges=first-parent',
    '--reverse',
    '--diff-filter=AR',
    '--find-renames=100%', // compares no contents, which a partial clone lacks
    '--no-ext-diff',
    '--no-textconv',
    '--no-relative',
    '-O/dev/null',
    '--name-status',
    '-z',
    '--format=%x01%cI',
  ]);
  const pathOf = (folder: string): string => slashes(relative(root, folder));
  const depth = Math.max(0, ...candidates.map(({ directory: at }) => pathOf(at).split('/').length));
  const dates = parseLog(log.toString(), depth);
  return {
    source: 'the git history of the checkout',
    dateOf: ({ directory: folder }) => dates.get(pathOf(folder)),
  };
}

/**
 * The first date of each folder, by its path, from the output of git log, oldest first.
 * @param depth how many levels of folders are needed
 */
function parseLog(log: string, depth: number): ReadonlyMap<string, string> {
  const dates = new Map<string, string>();
  let date = '';
  const arrive = (path: string, before: string | undefined): void => {
    for (const folder of foldersOf(path, depth)) {
      if (dates.has(folder)) continue;
      const earlier = before === undefined ? undefined : dates.get(sameLevel(before, folder));
      dates.set(folder, earlier ?? date);
    }
  };
  const tokens = log.split('\0').values();
  for (const token of tokens) {
    const text = token.startsWith('\n') ? token.slice(1) : token;
    const next = (): string => tokens.next().value ?? '';
    if (text.startsWith('\u0001')) date = text.slice(1, 11);
    else if (text.startsWith('R')) {
      const before = next();
      arrive(next(), before);
    } else if (text !== '') arrive(next(), undefined);
  }
  return dates;
}

/** The folders that a file is in, the outermost first, at most `depth` of them. */
function foldersOf(path: string, depth: number): string[] {
  const folders: string[] = [];
  let end = path.indexOf('/');
  while (end >= 0 && folders.length < depth) {
    folders.push(path.slice(0, end));
    end = path.indexOf('/', end + 1);
  }
  return folders;
}

/** The folder of the old path of a file that is as deep as a folder of its new path. */
const sameLevel = (path: string, folder: string): string => {
  const depth = folder.split('/').length;
  return path.split('/', depth).join('/');
};

const maxBytes = 10 * 1024 * 1024;

/**
 * Reads the dates from a file with a line for each connector: its path as in reports, a tab and the
 * date. Lines that begin with # are comments.
 * @throws UserError if it cannot be read, or a line is something else
 */
export function readArrivals(file: string): Arrivals {
  const dates = new Map<string, string>();
  const lines = readNamedFile(file, maxBytes).split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [path = '', date = '', ...more] = line.split('\t');
    if (path === '' || !/^\d{4}-\d{2}-\d{2}$/.test(date) || more.length > 0)
      throw new UserError(
        `${file} line ${index + 1} must be a path, a tab and a date such as 2026-06-16.`,
      );
    dates.set(path, date);
  }
  return { source: `\`${basename(file)}\``, dateOf: ({ path }) => dates.get(path) };
}
