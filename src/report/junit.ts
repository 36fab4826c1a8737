import { isNewError, shownPlace } from '../shared/finding.ts';
import { groupFindings } from './group-findings.ts';
import type { ConnectorReport, Report, ReportedFinding } from './report.ts';
import { blocksCertification, codeOf, count, toPlainText, visible } from './text.ts';

/**
 * Renders JUnit XML for build servers: a suite for each connector with a test case for each broken
 * rule, or one that passes. New errors are a failure; warnings, notes and existing findings are the
 * output of a passing test case.
 */
export function toJunit({ connectors }: Report): string {
  const suites = connectors.map(suite);
  const tests = suites.reduce((sum, { tests: own }) => sum + own, 0);
  const failures = suites.reduce((sum, { failures: own }) => sum + own, 0);
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
      xml: element('testcase', { classname: connector.path, name: 'no findings' }),
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
  const errors = findings.filter(isNewError);
  const others = findings.filter((finding) => !isNewError(finding));
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
 * Begins with the severity, never with the file name: GitHub's runner reads a line that begins with
 * `::` as a command.
 */
const lineOf = (finding: ReportedFinding): string => {
  const { location, severity, message, existing } = finding;
  const { file, line, column } = shownPlace(location);
  const code = codeOf(finding);
  return [
    `${severity} at ${visible(file)}:${line}:${column}: ${toPlainText(message)}`,
    ...(code === undefined ? [] : [`(${code})`]),
    ...(existing ? ['(existing)'] : []),
    ...(blocksCertification(finding) ? ['(blocks the certification)'] : []),
  ].join(' ');
};

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
 * Escapes text for XML 1.0, which does not allow noncharacters even as references. `visible` has
 * already replaced control characters.
 */
const escape = (text: string): string =>
  text
    .replace(/[\ufffe\uffff]/g, '�')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
