import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRegularFile } from '../../src/workspace/files.ts';
import {
  change,
  cli,
  commitAll,
  connectorsIn,
  contoso,
  definition,
  folder,
  git,
  run as runCli,
  type Run,
} from '../support/cli.ts';
import { makePipe } from '../support/hostile.ts';

/** Runs `gatehouse`, for a time in which it must have ended. */
const run = (words: readonly string[], cwd?: string): Run => runCli(words, cwd, {}, 30_000);

const rulesOf = (connectors: ReturnType<typeof connectorsIn>, path: string): string[] | undefined =>
  connectors.find((one) => one.path === path)?.findings.map(({ rule }) => rule);

let made = 0;
/** A repository with two connectors: "Contoso Invoices" and another. */
function repository(): { at: string; connector: string; other: string } {
  const at = join(folder, `files ${++made}`);
  const [connector, other] = [
    join(at, 'certified-connectors/Contoso Invoices'),
    join(at, 'certified-connectors/Fabrikam'),
  ];
  for (const one of [connector, other]) cpSync(contoso, one, { recursive: true });
  rmSync(join(other, 'icon.png'));
  change(other, '"title": "Contoso Invoices"', '"title": "Fabrikam"');
  return { at, connector, other };
}

const inPlace: Record<string, (path: string) => void> = {
  'a folder': (path) => mkdirSync(path),
  'a folder with a file': (path) => {
    mkdirSync(path);
    writeFileSync(join(path, 'x'), 'x');
  },
  'a named pipe': makePipe,
  'a link to a file': (path) => symlinkSync('/etc/passwd', path),
  'a link to a device': (path) => symlinkSync('/dev/zero', path),
  'a link to a folder': (path) => symlinkSync('/etc', path),
  'a link to itself': (path) => symlinkSync(path, path),
  'a link to nothing': (path) => symlinkSync('/nowhere', path),
  'a socket': (path) =>
    void execFileSync(
      process.execPath,
      [
        '-e',
        'const s = require("net").createServer(); ' +
          's.listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"));',
        path,
      ],
      { stdio: 'ignore', cwd: join(path, '..') },
    ),
};
const make = (kind: string, path: string): void => {
  rmSync(path, { recursive: true, force: true });
  try {
    inPlace[kind]?.(path);
  } catch (error) {
    if (kind !== 'a socket') throw error; // it was killed, so that its socket stays
  }
};

const names = [definition, 'apiProperties.json', 'readme.md', 'icon.png', 'script.csx'];

describe.each(Object.keys(inPlace))('%s', (kind) => {
  test('in place of every file of a connector is a finding for each, and the others are checked', () => {
    const { at, connector } = repository();
    for (const name of names) make(kind, join(connector, name));
    const result = run(['check', at, '--format', 'json'], at);
    const connectors = connectorsIn(result);
    expect(result.err).toBe('');
    expect(result.out).not.toContain('root:');
    const found = connectors
      .find(({ path }) => path === 'certified-connectors/Contoso Invoices')
      ?.findings.map(({ rule, file }) => `${rule} ${file}`);
    const missing = names
      .slice(0, 4)
      .map(
        (name, index) =>
          `${['DefinitionFileMissing', 'PropertiesFileMissing', 'ReadmeMissing', 'IconMissing'][index]} ${name}`,
      );
    const stray = names.map((name) => `FileNotAllowed ${name}/x`);
    const inFolders: Record<string, string[]> = {
      // Nothing is in them, so the folder has none of its files: one finding names them all.
      'a folder': missing.filter((finding) => /^(?:Definition|Icon)/.test(finding)),
      'a folder with a file': [...missing, ...stray],
    };
    const expected = inFolders[kind] ?? names.map((name) => `LinkNotAllowed ${name}`);
    expect(found?.sort()).toEqual(expected.sort());
    expect(rulesOf(connectors, 'certified-connectors/Fabrikam')).toEqual(['IconMissing']);
    // Where only the other one is asked about, this one is a neighbor.
    expect(
      rulesOf(
        connectorsIn(run(['check', 'certified-connectors/Fabrikam', '--format', 'json'], at)),
        'certified-connectors/Fabrikam',
      ),
    ).toEqual(['IconMissing']);
  });

  test('in place of the settings or the baseline is one line and status 2, also if it was named', () => {
    const { at } = repository();
    mkdirSync(join(at, '.github'));
    for (const [name, words] of [
      ['gatehouse.yml', []],
      ['gatehouse-baseline.json', []],
      ['gatehouse.yml', ['--config', '.github/gatehouse.yml']],
      ['gatehouse-baseline.json', ['--baseline', '.github/gatehouse-baseline.json']],
    ] as const) {
      make(kind, join(at, '.github', name));
      const { status, out, err } = run(['check', ...words], at);
      expect({ status, out }, err).toEqual({ status: 2, out: '' });
      expect(err).toMatch(new RegExp(`^gatehouse: .*${name} could not be read: .*\n$`));
      expect(err).not.toContain('root:');
      rmSync(join(at, '.github', name), { recursive: true });
    }
  });

  test('in place of a definition that diff is to compare is one line and status 2', () => {
    const { connector } = repository();
    const path = join(folder, `compared ${made}.json`);
    make(kind, path);
    for (const pair of [
      [path, join(connector, definition)],
      [join(connector, definition), path],
    ]) {
      const { status, out, err } = run(['diff', ...pair]);
      expect({ status, out }, err).toEqual({ status: 2, out: '' });
      expect(err.trim().split('\n')).toHaveLength(1);
    }
  });
});

