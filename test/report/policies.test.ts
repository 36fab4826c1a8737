import { describe, expect, it } from 'vitest';
import { toWorkflowCommands } from '../../src/report/github.ts';
import { toJson } from '../../src/report/json.ts';
import { toJunit } from '../../src/report/junit.ts';
import { toMarkdown } from '../../src/report/markdown.ts';
import { parseReport } from '../../src/report/parse-report.ts';
import { toPretty } from '../../src/report/pretty.ts';
import { toSarif } from '../../src/report/sarif.ts';
import { blocks } from '../../src/shared/finding.ts';
import { connectorWith, reportOf, type Wrong } from './reports.ts';

const codes = ['5000.2.1.4', 'connector-validate-iconsize'];
const refused: Wrong = { severity: 'warning', policies: codes, failsCertification: true };
const report = reportOf(
  connectorWith([
    { ...refused, severity: 'error' },
    refused,
    { severity: 'warning', policies: ['5000.2.4.1'], at: ['paths'] },
  ]),
);

describe('what a finding blocks', () => {
  it.each([
    [{ severity: 'error', existing: false }, 'pull-request'],
    [{ severity: 'error', existing: false, failsCertification: true }, 'pull-request'],
    [{ severity: 'error', existing: true, failsCertification: true }, 'certification'],
    [{ severity: 'error', existing: true }, 'nothing'],
    [{ severity: 'warning', existing: false, failsCertification: true }, 'certification'],
    [{ severity: 'warning', existing: false }, 'nothing'],
    [{ severity: 'note', existing: false }, 'nothing'],
  ] as const)('%o: %s', (finding, blocked) => {
    expect(blocks(finding)).toBe(blocked);
  });
});

describe('the policy code and what is blocked', () => {
  it('are beside each finding at the terminal, and counted below', () => {
    const text = toPretty(report, { color: false, width: 120 });
    expect(text).toContain('error  SwaggerWrong  5000.2.1.4\n');
    expect(text).toContain('warning  SwaggerWrong  5000.2.1.4  (blocks the certification)\n');
    expect(text).toContain('warning  SwaggerWrong  5000.2.4.1\n');
    expect(text).toMatch(/; 1 blocking the pull request, 1 blocking the certification\n/);
  });

  it('are in the comment, where it says whether the warnings block', () => {
    const text = toMarkdown(report);
    expect(text).toContain('/SwaggerWrong) · 5000.2.1.4</sub>');
    expect(text).toContain('<summary>2 warnings, 1 blocking the certification</summary>');
    expect(text).toMatch(
      /· warning · \[SwaggerWrong\]\(\S+\) · 5000\.2\.1\.4 · blocks the certification<\/sub>/,
    );
    expect(toMarkdown(reportOf(connectorWith([{ severity: 'warning' }])))).toContain(
      '<summary>1 warning, not blocking</summary>',
    );
  });

  it('are in JSON, and come back out of it', () => {
    const json = Array.from(toJson(report)).join('');
    const { connectors } = JSON.parse(json);
    expect(connectors[0].findings).toMatchObject([
      { policies: codes, blocks: 'pull-request' },
      { policies: codes, blocks: 'certification' },
      { policies: ['5000.2.4.1'], blocks: 'nothing' },
    ]);
    const rules = new Set(['SwaggerWrong']);
    const read = (text: string) => parseReport(new TextEncoder().encode(text), rules);
    expect(read(json)).toMatchObject({
      report: {
        connectors: [{ findings: [{ policies: codes }, { failsCertification: true }, {}] }],
      },
    });
    for (const code of ['www.contoso.com', '5000.2.1.4 @you', '<b>', 'connector-validate-'])
      expect(read(json.replace('5000.2.1.4', code))).toEqual({
        wrong: '/connectors/0/findings/0/policies/0 is not a policy code.',
      });
  });

  it('are properties in SARIF, and the codes are tags of the rule', () => {
    const rule = { id: 'SwaggerWrong', description: '', rationale: '', policies: codes };
    const { runs } = JSON.parse(toSarif(report, [rule]));
    expect(runs[0].tool.driver.rules[0].properties.tags).toEqual(['power-platform', ...codes]);
    expect(runs[0].results[1].properties).toEqual({ policies: codes, blocks: 'certification' });
  });

  it('are in the lines of JUnit and in the annotations', () => {
    expect(toJunit(report)).toContain('(5000.2.1.4) (blocks the certification)');
    expect(toWorkflowCommands(report)).toContain('title=SwaggerWrong (5000.2.1.4)::');
    expect(toWorkflowCommands(report)).toContain('(blocks the certification)\n');
  });
});
