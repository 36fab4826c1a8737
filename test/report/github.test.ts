import { describe, expect, it } from 'vitest';
import { safe } from '../../src/shared/finding.ts';
import { workflowAnnotations, toWorkflowCommands } from '../../src/report/github.ts';
import { connectorWith, reportOf, type Wrong } from './reports.ts';

describe('annotations of a GitHub workflow', () => {
  it('stand at the place, with the rule as title', () => {
    const twice: Wrong = {
      at: ['paths', '/v2/invoices/{id}', 'get', 'operationId'],
      rule: 'OperationIdNotUnique',
      message: safe`${'GetInvoice'} is used twice.`,
    };
    expect(toWorkflowCommands(reportOf(connectorWith([twice])))).toBe(
      '::error ' +
        'file=certified-connectors/Contoso/apiDefinition.swagger.json,line=9,endLine=9,col=24,endColumn=36,title=OperationIdNotUnique::`GetInvoice` ' +
        'is used twice.\n' +
        '1 error in 1 connector\n',
    );
  });

  it('begin with the errors and end with what was there before, for GitHub shows ten', () => {
    const findings: Wrong[] = [
      { severity: 'note' },
      { existing: true },
      { severity: 'warning' },
      {},
    ];
    expect(
      toWorkflowCommands(reportOf(connectorWith(findings))).match(/^::\w+|\(existing\)$/gm),
    ).toEqual(['::error', '::error', '(existing)', '::warning', '::notice']);
  });

  it('keep folders with commas, colons and percent signs whole', () => {
    expect(
      toWorkflowCommands(reportOf(connectorWith([{}], { path: 'custom/100%, a:b' }))),
    ).toContain('file=custom/100%25%2C a%3Ab/apiDefinition.swagger.json,');
  });

  it('have no columns where the end is on another line', () => {
    const location = {
      file: 'readme.md',
      pointer: '',
      line: 3,
      column: 5,
      endLine: 7,
      endColumn: 1,
    };
    expect(toWorkflowCommands(reportOf(connectorWith([{ location }])))).toContain(
      'file=certified-connectors/Contoso/readme.md,line=3,endLine=7,title=',
    );
  });

  it('name a file of the current folder by itself', () => {
    expect(toWorkflowCommands(reportOf(connectorWith([{}], { path: '.' })))).toContain(
      'file=apiDefinition.swagger.json,',
    );
  });
});

describe('annotations of a step, of which GitHub shows ten of a kind', () => {
  const many = (count: number, rule: string, severity: 'error' | 'warning' = 'error'): Wrong[] =>
    Array.from({ length: count }, () => ({ rule, severity }));

  it('are said one by one as long as they are ten', () => {
    expect(
      workflowAnnotations(reportOf(connectorWith([...many(10, 'A'), ...many(10, 'B', 'warning')]))),
    ).toHaveLength(20);
  });

  it('are said once for a rule and file, with the lines, where they are more', () => {
    const place = (line: number): Wrong => ({
      rule: 'A',
      location: { file: 'readme.md', pointer: '', line, column: 1, endLine: line, endColumn: 2 },
    });
    const [first, second] = workflowAnnotations(
      reportOf(connectorWith([...many(11, 'B'), ...[3, 5, 5, 9].map(place)])),
    );
    expect(first).toMatch(
      /title=B::.* The same rule is broken 10 more times in this file: line 2\.$/,
    );
    expect(second).toMatch(
      /file=certified-connectors\/Contoso\/readme\.md,line=3,.* The same rule is broken 3 more times in this file: lines 5, 9\.$/,
    );
  });

  it('are said once for a rule where too many files break it, and the tenth counts the other rules', () => {
    const rules = Array.from({ length: 12 }, (_, index) => ({ rule: `Rule${index}` }));
    const lines = workflowAnnotations(
      reportOf(
        ...['One', 'Two'].map((name) =>
          connectorWith(rules, { path: `certified-connectors/${name}` }),
        ),
      ),
    );
    expect(lines).toHaveLength(10);
    expect(lines[0]).toMatch(
      /title=Rule0::.* The same rule is broken 1 more time, in 2 files in total: see the summary of the job\.$/,
    );
    expect(lines[9]).toBe(
      '::error title=6 more::6 errors of 3 other rules. See the summary of the job.',
    );
  });
});
