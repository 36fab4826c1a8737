import { execSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../support/cli.ts';
import { contoso, definition, Origin } from './checkout.ts';
import { Runner, type Step } from './runner.ts';

const file = `${contoso}/${definition}`;
let runner: Runner;
let origin: Origin;
/** An update that breaks flows and gives two operations one id. */
let head: string;
let merge: string;

beforeAll(() => {
  runner = new Runner();
  origin = new Origin(runner.folder);
  head = origin.change('invoices', () =>
    origin.replace(file, '"operationId": "GetInvoice"', '"operationId": "ListInvoices"'),
  );
  merge = origin.merge('invoices');
});
afterAll(() => runner.remove());

const sides = (fork: boolean) => ({
  head: {
    sha: head,
    ref: 'invoices',
    repo: { id: fork ? 2 : 1, full_name: fork ? 'ada/connectors' : 'contoso/connectors' },
  },
  base: { sha: origin.base, ref: 'dev', repo: { id: 1, full_name: 'contoso/connectors' } },
});
const pullRequest = (fork = false): object => ({
  action: 'opened',
  number: 1,
  pull_request: { number: 1, ...sides(fork) },
});
const reportOf = ({
  outputs,
}: Step): {
  connectors: {
    path: string;
    verdict?: string;
    findings: { rule: string; fingerprint: string; existing: boolean }[];
  }[];
  summary: object;
} => JSON.parse(readFileSync(outputs.report ?? '', 'utf8'));
const problem = ({ commands }: Step): string =>
  commands.find(({ properties }) => properties.title === 'Gatehouse could not check')?.message ??
  '';

describe('a pull request', () => {
  test('is checked against what it is merged into, with two commits of history', async () => {
    const step = await runner.run({
      workspace: origin.checkout(merge, 2),
      event: 'pull_request',
      payload: pullRequest(),
    });
    expect(step.status, step.log).toBe(1);
    expect(step.outputs).toMatchObject({ errors: '2', warnings: '0', verdict: 'major', sarif: '' });
    expect(step.outputs.changelog).toContain(
      'The operation `Get an invoice` was replaced by another with the same name.',
    );
    expect(
      step.commands.map(({ name, properties }) => ({
        name,
        file: properties.file,
        line: properties.line,
        title: properties.title,
      })),
    ).toEqual([
      { name: 'error', file, line: '68', title: 'OperationDeleted' },
      { name: 'error', file, line: '68', title: 'OperationIdNotUnique (5000.2.6.2)' },
    ]);
    expect(step.summary).toContain('**2 errors of 2 kinds in this major update.**');
    expect(step.summary).toContain('Changelog');
    expect(step.summary).toContain(
      '<summary>What readers of the reference page will see differently (2 sections)</summary>',
    );
  });

  test('gives the findings and fingerprints that the command line gives', async () => {
    const workspace = origin.checkout(head, 0);
    const step = await runner.run({ workspace, event: 'pull_request', payload: pullRequest() });
    const { out } = run(['check', '--base', 'origin/dev', '--format', 'json'], workspace);
    expect(readFileSync(step.outputs.report ?? '', 'utf8')).toBe(out);
    const merged = await runner.run({
      workspace: origin.checkout(merge, 2),
      event: 'pull_request',
      payload: pullRequest(),
    });
    expect(reportOf(merged)).toEqual(JSON.parse(out));
    expect(
      reportOf(merged).connectors.flatMap(({ findings }) =>
        findings.map(({ fingerprint }) => fingerprint),
      ),
    ).toHaveLength(2);
  });

  test('that changes no connector is green, and it says that nothing was checked', async () => {
    const other = new Origin(runner.folder);
    const sha = other.change('readme', () => other.write('README.md', '# Connectors\n'));
    const payload = {
      pull_request: {
        number: 2,
        head: { sha, repo: { id: 1 } },
        base: { sha: other.base, ref: 'dev', repo: { id: 1 } },
      },
    };
    const step = await runner.run({
      workspace: other.checkout(sha, 0),
      event: 'pull_request',
      payload,
    });
    expect(step.status).toBe(0);
    expect(step.log).toContain('No connector changed, so there was nothing to check.');
    expect(step.summary).toContain('there was nothing to check');
    expect(step.outputs).toMatchObject({ errors: '0', warnings: '0', verdict: '' });
  });

  test('is held to the settings of its base branch as it is today, not to those that it brings or began at', async () => {
    const guarded = new Origin(runner.folder);
    const sha = guarded.change('laxer', () => {
      guarded.replace(file, '"operationId": "GetInvoice"', '"operationId": "ListInvoices"');
      guarded.write('.github/gatehouse.yml', 'rules:\n  OperationIdNotUnique: off\n');
      guarded.write('policy.yml', 'rules:\n  OperationIdNotUnique: off\n');
    });
    guarded.write('.github/gatehouse.yml', 'rules:\n  OperationDeleted: off\n');
    guarded.write('.github/gatehouse.yml', 'rules:\n  OperationIdNotUnique: warning\n');
    const tip = guarded.commit('Settings');
    const payload = {
      pull_request: {
        number: 3,
        head: { sha, repo: { id: 1 } },
        base: { sha: tip, ref: 'dev', repo: { id: 1 } },
      },
    };
    const workspace = guarded.checkout(sha, 0);
    const step = await runner.run({ workspace, event: 'pull_request', payload });
    expect(step.outputs, step.log).toMatchObject({ errors: '1', warnings: '1' });
    const named = await runner.run({
      workspace,
      event: 'pull_request',
      payload,
      inputs: { config: 'policy.yml' },
    });
    expect(named.status).toBe(2);
    expect(problem(named)).toBe(
      `policy.yml, which the input config names, is not in the base ${tip.slice(0, 10)}. ` +
        'Settings are read from the base, never from the change.',
    );
  });
});

describe('a clone without the history that it takes', () => {
  const expectAdviceHelps = async (
    workspace: string,
    step: Step,
    depth: string,
    event: string,
    payload: object,
  ): Promise<void> => {
    expect(step.status).toBe(2);
    expect(problem(step)).toContain(
      `Give actions/checkout \`${depth}\`, or run before this step: git fetch `,
    );
    expect(step.summary).toContain('Gatehouse could not check.');
    // What it says is what helps.
    execSync(problem(step).split('run before this step: ')[1] ?? 'false', {
      cwd: workspace,
      stdio: 'ignore',
    });
    expect((await runner.run({ workspace, event, payload })).outputs.errors).toBe('2');
  };

  test('at a merge commit asks for one commit more', async () => {
    const workspace = origin.checkout(merge, 1);
    await expectAdviceHelps(
      workspace,
      await runner.run({ workspace, event: 'pull_request', payload: pullRequest() }),
      'fetch-depth: 2',
      'pull_request',
      pullRequest(),
    );
  });

  test('at the head of a branch asks for all of it', async () => {
    const workspace = origin.checkout(head, 1);
    await expectAdviceHelps(
      workspace,
      await runner.run({ workspace, event: 'pull_request', payload: pullRequest() }),
      'fetch-depth: 0',
      'pull_request',
      pullRequest(),
    );
  });

  test('of a merge queue asks for all of it', async () => {
    const payload = {
      action: 'checks_requested',
      merge_group: { base_sha: origin.base, head_sha: merge },
    };
    const workspace = origin.checkout(merge, 1);
    await expectAdviceHelps(
      workspace,
      await runner.run({ workspace, event: 'merge_group', payload }),
      'fetch-depth: 0',
      'merge_group',
      payload,
    );
  });

  test('and a folder that is no clone asks for a checkout', async () => {
    const workspace = join(runner.folder, 'nothing');
    mkdirSync(workspace);
    const step = await runner.run({ workspace, event: 'pull_request', payload: pullRequest() });
    expect(step.status).toBe(2);
    expect(problem(step)).toContain(
      'is not a git checkout. Put actions/checkout with `fetch-depth: 2` before this step.',
    );
  });
});

describe('the event', () => {
  test.each([
    ['pull_request', 'The payload of the event pull_request has no pull request.'],
    ['merge_group', 'The payload of the event merge_group has no merge group.'],
    ['workflow_run', 'The payload of the event workflow_run has no workflow run.'],
  ])('%s without what it is about is an error that says so', async (event, says) => {
    const step = await runner.run({ workspace: origin.checkout(merge, 2), event, payload: {} });
    expect(step.status).toBe(2);
    expect(problem(step)).toContain(says);
  });

  test('push holds what was pushed against what was there before', async () => {
    const step = await runner.run({
      workspace: origin.checkout(head, 2),
      event: 'push',
      payload: { before: origin.base, after: head },
    });
    expect(step.outputs).toMatchObject({ errors: '2', verdict: 'major' });
  });

  test('push of a new branch, and workflow_dispatch, check everything', async () => {
    const workspace = origin.checkout(origin.base, 1);
    for (const [event, payload] of [
      ['push', { before: '0'.repeat(40), after: origin.base }],
      ['workflow_dispatch', {}],
    ] as const) {
      const step = await runner.run({ workspace, event, payload });
      // What is wrong with Fabrikam's has no base to have been there before.
      expect(step).toMatchObject({
        status: 1,
        outputs: { errors: '3', warnings: '1', verdict: '', changelog: '' },
      });
      expect(reportOf(step).connectors).toHaveLength(2);
    }
  });

  test('pull_request_target is refused where not the pull request is checked out', async () => {
    const step = await runner.run({
      workspace: origin.checkout(origin.base, 1),
      event: 'pull_request_target',
      payload: pullRequest(true),
    });
    expect(step.status).toBe(2);
    expect(problem(step)).toContain(
      'on pull_request_target actions/checkout takes the base branch',
    );
  });

  test('needs none where the base is given', async () => {
    const step = await runner.run({
      workspace: origin.checkout(head, 0),
      event: 'schedule',
      inputs: { base: 'origin/dev' },
    });
    expect(step.outputs.errors).toBe('2');
  });
});

describe('the inputs', () => {
  test.each([
    [
      'fail-on',
      'warnings',
      'The input fail-on is "warnings". It can be error, warning, note, never.',
    ],
    ['comment', 'yes', 'The input comment is "yes". It can be true, false.'],
    [
      'class',
      'gold',
      'The input class is "gold". It can be certified, independent-publisher, custom.',
    ],
  ])('%s tells what it can be', async (name, value, says) => {
    const step = await runner.run({
      workspace: origin.checkout(merge, 2),
      inputs: { [name]: value },
    });
    expect(step.status).toBe(2);
    expect(problem(step)).toBe(says);
  });

  test('fail-on never is green with errors, which it still tells', async () => {
    const step = await runner.run({
      workspace: origin.checkout(merge, 2),
      event: 'pull_request',
      payload: pullRequest(),
      inputs: { 'fail-on': 'never', annotations: 'false' },
    });
    expect(step.status).toBe(0);
    expect(step.outputs.errors).toBe('2');
    expect(step.commands).toEqual([]);
  });

  test('working-directory, sarif-file and format: files are named from the root of the repository', async () => {
    const nested = new Origin(runner.folder);
    nested.change('dev', () => {
      nested.git('mv', 'certified-connectors', 'moved');
      mkdirSync(join(nested.path, 'all of them'));
      nested.git('mv', 'moved', 'all of them/certified-connectors');
    });
    const before = nested.git('rev-parse', 'HEAD');
    const after = nested.change('dev', () =>
      nested.replace(
        `all of them/${file}`,
        '"operationId": "GetInvoice"',
        '"operationId": "ListInvoices"',
      ),
    );
    const workspace = nested.checkout(after, 2);
    const step = await runner.run({
      workspace,
      event: 'push',
      payload: { before, after },
      inputs: {
        'working-directory': 'all of them',
        'sarif-file': 'gatehouse.sarif',
        format: 'junit',
        paths: contoso,
      },
    });
    expect(step.commands.map(({ properties }) => properties.file)).toEqual([
      `all of them/${file}`,
      `all of them/${file}`,
    ]);
    expect(step.outputs.sarif).toBe(join(workspace, 'all of them/gatehouse.sarif'));
    const { runs } = JSON.parse(readFileSync(step.outputs.sarif ?? '', 'utf8'));
    expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      `all%20of%20them/${file.replace(' ', '%20')}`,
    );
    expect(runs[0].results[0].partialFingerprints).toEqual({
      'gatehouse/v1': expect.stringMatching(/^[0-9a-f]{20}$/),
    });
    expect(readFileSync(step.outputs.report ?? '', 'utf8')).toMatch(/^<\?xml/);
  });
});

