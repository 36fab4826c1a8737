import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import type { Log, Run } from 'sarif';
import { describe, expect, it } from 'vitest';
import { applyFixes } from '../../src/json/document.ts';
import { safe, type Severity } from '../../src/shared/finding.ts';
import { docsSite } from '../../src/shared/project.ts';
import type { Report, ReportedFinding } from '../../src/report/report.ts';
import { toSarif } from '../../src/report/sarif.ts';
import { connectorWith, invoices, reportOf, rules, type Wrong } from './reports.ts';

/**
 * An independent judge: the official schema, one pattern of which is no regular expression under
 * the `u` flag.
 */
const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const isSarif = ajv.compile(schema);

/** The one run of a log that the schema takes. */
function runOf(report: Report): Run {
  const log: Log = JSON.parse(toSarif(report, rules));
  isSarif(log);
  expect(isSarif.errors).toBeNull();
  const [run] = log.runs;
  if (!run) throw new Error('a log without a run');
  return run;
}

const twice: Wrong = {
  at: ['paths', '/v2/invoices/{id}', 'get', 'operationId'],
  rule: 'OperationIdNotUnique',
  message: safe`${'GetInvoice'} is used twice.`,
  mend: (at, key) => ({ at, key, to: 'GetInvoiceLines' }),
};

