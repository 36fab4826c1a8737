import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  hostileAttributes,
  hostileConfig,
  makeBareRepository,
  makePipe,
  Traps,
} from '../support/hostile.ts';
import { contoso, definition, Origin } from './checkout.ts';
import { Runner, type Step } from './runner.ts';

const file = `${contoso}/${definition}`;
let runner: Runner;
let origin: Origin;
let head: string;

beforeAll(() => {
  runner = new Runner();
  origin = new Origin(runner.folder);
  head = origin.change('invoices', () =>
    origin.replace(file, '"operationId": "GetInvoice"', '"operationId": "ListInvoices"'),
  );
});
afterAll(() => runner.remove());

const payload = (sha = head): object => ({
  pull_request: {
    number: 1,
    head: { sha, repo: { id: 2 } },
    base: { sha: origin.base, ref: 'dev', repo: { id: 1 } },
  },
});
const problem = ({ commands }: Step): string =>
  commands.find(({ properties }) => properties.title === 'Gatehouse could not check')?.message ??
  '';
const connectorsOf = ({ outputs, log }: Step): { path: string; findings: { rule: string }[] }[] => {
  expect(outputs.report, log).toBeDefined();
  return JSON.parse(readFileSync(outputs.report ?? '', 'utf8')).connectors;
};

describe('a pull request runs nothing on the runner', () => {
  test('with files that git takes for a bare repository in the folder that the step works in', async () => {
    const workspace = origin.checkout(head, 0);
    const traps = new Traps(runner.folder);
    const evil = join(workspace, 'certified-connectors');
    makeBareRepository(evil, workspace, hostileConfig(traps, runner.folder));
    writeFileSync(join(evil, '.gitattributes'), hostileAttributes);
    for (const inputs of [
      { 'working-directory': 'certified-connectors' },
      { 'working-directory': 'certified-connectors', base: 'origin/dev' },
    ]) {
      const step = await runner.run({
        workspace,
        event: 'pull_request',
        payload: payload(),
        inputs,
      });
      expect(traps.run(), step.log).toEqual([]);
      expect(
        step.commands.find(({ properties }) => properties.title === 'OperationDeleted')?.properties
          .file,
      ).toBe(file);
    }
  });

  test('with whatever the environment and the configuration of the checkout say', async () => {
    const workspace = origin.checkout(head, 0);
    const traps = new Traps(runner.folder);
    writeFileSync(join(workspace, '.git/config'), hostileConfig(traps, runner.folder), {
      flag: 'a',
    });
    writeFileSync(join(workspace, '.git/info/attributes'), hostileAttributes);
    utimesSync(join(workspace, file), new Date(0), new Date(0));
    const program = traps.program('from-environment');
    const step = await runner.run({
      workspace,
      event: 'pull_request',
      payload: payload(),
      environment: {
        GIT_DIR: '/nowhere',
        GIT_EXTERNAL_DIFF: program,
        GIT_SSH_COMMAND: program,
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'core.fsmonitor',
        GIT_CONFIG_VALUE_0: program,
      },
    });
    expect(traps.run(), step.log).toEqual([]);
    expect(step.outputs.errors, step.log).toBe('2');
  });
});

describe('the folder to work in', () => {
  test.each([
    [
      'that a pull request has made a link',
      (at: string) => {
        renameSync(join(at, 'certified-connectors'), join(at, 'elsewhere'));
        symlinkSync('elsewhere', join(at, 'certified-connectors'));
      },
      'certified-connectors',
      'certified-connectors is a symbolic link, which is not followed',
    ],
    [
      'that a pull request has made a file',
      (at: string) => {
        rmSync(join(at, 'certified-connectors'), { recursive: true });
        writeFileSync(join(at, 'certified-connectors'), '');
      },
      'certified-connectors',
      'and there is no such folder',
    ],
    ['that is not there', () => undefined, 'nowhere', 'and there is no such folder'],
    ['outside of the workspace', () => undefined, '..', 'which is not in the workspace'],
  ])('%s is a problem that says so', async (_, put, directory, says) => {
    const workspace = origin.checkout(head, 0);
    put(workspace);
    const step = await runner.run({
      workspace,
      event: 'pull_request',
      payload: payload(),
      inputs: { 'working-directory': directory },
    });
    expect(step.status).toBe(2);
    expect(problem(step)).toContain(says);
    expect(problem(step)).not.toContain('has a bug');
  });

  test('is never part of a repository above the workspace', async () => {
    const outer = origin.checkout(head, 0);
    const workspace = join(outer, 'workspace');
    mkdirSync(workspace);
    cpSync(join(outer, 'certified-connectors'), join(workspace, 'certified-connectors'), {
      recursive: true,
    });
    const step = await runner.run({ workspace, event: 'pull_request', payload: payload() });
    expect(step.status).toBe(2);
    expect(problem(step)).toContain('is not a git checkout');
  });
});

