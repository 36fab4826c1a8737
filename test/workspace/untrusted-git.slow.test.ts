import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  change,
  commitAll,
  connectorsIn,
  contoso,
  definition,
  folder,
  git,
  run,
  type Run,
} from '../support/cli.ts';
import {
  hostileAttributes,
  hostileConfig,
  makeBareRepository,
  plantGit,
  Traps,
} from '../support/hostile.ts';

const contosoFolder = 'certified-connectors/Contoso Invoices';

const rulesIn = (one: Run): string[] =>
  connectorsIn(one).flatMap(({ findings }) => findings.map(({ rule }) => rule));

/** A repository with a connector, and a branch on which its id is broken. */
function repository(name: string): { at: string; connector: string } {
  const at = join(folder, name);
  const connector = join(at, contosoFolder);
  mkdirSync(connector, { recursive: true });
  cpSync(contoso, connector, { recursive: true });
  commitAll(at);
  git(at, 'checkout', '-b', 'update');
  change(connector, '"operationId": "GetInvoice"', '"operationId": "ListInvoices"');
  git(at, 'commit', '-am', 'Break an id');
  return { at, connector };
}

describe('git in an untrusted checkout runs nothing', () => {
  test.each([
    [
      'named from the root',
      (evil: string, at: string): [string[], string] => [
        ['check', '--base', 'dev', evil, '--format', 'json'],
        at,
      ],
    ],
    [
      'as the current folder',
      (evil: string): [string[], string] => [
        ['check', '--base', 'dev', '.', '--format', 'json'],
        evil,
      ],
    ],
    [
      'with a folder in it as the current one',
      (evil: string): [string[], string] => [
        ['check', '--base', 'dev', '..', '--format', 'json'],
        join(evil, 'objects'),
      ],
    ],
  ])('of a connector folder that is also a bare repository, %s', (name, words) => {
    const { at } = repository(`bare ${name}`);
    const traps = new Traps(folder);
    const evil = join(at, 'certified-connectors/Evil');
    cpSync(contoso, evil, { recursive: true });
    makeBareRepository(evil, at, hostileConfig(traps, folder));
    writeFileSync(join(evil, '.gitattributes'), hostileAttributes);
    const result = run(...words(evil, at));
    expect(traps.run(), result.err).toEqual([]);
    // It is checked as what it is: a folder of the repository around it, with files that do not
    // belong into one.
    expect(connectorsIn(result).map(({ path }) => path)).toEqual(['certified-connectors/Evil']);
    expect(rulesIn(result)).toContain('FileNotAllowed');
  });

  test('whatever the configuration, the attributes and the hooks of the checkout say', () => {
    const { at, connector } = repository('own configuration');
    const expected = connectorsIn(run(['check', '--base', 'dev', '--format', 'json'], at));
    const traps = new Traps(folder);
    appendFileSync(
      join(at, '.git/config'),
      `${hostileConfig(traps, folder)}[core]\n\tworktree = ${folder}\n`,
    );
    writeFileSync(join(at, '.git/info/attributes'), hostileAttributes);
    for (const file of [definition, 'apiProperties.json', 'readme.md', 'icon.png'])
      utimesSync(join(connector, file), new Date(0), new Date(0)); // git has to look into them
    const result = run(['check', '--base', 'dev', '--format', 'json'], at);
    expect(traps.run(), result.err).toEqual([]);
    expect(connectorsIn(result)).toEqual(expected);
    expect(rulesIn(result)).toContain('OperationDeleted');
  });

  test('whatever the environment says', () => {
    const { at } = repository('environment');
    const other = repository('environment of another');
    const expected = connectorsIn(run(['check', '--base', 'dev', '--format', 'json'], at));
    const traps = new Traps(folder);
    const config = join(folder, 'global config');
    writeFileSync(config, hostileConfig(traps, folder));
    const program = traps.program('from-environment');
    const execs = join(folder, 'exec path');
    for (const name of ['git', 'git-diff', 'git-rev-parse', 'git-cat-file', 'git-remote-ext'])
      traps.program(name, execs);
    const result = run(['check', '--base', 'dev', '--format', 'json'], at, {
      GIT_DIR: join(other.at, '.git'),
      GIT_WORK_TREE: other.at,
      GIT_INDEX_FILE: join(other.at, '.git/index'),
      GIT_OBJECT_DIRECTORY: join(other.at, '.git/objects'),
      GIT_COMMON_DIR: join(other.at, '.git'),
      GIT_NAMESPACE: 'other',
      GIT_CONFIG_GLOBAL: config,
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'core.fsmonitor',
      GIT_CONFIG_VALUE_0: program,
      GIT_CONFIG_KEY_1: 'diff.external',
      GIT_CONFIG_VALUE_1: program,
      GIT_CONFIG_PARAMETERS: `'core.fsmonitor=${program}'`,
      GIT_EXTERNAL_DIFF: program,
      GIT_PAGER: program,
      PAGER: program,
      GIT_SSH: program,
      GIT_SSH_COMMAND: program,
      GIT_ASKPASS: program,
      SSH_ASKPASS: program,
      GIT_EDITOR: program,
      GIT_PROXY_COMMAND: program,
      GIT_EXEC_PATH: execs,
      GIT_ATTR_SOURCE: 'HEAD',
      GIT_GRAFT_FILE: join(folder, 'grafts'),
      GIT_SHALLOW_FILE: join(folder, 'shallow'),
      GIT_REPLACE_REF_BASE: 'refs/heads/',
      GIT_CEILING_DIRECTORIES: at,
      GIT_DEFAULT_HASH: 'sha256',
      GIT_LITERAL_PATHSPECS: '0',
    });
    expect(traps.run(), result.err).toEqual([]);
    expect(connectorsIn(result)).toEqual(expected);
  });

  test('also none that the checkout has in the place of git', () => {
    const { at } = repository('planted git');
    const traps = new Traps(folder);
    const planted = plantGit(traps, at);
    traps.program('git', at);
    const result = run(['check', '--base', 'dev', '--format', 'json'], at, {
      PATH: ['', '.', 'node_modules/.bin', planted, process.env.PATH ?? ''].join(delimiter),
    });
    expect(traps.run(), result.err).toEqual([]);
    expect(rulesIn(result)).toContain('OperationDeleted');
  });

  test('and nothing is fetched from where a partial clone says that the rest is', () => {
    const { at } = repository('full');
    git(at, 'config', 'uploadpack.allowFilter', 'true');
    const clone = join(folder, 'partial');
    git(folder, 'clone', '--filter=blob:none', '--branch', 'update', `file://${at}`, clone);
    git(clone, 'branch', 'dev', 'origin/dev');
    const traps = new Traps(folder);
    for (const [name, value] of [
      ['remote.origin.uploadpack', traps.program('uploadpack')],
      ['remote.origin.url', `ext::${traps.program('ext')} %S`],
      ['protocol.ext.allow', 'always'],
    ])
      git(clone, 'config', name ?? '', value ?? '');
    for (const url of [`ext::${traps.program('ext')} %S`, at, `ssh://contoso.example/${at}`]) {
      git(clone, 'config', 'remote.origin.url', url);
      const { status, out, err } = run(['check', '--base', 'dev'], clone);
      expect(traps.run()).toEqual([]);
      expect({ status, out, err }).toEqual({
        status: 2,
        out: '',
        err:
          'gatehouse: The clone lacks file contents of the base, and Gatehouse does not fetch. ' +
          'Fetch them: git fetch --refetch --no-filter origin\n',
      });
    }
    git(clone, 'config', 'remote.origin.url', `file://${at}`);
    git(clone, 'config', '--unset', 'remote.origin.uploadpack');
    git(clone, 'fetch', '--refetch', '--no-filter', 'origin'); // what it says is what helps
    expect(rulesIn(run(['check', '--base', 'dev', '--format', 'json'], clone))).toContain(
      'OperationDeleted',
    );
  });

  test('and no replaced object stands for what was committed', () => {
    const { at } = repository('replaced');
    const expected = connectorsIn(run(['check', '--base', 'dev', '--format', 'json'], at));
    git(at, 'replace', 'dev', 'update');
    expect(connectorsIn(run(['check', '--base', 'dev', '--format', 'json'], at))).toEqual(expected);
  });
});