const notFolders = Object.keys(inPlace).filter((kind) => !kind.startsWith('a folder'));

describe.each(notFolders)('%s', (kind) => {
  test('in place of a connector’s folder is a finding, and the others are checked', () => {
    const { at } = repository();
    commitAll(at);
    git(at, 'checkout', '-b', 'update');
    make(kind, join(at, 'certified-connectors/Evil'));
    const connectors = connectorsIn(run(['check', '--format', 'json'], at));
    expect(rulesOf(connectors, 'certified-connectors/Evil')).toEqual(['ConnectorFolderInvalid']);
    expect(connectors).toHaveLength(3);
    const { status, err } = run(['check', 'certified-connectors/Evil'], at);
    expect({ status, err }).toEqual({
      status: 2,
      err: expect.stringMatching(
        /^gatehouse: certified-connectors\/Evil is (?:a symbolic link, )?not a folder.*\n$/,
      ),
    });
  });
});

/** Git lists no pipes and no sockets. */
const listedByGit = notFolders.filter((kind) => kind.startsWith('a link'));

describe.each(listedByGit)('%s', (kind) => {
  test('in place of a connector’s folder or of a class folder is a finding, also where only changes are checked', () => {
    const { at } = repository();
    commitAll(at);
    git(at, 'checkout', '-b', 'update');
    make(kind, join(at, 'certified-connectors/Evil'));
    expect(
      rulesOf(
        connectorsIn(run(['check', '--base', 'dev', '--format', 'json'], at)),
        'certified-connectors/Evil',
      ),
    ).toEqual(['ConnectorFolderInvalid']);

    make(kind, join(at, 'custom-connectors'));
    for (const words of [[], ['--base', 'dev']])
      expect(
        rulesOf(
          connectorsIn(run(['check', ...words, '--format', 'json'], at)),
          'custom-connectors',
        ),
        words.join(' '),
      ).toEqual(['ConnectorFolderInvalid']);
  });
});