describe('the input level', () => {
  const inputs = { paths: contoso, 'fail-on': 'never', 'sarif-file': 'all.sarif' };
  let change: Origin;
  let sha: string;
  beforeAll(() => {
    change = new Origin(runner.folder);
    sha = change.change('dev', () => {
      change.replace(file, '"ListInvoices"', '"GetInvoice"');
      change.replace(file, '"List invoices"', '"List invoices."');
    });
  });
  const at = (level?: string, more = {}) =>
    runner.run({
      workspace: change.checkout(sha, 1),
      inputs: { ...inputs, ...(level !== undefined && { level }), ...more },
    });
  const severitiesIn = ({ outputs }: Step): string[] => [
    ...new Set<string>(
      JSON.parse(readFileSync(outputs.report ?? '', 'utf8')).connectors.flatMap(
        ({ findings }: { findings: { severity: string }[] }) =>
          findings.map(({ severity }) => severity),
      ),
    ),
  ];
  const levelsIn = ({ outputs }: Step): string[] => [
    ...new Set<string>(
      JSON.parse(readFileSync(outputs.sarif ?? '', 'utf8')).runs[0].results.map(
        ({ level }: { level: string }) => level,
      ),
    ),
  ];

  test('leaves less severe findings out everywhere, but not out of the numbers', async () => {
    const [all, errors] = [await at(), await at('error')];
    expect(severitiesIn(all).toSorted()).toEqual(['error', 'warning']);
    expect(levelsIn(all)).toEqual(['error', 'warning']);
    expect(severitiesIn(errors)).toEqual(['error']);
    expect(levelsIn(errors)).toEqual(['error']);
    expect(errors.commands.map(({ name }) => name)).not.toContain('warning');
    expect(all.summary).toContain('1 warning');
    expect(errors.summary).not.toContain('warning');
    expect(errors.outputs.warnings).toBe('1');
    expect(errors.outputs).toMatchObject({
      errors: all.outputs.errors,
      warnings: all.outputs.warnings,
    });
  });

  test('and fail-on cannot fail the step for what is not shown', async () => {
    const step = await at('error', { 'fail-on': 'warning' });
    expect(step.status).toBe(2);
    expect(problem(step)).toBe(
      'With the input fail-on: warning the step could fail because of a finding that level: error hides. Set level to warning, or leave it out.',
    );
  });
});

