import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isObject } from '../../src/github/parse-response.ts';
import {
  connectors,
  friday20,
  monday16,
  settings,
  trainScenes,
  type TrainScene,
} from './train-scene.ts';

interface Step {
  name?: string;
  run?: string;
  env?: Record<string, string>;
}
interface Workflow {
  on: object;
  jobs: Record<
    string,
    { if?: string; permissions?: Record<string, string>; outputs?: object; steps: Step[] }
  >;
}
const path = join(import.meta.dirname, '../../docs/workflows/deploy.yml');
const workflow: Workflow = parse(readFileSync(path, 'utf8'));

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-deploy-'));
afterAll(() => rmSync(folder, { recursive: true }));
const run = promisify(execFile);

/** Replaces the expressions of a text by the values of a context, '' where it has none. */
const evaluate = (text: string, context: object): string =>
  text.replace(/\$\{\{ ([\w.]+) \}\}/g, (_, expression: string) => {
    const value = expression
      .split('.')
      .reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), context);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  });

/** Runs the script of a step, as a runner does. Returns its outputs. */
async function runStep(
  name: string,
  context: object,
  more: { cwd?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const step = Object.values(workflow.jobs)
    .flatMap(({ steps }) => steps)
    .find((each) => each.name === name);
  if (step?.run === undefined) throw new Error(`there is no step ${name}`);
  const env = Object.entries(step.env ?? {}).map(([key, text]) => [key, evaluate(text, context)]);
  const outputs = join(folder, 'outputs');
  writeFileSync(outputs, '');
  await run('bash', ['-e', '-c', step.run], {
    cwd: more.cwd ?? folder,
    env: {
      PATH: process.env.PATH,
      GITHUB_OUTPUT: outputs,
      ...Object.fromEntries(env),
      ...more.env,
    },
  });
  return readFileSync(outputs, 'utf8');
}

/** A repository of git with these files. Returns its commit. */
async function checkout(files: Record<string, string>): Promise<{ cwd: string; commit: string }> {
  const cwd = mkdtempSync(join(folder, 'checkout-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  const git = (...words: string[]) => run('git', words, { cwd });
  await git('init', '--quiet');
  await git('add', '--all');
  const author = ['-c', 'user.name=x', '-c', 'user.email=x@contoso.example'];
  await git(...author, 'commit', '--quiet', '--message', 'First');
  return { cwd, commit: (await git('rev-parse', 'HEAD')).stdout.trim() };
}

const { openStore, newScene, github } = trainScenes();

/** A deployment to the first ring, and the context of the workflow that reacts to it. */
async function newDeployment(): Promise<{ at: TrainScene; context: object; id: number }> {
  const at = newScene(await openStore(undefined), settings());
  await at.merge(connectors.slice(0, 1));
  await at.advance(monday16);
  await at.advance(friday20);
  const delivery = github().webhooks.deliveries.findLast(({ event }) => event === 'deployment');
  const [deployment] = at.repository.deployments;
  if (!delivery || !deployment) throw new Error('nothing was deployed');
  const context = {
    github: {
      event: delivery.payload,
      token: github().workflowToken(at.repository, { deployments: 'write' }),
      server_url: 'https://github.com',
      repository: at.path,
      run_id: 17,
    },
  };
  return { at, context, id: deployment.id };
}

const environmentOf = (at: TrainScene): Record<string, string> => ({
  GITHUB_API_URL: github().url,
  GITHUB_REPOSITORY: at.path,
});

test('reacts to the deployments of the App only', async () => {
  const { context } = await newDeployment();
  expect(Object.keys(workflow.on)).toEqual(['deployment']);
  const [, login = ''] = /creator\.login == '(.+)'/.exec(workflow.jobs.begin?.if ?? '') ?? [];
  expect(evaluate('${{ github.event.deployment.creator.login }}', context)).toBe('gatehouse[bot]');
  expect(login).toMatch(/^gatehouse-contoso\[bot\]$/);
});

test('deploys only the folder that was reviewed', async () => {
  const { context } = await newDeployment();
  const name = `${connectors[0]}/readme.md`;
  const reviewed = { [name]: `# ${connectors[0]}\n` };
  const check = 'Check that the folder is what was reviewed';
  const { cwd, commit } = await checkout({ ...reviewed, 'other.md': 'x' });
  await runStep(check, context, { cwd, env: { COMMIT: commit } });
  for (const changed of [{ [name]: 'x' }, { ...reviewed, [`${connectors[0]}/more`]: 'x' }, {}]) {
    const other = await checkout({ 'other.md': 'x', ...changed });
    await expect(
      runStep(check, context, { cwd: other.cwd, env: { COMMIT: other.commit } }),
    ).rejects.toThrow('exit');
  }
});

describe('reports', () => {
  const log = 'https://github.com/connectors/actions/runs/17';

  test.each([
    ['success', 'success', 'All regions have it.', { kind: 'succeeded' }],
    ['success', 'failure', 'HTTP 500', { kind: 'failed', reason: 'HTTP 500' }],
    ['success', 'error', 'No quota', { kind: 'errored', reason: 'No quota' }],
    ['success', 'inconclusive', 'No traffic', { kind: 'inconclusive', reason: 'No traffic' }],
    [
      'success',
      '',
      '',
      { kind: 'errored', reason: 'The job that deploys ended without a result (success).' },
    ],
    [
      'cancelled',
      'success',
      'x',
      { kind: 'errored', reason: 'The job that deploys ended without a result (cancelled).' },
    ],
    ['success', 'failure', 'é"\\\n$(x)'.repeat(40), { kind: 'failed' }],
  ])('%s %s', async (result, outcome, text, expected) => {
    const { at, context, id } = await newDeployment();
    const env = environmentOf(at);
    await runStep('Report that the deployment runs', context, { env });
    await at.advance(friday20);
    const needs = { deploy: { result, outputs: { outcome, description: text } } };
    await runStep('Report the result', { ...context, needs }, { env });
    await at.advance(friday20);
    const [ride] = await at.store.rides(at.path, { pull: 1 });
    expect(ride?.events.at(-1)).toMatchObject({
      ...expected,
      deployment: id,
      logUrl: log.replace('connectors', at.path),
    });
  });

  test('what the template says until it is filled in', async () => {
    const { context } = await newDeployment();
    expect(await runStep('Deploy', context)).toBe(
      'outcome=error\ndescription=The workflow that deploys is not filled in yet.\n',
    );
  });
});
