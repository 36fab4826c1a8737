import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageName } from '../../src/shared/project.ts';
import { oldNodes, versionMessage } from './old-nodes.ts';

const root = join(import.meta.dirname, '../..');
const { peerDependencies }: { peerDependencies: Record<string, string> } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-pack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** An empty folder that the tarball is installed into. */
const project = join(folder, 'project');
const modules = join(project, 'node_modules');

/** Without the settings of the npm that runs the tests: npx would take its `--package` from them. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')),
);

/** Runs a command in the project, with the Node.js of this folder. */
function run(nodeFolder: string, command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: project,
    encoding: 'utf8',
    env: { ...environment, PATH: `${nodeFolder}${delimiter}${process.env.PATH}` },
  });
  return { status, stdout, stderr };
}
const gatehouse = (...args: string[]) =>
  run(dirname(process.execPath), 'npx', packageName, ...args);

const sizeOf = (at: string): number =>
  readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

/** Paths in the tarball. */
let packed: string[];
/** What npm said while it installed the tarball. */
let installed: ReturnType<typeof run>;
/** What an installation may take, which documents say: the tarball, and `node_modules`. */
const maxBytes = { packed: 2_300_000, installed: 56_000_000 };
/** Measured. */
const bytes = { packed: 0, installed: 0 };

beforeAll(() => {
  // Without scripts: other tests use `dist/`, which `prepack` would build again.
  const text = execFileSync(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', folder],
    { cwd: root, encoding: 'utf8' },
  );
  const [{ filename, size, files }]: [
    { filename: string; size: number; files: { path: string }[] },
  ] = JSON.parse(text);
  packed = files.map(({ path }) => path);
  bytes.packed = size;
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  const options = ['--prefer-offline', '--no-audit', '--no-fund'];
  installed = run(dirname(process.execPath), 'npm', 'install', ...options, `../${filename}`);
  bytes.installed = sizeOf(modules);
  for (const name of ['connectors', 'update'])
    cpSync(join(root, 'fixtures', name), join(project, name), { recursive: true });
});

test('npm installs it and warns of nothing', () => {
  expect(installed).toMatchObject({ status: 0, stderr: '' });
});

test('it stays small', () => {
  console.log(
    `packed ${(bytes.packed / 1e6).toFixed(1)} MB, installed ${(bytes.installed / 1e6).toFixed(1)} MB`,
  );
  expect(bytes.packed).toBeLessThan(maxBytes.packed);
  expect(bytes.installed).toBeLessThan(maxBytes.installed);
});

test('the tarball has programs, schemas, the dictionary and pages, and nothing else', () => {
  const expected =
    /^(?:package\.json|(?:README|CHANGELOG)\.md|LICENSE|NOTICE|app\.yml|dist\/.*\.(?:js|schema\.json)|dist\/licenses\.txt|dist\/generated\/dictionary(?:\.bin|-licenses\.txt)|docs\/[^/]+\.md|docs\/(?:rules|changes)\/[^/]+\.md|docs\/workflows\/[^/]+\.yml)$/;
  expect(packed.filter((path) => !expected.test(path))).toEqual([]);
  const pages = ['rules', 'changes'].flatMap((name) =>
    readdirSync(join(root, 'docs', name)).map((page) => `docs/${name}/${page}`),
  );
  expect(packed).toEqual(
    expect.arrayContaining([...pages, 'dist/cli.js', 'dist/generated/dictionary.bin', 'app.yml']),
  );
});

test('only what checking needs is installed beside it', () => {
  const packages = readdirSync(modules).filter((name) => !name.startsWith('.'));
  expect(packages.filter((name) => !name.startsWith('@')).sort()).toEqual([
    packageName,
    'detect-libc',
    'pend',
    'saxes',
    'semver',
    'sharp',
    'xmlchars',
    'yaml',
    'yauzl',
  ]);
  expect(packages.filter((name) => name.startsWith('@')).sort()).toEqual(['@img', '@vscode']);
});

