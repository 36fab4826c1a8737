import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, unknown>;
}
interface Job {
  permissions?: Record<string, string>;
  env?: Record<string, unknown>;
  environment?: string;
  steps: Step[];
}
interface Workflow {
  on: Record<string, unknown>;
  permissions?: Record<string, string>;
  env?: Record<string, unknown>;
  jobs: Record<string, Job>;
}

const root = join(import.meta.dirname, '../..');
const paths = ['docs/workflows', '.github/workflows'].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
);
const read = (path: string): Workflow => parse(readFileSync(join(root, path), 'utf8'));
const jobs = paths.flatMap((path) =>
  Object.entries(read(path).jobs).map(([name, job]) => ({ path, name, job, workflow: read(path) })),
);

const writes = ({ workflow, job }: (typeof jobs)[number]): string[] =>
  Object.entries(job.permissions ?? workflow.permissions ?? {}).flatMap(([scope, level]) =>
    level === 'write' ? [scope] : [],
  );
/**
 * What runs code of this repository or of packages: npm and its like, scripts, tests, and the
 * repository's own actions.
 */
const runsCode = ({ steps }: Job): boolean =>
  steps.some(
    ({ run = '', uses = '' }) =>
      uses.startsWith('./') ||
      /\b(?:npm|npx|yarn|pnpm|node|tsx|make|vitest)\b|\.ci\/run|\.sh\b/.test(run),
  );
/** Runs as it stands on the default branch, with secrets and rights, at the word of a stranger. */
const privileged = ({ on }: Workflow): boolean =>
  ['pull_request_target', 'workflow_run', 'issue_comment'].some((event) => event in on);

describe.each(
  jobs.map((job): [string, (typeof jobs)[number]] => [`${job.path}: ${job.name}`, job]),
)('%s', (_, one) => {
  const { job, workflow } = one;

  test('has no token that may write where it runs code of packages or of this repository', () => {
    if (runsCode(job)) expect(writes(one)).toEqual([]);
  });

  test('leaves no token in the checkout', () => {
    for (const { uses = '', with: given } of job.steps)
      if (uses.startsWith('actions/checkout@')) expect(given?.['persist-credentials']).toBe(false);
  });

  test('checks nothing out where a stranger starts it with rights', () => {
    if (privileged(workflow))
      expect(
        job.steps.filter(
          ({ uses = '', run = '' }) =>
            uses.startsWith('actions/checkout@') ||
            /\bgit (?:clone|fetch|checkout)\b|gh pr checkout/.test(run),
        ),
      ).toEqual([]);
  });

  test('gives no token to all of its steps at once: only to those that name it', () => {
    expect(JSON.stringify([workflow.env ?? {}, job.env ?? {}])).not.toMatch(/token|secrets/i);
  });

  test('puts no text of an event into a script', () => {
    for (const { run = '' } of job.steps) expect(run).not.toMatch(/\$\{\{/);
  });

  test('writes to the repository, or says who built something, only from where a person has approved or nothing of the repository runs', () => {
    if (one.path !== '.github/workflows/release.yml' || !writes(one).includes('contents')) return;
    expect(job.environment).toBe('release');
    expect(runsCode(job)).toBe(false);
  });
});

test('a release is built in a job that may only read, and published from what that job made', () => {
  const { on, permissions, jobs: all } = read('.github/workflows/release.yml');
  expect(Object.keys(on)).toEqual(['workflow_dispatch']);
  expect(permissions).toEqual({});
  expect(
    Object.fromEntries(Object.entries(all).map(([name, job]) => [name, job.permissions])),
  ).toEqual({
    build: { contents: 'read' },
    attest: { 'id-token': 'write', attestations: 'write' },
    publish: { contents: 'write' },
  });
  for (const name of ['attest', 'publish'])
    expect(
      all[name]?.steps.some(({ uses = '' }) => uses.startsWith('actions/download-artifact@')),
    ).toBe(true);
});