describe('in the place of a connector', () => {
  test('a submodule is a finding, fetched or not, also inside of one', () => {
    const { at, connector } = repository();
    const evil = repository();
    commitAll(evil.at);
    commitAll(at);
    git(at, 'checkout', '-b', 'update');
    git(
      at,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      'add',
      evil.at,
      'certified-connectors/Evil',
    );
    git(
      at,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      'add',
      evil.at,
      'certified-connectors/Contoso Invoices/deep',
    );
    git(at, 'commit', '-m', 'Submodules');
    const evilIn = (words: string[]) => {
      const connectors = connectorsIn(run(['check', ...words, '--format', 'json'], at));
      return [
        rulesOf(connectors, 'certified-connectors/Evil'),
        rulesOf(connectors, 'certified-connectors/Contoso Invoices'),
      ];
    };
    for (const words of [[], ['--base', 'dev']])
      expect(evilIn(words), words.join(' ')).toEqual([
        ['ConnectorFolderInvalid'],
        ['LinkNotAllowed'],
      ]);
    git(at, 'submodule', 'deinit', '--all', '--force');
    expect(readdirSync(join(connector, 'deep'))).toEqual([]);
    expect(evilIn(['--base', 'dev'])).toEqual([['ConnectorFolderInvalid'], ['LinkNotAllowed']]);
    expect(evilIn([])[0]).toEqual(['ConnectorFolderInvalid']);
  });

  test('a file is a finding of the change that brings it, and of no other', () => {
    const { at } = repository();
    writeFileSync(join(at, 'certified-connectors/notes.txt'), 'Old.\n');
    commitAll(at);
    git(at, 'checkout', '-b', 'update');
    writeFileSync(join(at, 'certified-connectors/Evil'), 'New.\n');
    const connectors = connectorsIn(run(['check', '--base', 'dev', '--format', 'json'], at));
    expect(
      connectors.map(({ path, findings }) => [path, findings.map(({ rule }) => rule)]),
    ).toEqual([['certified-connectors/Evil', ['ConnectorFolderInvalid']]]);
    expect(connectorsIn(run(['check', '--format', 'json'], at)).map(({ path }) => path)).toEqual([
      'certified-connectors/Contoso Invoices',
      'certified-connectors/Fabrikam',
    ]);
  });

  test('a link that takes the place of a folder is a finding', () => {
    const { at, connector } = repository();
    commitAll(at);
    git(at, 'checkout', '-b', 'update');
    renameSync(connector, join(folder, `moved away ${made}`));
    symlinkSync(join(folder, `moved away ${made}`), connector);
    expect(
      rulesOf(
        connectorsIn(run(['check', '--base', 'dev', '--format', 'json'], at)),
        'certified-connectors/Contoso Invoices',
      ),
    ).toEqual(['ConnectorFolderInvalid']);
  });

  test('a path through a link of the checkout leads nowhere', () => {
    const { at } = repository();
    commitAll(at);
    renameSync(join(at, 'certified-connectors'), join(folder, `elsewhere ${made}`));
    symlinkSync(join(folder, `elsewhere ${made}`), join(at, 'certified-connectors'));
    for (const words of [
      ['check', 'certified-connectors/Fabrikam'],
      ['check', '--base', 'dev', 'certified-connectors/Fabrikam'],
      ['diff', 'certified-connectors/Fabrikam', 'certified-connectors/Fabrikam'],
    ]) {
      const { status, out, err } = run(words, at);
      expect({ status, out, err }).toEqual({
        status: 2,
        out: '',
        err: expect.stringMatching(
          /certified-connectors,? (?:which )?is a symbolic link, and links of a checkout are not followed\./,
        ),
      });
    }
  });
});

describe('a name that is not UTF-8', () => {
  const bytes = (...parts: (string | number[])[]): Buffer =>
    Buffer.concat(
      parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))),
    );

  test('of a file, a folder or a connector is a finding, on disk and in git, and the others are checked', () => {
    const { at, connector } = repository();
    commitAll(at);
    git(at, 'checkout', '-b', 'update');
    for (const name of [
      bytes('caf', [0xe9], '.md'),
      bytes([0xff, 0xfe]),
      bytes('icon', [0xff], '.png'),
    ])
      writeFileSync(bytes(`${connector}/`, [...name]), 'x');
    mkdirSync(bytes(`${connector}/`, [0xc3, 0x28]));
    writeFileSync(bytes(`${connector}/`, [0xc3, 0x28], '/x'), 'x');
    const evil = bytes(`${at}/certified-connectors/Evil`, [0xe9]);
    mkdirSync(evil);
    writeFileSync(bytes([...evil], `/${definition}`), '{}');
    git(at, 'add', '-A');
    git(at, 'commit', '-m', 'Names');
    for (const { words, others } of [
      { words: [], others: ['IconMissing'] },
      { words: ['--base', 'dev'], others: undefined },
    ]) {
      const result = run(['check', ...words, '--format', 'json'], at);
      expect(result.err).toBe('');
      const connectors = connectorsIn(result);
      expect(rulesOf(connectors, 'certified-connectors/Evil\ufffd'), words.join(' ')).toEqual([
        'ConnectorFolderInvalid',
      ]);
      expect(
        rulesOf(connectors, 'certified-connectors/Contoso Invoices')?.filter(
          (rule) => rule === 'FileNameNotUtf8',
        ),
      ).toHaveLength(4);
      expect(rulesOf(connectors, 'certified-connectors/Fabrikam')).toEqual(others);
    }
    // What is at the base is marked as what was there.
    change(connector, 'newest first.', 'oldest first.');
    expect(run(['check', '--base', 'update'], at).status).toBe(0);
  });
});

