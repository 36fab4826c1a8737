import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { flowZip, packageBytes, type PackageCase } from '../../fixtures/packages.ts';
import {
  change,
  cli,
  commitAll,
  connectorsIn,
  contoso,
  definition,
  folder,
  git,
  run,
  withoutPackage,
  type Run,
} from '../support/cli.ts';
import { corpus } from '../support/corpus.ts';

const findings = (report: Run) => connectorsIn(report).flatMap((connector) => connector.findings);

/** A new folder of a repository with the connector "Contoso Invoices" in it. */
const repository = (name: string): { at: string; connector: string } => {
  const at = join(folder, name);
  const connector = join(at, 'certified-connectors', 'Contoso Invoices');
  mkdirSync(connector, { recursive: true });
  cpSync(contoso, connector, { recursive: true });
  return { at, connector };
};

describe('gatehouse init', () => {
  test.each([
    [
      'certified-connectors',
      'certified',
      [definition, 'apiProperties.json', 'icon.png', 'readme.md'],
    ],
    [
      'independent-publisher-connectors',
      'independent-publisher',
      [definition, 'apiProperties.json', 'readme.md'],
    ],
    ['custom-connectors', 'custom', [definition, 'apiProperties.json', 'readme.md']],
  ])(
    'in %s writes a connector in which nothing is to be mended',
    (parent, connectorClass, files) => {
      const at = join(folder, `begun as ${connectorClass}`, parent, 'Fabrikam Orders');
      const { status, out, err } = run(['init', at, '--format', 'json']);
      expect({ status, connectors: JSON.parse(out).connectors }).toEqual({
        status: 0,
        connectors: [{ path: `${parent}/Fabrikam Orders`, class: connectorClass, findings: [] }],
      });
      expect(readdirSync(at).sort()).toEqual(files);
      for (const file of files) expect(err).toContain(file);
    },
  );

  test('takes any name, and says what is wrong with it', () => {
    const { status, out } = run([
      'init',
      join(folder, 'begun', 'certified-connectors', 'Orders "2" of \\ Fabrikam `API`'),
      '--format',
      'json',
    ]);
    expect({
      status,
      rules: [...new Set(findings({ status, out, err: '' }).map(({ rule }) => rule))],
    }).toEqual({ status: 1, rules: expect.arrayContaining(['ValueContainsRestrictedWords']) });
  });

  test('writes over nothing', () => {
    const { connector } = repository('not begun');
    const before = readFileSync(join(connector, definition), 'utf8');
    const { status, err } = run(['init', connector]);
    expect({ status, err }).toEqual({
      status: 2,
      err: expect.stringMatching(
        /^gatehouse: .* is not empty: it contains apiDefinition\.swagger\.json\. Give the name of a new folder\.\n$/,
      ),
    });
    expect(readFileSync(join(connector, definition), 'utf8')).toBe(before);
  });
});

