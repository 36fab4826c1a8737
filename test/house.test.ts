import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const src = join(import.meta.dirname, '../src');

/** The rooms from the ground up; each may import from itself and from those named. */
const mayImport: Record<string, string[]> = {
  connector: [],
  generated: [],
  'problem.ts': [],
  rules: ['connector', 'generated'],
  changes: ['connector'],
  report: ['connector'],
  settings: ['connector', 'problem.ts', 'rules', 'generated'],
  review: ['connector', 'rules', 'changes', 'report', 'settings'],
  workspace: ['connector', 'problem.ts', 'rules', 'changes', 'report'],
  instruments: ['connector'],
  github: ['connector', 'rules', 'report', 'settings', 'review'],
  runner: ['connector', 'problem.ts', 'report', 'review'],
  'measure.ts': ['connector', 'instruments'],
  'checkout.ts': [
    'connector',
    'problem.ts',
    'rules',
    'changes',
    'report',
    'settings',
    'workspace',
    'measure.ts',
  ],
  'agreement.ts': ['problem.ts', 'review', 'github'],
  'action.ts': [
    'problem.ts',
    'report',
    'runner',
    'workspace',
    'github',
    'checkout.ts',
    'agreement.ts',
  ],
  store: ['problem.ts', 'review'],
  'hints.ts': ['connector', 'review', 'settings', 'store'],
  'consider.ts': ['connector', 'review', 'measure.ts'],
  'review-processes.ts': ['review', 'consider.ts'],
  'attend.ts': ['review', 'github', 'store', 'review-processes.ts'],
  'intake.ts': [],
  'metrics.ts': [],
  'work.ts': [
    'problem.ts',
    'attend.ts',
    'metrics.ts',
    'review-processes.ts',
    'review',
    'github',
    'store',
  ],
  'app.ts': [
    'problem.ts',
    'agreement.ts',
    'attend.ts',
    'hints.ts',
    'intake.ts',
    'metrics.ts',
    'review-processes.ts',
    'work.ts',
    'connector',
    'review',
    'github',
    'store',
  ],
  'cli.ts': [
    'connector',
    'problem.ts',
    'rules',
    'changes',
    'report',
    'settings',
    'workspace',
    'measure.ts',
    'checkout.ts',
    'agreement.ts',
    'app.ts',
  ],
  'worker.ts': ['problem.ts', 'workspace', 'measure.ts'],
  'review-process.ts': ['consider.ts', 'measure.ts', 'review-processes.ts'],
};
/** What is pure of Node.js: the same answer for the same text, and nothing else. Decision 17. */
const pureModules: Record<string, string[]> = { 'connector/finding.ts': ['node:crypto'] };
const pure = new Set([
  'connector',
  'problem.ts',
  'rules',
  'changes',
  'report',
  'settings',
  'review',
]);
/** What reads a clock, talks to the world, or waits. */
const impure =
  /\b(?:process|console|globalThis|fetch|performance|setTimeout|setInterval|setImmediate|Buffer|Math\.random|Date\.now|crypto)\b(?!:)|\bnew Date\(\)|\beval\(|\bnew Function\(/;

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const roomOf = (file: string): string => file.split('/')[0] ?? '';
const code = (file: string): string =>
  readFileSync(join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
const imports = (file: string): string[] =>
  Array.from(
    code(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g),
    (match) => match[1] ?? '',
  );

describe('the house', () => {
  test('every file is in a room that has a place in it', () => {
    expect(files.filter((file) => !(roomOf(file) in mayImport))).toEqual([]);
  });

  test.each(files)('%s imports only from below', (file) => {
    const room = roomOf(file);
    for (const target of imports(file).filter((one) => one.startsWith('.'))) {
      const other = roomOf(relative(src, join(src, dirname(file), target)));
      expect(
        other === room || (mayImport[room] ?? []).includes(other),
        `${file} imports ${target}`,
      ).toBe(true);
    }
  });

  test.each(files.filter((file) => pure.has(roomOf(file))))(
    '%s is pure: no modules of Node.js, no clock, no world',
    (file) => {
      expect(imports(file).filter((one) => one.startsWith('node:'))).toEqual(
        pureModules[file] ?? [],
      );
      const strings = code(file).replace(/`(?:[^`\\]|\\.)*`|'(?:[^'\\\n]|\\.)*'/g, "''");
      expect(impure.exec(strings)?.[0]).toBeUndefined();
    },
  );
});
