import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { repository } from '../../src/shared/project.ts';

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
/** Publishing a packed file, and asking the registry: npm's client runs no code of packages then. */
const publishing = /\bnpm (?:publish "\$BUILT\/package\.tgz" --ignore-scripts|view) /g;
/**
 * What runs code of this repository or of packages: npm and its like, scripts, tests, and the
 * repository's own actions.
 */
const runsCode = ({ steps }: Job): boolean =>
  steps.some(
    ({ run = '', uses = '' }) =>
      uses.startsWith('./') ||
      /\b(?:npm|npx|yarn|pnpm|node|tsx|make|vitest)\b|\.ci\/run|\.sh\b/.test(
        run.replaceAll(publishing, ''),
      ),
  );
/** Runs as it stands on the default branch, with secrets and rights, at the word of a stranger. */
const privileged = ({ on }: Workflow): boolean =>
  ['pull_request_target', 'workflow_run', 'issue_comment'].some((event) => event in on);

const nameOf = ({ path, name }: (typeof jobs)[number]): string => `${path}: ${name}`;

describe.each(jobs.map((entry): [string, (typeof jobs)[number]] => [nameOf(entry), entry]))(
  '%s',
  (_, { job, workflow }) => {
    test('leaves no token in the checkout', () => {
      const checkouts = job.steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
      expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
    });

    test('gives no token to all of its steps at once: only to those that name it', () => {
      expect(JSON.stringify([workflow.env ?? {}, job.env ?? {}])).not.toMatch(/token|secrets/i);
    });

    test('puts no text of an event into a script', () => {
      for (const { run = '' } of job.steps) expect(run).not.toMatch(/\$\{\{/);
    });
  },
);

test('no job that runs code of packages or of this repository has a token that may write', () => {
  const running = jobs.filter(({ job }) => runsCode(job));
  expect(running.length).toBeGreaterThan(0);
  expect(running.filter((entry) => writes(entry).length > 0).map(nameOf)).toEqual([]);
});

test('no job checks anything out where a stranger starts it with rights', () => {
  const started = jobs.filter(({ workflow }) => privileged(workflow));
  expect(started.length).toBeGreaterThan(0);
  const checksOut = ({ uses = '', run = '' }: Step): boolean =>
    uses.startsWith('actions/checkout@') ||
    /\bgit (?:clone|fetch|checkout)\b|gh pr checkout/.test(run);
  expect(started.filter(({ job }) => job.steps.some(checksOut)).map(nameOf)).toEqual([]);
});

test('a release is written only from a job that a person has approved and that runs nothing of the repository', () => {
  const writing = jobs.filter(
    (entry) => entry.path === '.github/workflows/release.yml' && writes(entry).includes('contents'),
  );
  expect(writing.length).toBeGreaterThan(0);
  expect(writing.filter(({ job }) => job.environment !== 'release').map(nameOf)).toEqual([]);
  expect(writing.filter(({ job }) => runsCode(job)).map(nameOf)).toEqual([]);
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
    publish: { contents: 'write', 'id-token': 'write' },
  });
  for (const name of ['attest', 'publish'])
    expect(
      all[name]?.steps.some(({ uses = '' }) => uses.startsWith('actions/download-artifact@')),
    ).toBe(true);
});

test('a release is refused in every repository but the one that package.json names', () => {
  const [build] = Object.values(read('.github/workflows/release.yml').jobs);
  const check = build?.steps.find(({ run }) => run?.includes('GITHUB_REPOSITORY'))?.run ?? '';
  const statusIn = (repositoryOfRun: string) =>
    spawnSync('bash', ['-euo', 'pipefail', '-c', check], {
      cwd: root,
      env: {
        ...process.env,
        PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
        GITHUB_REPOSITORY: repositoryOfRun,
      },
    }).status;
  expect(statusIn(repository)).toBe(0);
  expect(statusIn('somebody/gatehouse')).toBe(1);
});