describe('hostile names', () => {
  test('give no commands, outputs or lines of a summary', async () => {
    const hostile = new Origin(runner.folder);
    const names = [
      '[brackets] (and) spaces',
      'Ünïcode 発票',
      'x\n::set-output name=errors::0\n::error::injected',
      'x%0A::warning::injected',
      '##[add-path]injected',
      '::stop-commands::x',
    ];
    const text = readFileSync(join(hostile.path, file), 'utf8');
    const sha = hostile.change('hostile', () => {
      for (const name of names) {
        hostile.write(
          `certified-connectors/${name}/${definition}`,
          text
            .replace('"ListInvoices"', '"GetInvoice"')
            .replace(
              '"title": "Contoso Invoices"',
              '"title": "\\n::error::injected\\n<script>x</script> @maria #1"',
            ),
        );
        hostile.write(`certified-connectors/${name}/stray\n::error::injected.txt`, 'x');
      }
    });
    const step = await runner.run({
      workspace: hostile.checkout(sha, 0),
      inputs: { base: 'origin/dev' },
    });
    expect(step.status).toBe(1);
    expect(reportOf(step).connectors).toHaveLength(names.length);
    expect(step.commands.length).toBeGreaterThan(0);
    for (const { name, properties, message } of step.commands) {
      expect(['error', 'warning', 'notice']).toContain(name);
      expect(message).not.toMatch(/^injected/);
      expect(properties.file ?? '').not.toContain('\n');
    }
    expect(step.outputs.errors).not.toBe('0');
    expect(Object.keys(step.outputs).sort()).toEqual([
      'changelog',
      'errors',
      'report',
      'sarif',
      'verdict',
      'warnings',
    ]);
    const page = micromark(step.summary, {
      allowDangerousHtml: true,
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
    });
    const outside = page.replace(/<code>[^]*?<\/code>/g, '');
    expect(outside).not.toMatch(/::error|<script|@maria/);
    expect(outside).not.toMatch(
      /href="(?!https:\/\/(?:github\.example\/contoso|connector-gatehouse\.github\.io)\/)/,
    );
  });

  test('a folder that is somebody else’s is read all the same', async () => {
    const workspace = origin.checkout(merge, 2);
    const step = await runner.run({
      workspace,
      event: 'pull_request',
      payload: pullRequest(),
      environment: { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' },
    });
    expect(step.outputs.errors, step.log).toBe('2');
  });
});
