import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { gatehouse } from '../../src/cli/gatehouse.ts';
import { parseOptions } from '../../src/cli/options.ts';
import { resolveCommand } from '../../src/cli/resolve-command.ts';
import { toCompact } from '../../src/report/compact.ts';
import { safe } from '../../src/shared/finding.ts';
import { connectorWith, reportOf } from '../report/reports.ts';

const root = join(import.meta.dirname, '../..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

test('the problem matcher of the docs reads every finding of the compact format', () => {
  const section = text('docs/editors.md').split('## Tasks in VS Code')[1] ?? '';
  const { tasks } = JSON.parse(/```json\n([^]*?)```/.exec(section)?.[1] ?? '');
  const { regexp, ...groups } = tasks[0].problemMatcher.pattern;
  const findings = [
    { message: safe`The value ${'a: b [c]'} is wrong.` },
    { severity: 'note' as const, rule: 'SummaryTooShort' },
  ];
  const report = reportOf({ ...connectorWith(findings), directory: 'a b/Contoso: 1' });
  const lines = Array.from(toCompact(report)).join('').trimEnd().split('\n');
  const matches = lines.map((line) => new RegExp(regexp).exec(line));
  expect(matches.slice(0, 2).map((match) => match?.[groups.file])).toEqual(
    Array.from({ length: 2 }, () => 'a b/Contoso: 1/apiDefinition.swagger.json'),
  );
  expect(matches[0]?.slice(groups.line)).toEqual([
    '2',
    '14',
    'error',
    'The value `a: b [c]` is wrong.',
    'SwaggerWrong',
  ]);
  expect(matches[1]?.[groups.severity]).toBe('note');
  expect(lines).toHaveLength(3);
  expect(matches[2]).toBeNull();
});

describe('hooks for pre-commit', () => {
  const hooks: { id: string; entry: string; files: string }[] = parseYaml(
    text('.pre-commit-hooks.yaml'),
  );

  test.each(hooks)('$id runs a command that exists, on the files of connectors', (hook) => {
    const [program, ...words] = hook.entry.split(' ');
    expect(program).toBe('gatehouse');
    const { command, args, options } = resolveCommand([...words, 'a file'], gatehouse);
    expect(parseOptions(args, options, command.name).positionals).toEqual(['a file']);
    const files = new RegExp(hook.files);
    const folder = 'certified-connectors/Contoso Invoices';
    expect(files.test(`${folder}/apiDefinition.swagger.json`)).toBe(true);
    expect(files.test(`${folder}/readme.md`)).toBe(true);
    expect(files.test('package.json')).toBe(false);
  });
});
