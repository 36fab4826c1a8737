import { describe, expect, it } from 'vitest';
import { safe } from '../../src/shared/finding.ts';
import * as json from '../../src/report/json.ts';
import type { Report } from '../../src/report/report.ts';
import { connectorWith, reportOf, type Wrong } from './reports.ts';

const duplicate: Wrong = {
  at: ['paths', '/v2/invoices/{id}', 'get', 'operationId'],
  rule: 'OperationIdNotUnique',
  message: safe`${'GetInvoice'} is used twice.`,
  subject: 'operation/GetInvoice',
  mend: (at, key) => ({ at, key, to: 'GetInvoiceLines' }),
};

const toJson = (report: Report): string => Array.from(json.toJson(report)).join('');

describe('the report for other programs', () => {
  it('keeps the contract', () => {
    expect(
      JSON.parse(toJson(reportOf({ ...connectorWith([duplicate]), verdict: 'major' }))),
    ).toEqual({
      tool: { name: 'gatehouse', version: '0.1.0' },
      connectors: [
        {
          path: 'certified-connectors/Contoso',
          class: 'certified',
          verdict: 'major',
          findings: [
            {
              rule: 'OperationIdNotUnique',
              severity: 'error',
              message: '`GetInvoice` is used twice.',
              file: 'apiDefinition.swagger.json',
              line: 9,
              column: 24,
              endLine: 9,
              endColumn: 36,
              pointer: '/paths/~1v2~1invoices~1{id}/get/operationId',
              subject: 'operation/GetInvoice',
              existing: false,
              fixable: true,
              fingerprint: 'fingerprint-0',
              policies: [],
              blocks: 'pull-request',
            },
          ],
        },
      ],
      summary: { connectors: 1, errors: 1, warnings: 0, notes: 0 },
    });
  });

  it('leaves out a verdict and a subject that it does not have', () => {
    expect(toJson(reportOf(connectorWith([{}])))).not.toMatch(/verdict|subject/);
  });

  it('says the same of several connectors, a finding a line', () => {
    const one = connectorWith([duplicate, {}]);
    const clean = connectorWith([], { path: 'certified-connectors/Fabrikam' });
    const text = toJson(reportOf(one, clean, one));
    expect(text.match(/^ {6}\{"rule"/gm)).toHaveLength(4);
    const alone = JSON.parse(toJson(reportOf(one)));
    expect(JSON.parse(text)).toEqual({
      tool: alone.tool,
      connectors: [
        alone.connectors[0],
        { path: clean.path, class: clean.class, findings: [] },
        alone.connectors[0],
      ],
      summary: { connectors: 3, errors: 4, warnings: 0, notes: 0 },
    });
  });

  it('is valid where there is no connector', () => {
    expect(JSON.parse(toJson(reportOf())).connectors).toEqual([]);
  });
});