describe('gatehouse check', () => {
  test('of a good connector says so and ends with 0', () => {
    const { status, out, err } = run(['check', contoso]);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain('Contoso Invoices');
  });

  test('of a connector with an error shows it at its line and ends with 1', () => {
    const { at, connector } = repository('one error');
    change(connector, '"operationId": "GetInvoice"', '"operationId": "ListInvoices"');
    const { status, out } = run(['check', at]);
    expect(status).toBe(1);
    expect(out).toContain(`${definition}:68:24  error  OperationIdNotUnique`);
  });

  test('gives JSON as it was agreed', () => {
    const { at, connector } = repository('json');
    change(connector, '"operationId": "GetInvoice",', '');
    const result = JSON.parse(run(['check', at, '--format', 'json']).out);
    expect(result).toMatchObject({
      tool: { name: 'gatehouse' },
      connectors: [
        {
          path: 'certified-connectors/Contoso Invoices',
          class: 'certified',
          findings: [
            {
              rule: 'OperationIdRequired',
              severity: 'error',
              file: definition,
              line: 67,
              column: 7,
              pointer: '/paths/~1invoices~1{id}/get',
              subject: 'operation/GET /invoices/{id}',
              existing: false,
              fixable: false,
            },
          ],
        },
      ],
      summary: { connectors: 1, errors: 1, warnings: 0, notes: 0 },
    });
    expect(result.connectors[0].findings[0].fingerprint).toMatch(/^[0-9a-f]{20}$/);
  });

  test.each(['json', 'markdown', 'sarif', 'github', 'junit', 'pretty'])(
    'writes %s into a file where it is asked to',
    (format) => {
      const output = join(folder, `report.${format}`);
      const { status, out } = run(['check', contoso, '--format', format, '--output', output]);
      expect({ status, out }).toEqual({ status: 0, out: '' });
      expect(readFileSync(output, 'utf8')).not.toBe('');
    },
  );

  test('a file that is no JSON is a finding at its line', () => {
    const { at, connector } = repository('no json');
    change(connector, '"basePath": "/v1",', '"basePath": /v1,');
    const result = run(['check', at, '--format', 'json']);
    expect(result.status).toBe(1);
    expect(findings(result)[0]).toMatchObject({ rule: 'JsonSyntaxError', line: 14, column: 15 });
  });

  test('a connector folder without a definition is a finding', () => {
    const { at, connector } = repository('no definition');
    rmSync(join(connector, definition));
    const result = run(['check', at, '--format', 'json']);
    expect(result.status).toBe(1);
    expect(findings(result).map(({ rule }) => rule)).toContain('DefinitionFileMissing');
  });

  test('the class of a folder outside the usual layout can be given', () => {
    const at = join(folder, 'My connector');
    cpSync(contoso, at, { recursive: true });
    expect(
      run(['check', at, '--class', 'independent-publisher', '--format', 'json']).out,
    ).toContain('IconBrandColorNotIndependent');
    const { err } = run(['check', at]);
    expect(err).toContain('--class');
  });

  test('a symbolic link is refused and not followed', () => {
    const { at, connector } = repository('link');
    rmSync(join(connector, 'readme.md'));
    symlinkSync('/etc/hostname', join(connector, 'readme.md'));
    const result = run(['check', at, '--format', 'json']);
    expect(findings(result).map(({ rule }) => rule)).toContain('LinkNotAllowed');
  });

  test('settings of the repository change what a rule means', () => {
    const { at, connector } = repository('settings');
    change(connector, '"operationId": "GetInvoice",', '');
    mkdirSync(join(at, '.github'));
    writeFileSync(join(at, '.github/gatehouse.yml'), 'rules:\n  OperationIdRequired: note\n');
    const result = run(['check', at, '--format', 'json']);
    expect(result.status).toBe(0);
    expect(findings(result)).toMatchObject([{ rule: 'OperationIdRequired', severity: 'note' }]);
  });

  test('a misspelled word is an error that --fix mends, in a label and in the readme, unless the settings of the repository list it', () => {
    const { at, connector } = repository('spelling');
    change(connector, 'List invoices', 'List recieved invoices');
    change(connector, 'Create, read', 'Creat, read', 'readme.md');
    const result = run(['check', at, '--format', 'json']);
    expect(result.status).toBe(1);
    expect(findings(result)).toMatchObject([
      { rule: 'LabelMisspelled', severity: 'error' },
      { rule: 'TextMisspelled', severity: 'warning', file: 'readme.md', line: 3, column: 1 },
    ]);

    mkdirSync(join(at, '.github'));
    writeFileSync(join(at, '.github/gatehouse.yml'), 'words: [Recieved, creat]\n');
    expect(findings(run(['check', at, '--format', 'json']))).toEqual([]);

    rmSync(join(at, '.github'), { recursive: true });
    expect(run(['check', at, '--fix']).status).toBe(0);
    expect(readFileSync(join(connector, definition), 'utf8')).toContain('"List received invoices"');
    expect(readFileSync(join(connector, 'readme.md'), 'utf8')).toContain(
      '\nCreate, read and follow',
    );
  });
});