describe('the checkout is found', () => {
  test('in a linked worktree, in a submodule, and through a link to it', () => {
    const { at } = repository('of a worktree');
    const [linked, super_] = [join(folder, 'linked worktree'), join(folder, 'superproject')];
    git(at, 'worktree', 'add', '--detach', linked, 'update');
    mkdirSync(super_);
    git(super_, 'init');
    git(
      super_,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      'add',
      '--branch',
      'update',
      at,
      'connectors',
    );
    git(join(super_, 'connectors'), 'branch', 'dev', 'origin/dev');
    const through = join(folder, 'link to a checkout');
    symlinkSync(at, through);
    for (const place of [linked, join(super_, 'connectors'), through]) {
      const named = run(
        ['check', '--base', 'dev', '--format', 'json', join(place, contosoFolder)],
        folder,
      );
      expect(rulesIn(named), place).toContain('OperationDeleted');
      expect(rulesIn(run(['check', '--base', 'dev', '--format', 'json'], place)), place).toContain(
        'OperationDeleted',
      );
    }
  });

  test('and what makes itself one in the place of a connector is refused, whatever made it', () => {
    const { at } = repository('nested');
    const traps = new Traps(folder);
    const evil = join(at, 'certified-connectors/Evil');
    cpSync(contoso, evil, { recursive: true });
    const inside = join(evil, 'x');
    makeBareRepository(inside, at, hostileConfig(traps, folder));
    writeFileSync(join(evil, '.git'), 'gitdir: x\n');
    const { status, out, err } = run(['check', '--base', 'dev', evil], at);
    expect({ status, out, err, run: traps.run() }).toEqual({
      status: 2,
      out: '',
      err: expect.stringMatching(
        /^gatehouse: .*Evil is a separate git repository inside .*, in the place of a connector\. .*\n$/,
      ),
      run: [],
    });
    const whole = run(['check', '--base', 'dev', '--format', 'json'], at);
    expect(
      connectorsIn(whole)
        .find(({ path }) => path.endsWith('Evil'))
        ?.findings.map(({ rule }) => rule),
    ).toEqual(['ConnectorFolderInvalid']);
    expect(traps.run()).toEqual([]);
  });

  test('and a `.git` that is no repository is none', () => {
    const { at } = repository('no repository');
    const evil = join(at, 'certified-connectors/Evil');
    cpSync(contoso, evil, { recursive: true });
    const traps = new Traps(folder);
    makeBareRepository(evil, at, hostileConfig(traps, folder));
    mkdirSync(join(evil, '.git'));
    expect(rulesIn(run(['check', '--base', 'dev', '--format', 'json', evil], at))).toEqual([
      'ConnectorFolderInvalid',
    ]);
    rmSync(join(evil, '.git'), { recursive: true });
    writeFileSync(join(evil, '.git'), 'gitdir: nowhere\n');
    expect(rulesIn(run(['check', '--base', 'dev', '--format', 'json', evil], at))).toEqual([
      'ConnectorFolderInvalid',
    ]);
    expect(traps.run()).toEqual([]);
  });

  test('a git that refuses is one line and status 2', () => {
    const { at } = repository('refused');
    appendFileSync(join(at, '.git/config'), '[core\n');
    const { status, out, err } = run(['check', '--base', 'dev'], at);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(/^gatehouse: git cannot work in .*bad config line.*\n$/);
  });
});

test('programs are started in one place', () => {
  const src = join(import.meta.dirname, '../../src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      file.endsWith('.ts') && readFileSync(join(src, file), 'utf8').includes('node:child_process'),
  );
  // The App's own program, in processes that have limits.
  expect(files.sort()).toEqual(['app/review-processes.ts', 'workspace/git-command.ts']);
});
