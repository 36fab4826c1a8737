import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
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
} from '../support/cli.ts';

interface Finding {
  rule: string;
  severity: string;
  message: string;
  existing: boolean;
}
const check = (args: string[], cwd: string): Map<string, Finding[]> =>
  new Map(
    connectorsIn(run(['check', ...args, '--format', 'json'], cwd)).map(({ path, findings }) => [
      path,
      findings,
    ]),
  );
/** The rules of findings; of the connectors here most have no icon. */
const brief = (findings: readonly Finding[] = []): string[] =>
  findings
    .filter(({ rule }) => rule !== 'IconMissing')
    .map(({ rule, existing }) => (existing ? `${rule}, existing` : rule));

/**
 * A connector like "Contoso Invoices" in a folder of a repository, with texts of its definition
 * replaced.
 */
const add = (
  repository: string,
  path: string,
  ...changes: [find: string, replace: string][]
): string => {
  const at = join(repository, path);
  mkdirSync(at, { recursive: true });
  cpSync(contoso, at, { recursive: true });
  rmSync(join(at, 'icon.png'), { force: true });
  for (const [find, replace] of changes) change(at, find, replace);
  return at;
};
const title = (name: string): [string, string] => [
  '"title": "Contoso Invoices"',
  `"title": "${name}"`,
];
const host = (name: string): [string, string] => ['"host": "api.contoso.com"', `"host": "${name}"`];

describe('all connectors of a repository together', () => {
  test('a check of one finds what a check of all finds in it, whatever the number of threads', async () => {
    const at = join(folder, 'many');
    const paths = Array.from(
      { length: 20 },
      (_, number) => `certified-connectors/Contoso ${number}`,
    );
    for (const [number, path] of paths.entries())
      add(at, path, title(`Contoso ${number % 18}`), host(`api${number % 7}.adventure-works.com`));
    // Connectors of one publisher may have one icon.
    const properties = join(at, paths[2] ?? '', 'apiProperties.json');
    writeFileSync(
      properties,
      readFileSync(properties, 'utf8').replaceAll('Contoso Ltd', 'Fabrikam Ltd'),
    );
    add(
      at,
      'independent-publisher-connectors/contoso 3',
      title('CONTOSO 4 (Independent Publisher)'),
      host('api.fabrikam.com'),
    );
    const icon = readFileSync(join(contoso, 'icon.png'));
    writeFileSync(join(at, paths[1] ?? '', 'icon.png'), icon);
    writeFileSync(
      join(at, paths[2] ?? '', 'icon.png'),
      await sharp(icon).resize(120, 120).png({ palette: true }).toBuffer(),
    );
    writeFileSync(
      join(at, paths[5] ?? '', 'icon.png'),
      await sharp(icon).rotate(90).png().toBuffer(),
    );
    const all = check(['.', '--jobs', '1'], at);
    expect(check(['.', '--jobs', '3'], at)).toEqual(all);
    expect(brief(all.get(paths[0] ?? ''))).toEqual(['TitleNotUnique', 'HostNotUnique']);
    expect(brief(all.get(paths[3] ?? ''))).toEqual(['HostNotUnique', 'FolderNotUnique']);
    expect(brief(all.get(paths[4] ?? ''))).toEqual(['TitleNotUnique', 'HostNotUnique']);
    for (const number of [1, 2])
      expect(brief(all.get(paths[number] ?? ''))).toContain('IconNotUnique');
    expect(brief(all.get(paths[5] ?? ''))).not.toContain('IconNotUnique');
    for (const path of [...paths.slice(0, 6), 'independent-publisher-connectors/contoso 3'])
      expect(check([path], at)).toEqual(new Map([[path, all.get(path)]]));
  });

  test('of two with one title the new one is to blame where there is a base, and both where there is none', () => {
    const at = join(folder, 'base');
    const old = add(at, 'certified-connectors/Contoso');
    add(at, 'certified-connectors/Fabrikam', title('Fabrikam'));
    commitAll(at);
    add(at, 'certified-connectors/New', title('contoso invoices'));
    change(old, '"title": "Contoso Invoices"', '"title": "Contoso Invoices" ');
    const held = check(['.', '--base', 'HEAD'], at);
    expect(brief(held.get('certified-connectors/New'))).toEqual(['TitleNotUnique']);
    expect(brief(held.get('certified-connectors/Contoso'))).toEqual(['TitleNotUnique, existing']);
    const alone = check(['.'], at);
    expect(brief(alone.get('certified-connectors/Contoso'))).toEqual(['TitleNotUnique']);
    change(
      join(at, 'certified-connectors/Fabrikam'),
      '"title": "Fabrikam"',
      '"title": "Contoso Invoices"',
    );
    expect(
      brief(check(['.', '--base', 'HEAD'], at).get('certified-connectors/Fabrikam')),
    ).toContain('TitleNotUnique');
  });

  test("a folder that is renamed to another's name is a new finding", () => {
    const at = join(folder, 'renamed');
    add(at, 'certified-connectors/Contoso');
    add(at, 'independent-publisher-connectors/fabrikam', title('Fabrikam (Independent Publisher)'));
    commitAll(at);
    renameSync(join(at, 'certified-connectors/Contoso'), join(at, 'certified-connectors/Fabrikam'));
    git(at, 'add', '-A');
    expect(
      brief(check(['.', '--base', 'HEAD'], at).get('certified-connectors/Fabrikam')),
    ).toContain('FolderNotUnique');
  });

  test('a neighbor that is broken, empty, a link or too large keeps nobody from being checked', () => {
    const at = join(folder, 'neighbors');
    const path = 'certified-connectors/Contoso';
    add(at, path);
    writeFileSync(
      join(add(at, 'certified-connectors/Broken'), definition),
      '{"info": {"title": "Contoso Invoices", }, ',
    );
    mkdirSync(join(at, 'certified-connectors/Empty'));
    writeFileSync(
      join(add(at, 'certified-connectors/Large'), definition),
      `{${' '.repeat(6_000_000)}"info":{"title":"Contoso Invoices"}}`,
    );
    const link = join(at, 'certified-connectors/Link');
    mkdirSync(link);
    symlinkSync(join(at, path, definition), join(link, definition));
    symlinkSync(join(at, path), join(at, 'certified-connectors/Linked'));
    const findings = check([path], at).get(path);
    expect(brief(findings)).toEqual(['TitleNotUnique']);
    expect(findings?.[0]?.message).toContain('already used by `certified-connectors/Broken`.');
  });
});

