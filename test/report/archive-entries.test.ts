import { describe, expect, test } from 'vitest';
import { inPackage } from '../../src/connector/packaged-connector.ts';
import { workflowAnnotations } from '../../src/report/github.ts';
import { toJson } from '../../src/report/json.ts';
import { toJunit } from '../../src/report/junit.ts';
import { toMarkdown } from '../../src/report/markdown.ts';
import { parseReport } from '../../src/report/parse-report.ts';
import { toPretty } from '../../src/report/pretty.ts';
import { reportOf, type ReportedFinding } from '../../src/report/report.ts';
import { toSarif } from '../../src/report/sarif.ts';

const path = 'package.zip → PkgAssets/Connector.zip → Connector/x_openapidefinition.json';
const finding: ReportedFinding = {
  rule: 'TitleNotAllowed',
  severity: 'error',
  message: 'The title is `API`. Change it.',
  location: inPackage('ConnectorPackage.zip', {
    path,
    pointer: '/info/title',
    line: 12,
    column: 5,
  }),
  existing: false,
  fixable: false,
  fingerprint: '0123456789abcdef0123',
};
const report = reportOf(
  [
    {
      path: 'independent-publisher-connectors/Contoso',
      class: 'independent-publisher',
      findings: [finding],
    },
  ],
  '1.0.0',
);
const json = [...toJson(report)].join('');
const zip = 'independent-publisher-connectors/Contoso/ConnectorPackage.zip';

describe('a finding in a file of an archive', () => {
  test('is shown to people at its place in the archive', () => {
    expect(toPretty(report, { color: false, width: 200 })).toContain(
      `ConnectorPackage.zip → ${path}:12:5  error`,
    );
    expect(toMarkdown(report)).toContain(`\`ConnectorPackage.zip → ${path}\` line 12 · `);
    expect(toJunit(report)).toContain(`ConnectorPackage.zip → ${path}:12:5: The title`);
  });

  test('stands on the archive where programs need a file, and says the place', () => {
    const [annotation] = workflowAnnotations(report);
    expect(annotation).toContain(`file=${zip},line=1,`);
    expect(annotation).toContain(`(${path}:12:5)`);
    const sarif = JSON.parse(toSarif(report, []));
    const [result] = sarif.runs[0].results;
    expect(result.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: zip, uriBaseId: '%SRCROOT%' },
      region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
    });
    expect(result.message.text).toContain(`(${path}:12:5)`);
  });

  test('has its place in JSON, which reads back', () => {
    const [{ findings }] = JSON.parse(json).connectors;
    expect(findings[0]).toMatchObject({
      file: 'ConnectorPackage.zip',
      line: 1,
      pointer: '',
      entry: { path, pointer: '/info/title', line: 12, column: 5 },
    });
    const parsed = parseReport(new TextEncoder().encode(json), new Set([finding.rule]));
    expect(parsed).toEqual({ report });
  });

  test('is refused from a report whose place is none', () => {
    for (const entry of ['x', [], {}, { path, pointer: '', line: 0, column: 1 }]) {
      const changed = JSON.parse(json);
      changed.connectors[0].findings[0].entry = entry;
      const bytes = new TextEncoder().encode(JSON.stringify(changed));
      expect(parseReport(bytes, new Set([finding.rule]))).toHaveProperty('wrong');
    }
  });
});
