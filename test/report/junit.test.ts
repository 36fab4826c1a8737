import { describe, expect, it } from 'vitest';
import { safe } from '../../src/shared/finding.ts';
import { toJunit } from '../../src/report/junit.ts';
import { connectorWith, reportOf, type Wrong } from './reports.ts';

const at = ['paths', '/v2/invoices/{id}', 'get', 'operationId'];

describe('a report for a build server', () => {
  it('has a suite for each connector, and in it a test for each rule that is broken', () => {
    const findings: Wrong[] = [
      { at, rule: 'OperationIdNotUnique', message: safe`${'<Get>'} is used twice.` },
      { rule: 'OperationIdNotUnique', message: 'So is another.' },
      { rule: 'SummaryTooShort', severity: 'warning', message: 'Too short.' },
    ];
    expect(
      toJunit(
        reportOf(
          connectorWith(findings),
          connectorWith([], { path: 'certified-connectors/Fabrikam' }),
        ),
      ),
    ).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="gatehouse" tests="3" failures="1">
      <testsuite name="certified-connectors/Contoso" tests="2" failures="1">
      <testcase classname="certified-connectors/Contoso" name="OperationIdNotUnique">
      <failure type="OperationIdNotUnique" message="2 errors. \`&lt;Get&gt;\` is used twice.">error at apiDefinition.swagger.json:9:24: \`&lt;Get&gt;\` is used twice.
      error at apiDefinition.swagger.json:2:14: So is another.</failure>
      </testcase>
      <testcase classname="certified-connectors/Contoso" name="SummaryTooShort">
      <system-out>warning at apiDefinition.swagger.json:2:14: Too short.</system-out>
      </testcase>
      </testsuite>
      <testsuite name="certified-connectors/Fabrikam" tests="1" failures="0">
      <testcase classname="certified-connectors/Fabrikam" name="no findings"/>
      </testsuite>
      </testsuites>
      "
    `);
  });

  it('does not fail for what was there before', () => {
    const xml = toJunit(reportOf(connectorWith([{ existing: true }])));
    expect(xml).not.toContain('<failure');
    expect(xml).toContain('This is wrong. Mend it. (existing)</system-out>');
  });
});
