import { describe, expect, it } from 'vitest';
import { say } from '../../src/connector/finding.ts';
import { github } from '../../src/report/github.ts';
import { connectorWith, reportOf, type Wrong } from './reports.ts';

describe('annotations of a GitHub workflow', () => {
  it('stand at the place, with the rule as title', () => {
    const twice: Wrong = { at: ['paths', '/v2/invoices/{id}', 'get', 'operationId'], rule: 'OperationIdNotUnique', message: say`${'GetInvoice'} is used twice.` };
    expect(github(reportOf(connectorWith([twice])))).toBe(
      '::error file=certified-connectors/Contoso/apiDefinition.swagger.json,line=9,endLine=9,col=24,endColumn=36,title=OperationIdNotUnique::"GetInvoice" is used twice.\n' +
        '1 error in 1 connector\n',
    );
  });

  it('begin with the errors and end with what was there before, for GitHub shows ten', () => {
    const findings: Wrong[] = [{ severity: 'note' }, { existing: true }, { severity: 'warning' }, {}];
    expect(github(reportOf(connectorWith(findings))).match(/^::\w+|\(was there before\)$/gm)).toEqual(['::error', '::error', '(was there before)', '::warning', '::notice']);
  });

  it('keep folders with commas, colons and percent signs whole', () => {
    expect(github(reportOf(connectorWith([{}], { path: 'custom/100%, a:b' })))).toContain('file=custom/100%25%2C a%3Ab/apiDefinition.swagger.json,');
  });

  it('have no columns where the end is on another line', () => {
    const place = { file: 'readme.md', pointer: '', line: 3, column: 5, endLine: 7, endColumn: 1 };
    expect(github(reportOf(connectorWith([{ place }])))).toContain('file=certified-connectors/Contoso/readme.md,line=3,endLine=7,title=');
  });

  it('name a file of the current folder by itself', () => {
    expect(github(reportOf(connectorWith([{}], { path: '.' })))).toContain('file=apiDefinition.swagger.json,');
  });
});