describe('a report as SARIF', () => {
  it('is valid by the official schema, with findings of all kinds and with none', () => {
    const findings: Wrong[] = [
      twice,
      { severity: 'warning' },
      { severity: 'note', existing: true, mend: (at, key) => ({ at, key, remove: true }) },
    ];
    expect(runOf(reportOf(connectorWith(findings), connectorWith([]))).results).toHaveLength(3);
    expect(runOf(reportOf(connectorWith([]))).results).toEqual([]);
    expect(runOf(reportOf()).results).toEqual([]);
  });

  it('the schema would refuse what is no SARIF', () => {
    expect(isSarif({ version: '2.1.0', runs: [{ tool: { driver: {} } }] })).toBe(false);
  });

  it('says what, how bad and where', () => {
    expect(runOf(reportOf(connectorWith([twice]))).results?.[0]).toMatchObject({
      ruleId: 'OperationIdNotUnique',
      level: 'error',
      message: { text: '`GetInvoice` is used twice.' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: {
              uri: 'certified-connectors/Contoso/apiDefinition.swagger.json',
              uriBaseId: '%SRCROOT%',
            },
            region: { startLine: 9, startColumn: 24, endLine: 9, endColumn: 36 },
          },
        },
      ],
      partialFingerprints: { 'gatehouse/v1': 'fingerprint-0' },
    });
  });

  it('describes the rules that are broken and no other', () => {
    const { tool, results } = runOf(reportOf(connectorWith([{ rule: 'UnknownHere' }, twice])));
    expect(tool.driver.rules).toEqual([
      {
        id: 'OperationIdNotUnique',
        name: 'OperationIdNotUnique',
        shortDescription: { text: 'Every `operationId` is used once.' },
        fullDescription: { text: 'Flows find an operation by its id alone.' },
        help: {
          text: 'Every `operationId` is used once. Flows find an operation by its id alone.',
        },
        helpUri: 'https://example.org/rules/OperationIdNotUnique',
        defaultConfiguration: { level: 'error' },
        properties: { tags: ['power-platform', 'definition'], 'problem.severity': 'error' },
      },
      {
        id: 'UnknownHere',
        name: 'UnknownHere',
        defaultConfiguration: { level: 'error' },
        properties: { tags: ['power-platform'], 'problem.severity': 'error' },
      },
    ]);
    expect(tool.driver.informationUri).toBe(docsSite);
    expect(results?.map(({ ruleIndex }) => ruleIndex)).toEqual([1, 0]);
  });

  it('calls a rule as bad as its worst result', () => {
    const severity = (...severities: Severity[]) =>
      runOf(reportOf(connectorWith(severities.map((each) => ({ severity: each }))))).tool.driver
        .rules?.[0];
    expect(severity('note')).toMatchObject({
      defaultConfiguration: { level: 'note' },
      properties: { 'problem.severity': 'recommendation' },
    });
    expect(severity('note', 'warning')).toMatchObject({
      defaultConfiguration: { level: 'warning' },
      properties: { 'problem.severity': 'warning' },
    });
  });

  it('shows the page of a rule, whose links lead to the web', () => {
    const page =
      '# OperationIdNotUnique\n\nOnce. [Codes](../policies.md), [another](OperationIdRequired.md), ' +
      '[set it](../settings.md#rules), [elsewhere](https://example.org/a.md).\n';
    const log: Log = JSON.parse(toSarif(reportOf(connectorWith([twice])), rules, () => page));
    isSarif(log);
    expect(isSarif.errors).toBeNull();
    expect(log.runs[0]?.tool.driver.rules?.[0]?.help?.markdown).toBe(
      `Once. [Codes](${docsSite}policies/), [another](${docsSite}explain/OperationIdRequired), ` +
        `[set it](${docsSite}settings/#rules), [elsewhere](https://example.org/a.md).\n\n` +
        '[The page of this rule](https://example.org/rules/OperationIdNotUnique)\n',
    );
  });

  it('keeps to what GitHub takes, the most severe first, and says what it left out', () => {
    const connector = connectorWith([{ severity: 'note' }, { severity: 'warning' }, {}]);
    const [note, warning, error] = connector.findings;
    if (!note || !warning || !error) throw new Error('three findings');
    const many = (finding: ReportedFinding, times: number) =>
      Array<ReportedFinding>(times).fill(finding);
    const findings = [...many(note, 20_000), ...many(warning, 9_000), ...many(error, 1_000)];
    const { results = [], invocations } = runOf(reportOf({ ...connector, findings }));
    expect(results.map(({ level }) => level)).toEqual([
      ...Array(1_000).fill('error'),
      ...Array(9_000).fill('warning'),
      ...Array(15_000).fill('note'),
    ]);
    expect(invocations?.[0]?.toolExecutionNotifications?.[0]?.message.text).toMatch(
      /^5,000 notes left out: GitHub takes 25,000 results\./,
    );
    expect(runOf(reportOf(connector)).invocations).toBeUndefined();
  });

  it('says of each result whether it is new, where anything was there before', () => {
    const states = (...findings: Wrong[]) =>
      runOf(reportOf(connectorWith(findings))).results?.map(({ baselineState }) => baselineState);
    expect(states({}, { existing: true })).toEqual(['new', 'unchanged']);
    expect(states({}, {})).toEqual([undefined, undefined]);
  });

  it('carries fixes that do what --fix does', () => {
    const connector = connectorWith([twice]);
    const edits = runOf(
      reportOf(connector),
    ).results?.[0]?.fixes?.[0]?.artifactChanges[0]?.replacements.map(
      ({ deletedRegion, insertedContent }) => {
        const start = deletedRegion.charOffset ?? -1;
        return {
          start,
          end: start + (deletedRegion.charLength ?? -1),
          text: insertedContent?.text ?? '',
        };
      },
    );
    const fixed = invoices.replace(
      /"GetInvoice"(?=,\s+"summary": "Get an invoice")/,
      '"GetInvoiceLines"',
    );
    expect(applyFixes(invoices, [{ edits: edits ?? [] }]).text).toBe(fixed);
  });

  it('puts errors first, which GitHub keeps', () => {
    expect(
      runOf(
        reportOf(
          connectorWith([{ severity: 'note' }]),
          connectorWith([{ severity: 'warning' }, {}]),
        ),
      ).results?.map(({ level }) => level),
    ).toEqual(['error', 'warning', 'note']);
  });

  it('writes paths as addresses', () => {
    const uriOf = (path: string) =>
      runOf(reportOf(connectorWith([{}], { path }))).results?.[0]?.locations?.[0]?.physicalLocation
        ?.artifactLocation;
    expect(uriOf('custom/100% {ü}')).toEqual({
      uri: 'custom/100%25%20%7B%C3%BC%7D/apiDefinition.swagger.json',
      uriBaseId: '%SRCROOT%',
    });
    expect(uriOf('.')).toEqual({ uri: 'apiDefinition.swagger.json', uriBaseId: '%SRCROOT%' });
    expect(uriOf('/tmp/my connector')).toEqual({
      uri: 'file:///tmp/my%20connector/apiDefinition.swagger.json',
    });
    expect(uriOf('C:/my connector')).toEqual({
      uri: 'file:///C:/my%20connector/apiDefinition.swagger.json',
    });
  });

  it('has no links that a connector wrote', () => {
    expect(
      runOf(reportOf(connectorWith([{ message: safe`It is ${'[here](https://example.org)'}.` }])))
        .results?.[0]?.message.text,
    ).toBe('It is `[here\\](https://example.org)`.');
  });
});
