import { groupFindings } from './group-findings.ts';
import type { ConnectorReport, Report, ReportedFinding } from './report.ts';
import { count, toPlainText, visible } from './text.ts';

/**
 * JUnit XML, as build servers read it: a suite for each connector, in it a test for each rule that
 * is broken, or one that passes. New errors are a failure; warnings, notes and what was there
 * before are output of a test that passes.
 */
export function toJunit({ connectors }: Report): string {
  const suites = connectors.map(suite);
  const tests = suites.reduce((sum, one) => sum + one.tests, 0);
  const failures = suites.reduce((sum, one) => sum + one.failures, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    element(
      'testsuites',
      { name: 'gatehouse', tests, failures },
      suites.map(({ xml }) => xml),
    ),
    '',
  ].join('\n');
}

function suite(connector: ConnectorReport): { tests: number; failures: number; xml: string } {
  const byRule = Map.groupBy(
    groupFindings(connector.findings).flatMap(({ findings }) => findings),
    ({ rule }) => rule,
  );
  const cases = [...byRule].map(([rule, findings]) => testcase(connector, rule, findings));
  if (cases.length === 0)
    cases.push({
      failed: false,
      xml: element('testcase', { classname: connector.path, name: 'nothing to mend' }),
    });
  const failures = cases.filter(({ failed }) => failed).length;
  return {
    tests: cases.length,
    failures,
    xml: element(
      'testsuite',
      { name: connector.path, tests: cases.length, failures },
      cases.map(({ xml }) => xml),
    ),
  };
}

function testcase(
  connector: ConnectorReport,
  rule: string,
  findings: readonly ReportedFinding[],
): { failed: boolean; xml: string } {
  const fails = ({ severity, existing }: ReportedFinding): boolean =>
    severity === 'error' && !existing;
  const errors = findings.filter(fails);
  const others = findings.filter((finding) => !fails(finding));
  const [first] = errors;
  const message =
    first &&
    (errors.length === 1
      ? toPlainText(first.message)
      : `${count(errors.length, 'error')}. ${toPlainText(first.message)}`);
  return {
    failed: first !== undefined,
    xml: element('testcase', { classname: connector.path, name: rule }, [
      ...(message
        ? [
            `<failure${attributes({ type: rule, message })}>${escape(errors.map(lineOf).join('\n'))}</failure>`,
          ]
        : []),
      ...(others.length > 0
        ? [`<system-out>${escape(others.map(lineOf).join('\n'))}</system-out>`]
        : []),
    ]),
  };
}

/**
 * It begins with a word of ours: a line that began with `::`, as a file's name may, would be a
 * command to GitHub's runner.
 */
const lineOf = ({ location, severity, message, existing }: ReportedFinding): string =>
  `${severity} at ${visible(location.file)}:${location.line}:${location.column}: ` +
  `${toPlainText(message)}${existing ? ' (was there before)' : ''}`;

const element = (
  name: string,
  values: Record<string, string | number>,
  children: readonly string[] = [],
): string =>
  children.length === 0
    ? `<${name}${attributes(values)}/>`
    : `<${name}${attributes(values)}>\n${children.join('\n')}\n</${name}>`;

const attributes = (values: Record<string, string | number>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escape(visible(String(value)))}"`)
    .join('');

/**
 * Noncharacters are not allowed in XML 1.0 even as references; control characters are symbols by
 * now (`visible`).
 */
const escape = (text: string): string =>
  text
    .replace(/[\ufffe\uffff]/g, '�')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