describe('what keeps the command from running is one line and status 2', () => {
  test.each([
    ['no command', [], 'No command given'],
    ['an unknown command', ['chek'], 'Unknown command "chek". Did you mean "check"?'],
    [
      'an unknown option',
      ['check', '--fromat', 'json'],
      'Unknown option "--fromat". Did you mean "--format"?',
    ],
    ['an unknown format', ['check', '--format', 'xml'], '--format xml'],
    ['an unknown class', ['check', '--class', 'gold'], '--class gold'],
    ['a number of jobs that is none', ['check', '--jobs', 'many'], '--jobs'],
    ['a folder that does not exist', ['check', 'nowhere'], 'nowhere does not exist'],
    ['a file in place of a folder', ['check', cli], 'is not a folder'],
    ['a folder without connectors', ['check', tmpdir()], 'There is no connector in'],
    [
      'settings that do not exist',
      ['check', contoso, '--config', 'nowhere.yml'],
      'nowhere.yml could not be read',
    ],
    [
      'a report that cannot be written',
      ['check', contoso, '--output', 'nowhere/report.json'],
      'nowhere/report.json could not be written',
    ],
    ['a rule that does not exist', ['explain', 'OperationIdMissing'], 'Did you mean'],
    ['a base outside of git', ['check', contoso, '--base'], '--base'],
  ])('%s', (name, args, message) => {
    const cwd = join(folder, 'empty');
    mkdirSync(cwd, { recursive: true });
    const given = name === 'a folder without connectors' ? ['check', cwd] : args;
    const { status, out, err } = run(given, cwd);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('wrong settings, with their line', () => {
    const { at } = repository('wrong settings');
    mkdirSync(join(at, '.github'));
    writeFileSync(join(at, '.github/gatehouse.yml'), 'rules:\n  OperationIdRequired: fatal\n');
    const { status, err } = run(['check', at]);
    expect(status).toBe(2);
    expect(err).toMatch(/^gatehouse: .*gatehouse\.yml:2:\d+: .*fatal.*\n$/);
  });
});

describe('gatehouse check --fix', () => {
  test('writes what can be fixed, and a second time nothing', () => {
    const { at, connector } = repository('fix');
    change(connector, '"x-ms-url-encoding": "single",', '');
    change(connector, '"basePath": "/v1",', '"basePath": "/v1",,');
    change(connector, '"summary": "Get an invoice"', '"summary": "Get an invoice."');
    const { status, out } = run(['check', at, '--fix']);
    expect(status).toBe(0);
    expect(out).toContain(
      'Fixed 3 places in fix/certified-connectors/Contoso Invoices/apiDefinition.swagger.json: 1 ×',
    );
    const fixed = readFileSync(join(connector, definition), 'utf8');
    expect(findings(run(['check', at, '--format', 'json']))).toEqual([]);
    expect(fixed).toContain('"x-ms-url-encoding": "single"');
    expect(run(['check', at, '--fix']).out).toContain('Nothing was fixed.\n');
    expect(readFileSync(join(connector, definition), 'utf8')).toBe(fixed);
  });

  test('with --base leaves what was there before, unless it is told to fix all', () => {
    const { at, connector } = repository('fix of the new');
    const summaries = (): string[] =>
      readFileSync(join(connector, definition), 'utf8').match(/"summary": ".*"/g) ?? [];
    change(connector, '"summary": "Get an invoice"', '"summary": "Get an invoice."');
    commitAll(at);
    change(connector, '"summary": "Create an invoice"', '"summary": "Create an invoice."');
    const { out } = run(['check', '.', '--base', 'HEAD', '--fix'], at);
    expect(out).toContain('Fixed 1 place in certified-connectors/Contoso Invoices/');
    expect(out).toContain('1 finding existed before and is not shown');
    expect(summaries()).toContain('"summary": "Get an invoice."');
    expect(summaries()).toContain('"summary": "Create an invoice"');
    change(connector, '"summary": "List invoices"', '"summary": "List all invoices"');
    run(['check', '.', '--base', 'HEAD', '--fix=all'], at);
    expect(summaries()).toContain('"summary": "Get an invoice"');
  });

  test('of a rule fixes nothing else', () => {
    const { at, connector } = repository('fix of a rule');
    change(connector, '"x-ms-url-encoding": "single",', '');
    change(connector, '"summary": "Get an invoice"', '"summary": "Get an invoice."');
    const ending = 'SummaryMustNotEndWithPunctuation';
    const report = run(['check', at, '--fix', '--format', 'json', '--rule', ending]);
    expect(findings(report)).toEqual([]);
    expect(report.err).toMatch(/^Fixed 1 place in .*: 1 × SummaryMustNotEndWithPunctuation\n$/);
    expect(findings(run(['check', at, '--format', 'json'])).map(({ rule }) => rule)).toEqual([
      'PathParameterMissingEncoding',
    ]);
  });

  test('as a patch writes nothing, and git applies it', () => {
    const { at, connector } = repository('patch');
    change(connector, '"summary": "Get an invoice"', '"summary": "Get an invoice."');
    commitAll(at);
    const before = readFileSync(join(connector, definition), 'utf8');
    const { out, err, status } = run(['check', '.', '--diff'], at);
    expect({ status, err }).toEqual({
      status: 0,
      err: expect.stringMatching(/^Would fix 1 place in certified-connectors/),
    });
    expect(readFileSync(join(connector, definition), 'utf8')).toBe(before);
    writeFileSync(join(at, 'fix.patch'), out);
    git(at, 'apply', 'fix.patch');
    expect(readFileSync(join(connector, definition), 'utf8')).toContain(
      '"summary": "Get an invoice",',
    );
  });
});

describe('gatehouse check shows', () => {
  const at = (): { at: string; connector: string } => {
    const made = repository(`shown ${readdirSync(folder).length}`);
    change(made.connector, '"operationId": "GetInvoice",', '');
    change(made.connector, '"summary": "List invoices"', '"summary": "List invoices."');
    return made;
  };

  test('only errors if it is told to be quiet', () => {
    const { at: root } = at();
    const rulesOf = (report: Run) => findings(report).map(({ rule }) => rule);
    expect(rulesOf(run(['check', '.', '--format', 'json'], root))).toHaveLength(2);
    expect(rulesOf(run(['check', '.', '--format', 'json', '--quiet'], root))).toEqual([
      'OperationIdRequired',
    ]);
  });

  test('paths that lead from the working directory', () => {
    const { at: root, connector } = at();
    const place = (cwd: string, path: string): string | undefined =>
      run(['check', path, '--format', 'compact'], cwd).out.split('\n')[0];
    const found = 'apiDefinition.swagger.json:22:20: warning: The summary `List invoices.`';
    expect(place(root, '.')).toContain(`certified-connectors/Contoso Invoices/${found}`);
    expect(place(connector, '.')).toMatch(new RegExp(`^${found}`));
    expect(place(join(root, 'certified-connectors'), 'Contoso Invoices')).toMatch(
      new RegExp(`^Contoso Invoices/${found}`),
    );
  });

  test('a connector once, whichever of its files are named', () => {
    const { at: root } = at();
    const connector = 'certified-connectors/Contoso Invoices';
    const files = [definition, 'readme.md', 'icon.png'].map((name) => `${connector}/${name}`);
    const report = run(['check', ...files, '--format', 'json'], root);
    expect(connectorsIn(report).map(({ path }) => path)).toEqual([connector]);
    writeFileSync(join(root, 'notes.md'), '');
    expect(run(['check', 'notes.md'], root).err).toMatch(
      /^gatehouse: notes\.md is not a folder, and not a file of a connector\. /,
    );
  });

  test('colors and links where they are asked for', () => {
    const { at: root } = at();
    const colored = (env: Record<string, string>, ...words: string[]): boolean =>
      run(['check', '.', ...words], root, env).out.includes('\u001b[31m');
    expect(colored({})).toBe(false);
    expect(colored({ FORCE_COLOR: '1' })).toBe(true);
    expect(colored({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
    expect(colored({ FORCE_COLOR: '1' }, '--no-color')).toBe(false);
    const { out } = run(['check', '.'], root, { FORCE_HYPERLINK: '1' });
    expect(out).toContain('\u001b]8;;https://connector-gatehouse.github.io/');
  });

  test.each([
    ['certified-connector', 'Did you mean certified-connectors?'],
    ['certified-connectors/Contoso Invoice', 'Did you mean certified-connectors/Contoso Invoices?'],
    ['nowhere', 'Give the folder of a connector, or of a repository of connectors.'],
  ])('what %s could mean', (path, hint) => {
    const { at: root } = at();
    expect(run(['check', path], root)).toEqual({
      status: 2,
      out: '',
      err: `gatehouse: ${path} does not exist. ${hint}\n`,
    });
  });

  test('which branch could be meant', () => {
    const { at: root } = at();
    commitAll(root);
    expect(run(['check', '.', '--base', 'dve'], root).err).toBe(
      'gatehouse: The clone has no commit dve. Did you mean dev?\n',
    );
  });
});

describe('gatehouse check --watch', () => {
  test('checks again when a file changes, and ends with 130', async () => {
    const { at, connector } = repository('watched');
    const child = spawn(process.execPath, [cli, 'check', '.', '--watch', '--format', 'compact'], {
      cwd: at,
    });
    let shown = '';
    let onOutput = (): void => undefined;
    const read = (chunk: Buffer): void => {
      shown += chunk.toString();
      onOutput();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    const until = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(shown)) await new Promise<void>((resolve) => (onOutput = resolve));
    };
    try {
      await until(/^Checking …\n[^]*No problems found[^]*Watching for changes/);
      shown = '';
      change(connector, '"operationId": "GetInvoice",', '');
      await until(/Checking …\n[^]*\[OperationIdRequired\]\n[^]*Watching for changes/);
    } finally {
      child.kill('SIGINT');
    }
    const status = await new Promise((resolve) => child.once('exit', resolve));
    expect(status).toBe(130);
  });
});

describe('icons', () => {
  const drawn = (side: number): Promise<Buffer> =>
    sharp({ create: { width: side, height: side, channels: 3, background: '#1f5f8b' } })
      .png()
      .toBuffer();

  test('are measured, also where threads share the work', async () => {
    const { at, connector } = repository('icons');
    const copies = (name: string, many: number): void => {
      for (let index = 0; index < many; index += 1) {
        const copy = join(at, 'certified-connectors', `${name} ${index}`);
        cpSync(connector, copy, { recursive: true });
        // Connectors of one publisher may have the same icon.
        const file = join(copy, 'apiProperties.json');
        const properties = readFileSync(file, 'utf8');
        writeFileSync(file, properties.replace('"Contoso Ltd"', `"Publisher ${index}"`));
      }
    };
    rmSync(join(connector, 'icon.png'));
    copies('Plain', 40);
    const mark = await sharp({
      create: { width: 24, height: 12, channels: 3, background: '#ffffff' },
    })
      .png()
      .toBuffer();
    writeFileSync(
      join(connector, 'icon.png'),
      await sharp(await drawn(64))
        .composite([{ input: mark }])
        .png()
        .toBuffer(),
    );
    copies('Pictured', 30);
    const result = run(['check', at, '--format', 'json', '--jobs', '3']);
    for (const rule of ['IconSize', 'IconNotUnique'])
      expect(findings(result).filter((finding) => finding.rule === rule)).toHaveLength(31);
    expect([result.status, result.err]).toEqual([1, '']);
  });

  test('of an update are new findings, those that stand are not', async () => {
    const { at, connector } = repository('updated icon');
    writeFileSync(join(connector, 'icon.png'), await drawn(64));
    commitAll(at);
    change(connector, 'newest first.', 'oldest first.');
    const states = (): unknown[] =>
      findings(run(['check', at, '--base', 'HEAD', '--format', 'json']))
        .filter(({ rule }) => rule.startsWith('Icon'))
        .map(({ rule, existing }) => [rule, existing]);
    expect(states()).toEqual([
      ['IconSize', true],
      ['IconEmpty', true],
    ]);
    writeFileSync(join(connector, 'icon.png'), await drawn(300));
    expect(states()).toEqual([
      ['IconSize', false],
      ['IconEmpty', true],
    ]);
  });

  test('that are not there load nothing that measures them', () => {
    const { at, connector } = repository('no icon');
    const status = (): number | null =>
      spawnSync(process.execPath, [withoutPackage('sharp'), cli, 'check', at]).status;
    expect(status()).toBe(2);
    rmSync(join(connector, 'icon.png'));
    expect(status()).toBe(0);
  });
});

describe('gatehouse check --base', () => {
  const start = (name: string): { at: string; connector: string } => {
    const made = repository(name);
    cpSync(made.connector, join(made.at, 'custom-connectors', 'Fabrikam [test]'), {
      recursive: true,
    });
    rmSync(join(made.at, 'custom-connectors', 'Fabrikam [test]', 'icon.png'));
    change(made.connector, '"operationId": "GetInvoice",', '');
    commitAll(made.at);
    git(made.at, 'checkout', '-b', 'update');
    return made;
  };

  test('checks the connectors that changed, marks what stood there before, and fails on what is new only', () => {
    const { at, connector } = start('base');
    change(connector, 'newest first.', 'oldest first.');
    git(at, 'commit', '-am', 'Change a text');
    const old = run(['check', at, '--base', 'dev', '--format', 'json']);
    expect(JSON.parse(old.out).connectors.map(({ path }: { path: string }) => path)).toEqual([
      'certified-connectors/Contoso Invoices',
    ]);
    expect(findings(old)).toMatchObject([{ rule: 'OperationIdRequired', existing: true }]);
    expect(old.status).toBe(0);

    change(connector, '"operationId": "CreateInvoice",', '');
    const fresh = run(['check', at, '--base', 'dev', '--format', 'json']);
    expect(
      findings(fresh)
        .filter(({ rule }) => rule === 'OperationIdRequired')
        .map(({ existing }) => existing),
    ).toEqual([false, true]);
    expect(fresh.status).toBe(1);
  });

  test("compares with the merge base: what others have changed since is not this change's", () => {
    const { at, connector } = start('merge base');
    change(join(at, 'custom-connectors', 'Fabrikam [test]'), 'newest first.', 'oldest first.');
    git(at, 'commit', '-am', 'Change a sample');
    git(at, 'checkout', 'dev');
    change(connector, 'newest first.', 'oldest first.');
    git(at, 'commit', '-am', 'Meanwhile');
    git(at, 'checkout', 'update');
    const result = run(['check', at, '--base', 'dev', '--format', 'json']);
    expect(JSON.parse(result.out).connectors.map(({ path }: { path: string }) => path)).toEqual([
      'custom-connectors/Fabrikam [test]',
    ]);
  });

  test('a new connector has no debt: everything in it is new', () => {
    const { at } = start('new connector');
    const fresh = join(at, 'certified-connectors', 'Fabrikam');
    cpSync(contoso, fresh, { recursive: true });
    change(fresh, '"operationId": "GetInvoice",', '');
    const result = run(['check', at, '--base', 'dev', '--format', 'json']);
    expect(findings(result)).toContainEqual(
      expect.objectContaining({ rule: 'OperationIdRequired', existing: false }),
    );
    expect(findings(result).filter(({ existing }) => existing)).toEqual([]);
  });

  test('reads the settings from the base: a change cannot relax what it is held to', () => {
    const { at, connector } = start('settings of the base');
    mkdirSync(join(at, '.github'));
    writeFileSync(join(at, '.github/gatehouse.yml'), 'rules:\n  OperationIdRequired: off\n');
    change(connector, '"operationId": "CreateInvoice",', '');
    expect(run(['check', at, '--base', 'dev']).status).toBe(1);
    expect(run(['check', at]).status).toBe(0);
  });

  test('says what an update breaks, and how large it is', () => {
    const { at, connector } = start('breaking');
    change(connector, '"operationId": "CreateInvoice"', '"operationId": "WriteInvoice"');
    const result = run(['check', at, '--base', 'dev', '--format', 'json']);
    expect(result.status).toBe(1);
    expect(findings(result).filter(({ existing }) => !existing)).toMatchObject([
      { rule: 'OperationDeleted', severity: 'error', line: 45 },
      { rule: 'PolicyOperationNotFound' },
    ]);
    expect(JSON.parse(result.out).connectors[0].verdict).toBe('major');
  });

  test('compares a folder that was renamed with what it was', () => {
    const { at } = start('renamed');
    git(at, 'mv', 'custom-connectors/Fabrikam [test]', 'custom-connectors/Fabrikam');
    git(at, 'commit', '-am', 'Rename');
    const result = JSON.parse(run(['check', at, '--base', 'dev', '--format', 'json']).out);
    expect(result.connectors).toMatchObject([
      {
        path: 'custom-connectors/Fabrikam',
        verdict: 'none',
        findings: [{ rule: 'TitleNotUnique', existing: true }],
      },
    ]);
  });

  test('refuses to lose a connector', () => {
    const { at } = start('deleted');
    git(at, 'rm', '-r', 'custom-connectors/Fabrikam [test]');
    const result = run(['check', at, '--base', 'dev', '--format', 'json']);
    expect(result.status).toBe(1);
    expect(findings(result)).toMatchObject([{ rule: 'ConnectorDeleted', severity: 'error' }]);
  });

  test('says so where nothing has changed', () => {
    const { at } = start('no change');
    const { status, err } = run(['check', at, '--base', 'dev']);
    expect(status).toBe(0);
    expect(err).toContain('No connector has changed since dev');
  });

  test.each([
    ['a ref that does not exist', 'origin/dev', 'The clone has no commit origin/dev'],
    ['something that looks like an option', '--all', 'The clone has no commit --all'],
  ])('%s is one line and status 2', (name, ref, message) => {
    const { at } = start(name);
    const { status, err } = run(['check', at, `--base=${ref}`]);
    expect(status).toBe(2);
    expect(err).toContain(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

describe('a definition under another name', () => {
  const rename = (connector: string, name: string): void =>
    renameSync(join(connector, definition), join(connector, name));

  test('is read, in a folder anywhere', () => {
    const at = join(folder, 'named otherwise');
    cpSync(contoso, at, { recursive: true });
    rename(at, 'swagger.json');
    expect(findings(run(['check', at, '--format', 'json']))).toMatchObject([
      { rule: 'FileNameSpelling', severity: 'error', file: 'swagger.json' },
    ]);
  });

  test('is compared with the base, and missed if the connector is deleted', () => {
    const { at, connector } = repository('named otherwise at the base');
    cpSync(contoso, join(at, 'custom-connectors', 'Fabrikam'), { recursive: true });
    rename(connector, 'apiDefinition.json');
    commitAll(at);
    renameSync(join(connector, 'apiDefinition.json'), join(connector, definition));
    expect(findings(run(['check', at, '--base', 'HEAD', '--format', 'json']))).toEqual([]);
    rmSync(connector, { recursive: true });
    expect(findings(run(['check', at, '--base', 'HEAD', '--format', 'json']))).toMatchObject([
      { rule: 'ConnectorDeleted' },
    ]);
  });
});

describe('gatehouse diff', () => {
  const two = (name: string): [string, string] => {
    const [before, after] = [
      repository(`${name} before`).connector,
      repository(`${name} after`).connector,
    ];
    change(
      after,
      '"amount": { "type": "number", "format": "double", "x-ms-summary": ' +
        '"Amount", "description": "The amount in euros." },\n        "status"',
      '"status"',
    );
    return [before, after];
  };

  test('of two folders, or two definition files, tells what changed and what breaks', () => {
    const [before, after] = two('diff');
    for (const pair of [
      [before, after],
      [join(before, definition), join(after, definition)],
    ]) {
      const result = run(['diff', ...pair, '--format', 'json']);
      expect(result.status).toBe(1);
      expect(JSON.parse(result.out).connectors).toMatchObject([
        {
          verdict: 'major',
          findings: [
            {
              rule: 'OutputFieldDeleted',
              subject: 'operation/ListInvoices/responses/200/schema/items/amount',
            },
            {},
            {},
            {},
          ],
        },
      ]);
    }
    expect(run(['diff', before, before]).status).toBe(0);
  });

  test.each([
    ['independent-publisher-connectors', [], 'independent-publisher'],
    ['custom-connectors', ['--class', 'certified'], 'custom'],
    ['elsewhere', ['--class', 'custom'], 'custom'],
    ['elsewhere', [], 'certified'],
  ])('takes the class of a folder in %s, with %j, for %s', (parent, options, connectorClass) => {
    const at = join(folder, `class ${options.length}`);
    const [path, copy] = [join(at, parent, 'Contoso'), join(at, 'Contoso')];
    for (const to of [path, copy]) cpSync(contoso, to, { recursive: true });
    for (const pair of [
      [path, path],
      [join(path, definition), join(path, definition)],
      [copy, path],
      [path, copy],
    ]) {
      const { out } = run(['diff', ...pair, ...options, '--format', 'json']);
      expect(JSON.parse(out).connectors).toMatchObject([{ class: connectorClass }]);
    }
  });

  test('--changelog writes it for people', () => {
    const { status, out } = run(['diff', ...two('changelog'), '--changelog']);
    expect(status).toBe(0);
    expect(out).toContain(
      '## Contoso Invoices 2.0\n\n### Breaks flows\n\n- The output `amount` of `List invoices` was removed.',
    );
  });

  test('--version-operations writes the way out, after which nothing breaks', () => {
    const [before, after] = two('versions');
    const { status, err } = run(['diff', before, after, '--version-operations']);
    expect(status).toBe(0);
    expect(err).toContain(
      'GetInvoice stays, deprecated; the new version is GetInvoice_V2 at /v2/invoices/{id}',
    );
    expect(run(['diff', before, after]).status).toBe(0);
    expect(run(['check', after]).status).toBe(0);
  });

  test('--version-operations tests the result by the severities of the repository', () => {
    const [before, after] = two('severities');
    const settings = join(after, '../../.github');
    mkdirSync(settings, { recursive: true });
    writeFileSync(join(settings, 'gatehouse.yml'), 'rules:\n  OperationIdSanitized: error\n');
    const { status, err } = run(['diff', before, after, '--version-operations']);
    expect(status).toBe(1);
    expect(err).toContain('GetInvoice still breaks');
    expect(err).toContain('OperationIdSanitized');
  });

  test('--version-operations names operations in words that do nothing', () => {
    const [before, after] = two('hostile versions');
    for (const one of [before, after])
      change(
        one,
        '"operationId": "GetInvoice"',
        String.raw`"operationId": "Get\u001b[31m\n::error::x##[error]y"`,
      );
    const { status, err } = run(['diff', before, after, '--version-operations']);
    expect([0, 1]).toContain(status);
    expect(err).toContain('␛[31m␊::error::x#♯[error]y stays, deprecated');
    expect(
      err.split('\n').filter((line) => line.startsWith('::') || /\p{Cc}|##\[/u.test(line)),
    ).toEqual([]);
  });

  test('of one that is not JSON tells that, and nothing that it cannot know', () => {
    const { connector: broken } = repository('diff of a broken definition');
    change(broken, '"swagger": "2.0",', '"swagger": "2.0", "x-more": {');
    for (const [pair, rule, words] of [
      [[contoso, broken], 'UpdateUnreadable', 'After the update'],
      [[broken, contoso], 'PreviousVersionUnreadable', 'Before the update'],
    ] as const) {
      const result = run(['diff', ...pair, '--format', 'json']);
      expect(result.status).toBe(1);
      const found = findings(result);
      expect(found.map((finding) => finding.rule)).toEqual([rule]);
      expect(found[0]?.message).toContain(`${words}, \`${definition}\` is not valid JSON`);
    }
  });

  test.each([
    ['one of them', ['diff', contoso], 'Usage: gatehouse diff <before> <after>'],
    ['one that does not exist', ['diff', contoso, 'nowhere'], 'nowhere does not exist'],
    [
      'one with a hostile name',
      ['diff', contoso, 'no\n##[error]where'],
      'no␊#♯[error]where does not exist',
    ],
    ['one that has no definition', ['diff', contoso, join(cli, '..')], 'has no definition'],
  ])('of %s is one line and status 2', (_, args, message) => {
    const { status, err } = run(args);
    expect(status).toBe(2);
    expect(err).toContain(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

describe('gatehouse package check', () => {
  const text = (name: string): string => readFileSync(join(contoso, name), 'utf8');
  const inFolder = (name: string, differences: PackageCase): string => {
    const at = join(folder, name);
    cpSync(contoso, at, { recursive: true });
    const copied = { definition: text(definition), properties: text('apiProperties.json') };
    writeFileSync(join(at, 'ConnectorPackage.zip'), packageBytes(differences, copied));
    return at;
  };

  test('of the folder of a connector shows what is wrong in the package only, and ends with 1', () => {
    const at = inFolder('without flow', { files: { [flowZip]: null } });
    const { status, out } = run(['package', 'check', at]);
    expect(status).toBe(1);
    expect(out).toContain('ConnectorPackage.zip → package.zip:1:1  error  PackageSolutionMissing');
    expect(out).not.toContain('apiProperties.json');
  });

  test('of a good package says so, with the folder and without, and ends with 0', () => {
    const at = inFolder('good package', {});
    for (const path of [at, join(at, 'ConnectorPackage.zip')]) {
      const { status, out } = run(['package', 'check', path]);
      expect(out).toContain('no problems found');
      expect(status).toBe(0);
    }
  });

  test('needs a package', () => {
    for (const path of [contoso, join(contoso, definition)]) {
      const { status, err } = run(['package', 'check', path]);
      expect(err).toContain('has no package. Give a zip');
      expect(status).toBe(2);
    }
  });
});

describe('gatehouse explain', () => {
  test('shows what a rule wants, why, and an example', () => {
    const { status, out } = run(['explain', 'operationidnotunique']);
    expect(status).toBe(0);
    for (const part of ['OperationIdNotUnique', 'Why.', 'Severity.', '^^^^^^^^^^^^'])
      expect(out).toContain(part);
  });

  test.each(['5000.2.2.5', 'Connector-Validate-Title'])('shows the rules behind %s', (code) => {
    const { status, out } = run(['explain', code]);
    expect(status).toBe(0);
    for (const part of [`${code.toLowerCase()}\n\n`, 'nique', 'TitleNotUnique: The title of'])
      expect(out).toContain(part);
  });

  test('says why no rule is behind a code', () =>
    expect(run(['explain', '5000.3.1.2']).out).toContain('\nNo rule finds it. The URL is'));
});

test.skipIf(corpus === undefined)('many threads find what one finds', () => {
  const certified = join(corpus ?? '', 'independent-publisher-connectors');
  const [one, four] = ['1', '4'].map((jobs) =>
    run(['check', certified, '--format', 'json', '--jobs', jobs]),
  );
  expect(one?.status).toBe(1);
  expect(four?.out === one?.out).toBe(true);
});