test('it is the command gatehouse too', () => {
  expect(run(dirname(process.execPath), 'npx', 'gatehouse', '--version')).toEqual(
    gatehouse('--version'),
  );
});

describe('an installed gatehouse', () => {
  test('checks: 0 without an error, 1 with errors', () => {
    expect(gatehouse('check', 'connectors/certified-connectors/Contoso Invoices')).toMatchObject({
      status: 0,
      stderr: '',
    });
    const { status, stdout } = gatehouse('check', 'connectors', '--format', 'json');
    expect(status).toBe(1);
    const { summary }: { summary: { errors: number } } = JSON.parse(stdout);
    expect(summary.errors).toBe(3);
  });

  test('looks into icons, scripts and spelling', () => {
    const connector = join(project, 'wrong');
    cpSync(join(project, 'connectors/certified-connectors/Contoso Invoices'), connector, {
      recursive: true,
    });
    writeFileSync(join(connector, 'icon.png'), 'no picture');
    writeFileSync(join(connector, 'script.csx'), 'public class Script : ScriptBase {');
    const file = join(connector, 'apiDefinition.swagger.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('invoices', 'invocies'));
    const { stdout } = gatehouse('check', 'wrong', '--format', 'json');
    const { connectors }: { connectors: [{ findings: { file: string }[] }] } = JSON.parse(stdout);
    expect(connectors[0].findings.map(({ file: name }) => name)).toEqual(
      expect.arrayContaining(['icon.png', 'script.csx', 'apiDefinition.swagger.json']),
    );
  });

  test('opens certification packages', () => {
    const emptyZip = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);
    writeFileSync(join(project, 'ConnectorPackage.zip'), emptyZip);
    const { status, stdout } = gatehouse('package', 'check', 'ConnectorPackage.zip');
    expect(status).toBe(1);
    expect(stdout).toContain('PackageLayoutIncorrect');
  });

  test('compares', () => {
    const { status, stdout } = gatehouse('diff', 'update/before.json', 'update/after.json');
    expect(status).toBe(1);
    expect(stdout).toContain('8 errors');
  });

  test('begins a connector, which passes', () => {
    expect(gatehouse('init', 'Northwind').status).toBe(0);
    expect(gatehouse('check', 'Northwind').status).toBe(0);
  });

  test('explains rules and changes', () => {
    expect(gatehouse('explain', 'OperationIdRequired').stdout).toMatch(/^OperationIdRequired\n\n/);
    expect(gatehouse('explain', 'OperationDeleted').stdout).toMatch(/^OperationDeleted\n\n/);
  });

  test('has the schemas that it publishes', () => {
    const names = ['settings', 'definition', 'properties'];
    writeFileSync(
      join(project, 'schemas.mjs'),
      names
        .map(
          (name) =>
            `import ${name} from '${packageName}/gatehouse-${name}.schema.json' with { type: 'json' };`,
        )
        .concat(`console.log([${names.join()}].every(({ $schema }) => $schema));`)
        .join('\n'),
    );
    expect(run(dirname(process.execPath), 'node', 'schemas.mjs').stdout).toBe('true\n');
  });

  test('says what the App needs in one line, and finds it', () => {
    const names = Object.keys(peerDependencies);
    const { status, stdout, stderr } = gatehouse('serve');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(
      /^gatehouse: The package \S+ is not installed\. .*: npm install \S+@\d\S* .*\n$/,
    );
    for (const name of names) expect(stderr).toContain(` ${name}@`);

    for (const name of names) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
    }
    expect(gatehouse('signatures', 'export')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('There is no database in .gatehouse'),
    });
  });

  test.skipIf(oldNodes.length === 0)(
    'prints one line on an old Node.js, if there is one in PATH',
    () => {
      for (const node of oldNodes)
        expect(run(node.folder, 'npx', packageName, 'check', 'connectors')).toEqual({
          status: 2,
          stdout: '',
          stderr: versionMessage(node),
        });
    },
  );
});