describe('what a pull request puts in the place of a connector', () => {
  test.each([
    ['a link', () => symlinkSync('../README.md', join(origin.path, 'certified-connectors/Evil'))],
    [
      'a link to a folder',
      () => symlinkSync('Contoso Invoices', join(origin.path, 'certified-connectors/Evil')),
    ],
    [
      'a submodule',
      () =>
        void origin.git(
          'update-index',
          '--add',
          '--cacheinfo',
          `160000,${origin.base},certified-connectors/Evil`,
        ),
    ],
    ['a file', () => origin.write('certified-connectors/Evil', 'x')],
  ])('%s is an error, where nothing else is changed', async (kind, put) => {
    const branch = kind.replaceAll(' ', '-');
    origin.git('checkout', '-q', '-b', branch);
    put();
    if (kind !== 'a submodule') origin.git('add', '-A');
    origin.git('commit', '-q', '-m', kind);
    const sha = origin.git('rev-parse', 'HEAD');
    origin.git('checkout', '-q', 'dev');
    const step = await runner.run({
      workspace: origin.checkout(sha, 0),
      event: 'pull_request',
      payload: payload(sha),
    });
    expect(step.status, step.log).toBe(1);
    expect(
      connectorsOf(step).map(({ path, findings }) => [path, findings.map(({ rule }) => rule)]),
    ).toEqual([['certified-connectors/Evil', ['ConnectorFolderInvalid']]]);
  });
});

describe('files that the step is given', () => {
  test('the event and the report that is handed over are regular files, or a problem', async () => {
    const workspace = mkdtempSync(join(runner.folder, 'files-'));
    makePipe(join(workspace, 'pipe'));
    symlinkSync('/etc/passwd', join(workspace, 'link'));
    symlinkSync('/etc', join(workspace, 'folder'));
    const run = {
      workflow_run: {
        event: 'pull_request',
        head_sha: head,
        head_branch: 'invoices',
        head_repository: { id: 2, owner: { login: 'ada' } },
        html_url: 'https://github.example/1',
      },
    };
    for (const [handover, says] of [
      ['pipe', 'named pipe'],
      ['link', 'symbolic link'],
      ['folder/passwd', 'symbolic link'],
      ['.', 'is a folder'],
      ['nowhere', 'does not exist'],
    ] as const) {
      const step = await runner.run({
        workspace,
        event: 'workflow_run',
        payload: run,
        inputs: { handover },
      });
      expect(step.status).toBe(2);
      expect(problem(step)).toContain(says);
      expect(step.log).not.toContain('root:');
    }
    for (const path of [join(workspace, 'pipe'), workspace]) {
      const step = await runner.run({
        workspace,
        event: 'pull_request',
        environment: { GITHUB_EVENT_PATH: path },
      });
      expect(problem(step)).toMatch(/^The event could not be read from .*: it is /);
    }
  });

  test('what it writes goes through no link of the checkout', async () => {
    const workspace = origin.checkout(head, 0);
    const victim = join(runner.folder, 'victim');
    writeFileSync(victim, 'mine');
    symlinkSync(victim, join(workspace, 'gatehouse.sarif'));
    const step = await runner.run({
      workspace,
      event: 'pull_request',
      payload: payload(),
      inputs: { 'sarif-file': 'gatehouse.sarif' },
    });
    expect(step.status).toBe(2);
    expect(problem(step)).toMatch(
      /The input sarif-file: gatehouse\.sarif could not be written: .* is a symbolic link/,
    );
    expect(readFileSync(victim, 'utf8')).toBe('mine');
  });
});