describe('at the base', () => {
  test.each([
    [
      'a link',
      (at: string) => symlinkSync('../README.md', join(at, '.github/gatehouse.yml')),
      '.github/gatehouse.yml is a symbolic link',
    ],
    [
      'a folder',
      (at: string) => {
        mkdirSync(join(at, '.github/gatehouse.yml'));
        writeFileSync(join(at, '.github/gatehouse.yml/x'), 'x');
      },
      '.github/gatehouse.yml is a folder',
    ],
    [
      'a link in place of its folder',
      (at: string) => {
        rmSync(join(at, '.github'), { recursive: true });
        symlinkSync('policies', join(at, '.github'));
      },
      '.github is a symbolic link',
    ],
    [
      'a submodule',
      (at: string) => {
        git(at, 'init');
        git(
          at,
          'update-index',
          '--add',
          '--cacheinfo',
          `160000,${'1'.repeat(40)},.github/gatehouse.yml`,
        );
      },
      '.github/gatehouse.yml is a git submodule',
    ],
    [
      'a file that is too large',
      (at: string) =>
        writeFileSync(join(at, '.github/gatehouse.yml'), `# ${'x'.repeat(300_000)}\n`),
      '.github/gatehouse.yml has 300,003 bytes',
    ],
  ])('%s in place of the settings is no repository without settings', (kind, put, says) => {
    const { at } = repository();
    mkdirSync(join(at, '.github'));
    writeFileSync(join(at, 'README.md'), 'rules: {}\n');
    put(at);
    git(at, 'init');
    git(at, 'add', ...(kind === 'a submodule' ? ['certified-connectors'] : ['-A']));
    git(at, 'commit', '-m', 'Start');
    const { status, out, err } = run(['check', '--base', 'HEAD'], at);
    expect({ status, out }, err).toEqual({ status: 2, out: '' });
    expect(err).toContain(says);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('a link in place of the baseline is no repository without a baseline', () => {
    const { at } = repository();
    mkdirSync(join(at, '.github'));
    symlinkSync('/etc/passwd', join(at, '.github/gatehouse-baseline.json'));
    commitAll(at);
    const { status, err } = run(['check', '--base', 'dev'], at);
    expect({ status, err }).toEqual({
      status: 2,
      err: expect.stringContaining('.github/gatehouse-baseline.json is a symbolic link'),
    });
  });
});

describe('what is written', () => {
  test('goes through no link of the checkout', () => {
    const { at, connector } = repository();
    git(at, 'init');
    const victim = join(folder, `victim ${made}`);
    writeFileSync(victim, 'mine');
    symlinkSync(victim, join(at, 'report.json'));
    symlinkSync(folder, join(at, 'out'));
    for (const output of ['report.json', `out/victim ${made}`]) {
      const { status, err } = run(['check', '--format', 'json', '--output', output], at);
      expect({ status, err }).toEqual({
        status: 2,
        err: expect.stringMatching(/could not be written: .* is a symbolic link/),
      });
    }
    makePipe(join(at, 'pipe.json'));
    expect(run(['check', '--output', 'pipe.json'], at)).toMatchObject({
      status: 2,
      err: expect.stringContaining('named pipe'),
    });
    symlinkSync(folder, join(at, '.github'));
    expect(run(['impact', '--write-baseline'], at)).toMatchObject({
      status: 2,
      err: expect.stringContaining('.github is a symbolic link'),
    });
    change(connector, '"summary": "List invoices"', '"summary": "List invoices."');
    expect(run(['check', connector, '--fix'], at).status).toBe(0);
    expect(readFileSync(victim, 'utf8')).toBe('mine');
    expect(existsSync(join(folder, 'gatehouse-baseline.json'))).toBe(false);
    expect(readdirSync(connector).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('goes to /dev/stdout all the same', () => {
    const { at } = repository();
    const piped = execFileSync(
      'sh',
      [
        '-c',
        '"$0" "$@" | cat',
        process.execPath,
        cli,
        'check',
        at,
        '--format',
        'json',
        '--output',
        '/dev/stdout',
      ],
      { encoding: 'utf8' },
    );
    expect(connectorsIn({ status: 0, out: piped, err: '' })).toHaveLength(2);
  });
});

test('a file is read to its end, within the limit, and as nothing else beyond it', () => {
  const path = join(folder, 'bytes');
  const tried = { within: 0, beyond: 0 };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(3000), (bytes, maxBytes) => {
      writeFileSync(path, bytes);
      const isWithin = bytes.length <= maxBytes;
      tried[isWithin ? 'within' : 'beyond'] += 1;
      const read = readRegularFile(path, { maxBytes });
      const hex = 'bytes' in read ? read.bytes.toString('hex') : undefined;
      expect({
        hex,
        size: read.size,
        obstacle: 'obstacle' in read ? read.obstacle : undefined,
      }).toEqual({
        hex: isWithin ? Buffer.from(bytes).toString('hex') : undefined,
        size: bytes.length,
        obstacle: isWithin ? undefined : 'large',
      });
    }),
    { numRuns: 100 },
  );
  expect(tried.within).toBeGreaterThan(0);
  expect(tried.beyond).toBeGreaterThan(0);
});
