import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const git = (at: string, ...words: string[]): string =>
  execFileSync(
    'git',
    [
      '-c',
      'user.name=Mallory',
      '-c',
      'user.email=mallory@contoso.example',
      '-c',
      'commit.gpgsign=false',
      ...words,
    ],
    { cwd: at, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  ).trim();

/** Programs that say that they were run, and where they say it. */
export class Traps {
  readonly #marks: string;
  readonly #programs: string;

  constructor(inside: string) {
    [this.#marks, this.#programs] = [
      mkdtempSync(join(inside, 'marks-')),
      mkdtempSync(join(inside, 'programs-')),
    ];
  }

  /** A program of this name. Where git pipes something through it, it passes it on. */
  program(name: string, folder = this.#programs): string {
    const path = join(folder, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, `#!/bin/sh\ntouch '${join(this.#marks, name)}'\ncat\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** The names of those that were run. */
  run = (): string[] => readdirSync(this.#marks);
}

/**
 * A configuration in which every setting that names a program names one, and that leads git astray
 * where it can.
 */
export function hostileConfig(traps: Traps, inside: string): string {
  const hooks = mkdtempSync(join(inside, 'hooks-'));
  for (const hook of [
    'post-index-change',
    'reference-transaction',
    'post-checkout',
    'pre-auto-gc',
    'fsmonitor-watchman',
    'query-watchman',
    'post-rewrite',
    'pre-commit',
  ])
    traps.program(hook, hooks);
  const included = join(mkdtempSync(join(inside, 'included-')), 'config');
  writeFileSync(
    included,
    `[core]\n\tfsmonitor = ${traps.program('included-fsmonitor')}\n[filter ` +
      `"included"]\n\tclean = ${traps.program('included-filter')}\n`,
  );
  const on = (name: string): string => traps.program(name);
  return `[core]
\tfsmonitor = ${on('fsmonitor')}
\thooksPath = ${hooks}
\tpager = ${on('pager')}
\teditor = ${on('editor')}
\tsshCommand = ${on('ssh')}
\taskPass = ${on('askpass')}
\tgitProxy = ${on('proxy')}
\talternateRefsCommand = ${on('alternate-refs')}
[pager]
\tdiff = ${on('pager-diff')}
\tconfig = ${on('pager-config')}
[diff]
\texternal = ${on('external-diff')}
[diff "json"]
\tcommand = ${on('diff-command')}
\ttextconv = ${on('textconv')}
[filter "clean"]
\tclean = ${on('filter-clean')}
\tsmudge = ${on('filter-smudge')}
\trequired = true
[filter "pro.cess"]
\tprocess = ${on('filter-process')}
[interactive]
\tdiffFilter = ${on('diff-filter')}
[log]
\tshowSignature = true
[gpg]
\tprogram = ${on('gpg')}
[credential]
\thelper = !${on('credential')}
[uploadpack]
\tpackObjectsHook = ${on('pack-objects')}
[protocol]
\tallow = always
[protocol "ext"]
\tallow = always
[alias]
\tdiff = !${on('alias-diff')}
\trev-parse = !${on('alias-rev-parse')}
\tcat-file = !${on('alias-cat-file')}
[include]
\tpath = ${included}
`;
}

/** Attributes that send every file through the programs of `hostileConfig`. */
export const hostileAttributes =
  '*.json filter=clean diff=json\n*.md filter=pro.cess\n*.png filter=included\n';

/**
 * Turns a folder into what git takes for a bare repository with the history of the repository
 * around it, so that every question about it can be answered: all of it files that anybody can
 * commit.
 */
export function makeBareRepository(folder: string, around: string, config: string): void {
  const head = git(around, 'rev-parse', 'HEAD');
  mkdirSync(join(folder, 'refs/heads'), { recursive: true });
  mkdirSync(join(folder, 'objects/info'), { recursive: true });
  writeFileSync(join(folder, 'HEAD'), `${head}\n`);
  writeFileSync(join(folder, 'refs/heads/dev'), `${head}\n`);
  writeFileSync(join(folder, 'objects/info/alternates'), `${join(around, '.git/objects')}\n`);
  writeFileSync(
    join(folder, 'config'),
    `${config}[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n`,
  );
  cpSync(join(around, '.git/index'), join(folder, 'index'));
}

/** A program called git on a path in the checkout. */
export function plantGit(traps: Traps, root: string): string {
  const planted = join(root, 'node_modules/.bin');
  if (!existsSync(dirname(planted))) mkdirSync(planted, { recursive: true });
  traps.program('git', planted);
  return planted;
}

/** A named pipe. */
export const makePipe = (path: string): void =>
  void execFileSync('sh', ['-c', 'mkfifo "$0"', path]);