describe('gatehouse impact', () => {
  /**
   * Two connectors with an operation that has no id, one of them a sample, and one that is in
   * order.
   */
  const repository = (name: string): string => {
    const at = join(folder, name);
    add(
      at,
      'certified-connectors/Contoso',
      ['"operationId": "GetInvoice",', ''],
      ['"operationId": "WhenInvoicePaid",', ''],
    );
    add(at, 'custom-connectors/Sample', title('Fabrikam'), ['"operationId": "GetInvoice",', '']);
    add(at, 'certified-connectors/Good', title('Adventure Works'));
    return at;
  };

  test('of a rule shows whom it calls wrong by class, also where settings have turned it off', () => {
    const at = repository('impact');
    mkdirSync(join(at, '.github'));
    writeFileSync(join(at, '.github/gatehouse.yml'), 'rules:\n  OperationIdRequired: off\n');
    const { status, out } = run(
      ['impact', '--rule', 'operationidrequired', '--format', 'json'],
      at,
    );
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      connectors: 3,
      baseline: null,
      rules: [
        {
          rule: 'OperationIdRequired',
          wrong: 2,
          findings: 3,
          new: 3,
          stopped: 2,
          classes: [
            {
              class: 'certified',
              connectors: 2,
              wrong: 1,
              findings: 2,
              new: 2,
              now: 'off',
              severity: 'error',
            },
            {
              class: 'custom',
              connectors: 1,
              wrong: 1,
              findings: 1,
              new: 1,
              now: 'off',
              severity: 'error',
            },
          ],
          connectors: [
            { path: 'certified-connectors/Contoso', findings: 2 },
            { path: 'custom-connectors/Sample', findings: 1 },
          ],
        },
      ],
    });
    const page = run(['impact', '--rule', 'OperationIdRequired'], at).out;
    expect(page).toContain('error (now off)');
    expect(page).toContain(`${definition}:67:7`);
    expect(page).toContain('Checks of 2 connectors fail by it (66.7% of 3).');
    expect(run(['check', '.'], at).status).toBe(0);
  });

  test('of all rules begins with the one that stops most connectors', () => {
    const at = repository('impact of all');
    const { rules } = JSON.parse(run(['impact', '--format', 'json'], at).out);
    expect(rules[0]).toMatchObject({ rule: 'OperationIdRequired', stopped: 2 });
    expect(run(['impact', '--format', 'markdown'], at).out).toContain(
      '| OperationIdRequired | error | 2 | 66.7% | 3 | 3 | 2 |',
    );
  });

  test('by arrival shows the shares of each class, with the dates of the history or of a file', () => {
    const at = repository('impact by arrival');
    const dates = join(folder, 'dates.tsv');
    writeFileSync(dates, 'certified-connectors/Contoso\t2025-01-02\n');
    const words = [
      'impact',
      '--by',
      'arrival',
      '--since',
      '2025-01',
      '--rule',
      'OperationIdRequired',
    ];
    const page = run([...words, '--arrivals', dates, '--format', 'markdown'], at).out;
    expect(page).toContain('3 connectors; dates of arrival from `dates.tsv`');
    expect(page).toContain('| OperationIdRequired | error | error 50.0% | error 100.0% |');
    expect(run(words, at).err).toContain('--by arrival needs the history of a git checkout');
    commitAll(at);
    expect(run([...words, '--format', 'markdown'], at).out).toContain(
      '| OperationIdRequired | error | error 50.0% | error 50.0% |',
    );
    expect(run([...words, '--write-baseline'], at).err).toContain('--by arrival is a report');
    expect(run(['impact', '--by', 'arrival', '--since', 'May'], at).err).toContain(
      '--since needs a month or a date such as 2024-11, not May.',
    );
  });

  test('makes a baseline that a check passes with, and that lets no new error through', () => {
    const at = repository('baseline');
    expect(run(['check', '.'], at).status).toBe(1);
    expect(run(['impact', '--write-baseline'], at).err).toBe(
      '.github/gatehouse-baseline.json was made, of 3 errors.\n',
    );
    const { status, out } = run(['check', '.'], at);
    expect(status).toBe(0);
    expect(out).toContain('3 findings existed before');
    expect(
      brief(check(['certified-connectors/Contoso'], at).get('certified-connectors/Contoso')),
    ).toContain('OperationIdRequired, existing');
    change(join(at, 'certified-connectors/Good'), '"operationId": "GetInvoice",', '');
    expect(run(['check', '.'], at).status).toBe(1);
    expect(run(['impact', '--write-baseline'], at).err).toContain('has 3 errors, as before.');
    expect(run(['check', '.'], at).status).toBe(1);
    change(
      join(at, 'custom-connectors/Sample'),
      '"summary": "Get an invoice"',
      '"operationId": "GetInvoice", "summary": "Get an invoice"',
    );
    expect(run(['impact', '--write-baseline'], at).err).toContain(
      'has 2 errors, 1 fewer than before.',
    );
  });

  test('takes a rule that was turned on into the baseline once, by its name', () => {
    const at = repository('turned on');
    mkdirSync(join(at, '.github'));
    const settings = join(at, '.github/gatehouse.yml');
    writeFileSync(settings, 'rules:\n  OperationIdRequired: off\nbaseline: .github/debt.json\n');
    expect(run(['impact', '--write-baseline'], at).err).toContain(
      '.github/debt.json was made, of 0 errors.',
    );
    writeFileSync(settings, 'baseline: .github/debt.json\n');
    expect(run(['check', '.'], at).status).toBe(1);
    expect(run(['impact', '--write-baseline'], at).err).toContain(
      'New to it: OperationIdRequired.',
    );
    const accept = ['impact', '--rule', 'OperationIdRequired', '--write-baseline'];
    expect(run(accept, at).err).toContain('has 3 errors, 3 more than before.');
    expect(run(['check', '.'], at).status).toBe(0);
    const again = run(accept, at);
    expect(again.status).toBe(2);
    expect(again.err).toContain('.github/debt.json has OperationIdRequired already.');
    expect(run(['impact', '--rule', 'HostNotUnique', '--write-baseline'], at).err).toContain(
      'HostNotUnique is not an error',
    );
    expect(run(['impact', 'certified-connectors', '--write-baseline'], at).err).toContain(
      'Give its root',
    );
  });

  test('a pull request cannot excuse itself: with --base the baseline is that of the base', () => {
    const at = repository('excuse');
    run(['impact', '--write-baseline'], at);
    commitAll(at);
    change(join(at, 'certified-connectors/Good'), '"operationId": "GetInvoice",', '');
    rmSync(join(at, '.github/gatehouse-baseline.json'));
    run(['impact', '--write-baseline'], at);
    expect(run(['check', '.'], at).status).toBe(0);
    const held = run(['check', '.', '--base', 'HEAD', '--format', 'json'], at);
    expect(held.status).toBe(1);
    expect(brief(connectorsIn(held)[0]?.findings)).toContain('OperationIdRequired');
  });

  test('a broken baseline is told, with what to do', () => {
    const at = repository('broken baseline');
    mkdirSync(join(at, '.github'));
    writeFileSync(join(at, '.github/gatehouse-baseline.json'), '<<<<<<< HEAD');
    const { status, err } = run(['check', '.'], at);
    expect(status).toBe(2);
    expect(err).toContain('.github/gatehouse-baseline.json cannot be used. It is not JSON');
  });
});

test.each(['pretty', 'json', 'markdown', 'sarif', 'github', 'junit'])(
  'a secret is in no report: %s',
  (format) => {
    const at = join(folder, `secret ${format}`);
    const secret = ['gh', 'p_', 'Zk3nQ8vLt1YbR6xWc9Hd', 'J2mPs5GfAe7UoTiK'].join('');
    const connector = add(at, 'certified-connectors/Contoso', [
      '"basePath": "/v1"',
      `"basePath": "/v1?${secret}"`,
    ]);
    writeFileSync(
      join(connector, 'readme.md'),
      `${readFileSync(join(connector, 'readme.md'), 'utf8')}\nWe use ${secret}, seperated.\n`,
    );
    const { status, out } = run(['check', '.', '--format', format], at);
    expect(status).toBe(1);
    expect(out).toContain('SecretFound');
    expect(out).toContain('ghp_');
    expect(out).not.toContain(secret.slice(0, 12));
  },
);
